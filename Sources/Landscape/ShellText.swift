/// A command as a shell reads it back.
///
/// - Parameter words: The command and its arguments.
/// - Returns: One line.
package func shellCommand(_ words: [String]) -> String {
  words.map(quoted).joined(separator: " ")
}

/// A word as a shell reads it back.
private func quoted(_ word: String) -> String {
  let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-+_.,:/=@%".contains($0) }
  return plain && !word.isEmpty
    ? word
    : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
}

/// The words of a command as ``shellCommand(_:)`` writes it: apart at spaces, and single quotation marks
/// and backslashes as a shell has them; nothing else means anything.
///
/// - Parameter command: One line.
/// - Returns: The words, or nil where a quotation mark is not closed.
package func shellWords(_ command: String) -> [String]? {
  var words: [String] = []
  var word: String?
  var rest = command[...]
  while let character = rest.popFirst() {
    switch character {
    case " ":
      if let word { words.append(word) }
      word = nil
    case "'":
      guard let end = rest.firstIndex(of: "'") else { return nil }
      word = (word ?? "") + rest[..<end]
      rest = rest[rest.index(after: end)...]
    case "\\":
      guard let next = rest.popFirst() else { return nil }
      word = (word ?? "") + String(next)
    default: word = (word ?? "") + String(character)
    }
  }
  if let word { words.append(word) }
  return words
}
