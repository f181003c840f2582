/// A cursor over a file's bytes that never passes their end.
struct ByteReader {
  let bytes: [UInt8]
  let path: String
  private(set) var position: Int
  let end: Int

  init(_ bytes: [UInt8], in range: Range<Int>? = nil, path: String) {
    self.bytes = bytes
    self.path = path
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  var remaining: Int { end - position }

  /// Takes the next bytes.
  ///
  /// - Parameters:
  ///   - count: How many; a negative or too large number is an error.
  ///   - what: What they are, for the message.
  /// - Returns: Where they are.
  /// - Throws: `FileError.malformed` where fewer are left.
  mutating func take(_ count: Int, _ what: String) throws(FileError) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw .malformed(
        path: path,
        reason: "ends early: \(what) at byte \(position) needs \(count) bytes, "
          + "and \(remaining) are left")
    }
    defer { position += count }
    return position..<position + count
  }

  /// Takes an integer.
  mutating func integer<T: FixedWidthInteger>(
    _ type: T.Type, bigEndian: Bool = false, _ what: String
  ) throws(FileError) -> T {
    let range = try take(MemoryLayout<T>.size, what)
    let value = bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self)
    }
    return bigEndian ? T(bigEndian: value) : T(littleEndian: value)
  }

  /// Takes text of so many bytes, which must be UTF-8.
  mutating func text(_ count: Int, _ what: String) throws(FileError) -> String {
    let range = try take(count, what)
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw .malformed(path: path, reason: "\(what) at byte \(range.lowerBound) is not UTF-8 text")
    }
    return text
  }
}

extension [UInt8] {
  /// Appends an integer, least significant byte first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
