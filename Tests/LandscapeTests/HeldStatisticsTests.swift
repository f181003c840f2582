import Foundation
import Networks
import TensorFiles
import Testing

@testable import Landscape

/// Batch normalisations that are trained over mini-batches and then run on the training set's
/// statistics, as at inference.
@Suite struct HeldStatisticsTests {
  private static func scene(_ statistics: String, weights: String? = nil) throws -> Scene {
    var replaced = [
      "data": "{source: blobs, samples: 40, held-out: 10, noise: 0.3, classes: 3}",
      "network": "[{dense: 4}, {batchnorm: {statistics: \(statistics)}}, tanh, "
        + "{skip: [{batchnorm: {statistics: \(statistics)}}]}, {dense: 4}, add, {dense: 3}]",
      "slice": "{grid: 3, precision: float64}",
    ]
    replaced["weights"] = weights
    return try tinyScene(replaced)
  }

  @Test func `The surface is that of the trained weights, given with their statistics`() throws {
    let (held, given, coupled) = (
      try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder()
    )
    try run(try Self.scene("running"), in: held) { $0.dataOnly = true }
    let file = held.file("weights.safetensors")
    #expect(try Safetensors.read(file).tensors.names.contains("3.0.running_var"))
    try run(try Self.scene("running", weights: file), in: given) { $0.dataOnly = true }
    #expect(try array("base", held) == array("base", given))
    // Trained alike; the same at the centre, and elsewhere only where it is.
    try run(try Self.scene("data"), in: coupled) { $0.dataOnly = true }
    let pairs = zip(try array("base", held), try array("base", coupled)).map { abs($0 - $1) }
    #expect(pairs.count == 9 && pairs[4] < 1e-12 && pairs.max() ?? 0 > 1e-3)
    let record = try #require(try summary(held)["network"] as? [String: Any])
    #expect((record["summary"] as? String)?.contains("running statistics") == true)
  }

  @Test func `Held-out samples are measured with the training set's statistics`() throws {
    let model = try Model(Self.scene("running"), threads: 1)
    let weights = try model.train(lambda: 0.01, reporter: .silent).weights
    let fixed = try model.holdingStatistics(at: weights)
    #expect(model.awaitsStatistics && !fixed.awaitsStatistics)
    #expect(abs(fixed.objective.value(at: weights) - model.objective.value(at: weights)) < 1e-12)
    let kept = try #require(fixed.heldOut)
    #expect(kept.network.fixedStatistics.map(\.mean) == fixed.network.fixedStatistics.map(\.mean))
    #expect(kept.value(at: weights) != model.heldOut?.value(at: weights))
    // Nothing is held twice, and data statistics are left alone.
    let again = try fixed.holdingStatistics(at: weights.map { 2 * $0 })
    #expect(again.objective.value(at: weights) == fixed.objective.value(at: weights))
    #expect(!(try Model(Self.scene("data"), threads: 1).awaitsStatistics))
  }

  @Test func `Each λ that is trained has statistics of its own`() throws {
    let folder = try TemporaryFolder()
    var scene = try Self.scene("running")
    scene.penalty.values = [0, 1]
    try run(scene, in: folder) { ($0.dataOnly, $0.retrain) = (true, true) }
    let records = try #require(try summary(folder)["lambdas"] as? [[String: Any]])
    let losses = records.compactMap { ($0["centre"] as? [String: Any])?["base"] as? Double }
    #expect(losses.count == 2)
    for (given, loss) in zip(["0", "1"], losses) {
      let values = try #require(NPZ.read(folder.file("lambda-\(given)/surface.npz"))["base"])
      #expect(abs(values.doubles[4] - loss) < 1e-12)
    }
  }

  @Test func `What goes through many weights is refused`() throws {
    let scene = try Self.scene("running")
    let options = RenderOptions(folder: try TemporaryFolder().path, threads: 1, command: "test")
    var (swept, plan) = (scene, AnimationPlan())
    swept.penalty.values = [0.01, 0.1]
    plan.path = .training
    for error in [
      #expect(throws: SceneError.self) { try sweep(swept, options) },
      #expect(throws: SceneError.self) {
        try animate(scene, plan, options)
      },
    ] {
      #expect(try #require(error).description.contains("'statistics: data'"))
    }
  }

  @Test func `What many layers say is said once`() throws {
    let lines = try check(Self.scene("data")).filter { $0.contains("batchnorm:") }
    #expect(lines.count == 2 && lines[0].hasPrefix("layer 1, ") && lines[1].hasPrefix("layer 3, "))
    let deep = try tinyScene(["network": "[{repeat: {times: 3, layers: [dense: 3, batchnorm]}}]"])
    #expect(try check(deep).contains { $0.hasPrefix("layer 1 and 2 more, batchnorm: ") })
  }
}
