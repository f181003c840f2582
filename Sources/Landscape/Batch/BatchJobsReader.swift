import Yams

extension BatchJob {
  /// Reads a file of jobs: a list such as
  /// `- {scene: digits, command: sweep, lambda: 1e-5...1e-1 x 9, out: output/a}`.
  ///
  /// A job has `scene` (a name, or a file beside this one), `command` (`render` where it is left
  /// out), `lambda`, `seed`, `out`, and in `set` other parts of the scene, named as the flags that
  /// replace them.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - out: The folder below which jobs without `out` have theirs.
  /// - Returns: The jobs, at least one, in the file's order.
  /// - Throws: `FileError` where a file cannot be read, ``SceneError`` with file, line and key where
  ///   it makes no sense.
  public static func read(_ path: String, out: String = "output") throws -> [BatchJob] {
    let form = "a list of jobs, such as '- {scene: digits, command: sweep, lambda: 1e-4...1 x 9}'"
    let tree = try compose(readText(path), path: path)
    guard let items = tree?.sequence, !items.isEmpty else {
      throw SceneError(path: path, line: tree?.mark?.line, reason: "must hold \(form)")
    }
    return try items.enumerated().map { index, item in
      try BatchJob(item, number: index + 1, path: path, out: out)
    }
  }

  /// The parts that `set` replaces; λ has a key of its own.
  private static let parts = Scene.Override.allCases.filter { $0 != .lambda }

  private init(_ item: Node, number: Int, path: String, out: String) throws {
    let name = "job \(number)"
    let fields = try SceneFields(
      item, path: path, section: name, keys: ["scene", "command", "lambda", "seed", "out", "set"])
    let set = try SceneFields(
      fields.node("set"), path: path, section: "\(name).set", keys: Self.parts.map(\.rawValue))
    guard let scene = try fields.string("scene") else {
      throw fields.fault("scene", "is missing: a name, or the path of a .yaml file")
    }
    var texts: [(part: Scene.Override, text: String)] = []
    if let text = try fields.parsed("lambda", asWritten) { texts.append((.lambda, text)) }
    for part in Self.parts {
      if let text = try set.parsed(part.rawValue, asWritten) { texts.append((part, text)) }
    }
    try self.init(
      fields.choice("command") ?? .render,
      scene: isSceneFile(scene) ? beside(path, scene) : scene, replacing: texts,
      seed: fields.seed("seed"), folder: fields.string("out"), out: out,
      place: Place(path: path, line: item.mark?.line)
    ) { part, reason in
      switch part {
      case .lambda: fields.fault("lambda", reason)
      case let part?: set.fault(part.rawValue, reason)
      case nil: SceneError(path: path, line: item.mark?.line, reason: "'\(name)': \(reason)")
      }
    }
  }
}

/// A text as it stands; a list with commas.
private func asWritten(_ text: String) throws(ParsingError) -> String { text }
