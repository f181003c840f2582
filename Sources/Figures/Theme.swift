/// The colours of everything that is not data.
public struct Theme: Hashable, Sendable {
  /// The theme's name.
  public let name: String
  /// The page.
  public var background: Color
  /// Titles, labels, frame and ticks.
  public var text: Color
  /// Subtitles, notes and footers; still 4.5 : 1 on the page.
  public var secondary: Color

  /// Black on white, for print.
  public static let light = Theme(
    name: "light", background: .white, text: Color(red: 0.08, green: 0.08, blue: 0.08),
    secondary: Color(red: 0.33, green: 0.33, blue: 0.33))

  /// Light grey on near black, for slides and dark pages.
  public static let dark = Theme(
    name: "dark", background: Color(red: 0.067, green: 0.075, blue: 0.09),
    text: Color(red: 0.92, green: 0.92, blue: 0.92),
    secondary: Color(red: 0.7, green: 0.7, blue: 0.71))

  /// What is drawn where the field is missing: a grey and its hatching.
  var missing: (fill: Color, hatch: Color) {
    (background.mixed(with: text, 0.16), background.mixed(with: text, 0.55))
  }
}

/// The size of the page, and of the letters on it.
///
/// Letters have the same size in points at every print width, so that figures of one paper match;
/// slides and web pages are read from farther away and have larger ones.
public struct PageFormat: Hashable, Sendable {
  /// Width in points of 1/72 inch.
  public var width: Double
  /// Height in points; as much as the figure needs if nil.
  public var height: Double?
  /// Letters and lines are this many times their size in print.
  public var textScale: Double

  /// Makes a format.
  public init(width: Double, height: Double? = nil, textScale: Double = 1) {
    self.width = width
    self.height = height
    self.textScale = textScale
  }

  /// One column of Nature and others, 89 mm.
  public static let column = PageFormat(width: 89 / 25.4 * 72)
  /// One column of a two-column conference paper, 3.25 in.
  public static let narrow = PageFormat(width: 3.25 * 72)
  /// The text width of NeurIPS and ICLR, 5.5 in.
  public static let text = PageFormat(width: 5.5 * 72)
  /// Across two columns, 7.2 in.
  public static let full = PageFormat(width: 7.2 * 72)
  /// A 16 : 9 slide of 13⅓ in; the smallest letters are 18 points.
  public static let slide = PageFormat(width: 960, height: 540, textScale: 18.0 / 7)
  /// A README: 800 CSS pixels of 0.75 points; the smallest letters are 13 pixels.
  public static let readme = PageFormat(width: 600, textScale: 1.4)
}

/// Sizes in points at text scale 1; nothing is smaller than 7 points but superscripts.
enum Size {
  static let title = 9.5
  static let panelTitle = 8.5
  static let body = 8.0
  static let small = 7.0
  /// Baseline to baseline, in sizes.
  static let leading = 1.4
}
