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
