/// Draws curves over one quantity: curvature against λ, ‖w‖ against λ, a loss along a line.
///
/// - Parameters:
///   - lines: The curves; each keeps its look through the legend.
///   - style: Axes, page and texts.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if an axis cannot show these values or the page is too small.
public func lineFigure(_ lines: [Line], style: LineFigureStyle) throws -> Figure {
  try lineFigure([LinePanel(lines)], style: style)
}

/// Draws panels of curves above one another on one horizontal axis.
///
/// Lines of the same name look the same in all panels and stand in the legend once.
///
/// - Parameters:
///   - panels: From the top down.
///   - style: Axes, page and texts.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if an axis cannot show these values or the page is too small.
public func lineFigure(_ panels: [LinePanel], style: LineFigureStyle) throws -> Figure {
  try LineComposer(panels, style: style).figure()
}

/// A curve through points, with its uncertainty.
public struct Line: Hashable, Sendable {
  /// An interval for each point of a line, such as a standard error over probes.
  public struct Band: Hashable, Sendable {
    /// The lower ends, one a point.
    public var lower: [Double]
    /// The upper ends, one a point.
    public var upper: [Double]

    /// Makes a band; where an end is not finite it has a gap.
    public init(lower: [Double], upper: [Double]) {
      self.lower = lower
      self.upper = upper
    }
  }

  /// Stands in the legend or at the line's end; a line without one is not named.
  public var name: RichText
  /// The points in the order in which they are joined; one that is not finite leaves a gap.
  public var points: [Point]
  /// The curve through the points where it is known between them; straight from each to the next if
  /// nil.
  public var course: [Point]?
  /// How far the values are sure.
  public var band: Band?
  /// Whether each point has a mark; if nil, where there are at most 40.
  public var marksPoints: Bool?
  /// The name of the line that this is a model of: it takes that one's colour, dashed; nil for a line
  /// of its own.
  public var modelled: RichText?
  /// Look that a figure has chosen; otherwise the position among the names decides.
  var look: LineLook?
  /// Whether the area down to the axis is filled instead of the line drawn; a point without a place
  /// is then no gap but a height of nothing.
  var isFilled = false

  /// Makes a line.
  ///
  /// - Parameters:
  ///   - name: What it shows.
  ///   - points: The points in order.
  ///   - band: An interval for each point.
  ///   - marksPoints: Whether points are marked; if nil, where there are at most 40.
  public init(
    _ name: RichText, _ points: [Point], band: Band? = nil, marksPoints: Bool? = nil
  ) {
    self.name = name
    self.points = points
    self.band = band
    self.marksPoints = marksPoints
  }

  var hasMarks: Bool { marksPoints ?? (points.count <= 40) }
}

/// A straight line across a panel at a value worth knowing.
public struct Reference: Hashable, Sendable {
  /// Which axis the value belongs to.
  public enum Axis: String, Hashable, Sendable, Codable {
    /// A vertical line at a value of the horizontal axis.
    case x
    /// A horizontal line at a value of the vertical axis.
    case y
  }

  /// Which axis the value belongs to.
  public var axis: Axis
  /// The value; axes reach to it.
  public var value: Double
  /// What it means; stands beside the line where it covers least, or under the graph.
  public var label: RichText
  /// Of the line, if it belongs to a curve.
  var color: Color?

  /// Makes a reference line.
  public init(_ axis: Axis, at value: Double, label: RichText) {
    self.axis = axis
    self.value = value
    self.label = label
  }
}

/// Curves in one frame.
public struct LinePanel: Hashable, Sendable {
  /// The curves.
  public var lines: [Line]
  /// The vertical axis; that of the style if nil.
  public var y: AxisStyle?
  /// Straight lines at known values.
  public var references: [Reference]
  /// Stands above the frame; may be empty.
  public var title: RichText
  /// A second line above the frame; may be empty.
  public var note: RichText
  /// Values marked by short strokes at the frame's lower edge.
  var rugs: [Rug] = []

  /// Short strokes at values of the horizontal axis.
  struct Rug: Hashable, Sendable {
    var values: [Double]
    var color: Color
  }

  /// Makes a panel.
  public init(
    _ lines: [Line], y: AxisStyle? = nil, references: [Reference] = [], title: RichText = "",
    note: RichText = ""
  ) {
    self.lines = lines
    self.y = y
    self.references = references
    self.title = title
    self.note = note
  }
}

/// Where the lines' names stand.
public enum LineNaming: String, Hashable, Sendable, Codable, CaseIterable {
  /// At the lines' right ends where all fit there without touching, otherwise in a legend.
  case automatic
  /// In a legend under the axes, where it covers nothing.
  case legend
}

/// How a graph of lines looks.
public struct LineFigureStyle: Sendable {
  /// Page, letters and the texts around the graph.
  public var page: PageStyle
  /// The horizontal axis.
  public var x: AxisStyle
  /// The vertical axis of panels without one of their own.
  public var y: AxisStyle
  /// Straight lines in every panel.
  public var references: [Reference] = []
  /// Where names stand; at the lines' ends if possible, which spares the eye a journey.
  public var naming = LineNaming.automatic
  /// Colours; as different as can be, as most lines are of different things.
  public var palette = LinePalette.distinct

  /// Makes a style.
  ///
  /// - Parameters:
  ///   - page: Page, letters and texts.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  public init(_ page: PageStyle, x: AxisStyle, y: AxisStyle) {
    self.page = page
    self.x = x
    self.y = y
  }
}
