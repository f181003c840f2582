import ONNX
import Yams

extension Scene.ModelPlan {
  /// Reads `model: file.onnx`, `parameters`, `output` and `outputs`; nil for a scene with a list of
  /// layers.
  init?(_ scene: SceneFields) throws(SceneError) {
    guard let file = try scene.string("model") else {
      guard !scene.has("parameters") else {
        throw scene.fault("parameters", "needs 'model', whose tensors it chooses among")
      }
      for key in ["output", "outputs"] where scene.has(key) {
        throw scene.fault(key, "needs 'model', whose output it is about")
      }
      return nil
    }
    guard !scene.has("network") else {
      throw scene.fault("model", "is a network by itself; leave out 'network'")
    }
    path = beside(scene.path, file)
    parameters =
      try scene.parsed("parameters") { text throws(ParsingError) in
        NamePatterns(text)
      } ?? .all
    output = try scene.string("output")
    outputs = try scene.choice("outputs")
  }
}

extension Scene {
  /// A scene of a model's file alone: all else is as scenes have it where they leave it out.
  ///
  /// - Parameters:
  ///   - model: The ONNX file.
  ///   - data: What ``DataPlan/init(argument:seed:)`` reads.
  ///   - seed: Stands in for the scene's seed.
  /// - Throws: ``SceneError`` where there is no such data.
  public init(model: String, data: String, seed: UInt64? = nil) throws(SceneError) {
    let file = model.split(separator: "/").last.map(String.init) ?? model
    func yaml(_ model: String, _ data: String) -> String {
      "model: \(quoted(model))\ndata: \(DataPlan.yaml(data))\n"
    }
    try self.init(yaml: yaml(model, data), path: "\(Self.name(ofModel: model)).yaml", seed: seed)
    // Figures carry the text; where the files lay is nobody's business.
    source = yaml(file, data.split(separator: "/").last.map(String.init) ?? data)
  }

  /// What a scene of a model alone is called: its file's name.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its name without folder and `.onnx`.
  public static func name(ofModel path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".onnx") ? String(file.dropLast(5)) : file
  }

  /// Takes the network from a file.
  ///
  /// - Parameters:
  ///   - path: The ONNX file, whose weights are taken as they are.
  ///   - parameters: Which of its tensors take part in training; nil for those that the scene names.
  ///   - output: The graph's output to take; nil for that of the scene, or the first.
  ///   - outputs: What its outputs are; nil for what the scene says, or they seem to be.
  public mutating func take(
    model path: String, parameters: String?, output: String? = nil, outputs: OutputKind? = nil
  ) {
    model = ModelPlan(
      path: path, parameters: parameters.map { NamePatterns($0) } ?? model?.parameters ?? .all,
      output: output ?? model?.output, outputs: outputs ?? model?.outputs)
    layers = []
    loss = nil
    weights = path
    initialWeights = path
  }

  /// Has a model's file trained, from its own weights, rather than taken as it is.
  public mutating func trainModel() {
    if let path = model?.path, weights == path { weights = nil }
  }
}

extension Scene.DataPlan {
  /// Reads data as a flag names them: `digits` and the like, or a file `.npz` or `.csv`.
  ///
  /// - Parameters:
  ///   - argument: The name or the file.
  ///   - seed: What synthetic data are drawn by.
  /// - Throws: ``SceneError`` where there is no such data.
  public init(argument: String, seed: UInt64) throws(SceneError) {
    let tree = try compose("data: \(Self.yaml(argument))", path: "--data")
    try self.init(
      SceneFields(tree, path: "--data", section: "", keys: ["data"]), seed: seed)
  }

  /// Data as a scene names them.
  fileprivate static func yaml(_ argument: String) -> String {
    for kind in ["npz", "csv"] where argument.hasSuffix(".\(kind)") {
      return "{source: \(kind), path: \(quoted(argument))}"
    }
    return quoted(argument)
  }
}

/// A text as YAML quotes it.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case "\u{0}"..<"\u{20}", "\u{7F}":
      let code = String(scalar.value, radix: 16)
      result += "\\x" + String(repeating: "0", count: 2 - code.count) + code
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
