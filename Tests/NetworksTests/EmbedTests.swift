import Algebra
import Datasets
import Testing

@testable import Networks

@Suite struct EmbedTests {
  /// Two tokens of five, embedded in three numbers, joined by a constant token.
  private func network() throws -> Network {
    var b = try NetworkBuilder(inputShape: [3])
    let tokens = try b.slice(b.input, axis: 0, from: 2, to: 0, by: -1)
    let joined = try b.concatenate([b.constant([4], shape: [1]), tokens], axis: 0)
    let table = try b.parameter("table", shape: [5, 3], role: .kernel)
    let x = try b.map(b.embed(joined, table: table), .sin)
    let weight = try b.parameter("weight", shape: [2, 9], role: .kernel)
    let output = try b.dense(x, weight: weight, bias: nil)
    return try Network(b, output: output, summary: "embedding")
  }

  private func data(_ inputs: [Double]) throws -> Dataset {
    let count = inputs.count / 3
    return try Dataset(
      name: "tokens", inputShape: [3], inputs: inputs,
      targets: .values(randomVector(2 * count, seed: 3), outputs: 2))
  }

  @Test func gradientAndProductAreSlopes() throws {
    // The first number is no index.
    let objective = try NetworkObjective(
      network: network(), loss: .squaredError, data: data([0.5, 0, 3, -7, 2, 2, 9.9, 4, 1]))
    let w = randomVector(objective.dimension, seed: 1)
    let v = randomVector(objective.dimension, seed: 2)
    let h = 1e-6
    let right = objective.valueAndGradient(at: zip(w, v).map { $0 + h * $1 })
    let left = objective.valueAndGradient(at: zip(w, v).map { $0 - h * $1 })
    let (_, gradient) = objective.valueAndGradient(at: w)
    #expect(abs(dot(gradient, v) - (right.value - left.value) / (2 * h)) < 1e-7)
    let slope = zip(right.gradient, left.gradient).map { ($0 - $1) / (2 * h) }
    #expect(distance(objective.hessian(at: w).apply(to: v), slope) < 1e-7)
    // Nothing names token 0 but the first sample; token 1 but the last.
    #expect(gradient[0..<15].allSatisfy { $0 != 0 })
  }

  @Test(arguments: [5, -1, 0.5, .nan, .infinity] as [Double])
  func indicesOutOfRangeAreRefused(_ bad: Double) throws {
    let data = try? data([0, 1, 2, 0, 1, bad])
    guard let data else { return }
    do {
      _ = try NetworkObjective(network: network(), loss: .squaredError, data: data)
      Issue.record("took index \(bad)")
    } catch let error as NetworkError {
      #expect("\(error)".contains("from 0 to 4; sample 1 has \(bad) at 2"))
    }
  }

  @Test func computedIndicesAndBadConstantsAreRefused() throws {
    var b = try NetworkBuilder(inputShape: [2])
    let table = try b.parameter("table", shape: [5, 3], role: .kernel)
    #expect(throws: NetworkError.self) { try b.embed(b.map(b.input, .abs), table: table) }
    #expect(throws: NetworkError.self) {
      try b.embed(b.constant([5], shape: [1]), table: table)
    }
    #expect(throws: NetworkError.self) {
      try b.embed(b.pad(b.input, before: [1], after: [0], filling: 0.5), table: table)
    }
    #expect(throws: NetworkError.self) {
      try b.embed(b.input, table: b.parameter("flat", shape: [5], role: .kernel))
    }
  }
}
