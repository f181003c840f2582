/// The safetensors format for named tensors (Hugging Face), read and written.
///
/// A file is an 8-byte length, a JSON header, and the tensors' bytes, least significant first. The
/// format's rules are enforced: offsets inside the file, no gaps, no overlaps, shapes that fit.
public enum Safetensors {
  /// What a file holds.
  public struct Contents: Sendable, Equatable {
    /// The tensors, in the header's order.
    public var tensors: NamedTensors
    /// The header's `__metadata__`.
    public var metadata: [String: String]

    /// Makes contents.
    ///
    /// - Parameters:
    ///   - tensors: The tensors, in order.
    ///   - metadata: Text kept beside them; none by default.
    public init(tensors: NamedTensors, metadata: [String: String] = [:]) {
      self.tensors = tensors
      self.metadata = metadata
    }
  }

  /// The longest header that the format allows.
  static let maximumHeaderSize = 100_000_000

  private static let metadataKey = "__metadata__"

  /// Reads a file, gzipped or not.
  ///
  /// `BOOL`, `U8` … `I64`, `F16`, `BF16`, `F32` and `F64` are read; eight-bit floats are refused.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes of the file, and of what it unpacks to.
  /// - Returns: Its tensors and its metadata.
  /// - Throws: `FileError`.
  public static func read(
    _ path: String, limit: Int = defaultFileLimit
  ) throws(FileError) -> Contents {
    try decode(readPlainFile(path, limit: limit), path: path)
  }

  /// Writes a file; equal contents give equal bytes.
  ///
  /// - Parameters:
  ///   - contents: Tensors, written in their order, and metadata, sorted by key.
  ///   - path: The file, replaced at once and as a whole.
  /// - Throws: `FileError.unwritable`.
  public static func write(_ contents: Contents, to path: String) throws(FileError) {
    try AtomicFile.write(encode(contents, path: path), to: path)
  }

  // MARK: - Reading

  /// One tensor as the header describes it, its place counted from the header's end.
  private struct Entry {
    var name: String
    var format: NumberFormat
    var shape: [Int]
    var place: Range<Int>
  }

  static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Contents {
    var reader = ByteReader(bytes, path: path)
    let claimed = try reader.integer(UInt64.self, "the header's length")
    guard claimed <= UInt64(maximumHeaderSize) else {
      throw .malformed(
        path: path,
        reason: "the header is said to have \(claimed) bytes; the format allows "
          + "\(maximumHeaderSize) (is this a safetensors file?)")
    }
    let header = try reader.take(Int(claimed), "the header")
    let json: HeaderJSON
    do throws(HeaderJSON.Failure) {
      json = try HeaderJSON.parse(bytes[header])
    } catch {
      throw .malformed(
        path: path, reason: "the header at byte \(error.position + 8): \(error.reason)")
    }
    guard case .object(let members) = json, bytes[header.lowerBound] == UInt8(ascii: "{") else {
      throw .malformed(path: path, reason: "the header is not a JSON object")
    }

    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for (name, value) in members {
      if name == metadataKey {
        metadata = try texts(value, path: path)
      } else {
        entries.append(try entry(name, value, path: path))
      }
    }
    try checkLayout(entries, size: reader.remaining, path: path)

    var tensors = NamedTensors()
    for entry in entries {
      let place =
        entry.place.lowerBound + header.upperBound..<entry.place.upperBound
        + header.upperBound
      guard let elements = entry.format.decode(bytes, in: place, bigEndian: false) else {
        throw .malformed(
          path: path, reason: "tensor '\(entry.name)': an unsigned integer is 2^63 or more")
      }
      tensors[entry.name] = Tensor(shape: entry.shape, elements: elements)
    }
    return Contents(tensors: tensors, metadata: metadata)
  }

  /// The format's rule: sorted by place, the tensors cover the bytes exactly.
  private static func checkLayout(
    _ entries: [Entry], size: Int, path: String
  ) throws(FileError) {
    let order = entries.sorted {
      ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound)
    }
    var end = 0
    for entry in order {
      guard entry.place.lowerBound == end else {
        let fault = entry.place.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap"
        throw .malformed(
          path: path,
          reason: "tensor '\(entry.name)' begins at \(entry.place.lowerBound), not at "
            + "\(end): it \(fault)")
      }
      end = entry.place.upperBound
    }
    guard end == size else {
      throw .malformed(
        path: path, reason: "the tensors need \(end) bytes, and the file holds \(size)")
    }
  }

  private static func entry(
    _ name: String, _ value: HeaderJSON, path: String
  ) throws(FileError) -> Entry {
    func fail(_ reason: String) -> FileError {
      .malformed(path: path, reason: "tensor '\(name)': \(reason)")
    }
    guard case .object(let members) = value else { throw fail("its description is no object") }
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    for (key, value) in members {
      switch key {
      case "dtype":
        if case .text(let text) = value { type = text }
      case "shape": shape = naturals(value)
      case "data_offsets": offsets = naturals(value)
      default: break  // the reference reader ignores further keys, too
      }
    }
    guard let type else { throw fail("its 'dtype' is missing or no text") }
    guard let format = format(type) else { throw fail("its type \(type) cannot be read") }
    guard let shape else { throw fail("its 'shape' is missing or no list of whole numbers") }
    guard let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
      throw fail("its 'data_offsets' are missing or not two ascending whole numbers")
    }
    guard let extent = extent(of: shape, elementSize: format.size) else {
      throw fail("its shape \(shape) is impossibly large")
    }
    guard extent.bytes == offsets[1] - offsets[0] else {
      throw fail(
        "shape \(shape) of \(type) needs \(extent.bytes) bytes, and it has "
          + "\(offsets[1] - offsets[0])")
    }
    return Entry(name: name, format: format, shape: shape, place: offsets[0]..<offsets[1])
  }

  private static func naturals(_ value: HeaderJSON) -> [Int]? {
    guard case .array(let items) = value else { return nil }
    var numbers: [Int] = []
    for item in items {
      guard case .whole(let number) = item, number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private static func texts(_ value: HeaderJSON, path: String) throws(FileError) -> [String: String]
  {
    var texts: [String: String] = [:]
    guard case .object(let members) = value else {
      throw .malformed(path: path, reason: "__metadata__ is not an object")
    }
    for (key, value) in members {
      guard case .text(let text) = value else {
        throw .malformed(path: path, reason: "__metadata__ '\(key)' is not text")
      }
      texts[key] = text
    }
    return texts
  }

  private static func format(_ type: String) -> NumberFormat? {
    switch type {
    case "BOOL": .bool
    case "U8": .uint8
    case "I8": .int8
    case "U16": .uint16
    case "I16": .int16
    case "U32": .uint32
    case "I32": .int32
    case "U64": .uint64
    case "I64": .int64
    case "F16": .float16
    case "BF16": .bfloat16
    case "F32": .float32
    case "F64": .float64
    default: nil
    }
  }

  // MARK: - Writing

  static func encode(_ contents: Contents, path: String) throws(FileError) -> [UInt8] {
    guard contents.tensors[metadataKey] == nil else {
      throw .unwritable(path: path, reason: "a tensor cannot be named \(metadataKey)")
    }
    var members: [String] = []
    if !contents.metadata.isEmpty {
      let pairs = contents.metadata.sorted { $0.key < $1.key }
      let texts = pairs.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\(quoted(metadataKey)):{\(texts.joined(separator: ","))}")
    }
    var data: [UInt8] = []
    for element in contents.tensors {
      let start = data.count
      data += element.tensor.elements.littleEndianBytes
      let shape = element.tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(element.name)):{\"dtype\":\"\(type(element.tensor.elements))\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(start),\(data.count)]}")
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    // Padded, so that the numbers start at a multiple of eight bytes.
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    guard header.count <= maximumHeaderSize else {
      throw .unwritable(path: path, reason: "its header would pass \(maximumHeaderSize) bytes")
    }
    var output: [UInt8] = []
    output.append(littleEndian: UInt64(header.count))
    return output + header + data
  }

  private static func type(_ elements: Tensor.Elements) -> String {
    switch elements {
    case .uint8: "U8"
    case .int64: "I64"
    case .float32: "F32"
    case .float64: "F64"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}":
        let code = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
