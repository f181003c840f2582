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
  /// The widths of the layers, from the inputs on.
  public let widths: [Int]
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
    var source = RandomSource(seed: 0, purpose: "images")
    let samples = 10_000
    let inputs = (0..<samples * 784).map { _ in source.uniform() }
    let labels = (0..<samples).map { _ in source.index(below: 10) }
    let data = try Dataset(
      name: "images", inputShape: [784], inputs: inputs, targets: .classes(labels, count: 10))
    return try Workload(
      "W3", widths: [784, 128, 128, 10], .relu, data, side: 51, threads: threads)
  }

  private init(
    _ name: String, widths: [Int], _ activation: Activation, _ data: Dataset, side: Int,
    threads: Int
  ) throws {
    self.name = name
    self.widths = widths
    self.activation = activation
    let hidden = widths.dropFirst().dropLast()
    let layers =
      hidden.flatMap { [Layer.dense(units: $0, bias: true), .activation(activation)] }
      + [.dense(units: widths[widths.count - 1], bias: true)]
    let network = try Network(inputShape: [widths[0]], layers: layers)
    objective = try NetworkObjective(
      network: network, loss: .crossEntropy, data: data, threads: threads)
    let axis = (0..<side).map { -1 + 2 * Double($0) / Double(side - 1) }
    grid = PlaneGrid(
      centre: Initialiser.pytorch.weights(for: network.layout, seed: 0),
      u: Initialiser.pytorch.weights(for: network.layout, seed: 1),
      v: Initialiser.pytorch.weights(for: network.layout, seed: 2), alphas: axis, betas: axis)
    title =
      "\(widths.map(String.init).joined(separator: "-")) \(activation.name), "
      + "\(data.count) samples, \(side) × \(side)"
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
