import Images
import Testing

@testable import Figures

@Suite struct RichTextTests {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (0.5, "0.5"), (-20, "−20"), (0.001, "0.001"), (99999, "99999"),
    (100000, "10⁵"), (2e-5, "2×10⁻⁵"), (-2.5e7, "−2.5×10⁷"),
    (
      0.30000000000000004,
      "0.30000000000000004"
    ), (1e300, "10³⁰⁰"), (.leastNonzeroMagnitude, "5×10⁻³²⁴"), (.nan, "NaN"),
    (-.infinity, "−∞"),
  ])
  func `numbers on axes are as short as exact`(value: Double, text: String) {
    #expect(RichText(number: value).plain == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.01, "10⁻²"), (0.02, "2×10⁻²"), (0.25, "0.25"), (3.16e-4, "3.16×10⁻⁴"),
    (2e-4, "2×10⁻⁴"),
    (1, "1"), (10, "10"), (0.1, "10⁻¹"), (1e-3, "10⁻³"), (0.0031622776, "3.16×10⁻³"),
    (1e-6, "10⁻⁶"),
  ])
  func `parameters are written as papers write them`(value: Double, text: String) {
    #expect(RichText(parameter: value).plain == text)
  }

  @Test func `the numbers of one bar share a notation`() {
    func texts(_ values: [Double]) -> [String] {
      values.map { RichText(number: $0, among: values).plain }
    }
    #expect(texts([0, 0.001, 0.02, 5]) == ["0", "0.001", "0.02", "5"])
    #expect(
      texts([1e-4, 0.001, 0.02, 0.1, 20, 1000])
        == ["10⁻⁴", "10⁻³", "2×10⁻²", "0.1", "20", "1000"])
  }

  @Test func `subscripts are lowered letters that print well, and are copied as typed`() throws {
    let typeface = try FontFile.standard()
    let line = TextLine("*μ*ₘᵢₙ, w₁", size: 7, typeface: typeface)
    #expect(line.runs.map(\.string) == ["μ", "min", ", w", "1"])
    #expect(line.runs.map(\.raise).map { $0 < 0 } == [false, true, false, true])
    #expect(line.runs.allSatisfy { $0.size >= 6 })
    #expect(line.string == "μₘᵢₙ, w₁")
    for run in line.runs where run.raise < 0 {
      let copied = run.string.unicodeScalars.map { Character(run.copied($0)) }
      #expect(["ₘᵢₙ", "₁"].contains(String(copied)))
    }
  }

  @Test func `a number in a film keeps its places`() {
    #expect(RichText(fixed: 1.12, in: 0.0221...12.5).plain == "\u{2007}1.12")
    #expect(RichText(fixed: 0.0221, in: 0.0221...12.5).plain == "\u{2007}0.0221")
    #expect(RichText(fixed: 12.5, in: 0.0221...12.5).plain == "12.5")
    #expect(RichText(fixed: 0.5, in: 0.5...2).plain == "0.500")
    #expect(RichText(fixed: 0.5, in: 1e-5...2).plain == "5.00×10⁻¹")
    #expect(RichText(fixed: 0.5).plain == "5.00×10⁻¹")
  }

  @Test(arguments: [
    (0.21, "0.210"), (1.957, "1.96"), (0.0001578, "1.58×10⁻⁴"), (2, "2.00"), (1234.5, "1230"),
    (0.09996, "0.100"), (0, "0"), (1e-9, "1.00×10⁻⁹"), (-0.0763, "−0.0763"),
  ])
  func `measured values keep three digits`(value: Double, text: String) {
    #expect(RichText(measured: value).plain == text)
  }

  @Test func `markup gives italics and superscripts and comes back from the description`() {
    let text: RichText = "*L*(*w*) + ½*λ*‖*w*‖^2, *λ* = 10^{-3}"
    #expect(text.plain == "L(w) + ½λ‖w‖², λ = 10⁻³")
    #expect(RichText(text.description) == text)
    #expect(text.segments.filter(\.italic).map(\.string) == ["L", "w", "λ", "w", "λ"])
    #expect(text.segments.filter(\.superscript).map(\.string) == ["2", "\u{2212}3"])
    let value = RichText(parameter: 0.01)
    let joined: RichText = "*λ* = \(value)"
    #expect(joined.plain == "λ = 10⁻²")
  }

  @Test(arguments: ["*", "^", "^{", "}", "\\", "^{*", "a^", "**", "\\*b\\^"])
  func `incomplete markup is never an error`(markup: String) {
    let text = RichText(markup)
    #expect(RichText(text.description).plain == text.plain)
  }

  @Test func `a verbatim text keeps every character`() {
    let text = RichText(verbatim: "model_*x*^2{}")
    #expect(text.plain == "model_*x*^2{}")
    #expect(RichText(text.description) == text)
  }

  @Test func `lines break at spaces and never exceed the width`() throws {
    let face = try FontFile.standard()
    let text: RichText = "Same weights, *same* slice: what 10^{-3} adds to every single panel."
    let lines = TextLine.wrapped(text, size: 7, width: 80, typeface: face)
    #expect(lines.count > 2)
    #expect(lines.allSatisfy { $0.width <= 80 })
    #expect(lines.map(\.string).joined(separator: " ") == text.plain)
  }

  @Test func `a sign of relation keeps its neighbours while there is room`() throws {
    let face = try FontFile.standard()
    let text: RichText = "trained at *λ* = 3.16×10^{-3}"
    func lines(_ width: Double) -> [String] {
      TextLine.wrapped(text, size: 7, width: width, typeface: face).map(\.string)
    }
    #expect(lines(200) == ["trained at λ = 3.16×10⁻³"])
    #expect(lines(70) == ["trained at", "λ = 3.16×10⁻³"])
    #expect(lines(40) == ["trained at", "λ =", "3.16×10⁻³"])
  }

  @Test func `Unicode's superscripts are set as raised digits`() throws {
    let face = try FontFile.standard()
    let typed = TextLine(RichText(verbatim: "λ = 10⁻³"), size: 7, typeface: face)
    let raised = TextLine("λ = 10^{-3}", size: 7, typeface: face)
    #expect(typed.runs == raised.runs && typed.string == raised.string)
  }

  @Test func `words longer than a line are cut`() throws {
    let face = try FontFile.standard()
    let hash = String(repeating: "0123456789abcdef", count: 4)
    let lines = TextLine.wrapped(
      RichText(verbatim: "data " + hash), size: 7, width: 100, typeface: face)
    #expect(lines.allSatisfy { $0.width <= 100 })
    #expect(lines.dropFirst().map(\.string).joined() == hash)
  }

  @Test func `superscripts are raised, smaller and never under six points`() throws {
    let face = try FontFile.standard()
    for size in [7.0, 8, 9.5, 18] {
      let line = TextLine("10^{-3}", size: size, typeface: face)
      #expect(line.runs[1].size >= 6)
      #expect(line.runs[1].size < size)
      #expect(line.runs[1].raise > 0.3 * size)
      #expect(line.runs[1].offset > 0)
      #expect(line.ink.width <= line.width + 0.5)
    }
  }
}
