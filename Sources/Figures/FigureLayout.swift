/// What stands where on a figure, in points from the page's top left corner, y downward.
public struct FigureLayout: Hashable, Sendable, Codable {
  /// A line of text.
  public struct TextBox: Hashable, Sendable, Codable {
    /// What a text is for.
    public enum Role: String, Hashable, Sendable, Codable {
      case title, subtitle, panelTitle, note, axisTitle, tick, contourLabel, colorBarTick,
        colorBarTitle, legend, footer, lineName, reference, barName, barValue, guideLabel, station,
        timeline
    }

    /// What it is for.
    public var role: Role
    /// The letters.
    public var string: String
    /// Em size of letters that are not raised, in points.
    public var size: Double
    /// The box around the letters.
    public var box: OrientedBox
    /// The turn in degrees, anticlockwise.
    public var angle: Double
    /// The letters' colour.
    public var color: Color
    /// Every colour that touches the letters.
    public var backgrounds: [Color]
  }

  /// A scale and its colours.
  public struct ScaleRecord: Hashable, Sendable, Codable {
    /// Transformation and limits.
    public var scale: Scale
    /// Values of the contours, and boundaries of the colours of a contour figure.
    public var levels: [Double]
    /// The colours between the levels, one more than levels; those of a heatmap's bar otherwise.
    public var colors: [Color]
    /// Whether values below the bar exist and have the colour of its lower arrow.
    public var hasLowerArrow: Bool
    /// Whether values above the bar exist and have the colour of its upper arrow.
    public var hasUpperArrow: Bool
    /// A fingerprint of all of these.
    public var hash: String
    /// The bar's rectangle, or nil if the panel has none of its own.
    public var bar: Rectangle?
  }

  /// A label on a contour.
  public struct LabelRecord: Hashable, Sendable, Codable {
    /// The contour's value.
    public var level: Double
    /// The letters' box.
    public var box: OrientedBox
  }

  /// A contour that has been drawn.
  public struct ContourRecord: Hashable, Sendable, Codable {
    /// Its value.
    public var level: Double
    /// Whether it lies between the shared levels and is dashed.
    public var isSupplementary: Bool
    /// The length of its longest connected line, in points.
    public var longest: Double
    /// The width of its label, in points.
    public var labelWidth: Double
    /// The line's width, in points.
    public var lineWidth: Double
  }

  /// A mark that has been drawn.
  public struct MarkRecord: Hashable, Sendable, Codable {
    /// What it is.
    public var kind: Mark.Kind
    /// Where, in the plane.
    public var at: Point
    /// Where, on the page.
    public var position: Point
    /// The value, if one was given.
    public var value: Double?
  }

  /// A line of a graph.
  public struct LineRecord: Hashable, Sendable, Codable {
    /// Its name.
    public var name: String
    /// Colour, dash and shape.
    public var look: LineLook
    /// How many points it was given.
    public var pointCount: Int
    /// How many points each stretch without a gap has.
    public var runs: [Int]
    /// Whether it has an error band.
    public var hasBand: Bool
    /// Whether its points are marked.
    public var hasMarks: Bool
  }

  /// A straight line at a known value.
  public struct ReferenceRecord: Hashable, Sendable, Codable {
    /// Which axis the value belongs to.
    public var axis: Reference.Axis
    /// The value.
    public var value: Double
    /// What it means.
    public var label: String
    /// Where it stands on the page: x of a vertical, y of a horizontal line.
    public var place: Double
    /// Whether the label stands beside it rather than under the graph.
    public var isLabelled: Bool
  }

  /// A bar.
  public struct BarRecord: Hashable, Sendable, Codable {
    /// Its group's name.
    public var name: String
    /// Its value.
    public var value: Double
    /// Where it is drawn; of no width where the value is missing.
    public var box: Rectangle
    /// Whether it is hollow.
    public var isHollow: Bool
  }

  /// What a graph's frame holds.
  public struct GraphRecord: Hashable, Sendable, Codable {
    /// The horizontal axis, right of its break.
    public var x: Scale
    /// Whether 0 stands at a broken left end.
    public var hasBrokenZero: Bool
    /// The vertical axis; nil where bars stand.
    public var y: Scale?
    /// The lines.
    public var lines: [LineRecord]
    /// The straight lines.
    public var references: [ReferenceRecord]
    /// The bars.
    public var bars: [BarRecord] = []
  }

  /// One panel.
  public struct PanelRecord: Hashable, Sendable, Codable {
    /// The title's letters.
    public var title: String
    /// The frame around the data.
    public var frame: Rectangle
    /// The plane's coordinates at the frame's left and right.
    public var xRange: [Double]
    /// The plane's coordinates at the frame's bottom and top.
    public var yRange: [Double]
    /// Ticks of the horizontal axis.
    public var xTicks: [Tick]
    /// Ticks of the vertical axis.
    public var yTicks: [Tick]
    /// The scale, or nil if no sample is finite; the same hash is the same scale.
    public var scale: ScaleRecord?
    /// The contours, shared and supplementary.
    public var contours: [ContourRecord]
    /// Labels on contours.
    public var labels: [LabelRecord]
    /// The marks inside the frame.
    public var marks: [MarkRecord]
    /// The share of the contours' length that runs within 1 mm of a contour of another level.
    public var crowded: Double
    /// How many samples are missing.
    public var missingCount: Int
    /// Lines and bars, if the frame holds a graph instead of a plane.
    public var graph: GraphRecord?
    /// Where a surface is looked at from.
    public var camera: Camera?
  }

  /// Page width.
  public var width: Double
  /// Page height.
  public var height: Double
  /// The page's colour.
  public var background: Color
  /// The panels, row by row.
  public var panels: [PanelRecord]
  /// Every line of text.
  public var texts: [TextBox]
}
