import Testing

@testable import Networks

@Suite struct SamplingPlanTests {
  static func forms(_ layers: [Layer]) throws -> [String] {
    try Network(inputShape: [4], layers: layers).samplingForms
  }

  static let dense = Layer.dense(units: 4, bias: true)

  @Test func firstLayersAreImagesAndLaterOnesProducts() throws {
    let forms = try Self.forms([Self.dense, .activation(.relu), Self.dense])
    #expect(
      forms == [
        "layer 0 (dense): image, made once for the slice, relu fused on",
        "layer 2 (dense): product that forms the image as it reads it",
      ])
  }

  @Test func anImageIsStoredWhereItIsReadTwiceOrCostsMuch() throws {
    let wide = Layer.dense(units: 17, bias: true)
    #expect(try Self.forms([Self.dense, wide])[1] == "layer 1 (dense): product")
    #expect(
      try Self.forms([Self.dense, .activation(.tanh), Self.dense])[1] == "layer 2 (dense): product")
    let residual = try Self.forms([Self.dense, .skip, Self.dense, .add])
    #expect(residual[1] == "layer 2 (dense): product")
  }

  @Test func anActivationIsFusedOnlyWhereItAloneReadsTheLayer() throws {
    let forms = try Self.forms([Self.dense, .skip, .activation(.tanh), .add, Self.dense])
    #expect(
      forms == [
        "layer 0 (dense): image, made once for the slice", "layer 2 (tanh): general form",
        "layer 3 (add): general form", "layer 4 (dense): product",
      ])
  }

  @Test func aLayerAfterAnActivationOfTheInputIsNoImage() throws {
    let forms = try Self.forms([.activation(.silu), Self.dense, .activation(.relu)])
    #expect(
      forms == ["layer 0 (silu): general form", "layer 1 (dense): product, relu fused on"])
  }

  @Test func onlyWhatIsFormedAtAPointTakesRoom() throws {
    let network = try Network(
      inputShape: [100],
      layers: [.dense(units: 7, bias: true), .activation(.relu), .dense(units: 3, bias: true)])
    let plan = SamplingPlan(network)
    #expect(plan.imageRows == 7)
    // 21 weights and 3 biases, each filled up to whole lanes.
    #expect(plan.pointCount == 32 + 16)
  }
}
