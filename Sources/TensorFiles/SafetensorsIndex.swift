/// Tensors spread over several safetensors files: `model.safetensors.index.json` (Hugging Face).
///
/// A JSON object whose `weight_map` gives each tensor's file, all in the index's own folder. Each
/// tensor must stand in the file that it is said to be in, and in no other.
enum SafetensorsIndex {
  /// Whether a file's first bytes are JSON's, and not the length that begins a safetensors file.
  static func isIndex(_ bytes: [UInt8]) -> Bool {
    let start = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    // Of a header's length, at most 1e8, the upper four bytes are 0; text has no zeros.
    return start == UInt8(ascii: "{") && !bytes.prefix(8).contains(0)
  }

  /// Reads all tensors that an index names.
  ///
  /// - Parameters:
  ///   - bytes: The index.
  ///   - path: Its path; the files are looked for beside it.
  ///   - limit: The most bytes of all files together.
  /// - Returns: The tensors, in the index's order.
  /// - Throws: `FileError` that names the index, and the file or the tensor at fault.
  static func read(
    _ bytes: [UInt8], path: String, limit: Int
  ) throws(FileError) -> NamedTensors {
    let places = try decode(bytes, path: path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var owners: [String: String] = [:]
    for (tensor, file) in places { owners[tensor] = file }
    var found: [String: Tensor] = [:]
    var room = limit
    var files: Set<String> = []
    for (_, file) in places where files.insert(file).inserted {
      guard fileExists(folder + file) else {
        throw .unreadable(path: path, reason: "it names '\(file)', and there is no such file")
      }
      let shard = try readPlainFile(folder + file, limit: room)
      room -= shard.count
      guard !isIndex(shard) else {
        throw .malformed(path: path, reason: "it names '\(file)', which is an index again")
      }
      for element in try Safetensors.decode(shard, path: folder + file).tensors {
        guard let owner = owners[element.name] else {
          throw .malformed(
            path: path, reason: "'\(file)' holds '\(element.name)', which the index does not name")
        }
        guard owner == file else {
          throw .malformed(
            path: path,
            reason: "'\(element.name)' is said to be in '\(owner)', and is in '\(file)'")
        }
        found[element.name] = element.tensor
      }
    }
    var tensors = NamedTensors()
    for (name, file) in places {
      guard let tensor = found[name] else {
        throw .malformed(path: path, reason: "'\(name)' is said to be in '\(file)', and is not")
      }
      tensors[name] = tensor
    }
    return tensors
  }

  /// Each tensor's file.
  ///
  /// - Parameters:
  ///   - bytes: The index.
  ///   - path: Its path, for messages.
  /// - Returns: Names and files, in the index's order; a file's name is a plain one, so that none
  ///   outside the folder is read.
  /// - Throws: `FileError.malformed`.
  static func decode(
    _ bytes: [UInt8], path: String
  ) throws(FileError) -> [(tensor: String, file: String)] {
    let json: HeaderJSON
    do throws(HeaderJSON.Failure) {
      json = try HeaderJSON.parse(bytes[...])
    } catch {
      throw .malformed(path: path, reason: "the index at byte \(error.position): \(error.reason)")
    }
    guard case .object(let members) = json,
      case .object(let map)? = members.first(where: { $0.key == "weight_map" })?.value
    else {
      throw .malformed(
        path: path,
        reason: "has no object 'weight_map' (is this a model.safetensors.index.json?)")
    }
    guard !map.isEmpty else { throw .malformed(path: path, reason: "its 'weight_map' is empty") }
    var places: [(tensor: String, file: String)] = []
    for (tensor, value) in map {
      guard case .text(let file) = value else {
        throw .malformed(path: path, reason: "the file of '\(tensor)' is no text")
      }
      let isPlain = file.unicodeScalars.allSatisfy { !["/", "\\", "\0"].contains($0) }
      guard isPlain, ![".", "..", ""].contains(file) else {
        throw .malformed(
          path: path,
          reason: "'\(tensor)' is said to be in '\(file)'; files must lie beside the index")
      }
      places.append((tensor, file))
    }
    return places
  }
}
