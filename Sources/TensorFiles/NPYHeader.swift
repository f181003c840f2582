/// What the header of a `.npy` file says about its array.
struct NPYHeader {
  var format: NumberFormat
  var bigEndian: Bool
  var fortranOrder: Bool
  var shape: [Int]
}

extension NPYHeader {
  /// Reads the header: a Python dictionary of three keys, of which only this much is understood.
  struct Parser {
    private let path: String
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ reader: ByteReader) {
      path = reader.path
      bytes = reader.bytes[reader.position..<reader.end]
      position = bytes.startIndex
    }

    mutating func parse() throws(FileError) -> NPYHeader {
      var type: (NumberFormat, bigEndian: Bool)?
      var fortranOrder: Bool?
      var shape: [Int]?
      try expect("{")
      while !skip("}") {
        let key = try text()
        try expect(":")
        switch key {
        case "descr" where type == nil: type = try elementType()
        case "fortran_order" where fortranOrder == nil: fortranOrder = try boolean()
        case "shape" where shape == nil: shape = try dimensions()
        default: throw fail("the key '\(key)' is unknown or given twice")
        }
        if !skip(",") {
          try expect("}")
          break
        }
      }
      skipSpaces()
      guard position == bytes.endIndex else { throw fail("something follows the dictionary") }
      guard let type, let fortranOrder, let shape else {
        throw fail("one of 'descr', 'fortran_order' and 'shape' is missing")
      }
      return NPYHeader(
        format: type.0, bigEndian: type.bigEndian, fortranOrder: fortranOrder, shape: shape)
    }

    private mutating func elementType() throws(FileError) -> (NumberFormat, bigEndian: Bool) {
      skipSpaces()
      if position < bytes.endIndex, bytes[position] == UInt8(ascii: "[") {
        throw fail("records (structured arrays) cannot be read, save one array for each field")
      }
      let code = try text()
      let format: NumberFormat? =
        switch code.dropFirst() {
        case "b1": .bool
        case "u1": .uint8
        case "i1": .int8
        case "u2": .uint16
        case "i2": .int16
        case "u4": .uint32
        case "i4": .int32
        case "u8": .uint64
        case "i8": .int64
        case "f2": .float16
        case "f4": .float32
        case "f8": .float64
        default: nil
        }
      guard let format, let order = code.first, "<>|=".contains(order),
        order != "|" || format.size == 1
      else {
        let hint =
          code.dropFirst().first == "O"
          ? "Python objects are not loaded, because they can run code"
          : "only booleans, integers and real numbers can be read"
        throw fail("the element type '\(code)': \(hint)")
      }
      return (format, order == ">")
    }

    private mutating func boolean() throws(FileError) -> Bool {
      for (word, value) in [("True", true), ("False", false)] where skip(word) { return value }
      throw fail("True or False is expected")
    }

    private mutating func dimensions() throws(FileError) -> [Int] {
      var shape: [Int] = []
      try expect("(")
      while !skip(")") {
        shape.append(try number())
        _ = skip("L")  // Python 2 wrote 3L
        guard shape.count <= maximumRank else { throw fail("more than 64 dimensions") }
        if !skip(",") {
          try expect(")")
          break
        }
      }
      return shape
    }

    private mutating func number() throws(FileError) -> Int {
      skipSpaces()
      let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
      guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
        throw fail("a dimension is not a whole number from 0 to 2^63 - 1")
      }
      position = digits.endIndex
      return value
    }

    private mutating func text() throws(FileError) -> String {
      skipSpaces()
      guard position < bytes.endIndex,
        bytes[position] == UInt8(ascii: "'")
          || bytes[position] == UInt8(ascii: "\"")
      else { throw fail("a quoted word is expected") }
      let quote = bytes[position]
      let word = bytes[(position + 1)...].prefix { $0 != quote }
      guard word.endIndex < bytes.endIndex, word.count <= 256 else {
        throw fail("a quoted word does not end")
      }
      position = word.endIndex + 1
      return String(decoding: word, as: UTF8.self)
    }

    private mutating func skipSpaces() {
      while position < bytes.endIndex, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
        position += 1
      }
    }

    private mutating func skip(_ word: String) -> Bool {
      skipSpaces()
      guard bytes[position...].starts(with: word.utf8) else { return false }
      position += word.utf8.count
      return true
    }

    private mutating func expect(_ word: String) throws(FileError) {
      guard skip(word) else { throw fail("'\(word)' is expected") }
    }

    private func fail(_ reason: String) -> FileError {
      .malformed(path: path, reason: "the .npy header at byte \(position): \(reason)")
    }
  }
}
