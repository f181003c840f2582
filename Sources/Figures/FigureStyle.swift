/// Which scale colours and contours follow.
public enum ScaleOption: String, Hashable, Sendable, Codable, CaseIterable {
  /// Logarithmic where every finite value is positive and they span a decade, otherwise linear.
  case automatic
  /// Equal steps.
  case linear
  /// Equal ratios; zeros lie below a stated floor, negative values are refused.
  case log
  /// Linear near 0 and logarithmic far from it, for values of both signs.
  case symlog
}

/// How panels compare.
public enum Sharing: String, Hashable, Sendable, Codable, CaseIterable {
  /// One scale, one colour bar.
  case shared
  /// A scale and a colour bar for each panel.
  case own
  /// One scale for the excess of each panel over its own minimum.
  case excess

  /// What a figure of several panels says of it.
  var sentence: RichText {
    switch self {
    case .shared: "All panels share one colour scale."
    case .own: "Each panel has a colour scale of its own."
    case .excess: "Each panel shows its excess over its own minimum."
    }
  }
}

/// How a figure looks: everything but the data.
public struct FigureStyle: Sendable {
  /// Where glyphs come from.
  public var typeface: any Typeface
  /// Page and letter size; one journal column, the narrowest that must work.
  public var page = PageFormat.column
  /// Colours of the page and its text; light, as papers print.
  public var theme = Theme.light
  /// Colours of the data; viridis, which readers expect and every eye can order.
  public var colorMap = ColorMap.viridis
  /// The transformation of values; automatic, as losses span decades and curvatures do not.
  public var scale = ScaleOption.automatic
  /// How panels compare; by one scale, so that equal colours are equal values.
  public var sharing = Sharing.shared
  /// The contours; nice values from the data.
  public var levels = LevelsOption.automatic
  /// The values that scale and levels cover; those of the data if nil.
  ///
  /// Given a range, levels and colours depend on it alone: frames of an animation that are given
  /// the same keep theirs, and no level is left out where contours crowd.
  public var range: ClosedRange<Double>?
  /// Whether both axes have the same unit, so that the plane must not be stretched.
  public var hasEqualUnits = true
  /// What the horizontal axis shows.
  public var xTitle: RichText = "*α*"
  /// What the vertical axis shows.
  public var yTitle: RichText = "*β*"
  /// What the colours show.
  public var colorBarTitle: RichText = "loss"
  /// Panels in a row, where rows mean something and frames stay readable; as many as are readable
  /// if nil.
  public var columns: Int?
  /// The first line.
  public var title: RichText = ""
  /// A sentence under the title, such as the protocol; broken into lines as needed.
  public var subtitle: RichText = ""
  /// The last lines, such as model and seed; the figure adds what its reader must know.
  public var footer: RichText = ""

  /// Makes a style with the defaults.
  public init(typeface: any Typeface) { self.typeface = typeface }
}

/// A place in the plane worth pointing at.
public struct Mark: Hashable, Sendable {
  /// What it is; each kind has a shape of its own.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The centre of the slice: a ring.
    case centre
    /// The smallest sample: a cross.
    case minimum
    /// Where a path begins: a square.
    case start
    /// Where a path ends: a diamond.
    case end
    /// The origin of the weights, where the penalty is 0: a triangle.
    case origin
    /// Any other place: a disc.
    case point
  }

  /// What it is.
  public var kind: Kind
  /// Where, in the plane's coordinates.
  public var at: Point
  /// Its name in the legend.
  public var label: RichText
  /// The field's value there, printed with three digits.
  public var value: Double?

  /// Makes a mark.
  ///
  /// - Parameters:
  ///   - kind: What it is.
  ///   - at: Where, in the plane's coordinates.
  ///   - label: Its name in the legend; the kind's name if nil.
  ///   - value: The field's value there, if it should be printed.
  public init(_ kind: Kind, at: Point, label: RichText? = nil, value: Double? = nil) {
    self.kind = kind
    self.at = at
    self.label = label ?? RichText(verbatim: kind.rawValue)
    self.value = value
  }

  /// The mark of a field's smallest finite sample, or nil if none is finite or all of several are
  /// equal.
  public static func minimum(of field: Field) -> Mark? {
    guard let range = field.range,
      range.lowerBound < range.upperBound || field.values.count - field.missingCount == 1
    else { return nil }
    return field.minimum.map { Mark(.minimum, at: $0.at, value: $0.value) }
  }

  /// The mark of a plane's centre, or nil if it is out of a field's sight.
  public static func centre(of field: Field, label: RichText) -> Mark? {
    guard let x0 = field.xs.first, let x1 = field.xs.last, let y0 = field.ys.first,
      let y1 = field.ys.last, x0 <= 0, 0 <= x1, y0 <= 0, 0 <= y1
    else { return nil }
    return Mark(.centre, at: Point(0, 0), label: label)
  }
}

/// One field with what belongs to it.
public struct Panel: Hashable, Sendable {
  /// The most panels of one figure: eight rows of eight are as many as a page can show.
  public static let maximumCount = 64

  /// The samples.
  public var field: Field
  /// Stands above the frame; may be empty.
  public var title: RichText
  /// A second line; if nil and there are several panels, the value of the minimum mark.
  public var note: RichText?
  /// Places, drawn above the contours in this order.
  public var marks: [Mark]
  /// Paths, drawn under the marks.
  public var trails: [Trail]
  /// Iso-lines of another quantity, such as the norm of the weights, drawn among the contours.
  public var guides: IsoLines?
  /// Drawn over a heatmap instead of the field's own contours.
  var overlay: Overlay?

  /// Makes a panel.
  public init(
    _ field: Field, title: RichText = "", note: RichText? = nil, marks: [Mark] = [],
    trails: [Trail] = [], guides: IsoLines? = nil
  ) {
    self.field = field
    self.title = title
    self.note = note
    self.marks = marks
    self.trails = trails
    self.guides = guides
  }
}

/// A drawing and the description of what stands where on it.
public struct Figure: Hashable, Sendable {
  /// What to draw.
  public var drawing: Drawing
  /// What stands where, for tests, tools and readers who cannot see it.
  public var layout: FigureLayout
}
