import Algebra
import Datasets
import Foundation
import Geometry
import Networks
import ONNX
import TensorFiles
import Testing

@testable import Landscape

@Suite struct ModelSceneTests {
  /// The models that frameworks have written.
  private static let models = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../ONNXTests/Fixtures").path

  private static func model(_ name: String) -> String { "\(models)/\(name).onnx" }
  private static func data(_ name: String) -> String { "\(models)/\(name).npz" }

  private func scene(_ name: String) throws -> Scene {
    var scene = try Scene(model: Self.model(name), data: Self.data(name))
    (scene.slice.columns, scene.slice.rows, scene.slice.precision) = (5, 5, .float64)
    scene.figure.dpi = 40
    return scene
  }

  @Test
  func `A model, its weights with a scene, and layers give the same surface`() throws {
    let name = "mlp-torchscript-17"
    let folder = try TemporaryFolder()
    let (onnx, named) = (try TemporaryFolder(), try TemporaryFolder())
    let fromModel = try scene(name)
    try run(fromModel, in: onnx)

    // The file's names are torch.nn.Sequential's, and so are the layers'.
    let model = try Model(fromModel, threads: 1)
    let weights = try #require(model.imported?.weights)
    try model.network.layout.writeWeights(weights, to: folder.file("w.safetensors"))
    var listed = try Scene(
      yaml: """
        data: {source: npz, path: \(Self.data(name))}
        network: [{dense: 6}, relu, {dense: 5}, tanh, {dense: 3}]
        weights: \(folder.file("w.safetensors"))
        slice: {grid: 5, precision: float64}
        figure: {dpi: 40}
        """, path: "listed.yaml")
    try run(listed, in: named)
    listed.weights = nil
    let built = try Model(listed, threads: 1)
    let slice = try built.slice(around: weights).slice

    #expect(try array("base", onnx) == array("base", named))
    let base = try array("base", onnx)
    for (row, beta) in listed.slice.grid.betas.enumerated() {
      for (column, alpha) in listed.slice.grid.alphas.enumerated() {
        let w = weights.indices.map {
          slice.centre[$0] + alpha * slice.u[$0] + beta * slice.v[$0]
        }
        let loss = built.objective.value(at: w)
        #expect(abs(base[row * 5 + column] - loss) <= 1e-13 * loss)
      }
    }
  }

  @Test(arguments: [
    ("mlp-torchscript-17", Loss.crossEntropy), ("keras-mlp-13", .squaredError),
    ("sklearn-binary-double", .binaryCrossEntropy), ("sklearn-regressor-double", .squaredError),
    ("sklearn-logistic-binary-double", .crossEntropy),
    ("sklearn-logistic-binary-float", .binaryCrossEntropy), ("functions-dynamo-21", .crossEntropy),
  ])
  func `The loss is what the output and the targets ask`(_ name: String, _ loss: Loss) throws {
    let model = try Model(scene(name), threads: 1)
    #expect(model.loss == loss)
    let expected = try #require(NPZ.read(Self.data(name))["loss"]?.doubles.first)
    let weights = try #require(model.imported?.weights)
    #expect(abs(model.objective.value(at: weights) - expected) < 1e-6 * expected)
    #expect(
      try check(scene(name)).contains { $0.hasPrefix("loss: \(loss.rawValue) (detected") })
  }

  @Test(arguments: [
    ("sklearn-binary-double", Loss.crossEntropy, "ends in a sigmoid"),
    ("mlp-torchscript-17", .binaryCrossEntropy, "probabilities of sum 1"),
  ])
  func `A loss that the output does not go with is refused`(
    _ name: String, _ loss: Loss, _ says: String
  ) throws {
    var scene = try scene(name)
    scene.loss = loss
    let error = try #require(throws: SceneError.self) { try Model(scene, threads: 1) }
    #expect("\(error)".contains(says))
  }

  @Test
  func `Squared error is taken of the probabilities themselves`() throws {
    let file = try ONNXModel(path: Self.model("mlp-torchscript-17"))
    let kept = try file.network(inputShape: [4])
    let folded = try file.network(inputShape: [4], outputs: .withoutEnding)
    let expected = try NPZ.read(Self.data("mlp-torchscript-17"))
    let outputs = try #require(expected["outputs"]), x = try #require(expected["x"])
    let data = try Dataset(
      name: "p", inputShape: [4], inputs: x.doubles,
      targets: .values(outputs.doubles, outputs: 3))
    func error(_ network: Network) throws -> Double {
      try NetworkObjective(network: network, loss: .squaredError, data: data)
        .value(at: kept.weights)
    }
    #expect(try error(kept.network) < 1e-30)
    #expect(try error(folded.network) > 0.01)
  }

  @Test
  func `Patterns choose what is trained, and the rest stays as it is`() throws {
    var scene = try scene("mlp-torchscript-17")
    scene.take(model: Self.model("mlp-torchscript-17"), parameters: "*.weight,!0.*")
    let model = try Model(scene, threads: 1)
    #expect(model.network.layout.entries.map(\.name) == ["2.weight", "4.weight"])
    let whole = try Model(self.scene("mlp-torchscript-17"), threads: 1)
    let weights = try #require(model.imported?.weights), all = try #require(whole.imported?.weights)
    let loss = whole.objective.value(at: all)
    #expect(abs(model.objective.value(at: weights) - loss) < 1e-14 * loss)
    #expect(try check(scene).contains { $0.hasPrefix("constant: 0.weight") })
    scene.take(model: Self.model("mlp-torchscript-17"), parameters: "nothing.*")
    let error = try #require(throws: FileError.self) { try Model(scene, threads: 1) }
    #expect("\(error)".contains("'nothing.*' matches"))
  }

  @Test
  func `Weights are taken as they are, or trained from where they are`() throws {
    let name = "sklearn-mlp-double"
    var scene = try scene(name)
    let folder = try TemporaryFolder()
    #expect(scene.weights == scene.model?.path)
    #expect(throws: UsageError.self) {
      try train(scene, RenderOptions(folder: folder.path, threads: 1, command: "test"))
    }
    scene.trainModel()
    scene.training.epochs = 3
    let model = try Model(scene, threads: 1)
    #expect(try model.initialWeights() == model.imported?.weights)
    _ = try train(scene, RenderOptions(folder: folder.path, threads: 1, command: "test"))
    let trained = try model.network.layout.readWeights(folder.file("weights.safetensors"))
    let start = try model.initialWeights()
    #expect(trained != start)
    func total(_ w: [Double]) -> Double {
      model.objective.value(at: w) + 0.005 * model.penalty.squaredNorm(w)
    }
    #expect(total(trained) < total(start))
  }

  @Test
  func `A surface is used again until the model's file changes`() throws {
    let (folder, output) = (try TemporaryFolder(), try TemporaryFolder())
    let path = folder.file("m.onnx")
    try FileManager.default.copyItem(
      atPath: Self.model("double-torchscript-17"), toPath: path)
    var scene = try scene("double-torchscript-17")
    scene.take(model: path, parameters: nil)
    try run(scene, in: output)
    let again = Notes()
    try run(scene, in: output, notes: again)
    #expect(again.reuse.contains { $0.hasPrefix("surface: sampled before") })
    #expect(again.lines.contains { $0.contains("softmax is left to the loss") })
    // Another number in the file is another network.
    var bytes = try readFile(path)
    let spot = try #require(try raw(bytes))
    bytes[spot] ^= 1
    try Data(bytes).write(to: URL(filePath: path))
    let changed = Notes()
    try run(scene, in: output, notes: changed)
    #expect(!changed.reuse.contains { $0.hasPrefix("surface: sampled before") })
  }

  /// Where the first weight's bytes begin.
  private func raw(_ bytes: [UInt8]) throws -> Int? {
    let file = try ONNXModel(path: Self.model("double-torchscript-17"))
    let first = try #require(
      try file.network(inputShape: [4], outputs: .withoutEnding).weights.first)
    let pattern = withUnsafeBytes(of: first) { Array($0) }
    return bytes.indices.dropLast(8).first { Array(bytes[$0..<$0 + 8]) == pattern }
  }

  @Test(arguments: [
    ("model: m.onnx\nnetwork: [relu]", "'model' is a network by itself"),
    ("parameters: '*'\nnetwork: [relu]", "'parameters' needs 'model'"),
    ("model: [a]", "'model' must be a text"),
    ("output: y\nnetwork: [relu]", "'output' needs 'model'"),
    ("outputs: scores\nnetwork: [relu]", "'outputs' needs 'model'"),
    ("model: m.onnx\noutputs: logit", "did you mean 'logits'"),
  ])
  func `Scenes name models beside them`(_ yaml: String, _ says: String) throws {
    let error = try #require(throws: SceneError.self) {
      try Scene(yaml: "data: digits\n\(yaml)\n", path: "folder/a.yaml")
    }
    #expect("\(error)".contains(says))
    let scene = try Scene(
      yaml: "data: digits\nmodel: m.onnx\nparameters: ['*.weight', '!0.*']\n", path: "folder/a.yaml"
    )
    #expect(scene.model?.path == "folder/m.onnx")
    #expect(scene.weights == "folder/m.onnx")
    #expect(scene.model?.parameters == NamePatterns("*.weight,!0.*"))
    #expect(scene.loss == nil)
  }
}
