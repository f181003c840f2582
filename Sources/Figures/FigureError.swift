/// Why a figure could not be drawn: what was found, where, and what to do.
public struct FigureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The whole message, ready for a terminal.
  public let description: String

  init(_ description: String) { self.description = description }
}
