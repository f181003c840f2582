import Algebra
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

  /// The layers of a small residual network of convolutions.
  static func residual(firstKernel: Int = 3) -> [Layer] {
    func conv(_ kernel: Int = 3) -> Layer {
      WindowedNetwork.conv(8, [kernel], padding: .same)
    }
    let block: [Layer] = [
      .skip, conv(), .activation(.relu), conv(), .add, .activation(.relu),
    ]
    return [conv(firstKernel), .activation(.relu)] + block + block
      + [
        WindowedNetwork.pool(.average(countsPadding: true), [2]), .dense(units: 10, bias: true),
      ]
  }

  @Test func aResidualBlockIsTwoStepsAndTwoTiles() throws {
    let network = try Network(inputShape: [1, 28, 28], layers: Self.residual())
    #expect(
      network.samplingForms == [
        "layer 0 (conv): direct convolution, relu fused on",
        "layer 3 (conv): direct convolution, relu fused on",
        "layer 5 (conv): direct convolution, add and relu fused on",
        "layer 9 (conv): direct convolution, relu fused on",
        "layer 11 (conv): direct convolution, add and relu fused on",
        "layer 14 (avgpool): general form", "layer 15 (dense): product",
      ])
    #expect(SamplingPlan(network).valueRows == 2 * 8 * 784)
  }

  @Test func aFirstConvolutionOfManyTermsIsAnImage() throws {
    let network = try Network(inputShape: [1, 28, 28], layers: Self.residual(firstKernel: 5))
    #expect(
      network.samplingForms[0] == "layer 0 (conv): image, made once for the slice, relu fused on")
  }

  @Test func aShortcutsConvolutionTakesTheSum() throws {
    func conv(_ kernel: Int) -> Layer { WindowedNetwork.conv(4, [kernel], padding: .same) }
    // The shortcut comes first, so that the main branch's last layer adds it.
    let forms = try Network(
      inputShape: [2, 6, 6],
      layers: [
        conv(3), .shortcut([conv(1)]), conv(3), .activation(.tanh), conv(3), .add,
        .activation(.silu), .globalPool(.maximum),
      ]
    ).samplingForms
    #expect(
      forms == [
        "layer 0 (conv): direct convolution", "layer 1 (skip: conv): direct convolution",
        "layer 2 (conv): direct convolution, tanh fused on",
        "layer 4 (conv): direct convolution, add and silu fused on",
        "layer 7 (globalmaxpool): general form",
      ])
  }

  @Test(arguments: [3, 5]) func blocksOfFewSamplesAddUpToTheLoss(_ firstKernel: Int) throws {
    let network = try Network(
      inputShape: [1, 28, 28], layers: Self.residual(firstKernel: firstKernel))
    let objective = try NetworkObjective(
      network: network, loss: .crossEntropy,
      data: Example.data(samples: 37, inputs: 784, outputs: 10, loss: .crossEntropy))
    let grid = PlaneGrid(
      centre: Initialiser.he.weights(for: network.layout, seed: 1),
      u: Initialiser.he.weights(for: network.layout, seed: 2),
      v: Initialiser.he.weights(for: network.layout, seed: 3), alphas: [-0.5, 0, 0.4],
      betas: [0, 0.3])
    let wide = TileSamplerTests.sample(objective, grid, threads: 2)
    let narrow = TileSamplerTests.sample(objective, grid, .float32, threads: 2)
    #expect(TileSamplerTests.sample(objective, grid).losses.bits == wide.losses.bits)
    for (row, beta) in grid.betas.enumerated() {
      for (column, alpha) in grid.alphas.enumerated() {
        let right = objective.value(at: grid.point(alpha, beta))
        #expect(abs(wide.losses[3 * row + column] - right) <= 1e-12 * max(1, right))
        #expect(abs(narrow.losses[3 * row + column] - right) <= 1e-5 * max(1, right))
      }
    }
  }
}
