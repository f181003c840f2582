import Networks
import TensorFiles
import Yams

extension Scene {
  /// Reads a scene file.
  ///
  /// - Parameters:
  ///   - path: The file; other files that it names are looked for beside it.
  ///   - seed: Stands in for the scene's seed.
  /// - Throws: `FileError` where it cannot be read, ``SceneError`` where it makes no sense.
  public init(path: String, seed: UInt64? = nil) throws {
    try self.init(yaml: readText(path), path: path, seed: seed)
  }

  /// Reads a scene.
  ///
  /// - Parameters:
  ///   - yaml: The text.
  ///   - path: The file's path, for messages, for the scene's name and for files beside it.
  ///   - override: Stands in for the scene's seed.
  /// - Throws: ``SceneError`` with the file, the line and the key for everything that is not known or
  ///   out of range.
  public init(yaml: String, path: String, seed override: UInt64? = nil) throws(SceneError) {
    guard let tree = try compose(yaml, path: path) else {
      throw SceneError(path: path, line: nil, reason: "is empty; a scene has at least 'data'")
    }
    let fields = try SceneFields(
      tree, path: path, section: "",
      keys: [
        "title", "data", "network", "model", "parameters", "output", "outputs",
        "initialiser", "loss", "penalty",
        "training", "weights", "checkpoints", "reparametrise", "slice", "curvature", "sweep",
        "figure", "export", "seed",
      ])
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file[..<(file.lastIndex(of: ".") ?? file.endIndex)]
    name = stem.isEmpty ? "scene" : String(stem)
    self.path = path
    title = try fields.string("title") ?? name
    // A line; the page has no room for a chapter.
    guard title.count <= 200 else {
      throw fields.fault("title", "has \(title.count) characters; it must have at most 200")
    }
    let ownSeed = try fields.seed("seed") ?? 1
    let seed = override ?? ownSeed
    self.seed = seed
    source = yaml
    data = try DataPlan(fields, seed: seed)
    model = try ModelPlan(fields)
    layers = model == nil ? try readLayers(fields) : []
    loss = try fields.choice("loss") ?? (model == nil ? .crossEntropy : nil)
    penalty = try PenaltyPlan(fields)
    training = try Training(fields, seed: seed)
    let initial = try fields.string("initialiser")
    let isFile = [".safetensors", ".npz"].contains { initial?.hasSuffix($0) == true }
    initialWeights = isFile ? initial.map { beside(path, $0) } : nil
    initialiser =
      try (isFile ? nil : fields.choice("initialiser"))
      ?? (training.optimizer.framework == .keras ? .glorot : .pytorch)
    (weights, weightNames) = try Self.readWeights(fields)
    checkpoints = try Self.readCheckpoints(fields)
    if !fields.has("training"), weights == nil, checkpoints.isEmpty { weights = model?.path }
    // Trained, a model starts from its own weights, unless others are asked for.
    if initialWeights == nil, !fields.has("initialiser") { initialWeights = model?.path }
    reparametrisation = try Reparametrisation(fields)
    slice = try SlicePlan(fields, path: !checkpoints.isEmpty)
    curvature = try CurvaturePlan(fields)
    sweep = try SweepPlan(fields)
    figure = try FigurePlan(fields)
    exports = try fields.parsed("export", parseExports) ?? []
  }
}

/// The text of a file that a person wrote.
func readText(_ path: String) throws -> String {
  // A scene is a page of text; a megabyte is some other file.
  let bytes = try readFile(path, limit: 1 << 20)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw SceneError(path: path, line: nil, reason: "is not a text in UTF-8")
  }
  return text
}

/// The tree of a YAML text; nil where it is empty.
func compose(_ yaml: String, path: String) throws(SceneError) -> Node? {
  // A few aliases of aliases make a tree that no memory holds and no time walks. Depth has a limit
  // in the parser.
  guard yaml.matches(of: /[\s\[{,:]\*\w/).count <= 16 else {
    throw SceneError(path: path, line: nil, reason: "has more than 16 aliases (such as *name)")
  }
  // Windows' editors put a byte order mark first (YAML 1.2, section 5.2).
  let text = yaml.first == "\u{FEFF}" ? String(yaml.dropFirst()) : yaml
  do {
    return try Yams.compose(yaml: text).flatMap { $0.isNull ? nil : $0 }
  } catch {
    throw SceneError(path: path, error)
  }
}

extension Node {
  /// Whether it stands for nothing, as YAML's core schema has it: nothing written, `~`, or `null`
  /// without quotes.
  var isNull: Bool {
    guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}

extension SceneError {
  /// What the YAML library found wrong.
  fileprivate init(path: String, _ error: any Error) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(path: path, line: mark.line, reason: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "'\($0)'" }.sorted()
      self.init(
        path: path, line: context.mark.line, reason: "has a key twice: \(list(keys))")
    case .reader(let problem, _, _, _):
      self.init(path: path, line: nil, reason: "is not YAML: \(problem)")
    default: self.init(path: path, line: nil, reason: "is not YAML: \(error)")
    }
  }
}

/// The path of a file that a scene names: as it stands where absolute, else from the scene's folder.
func beside(_ scene: String, _ path: String) -> String {
  guard !path.hasPrefix("/"), let slash = scene.lastIndex(of: "/") else { return path }
  return scene[...slash] + path
}
