/// The format of the MNIST files: a big-endian array of numbers.
public enum IDX {
  /// Reads a file, gzipped or not.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - first: How many items along the first dimension to read, such as images; nil reads all.
  ///     Of a gzipped file no more than these is unpacked.
  ///   - limit: The most bytes of the file, and of what it unpacks to.
  /// - Returns: Its array; bytes stay bytes.
  /// - Throws: `FileError`; asking for more items than there are is malformed.
  public static func read(
    _ path: String, first: Int? = nil, limit: Int = defaultFileLimit
  ) throws(FileError) -> Tensor {
    let file = try readFile(path, limit: limit)
    guard Gzip.isGzip(file) else { return try decode(file, first: first, path: path) }
    // First the header, which says how much is worth unpacking.
    let start = try Gzip.decompress(
      file, path: path, limit: limit, enough: 4 + 4 * maximumDimensions)
    let header = try Header(start, first: first, path: path)
    guard header.size / Deflate.greatestRatio <= file.count else {
      throw .malformed(
        path: path,
        reason: "shape \(header.shape) needs \(header.size) bytes, more than "
          + "\(file.count) can unpack to")
    }
    guard header.size < limit else {
      throw .malformed(
        path: path,
        reason: "shape \(header.shape) needs \(header.size) bytes, more than the "
          + "limit of \(limit)")
    }
    // One byte too many shows that a whole file is longer than it says, without unpacking the rest.
    let enough = first == nil ? header.size + 1 : header.wanted.upperBound
    let plain = try Gzip.decompress(file, path: path, limit: limit, enough: enough)
    return try decode(plain, first: first, path: path)
  }

  /// Reads only what a file says of its shape.
  ///
  /// - Parameters:
  ///   - path: The file, gzipped or not.
  ///   - limit: The most bytes of the file.
  /// - Returns: The size of each dimension; the first is the number of items.
  /// - Throws: `FileError`.
  public static func shape(
    _ path: String, limit: Int = defaultFileLimit
  ) throws(FileError) -> [Int] {
    let start = try readPlainFile(path, limit: limit, enough: 4 + 4 * maximumDimensions)
    return try Header(start, first: nil, path: path).shape
  }

  private static let maximumDimensions = 8

  static func decode(_ bytes: [UInt8], first: Int?, path: String) throws(FileError) -> Tensor {
    let header = try Header(bytes, first: first, path: path)
    let isWhole = first != nil || bytes.count == header.size
    guard isWhole, bytes.count >= header.wanted.upperBound else {
      throw .malformed(
        path: path,
        reason: "shape \(header.shape) needs \(header.size) bytes with the header, "
          + "and the file holds \(bytes.count)")
    }
    guard let elements = header.format.decode(bytes, in: header.wanted, bigEndian: true) else {
      throw .malformed(path: path, reason: "a number is too large")
    }
    return Tensor(shape: header.wantedShape, elements: elements)
  }

  /// The file's beginning, with what of the rest is wanted.
  private struct Header {
    var format: NumberFormat
    var shape: [Int]
    var wantedShape: [Int]
    /// The bytes of the whole file, header included.
    var size: Int
    /// Where the wanted numbers are.
    var wanted: Range<Int>

    init(_ bytes: [UInt8], first: Int?, path: String) throws(FileError) {
      var reader = ByteReader(bytes, path: path)
      let zeros = try reader.integer(UInt16.self, "the magic number")
      let code = try reader.integer(UInt8.self, "the magic number")
      let dimensions = Int(try reader.integer(UInt8.self, "the number of dimensions"))
      let format: NumberFormat? =
        switch code {
        case 0x08: .uint8
        case 0x09: .int8
        case 0x0B: .int16
        case 0x0C: .int32
        case 0x0D: .float32
        case 0x0E: .float64
        default: nil
        }
      guard zeros == 0, let format, dimensions >= 1, dimensions <= maximumDimensions else {
        throw .malformed(path: path, reason: "it is not an IDX file (wrong magic number)")
      }
      self.format = format
      shape = []
      for _ in 0..<dimensions {
        shape.append(Int(try reader.integer(UInt32.self, bigEndian: true, "a dimension")))
      }
      wantedShape = shape
      if let first {
        guard first >= 0, first <= shape[0] else {
          throw .malformed(path: path, reason: "it holds \(shape[0]) items, not \(first)")
        }
        wantedShape[0] = first
      }
      guard let all = extent(of: shape, elementSize: format.size),
        let some = extent(of: wantedShape, elementSize: format.size), all.bytes < Int.max / 2
      else {
        throw .malformed(path: path, reason: "its shape \(shape) is impossibly large")
      }
      size = reader.position + all.bytes
      wanted = reader.position..<reader.position + some.bytes
    }
  }
}
