/// The shape of a letter and the room it takes, in ems, y upward from the baseline.
public struct Glyph: Hashable, Sendable {
  /// How far the pen moves on.
  public var advance: Double
  /// The outline, filled by the nonzero rule.
  public var outline: Path
  /// The smallest rectangle around the outline; `y` is its lower edge, since y grows upward here.
  public var bounds: Rectangle

  /// Makes a glyph.
  public init(advance: Double, outline: Path, bounds: Rectangle) {
    self.advance = advance
    self.outline = outline
    self.bounds = bounds
  }

  /// What stands for a character that the typeface lacks: an upright box, as wide as a digit.
  public static let replacement = Glyph(
    advance: 0.6,
    outline: Path([
      .move(Point(0.05, 0)), .line(Point(0.55, 0)), .line(Point(0.55, 0.73)),
      .line(Point(0.05, 0.73)), .close,
      // The hole runs the other way round, so the nonzero rule leaves it empty.
      .move(Point(0.1, 0.05)), .line(Point(0.1, 0.68)), .line(Point(0.5, 0.68)),
      .line(Point(0.5, 0.05)), .close,
    ]),
    bounds: Rectangle(x: 0.05, y: 0, width: 0.5, height: 0.73))
}

/// What a layout must know of a typeface.
public protocol Typeface: Sendable {
  /// The family's name, such as `DejaVu Sans`.
  var name: String { get }
  /// Height of a flat capital, in ems.
  var capHeight: Double { get }
  /// Height of a lower-case x, in ems.
  var xHeight: Double { get }
  /// The glyph of a character, or nil where the typeface lacks it.
  func glyph(_ character: Unicode.Scalar) -> Glyph?
}
