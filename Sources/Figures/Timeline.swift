/// Where an animation is: an axis of λ or of epochs with a marker, and the present numbers over it.
///
/// Nothing but the marker and the digits moves.
struct Timeline: Sendable {
  /// What it shows in a frame.
  struct Moment {
    /// Where the marker stands.
    var value: Double
    /// The number on the left.
    var first: RichText
    /// The number right of it.
    var second: RichText?

    init(_ value: Double, _ first: RichText, _ second: RichText?) {
      (self.value, self.first, self.second) = (value, first, second)
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

  private let axis: GraphAxis
  private let ticks: GraphTicks
  private let style: FigureStyle
  /// Where it stands: the band of the page.
  private let band: Rectangle
  /// How much of the band's width the axis has.
  private let length: Double
  private let epilogue: Epilogue?
  /// Where the second number starts: clear of every first one.
  private let second: Double

  private var s: Double { style.page.textScale }

  /// Its height at text scale 1: the line of numbers, the axis and its labels.
  static let height = 36.0
  /// From the band's upper edge to the axis, at text scale 1.
  private static let axisPlace = 19.0

  /// Measures a timeline of λ.
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
    try self.init(
      look, for: lambdas, texts: lambdas.map(Timeline.text), epilogue: nil, band: band,
      style: style)
  }

  /// Measures a timeline of epochs.
  ///
  /// - Parameters:
  ///   - epochs: How many there are; at least 1.
  ///   - unit: What they are called.
  ///   - polishSteps: How many steps of a polish follow them; may be 0.
  ///   - polishEpochs: How long that takes on the timeline, in epochs.
  ///   - band: Where.
  ///   - style: Letters and colours.
  /// - Throws: `FigureError` if there are no epochs.
  init(
    epochs: Int, unit: String, polishSteps: Int, polishEpochs: Double, band: Rectangle,
    style: FigureStyle
  ) throws(FigureError) {
    let last = Double(epochs)
    let look = AxisStyle(RichText(verbatim: unit), scale: .linear, range: 0...max(last, 0))
    try self.init(
      look, for: [0, last],
      texts: [
        Timeline.text(unit, epochs, of: epochs),
        Timeline.text(polishStep: polishSteps, of: polishSteps),
      ], epilogue: polishSteps > 0 ? (last + polishEpochs, "polish") : nil, band: band,
      style: style)
  }

  private init(
    _ look: AxisStyle, for values: [Double], texts: [RichText],
    epilogue: (value: Double, label: RichText)?, band: Rectangle, style: FigureStyle
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
  }

  /// A value of λ.
  static func text(_ lambda: Double) -> RichText { "*λ* = " + RichText(fixed: lambda) }

  /// A number of epochs, its last digit always in one place.
  static func text(_ unit: String, _ epoch: Int, of epochs: Int) -> RichText {
    RichText(verbatim: unit + " " + padded(epoch, to: epochs))
  }

  /// A number of steps of a polish, its last digit always in one place.
  static func text(polishStep: Int, of steps: Int) -> RichText {
    RichText(verbatim: "polish, step " + padded(polishStep, to: steps))
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
  }

  /// Draws what moves: the marker, and the numbers at fixed places.
  func draw(_ moment: Moment, on sheet: inout Sheet) {
    let theme = style.theme
    if let x = x(moment.value) {
      let disc = Path(circleAt: Point(x, y), radius: 3 * s)
      sheet.fill(disc, theme.text)
      sheet.stroke(disc, Stroke(theme.background, width: 1 * s))
    }
    let base = band.y + (Size.body + 2) * s
    for (text, x) in [(moment.first, band.minX), (moment.second, second)] {
      guard let text else { continue }
      sheet.text(
        Timeline.line(text, style), at: Point(x, base), color: theme.text,
        on: [theme.background], role: .timeline)
    }
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
