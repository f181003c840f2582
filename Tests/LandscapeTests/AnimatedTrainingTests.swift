import Algebra
import Foundation
import Images
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct AnimatedTrainingTests {
  static let polished = ["training": "{epochs: 3, batch: 8, polish: 1e-4}"]

  /// Animates training in a folder; returns the files by their names.
  static func animated(
    _ scene: Scene, in folder: TemporaryFolder, notes: Notes = Notes(), threads: Int = 2,
    fresh: Bool = false, _ change: (inout AnimationPlan) -> Void = { _ in }
  ) throws -> [String] {
    var plan = AnimationPlan()
    (plan.path, plan.frames, plan.pixels) = (.training, 5, 200)
    change(&plan)
    var options = RenderOptions(folder: folder.path, threads: threads, command: "test")
    options.fresh = fresh
    options.others = .replace
    return try animate(scene, plan, options, reporter: notes.reporter)
      .map { String($0.dropFirst(folder.path.count + 1)) }
  }

  static let files = [
    "weights.safetensors", "training-path.safetensors", "training-surface.npz",
    "training-path.csv", "training-path.png", "training-path.tex",
  ]

  @Test func `Training gives its path, the loss in its plane, a still and the animation`() throws {
    let folder = try TemporaryFolder()
    let files = try Self.animated(tinyScene(Self.polished), in: folder) {
      $0.formats = [.apng, .frames]
    }
    let stills = (1...5).map { "training-frames/frame-000\($0).png" }
    #expect(files == Self.files + ["training-animation.png"] + stills)
    #expect(Set(try folder.contents().keys) == Set(files))
  }

  @Test func `The file's path runs from the first weights to those that training gives`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(Self.polished)
    _ = try Self.animated(scene, in: folder)
    let path = try Safetensors.read(folder.file("training-path.safetensors")).tensors
    let weights = try #require(path["weights"])
    let epochs = try #require(path["epochs"]).doubles
    let polish = try #require(path["polish_steps"]).doubles
    let model = try Model(scene, threads: 1)
    let n = model.objective.dimension
    #expect(weights.shape == [epochs.count, n])
    #expect(epochs.prefix(4) == [0, 1, 2, 3] && epochs.dropFirst(4).allSatisfy { $0 == 3 })
    #expect(polish.prefix(4).allSatisfy { $0 == 0 } && (polish.last ?? 0) > 0)
    #expect(Array(weights.doubles.prefix(n)) == (try model.initialWeights()))
    let last = Array(weights.doubles.suffix(n))
    #expect(try model.network.layout.readWeights(folder.file("weights.safetensors")) == last)
    // The same weights as any other command trains, and kept where it looks for them.
    let notes = Notes()
    try run(scene, in: folder, notes: notes) { $0.dataOnly = true }
    #expect(notes.reuse.count == 1 && notes.stages == ["sampling"])
    let other = try TemporaryFolder()
    try run(scene, in: other) { $0.dataOnly = true }
    #expect(try model.network.layout.readWeights(other.file("weights.safetensors")) == last)
  }

  @Test func `The numbers are the losses at the path's weights, and where they lie`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(Self.polished)
    _ = try Self.animated(scene, in: folder)
    let model = try Model(scene, threads: 1)
    let tensor = try #require(
      Safetensors.read(folder.file("training-path.safetensors")).tensors["weights"])
    let n = model.objective.dimension
    let path = (0..<tensor.shape[0]).map { Array(tensor.doubles[$0 * n..<($0 + 1) * n]) }
    let text = try String(contentsOfFile: folder.file("training-path.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "epoch,polish_steps,total,base,alpha,beta,off_plane,norm")
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(rows.count == path.count && rows.allSatisfy { $0.count == 8 })
    for (row, w) in zip(rows, path) {
      let base = model.objective.value(at: w)
      #expect(abs(row[3] - base) < 1e-12)
      #expect(abs(row[2] - base - 0.005 * dot(w, w)) < 1e-12)
      // The plane's coordinates and the distance to it make up the distance to the end.
      let away = norm(zip(w, path[path.count - 1]).map { $0 - $1 })
      #expect(abs(norm(Array(row[4...6])) - away) < 1e-12)
      #expect(abs(row[7] - norm(w)) < 1e-12)
    }
    #expect(rows.last?[4...6] == [0, 0, 0])
    // The surface holds the path, and the loss of the plane at its centre is that of the last weights.
    let surface = try NPZ.read(folder.file("training-surface.npz"))
    let (alphas, betas) = (
      try #require(surface["alphas"]).doubles, try #require(surface["betas"]).doubles
    )
    for row in rows {
      #expect(alphas[0] < row[4] && row[4] < alphas[2] && betas[0] < row[5] && row[5] < betas[2])
    }
  }

  @Test func `A second run trains and samples nothing, and every byte is the same`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(Self.polished)
    _ = try Self.animated(scene, in: folder)
    let before = try folder.contents()
    let notes = Notes()
    _ = try Self.animated(scene, in: folder, notes: notes, threads: 1)
    #expect(!notes.stages.contains { $0.hasPrefix("training") || $0 == "sampling" })
    #expect(try folder.contents() == before)
    _ = try Self.animated(scene, in: folder, threads: 3, fresh: true)
    #expect(try folder.contents() == before)
  }

  @Test(arguments: [
    ["penalty": "{lambda: 0.02}"], ["seed": "9"],
    ["training": "{epochs: 4, batch: 8, polish: 1e-4}"],
  ])
  func `Another λ, seed or training is trained anew`(sections: [String: String]) throws {
    let folder = try TemporaryFolder()
    _ = try Self.animated(tinyScene(Self.polished), in: folder)
    let notes = Notes()
    _ = try Self.animated(
      tinyScene(Self.polished.merging(sections) { $1 }), in: folder, notes: notes)
    #expect(notes.stages.contains { $0.hasPrefix("training") } && notes.stages.contains("sampling"))
  }

  @Test func `A path that is broken is trained again`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(Self.polished)
    _ = try Self.animated(scene, in: folder)
    let before = try folder.contents()
    let bytes = try #require(before["training-path.safetensors"])
    for broken in [Data(), bytes.prefix(bytes.count / 2), Data("not a file".utf8)] {
      try broken.write(to: URL(filePath: folder.file("training-path.safetensors")))
      _ = try Self.animated(scene, in: folder)
      #expect(try folder.contents() == before)
    }
  }

  @Test func `A path is never longer than 502 points and the polish`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(["training": "{epochs: 1201, polish: none}"])
    _ = try Self.animated(scene, in: folder) { $0.formats = [.frames] }
    let path = try Safetensors.read(folder.file("training-path.safetensors")).tensors
    let epochs = try #require(path["epochs"]).doubles
    #expect(epochs.count == 402 && epochs.suffix(2) == [1200, 1201] && epochs[1] == 3)
  }

  @Test(arguments: [
    (1, 60), (5, 61), (20, 61), (60, 61), (59, 60), (100, 101), (300, 301), (5000, 301),
  ])
  func `By default each epoch has a frame of its own, and there are 60 to 301`(
    epochs: Int, frames: Int
  ) {
    let plan = AnimationPlan()
    #expect(plan.trainingFrames(epochs: epochs) == frames)
    #expect(epochs > 300 || (frames - 1) % epochs == 0)
    var other = plan
    other.frames = 7
    #expect(other.trainingFrames(epochs: epochs) == 7)
  }

  @Test func `What has no training to show is refused`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene()
    var loaded = scene
    loaded.weights = "weights.safetensors"
    #expect(throws: UsageError.self) { try Self.animated(loaded, in: folder) }
    #expect(throws: UsageError.self) { try Self.animated(scene, in: folder) { $0.returns = true } }
    #expect(throws: UsageError.self) { try Self.animated(scene, in: folder) { $0.plane = .decay } }
    for frames in [-1, 1, 100_001] {
      #expect(throws: UsageError.self) {
        try Self.animated(scene, in: folder) { $0.frames = frames }
      }
    }
    let idle = try tinyScene(["training": "{epochs: 0, polish: 1e-4}"])
    #expect(throws: UsageError.self) { try Self.animated(idle, in: folder) }
    #expect(try folder.contents().isEmpty)
  }
}
