import Testing

@testable import Networks

@Suite struct LayerTests {
  @Test func kindsAreTheNamesThatScenesUse() {
    let layers: [Layer] = [
      .dense(units: 1, bias: true), .activation(.leakyReLU(slope: 0.1)), .flatten, .skip, .add,
    ]
    #expect(layers.map(\.kind) == ["dense", "leaky-relu", "flatten", "skip", "add"])
  }
}
