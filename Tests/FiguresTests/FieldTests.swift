import Testing

@testable import Figures

@Suite struct FieldTests {
  @Test func `the minimum is the first smallest finite sample`() throws {
    let field = try Field(
      xs: [0, 1, 2], ys: [10, 20], values: [.nan, 3, 1, -.infinity, 1, 5])
    #expect(field.minimum?.at == Point(2, 10))
    #expect(field.minimum?.value == 1)
    #expect(field.range == 1...5)
    #expect(field.missingCount == 2)
  }

  @Test func `a field without a finite sample has no range`() throws {
    let field = try Field(xs: [0, 1], ys: [0, 1], values: [.nan, .infinity, .nan, .nan])
    #expect(field.range == nil)
    #expect(field.minimum == nil)
  }

  static let unusable: [([Double], [Double], Int, String)] = [
    ([0], [0, 1], 2, "at least two"), ([0, 1], [1], 2, "at least two"),
    ([0, 0], [0, 1], 4, "must increase"), ([0, .nan], [0, 1], 4, "must be finite"),
    ([0, 1], [0, 1], 3, "needs 4 values"), ([1, 1 + 1e-15], [0, 1], 4, "span"),
    ([-1e308, 1.5e308], [0, 1], 4, "span"),
  ]

  @Test(arguments: unusable)
  func `unusable grids are refused with the reason`(
    xs: [Double], ys: [Double], count: Int, reason: String
  ) {
    let error = #expect(throws: FigureError.self) {
      try Field(xs: xs, ys: ys, values: Array(repeating: 0, count: count))
    }
    #expect(error?.description.contains(reason) == true)
  }
}
