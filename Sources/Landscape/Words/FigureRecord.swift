public import Images
public import TensorFiles

/// How a figure was made, as its file tells: PNG, PDF or SVG of this program.
public struct FigureRecord: Sendable {
  /// The file.
  public let path: String
  /// Its bytes, by which it is told whether it came out the same again.
  public let bytes: [UInt8]
  /// All texts that it carries, in order.
  public let texts: Metadata

  /// Reads a figure's texts.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError`: unreadable, no figure, a broken one, or one that this program has not made.
  public init(_ path: String) throws(FileError) {
    self.path = path
    // A page of print at 600 dpi has a tenth of that; an animation may come near.
    bytes = try readFile(path, limit: 1 << 28)
    do {
      texts = try Metadata(file: bytes)
    } catch {
      throw .malformed(path: path, reason: "\(error)")
    }
    guard texts["landscape:command"] != nil else {
      throw .malformed(
        path: path,
        reason: "does not say how it was made: it is not a figure of landscape, or its "
          + "texts were taken out")
    }
  }

  /// The command that made it, as a shell reads it.
  public var command: String { texts["landscape:command"] ?? "" }

  /// The program that made it, such as `landscape 0.1.0`.
  public var program: String { texts["Software"] ?? "unknown" }

  /// The figure's name in its run's folder, without its extension.
  public var figure: String? { texts["landscape:figure"] }

  /// The command's words; the program's name first.
  ///
  /// - Returns: The words.
  /// - Throws: `FileError.malformed` where quotation marks are not closed.
  public func words() throws(FileError) -> [String] {
    guard let words = shellWords(command) else {
      throw .malformed(path: path, reason: "its command is not one: \(command.prefix(80))")
    }
    return words
  }

  /// The scene that it was drawn of, with the files that it names taken from a folder.
  ///
  /// - Parameters:
  ///   - argument: The scene as the command names it.
  ///   - folder: Where files are that the scene names.
  ///   - seed: Stands in for the scene's seed.
  ///   - place: Which of the scenes, from 1, of a figure of several.
  ///   - workLimit: The most multiplications that a run of it may take; nil for any number.
  /// - Returns: The scene; using it throws where files are not those that the figure was made of, and
  ///   where it would take more work.
  /// - Throws: `FileError`, also where the scene names a file outside the folder; ``SceneError``.
  public func scene(
    named argument: String, in folder: String, seed: UInt64? = nil, place: Int = 1,
    workLimit: Double? = nil
  ) throws -> Scene {
    func text(_ name: String) -> String? {
      texts[Provenance.key("landscape:\(name)", place: place)]
    }
    guard let yaml = text("scene") else {
      throw FileError.malformed(path: path, reason: "does not hold the scene that it was made of")
    }
    let file = isSceneFile(argument) ? argument : argument + ".yaml"
    let name = file.split(separator: "/").last.map(String.init) ?? file
    var scene = try Scene(
      yaml: yaml, path: folder == "." ? name : "\(folder)/\(name)", seed: seed)
    // A figure may come from anybody: its scene is not to read whatever lies on the machine.
    if let file = scene.files.first(where: { !isInside($0, folder: folder) }) {
      throw FileError.malformed(
        path: path,
        reason: "its scene names '\(file)', outside of '\(folder)', the folder of '--files'")
    }
    scene.recorded = RecordedInputs(
      data: text("data"), files: InputHash.read(text("inputs") ?? ""), workLimit: workLimit)
    return scene
  }

  /// Everything that the file says, for a person: a line for each text, the longer ones indented.
  public var lines: [String] {
    texts.entries.flatMap { entry -> [String] in
      let name = Self.name(entry.key)
      let lines = entry.text.split(separator: "\n", omittingEmptySubsequences: false).map {
        oneLine(String($0))
      }
      guard lines.count > 1 else { return ["\(name): \(lines.first ?? "")"] }
      return ["\(name):"] + lines.map { $0.isEmpty ? "" : "  \($0)" }
    }
  }

  /// The same by names.
  public var values: [String: String] {
    Dictionary(texts.entries.map { (Self.name($0.key), $0.text) }) { first, _ in first }
  }

  private static func name(_ key: String) -> String {
    key.hasPrefix("landscape:")
      ? String(key.dropFirst("landscape:".count)) : key == "Software" ? "program" : key.lowercased()
  }
}

/// What a run's data and files must be, for it to make a figure again.
struct RecordedInputs: Sendable, Equatable {
  /// The samples' hash; nil where it is not known.
  var data: String?
  var files: [InputHash]
  /// The most multiplications that a run may take; nil for any number.
  var workLimit: Double?

  /// Refuses other data and other files.
  ///
  /// - Parameters:
  ///   - inputs: The files, by their parts.
  ///   - data: The samples' hash; nil where there are none.
  ///   - scene: For messages.
  /// - Throws: `FileError`.
  func check(_ inputs: [(role: String, path: String)], data: String?, scene: String)
    throws(FileError)
  {
    if let recorded = self.data, let data, recorded != data, recorded != "unknown" {
      throw .malformed(
        path: scene,
        reason: "its data are not those that the figure was made of: their hash is \(data), the "
          + "figure's \(recorded)")
    }
    for (file, hash) in zip(inputs, try InputHash.of(inputs)) { try check(hash, of: file.path) }
  }

  /// Refuses another file in the same part; several may play one, as checkpoints do.
  func check(_ hash: InputHash, of path: String) throws(FileError) {
    let recorded = files.filter { $0.role == hash.role }
    if let recorded = recorded.first, !files.contains(hash) {
      throw .malformed(
        path: path,
        reason: "is not the file that the figure was made of (\(hash.role)): its hash is "
          + "\(hash.hash), the figure's \(recorded.hash)")
    }
  }
}

extension InputHash {
  /// Reads what figures carry.
  static func read(_ text: String) -> [InputHash] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ")
      return parts.count == 2 ? InputHash(role: String(parts[0]), hash: String(parts[1])) : nil
    }
  }
}
