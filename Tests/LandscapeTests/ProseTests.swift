import Figures
import Testing

@testable import Landscape

@Suite struct ProseTests {
  static func italics(_ sentence: String) -> [String] {
    RichText(prose: sentence).segments.filter(\.italic).map(\.string)
  }

  @Test(arguments: [
    ("digits: trained at λ = 10⁻², in its own slice", ["λ"]),
    ("Gaussian of width 0.1 in asinh(μ/0.002)", ["μ"]),
    ("‖∇L‖ ≤ 10⁻⁴ at w∗(λ).", ["L", "w", "λ"]),
    ("Length ‖u‖ = 33.6.", ["u"]),
    ("Length ‖w₁ − w₀‖ = 35.2", ["w", "w"]),
    ("L-BFGS, wide, unit, Lanczos; www.example, L1, fig.L", []),
    ("of w.", ["w"]),
    ("", []),
  ])
  func `letters of quantities are slanted, and no others`(sentence: String, letters: [String]) {
    #expect(Self.italics(sentence) == letters)
    #expect(RichText(prose: sentence).plain == sentence)
  }

  @Test func `marks of the markup are plain letters`() {
    let sentence = "a*b*c ^{2} \\ λ*"
    #expect(RichText(prose: sentence).plain == sentence)
    #expect(Self.italics(sentence) == ["λ"])
  }
}
