extension Metadata {
  /// Reads the texts that a figure's file carries: PNG, or PDF and SVG as this library writes them.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: ``ImageError/brokenPNG(_:)`` as ``init(png:)``, and ``ImageError/unusable(_:)`` for
  ///   files of other kinds and for broken ones.
  public init(file bytes: [UInt8]) throws {
    if bytes.starts(with: PNGChunk.signature) {
      try self.init(png: bytes)
    } else if bytes.starts(with: Array("%PDF-".utf8)) {
      try self.init(pdf: bytes)
    } else if bytes.starts(with: Array("<svg".utf8)) {
      self.init(svg: bytes)
    } else {
      throw ImageError.unusable("it is neither PNG, PDF nor SVG")
    }
  }

  /// Keys of our own among a text's, so that the texts between them can hold anything else.
  private static func split(_ text: String, between separator: String, mark: String) -> [Entry] {
    // A key is at the beginning or after a separator: 'landscape:' and a word, or 'Software'.
    var entries: [Entry] = []
    for (index, part) in text.split(separator: separator, omittingEmptySubsequences: false)
      .enumerated()
    {
      let head = part.prefix(80)
      if let end = head.firstRange(of: mark), isKey(head[..<end.lowerBound]) {
        entries.append(
          Entry(key: String(head[..<end.lowerBound]), text: String(part[end.upperBound...])))
      } else if index > 0, !entries.isEmpty {
        entries[entries.count - 1].text += separator + part
      }
    }
    return entries
  }

  private static func isKey(_ text: Substring) -> Bool {
    if ["Software", "Author", "Keywords"].contains(text) { return true }
    return text.hasPrefix("landscape:")
      && text.dropFirst("landscape:".count).allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") }
  }

  // MARK: - SVG

  private init(svg bytes: [UInt8]) {
    // The texts come first; as much as a PNG file may hold.
    let head = Array(bytes.prefix(1 << 24))
    func element(_ name: String) -> String? {
      guard let start = head.firstRange(of: Array("<\(name)>".utf8)),
        let end = head[start.upperBound...].firstRange(of: Array("</\(name)>".utf8))
      else { return nil }
      return Self.unescaped(
        String(decoding: head[start.upperBound..<end.lowerBound], as: UTF8.self))
    }
    self.init()
    for (key, name) in [("Title", "title"), ("Description", "desc")] {
      if let text = element(name) { entries.append(Entry(key: key, text: text)) }
    }
    if let text = element("metadata") {
      entries += Self.split(text, between: "\n", mark: ": ")
    }
  }

  private static func unescaped(_ text: String) -> String {
    var plain = text
    for (name, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"),
      ("&amp;", "&"),
    ] { plain = plain.replacing(name, with: character) }
    return plain
  }

  // MARK: - PDF

  /// The document information dictionary, where it stands in the file as it is.
  private init(pdf bytes: [UInt8]) throws {
    let broken = ImageError.unusable("its document information cannot be found")
    // '/Info 19 0 R' of the last trailer, then '19 0 obj'.
    guard let trailer = bytes.lastRange(of: Array("/Info ".utf8)),
      let number = Int(
        String(decoding: bytes[trailer.upperBound...].prefix(10).prefix { $0 != 32 }, as: UTF8.self)
      ),
      let object = bytes.lastRange(of: Array("\n\(number) 0 obj".utf8))
    else { throw broken }
    // The line that ends the file follows, or the file was cut short.
    guard let end = bytes[trailer.upperBound...].firstRange(of: Array("%%EOF".utf8)),
      end.upperBound < bytes.endIndex
    else { throw ImageError.unusable("it was cut short: no line '%%EOF' follows its trailer") }
    var reader = PDFStrings(rest: bytes[object.upperBound...])
    let fields = [
      "Title": "Title", "Author": "Author", "Subject": "Description", "Creator": "Software",
    ]
    self.init()
    while let (name, text) = try reader.next() {
      if let key = fields[name] {
        entries.append(Entry(key: key, text: text))
      } else if name == "Keywords" {
        entries += Self.split(text, between: ", ", mark: "=")
      }
    }
  }
}

/// The strings of a PDF dictionary.
private struct PDFStrings {
  var rest: ArraySlice<UInt8>

  /// The next name and its string; nil at the dictionary's end.
  mutating func next() throws -> (name: String, text: String)? {
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: ">") || rest.isEmpty { return nil }
      guard byte == UInt8(ascii: "/") else { continue }
      let name = rest.prefix { $0 > 32 && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: "<") }
      rest = rest.dropFirst(name.count).drop { $0 <= 32 }
      guard let bytes = try string() else { continue }
      return (String(decoding: name, as: UTF8.self), Self.text(bytes))
    }
    return nil
  }

  /// `(text)` or `<hexadecimal>`; nil for other values.
  private mutating func string() throws -> [UInt8]? {
    let broken = ImageError.unusable("its document information is cut short")
    switch rest.first {
    case UInt8(ascii: "("):
      rest.removeFirst()
      var (bytes, depth) = ([UInt8](), 1)
      while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "\\"):
          guard let next = rest.popFirst() else { throw broken }
          let named: [UInt8: UInt8] = [110: 10, 114: 13, 116: 9, 98: 8, 102: 12]
          if (48...55).contains(next) {
            let digits = [next] + rest.prefix(2).prefix { (48...55).contains($0) }
            rest = rest.dropFirst(digits.count - 1)
            bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 48) }))
          } else {
            bytes.append(named[next] ?? next)
          }
        case UInt8(ascii: "("):
          depth += 1
          bytes.append(byte)
        case UInt8(ascii: ")"):
          depth -= 1
          if depth == 0 { return bytes }
          bytes.append(byte)
        default: bytes.append(byte)
        }
      }
      throw broken
    case UInt8(ascii: "<") where rest.dropFirst().first != UInt8(ascii: "<"):
      rest.removeFirst()
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw broken }
      var digits = rest[..<end].compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
      if !digits.count.isMultiple(of: 2) { digits.append(0) }
      rest = rest[(end + 1)...]
      return stride(from: 0, to: digits.count, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
      }
    default: return nil
    }
  }

  /// UTF-16 where it says so, else one byte a character.
  private static func text(_ bytes: [UInt8]) -> String {
    guard bytes.starts(with: [0xFE, 0xFF]) else {
      return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
      UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
    }
    return String(decoding: units, as: UTF16.self)
  }
}

extension Array where Element == UInt8 {
  /// Where bytes occur last.
  fileprivate func lastRange(of pattern: [UInt8]) -> Range<Int>? {
    guard let first = pattern.first, count >= pattern.count else { return nil }
    return withUnsafeBufferPointer { bytes in
      var start = bytes.count - pattern.count
      while start >= 0 {
        if bytes[start] == first, bytes[start..<start + pattern.count].elementsEqual(pattern) {
          return start..<start + pattern.count
        }
        start -= 1
      }
      return nil
    }
  }
}
