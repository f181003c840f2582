import Algebra
import Datasets
import RealModule
import TensorFiles
import Testing

@testable import Networks

/// Convolutions and poolings, by closed forms, by PyTorch and by differences.
@Suite struct ConvolutionTests {
  /// What a network of one layer makes of one sample.
  static func output(_ shape: [Int], _ layer: Layer, weights: [Double], _ x: [Double]) throws
    -> [Double]
  {
    var builder = try NetworkBuilder(inputShape: shape)
    let made = try builder.append([layer])
    if builder.layout.entries.isEmpty {
      _ = try builder.parameter("unused", shape: [1], role: .bias)
    }
    let network = try Network(builder, output: made, summary: "")
    let pass = Pass<Double>(network, lanes: 16)
    let inputs = OwnedTile<Double>(rows: x.count, lanes: 16)
    for (row, value) in x.enumerated() { inputs.tile.base[16 * row] = value }
    let block = SampleTiles<Double>.Block(
      valid: 1, lanes: 16, inputs: inputs, labels: [], values: [])
    let w = weights.isEmpty ? [0] : weights
    w.withUnsafePointers(network) { pass.forward(block, $0) }
    return (0..<network.outputs).map { pass.values[network.outputValue].base[16 * $0] }
  }

  @Test func aConvolutionIsTheSlidingDotProduct() throws {
    let x = (1...9).map(Double.init)
    // [[1, 0], [0, -1]]: each number less the one below it to the right.
    let found = try Self.output(
      [1, 3, 3], WindowedNetwork.conv(1, [2]), weights: [1, 0, 0, -1, 0.5], x)
    #expect(found == [-3.5, -3.5, -3.5, -3.5])
    let line = try Self.output(
      [1, 4], WindowedNetwork.conv(1, [3], padding: .zeros([1]), bias: false),
      weights: [1, 10, 100], [1, 2, 3, 4])
    #expect(line == [210, 321, 432, 43])
    // Dense is the convolution whose window is the whole input.
    let whole = try Self.output(
      [1, 3, 3], WindowedNetwork.conv(1, [3], bias: false), weights: x, x)
    #expect(whole == [285])
  }

  @Test func poolingsAreMaximaAndMeans() throws {
    let x: [Double] = [1, 2, 5, -1, 0, 3, 4, 4, -7]
    func pool(_ kind: Pooling, _ stride: Int, padding: Int, ceiling: Bool = false) throws
      -> [Double]
    {
      try Self.output(
        [1, 3, 3],
        WindowedNetwork.pool(
          kind, [2], stride: [stride], padding: [padding], ceiling: ceiling), weights: [], x)
    }
    #expect(try pool(.maximum, 1, padding: 0) == [2, 5, 4, 4])
    #expect(try pool(.maximum, 2, padding: 0, ceiling: true) == [2, 5, 4, -7])
    #expect(try pool(.maximum, 2, padding: 1) == [1, 5, 4, 4])
    #expect(try pool(.average(countsPadding: true), 1, padding: 0) == [0.5, 2.5, 1.75, 0])
    #expect(try pool(.average(countsPadding: true), 2, padding: 1) == [0.25, 1.75, 0.75, 0])
    #expect(try pool(.average(countsPadding: false), 2, padding: 1) == [1, 3.5, 1.5, 0])
    // The window over the edge counts the places that it has: 2, and 1 in the corner.
    #expect(
      try pool(.average(countsPadding: true), 2, padding: 0, ceiling: true) == [0.5, 4, 4, -7])
  }

  @Test func ofEqualsTheFirstHasTheGradient() throws {
    var builder = try NetworkBuilder(inputShape: [1])
    let weight = try builder.parameter("w", shape: [4, 1], role: .kernel)
    let x = try builder.dense(builder.input, weight: weight, bias: nil)
    let pooled = try builder.globalPool(builder.reshape(x, to: [1, 2, 2]), .maximum)
    let network = try Network(builder, output: pooled, summary: "")
    let data = try Dataset(
      name: "one", inputShape: [1], inputs: [1], targets: .values([0], outputs: 1))
    let objective = try NetworkObjective(network: network, loss: .squaredError, data: data)
    #expect(objective.valueAndGradient(at: [1, 3, 3, 2]).gradient == [0, 6, 0, 0])
    #expect(objective.hessian(at: [1, 3, 3, 2]).apply(to: [1, 1, 1, 1]) == [0, 2, 0, 0])
    #expect(objective.value(at: [1, .nan, 3, 2]).isNaN)
  }

  @Test(arguments: WindowedNetwork.all)
  func valuesGradientsAndProductsArePyTorchs(_ example: WindowedNetwork) throws {
    let path = try ReferenceCase.folder("torch-windows") + "/windows.npz"
    let arrays = try NPZ.read(path)
    func numbers(_ key: String) throws -> [Double] {
      try #require(arrays["\(example.name)/\(key)"]).doubles
    }
    let network = try example.network()
    let (x, w, z) = (try numbers("x"), try numbers("w"), try numbers("z"))
    #expect(w.count == network.layout.count)
    #expect(z.count == 5 * network.outputs)
    let data = try Dataset(
      name: example.name, inputShape: example.inputShape, inputs: x,
      targets: .values(z.map { _ in 0 }, outputs: network.outputs))
    let objective = try NetworkObjective(network: network, loss: .squaredError, data: data)
    let (loss, gradient) = objective.valueAndGradient(at: w)
    #expect(abs(loss - (try numbers("loss")[0])) <= 1e-13 * loss)
    #expect(distance(gradient, try numbers("gradient")) <= 1e-12 * norm(gradient))
    let product = objective.hessian(at: w).apply(to: try numbers("v"))
    #expect(distance(product, try numbers("product")) <= 1e-12 * norm(product))
    // With the outputs as targets nothing is left.
    let taught = try NetworkObjective(
      network: network, loss: .squaredError,
      data: Dataset(
        name: example.name, inputShape: example.inputShape, inputs: x,
        targets: .values(z, outputs: network.outputs)))
    #expect(taught.value(at: w) <= 1e-28)
  }

  @Test(arguments: WindowedNetwork.all)
  func derivativesAreSlopes(_ example: WindowedNetwork) throws {
    let objective = try example.objective(samples: 5)
    let w = randomVector(objective.dimension, seed: 31, scale: 0.4)
    let hessian = objective.hessian(at: w)
    let gradient = objective.valueAndGradient(at: w).gradient
    let h = 1e-5
    for seed in 1...3 as ClosedRange<UInt64> {
      let v = randomVector(w.count, seed: seed, scale: 0.3)
      func at(_ t: Double) -> (value: Double, gradient: [Double]) {
        objective.valueAndGradient(at: zip(w, v).map { $0 + t * $1 })
      }
      let (right, left) = (at(h), at(-h))
      #expect(abs((right.value - left.value) / (2 * h) - dot(gradient, v)) <= 1e-8)
      let slope = zip(right.gradient, left.gradient).map { ($0 - $1) / (2 * h) }
      #expect(distance(hessian.apply(to: v), slope) <= 1e-7 * max(1, norm(slope)))
    }
  }

  @Test(arguments: WindowedNetwork.all)
  func matricesAreSymmetric(_ example: WindowedNetwork) throws {
    let objective = try example.objective(samples: 3)
    guard objective.dimension <= 200 else { return }
    let w = randomVector(objective.dimension, seed: 5, scale: 0.5)
    for map in [
      objective.hessian(at: w), objective.gaussNewton(at: w), objective.empiricalFisher(at: w),
    ] {
      let matrix = map.dense
      let size = matrix.flatMap(\.self).map { abs($0) }.max() ?? 0
      for i in matrix.indices {
        for j in 0..<i { #expect(abs(matrix[i][j] - matrix[j][i]) <= 1e-13 * max(1, size)) }
      }
    }
  }

  @Test(arguments: WindowedNetwork.all)
  func samplesAreTheValuesAtTheirPoints(_ example: WindowedNetwork) throws {
    let objective = try example.objective(samples: 23)
    let grid = TileSamplerTests.grid(
      objective.dimension, alphas: [-0.5, 0, 0.3], betas: [-0.4, 0, 0.2])
    let wide = TileSamplerTests.sample(objective, grid)
    let narrow = TileSamplerTests.sample(objective, grid, .float32)
    #expect(
      TileSamplerTests.sample(objective, grid, threads: 3).losses.bits == wide.losses.bits)
    var index = 0
    for beta in grid.betas {
      for alpha in grid.alphas {
        let right = objective.evaluate(at: grid.point(alpha, beta)).loss
        #expect(abs(wide.losses[index] - right) <= 1e-12 * max(1, right))
        #expect(abs(narrow.losses[index] - right) <= 2e-5 * max(1, right))
        index += 1
      }
    }
  }

  @Test func projectionsAreOneDenseLayerAtEachPosition() throws {
    for isTransposed in [false, true] {
      var builder = try NetworkBuilder(inputShape: [2, 3])
      let shape = isTransposed ? [3, 2] : [2, 3]
      let weight = try builder.parameter("w", shape: shape, role: .kernel)
      let bias = try builder.parameter("b", shape: [2], role: .bias)
      let y = try builder.project(
        builder.input, weight: weight, bias: bias, isTransposed: isTransposed)
      #expect(y.shape == [2, 2])
      let z = try builder.project(
        builder.activate(y, .tanh), weight: builder.parameter("v", shape: [2, 2], role: .kernel),
        bias: nil, isTransposed: isTransposed)
      let network = try Network(builder, output: z, summary: "")
      let data = try Example.data(samples: 20, inputs: 6, outputs: 4, loss: .squaredError)
      let objective = try NetworkObjective(network: network, loss: .squaredError, data: data)
      let w = randomVector(12, seed: 3)
      var sum = 0.0
      guard case .values(let targets, _) = data.targets else { return }
      func entry(_ first: Int, _ row: Int, _ column: Int, _ rows: Int, _ columns: Int) -> Double {
        w[first + (isTransposed ? column * rows + row : row * columns + column)]
      }
      for sample in 0..<20 {
        for p in 0..<2 {
          let x = Array(data.input(sample))[3 * p..<3 * p + 3]
          let h = (0..<2).map { row in
            Double.tanh(
              w[6 + row] + (0..<3).reduce(0) { $0 + entry(0, row, $1, 2, 3) * x[3 * p + $1] })
          }
          for row in 0..<2 {
            let out = entry(8, row, 0, 2, 2) * h[0] + entry(8, row, 1, 2, 2) * h[1]
            sum +=
              (out - targets[4 * sample + 2 * p + row]) * (out - targets[4 * sample + 2 * p + row])
          }
        }
      }
      #expect(abs(objective.value(at: w) - sum / 80) <= 1e-14 * sum)
      let gradient = objective.valueAndGradient(at: w).gradient
      let v = randomVector(12, seed: 4)
      let h = 1e-5
      func at(_ t: Double) -> (value: Double, gradient: [Double]) {
        objective.valueAndGradient(at: zip(w, v).map { $0 + t * $1 })
      }
      #expect(abs((at(h).value - at(-h).value) / (2 * h) - dot(gradient, v)) <= 1e-8)
      let slope = zip(at(h).gradient, at(-h).gradient).map { ($0 - $1) / (2 * h) }
      #expect(distance(objective.hessian(at: w).apply(to: v), slope) <= 1e-7)
      let grid = TileSamplerTests.grid(12, alphas: [0, 0.3], betas: [-0.2, 0.1])
      let samples = TileSamplerTests.sample(objective, grid)
      #expect(abs(samples.losses[3] - objective.value(at: grid.point(0.3, 0.1))) <= 1e-13)
    }
  }
}
