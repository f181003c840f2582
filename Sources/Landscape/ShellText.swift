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

/// A text on one line that a terminal only shows: names come from files, and may hold line breaks and
/// terminal controls.
///
/// - Parameter text: Any text.
/// - Returns: The same with its control characters written out.
package func oneLine(_ text: String) -> String {
  text.unicodeScalars.reduce(into: "") { line, scalar in
    let isControl = scalar.properties.generalCategory == .control
    line += isControl ? scalar.escaped(asASCII: true) : String(scalar)
  }
}
