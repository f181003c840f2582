import Foundation
import Landscape
import TensorFiles
import Testing

/// Every key that a scene may have changes what comes out: none is read and ignored.
@Suite struct SceneKeysTests {
  /// Sections of the scene that it is compared with, and those that differ.
  struct Pair: Sendable, CustomTestStringConvertible {
    var before: [String: String]
    var after: [String: String]

    init(_ section: String, _ after: String, insteadOf before: String? = nil) {
      self.before = before.map { [section: $0] } ?? [:]
      self.after = [section: after]
    }

    var testDescription: String { after.map { "\($0): \($1)" }.joined() }
  }

  private static let blobs = "source: blobs, samples: 40, noise: 0.3, classes: 3"
  private static let epochs = "epochs: 2, batch: 8, polish: none"

  static let numbers: [Pair] =
    [
      "{source: rings, samples: 40, noise: 0.3, classes: 3}",
      "{source: blobs, samples: 41, noise: 0.3, classes: 3}",
      "{source: blobs, samples: 40, noise: 0.4, classes: 3}", "{\(blobs), seed: 5}",
      "{\(blobs), shuffle: true}", "{\(blobs), held-out: 4}", "{\(blobs), standardise: true}",
      "{\(blobs), scale: 2}",
    ].map { Pair("data", $0) }
    + ["relu", "leaky-relu", "elu", "gelu", "gelu-tanh", "silu", "sigmoid", "softplus"]
    .map { Pair("network", "[{dense: 4}, \($0), {dense: 3}]") }
    + [
      "batchnorm", "layernorm", "softmax", "{groupnorm: 2}", "{project: 4}",
      "{batchnorm: {epsilon: 0.1}}", "{layernorm: {epsilon: 0.1}}",
    ].map { Pair("network", "[{dense: 4}, \($0), tanh, {dense: 3}]") }
    + [
      "{attention: {heads: 2}}", "{attention: {heads: 1, causal: true}}", "positional",
      "{attention: {heads: 1, bias: false}}", "{mean: 0}", "{transpose: [1, 0]}",
    ].map {
      Pair(
        "network", "[{reshape: [2, 1]}, {project: 4}, \($0), {dense: 3}]",
        insteadOf: "[{reshape: [2, 1]}, {project: 4}, {attention: 1}, {dense: 3}]")
    }
    + [
      Pair("network", "[{dense: 5}, tanh, {dense: 3}]"),
      Pair("network", "[{dense: {units: 4, bias: false}}, tanh, {dense: 3}]"),
      Pair("network", "[{dense: 4}, skip, tanh, add, {dense: 3}]"),
      Pair(
        "network", "[{dense: 4}, {leaky-relu: 0.3}, {dense: 3}]",
        insteadOf: "[{dense: 4}, leaky-relu, {dense: 3}]"),
      Pair(
        "network", "[{dense: 4}, {elu: 2}, {dense: 3}]", insteadOf: "[{dense: 4}, elu, {dense: 3}]"),
      Pair("initialiser", "he"), Pair("initialiser", "glorot"), Pair("seed", "2"),
    ]
    + [
      "{lambda: 0.02}", "{lambda: 0.01, convention: keras}", "{scope: weights}",
      "{scope: [0.weight]}", "{scope: {0.weight: 1, 2.weight: 0.5}}",
    ].map { Pair("penalty", $0) }
    + [
      "optimizer: sgd", "optimizer: adamw", "framework: keras", "learning-rate: 0.02",
      "betas: [0.8, 0.99]", "epsilon: 0.1", "decay: decoupled", "schedule: cosine",
    ].map { Pair("training", "{\(epochs), \($0)}") }
    + [
      Pair("training", "{epochs: 3, batch: 8, polish: none}"),
      Pair("training", "{epochs: 2, batch: 9, polish: none}"),
      Pair("training", "{epochs: 2, batch: full, polish: none}"),
      Pair("training", "{epochs: 2, batch: 8, polish: 1e-3}"),
      Pair(
        "training", "{epochs: 2, batch: 8, polish: 1e-9, polish-iterations: 2}",
        insteadOf: "{epochs: 2, batch: 8, polish: 1e-9, polish-iterations: 3}"),
      Pair(
        "training", "{\(epochs), optimizer: sgd, momentum: 0.9}",
        insteadOf: "{\(epochs), optimizer: sgd}"),
      Pair(
        "training", "{\(epochs), optimizer: sgd, momentum: 0.9, nesterov: true}",
        insteadOf: "{\(epochs), optimizer: sgd, momentum: 0.9}"),
      Pair("training", "{\(epochs), schedule: step, step-epochs: 1}"),
      Pair(
        "training", "{\(epochs), schedule: step, step-epochs: 1, step-factor: 0.5}",
        insteadOf: "{\(epochs), schedule: step, step-epochs: 1}"),
    ]
    + [
      "grid: 5", "grid: 3x4", "grid: 3, span: 2", "grid: 3, normalise: layer",
      "grid: 3, normalise: tensor", "grid: 3, normalise: none", "grid: 3, biases: true",
      "grid: 3, orthogonal: true", "grid: 3, precision: float64",
    ].map { Pair("slice", "{\($0)}") }

  @Test(arguments: numbers)
  func `Keys of data, network, penalty, training and slice change the surface`(pair: Pair) throws {
    func surface(_ sections: [String: String]) throws -> Data {
      let folder = try TemporaryFolder()
      let scene = try tinyScene(sections)
      try run(scene, in: folder) { $0.dataOnly = true }
      var arrays = try NPZ.read(folder.file("surface.npz"))
      // The hash may change without the numbers: it does not count.
      arrays["fingerprint"] = Tensor(shape: [1], [0])
      try NPZ.write(arrays, to: folder.file("plain.npz"))
      return try Data(contentsOf: URL(filePath: folder.file("plain.npz")))
    }
    #expect(try surface(pair.before) != surface(pair.after))
  }

  @Test(arguments: [
    "{dpi: 41}", "{dpi: 40, size: full}", "{dpi: 40, size: 100}", "{dpi: 40, colormap: inferno}",
    "{dpi: 40, colormap: diverging}", "{dpi: 40, scale: log}", "{dpi: 40, scale: symlog}",
    "{dpi: 40, scale: own}", "{dpi: 40, scale: excess}", "{dpi: 40, levels: [1, 1.1, 1.2]}",
    "{dpi: 40, levels: 0.5:2:0.1}", "{dpi: 40, theme: dark}", "{dpi: 40, format: [pdf]}",
    "{dpi: 40, kinds: heatmap}",
  ])
  func `Keys of the figure change the pictures`(figure: String) throws {
    func pictures(_ figure: String) throws -> [String: Data] {
      let folder = try TemporaryFolder()
      var scene = try tinyScene(["figure": figure, "penalty": "{lambda: [0, 0.5]}"])
      // Pictures carry the scene's text, which does not count.
      scene.source = ""
      try run(scene, in: folder)
      return try folder.contents().filter { $0.key.hasSuffix("png") || $0.key.hasSuffix("pdf") }
    }
    #expect(try pictures("{dpi: 40}") != pictures(figure))
  }

  @Test func `The title is in the summary, and the loss decides what is summed`() throws {
    let folder = try TemporaryFolder()
    try run(
      try tinyScene([
        "title": "A title", "loss": "squared-error", "network": "[{dense: 1}]",
        "data": "{source: sine, samples: 20}",
      ]), in: folder)
    #expect(try summary(folder)["title"] as? String == "A title")
    // R² of squared error: 1 − L/variance, so that one follows from the other.
    let (base, score) = (try array("base", folder), try array("accuracy", folder))
    let variance = base[0] / (1 - score[0])
    for (l, s) in zip(base, score) { #expect(abs(1 - l / variance - s) < 1e-6) }
  }

  @Test func `Weights, centre and directions are taken from their files`() throws {
    // The same data whatever the seed.
    let data = "{source: blobs, samples: 40, noise: 0.3, classes: 3, seed: 1}"
    let folder = try TemporaryFolder()
    try run(try tinyScene(["seed": "3", "data": data]), in: folder) { $0.dataOnly = true }
    let other = try TemporaryFolder()
    let path = folder.file("weights.safetensors")
    try run(try tinyScene(["weights": path, "data": data]), in: other) { $0.dataOnly = true }
    #expect(try array("base", other)[4] == array("base", folder)[4])
    #expect(try !other.contents().keys.contains("weights.safetensors"))
    let centred = try TemporaryFolder()
    try run(try tinyScene(["slice": "{grid: 3, centre: \(path)}", "data": data]), in: centred) {
      $0.dataOnly = true
    }
    #expect(try array("base", centred)[4] == array("base", folder)[4])
    // c + α·c + β·c: along both axes alike, and 0 weights at α = −1.
    let along = try TemporaryFolder()
    try run(
      try tinyScene(["slice": "{grid: 3, directions: [\(path), \(path)], centre: \(path)}"]),
      in: along
    ) { $0.dataOnly = true }
    let base = try array("base", along)
    #expect(base[1] == base[3] && base[2] == base[4] && base[4] == base[6])
    #expect(abs(base[1] - 1.0986122886681098) < 1e-6)
  }
}
