/// A point on the page or in the plane.
public struct Point: Hashable, Sendable, Codable {
  /// Rightward.
  public var x: Double
  /// Downward on a page, upward in a glyph or a data plane.
  public var y: Double

  /// Makes a point.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A rectangle with sides along the axes.
public struct Rectangle: Hashable, Sendable, Codable {
  /// Left edge.
  public var x: Double
  /// Top edge on a page.
  public var y: Double
  /// At least 0.
  public var width: Double
  /// At least 0.
  public var height: Double

  /// Makes a rectangle.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

/// A colour in sRGB, its parts from 0 to 1, opaque unless said otherwise.
public struct Color: Hashable, Sendable, Codable {
  /// Red, 0 to 1.
  public var red: Double
  /// Green, 0 to 1.
  public var green: Double
  /// Blue, 0 to 1.
  public var blue: Double
  /// Opacity, 0 to 1.
  public var alpha: Double

  /// Makes a colour.
  public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// Opaque black.
  public static let black = Color(red: 0, green: 0, blue: 0)
  /// Opaque white.
  public static let white = Color(red: 1, green: 1, blue: 1)
}

/// Lines and curves, open or closed.
public struct Path: Hashable, Sendable {
  /// One step of the pen.
  public enum Step: Hashable, Sendable {
    case move(Point)
    case line(Point)
    /// A cubic Bézier curve through two control points.
    case curve(Point, Point, Point)
    case close
  }

  /// The steps, in order; the first is a `move`.
  public var steps: [Step]

  /// Makes a path.
  public init(_ steps: [Step] = []) { self.steps = steps }
}

/// How a line is drawn.
public struct Stroke: Hashable, Sendable {
  /// The line's colour.
  public var color: Color
  /// Points of 1/72 inch.
  public var width: Double
  /// Lengths of dashes and gaps in points; empty for a solid line.
  public var dash: [Double]
  /// Whether ends are round (else butt); joins are round always.
  public var roundCaps: Bool

  /// Makes a stroke.
  public init(_ color: Color, width: Double, dash: [Double] = [], roundCaps: Bool = false) {
    self.color = color
    self.width = width
    self.dash = dash
    self.roundCaps = roundCaps
  }
}

/// A picture of whole cells, drawn without smoothing.
public struct Raster: Hashable, Sendable {
  /// Cells in a row.
  public var width: Int
  /// Rows.
  public var height: Int
  /// Row-major from the top, `width * height` of them, each 0xRRGGBB.
  public var pixels: [UInt32]

  /// Makes a raster.
  public init(width: Int, height: Int, pixels: [UInt32]) {
    precondition(pixels.count == width * height, "a raster has width times height pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}

/// A line of text laid out: its runs follow one another along the baseline.
public struct Text: Hashable, Sendable {
  /// Letters of one size.
  public struct Run: Hashable, Sendable {
    /// The letters.
    public var string: String
    /// Em size in points.
    public var size: Double
    /// Whether the letters are slanted (by shear of 0.2).
    public var oblique: Bool
    /// Where the run starts along the baseline, in points from the text's origin.
    public var offset: Double
    /// How far the run's baseline is raised, in points: superscripts; below 0 subscripts.
    public var raise: Double

    /// A letter as copied text has it: a raised digit is its Unicode superscript, so that 10⁻² does
    /// not become 10−2, and a lowered letter its Unicode subscript.
    public func copied(_ letter: Unicode.Scalar) -> Unicode.Scalar {
      guard raise != 0 else { return letter }
      let scripts = raise > 0 ? RichText.raised : RichText.lowered
      return scripts[Character(letter)]?.unicodeScalars.first ?? letter
    }

    /// Makes a run.
    public init(
      _ string: String, size: Double, oblique: Bool = false, offset: Double, raise: Double = 0
    ) {
      self.string = string
      self.size = size
      self.oblique = oblique
      self.offset = offset
      self.raise = raise
    }
  }

  /// From left to right.
  public var runs: [Run]
  /// Where the baseline starts, on the page.
  public var origin: Point
  /// Anticlockwise turn about the origin, in radians.
  public var angle: Double
  /// The letters' colour.
  public var color: Color
  /// An outline under the letters that keeps them readable over lines, if any.
  public var halo: Stroke?

  /// Makes a text.
  public init(
    runs: [Run], origin: Point, angle: Double = 0, color: Color = .black, halo: Stroke? = nil
  ) {
    self.runs = runs
    self.origin = origin
    self.angle = angle
    self.color = color
    self.halo = halo
  }
}

/// A figure resolved to plain values, ready for any back end: PNG, PDF or SVG.
///
/// Lengths are points of 1/72 inch; y grows downward from the page's top left corner.
/// Later elements cover earlier ones.
public struct Drawing: Hashable, Sendable {
  /// Something to draw.
  public indirect enum Element: Hashable, Sendable {
    /// A filled area; holes by the even-odd rule.
    case fill(Path, Color)
    /// A line.
    case stroke(Path, Stroke)
    /// A picture stretched over a rectangle, each cell a plain block.
    case image(Raster, Rectangle)
    /// Text.
    case text(Text)
    /// Elements seen only inside an area (even-odd).
    case clip(Path, [Element])
  }

  /// Page width in points.
  public var width: Double
  /// Page height in points.
  public var height: Double
  /// The page's colour.
  public var background: Color
  /// From the bottom up.
  public var elements: [Element]

  /// Makes a drawing.
  public init(width: Double, height: Double, background: Color = .white, elements: [Element] = []) {
    self.width = width
    self.height = height
    self.background = background
    self.elements = elements
  }
}
