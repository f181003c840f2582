/// NumPy's format for one array (versions 1 to 3), read and written.
///
/// Numbers of every real type are read (`b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8`, either byte order,
/// C or Fortran order). Python objects, text, complex numbers and records are refused: objects can
/// run code when loaded.
public enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads a `.npy` file, gzipped or not.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes of the file, and of what it unpacks to.
  /// - Returns: Its array, row-major.
  /// - Throws: `FileError`.
  public static func read(
    _ path: String, limit: Int = defaultFileLimit
  ) throws(FileError) -> Tensor {
    let bytes = try readPlainFile(path, limit: limit)
    return try decode(bytes, in: bytes.indices, path: path)
  }

  /// Writes a `.npy` file.
  ///
  /// - Parameters:
  ///   - tensor: The array.
  ///   - path: The file, replaced at once and as a whole.
  /// - Throws: `FileError.unwritable`.
  public static func write(_ tensor: Tensor, to path: String) throws(FileError) {
    try AtomicFile.write(encode(tensor), to: path)
  }

  static func decode(
    _ bytes: [UInt8], in range: Range<Int>, path: String
  ) throws(FileError) -> Tensor {
    var reader = ByteReader(bytes, in: range, path: path)
    guard bytes[range].starts(with: magic) else {
      throw .malformed(path: path, reason: "it is not a NumPy array (.npy)")
    }
    _ = try reader.take(magic.count, "the magic number")
    let version = try reader.integer(UInt8.self, "the version")
    _ = try reader.integer(UInt8.self, "the version")
    let length: Int
    switch version {
    case 1: length = Int(try reader.integer(UInt16.self, "the header's length"))
    case 2, 3: length = Int(try reader.integer(UInt32.self, "the header's length"))
    default:
      throw .malformed(
        path: path, reason: "version \(version) of .npy is unknown (1 to 3 are read)")
    }
    var header = NPYHeader.Parser(
      ByteReader(bytes, in: try reader.take(length, "the header"), path: path))
    let description = try header.parse()

    guard let extent = extent(of: description.shape, elementSize: description.format.size) else {
      throw .malformed(path: path, reason: "its shape \(description.shape) is impossibly large")
    }
    guard extent.bytes == reader.remaining else {
      throw .malformed(
        path: path,
        reason: "shape \(description.shape) of \(description.format) needs "
          + "\(extent.bytes) bytes, and the file holds \(reader.remaining)")
    }
    let data = try reader.take(extent.bytes, "the numbers")
    guard
      var elements = description.format.decode(bytes, in: data, bigEndian: description.bigEndian)
    else {
      throw .malformed(path: path, reason: "an unsigned integer is 2^63 or more")
    }
    if description.fortranOrder { elements = elements.rowMajor(shape: description.shape) }
    return Tensor(shape: description.shape, elements: elements)
  }

  static func encode(_ tensor: Tensor) -> [UInt8] {
    let type =
      switch tensor.elements {
      case .uint8: "|u1"
      case .int64: "<i8"
      case .float32: "<f4"
      case .float64: "<f8"
      }
    let dimensions = tensor.shape.map(String.init).joined(separator: ", ")
    let shape = tensor.shape.count == 1 ? "(\(dimensions),)" : "(\(dimensions))"
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    // NumPy pads with spaces and ends with a newline, so that numbers start at a multiple of 64.
    let unpadded = magic.count + 4 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    var output = magic + [1, 0]
    output.append(littleEndian: UInt16(header.utf8.count))
    return output + header.utf8 + tensor.elements.littleEndianBytes
  }
}

extension Tensor.Elements {
  /// The elements of a column-major array of a shape, in row-major order.
  fileprivate func rowMajor(shape: [Int]) -> Self {
    var strides: [Int] = []
    var size = 1
    for dimension in shape {
      strides.append(size)
      size *= max(dimension, 1)
    }
    func reordered<T>(_ values: [T]) -> [T] {
      guard shape.count > 1, !values.isEmpty else { return values }
      var result: [T] = []
      result.reserveCapacity(values.count)
      var index = [Int](repeating: 0, count: shape.count)
      var position = 0
      while true {
        result.append(values[position])
        var axis = shape.count - 1
        while true {
          index[axis] += 1
          position += strides[axis]
          if index[axis] < shape[axis] { break }
          position -= strides[axis] * shape[axis]
          index[axis] = 0
          if axis == 0 { return result }
          axis -= 1
        }
      }
    }
    switch self {
    case .uint8(let values): return .uint8(reordered(values))
    case .int64(let values): return .int64(reordered(values))
    case .float32(let values): return .float32(reordered(values))
    case .float64(let values): return .float64(reordered(values))
    }
  }
}
