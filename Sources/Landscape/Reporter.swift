/// Who is told how far long work has come.
public struct Reporter: Sendable {
  /// A stage begins: what it does, and how many steps it takes.
  public var begin: @Sendable (_ stage: String, _ total: Int) -> Void
  /// Some steps of the stage are done; called from any thread.
  public var advance: @Sendable (_ steps: Int) -> Void
  /// Something that must not pass in silence, such as work of an earlier run that is used again.
  public var note: @Sendable (_ line: String) -> Void
  /// A number that a person who watches wants first; it is in the files as well.
  public var headline: @Sendable (_ line: String) -> Void

  /// Makes a reporter.
  public init(
    begin: @escaping @Sendable (String, Int) -> Void, advance: @escaping @Sendable (Int) -> Void,
    note: @escaping @Sendable (String) -> Void,
    headline: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.begin = begin
    self.advance = advance
    self.note = note
    self.headline = headline
  }

  /// Tells nobody.
  public static let silent = Reporter(begin: { _, _ in }, advance: { _ in }, note: { _ in })
}
