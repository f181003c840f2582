/// NumPy's archives of arrays (`numpy.savez`, `savez_compressed`), read and written.
public enum NPZ {
  /// Reads a `.npz` file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - wanted: The arrays to read; nil reads all. Others are not looked at, so that an array
  ///     that cannot be read (Python objects) does no harm.
  ///   - limit: The most bytes of the file, and of all its arrays unpacked.
  /// - Returns: The arrays, in the file's order.
  /// - Throws: `FileError`; a wanted array that is missing is malformed, and the others are named.
  public static func read(
    _ path: String, only wanted: [String]? = nil, limit: Int = defaultFileLimit
  ) throws(FileError) -> NamedTensors {
    try decode(readPlainFile(path, limit: limit), only: wanted, path: path, limit: limit)
  }

  /// Writes a `.npz` file that `numpy.load` reads; equal tensors give equal bytes.
  ///
  /// - Parameters:
  ///   - tensors: The arrays.
  ///   - path: The file, replaced at once and as a whole.
  ///   - compressed: Whether to deflate. Off by default, as in `numpy.savez`: floating-point
  ///     numbers hardly shrink.
  /// - Throws: `FileError.unwritable`.
  public static func write(
    _ tensors: NamedTensors, to path: String, compressed: Bool = false
  ) throws(FileError) {
    try AtomicFile.write(encode(tensors, path: path, compressed: compressed), to: path)
  }

  static func decode(
    _ bytes: [UInt8], only wanted: [String]? = nil, path: String, limit: Int
  ) throws(FileError) -> NamedTensors {
    let archive = try ZipArchive(bytes, path: path)
    var tensors = NamedTensors()
    var found: [String] = []
    var room = limit
    let names = Set(archive.entries.map(\.name))
    for entry in archive.entries {
      let isNamed = entry.name.hasSuffix(".npy")
      let name = isNamed ? String(entry.name.dropLast(4)) : entry.name
      // NumPy reads an array under a plain name as well, where its bytes say that it is one.
      if !isNamed, name.hasSuffix("/") || names.contains(name + ".npy") { continue }
      if isNamed { found.append(name) }
      if let wanted, !wanted.contains(name) { continue }
      let (contents, range) = try archive.contents(of: entry, limit: room)
      room -= range.count
      if !isNamed {
        guard contents[range].starts(with: NPY.magic) else { continue }
        found.append(name)
      }
      do throws(FileError) {
        tensors[name] = try NPY.decode(contents, in: range, path: path)
      } catch {
        guard case .malformed(_, let reason) = error else { throw error }
        throw .malformed(path: path, reason: "array '\(name)': \(reason)")
      }
    }
    if found.isEmpty, archive.entries.contains(where: { $0.name.hasSuffix("data.pkl") }) {
      throw .malformed(
        path: path,
        reason: "it is a PyTorch checkpoint, which is not loaded, because it can run "
          + "code; save the state_dict with safetensors.torch.save_file")
    }
    for name in wanted ?? [] where tensors[name] == nil {
      let others = found.isEmpty ? "none" : found.map { "'\($0)'" }.joined(separator: ", ")
      throw .malformed(path: path, reason: "no array is named '\(name)'; it holds \(others)")
    }
    return tensors
  }

  static func encode(
    _ tensors: NamedTensors, path: String, compressed: Bool
  ) throws(FileError) -> [UInt8] {
    try ZipArchive.encode(
      tensors.map { (name: $0.name + ".npy", contents: NPY.encode($0.tensor)) },
      deflated: compressed, path: path)
  }
}
