/// What can go wrong with a file, said so that its reader knows what to do.
public enum FileError: Error, Equatable, CustomStringConvertible {
  /// There is no such file, or it may not be read.
  case unreadable(path: String, reason: String)
  /// The file was read, and is not what it should be.
  case malformed(path: String, reason: String)
  /// The file or its folder could not be written.
  case unwritable(path: String, reason: String)

  /// The file that the error is about.
  public var path: String {
    switch self {
    case .unreadable(let path, _), .malformed(let path, _), .unwritable(let path, _): path
    }
  }

  /// One line: the path, what was found, and what was expected.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): oneLine("\(path): cannot be read: \(reason)")
    case .malformed(let path, let reason): oneLine("\(path): \(reason)")
    case .unwritable(let path, let reason): oneLine("\(path): cannot be written: \(reason)")
    }
  }

  /// Names come from files: they may hold line breaks, terminal controls, or a megabyte of text.
  private func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(600) {
      let isControl = scalar.properties.generalCategory == .control
      line += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return text.unicodeScalars.count > 600 ? line + "…" : line
  }
}
