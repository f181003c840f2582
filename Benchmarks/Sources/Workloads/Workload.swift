public import Algebra
import Datasets
public import Networks

/// A network, its data and a slice: what is timed.
public struct Workload: Sendable {
  /// Such as `W1`.
  public let name: String
  /// In a few words.
  public let title: String
  /// The base loss, on every core.
  public let objective: NetworkObjective
  /// The slice and its grid.
  public let grid: PlaneGrid
  /// The multiply-adds of each layer for one sample, padding not counted.
  public let products: [Double]
  /// The outputs of the first layer, where they are made once for the slice.
  let imageOutputs: Int?
  /// Outputs of all layers but the last.
  let hiddenUnits: Int
  /// Between the layers.
  public let activation: Activation

  /// Points of the grid.
  public var points: Int { grid.alphas.count * grid.betas.count }

  /// Spirals, 1000 samples, 2-32-32-2 tanh, 101 × 101.
  public static func spirals(threads: Int) throws -> Workload {
    try Workload(
      "W1", widths: [2, 32, 32, 2], .tanh,
      SyntheticData(.spirals, samples: 1000).make(), side: 101, threads: threads)
  }

  /// The digits, 1797 samples, 64-64-10 relu, 101 × 101.
  public static func digits(threads: Int) throws -> Workload {
    try Workload(
      "W2", widths: [64, 64, 10], .relu, .digits(), side: 101, threads: threads)
  }

  /// The shape of Fashion-MNIST, 10,000 samples, 784-128-128-10 relu, 51 × 51.
  ///
  /// The numbers are random: no time depends on them.
  public static func fashion(threads: Int) throws -> Workload {
    try Workload(
      "W3", widths: [784, 128, 128, 10], .relu, pictures(samples: 10_000, shape: [784]), side: 51,
      threads: threads)
  }

  /// The shape of Fashion-MNIST, 1000 samples, a small residual network of convolutions, 25 × 25.
  ///
  /// Eight channels of 28 × 28: a convolution, two residual blocks of two, mean pooling, ten outputs.
  public static func residual(threads: Int) throws -> Workload {
    let (channels, size) = (8, 28)
    func conv() -> Layer {
      .conv(
        channels: channels, LayerWindow(kernel: [3], padding: .zeros([1])), groups: 1, bias: true)
    }
    let relu = Layer.activation(.relu)
    let block = [.skip, conv(), relu, conv(), .add, relu]
    let pool = Layer.pool(
      .average(countsPadding: true), LayerWindow(kernel: [2], stride: [2]))
    let units = channels * size * size
    // Along each side, all but the outermost positions have three places each.
    let places = Double((3 * size - 2) * (3 * size - 2))
    let first = Double(channels) * places
    return try Workload(
      "W4", "28 × 28, five 3 × 3 convolutions of 8 channels, residual",
      layers: [conv(), relu] + block + block + [pool, .dense(units: 10, bias: true)], .relu,
      products: [first] + Array(repeating: Double(channels) * first, count: 4)
        + [Double(units / 4 * 10)],
      imageOutputs: nil, hiddenUnits: 5 * units,
      pictures(samples: 1000, shape: [1, size, size]), side: 25, threads: threads)
  }

  private static func pictures(samples: Int, shape: [Int]) throws -> Dataset {
    var source = RandomSource(seed: 0, purpose: "images")
    let inputs = (0..<samples * shape.reduce(1, *)).map { _ in source.uniform() }
    let labels = (0..<samples).map { _ in source.index(below: 10) }
    return try Dataset(
      name: "images", inputShape: shape, inputs: inputs, targets: .classes(labels, count: 10))
  }

  private init(
    _ name: String, widths: [Int], _ activation: Activation, _ data: Dataset, side: Int,
    threads: Int
  ) throws {
    let hidden = widths.dropFirst().dropLast()
    try self.init(
      name, widths.map(String.init).joined(separator: "-"),
      layers: hidden.flatMap { [Layer.dense(units: $0, bias: true), .activation(activation)] }
        + [.dense(units: widths[widths.count - 1], bias: true)], activation,
      products: zip(widths, widths.dropFirst()).map { Double($0 * $1) }, imageOutputs: widths[1],
      hiddenUnits: hidden.reduce(0, +), data, side: side, threads: threads)
  }

  private init(
    _ name: String, _ shape: String, layers: [Layer], _ activation: Activation,
    products: [Double], imageOutputs: Int?, hiddenUnits: Int, _ data: Dataset, side: Int,
    threads: Int
  ) throws {
    self.name = name
    self.products = products
    self.imageOutputs = imageOutputs
    self.hiddenUnits = hiddenUnits
    self.activation = activation
    let network = try Network(inputShape: data.inputShape, layers: layers)
    objective = try NetworkObjective(
      network: network, loss: .crossEntropy, data: data, threads: threads)
    let axis = (0..<side).map { -1 + 2 * Double($0) / Double(side - 1) }
    grid = PlaneGrid(
      centre: Initialiser.pytorch.weights(for: network.layout, seed: 0),
      u: Initialiser.pytorch.weights(for: network.layout, seed: 1),
      v: Initialiser.pytorch.weights(for: network.layout, seed: 2), alphas: axis, betas: axis)
    title = "\(shape) \(activation.name), \(data.count) samples, \(side) × \(side)"
  }

  /// The whole grid.
  public func sample(
    _ precision: SamplingOptions.Precision = .float32, threads: Int
  ) -> PlaneSamples {
    objective.sample(
      grid, rows: 0..<grid.betas.count,
      options: SamplingOptions(precision: precision, threads: threads)
    ) { _ in }
  }
}
