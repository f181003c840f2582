/// What can go wrong with a file, said so that its reader knows what to do.
public enum FileError: Error, Equatable, CustomStringConvertible {
  /// There is no such file, or it may not be read.
  case unreadable(path: String, reason: String)
  /// The file was read, and is not what it should be.
  case malformed(path: String, reason: String)
  /// The file or its folder could not be written.
  case unwritable(path: String, reason: String)

  /// One line: the path, what was found, and what was expected.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .malformed(let path, let reason): "\(path): \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
