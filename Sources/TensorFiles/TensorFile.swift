/// Files of named tensors in any of the formats, told apart by their contents.
public enum TensorFile {
  /// What a single array without a name is called.
  public static let unnamed = "array"

  /// Reads a `.npz`, `.npy` or `.safetensors` file, whatever it is called, gzipped or not; or the
  /// files that a `.safetensors.index.json` names.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes of the file, and of what it unpacks to.
  /// - Returns: Its tensors in the file's order; the one of a `.npy` file is named ``unnamed``.
  /// - Throws: `FileError`; formats that are known and not read are named, with what to do.
  public static func read(
    _ path: String, limit: Int = defaultFileLimit
  ) throws(FileError) -> NamedTensors {
    let bytes = try readPlainFile(path, limit: limit)
    if bytes.starts(with: [0x50, 0x4B]) {
      return try NPZ.decode(bytes, path: path, limit: limit)
    }
    if bytes.starts(with: NPY.magic) {
      return [unnamed: try NPY.decode(bytes, in: bytes.indices, path: path)]
    }
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{"), !SafetensorsIndex.isIndex(bytes) {
      return try Safetensors.decode(bytes, path: path).tensors
    }
    if SafetensorsIndex.isIndex(bytes) {
      return try SafetensorsIndex.read(bytes, path: path, limit: limit)
    }
    let advice = "save the tensors as .npz or .safetensors"
    if bytes.starts(with: [0x89] + Array("HDF".utf8)) {
      throw .malformed(path: path, reason: "it is an HDF5 file, which cannot be read; \(advice)")
    }
    if bytes.starts(with: [0x80]) {
      throw .malformed(
        path: path,
        reason: "it is a Python pickle, which is not loaded, because it can run code; "
          + advice)
    }
    throw .malformed(path: path, reason: "it is no .npz, .npy or .safetensors file")
  }

  /// Writes a `.npz` or `.safetensors` file, as the path ends.
  ///
  /// - Parameters:
  ///   - tensors: The tensors, written in their order.
  ///   - path: The file, replaced at once and as a whole.
  /// - Throws: `FileError.unwritable`, also for another ending.
  public static func write(_ tensors: NamedTensors, to path: String) throws(FileError) {
    if path.hasSuffix(".npz") {
      try NPZ.write(tensors, to: path)
    } else if path.hasSuffix(".safetensors") {
      try Safetensors.write(.init(tensors: tensors), to: path)
    } else {
      throw .unwritable(path: path, reason: "its name must end in .npz or .safetensors")
    }
  }
}
