import Testing

@testable import Networks

@Suite struct LayerTests {
  @Test func kindsAreTheNamesThatScenesUse() {
    let layers: [Layer] = [
      .dense(units: 1, bias: true), .activation(.leakyReLU(slope: 0.1)), .flatten, .skip, .add,
      WindowedNetwork.conv(1, [1]), WindowedNetwork.pool(.maximum, [1]),
      WindowedNetwork.pool(.average(countsPadding: true), [1]), .globalPool(.maximum),
      .globalPool(.average(countsPadding: true)), .reshape([1]), .shortcut([]),
    ]
    #expect(
      layers.map(\.kind) == [
        "dense", "leaky-relu", "flatten", "skip", "add", "conv", "maxpool", "avgpool",
        "globalmaxpool",
        "globalavgpool", "reshape", "skip",
      ])
  }
}
