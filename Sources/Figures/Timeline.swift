/// Where an animation is: a logarithmic axis of λ with a marker, and the present numbers over it.
///
/// Nothing but the marker and the digits moves.
struct Timeline {
  private let axis: GraphAxis
  private let ticks: GraphTicks
  private let style: FigureStyle
  /// Where it stands: the band of the page.
  private let band: Rectangle
  /// Where the second number starts: clear of every λ.
  private let second: Double

  private var s: Double { style.page.textScale }

  /// Its height at text scale 1: the line of numbers, the axis and its labels.
  static let height = 36.0
  /// From the band's upper edge to the axis, at text scale 1.
  private static let axisPlace = 19.0

  /// Measures a timeline.
  ///
  /// - Parameters:
  ///   - lambdas: The values of λ that it must show; 0 stands at a broken end.
  ///   - band: Where.
  ///   - style: Letters and colours.
  /// - Throws: `FigureError` if a logarithmic axis cannot show them.
  init(_ lambdas: [Double], band: Rectangle, style: FigureStyle) throws(FigureError) {
    let positive = lambdas.filter { $0 > 0 }
    var look = AxisStyle("*λ*", scale: .log)
    if let low = positive.min(), let high = positive.max(), low < high { look.range = low...high }
    axis = try GraphAxis(look, for: lambdas, breaksAtZero: true)
    ticks = GraphTicks(
      axis, length: band.width, isHorizontal: true, scale: style.page.textScale,
      typeface: style.typeface)
    self.band = band
    self.style = style
    let widest = lambdas.map { Timeline.line(Timeline.text($0), style).width }.max() ?? 0
    second = max(band.midX, band.minX + widest + 12 * style.page.textScale)
  }

  private static func text(_ lambda: Double) -> RichText { "*λ* = " + RichText(fixed: lambda) }

  private static func line(_ text: RichText, _ style: FigureStyle) -> TextLine {
    TextLine(text, size: Size.body * style.page.textScale, typeface: style.typeface)
  }

  private var y: Double { band.y + Timeline.axisPlace * s }

  private func x(_ lambda: Double) -> Double? {
    axis.unit(lambda).map { band.x + min(max($0, 0), 1) * band.width }
  }

  /// Draws what stays.
  func drawAxis(on sheet: inout Sheet) {
    let theme = style.theme
    let line = Stroke(theme.text, width: 0.8 * s)
    var start = band.minX
    if axis.hasBrokenZero {
      // 0 stands apart from the axis, which has no place for it.
      start += GraphAxis.brokenShare * band.width
      let zero = band.minX + GraphAxis.zeroPlace * band.width
      sheet.stroke(Path([Point(zero - 3 * s, y), Point(zero + 3 * s, y)]), line)
    }
    var path = Path([Point(start, y), Point(band.maxX, y)]).steps
    for value in ticks.minor {
      guard let x = x(value) else { continue }
      path += [.move(Point(x, y)), .line(Point(x, y + 1.6 * s))]
    }
    let capHeight = style.typeface.capHeight * Size.small * s
    let drop = ticks.raise(above: capHeight)
    for (tick, label) in zip(ticks.major, ticks.labels) {
      guard let x = x(tick.value) else { continue }
      path += [.move(Point(x, y)), .line(Point(x, y + 3 * s))]
      sheet.text(
        label, at: Point(x, y + 5 * s + drop + capHeight), .center, color: theme.text,
        on: [theme.background], role: .tick)
    }
    sheet.stroke(Path(path), line)
  }

  /// Draws what moves: the marker, and the numbers at fixed places.
  ///
  /// - Parameters:
  ///   - lambda: The present λ.
  ///   - minimum: The field's smallest value, or nil if none is finite.
  ///   - sheet: The page.
  func drawPresent(_ lambda: Double, minimum: Double?, on sheet: inout Sheet) {
    let theme = style.theme
    if let x = x(lambda) {
      let disc = Path(circleAt: Point(x, y), radius: 3 * s)
      sheet.fill(disc, theme.text)
      sheet.stroke(disc, Stroke(theme.background, width: 1 * s))
    }
    let base = band.y + (Size.body + 2) * s
    func text(_ text: RichText, at x: Double) {
      sheet.text(
        Timeline.line(text, style), at: Point(x, base),
        color: theme.text, on: [theme.background], role: .timeline)
    }
    text(Timeline.text(lambda), at: band.minX)
    if let minimum { text("minimum " + RichText(fixed: minimum), at: second) }
  }
}

extension RichText {
  /// A number in letters that stay where they are when it changes: `1.26×10⁻³`, always with three
  /// digits and a power of ten; 0 as `0`.
  init(fixed value: Double) {
    guard value != 0, value.isFinite else {
      self.init(number: value)
      return
    }
    var number = DecimalNumber(value)
    number.round(to: 3)
    let sign = number.isNegative ? "\u{2212}" : ""
    self.init(verbatim: "\(sign)\(number.mantissa(places: 2))×10")
    let power = number.exponent
    segments.append(
      Segment(string: power < 0 ? "\u{2212}\(-power)" : "\(power)", superscript: true))
  }
}
