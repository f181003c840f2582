public import ArgumentParser
public import Landscape
public import Networks

/// The flags of a network from an ONNX file; shared by the commands that take a scene.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An ONNX model with its weights, in place of the scene's network.", valueName: "file"),
    completion: .file(extensions: ["onnx"]))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Its data: .npz with x and y, .csv, or a built-in set such as digits.", valueName: "file"),
    completion: .file(extensions: ["npz", "csv"]))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "cross-entropy, binary-cross-entropy or squared-error (default: what its output asks).",
      valueName: "name"))
  var loss: Loss?

  @Option(
    help: ArgumentHelp(
      "Its tensors that are trained, such as 'layer?.*' or '!*.bias' (default: all weights).",
      valueName: "patterns"))
  var parameters: String?

  @Option(
    help: ArgumentHelp(
      "The graph's output to take, where it has several (default: the first).", valueName: "name"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "What its outputs are: logits, probabilities, log-probabilities or scores (default: what its "
        + "graph and their values over the data say).", valueName: "kind"))
  var outputs: OutputKind?

  func validate() throws {
    guard model == nil else { return }
    let given = [
      ("--data", data), ("--loss", loss?.rawValue), ("--parameters", parameters),
      ("--output", output), ("--outputs", outputs?.rawValue),
    ]
    if let flag = given.first(where: { $0.1 != nil })?.0 {
      throw ValidationError("'\(flag)' goes with '--model'")
    }
  }

  /// A scene by its name or file, or of the model alone, with the model's parts replaced.
  func scene(_ name: String?, seed: UInt64?, recorded: RecordedFigure?) throws -> Scene {
    func named(_ name: String) throws -> Scene {
      try recorded?.scene(named: name, seed: seed) ?? BuiltInScenes.scene(name, seed: seed)
    }
    guard let model else { return try named(name ?? "digits") }
    // A figure that is made again has its files in one folder.
    func place(_ file: String) -> String { recorded?.place(file) ?? file }
    let data = data.map { isBuiltIn($0) ? $0 : place($0) }
    var scene: Scene
    switch (name, data) {
    case (let name?, _): scene = try named(name)
    case (nil, let data?):
      scene =
        try recorded?.scene(named: Scene.name(ofModel: model), seed: seed)
        ?? Scene(model: model, data: data, seed: seed)
    case (nil, nil): throw UsageError(reason: "'--model' needs '--data', or a scene that has data")
    }
    scene.take(
      model: place(model), parameters: parameters, output: output, outputs: outputs)
    if let data { scene.data = try Scene.DataPlan(argument: data, seed: scene.seed) }
    if let loss { scene.loss = loss }
    return scene
  }

  private func isBuiltIn(_ data: String) -> Bool { !data.contains(".") && !data.contains("/") }

  /// The flags as they were given; files without their folders.
  var words: [String] {
    var words: [String] = []
    if let model { words += ["--model", SceneOptions.fileName(model)] }
    if let data { words += ["--data", SceneOptions.fileName(data)] }
    if let loss { words += ["--loss", loss.rawValue] }
    if let parameters { words += ["--parameters", parameters] }
    if let output { words += ["--output", output] }
    if let outputs { words += ["--outputs", outputs.rawValue] }
    return words
  }
}

extension Loss: ExpressibleByArgument {}
extension OutputKind: ExpressibleByArgument {}
