import Testing

@testable import Landscape

@Suite struct NumbersTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (4810, "4,810"), (123_456, "123,456"),
    (12_345_678, "12,345,678"), (-4810, "\u{2212}4,810"),
    (.min, "\u{2212}9,223,372,036,854,775,808"),
  ])
  func `Thousands stand apart`(count: Int, text: String) {
    #expect(grouped(count) == text)
  }
}
