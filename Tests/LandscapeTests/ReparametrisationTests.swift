import Algebra
import Foundation
import Geometry
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct ReparametrisationTests {
  func scene(_ network: String, _ change: String, _ more: [String: String] = [:]) throws -> Scene {
    try tinyScene(["network": network, "reparametrise": change].merging(more) { $1 })
  }

  @Test(arguments: [
    ("[{dense: 5}, relu, {dense: 3}]", 0),
    ("[{dense: 5}, leaky-relu, {dense: 4}, relu, {dense: 3}]", 2),
    ("[{dense: {units: 5, bias: false}}, relu, {dense: 3}]", 0), ("[{dense: 4}, {dense: 3}]", 0),
    ("[{dense: 4}, relu, skip, {dense: 4}, relu, {dense: 4}, add, {dense: 3}]", 3),
  ])
  func `The function stays, to rounding, at any factor and anywhere on the samples`(
    network: String, layer: Int
  ) throws {
    for factor in [0.01, 0.5, 10, 1000] {
      let scene = try scene(network, "{layer: \(layer), by: \(factor)}")
      let model = try Model(scene, threads: 1)
      let weights = try model.initialWeights()
      let scaled = try #require(scene.reparametrisation)
        .applied(to: weights, of: model.network, scene: scene)
      let (before, after) = (
        model.objective.evaluate(at: weights), model.objective.evaluate(at: scaled)
      )
      #expect(abs(before.loss - after.loss) < 1e-12 && before.score == after.score)
      #expect(weights != scaled)
      // ∂L/∂(aw) = (∂L/∂w)/a: the chain rule on the scaled tensors.
      let (g, h) = (
        model.objective.valueAndGradient(at: weights).gradient,
        model.objective.valueAndGradient(at: scaled).gradient
      )
      for (i, w) in weights.enumerated() where w != 0 {
        #expect(abs(g[i] - h[i] * (scaled[i] / w)) < 1e-10)
      }
    }
  }

  @Test(arguments: [
    ("[{dense: 4}, tanh, {dense: 3}]", "{layer: 0, by: 2}", "tanh (layer 1)"),
    ("[{dense: 4}, relu, {dense: 3}]", "{layer: 2, by: 2}", "no dense layer comes"),
    ("[{dense: 4}, relu, {dense: 3}]", "{layer: 1, by: 2}", "no dense layer (there are 0, 2)"),
    ("[{dense: 4}, skip, relu, add, {dense: 3}]", "{layer: 0, by: 2}", "skip (layer 1)"),
    ("[{dense: 4}, relu, {dense: 3}]", "{layer: 0, by: -2}", "'reparametrise.by'"),
    ("[{dense: 4}, relu, {dense: 3}]", "{layer: 0}", "'reparametrise.by' is missing"),
    ("[{dense: 4}, relu, {dense: 3}]", "{layr: 0, by: 2}", "did you mean 'layer'?"),
  ])
  func `What would change the function is refused in a line that says why`(
    network: String, change: String, says: String
  ) throws {
    let folder = try TemporaryFolder()
    #expect {
      try run(try scene(network, change), in: folder)
    } throws: { error in
      error is SceneError && "\(error)".contains(says)
    }
    #expect(try folder.contents().isEmpty)
  }

  @Test func `Both are drawn: filter-normalised bases agree, the same directions do not`() throws {
    let folder = try TemporaryFolder()
    let scene = try scene(
      "[{dense: 6}, relu, {dense: 3}]", "{layer: 0, by: 4}",
      ["slice": "{grid: 5, precision: float64, biases: true, normalise: filter}"])
    let files = try run(scene, in: folder)
    #expect(
      files.suffix(4) == [
        "reparametrised.json", "reparametrised.safetensors", "lambda-0.01/reparametrised.png",
        "lambda-0.01/reparametrised.tex",
      ])
    let report = try JSONDecoder().decode(
      ReparametrisedReport.self, from: Data(readFile(folder.file("reparametrised.json"))))
    #expect(abs(report.original.baseLoss - report.scaled.baseLoss) < 1e-12)
    let model = try Model(scene, threads: 1)
    let original = try model.network.layout.readWeights(folder.file("weights.safetensors"))
    let scaled = try model.network.layout.readWeights(folder.file("reparametrised.safetensors"))
    #expect(abs(report.scaled.squaredNorm - dot(scaled, scaled)) < 1e-9)
    #expect(abs(report.original.squaredNorm - dot(original, original)) < 1e-9)
    #expect(report.scaled.squaredNorm > report.original.squaredNorm)
    #expect(report.nextLayer == 2)
    func base(_ name: String) throws -> [Double] {
      try SurfaceFile.read(folder.file(name)).surface.base
    }
    let (first, same) = (try base("slices/original.npz"), try base("slices/same-directions.npz"))
    let difference = zip(first, same).map { abs($0 - $1) }.max() ?? 0
    #expect(difference > 1e-3)
    // Kernels' directions scale with the kernels; the biases of the first layer do too, as one row.
    let own = try base("surface.npz")
    #expect((zip(first, own).map { abs($0 - $1) }.max() ?? 1) < 1e-9)
  }

  @Test func `Studies that train again refuse it`() throws {
    let scene = try scene(
      "[{dense: 4}, relu, {dense: 3}]", "{layer: 0, by: 2}", ["penalty": "{lambda: [0.1, 1]}"])
    let folder = try TemporaryFolder()
    #expect(throws: UsageError.self) { try swept(scene, in: folder) }
    var plan = AnimationPlan()
    plan.path = .training
    #expect(throws: UsageError.self) { try plan.check(against: scene) }
  }
}
