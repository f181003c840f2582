/// The JSON of a safetensors header or index: objects keep their order, and a key may come only once.
///
/// Foundation's readers do neither. Numbers that are not whole, of which the format has none, are read
/// over.
indirect enum HeaderJSON {
  case object([(key: String, value: HeaderJSON)])
  case array([HeaderJSON])
  case text(String)
  case whole(Int)
  case other

  /// Why text is not the JSON of a header, and where.
  struct Failure: Error, Equatable {
    var reason: String
    var position: Int
  }

  /// Reads one value, with nothing but white space around it.
  ///
  /// - Parameter bytes: UTF-8 text.
  /// - Returns: The value.
  /// - Throws: `Failure`.
  static func parse(_ bytes: ArraySlice<UInt8>) throws(Failure) -> HeaderJSON {
    var parser = Parser(bytes: bytes, position: bytes.startIndex)
    let value = try parser.value(depth: 0)
    parser.skipSpaces()
    guard parser.position == bytes.endIndex else { throw parser.fail("something follows the end") }
    return value
  }
}

/// A reader of JSON (RFC 8259) over bytes.
private struct Parser {
  let bytes: ArraySlice<UInt8>
  var position: Int

  /// Headers are three levels deep; unknown keys may hold a little more.
  static let maximumDepth = 16

  func fail(_ reason: String) -> HeaderJSON.Failure {
    HeaderJSON.Failure(reason: reason, position: position - bytes.startIndex)
  }

  mutating func value(depth: Int) throws(HeaderJSON.Failure) -> HeaderJSON {
    guard depth < Self.maximumDepth else { throw fail("it is nested too deeply") }
    skipSpaces()
    guard position < bytes.endIndex else { throw fail("it ends early") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try items(depth: depth))
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), 0x30...0x39: return try number()
    default:
      for word in ["true", "false", "null"] where skip(word) { return .other }
      throw fail("a value is expected")
    }
  }

  private mutating func members(
    depth: Int
  ) throws(HeaderJSON.Failure) -> [(key: String, value: HeaderJSON)] {
    var members: [(key: String, value: HeaderJSON)] = []
    var keys: Set<String> = []
    try expect("{")
    if skip("}") { return members }
    repeat {
      skipSpaces()
      let key = try text()
      guard keys.insert(key).inserted else { throw fail("the name '\(key)' comes twice") }
      try expect(":")
      members.append((key, try value(depth: depth + 1)))
    } while skip(",")
    try expect("}")
    return members
  }

  private mutating func items(depth: Int) throws(HeaderJSON.Failure) -> [HeaderJSON] {
    var items: [HeaderJSON] = []
    try expect("[")
    if skip("]") { return items }
    repeat { items.append(try value(depth: depth + 1)) } while skip(",")
    try expect("]")
    return items
  }

  private mutating func number() throws(HeaderJSON.Failure) -> HeaderJSON {
    let digits = bytes[position...].prefix {
      (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
    }
    let text = String(decoding: digits, as: UTF8.self)
    if digits.count == 1 || digits.first != 0x30, let value = Int(text) {
      position = digits.endIndex
      return .whole(value)
    }
    guard digits.contains(where: { [0x2E, 0x45, 0x65].contains($0) }), Double(text) != nil else {
      throw fail("a whole number below 2^63 is expected")
    }
    position = digits.endIndex
    return .other
  }

  private mutating func text() throws(HeaderJSON.Failure) -> String {
    guard skip("\"") else { throw fail("a quoted name is expected") }
    var units: [UInt8] = []
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw fail("a name is not UTF-8 text")
        }
        return text
      case UInt8(ascii: "\\"): units += String(try escaped()).utf8
      case 0..<0x20: throw fail("a control character is inside a name")
      default: units.append(byte)
      }
    }
    throw fail("a name does not end")
  }

  private mutating func escaped() throws(HeaderJSON.Failure) -> Unicode.Scalar {
    guard position < bytes.endIndex else { throw fail("a name does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try fourHexDigits()
      if (0xD800..<0xDC00).contains(code), skip("\\u") {
        let low = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw fail("half a character is escaped") }
        code = 0x1_0000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw fail("half a character is escaped") }
      return scalar
    default: throw fail("an unknown escape is in a name")
    }
  }

  private mutating func fourHexDigits() throws(HeaderJSON.Failure) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.first != 0x2B, digits.first != 0x2D,
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fail("four hexadecimal digits are expected") }
    position = digits.endIndex
    return code
  }

  mutating func skipSpaces() {
    while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func skip(_ word: String) -> Bool {
    if word != "\"", word != "\\u" { skipSpaces() }
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func expect(_ word: String) throws(HeaderJSON.Failure) {
    guard skip(word) else { throw fail("'\(word)' is expected") }
  }
}
