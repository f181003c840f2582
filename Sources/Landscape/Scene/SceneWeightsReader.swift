import Networks
import Yams

extension Scene {
  /// Reads the key `weights`: a file, or a file with a map of its names.
  static func readWeights(
    _ scene: SceneFields
  ) throws(SceneError) -> (file: String?, names: WeightNames) {
    guard scene.node("weights")?.mapping != nil else {
      return (try scene.string("weights").map { beside(scene.path, $0) }, WeightNames())
    }
    let fields = try SceneFields(
      scene.node("weights"), path: scene.path, section: "weights",
      keys: ["file", "names", "transpose"])
    let file = try fields.string("file").map { beside(scene.path, $0) }
    return (file, try WeightNames(fields))
  }

  /// Reads the key `checkpoints`: a folder, or a list of files.
  static func readCheckpoints(_ scene: SceneFields) throws(SceneError) -> [String] {
    try scene.parsed("checkpoints") { text throws(ParsingError) in
      try checkpoints(text, beside: scene.path)
    } ?? []
  }

  private static func checkpoints(
    _ text: String, beside path: String
  ) throws(ParsingError) -> [String] {
    let files = text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    guard !files.isEmpty else {
      throw ParsingError(reason: "is empty; write a folder, or files in their order")
    }
    return files.map { beside(path, $0) }
  }

  /// Replaces the checkpoints, and makes their path the slice's directions unless the scene has
  /// others.
  ///
  /// - Parameter text: A folder, or files with commas, in their order.
  /// - Throws: ``UsageError``.
  public mutating func setCheckpoints(_ text: String) throws(UsageError) {
    do throws(ParsingError) {
      checkpoints = try Self.checkpoints(text, beside: "")
    } catch {
      throw UsageError(reason: "'--checkpoints' \(error.reason)")
    }
    if slice.directions == .random { slice.replaceDirections(.path) }
  }

  /// Reads a map of weights' names for ``weightNames``: a YAML file with `names` and `transpose`.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` where it cannot be read, ``SceneError`` where it makes no sense.
  public mutating func readWeightNames(_ path: String) throws {
    let tree = try compose(readText(path), path: path)
    weightNames = try WeightNames(
      SceneFields(tree, path: path, section: "", keys: ["names", "transpose"]))
  }
}

extension WeightNames {
  /// Reads `names`, a mapping from the network's names to the file's, and `transpose`, a list of the
  /// network's names or `kernels`.
  fileprivate init(_ fields: SceneFields) throws(SceneError) {
    self.init()
    if let node = fields.node("names") {
      guard let mapping = node.mapping else {
        throw fields.fault(
          "names", "must map the network's names to the file's, such as {0.weight: fc1.weight}")
      }
      for (key, value) in mapping {
        guard let own = key.scalar?.string, let other = value.scalar?.string else {
          throw fields.fault("names", "must hold names alone")
        }
        names[own] = other
      }
    }
    if let node = fields.node("transpose") {
      if node.scalar?.string == "kernels" {
        transposesKernels = true
      } else if let sequence = node.sequence {
        for item in sequence {
          guard let name = item.scalar?.string else {
            throw fields.fault("transpose", "must hold names alone")
          }
          transposed.append(name)
        }
      } else {
        throw fields.fault("transpose", "must be 'kernels' or a list of tensors' names")
      }
    }
  }
}
