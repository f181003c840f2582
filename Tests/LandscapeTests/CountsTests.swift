import Testing

@testable import Landscape

@Suite struct CountsTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (4810, "4,810"), (123_456, "123,456"),
    (12_345_678, "12,345,678"), (-4810, "\u{2212}4,810"),
    (.min, "\u{2212}9,223,372,036,854,775,808"),
  ])
  func `Thousands stand apart`(count: Int, text: String) {
    #expect(grouped(count) == text)
  }

  @Test func `Activations are written as papers write them, and nothing else changes`() {
    #expect(readable(network: "64-64-10, relu") == "64-64-10, ReLU")
    #expect(
      readable(network: "1×8×8, conv 6-6, avgpool, dense 10, gelu, residual")
        == "1×8×8, conv 6-6, avgpool, dense 10, GELU, residual")
    #expect(readable(network: "2-5-2, tanh") == "2-5-2, tanh")
  }
}
