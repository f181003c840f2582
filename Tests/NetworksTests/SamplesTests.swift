import Testing

@testable import Networks

@Suite struct SamplesTests {
  static func blockSize(_ shape: [Int], _ layers: [Layer]) throws -> Int {
    try Network(inputShape: shape, layers: layers).blockSize
  }

  @Test func denseNetworksTakeWholeVectorsInThrees() throws {
    func dense(_ units: Int) -> Layer { .dense(units: units, bias: true) }
    for widths in [[2, 32, 32, 2], [64, 64, 10], [784, 128, 128, 10], [784, 256, 256, 10]] {
      let layers = widths.dropFirst().flatMap { [dense($0), .activation(.relu)] }
      #expect(try Self.blockSize([widths[0]], layers) == 192)
    }
    // Weights beyond the cache are worth reading once for many samples.
    #expect(try Self.blockSize([784], [dense(4096), .activation(.relu), dense(4096)]) == 192)
  }

  @Test func convolutionsTakeAsManyAsStayInTheCache() throws {
    func network(_ size: Int) -> [Layer] {
      [
        WindowedNetwork.conv(8, [3], padding: .zeros([1])), .activation(.relu),
        WindowedNetwork.conv(8, [3], padding: .zeros([1])), .dense(units: 10, bias: true),
      ]
    }
    #expect(try Self.blockSize([1, 8, 8], network(8)) == 192)
    #expect(try Self.blockSize([1, 16, 16], network(16)) == 48)
    #expect(try Self.blockSize([1, 28, 28], network(28)) == 16)
  }
}
