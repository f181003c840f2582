/// The scale, levels and colours of a contour plot as plain data, for whoever draws it elsewhere:
/// a page that redraws a slice while λ moves.
public struct ColorBands: Hashable, Sendable {
  /// A contour and what it is drawn in.
  public struct Level: Hashable, Sendable {
    /// Where it lies.
    public let value: Double
    /// The value as a label says it.
    public let label: RichText
    /// Whether it is drawn wider: decades, or zero.
    public let isIndex: Bool
    /// The line: a shade of its neighbours at 3 : 1.
    public let line: Color
    /// The label's letters: black or white, whichever reads better on both neighbours.
    public let ink: Color
    /// An edge for the letters where a neighbour is too near to them for 4.5 : 1.
    public let halo: Color?
  }

  /// What lies between two levels, and how to write on it.
  public struct Part: Hashable, Sendable {
    /// Its colour.
    public let color: Color
    /// A line inside it: a shade at 3 : 1.
    public let line: Color
    /// Letters inside it: black or white, whichever reads better.
    public let ink: Color
  }

  /// Positions of values; 0 and 1 are the ends of the colour bar.
  public let scale: Scale
  /// The contours, increasing.
  public let levels: [Level]
  /// The parts between levels from the lowest, one more than there are levels.
  public let parts: [Part]
  /// The places on the colour bar that are ticked, increasing.
  public let ticks: [Tick]
  /// Whether values lie under the bar's lower end.
  public let hasLowerArrow: Bool
  /// Whether values lie over the bar's upper end.
  public let hasUpperArrow: Bool

  /// Chooses levels and colours as contour figures do, for all fields together.
  ///
  /// - Parameters:
  ///   - fields: What is to be compared.
  ///   - scale: The transformation of values; automatic, as losses span decades or do not.
  ///   - range: The values that scale and levels cover; those of the fields if nil.
  ///   - colorMap: The colours; viridis, which readers expect and every eye can order.
  /// - Throws: `FigureError` if no sample is finite or the scale cannot show these values.
  public init(
    for fields: [Field], scale: ScaleOption = .automatic, range: ClosedRange<Double>? = nil,
    colorMap: ColorMap = .viridis
  ) throws(FigureError) {
    var style = FigureStyle(typeface: NoTypeface())
    style.scale = scale
    style.range = range
    style.colorMap = colorMap
    let norms = try Norm.candidates(for: fields, style: style, isBanded: true, hasFloor: false)
    guard let norm = norms.first else {
      throw FigureError("No sample is finite, so there is nothing to choose colours for.")
    }
    self.scale = norm.scale
    parts = norm.colors.map { color in
      Part(
        color: color, line: Contrast.shade(on: [color], ratio: 1.05 * Contrast.line),
        ink: Contrast.ink(on: [color]))
    }
    hasLowerArrow = norm.hasLowerArrow
    hasUpperArrow = norm.hasUpperArrow
    levels = norm.levels.values.indices.map { index in
      let sides = [norm.colors[index], norm.colors[index + 1]]
      let (value, ink) = (norm.levels.values[index], Contrast.ink(on: sides))
      let isClear = Contrast.ratio(ink, on: sides) >= Contrast.text
      return Level(
        value: value, label: norm.name(of: value), isIndex: norm.levels.isIndex[index],
        line: Contrast.shade(on: sides, ratio: 1.05 * Contrast.line), ink: ink,
        halo: isClear ? nil : sides.max { Contrast.ratio(ink, $0) < Contrast.ratio(ink, $1) })
    }
    let (lower, upper) = (norm.scale.lower, norm.scale.upper)
    ticks = norm.marks.filter { lower <= $0 && $0 <= upper }
      .map { Tick(value: $0, label: norm.name(of: $0)) }
  }
}

extension Tick {
  /// Nice places inside a range, as axes have them.
  ///
  /// - Parameters:
  ///   - range: The values at the axis's ends.
  ///   - count: How many are wanted; the result may differ by a few.
  /// - Returns: Ticks in increasing order with the shortest exact labels.
  public static func nice(in range: ClosedRange<Double>, count: Int) -> [Tick] {
    ticks(in: range, count: count)
  }
}

/// Stands in where a style is only asked for scale, levels and colours.
private struct NoTypeface: Typeface {
  let name = ""
  let capHeight = 0.0
  let xHeight = 0.0
  func glyph(_ character: Unicode.Scalar) -> Glyph? { nil }
}
