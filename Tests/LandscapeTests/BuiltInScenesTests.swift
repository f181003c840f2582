import Algebra
import Datasets
import Foundation
import Geometry
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct BuiltInScenesTests {
  static let names = [
    "digits", "spirals", "sine", "fashion", "rescaled", "resnet", "plain", "small-batch",
    "large-batch",
  ]

  static func isAvailable(_ name: String) -> Bool {
    !["fashion", "resnet", "plain"].contains(name)
      || FileManager.default.fileExists(atPath: DatasetSource.fashionMNISTFolder)
  }

  /// The repository's folder `scenes`.
  static var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "scenes")
  }

  @Test func `Every file of the folder is built in, and equals what is built in`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(Set(files) == Set(Self.names.map { $0 + ".yaml" }))
    #expect(BuiltInScenes.names == Self.names)
    for name in Self.names {
      let text = try String(
        contentsOf: Self.folder.appending(path: name + ".yaml"), encoding: .utf8)
      #expect(BuiltInScenes.text(name) == text)
    }
  }

  @Test(arguments: names)
  func `A scene is found by its name and by its path, with a title of a line`(name: String) throws {
    let (byName, byPath) = (
      try BuiltInScenes.scene(name),
      try BuiltInScenes.scene(Self.folder.appending(path: name + ".yaml").path)
    )
    #expect(byName.name == name && byPath.name == name && byName.source == byPath.source)
    #expect(byName.title != name && byName.title.count <= 60)
  }

  @Test func `A name that is not there is answered with the one that is near`() throws {
    let error = try #require(throws: FileError.self) { try BuiltInScenes.scene("digit") }
    #expect("\(error)".contains("did you mean 'digits'?"))
    #expect(throws: FileError.self) { try BuiltInScenes.scene("../scenes/digits") }
  }

  @Test(arguments: names.filter(isAvailable))
  func `Every scene can be drawn`(name: String) throws {
    var scene = try BuiltInScenes.scene(name)
    scene.training.epochs = min(scene.training.epochs, 2)
    scene.training.polishIterations = 3
    scene.data.samples = scene.data.samples.map { min($0, 500) }
    scene.data.heldOut = min(scene.data.heldOut, 100)
    (scene.slice.columns, scene.slice.rows, scene.figure.dpi) = (9, 9, 40)
    let folder = try TemporaryFolder()
    // Numbers, surface, weights; three figures with their LaTeX; what the scaled weights add.
    #expect(try run(scene, in: folder).count == 9 + (name == "rescaled" ? 4 : 0))
    let base = try array("base", folder)
    #expect(base.allSatisfy { $0.isFinite })
    #expect(try (summary(folder)["data"] as? [String: Any])?["name"] as? String != nil)
  }

  struct Snapshot: Sendable {
    var name: String
    var fingerprint: String
    /// Base loss, score and ‖∇L‖ at the initial weights; ‖w‖², ‖u‖ and cos(u, v).
    var numbers: [Double]
  }

  static let snapshots: [Snapshot] = [
    Snapshot(
      name: "digits", fingerprint: "7aeb5d6e1dd5a2cc",
      numbers: [
        2.2911140892301303, 0.10517529215358931, 0.2469517021595944, 25.14753052192008,
        4.97611265636496, 0.0014631379674686453,
      ]),
    Snapshot(
      name: "spirals", fingerprint: "396d1bf574cdb487",
      numbers: [
        0.6967323350809284, 0.5, 0.17578218212043797, 30.238307524025345, 4.777972324539636,
        -0.00933464762204543,
      ]),
    Snapshot(
      name: "sine", fingerprint: "f166d339ecf7a2fa",
      numbers: [
        0.4940525450639204, 0.04395452108750375, 2.4398090882315806, 34.375042860506156,
        4.607600310271342, -0.21604032932433925,
      ]),
    Snapshot(
      name: "fashion", fingerprint: "2a532a580ba8951f",
      numbers: [
        2.3595154748707, 0.0804, 1.5517591803338828, 367.5305313568185, 19.17108581580132,
        -0.0023437519424259197,
      ]),
  ]

  /// Before training, which multiplies what the last digits differ by from one instruction set to another.
  @Test(arguments: snapshots.filter { isAvailable($0.name) })
  func `Data, initial weights, loss, gradient and directions are those of earlier versions`(
    snapshot: Snapshot
  ) throws {
    let model = try Model(BuiltInScenes.scene(snapshot.name), threads: 2)
    #expect(model.objective.data.fingerprint == snapshot.fingerprint)
    let numbers = try Self.numbers(model)
    for (number, expected) in zip(numbers, snapshot.numbers) {
      #expect(abs(number - expected) <= 1e-6 * abs(expected), "\(numbers)")
    }
  }

  static func numbers(_ model: Model) throws -> [Double] {
    let w = model.scene.initialiser.weights(for: model.network.layout, seed: model.scene.seed)
    let (loss, gradient) = model.objective.valueAndGradient(at: w)
    let slice = try model.slice(around: w).slice
    return [
      loss, model.objective.evaluate(at: w).score, norm(gradient), dot(w, w), slice.uNorm,
      slice.cosine ?? .nan,
    ]
  }
}
