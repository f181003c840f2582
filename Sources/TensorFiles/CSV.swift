/// Tables of numbers as text: comma, semicolon or tab between them, with or without a header line.
public enum CSV {
  /// The numbers of a file.
  public struct Table: Sendable, Equatable {
    /// What the header line calls the columns; nil without a header line.
    public var columnNames: [String]?
    /// How many numbers a row has.
    public var columnCount: Int
    /// How many rows there are, without the header line.
    public var rowCount: Int
    /// The numbers, row by row: `rowCount × columnCount`.
    public var values: [Double]
    /// What was taken as something other than numbers on less than certain signs; for those who use it.
    public var notes: [String] = []
  }

  /// Reads a file, gzipped or not.
  ///
  /// The first line is a header where at least one of its fields is not a number. So is `0,1,…,n−1`,
  /// as pandas names columns that have no names, above a column of which every other field has a
  /// point or an exponent; where no column has, it may as well be numbers, and is refused.
  /// A line `sep=;` before all others, as Excel has it, names the separator. Fields are else
  /// separated by tabs if the first line has one outside quotes, else by semicolons if it has one,
  /// else by commas. Fields may be quoted ("" is a quote inside), lines may end in LF, CR LF or
  /// CR, and empty lines at the end are ignored. `nan` and `inf` are numbers; an empty field is an
  /// error.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes of the file, and of what it unpacks to.
  /// - Returns: Its numbers.
  /// - Throws: `FileError`, with line and column where a field is not a number.
  public static func read(
    _ path: String, limit: Int = defaultFileLimit
  ) throws(FileError) -> Table {
    try decode(readPlainFile(path, limit: limit), path: path)
  }

  /// Reads the contents of a file, as ``read(_:limit:)`` does.
  ///
  /// - Parameters:
  ///   - bytes: Plain text.
  ///   - path: Where it came from, for messages.
  /// - Returns: Its numbers.
  /// - Throws: `FileError.malformed`.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Table {
    guard !isWide(bytes) else {
      throw .malformed(
        path: path, reason: "is not a text in UTF-8, but UTF-16 or UTF-32; save it as CSV in UTF-8")
    }
    var reader = FieldReader(bytes, path: path)
    var names: [String]?
    var counted: CountedHeader?
    var values: [Double] = []
    var columns = 0
    var rows = 0
    var isFirst = true

    while reader.hasMore {
      let line = reader.line
      if reader.isAtEmptyLine {
        reader.skipEmptyLines()
        if !reader.hasMore { break }
        throw .malformed(path: path, reason: "line \(line) is empty")
      }
      if isFirst {
        isFirst = false
        let start = reader
        var fields: [String] = []
        repeat {
          fields.append(String(decoding: try reader.field(), as: UTF8.self))
        } while reader
          .continues
        columns = fields.count
        if fields.contains(where: { number(Array($0.utf8)[...]) == nil }) {
          names = fields
          continue
        }
        if CountedHeader.isCounted(fields) {
          (names, counted) = (fields, CountedHeader(columns: columns))
          continue
        }
        reader = start
      }
      var count = 0
      repeat {
        let field = try reader.field()
        count += 1
        guard let value = number(field) else {
          throw .malformed(
            path: path, reason: "line \(line), column \(count): \(complaint(about: field))")
        }
        values.append(value)
        counted?.note(field, column: count - 1)
      } while reader.continues
      guard count == columns else {
        throw .malformed(
          path: path, reason: "line \(line) has \(count) fields, and the first line has \(columns)")
      }
      rows += 1
    }
    guard rows > 0 else { throw .malformed(path: path, reason: "it holds no numbers") }
    var table = Table(columnNames: names, columnCount: columns, rowCount: rows, values: values)
    if let counted {
      let line = "line 1 (0 to \(columns - 1))"
      guard counted.isHeader else {
        throw .malformed(
          path: path,
          reason: "\(line) may name the columns, as pandas does, or hold numbers; give the columns "
            + "names, or write its numbers with a point (0.0)")
      }
      table.notes.append(
        "\(line) is taken as the columns' names, as pandas writes them; if they are numbers, write "
          + "them with a point (0.0)")
    }
    return table
  }

  /// Whether a text is in two or four bytes a letter: by its mark, or by zeros, which no text has.
  private static func isWide(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
      || bytes.prefix(4096).contains(0)
  }

  private static func complaint(about field: ArraySlice<UInt8>) -> String {
    if field.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return "the field is empty" }
    let text = String(decoding: field.prefix(40), as: UTF8.self)
    let hint = field.contains(UInt8(ascii: ",")) ? " (write decimals with a point)" : ""
    return "'\(text)' is not a number\(hint)"
  }

  /// The number that a field holds, spaces around it ignored.
  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    guard
      let first = field.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
      let last = field.lastIndex(where: { $0 != 0x20 && $0 != 0x09 })
    else { return nil }
    let text = field[first...last]
    if text.count <= 15 {
      // Whole numbers below 2⁵³, the most common by far, need no general conversion.
      var whole = 0
      if text.allSatisfy({ byte in
        whole = 10 * whole + Int(byte) - 0x30
        return (0x30...0x39).contains(byte)
      }) {
        return Double(whole)
      }
    }
    guard text.count <= 400 else { return nil }
    return Double(String(decoding: text, as: UTF8.self))
  }
}

/// A first line `0,1,…,n−1`, which pandas writes over columns without names, and what speaks for it:
/// pandas writes every number of a floating-point column with a point or an exponent.
private struct CountedHeader {
  private var isFloating: [Bool]

  init(columns: Int) { isFloating = Array(repeating: true, count: columns) }

  /// Whether fields count from 0: two at least, as a lone 0 counts nothing.
  static func isCounted(_ fields: [String]) -> Bool {
    fields.count >= 2 && fields.enumerated().allSatisfy { $0.element == String($0.offset) }
  }

  mutating func note(_ field: ArraySlice<UInt8>, column: Int) {
    guard isFloating.indices.contains(column), isFloating[column] else { return }
    isFloating[column] = field.contains { ".eEnN".utf8.contains($0) }
  }

  /// Whether the line stands over a floating-point column that it is no number of.
  var isHeader: Bool { isFloating.contains(true) }
}

/// Splits text into fields.
private struct FieldReader {
  private let bytes: [UInt8]
  private let path: String
  private var separator = UInt8(ascii: ",")
  private var position = 0
  /// The number of the current line, from 1.
  private(set) var line = 1
  /// Whether another field follows on the line.
  private(set) var continues = false

  private static let quote = UInt8(ascii: "\"")

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }  // spreadsheets' byte order mark
    let named = bytes[position...].prefix(7)
    if named.starts(with: "sep=".utf8), named.count >= 6,
      [0x0A, 0x0D].contains(named[position + 5]),
      [0x09, UInt8(ascii: ";"), UInt8(ascii: ",")].contains(named[position + 4])
    {
      separator = named[position + 4]
      position += 5
      endLine()
      return
    }
    var quoted = false
    var found: Set<UInt8> = []
    for byte in bytes {
      if byte == Self.quote { quoted.toggle() }
      if quoted { continue }
      if byte == 0x0A || byte == 0x0D { break }
      found.insert(byte)
    }
    separator = [0x09, UInt8(ascii: ";")].first(where: found.contains) ?? UInt8(ascii: ",")
  }

  var hasMore: Bool { position < bytes.count }

  var isAtEmptyLine: Bool { bytes[position] == 0x0A || bytes[position] == 0x0D }

  mutating func skipEmptyLines() { while hasMore, isAtEmptyLine { endLine() } }

  /// Reads the next field, and the end of the line after the last one.
  mutating func field() throws(FileError) -> ArraySlice<UInt8> {
    continues = false
    var field: ArraySlice<UInt8> = []
    if hasMore, bytes[position] == Self.quote {
      let start = line
      position += 1
      while true {
        guard hasMore else {
          throw .malformed(path: path, reason: "line \(start): a quoted field does not end")
        }
        let byte = bytes[position]
        position += 1
        if byte == Self.quote {
          guard hasMore, bytes[position] == Self.quote else { break }
          position += 1
        } else if byte == 0x0A {
          line += 1
        }
        field.append(byte)
      }
      guard !hasMore || bytes[position] == separator || isAtEmptyLine else {
        throw .malformed(path: path, reason: "line \(line): something follows a closing quote")
      }
    } else {
      let start = position
      while hasMore, bytes[position] != separator, !isAtEmptyLine { position += 1 }
      field = bytes[start..<position]
    }
    guard hasMore else { return field }
    if bytes[position] == separator {
      position += 1
      continues = true
    } else {
      endLine()
    }
    return field
  }

  private mutating func endLine() {
    let isCarriageReturn = bytes[position] == 0x0D
    position += 1
    if isCarriageReturn, hasMore, bytes[position] == 0x0A { position += 1 }
    line += 1
  }
}
