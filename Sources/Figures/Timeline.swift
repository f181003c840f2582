import Foundation

/// Where an animation is: an axis of λ or of epochs with a marker, over it the curve of the quantity
/// that the animation is about with a marker of its own, and the present numbers.
///
/// Nothing but the markers and the digits moves.
struct Timeline: Sendable {
  /// What it shows in a frame.
  struct Moment {
    /// Where the marker stands.
    var value: Double
    /// The number on the left.
    var first: RichText
    /// The quantity right of it; nil where it is not known.
    var quantity: Double?

    init(_ value: Double, _ first: RichText, quantity: Double?) {
      (self.value, self.first, self.quantity) = (value, first, quantity)
    }
  }

  /// A stage of its own after the end of the axis.
  private struct Epilogue {
    /// The value at which it ends.
    var value: Double
    var label: TextLine
    /// Where it ends on the page.
    var x: Double
  }

  /// A quantity over the axis, without an axis of its own: its present value is printed.
  private struct Curve {
    var label: TextLine
    /// On the page, from left to right.
    var points: [Point]
  }

  private let axis: GraphAxis
  private let ticks: GraphTicks
  private let style: FigureStyle
  /// Where it stands: the band of the page.
  private let band: Rectangle
  /// How much of the band's width the axis has.
  private let length: Double
  private let epilogue: Epilogue?
  private var curve: Curve?
  /// What the curve shows.
  private let quantity: RichText
  /// All finite values of it.
  private let range: ClosedRange<Double>?
  /// Where the second number starts: clear of every first one.
  private let second: Double

  private var s: Double { style.page.textScale }

  /// Its height at text scale 1: the line of numbers, the curve, the axis and its labels.
  static let height = 64.0
  /// From the band's upper edge to the axis, at text scale 1.
  private static let axisPlace = 47.0
  /// From the band's upper edge to the top of the curve, at text scale 1.
  private static let curvePlace = 17.0

  /// Measures a timeline of λ.
  ///
  /// - Parameters:
  ///   - lambdas: The values of λ that it must show; 0 stands at a broken end.
  ///   - minima: The least total loss at each.
  ///   - band: Where.
  ///   - style: Letters and colours.
  /// - Throws: `FigureError` if a logarithmic axis cannot show them.
  init(
    _ lambdas: [Double], minima: [Double], band: Rectangle, style: FigureStyle
  ) throws(FigureError) {
    let positive = lambdas.filter { $0 > 0 }
    var look = AxisStyle.weightDecay("*λ*")
    if let low = positive.min(), let high = positive.max(), low < high { look.range = low...high }
    try self.init(
      look, for: lambdas, texts: lambdas.map(Timeline.text), epilogue: nil,
      curve: ("minimum", zip(lambdas, minima).map { Point($0, $1) }), band: band, style: style)
  }

  /// Measures a timeline of epochs.
  ///
  /// - Parameters:
  ///   - epochs: How many there are; at least 1.
  ///   - unit: What they are called.
  ///   - polishSteps: How many steps of a polish follow them; may be 0.
  ///   - polishEpochs: How long that takes on the timeline, in epochs.
  ///   - losses: The total loss over the epochs, x on the timeline.
  ///   - band: Where.
  ///   - style: Letters and colours.
  /// - Throws: `FigureError` if there are no epochs.
  init(
    epochs: Int, unit: String, polishSteps: Int, polishEpochs: Double, losses: [Point],
    band: Rectangle, style: FigureStyle
  ) throws(FigureError) {
    let last = Double(epochs)
    let look = AxisStyle(RichText(verbatim: unit), scale: .linear, range: 0...max(last, 0))
    try self.init(
      look, for: [0, last],
      texts: [
        Timeline.text(unit, epochs, of: epochs),
        Timeline.text(polishStep: polishSteps, of: polishSteps),
      ], epilogue: polishSteps > 0 ? (last + polishEpochs, "minimum") : nil,
      curve: ("total loss", losses), band: band, style: style)
  }

  private init(
    _ look: AxisStyle, for values: [Double], texts: [RichText],
    epilogue: (value: Double, label: RichText)?, curve: (name: RichText, values: [Point]),
    band: Rectangle, style: FigureStyle
  ) throws(FigureError) {
    let s = style.page.textScale
    axis = try GraphAxis(look, for: values, breaksAtZero: true)
    self.epilogue = epilogue.map { value, label in
      let line = TextLine(label, size: Size.small * s, typeface: style.typeface)
      return Epilogue(value: value, label: line, x: band.maxX - line.width / 2)
    }
    // The last tick of the axis may be as wide as the epilogue's name.
    length = band.width - (self.epilogue.map { 1.5 * $0.label.width + 10 * s } ?? 0)
    ticks = GraphTicks(
      axis, length: length, isHorizontal: true, scale: s, typeface: style.typeface,
      isWhole: look.scale == .linear)
    self.band = band
    self.style = style
    let widest = texts.map { Timeline.line($0, style).width }.max() ?? 0
    second = max(band.midX, band.minX + widest + 12 * s)
    quantity = curve.name
    let values = curve.values.map(\.y).filter(\.isFinite)
    range = values.min().flatMap { low in values.max().map { low...$0 } }
    self.curve = try draft(curve.values, named: curve.name)
  }

  /// Sets a curve over the axis, on a logarithmic scale where its values span a decade; nil where
  /// there is nothing to follow.
  private func draft(_ values: [Point], named name: RichText) throws(FigureError) -> Curve? {
    let finite = values.filter(\.y.isFinite).sorted { $0.x < $1.x }
    guard let low = finite.map(\.y).min(), let high = finite.map(\.y).max(), low < high else {
      return nil
    }
    let isLog = low > 0 && high / low >= 10
    let scale = try Scale(isLog ? .log : .linear, from: low, to: high)
    // Room for the marker between the curve's lowest point and that on the axis.
    let (top, bottom) = (band.y + Timeline.curvePlace * s, y - 9 * s)
    return Curve(
      label: TextLine(
        name + RichText(verbatim: isLog ? " (log scale)" : " (linear scale)"),
        size: Size.small * s, typeface: style.typeface),
      points: finite.compactMap { value in
        x(value.x).map { Point($0, bottom - scale.unit(value.y) * (bottom - top)) }
      })
  }

  /// Where the curve is at a place of the axis.
  func curvePlace(at x: Double) -> Point? {
    guard let points = curve?.points, let first = points.first, let last = points.last,
      (first.x...last.x).contains(x)
    else { return nil }
    let next = points.partitioningIndex { $0.x >= x }
    guard next > 0, points[next].x > points[next - 1].x else { return points[next] }
    let share = (x - points[next - 1].x) / (points[next].x - points[next - 1].x)
    return points[next - 1] + (points[next] - points[next - 1]) * share
  }

  /// A value of λ.
  static func text(_ lambda: Double) -> RichText { "*λ* = " + RichText(fixed: lambda) }

  /// A number of epochs, its last digit always in one place.
  static func text(_ unit: String, _ epoch: Int, of epochs: Int) -> RichText {
    RichText(verbatim: unit + " " + padded(epoch, to: epochs))
  }

  /// A number of steps of a polish, its last digit always in one place.
  static func text(polishStep: Int, of steps: Int) -> RichText {
    RichText(verbatim: "to the minimum, step " + padded(polishStep, to: steps))
  }

  /// With spaces as wide as digits before it.
  private static func padded(_ number: Int, to most: Int) -> String {
    let room = String(most).count - String(number).count
    return String(repeating: "\u{2007}", count: max(room, 0)) + String(number)
  }

  private static func line(_ text: RichText, _ style: FigureStyle) -> TextLine {
    TextLine(text, size: Size.body * style.page.textScale, typeface: style.typeface)
  }

  private var y: Double { band.y + Timeline.axisPlace * s }

  private func x(_ value: Double) -> Double? {
    if let epilogue, value > axis.scale.upper {
      let share = (value - axis.scale.upper) / (epilogue.value - axis.scale.upper)
      return band.x + length + min(share, 1) * (epilogue.x - band.x - length)
    }
    return axis.unit(value).map { band.x + min(max($0, 0), 1) * length }
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
    let end = band.x + length
    var path = Path([Point(start, y), Point(end, y)]).steps
    for value in ticks.minor {
      guard let x = x(value) else { continue }
      path += [.move(Point(x, y)), .line(Point(x, y + 1.6 * s))]
    }
    let capHeight = style.typeface.capHeight * Size.small * s
    let drop = ticks.raise(above: capHeight)
    func tick(_ label: TextLine, at x: Double) {
      path += [.move(Point(x, y)), .line(Point(x, y + 3 * s))]
      sheet.text(
        label, at: Point(x, y + 5 * s + drop + capHeight), .center, color: theme.text,
        on: [theme.background], role: .tick)
    }
    for (value, label) in zip(ticks.major, ticks.labels) {
      if let x = x(value.value) { tick(label, at: x) }
    }
    if let epilogue {
      tick(epilogue.label, at: epilogue.x)
      sheet.stroke(
        Path([Point(end, y), Point(epilogue.x, y)]),
        Stroke(theme.text, width: 0.8 * s, dash: [2 * s]))
    }
    sheet.stroke(Path(path), line)
    guard let curve else { return }
    sheet.stroke(
      Path(curve.points), Stroke(theme.secondary, width: 1 * s, roundCaps: true))
    // Where the curve leaves more room: above its lower end.
    let isRising = (curve.points.first?.y ?? 0) >= (curve.points.last?.y ?? 0)
    sheet.text(
      curve.label,
      at: Point(
        isRising ? band.minX : band.x + length,
        band.y + Timeline.curvePlace * s + capHeight), isRising ? .left : .right,
      color: theme.secondary, on: [theme.background], role: .note)
  }

  /// Draws what moves: the marker, and the numbers at fixed places.
  func draw(_ moment: Moment, on sheet: inout Sheet) {
    let theme = style.theme
    if let x = x(moment.value) {
      if let place = curvePlace(at: x) {
        sheet.stroke(
          Path([place, Point(x, y)]), Stroke(theme.secondary, width: 0.6 * s, dash: [1.5 * s]))
        let disc = Path(circleAt: place, radius: 2.4 * s)
        sheet.fill(disc, theme.text)
        sheet.stroke(disc, Stroke(theme.background, width: 0.8 * s))
      }
      let disc = Path(circleAt: Point(x, y), radius: 3 * s)
      sheet.fill(disc, theme.text)
      sheet.stroke(disc, Stroke(theme.background, width: 1 * s))
    }
    let base = band.y + (Size.body + 2) * s
    let number = moment.quantity.map {
      quantity + RichText(verbatim: " ") + RichText(fixed: $0, in: range)
    }
    for (text, x) in [(moment.first, band.minX), (number, second)] {
      guard let text else { continue }
      sheet.text(
        Timeline.line(text, style), at: Point(x, base), color: theme.text,
        on: [theme.background], role: .timeline)
    }
  }
}

extension RichText {
  /// A number in letters that stay where they are when it changes.
  ///
  /// Three digits, the decimal point always in one place, if four decimals will do for the range:
  /// `0.0221` and `1.12`. Otherwise three digits and a power of ten, `1.26×10⁻³`; 0 as `0`.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - range: All values that it may take, if known.
  init(fixed value: Double, in range: ClosedRange<Double>? = nil) {
    if let range, range.contains(value), range.lowerBound >= 0.01, range.upperBound < 1000 {
      func text(_ value: Double) -> String { RichText(measured: value).plain }
      func whole(_ value: Double) -> Int { text(value).prefix { $0 != "." }.count }
      // U+2007 is as wide as a digit.
      let room = max(0, whole(range.upperBound) - whole(value))
      self.init(verbatim: String(repeating: "\u{2007}", count: room) + text(value))
      return
    }
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
