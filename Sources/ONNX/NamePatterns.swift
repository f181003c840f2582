/// Which names are meant: patterns such as `*.weight`, and `!head.*` for all but some.
public struct NamePatterns: Sendable, Equatable {
  /// A pattern as it was written, without its `!`.
  struct Pattern: Sendable, Equatable {
    var text: String
    var excludes: Bool
  }

  private(set) var patterns: [Pattern]

  /// All names.
  public static let all = NamePatterns(patterns: [])

  private init(patterns: [Pattern]) { self.patterns = patterns }

  /// Reads patterns.
  ///
  /// - Parameter text: Patterns separated by commas, in which `*` stands for any characters and `?` for
  ///   one; `!` before a pattern leaves out what it matches. Without any that put in, all names are in.
  public init(_ text: String) {
    patterns = text.split(separator: ",").map { part in
      var part = part.drop { $0 == " " }
      while part.last == " " { part.removeLast() }
      let excludes = part.first == "!"
      return Pattern(text: String(excludes ? part.dropFirst() : part), excludes: excludes)
    }
  }

  /// Whether a name is meant.
  ///
  /// - Parameter name: Such as `fc.weight`.
  /// - Returns: Whether a pattern puts it in, or none puts any in, and no pattern leaves it out.
  public func contains(_ name: String) -> Bool {
    let putsIn = patterns.filter { !$0.excludes }
    return (putsIn.isEmpty || putsIn.contains { matches(name, $0.text) })
      && !patterns.contains { $0.excludes && matches(name, $0.text) }
  }

  /// How clearly a name is meant.
  enum Mention {
    /// Not at all, or by `*` alone.
    case none
    /// By a pattern that holds a part of it.
    case pattern
    /// In full.
    case name
  }

  /// How clearly the patterns that put in mean a name.
  func mention(of name: String) -> Mention {
    var mention = Mention.none
    for pattern in patterns where !pattern.excludes && matches(name, pattern.text) {
      if pattern.text == name { return .name }
      if pattern.text.contains(where: { $0 != "*" && $0 != "?" }) { mention = .pattern }
    }
    return mention
  }

  /// The first pattern that matches none of some names: most likely a slip.
  func idle(among names: some Sequence<String>) -> String? {
    patterns.first { pattern in !names.contains { matches($0, pattern.text) } }?.text
  }
}

/// Whether a name matches a pattern with `*` and `?`.
private func matches(_ name: String, _ pattern: String) -> Bool {
  let (name, pattern) = (Array(name.unicodeScalars), Array(pattern.unicodeScalars))
  var (i, j) = (0, 0)
  // Where the latest star stands, and how far it has reached: only that one needs to be retried.
  var star: (pattern: Int, name: Int)?
  while i < name.count {
    if j < pattern.count, pattern[j] == "*" {
      star = (j, i)
      j += 1
    } else if j < pattern.count, pattern[j] == "?" || pattern[j] == name[i] {
      (i, j) = (i + 1, j + 1)
    } else if let last = star {
      star = (last.pattern, last.name + 1)
      (i, j) = (last.name + 1, last.pattern + 1)
    } else {
      return false
    }
  }
  return pattern[j...].allSatisfy { $0 == "*" }
}
