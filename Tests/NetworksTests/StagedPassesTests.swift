import Algebra
import Datasets
import Testing

@testable import Networks

@Suite struct StagedPassesTests {
  enum Form: String, CaseIterable, Sendable {
    case afterDense = "after a dense layer"
    case onInput = "on the input"
    case twice
    case channels = "of channels with places"
    case residual
    case withoutScale = "without scale and shift"
    case last
  }

  static func objective(
    _ form: Form, samples: Int, loss: Loss = .crossEntropy, threads: Int = 1,
    epsilon: Double = 1e-5
  ) throws -> NetworkObjective {
    var b = try NetworkBuilder(inputShape: [4])
    func dense(_ x: NetworkBuilder.Value, _ units: Int, _ name: String) throws
      -> NetworkBuilder.Value
    {
      try b.dense(
        x, weight: b.parameter(name, shape: [units, x.count], role: .kernel), bias: nil)
    }
    func norm(_ x: NetworkBuilder.Value, _ name: String) throws -> NetworkBuilder.Value {
      let shape = [x.shape[0]]
      return try b.normaliseOverBatch(
        x, scale: b.parameter("\(name)weight", shape: shape, role: .normalisation),
        shift: b.parameter("\(name)bias", shape: shape, role: .normalisation), name: name,
        epsilon: epsilon)
    }
    var x = b.input
    switch form {
    case .afterDense: x = try dense(b.activate(norm(dense(x, 5, "a"), "n."), .tanh), 3, "b")
    case .onInput: x = try dense(b.activate(dense(norm(x, "n."), 5, "a"), .silu), 3, "b")
    case .twice:
      x = try b.activate(norm(dense(x, 5, "a"), "n."), .gelu)
      x = try dense(b.activate(norm(dense(x, 4, "b"), "m."), .tanh), 3, "c")
    case .channels:
      x = try b.reshape(dense(x, 6, "a"), to: [2, 3])
      x = try dense(b.activate(norm(x, "n."), .tanh), 3, "b")
    case .residual:
      x = try dense(x, 5, "a")
      x = try b.add(x, b.activate(norm(x, "n."), .tanh))
      x = try dense(norm(x, "m."), 3, "b")
    case .withoutScale:
      x = try b.normaliseOverBatch(dense(x, 5, "a"), scale: nil, shift: nil, name: "n.")
      x = try dense(b.activate(x, .tanh), 3, "b")
    case .last: x = try norm(dense(x, 3, "a"), "n.")
    }
    return try NetworkObjective(
      network: Network(b, output: x, summary: form.rawValue), loss: loss,
      data: Example.data(samples: samples, inputs: 4, outputs: 3, loss: loss), threads: threads)
  }

  @Test(arguments: Form.allCases, Loss.allCases)
  func gradientAndProductAreSlopes(_ form: Form, _ loss: Loss) throws {
    // More than one block, with filling lanes in the last.
    let objective = try Self.objective(form, samples: 203, loss: loss)
    let w = randomVector(objective.dimension, seed: 1)
    let (value, gradient) = objective.valueAndGradient(at: w)
    #expect(value.bitPattern == objective.value(at: w).bitPattern)
    let hessian = objective.hessian(at: w)
    let h = 1e-6
    for seed in 2...4 as ClosedRange<UInt64> {
      let v = randomVector(w.count, seed: seed)
      let right = objective.valueAndGradient(at: zip(w, v).map { $0 + h * $1 })
      let left = objective.valueAndGradient(at: zip(w, v).map { $0 - h * $1 })
      #expect(abs(dot(gradient, v) - (right.value - left.value) / (2 * h)) < 1e-8)
      let slope = zip(right.gradient, left.gradient).map { ($0 - $1) / (2 * h) }
      #expect(distance(hessian.apply(to: v), slope) <= 3e-8 * max(1, norm(slope)))
    }
  }

  @Test(arguments: Form.allCases) func matricesAreSymmetric(_ form: Form) throws {
    let objective = try Self.objective(form, samples: 30)
    let w = randomVector(objective.dimension, seed: 5)
    for map in [
      objective.hessian(at: w), objective.gaussNewton(at: w), objective.empiricalFisher(at: w),
    ] {
      let matrix = map.dense
      let size = matrix.flatMap(\.self).map { abs($0) }.max() ?? 0
      #expect(size > 1e-3)
      for i in matrix.indices {
        for j in 0..<i { #expect(abs(matrix[i][j] - matrix[j][i]) <= 2e-14 * max(1, size)) }
      }
    }
  }

  @Test(arguments: Form.allCases) func threadsChangeNoBit(_ form: Form) throws {
    let one = try Self.objective(form, samples: 900)
    let w = randomVector(one.dimension, seed: 2)
    let v = randomVector(one.dimension, seed: 3)
    let (value, gradient) = one.valueAndGradient(at: w)
    let product = one.hessian(at: w).apply(to: v)
    let grid = PlaneGrid(centre: w, u: v, v: gradient, alphas: [-0.3, 0, 0.1], betas: [0, 1])
    let surface = one.sample(
      grid, rows: 0..<2, options: .init(precision: .float64, threads: 1)
    ) { _ in }
    #expect(surface.losses[1].bitPattern == value.bitPattern)
    for threads in [2, 3] {
      var objective = one
      objective.threads = threads
      #expect(objective.value(at: w).bitPattern == value.bitPattern)
      #expect(objective.valueAndGradient(at: w).gradient.bits == gradient.bits)
      let hessian = objective.hessian(at: w)
      #expect(hessian.apply(to: v).bits == product.bits)
      #expect(hessian.apply(to: v).bits == product.bits, "a second product repeats the first")
      let again = objective.sample(
        grid, rows: 0..<2, options: .init(precision: .float64, threads: threads)
      ) { _ in }
      #expect(again.losses.bits == surface.losses.bits)
    }
  }

  @Test(arguments: Form.allCases) func float32Agrees(_ form: Form) throws {
    let objective = try Self.objective(form, samples: 300, threads: 2)
    let w = randomVector(objective.dimension, seed: 8)
    let v = randomVector(objective.dimension, seed: 9)
    let right = objective.hessian(at: w).apply(to: v)
    let narrow = objective.hessian(at: w, precision: .float32).apply(to: v)
    #expect(distance(narrow, right) <= 3e-5 * max(1, norm(right)))
    let grid = PlaneGrid(centre: w, u: v, v: v, alphas: [0, 0.1], betas: [0])
    let surface = objective.sample(
      grid, rows: 0..<1, options: .init(precision: .float32, threads: 2)
    ) { _ in }
    #expect(abs(surface.losses[0] - objective.value(at: w)) < 1e-5)
  }

  @Test(arguments: [0.3, 2, 10]) func weightsBeforeItHaveNoScale(_ factor: Double) throws {
    // x̂ has no units: but for ε, the loss is the same for any multiple of the weights before.
    let objective = try Self.objective(.afterDense, samples: 250, epsilon: 1e-12)
    let w = randomVector(objective.dimension, seed: 4)
    let entry = try #require(objective.network.layout.entry(named: "a"))
    var scaled = w
    for i in entry.range { scaled[i] *= factor }
    #expect(abs(objective.value(at: scaled) - objective.value(at: w)) < 1e-10)
    // So the gradient stands upright on the weights, and shrinks as they grow.
    let gradient = objective.valueAndGradient(at: w).gradient
    let part = entry.range.map { gradient[$0] }
    #expect(abs(dot(part, Array(w[entry.range]))) < 1e-10 * norm(part))
    let after = objective.valueAndGradient(at: scaled).gradient
    #expect(distance(entry.range.map { factor * after[$0] }, part) < 1e-9)
  }

  @Test func statisticsAreThoseOfTheData() throws {
    let objective = try Self.objective(.onInput, samples: 500, threads: 2)
    let statistics = objective.batchStatistics(at: randomVector(objective.dimension, seed: 4))
    #expect(statistics.map(\.name) == ["n."])
    for channel in 0..<4 {
      let column = (0..<500).map { objective.data.inputs[$0 * 4 + channel] }
      let mean = column.reduce(0, +) / 500
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 500
      #expect(abs(statistics[0].mean[channel] - mean) < 1e-14)
      #expect(abs(statistics[0].variance[channel] - variance) < 1e-14)
    }
  }

  @Test func atInferenceWithTheDatasStatisticsTheLossIsTheSame() throws {
    let objective = try Self.objective(.onInput, samples: 300, loss: .squaredError)
    let w = randomVector(objective.dimension, seed: 4)
    let statistics = objective.batchStatistics(at: w)[0]
    var b = try NetworkBuilder(inputShape: [4])
    let normal = try b.normaliseBatch(
      b.input, scale: b.parameter("n.weight", shape: [4], role: .normalisation),
      shift: b.parameter("n.bias", shape: [4], role: .normalisation), mean: statistics.mean,
      variance: statistics.variance)
    var x = try b.dense(
      normal, weight: b.parameter("a", shape: [5, 4], role: .kernel), bias: nil)
    x = try b.activate(x, .silu)
    x = try b.dense(x, weight: b.parameter("b", shape: [3, 5], role: .kernel), bias: nil)
    let fixed = try NetworkObjective(
      network: Network(b, output: x, summary: "fixed"), loss: .squaredError, data: objective.data)
    // Both declare scale and shift before the matrices that come after.
    let order = ["n.weight", "n.bias", "a", "b"]
    #expect(fixed.network.layout.entries.map(\.name) == order)
    #expect(objective.network.layout.entries.map(\.name) == order)
    #expect(abs(fixed.value(at: w) - objective.value(at: w)) < 1e-13)
    // On the input nothing moves the statistics: gradients agree, too.
    #expect(
      distance(fixed.valueAndGradient(at: w).gradient, objective.valueAndGradient(at: w).gradient)
        < 1e-13)
  }

  @Test func oneSampleIsRefused() {
    #expect(throws: NetworkError.self) { try Self.objective(.twice, samples: 1) }
  }
}
