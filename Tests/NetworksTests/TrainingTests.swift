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
}
