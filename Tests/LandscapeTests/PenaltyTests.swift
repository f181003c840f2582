import Algebra
import Foundation
import Geometry
import Networks
import Testing

@testable import Landscape

@Suite struct PenaltyTests {
  func mask(_ scope: String) throws -> [Double] {
    try Model(tinyScene(["penalty": "{scope: \(scope)}"]), threads: 1).penalty.mask
  }

  // 0.weight [4, 2], 0.bias [4], 2.weight [3, 4], 2.bias [3].
  let sizes = [8, 4, 12, 3]

  func expected(_ factors: [Double]) -> [Double] {
    zip(sizes, factors).flatMap { Array(repeating: $1, count: $0) }
  }

  @Test(arguments: [
    ("all", [1.0, 1, 1, 1]), ("weights", [1, 0, 1, 0]), ("[0.weight]", [1, 0, 0, 0]),
    ("[2.bias, 0.weight]", [1, 0, 0, 1]), ("{0.weight: 0.5, 2.weight: 3}", [0.5, 0, 3, 0]),
    ("{0.bias: 0}", [0, 0, 0, 0]),
  ])
  func `A scope weighs whole tensors`(scope: String, factors: [Double]) throws {
    #expect(try mask(scope) == expected(factors))
  }

  @Test func `The penalty on the slice is (λ/2)Σw² over the scope, for every scope and λ`() throws {
    for scope in ["all", "weights", "[0.weight]", "{0.weight: 0.5, 2.bias: 3}"] {
      let model = try Model(
        tinyScene(["penalty": "{scope: \(scope)}", "slice": "{grid: 5x3, biases: true}"]),
        threads: 1)
      let weights = model.scene.initialiser.weights(for: model.network.layout, seed: 4)
      let slice = try model.slice(around: weights).slice
      let grid = model.scene.slice.grid
      let surface = try Surface.sampled(
        model.objective, on: slice, grid, penalty: model.penalty, options: .init())
      let lambda = 0.3
      let values = surface.penaltyValues(lambda: lambda)
      for (row, beta) in grid.betas.enumerated() {
        for (column, alpha) in grid.alphas.enumerated() {
          let w = slice.plane(grid).point(alpha, beta)
          let sum = zip(model.penalty.mask, w).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
          #expect(abs(values[row * 5 + column] - lambda / 2 * sum) < 1e-13)
        }
      }
    }
  }

  @Test func `Keras's l2(c) is λ = 2c: the same weights, the same surface, and c·Σw² by hand`()
    throws
  {
    let c = 0.005
    let (keras, plain) = (try TemporaryFolder(), try TemporaryFolder())
    try run(
      try tinyScene(["penalty": "{lambda: \(c), convention: keras, scope: weights}"]), in: keras)
    try run(try tinyScene(["penalty": "{lambda: 0.01, scope: weights}"]), in: plain)
    #expect(try keras.contents()["surface.npz"] == plain.contents()["surface.npz"])
    #expect(try keras.contents()["weights.safetensors"] == plain.contents()["weights.safetensors"])
    #expect(try keras.contents().keys.contains("lambda-0.005/contour.png"))
    let lambdas = try #require(summary(keras)["lambdas"] as? [[String: Any]])
    #expect(lambdas[0]["lambda"] as? Double == 0.01 && lambdas[0]["given"] as? Double == c)
    let centre = try #require(lambdas[0]["centre"] as? [String: Double])

    let model = try Model(tinyScene(), threads: 1)
    let w = try model.network.layout.readWeights(keras.file("weights.safetensors"))
    var sum = 0.0
    for entry in model.network.layout.entries where entry.name.hasSuffix("weight") {
      for i in entry.range { sum += w[i] * w[i] }
    }
    #expect(abs(try #require(centre["penalty"]) - c * sum) < 1e-15)
    #expect(
      try abs(#require(centre["total"]) - (model.objective.value(at: w) + c * sum)) < 1e-14)
  }

  @Test func `PyTorch's weight_decay is λ itself`() throws {
    #expect(Scene.PenaltyPlan.Convention.pytorch.lambda(0.3) == 0.3)
    #expect(Scene.PenaltyPlan.Convention.lambda.lambda(0.3) == 0.3)
    #expect(Scene.PenaltyPlan.Convention.keras.lambda(0.3) == 0.6)
  }

  @Test func `With everything penalised, curvature in the slice rises by λ exactly`() throws {
    let folder = try TemporaryFolder()
    try run(try tinyScene(["penalty": "{lambda: [0, 0.25, 8]}"]), in: folder) { $0.dataOnly = true }
    for record in try #require(summary(folder)["lambdas"] as? [[String: Any]]) {
      let total = try #require(record["sliceCurvature"] as? [Double])
      let base = try #require(record["baseSliceCurvature"] as? [Double])
      let lambda = try #require(record["lambda"] as? Double)
      for (t, b) in zip(total, base) { #expect(abs(t - b - lambda) < 1e-13) }
    }
  }
}
