/// What can go wrong with a file, said so that its reader knows what to do.
public enum FileError: Error, Equatable, CustomStringConvertible {
  /// There is no such file, or it may not be read.
  case unreadable(path: String, reason: String)
  /// The file was read, and is not what it should be.
  case malformed(path: String, reason: String)
  /// The file or its folder could not be written.
  case unwritable(path: String, reason: String)
  /// The file is sound, and is not what it is asked for: every fault, each a line.
  case unfit(path: String, what: String, faults: [String])

  /// The file that the error is about.
  public var path: String {
    switch self {
    case .unreadable(let path, _), .malformed(let path, _), .unwritable(let path, _),
      .unfit(let path, _, _):
      path
    }
  }

  /// One line, and one more for each kind of fault where a file does not fit: the path, what was
  /// found, and what was expected.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): line("\(path): cannot be read: \(reason)")
    case .malformed(let path, let reason): line("\(path): \(reason)")
    case .unwritable(let path, let reason): line("\(path): cannot be written: \(reason)")
    case .unfit(let path, let what, let faults):
      // All tensors of a file may be at fault: more room than for one sentence.
      ([line("\(path): \(what):")] + faults.map { "  " + line($0, limit: 4000) })
        .joined(separator: "\n")
    }
  }

  /// Names come from files: they may hold line breaks, terminal controls, or a megabyte of text.
  private func line(_ text: String, limit: Int = 600) -> String {
    oneLine(shortened(text, to: limit))
  }
}
