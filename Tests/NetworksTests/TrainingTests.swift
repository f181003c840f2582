import Algebra
import Datasets
import Foundation
import TensorFiles
import Testing

@testable import Networks

@Suite struct TrainingTests {
  struct Run: Sendable, CustomTestStringConvertible {
    var name: String
    var optimizer: Optimizer
    var scope: @Sendable (ParameterLayout.Entry) -> Bool
    var lambda: Double
    var testDescription: String { name }
  }

  static let runs: [Run] = {
    let kernels: @Sendable (ParameterLayout.Entry) -> Bool = { $0.role == .kernel }
    let all: @Sendable (ParameterLayout.Entry) -> Bool = { _ in true }
    let first: @Sendable (ParameterLayout.Entry) -> Bool = { $0.name == "0.weight" }
    var sgd = Optimizer.sgd(.pytorch)
    sgd.learningRate = 0.1
    var nesterov = Optimizer.sgd(.pytorch)
    nesterov.learningRate = 0.05
    nesterov.rule = .sgd(momentum: 0.9, nesterov: true)
    return [
      Run(name: "torch-sgd", optimizer: sgd, scope: all, lambda: 0.01),
      Run(name: "torch-nesterov", optimizer: nesterov, scope: all, lambda: 0.01),
      Run(name: "torch-adam", optimizer: .adam(.pytorch), scope: all, lambda: 0.01),
      Run(name: "torch-adamw", optimizer: .adamW(.pytorch), scope: all, lambda: 0.01),
      // l2(0.01) adds 0.01·Σw², so λ = 0.02.
      Run(name: "keras-adam-l2", optimizer: .adam(.keras), scope: first, lambda: 0.02),
      Run(name: "numpy-by-hand", optimizer: sgd, scope: kernels, lambda: 0.01),
    ]
  }()

  @Test(arguments: runs)
  func optimiserAgreesWithItsOriginal(_ run: Run) throws {
    let folder = try ReferenceCase.folder("optimisers")
    let network = try Network(
      inputShape: [64],
      layers: [
        .dense(units: 32, bias: true), .activation(.relu), .dense(units: 10, bias: true),
      ])
    let objective = try NetworkObjective(
      network: network, loss: .crossEntropy, data: ReferenceCase.data("\(folder)/data.npz"),
      threads: 2)
    let start = try network.layout.readWeights("\(folder)/init.safetensors")
    let expected = try network.layout.readWeights("\(folder)/\(run.name).safetensors")
    var mask = [Double](repeating: 0, count: start.count)
    for entry in network.layout.entries where run.scope(entry) {
      for i in entry.range { mask[i] = 1 }
    }
    let training = Training(optimizer: run.optimizer, epochs: 40, batchSize: nil)
    let trained = try objective.train(
      from: start, training, penalty: Penalty(mask: mask), lambda: run.lambda)
    let worst = zip(trained.weights, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst <= 1e-10)
  }

  static func objective(
    _ loss: Loss = .crossEntropy, _ activation: Activation = .tanh, samples: Int = 150,
    threads: Int = 1
  ) throws -> NetworkObjective {
    try Example(form: .plain, activation: activation, loss: loss)
      .objective(samples: samples, threads: threads)
  }

  static func train(
    _ objective: NetworkObjective, _ training: Training, lambda: Double = 0.01,
    keepingPathEvery interval: Int? = nil
  ) throws -> TrainedWeights {
    try objective.train(
      from: Initialiser.pytorch.weights(for: objective.network.layout, seed: 1), training,
      penalty: Penalty(mask: .init(repeating: 1, count: objective.dimension)), lambda: lambda,
      keepingPathEvery: interval)
  }

  static func plan(_ epochs: Int, _ rate: Double = 0.1, batchSize: Int? = 16) -> Training {
    var sgd = Optimizer.sgd(.pytorch)
    sgd.learningRate = rate
    return Training(optimizer: sgd, epochs: epochs, batchSize: batchSize)
  }

  @Test func schedulesStartAt1() {
    typealias Schedule = Training.Schedule
    func factors(_ schedule: Schedule) -> [Double] {
      (0..<4).map { schedule.factor(epoch: $0, of: 4) }
    }
    #expect(factors(.constant) == [1, 1, 1, 1])
    #expect(factors(.step(epochs: 2, factor: 0.5)) == [1, 1, 0.5, 0.5])
    #expect(factors(.step(epochs: 0, factor: 0.5)) == [1, 0.5, 0.25, 0.125])
    let half = 0.5.squareRoot() / 2
    #expect(distance(factors(.cosine), [1, 0.5 + half, 0.5, 0.5 - half]) < 1e-15)
    #expect(Schedule.cosine.factor(epoch: 0, of: 0) == 1)
  }

  @Test func aScheduleOfTheRateIsFollowed() throws {
    // With factor 0 after one epoch, two epochs are one.
    let objective = try Self.objective()
    var stopping = Self.plan(2)
    stopping.schedule = .step(epochs: 1, factor: 0)
    let two = try Self.train(objective, stopping)
    let one = try Self.train(objective, Self.plan(1))
    #expect(two.weights == one.weights)
  }

  @Test(arguments: Loss.allCases) func miniBatchesLowerTheLoss(_ loss: Loss) throws {
    let objective = try Self.objective(loss)
    let trained = try Self.train(objective, Self.plan(20), keepingPathEvery: 1)
    #expect(trained.history.count == 20)
    #expect(trained.path.count == 21)
    #expect(trained.path.last == trained.weights)
    #expect(trained.polish == nil)
    let losses = trained.path.map { objective.value(at: $0) }
    #expect(losses[20] < losses[0])
    #expect(trained.history[19] < trained.history[0])
  }

  @Test func aPathOfEveryFewEpochsHasThePointsOfTheWholeOne() throws {
    let objective = try Self.objective()
    let whole = try Self.train(objective, Self.plan(7), keepingPathEvery: 1)
    let some = try Self.train(objective, Self.plan(7), keepingPathEvery: 3)
    #expect(whole.pathEpochs == Array(0...7) && some.pathEpochs == [0, 3, 6, 7])
    #expect(some.path == some.pathEpochs.map { whole.path[$0] })
    #expect(try Self.train(objective, Self.plan(7)).path.isEmpty)
    #expect(try Self.train(objective, Self.plan(0), keepingPathEvery: 1).pathEpochs == [0])
  }

  @Test func theSeedDecidesEveryBit() throws {
    let training = Self.plan(5)
    let right = try Self.train(Self.objective(samples: 1500), training)
    for threads in [1, 2, 5] {
      let again = try Self.train(Self.objective(samples: 1500, threads: threads), training)
      #expect(again.weights.bits == right.weights.bits)
      #expect(again.history.bits == right.history.bits)
    }
    var other = training
    other.seed = 1
    #expect(try Self.train(Self.objective(samples: 1500), other).weights != right.weights)
  }

  @Test func aBatchOfAllSamplesIsGradientDescent() throws {
    let objective = try Self.objective(samples: 40)
    let start = Initialiser.pytorch.weights(for: objective.network.layout, seed: 1)
    let gradient = objective.valueAndGradient(at: start).gradient
    let right = zip(start, gradient).map { $0 - 0.1 * ($1 + 0.01 * $0) }
    for size in [nil, 40, 1000] {
      let trained = try Self.train(objective, Self.plan(1, batchSize: size))
      #expect(distance(trained.weights, right) < 1e-15)
    }
  }

  @Test func noEpochsChangeNothing() throws {
    let objective = try Self.objective()
    let start = Initialiser.pytorch.weights(for: objective.network.layout, seed: 1)
    for epochs in [0, -1] {
      let trained = try Self.train(objective, Self.plan(epochs))
      #expect(trained.weights == start && trained.history.isEmpty)
    }
    #expect(try Self.train(objective, Self.plan(1, batchSize: -5)).weights != start)
  }

  @Test(arguments: [0, 0.01]) func trainingThatDivergesSaysSo(_ lambda: Double) throws {
    let objective = try Self.objective(.squaredError, .relu)
    let error = #expect(throws: TrainingError.self) {
      try Self.train(objective, Self.plan(200, 50), lambda: lambda)
    }
    let found = try #require(error)
    #expect(found.learningRate == 50)
    #expect((1...200).contains(found.epoch))
    #expect(found.description.contains("epoch \(found.epoch)"))
  }

  @Test(arguments: [Double.nan, .infinity])
  func weightsThatDivergedInTheLastStepAreFound(_ bad: Double) throws {
    // Nothing is penalised, and nothing after the step looks at the weights again.
    let objective = try Self.objective(samples: 8)
    let start = Initialiser.pytorch.weights(for: objective.network.layout, seed: 1)
    #expect(throws: TrainingError.self) {
      try objective.train(
        from: start, Self.plan(1, bad), penalty: Penalty(mask: start.map { _ in 0 }), lambda: 0)
    }
  }

  @Test(arguments: Loss.allCases) func aPolishReachesItsGradientNorm(_ loss: Loss) throws {
    let objective = try Self.objective(loss)
    var training = Self.plan(10)
    training.polish = 1e-9
    training.polishIterations = 3000
    let trained = try Self.train(objective, training, keepingPathEvery: 1)
    let polish = try #require(trained.polish)
    #expect(polish.outcome == .converged)
    #expect(polish.gradientNorm <= 1e-9)
    let steps = trained.pathPolishSteps
    #expect(trained.pathEpochs.prefix(11) == Array(0...10)[...])
    #expect(trained.pathEpochs.dropFirst(11).allSatisfy { $0 == 10 })
    #expect(steps.prefix(11).allSatisfy { $0 == 0 } && steps.last == polish.iterations)
    #expect(zip(steps.dropFirst(10), steps.dropFirst(11)).allSatisfy(<))
    #expect((2...32).contains(steps.count - 11) && trained.path.count == steps.count)
    #expect(trained.path.last == trained.weights)
    let losses = trained.path.dropFirst(10).map {
      objective.value(at: $0) + 0.005 * dot($0, $0)
    }
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 >= $1 - 1e-12 })
    // At a minimum of the total loss, the base loss's gradient is −λw.
    let gradient = objective.valueAndGradient(at: trained.weights).gradient
    #expect(distance(gradient, trained.weights.map { -0.01 * $0 }) <= 1e-9)
  }

  @Test func aPolishThatFallsShortSaysSo() throws {
    // At a relu network's kinks the gradient may not vanish.
    for seed in 1...5 as ClosedRange<UInt64> {
      let objective = try Self.objective(.squaredError, .relu, samples: 20)
      var training = Self.plan(0)
      training.polish = 1e-9
      training.polishIterations = 300
      let start = Initialiser.he.weights(for: objective.network.layout, seed: seed)
      let trained = try objective.train(
        from: start, training, penalty: Penalty(mask: start.map { _ in 1 }), lambda: 0.001)
      let polish = try #require(trained.polish)
      #expect((polish.outcome == .converged) == (polish.gradientNorm <= 1e-9))
      let total = PenalisedObjective(
        objective, penalty: Penalty(mask: start.map { _ in 1 }), lambda: 0.001)
      let (value, gradient) = total.valueAndGradient(at: trained.weights)
      #expect(value == polish.value && norm(gradient) == polish.gradientNorm)
      #expect(value < total.value(at: start))
    }
  }

  @Test func ridgeRegressionIsInClosedForm() throws {
    // One input, one weight: w = Σxy/(Σx² + Nλ/2).
    let data = try Dataset(
      name: "line", inputShape: [1], inputs: [1, 2, 3], targets: .values([2, 3, 7], outputs: 1))
    let network = try Network(inputShape: [1], layers: [.dense(units: 1, bias: false)])
    let objective = try NetworkObjective(network: network, loss: .squaredError, data: data)
    var training = Self.plan(0)
    training.polish = 1e-12
    for lambda in [0, 0.5, 10] {
      let trained = try objective.train(
        from: [0], training, penalty: Penalty(mask: [1]), lambda: lambda)
      #expect(abs(trained.weights[0] - 29 / (14 + 1.5 * lambda)) < 1e-11)
    }
  }

  @Test func progressGoesFrom0To1InEachStage() throws {
    let objective = try Self.objective(samples: 30)
    var training = Self.plan(4)
    training.polish = 1e-3
    var told: [(Double, String)] = []
    _ = try objective.train(
      from: Initialiser.he.weights(for: objective.network.layout, seed: 1), training,
      penalty: Penalty(mask: .init(repeating: 0, count: objective.dimension)), lambda: 0
    ) { told.append(($0, $1)) }
    #expect(told.filter { $0.1 == "training" }.map(\.0) == [0, 0.25, 0.5, 0.75])
    #expect(told.contains { $0.1 == "polishing" })
    #expect(told.allSatisfy { (0...1).contains($0.0) })
  }
}
