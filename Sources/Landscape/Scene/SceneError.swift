import TensorFiles

/// A scene that cannot be used, said so that its writer finds the place.
public struct SceneError: Error, Equatable, CustomStringConvertible {
  /// The scene's file, or what stands in for it.
  public var path: String
  /// The line, counted from 1, where it is known.
  public var line: Int?
  /// What is wrong, with the key, and what would be right.
  public var reason: String

  /// One line: the file, the line, and what is wrong.
  public var description: String {
    // A scene's own words, which may hold line breaks, are part of the reason.
    oneLine(shortened((line.map { "\(path):\($0): " } ?? "\(path): ") + reason, to: 600))
  }
}
