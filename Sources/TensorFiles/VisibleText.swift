/// A text that is not the program's own, as a terminal may be shown it: on one line, with nothing that
/// moves the cursor, changes colours, or makes letters run the other way.
///
/// Names and titles come from files. Control characters, line ends and marks of direction are written
/// out, such as `\u{1B}`, so that they are seen and do nothing.
///
/// - Parameter text: Any text.
/// - Returns: One line.
public func oneLine(_ text: String) -> String {
  // Most texts hold nothing of the kind.
  guard text.unicodeScalars.contains(where: isUnseen) else { return text }
  return text.unicodeScalars.reduce(into: "") { line, scalar in
    if isUnseen(scalar) {
      line += scalar.escaped(asASCII: true)
    } else {
      line.unicodeScalars.append(scalar)
    }
  }
}

private func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator: true
  default: scalar.properties.isBidiControl
  }
}

/// The most characters of a line: three rows of a wide terminal.
public let longestLine = 300

/// A text shortened in its middle: how it begins and how it ends say the most.
///
/// - Parameters:
///   - text: Any text.
///   - limit: The most Unicode scalars that stay; at least 3.
/// - Returns: The text, or its ends with "…" between them.
public func shortened(_ text: String, to limit: Int = longestLine) -> String {
  let scalars = text.unicodeScalars
  guard scalars.count > limit else { return text }
  // The reason and what to do stand at the end as a rule, the place at the beginning.
  let end = (limit - 1) / 2
  return String(scalars.prefix(limit - 1 - end)) + "…" + String(scalars.suffix(end))
}

/// Names in a sentence: the first of them, and how many more there are.
///
/// - Parameters:
///   - names: Any number.
///   - limit: The most characters for the names.
/// - Returns: Such as `a, b and 212 more`.
public func shortList(_ names: [String], limit: Int = 160) -> String {
  var (shown, length) = ([String](), 0)
  for name in names.map({ shortened($0, to: 60) }) {
    length += name.unicodeScalars.count + 2
    guard shown.isEmpty || length <= limit else { break }
    shown.append(name)
  }
  let rest = names.count - shown.count
  return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
}

/// A long line as several: broken at spaces, the later ones indented.
///
/// - Parameters:
///   - line: One line.
///   - width: The most characters of each.
/// - Returns: At least one line; a word that is too long is shortened.
public func folded(_ line: String, width: Int = longestLine) -> [String] {
  guard line.unicodeScalars.count > width else { return [line] }
  let indent = String(line.prefix { $0 == " " }) + "  "
  var lines: [String] = []
  var (current, length) = ("", 0)
  for word in line.split(separator: " ", omittingEmptySubsequences: false) {
    let word = shortened(String(word), to: width - indent.count)
    let count = word.unicodeScalars.count
    if length > 0, length + 1 + count > width {
      lines.append(current)
      (current, length) = (indent + word, indent.count + count)
    } else {
      current += (length > 0 || !current.isEmpty ? " " : "") + word
      length = current.unicodeScalars.count
    }
  }
  return lines + [current]
}
