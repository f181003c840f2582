/// What a picture's file says about itself: texts under keys, in order.
///
///     let metadata: Metadata = ["Title": "Loss", "Description": "Two minima", "lambda": "0.001"]
///
/// A PNG file carries every entry as an `iTXt` chunk. The keys `Title`, `Author`, `Description`,
/// `Keywords` and `Software` have fields of their own in PDF (the last two as keywords and
/// creator) and the first and third in SVG; PDF lists the rest among its keywords, and SVG in its
/// `metadata` element.
public struct Metadata: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// A text and its key.
  public struct Entry: Hashable, Sendable {
    /// From 1 to 79 printable ASCII characters, no space at either end and no two in a row.
    public var key: String
    /// Any Unicode text without the character U+0000.
    public var text: String

    /// Makes an entry.
    public init(key: String, text: String) {
      self.key = key
      self.text = text
    }
  }

  /// In the order of the file.
  public var entries: [Entry]

  /// Makes metadata of entries.
  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// Makes metadata of keys and texts, in the order given.
  public init(dictionaryLiteral elements: (String, String)...) {
    entries = elements.map { Entry(key: $0.0, text: $0.1) }
  }

  /// The first text under a key.
  public subscript(key: String) -> String? { entries.first { $0.key == key }?.text }

  /// Refuses what a PNG file cannot hold, whatever the format, so that all formats take the same.
  func validate() throws {
    for entry in entries {
      let key = Array(entry.key.utf8)
      guard (1...79).contains(key.count), key.allSatisfy({ (32...126).contains($0) }),
        key.first != 32, key.last != 32, !entry.key.contains("  ")
      else {
        throw ImageError.unusable(
          "the metadata key “\(entry.key)” is not 1 to 79 ASCII characters with single spaces")
      }
      guard !entry.text.unicodeScalars.contains("\0") else {
        throw ImageError.unusable("the metadata text “\(entry.key)” contains the character U+0000")
      }
    }
  }
}
