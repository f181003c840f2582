/// What can go wrong with a data set that is not a matter of one file.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// The numbers are not a data set: counts that differ, NaN, labels out of range.
  case invalid(name: String, reason: String)
  /// What was asked for cannot be had: more samples than there are, a negative noise.
  case impossible(name: String, reason: String)

  /// One line: the data set, and what is wrong.
  public var description: String {
    switch self {
    case .invalid(let name, let reason): "\(name): \(reason)"
    case .impossible(let name, let reason): "\(name): \(reason)"
    }
  }
}
