import Testing

@testable import Figures

@Suite struct ColorBandsTests {
  @Test func `levels and colours are those of a contour figure`() throws {
    let field = try TestFields.field(21) { x, y in 0.02 + 40 * (x * x + y * y) }
    let bands = try ColorBands(for: [field])
    var style = FigureStyle(typeface: Blank())
    style.scale = .automatic
    let norm = try #require(
      Norm.candidates(for: [field], style: style, isBanded: true, hasFloor: false).first)
    #expect(bands.scale == norm.scale)
    #expect(bands.levels.map(\.value) == norm.levels.values)
    #expect(bands.levels.map(\.isIndex) == norm.levels.isIndex)
    #expect(bands.parts.map(\.color) == norm.colors)
    #expect(bands.hasLowerArrow == norm.hasLowerArrow)
    #expect(bands.levels.contains { $0.value == 1 && $0.isIndex && $0.label.plain == "1" })
  }

  @Test(arguments: ColorMap.all.map(\.name))
  func `labels and lines can be read on both sides`(map: String) throws {
    let colorMap = try #require(ColorMap.all.first { $0.name == map })
    let field = try TestFields.field(21) { x, y in 3 * x + y }
    let bands = try ColorBands(for: [field], scale: .linear, colorMap: colorMap)
    #expect(bands.parts.count == bands.levels.count + 1)
    for (index, level) in bands.levels.enumerated() {
      let sides = [bands.parts[index].color, bands.parts[index + 1].color]
      #expect(Contrast.ratio(level.line, on: sides) >= Contrast.line)
      #expect(
        level.halo.map { Contrast.ratio(level.ink, $0) >= Contrast.text }
          ?? (Contrast.ratio(level.ink, on: sides) >= Contrast.text))
    }
    for part in bands.parts {
      #expect(Contrast.ratio(part.ink, part.color) >= Contrast.text)
      #expect(Contrast.ratio(part.line, part.color) >= Contrast.line)
    }
  }

  @Test func `ticks lie on the bar and hold every level`() throws {
    let field = try TestFields.field(21) { x, y in 0.02 + 40 * (x * x + y * y) }
    let bands = try ColorBands(for: [field])
    let ticks = bands.ticks.map(\.value)
    #expect(ticks == ticks.sorted())
    #expect(Set(bands.levels.map(\.value)).isSubset(of: ticks))
    #expect(ticks.allSatisfy { bands.scale.lower <= $0 && $0 <= bands.scale.upper })
    #expect(Tick.nice(in: -1...1, count: 5).map(\.value) == [-1, -0.5, 0, 0.5, 1])
  }

  @Test func `a field without a finite sample is refused`() throws {
    let field = try TestFields.field(3) { _, _ in .nan }
    #expect(throws: FigureError.self) { try ColorBands(for: [field]) }
  }
}

/// A typeface without letters: scale, levels and colours need none.
private struct Blank: Typeface {
  let name = ""
  let capHeight = 0.0
  let xHeight = 0.0
  func glyph(_ character: Unicode.Scalar) -> Glyph? { nil }
}
