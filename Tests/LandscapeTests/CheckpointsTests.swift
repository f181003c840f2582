import Algebra
import Foundation
import Geometry
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct CheckpointsTests {
  /// A folder of checkpoints that a small network's training went through, and the scene.
  private func saved(_ names: [String], in folder: TemporaryFolder) throws -> [[Double]] {
    let model = try Model(tinyScene(), threads: 1)
    var source = RandomSource(seed: 3)
    var w = try model.initialWeights()
    try FileManager.default.createDirectory(
      atPath: folder.file("run"), withIntermediateDirectories: true)
    return try names.map { name in
      for i in w.indices { w[i] += 0.1 * source.normal() }
      try model.network.layout.writeWeights(w, to: folder.file("run/\(name)"))
      return w
    }
  }

  static let names = ["epoch1.npz", "epoch2.safetensors", "epoch10.safetensors", "epoch20.npz"]

  @Test func `A folder's checkpoints are in the order of counting, and the last one is drawn`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try saved(Self.names, in: folder)
    try Data().write(to: URL(filePath: folder.file("run/notes.txt")))
    let scene = try tinyScene(["checkpoints": "run"], path: folder.file("tiny.yaml"))
    #expect(scene.slice.directions == .path && scene.takesWeights)
    let model = try Model(scene, threads: 1)
    #expect(model.checkpoints?.names == Self.names)
    #expect(model.checkpoints?.numbers == [1, 2, 10, 20] && model.checkpoints?.points == path)
    let placed = try model.slice(around: path[3])
    #expect(placed.slice.centre == path[3] && abs(placed.slice.uNorm - 1) < 1e-14)
    // All of the path is in sight.
    for point in try #require(placed.path).points {
      #expect(placed.alpha.contains(point.alpha) && placed.beta.contains(point.beta))
    }
  }

  @Test func `The summary tells the shares, the projection's error and each checkpoint's place`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try saved(Self.names, in: folder)
    let scene = try tinyScene(["checkpoints": "run"], path: folder.file("tiny.yaml"))
    let files = try run(scene, in: folder) { $0.layout = true }
    #expect(!files.contains("weights.safetensors") && files.contains("lambda-0.01/contour.png"))
    let slices = try #require(summary(folder)["slices"] as? [[String: Any]])
    let found = try #require(slices[0]["path"] as? [String: Any])
    let shares = try #require(found["explainedShares"] as? [Double])
    let error = try #require(found["projectionError"] as? Double)
    // What the directions do not hold is the error, squared.
    #expect(abs(shares[0] + shares[1] + error * error - 1) < 1e-12 && error > 0)
    let points = try #require(found["points"] as? [[String: Any]])
    let model = try Model(scene, threads: 1)
    for (point, w) in zip(points, path) {
      let place = try ["alpha", "beta", "offSlice"].map { try #require(point[$0] as? Double) }
      #expect(abs(norm(place) - norm(zip(w, path[3]).map { $0 - $1 })) < 1e-12)
      #expect(abs(try #require(point["base"] as? Double) - model.objective.value(at: w)) < 1e-12)
    }
    #expect(points.map { $0["name"] as? String } == Self.names)
    let layout = try String(
      contentsOfFile: folder.file("lambda-0.01/contour.layout.json"), encoding: .utf8)
    for text in ["principal component 1", "first checkpoint", "last checkpoint", "numbered"] {
      #expect(layout.contains(text), "\(text)")
    }
  }

  @Test func `On random directions the path is projected, with its error`() throws {
    let folder = try TemporaryFolder()
    _ = try saved(Self.names, in: folder)
    let scene = try tinyScene(
      ["checkpoints": "run", "slice": "{grid: 3, directions: random}"],
      path: folder.file("tiny.yaml"))
    try run(scene, in: folder) { $0.dataOnly = true }
    let slices = try #require(summary(folder)["slices"] as? [[String: Any]])
    let found = try #require(slices[0]["path"] as? [String: Any])
    #expect(found["explainedShares"] == nil)
    #expect(try #require(found["projectionError"] as? Double) > 0.3)
  }

  @Test func `A list is taken in its order, and names without ascending numbers are counted`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try saved(["b.npz", "a.npz", "c2.npz"], in: folder)
    var scene = try tinyScene()
    let files = ["b", "a", "c2"].map { folder.file("run/\($0).npz") }
    try scene.setCheckpoints(files.joined(separator: ", "))
    let model = try Model(scene, threads: 1)
    #expect(model.checkpoints?.points == path && model.checkpoints?.numbers == [1, 2, 3])
    #expect(scene.slice.directions == .path)
    try scene.set(.directions, "eigen")
    try scene.setCheckpoints(files.joined(separator: ","))
    #expect(scene.slice.directions == .eigen(u: 1, v: 2))
  }

  @Test func `Training is animated along the checkpoints, and nothing is trained`() throws {
    let folder = try TemporaryFolder()
    let path = try saved(Self.names, in: folder)
    let scene = try tinyScene(["checkpoints": "run"], path: folder.file("tiny.yaml"))
    let notes = Notes()
    let files = try AnimatedTrainingTests.animated(scene, in: folder, notes: notes)
    #expect(
      files == [
        "training-surface.npz", "training-path.csv", "training-path.png", "training-path.tex",
        "training-animation.png",
      ])
    #expect(!notes.stages.contains { $0.hasPrefix("training") })
    let csv = try String(contentsOfFile: folder.file("training-path.csv"), encoding: .utf8)
    #expect(csv.split(separator: "\n").count == path.count + 1)
  }

  @Test func `What is no path is refused`() throws {
    let folder = try TemporaryFolder()
    _ = try saved(["epoch1.npz"], in: folder)
    func model(_ sections: [String: String]) throws {
      let scene = try tinyScene(sections, path: folder.file("tiny.yaml"))
      let model = try Model(scene, threads: 1)
      _ = try model.slice(around: model.initialWeights())
    }
    for (sections, type) in [
      (["checkpoints": "run"], "two files"), (["checkpoints": "none"], "two files"),
      (["checkpoints": "[run/epoch1.npz, none.npz]"], "no such file"),
      (["slice": "{directions: path}"], "needs 'checkpoints'"),
      (
        ["checkpoints": "[run/epoch1.npz, run/epoch1.npz]", "weights": "run/epoch1.npz"],
        "leave out"
      ),
      (
        [
          "checkpoints": "[run/epoch1.npz, run/epoch1.npz]",
          "slice": "{directions: path, centre: run/epoch1.npz}",
        ], "leave out 'centre'"
      ),
    ] {
      let error = try #require(throws: (any Error).self) { try model(sections) }
      #expect("\(error)".contains(type), "\(error)")
    }
    try FileManager.default.createDirectory(
      atPath: folder.file("empty"), withIntermediateDirectories: true)
    #expect(throws: FileError.self) { try model(["checkpoints": "empty"]) }
    #expect(throws: SceneError.self) { try tinyScene(["checkpoints": "[]"]) }
    let scene = try tinyScene(
      ["checkpoints": "[run/epoch1.npz, run/epoch1.npz]"], path: folder.file("tiny.yaml"))
    #expect(throws: UsageError.self) { try run(scene, in: folder) { $0.retrain = true } }
  }

  @Test func `A plane through three models holds them where the summary says`() throws {
    let folder = try TemporaryFolder()
    let path = try saved(["a.npz", "b.npz", "c.npz"], in: folder)
    let scene = try tinyScene(
      [
        "weights": "run/a.npz",
        "slice": "{directions: [\"plane:run/b.npz\", run/c.npz], grid: 3, precision: float64}",
      ], path: folder.file("tiny.yaml"))
    try run(scene, in: folder) { $0.layout = true }
    let slices = try #require(summary(folder)["slices"] as? [[String: Any]])
    let models = try #require(slices[0]["models"] as? [[String: Any]])
    #expect(models.map { $0["name"] as? String } == ["centre", "b.npz", "c.npz"])
    let model = try Model(scene, threads: 1)
    let slice = try model.slice(around: path[0]).slice
    for (record, w) in zip(models, path) {
      let (alpha, beta) = (
        try #require(record["alpha"] as? Double), try #require(record["beta"] as? Double)
      )
      let back = slice.centre.indices.map {
        slice.centre[$0] + alpha * slice.u[$0] + beta * slice.v[$0]
      }
      #expect(norm(zip(back, w).map { $0 - $1 }) < 1e-12)
      #expect(abs(try #require(record["base"] as? Double) - model.objective.value(at: w)) < 1e-12)
    }
    let layout = try String(
      contentsOfFile: folder.file("lambda-0.01/contour.layout.json"), encoding: .utf8)
    #expect(layout.contains("toward b.npz") && layout.contains("\"c.npz\""))
  }

  @Test func `On a line to another model both are grid points, with the losses of their files`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try saved(["a.npz", "b.npz"], in: folder)
    let scene = try tinyScene(
      [
        "weights": "run/a.npz",
        "slice": "{directions: \"line:run/b.npz\", grid: 5, precision: float64}",
      ], path: folder.file("tiny.yaml"))
    try run(scene, in: folder) { $0.dataOnly = true }
    #expect(try array("alphas", folder) == [-0.5, 0, 0.5, 1, 1.5])
    let base = try array("base", folder)
    let model = try Model(scene, threads: 1)
    #expect(abs(base[10 + 1] - model.objective.value(at: path[0])) < 1e-12)
    #expect(abs(base[10 + 3] - model.objective.value(at: path[1])) < 1e-12)
    // A range that is given holds.
    var other = scene
    try other.set(.span, "-1:2,-1:1")
    try run(other, in: folder) { $0.dataOnly = true }
    #expect(try array("alphas", folder) == [-1, -0.25, 0.5, 1.25, 2])
  }

  @Test func `A scene's range is for its own directions, not for a plane that a flag asks for`()
    throws
  {
    var scene = try tinyScene(["slice": "{grid: 3, span: 0.5}"])
    #expect(scene.slice.hasSpan)
    try scene.set(.directions, "eigen")
    #expect(scene.slice.hasSpan)
    try scene.set(.directions, "line:b.npz")
    #expect(!scene.slice.hasSpan)
    try scene.set(.span, "2")
    #expect(scene.slice.hasSpan)
  }

  @Test(arguments: ["plane:b", "plane:b,c,d", "line:b,c", "line", "plane", "paths"])
  func `Directions that are none of these are refused`(text: String) {
    #expect(throws: ParsingError.self) { try Scene.SlicePlan.Directions(text, beside: "") }
  }
}
