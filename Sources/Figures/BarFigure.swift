/// Draws named values as horizontal bars: the eigenvalues of each layer, λmax of each block.
///
/// - Parameters:
///   - groups: From the top down; each has one bar or several.
///   - style: Axis, page and texts.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if the axis cannot show these values or the page is too small.
public func barFigure(_ groups: [BarGroup], style: BarFigureStyle) throws -> Figure {
  try BarComposer(groups, style: style).figure()
}

/// One value of a bar chart.
public struct Bar: Hashable, Sendable {
  /// The value, printed beside the bar; one that is not finite has no bar.
  public var value: Double
  /// Its standard error, if known; nothing is drawn for one that is not finite.
  public var error: Double?
  /// Whether the computation reached its tolerance; if not, the bar is hollow and the value marked.
  public var isConverged: Bool

  /// Makes a bar.
  public init(_ value: Double, error: Double? = nil, isConverged: Bool = true) {
    self.value = value
    self.error = error
    self.isConverged = isConverged
  }
}

/// Bars under one name.
public struct BarGroup: Hashable, Sendable {
  /// Stands left of the bars, such as a layer's name.
  public var name: RichText
  /// From the top down.
  public var bars: [Bar]

  /// Makes a group.
  public init(_ name: RichText, _ bars: [Bar]) {
    self.name = name
    self.bars = bars
  }
}

/// How a bar chart looks.
public struct BarFigureStyle: Sendable {
  /// Page, letters and texts.
  public var page: PageStyle
  /// The horizontal axis; linear, symlog, or log where bars start at its left end.
  public var x: AxisStyle
  /// What the bars of each group are, from the top down, for the legend: each has a colour of its
  /// own; one colour for all if empty.
  public var barNames: [RichText] = []

  /// Makes a style.
  public init(_ page: PageStyle, x: AxisStyle) {
    self.page = page
    self.x = x
  }
}

/// How a bar is drawn.
struct BarLook: Hashable, Sendable {
  var color: Color
  /// Outlined and hatched: a value that is not sure.
  var isHollow: Bool
}

/// Lays out and draws bar charts.
private struct BarComposer {
  private let groups: [BarGroup]
  private let style: BarFigureStyle
  private let x: GraphAxis
  private let names: [[TextLine]]
  private let values: [[TextLine]]
  /// Error and mark, right of the values.
  private let suffixes: [[TextLine]]
  /// Of a group's bars, from the top down; the last one for all that follow.
  private let colors: [Color]

  private var s: Double { style.page.format.textScale }
  private var theme: Theme { style.page.theme }

  /// Heights at text scale 1: of a bar with the space to the next, and between groups.
  private static let row = 10.0
  private static let groupGap = 4.0
  private static let barShare = 0.68

  init(_ groups: [BarGroup], style: BarFigureStyle) throws(FigureError) {
    try style.page.check()
    let count = groups.reduce(0) { $0 + $1.bars.count }
    guard groups.allSatisfy({ !$0.bars.isEmpty }), (1...400).contains(count) else {
      throw FigureError(
        "A bar chart needs 1 to 400 bars and none of its groups empty, not \(count) bars in "
          + "\(groups.count) groups.")
    }
    self.groups = groups
    self.style = style
    let bars = groups.flatMap(\.bars)
    let ends = bars.filter(\.value.isFinite).flatMap { bar -> [Double] in
      guard let error = bar.error, error.isFinite else { return [bar.value] }
      return [bar.value, bar.value - error, bar.value + error]
    }
    var axis = style.x
    if axis.scale == .automatic { axis.scale = .linear }
    x = try GraphAxis(axis, for: axis.scale == .log ? ends : ends + [0], breaksAtZero: false)
    let s = style.page.format.textScale
    let typeface = style.page.typeface
    names = groups.map { group in
      TextLine.wrapped(
        group.name, size: Size.small * s, width: 0.35 * style.page.format.width,
        typeface: typeface)
    }
    func lines(_ text: (Bar) -> RichText) -> [[TextLine]] {
      groups.map { group in
        group.bars.map { TextLine(text($0), size: Size.small * s, typeface: typeface) }
      }
    }
    values = lines { RichText(measured: $0.value) }
    suffixes = lines { bar in
      let error = bar.error.map {
        RichText(verbatim: " ± ") + RichText(measured: $0, significantDigits: 2)
      }
      return (error ?? "") + RichText(verbatim: bar.isConverged ? "" : " †")
    }
    colors = Array(
      LinePalette.distinct.colors(style.barNames.count, theme: style.page.theme)
        .prefix(max(1, style.barNames.count)))
  }

  func figure() throws(FigureError) -> Figure {
    let margin = FrameGrid.margin * s
    let capHeight = style.page.typeface.capHeight * Size.small * s
    let text = PageText(style.page, legend: legend, notes: notes)
    let left = margin + (names.flatMap { $0 }.map(\.width).max() ?? 0) + 4 * s
    let suffixWidth = suffixes.flatMap { $0 }.map(\.width).max() ?? 0
    let right = (values.flatMap { $0 }.map(\.width).max() ?? 0) + suffixWidth + 4 * s + margin
    let width = style.page.format.width - left - right
    guard width >= 48 * s else {
      throw FigureError(
        "A page \(Int(style.page.format.width)) points wide leaves \(Int(max(width, 0))) for the "
          + "bars beside names and values; choose a wider page or shorter names.")
    }
    let ticks = GraphTicks(
      x, length: width, isHorizontal: true, scale: s, typeface: style.page.typeface)
    let title = TextLine.wrapped(
      style.x.title, size: Size.body * s, width: width + min(left, right) - margin,
      typeface: style.page.typeface)
    let tickRoom = GraphPlan.tickRoom(ticks, style: style.page)
    let around =
      text.head + 4 * s + tickRoom + (title.isEmpty ? 0 : 3.4 * s + title.blockHeight) + 3 * s
      + text.foot
    // A group is as high as its bars or its name, whichever is higher.
    let heights = zip(groups, names).map { group, name in
      max(Double(group.bars.count) * BarComposer.row * s, name.blockHeight + 2 * s)
    }
    let gap = groups.contains { $0.bars.count > 1 } ? BarComposer.groupGap * s : 0
    let wanted = heights.reduce(0, +) + Double(groups.count - 1) * gap + 4 * s
    let frameHeight = style.page.format.height.map { $0 - around } ?? wanted
    let stretch = (frameHeight - 4 * s) / (wanted - 4 * s)
    guard stretch >= 0.92 else {
      throw FigureError(
        "\(groups.count) groups of bars need \(Int(wanted + around)) points of height, and the page "
          + "has \(Int(style.page.format.height ?? 0)); show fewer or choose a higher page.")
    }
    let frame = Rectangle(x: left, y: text.head + 4 * s, width: width, height: frameHeight)
    let height = style.page.format.height ?? around + frameHeight

    var sheet = Sheet()
    text.draw(on: &sheet, height: height)
    sheet.texts(
      title, startingAt: Point(frame.midX, frame.maxY + tickRoom + 3.4 * s), angle: 0,
      color: theme.text, on: [theme.background], role: .axisTitle)
    var records: [FigureLayout.BarRecord] = []
    var top = frame.minY + 2 * s
    var inner = Sheet()
    for (number, group) in groups.enumerated() {
      let block = heights[number] * stretch
      let row = min(block / Double(group.bars.count), 1.6 * BarComposer.row * s)
      let first = top + (block - row * Double(group.bars.count)) / 2
      var base = top + block / 2 - names[number].blockHeight / 2
      base += names[number].first?.ascent ?? 0
      for line in names[number] {
        sheet.text(
          line, at: Point(frame.minX - 4 * s, base), .right, color: theme.text,
          on: [theme.background], role: .barName)
        base += line.size * Size.leading
      }
      for (position, bar) in group.bars.enumerated() {
        let middle = first + (Double(position) + 0.5) * row
        let box = box(bar, middle: middle, height: BarComposer.barShare * row, frame: frame)
        let look = BarLook(
          color: colors[min(position, colors.count - 1)], isHollow: !bar.isConverged)
        if box.width > 0 { inner.bar(look, box, style: style.page.figureStyle) }
        drawError(of: bar, middle: middle, frame: frame, on: &inner)
        let base = Point(
          style.page.format.width - margin - suffixWidth, middle + capHeight / 2)
        var value = values[number][position]
        value.append(suffixes[number][position])
        sheet.text(
          value, at: Point(base.x - values[number][position].width, base.y), color: theme.text,
          on: [theme.background], role: .barValue)
        records.append(
          FigureLayout.BarRecord(
            name: group.name.plain, value: bar.value, box: box, isHollow: look.isHollow))
      }
      top += block + gap * stretch
    }
    if let zero = x.zeroLine {
      let place = frame.minX + zero * frame.width
      inner.stroke(
        Path([Point(place, frame.minY), Point(place, frame.maxY)]),
        Stroke(theme.text, width: 0.6 * s))
    }
    sheet.elements.append(.clip(frame.path, inner.elements))
    sheet.graphFrame(frame, x: (x, ticks), y: nil, labelsX: true, style: style.page)
    let missing = groups.flatMap(\.bars).count { !$0.value.isFinite }
    let panel = FigureLayout.PanelRecord(
      title: "", frame: frame, xRange: [x.scale.lower, x.scale.upper], yRange: [],
      xTicks: ticks.major, yTicks: [], scale: nil, contours: [], labels: [], marks: [],
      crowded: 0, missingCount: missing,
      graph: FigureLayout.GraphRecord(
        x: x.scale, hasBrokenZero: false, y: nil, lines: [], references: [], bars: records))
    return Figure(
      drawing: Drawing(
        width: style.page.format.width, height: height, background: theme.background,
        elements: sheet.elements),
      layout: FigureLayout(
        width: style.page.format.width, height: height, background: theme.background,
        panels: [panel], texts: sheet.texts))
  }

  /// From zero (from the left end of a logarithmic axis) to the value.
  private func box(_ bar: Bar, middle: Double, height: Double, frame: Rectangle) -> Rectangle {
    let zero = x.scale.kind == .log ? 0 : min(max(x.unit(0) ?? 0, 0), 1)
    let end = x.unit(bar.value).map { min(max($0, 0), 1) } ?? zero
    // The least that is seen: a value is not nothing because its bar is short.
    let least = bar.value.isFinite && end != zero ? 1.2 * s : 0
    let width = max(abs(end - zero) * frame.width, least)
    return Rectangle(
      x: frame.minX + zero * frame.width - (end < zero ? width : 0), y: middle - height / 2,
      width: width, height: height)
  }

  private func drawError(of bar: Bar, middle: Double, frame: Rectangle, on sheet: inout Sheet) {
    guard let error = bar.error, error.isFinite, let high = x.unit(bar.value + error) else {
      return
    }
    let low = x.unit(bar.value - error) ?? 0
    let (from, to) = (frame.minX + low * frame.width, frame.minX + high * frame.width)
    let cap = 1.8 * s
    let path = Path([
      .move(Point(from, middle)), .line(Point(to, middle)),
      .move(Point(from, middle - cap)), .line(Point(from, middle + cap)),
      .move(Point(to, middle - cap)), .line(Point(to, middle + cap)),
    ])
    sheet.stroke(path, Stroke(theme.background, width: 2 * s))
    sheet.stroke(path, Stroke(theme.text, width: 0.8 * s))
  }

  private var legend: [Legend.Item] {
    let kinds = zip(colors, style.barNames).map { color, name in
      (Legend.Symbol.bar(BarLook(color: color, isHollow: false)), name)
    }
    guard groups.contains(where: { $0.bars.contains { !$0.isConverged } }) else { return kinds }
    return
      (kinds.isEmpty ? [(.bar(BarLook(color: colors[0], isHollow: false)), "converged")] : kinds)
      + [(.bar(BarLook(color: colors[0], isHollow: true)), "† not converged")]
  }

  private var notes: [RichText] {
    var notes: [RichText] = []
    if x.scale.kind == .log {
      notes.append("Bars start at the left end of a logarithmic axis.")
    }
    if groups.contains(where: { $0.bars.contains { $0.error != nil } }) {
      notes.append("±: one standard error.")
    }
    let hidden = groups.flatMap(\.bars).count { x.unit($0.value) == nil }
    if hidden > 0 {
      notes.append(RichText(verbatim: "Without a bar: \(hidden) values that have no place."))
    }
    return notes
  }
}

extension Sheet {
  /// Draws a bar.
  mutating func bar(_ look: BarLook, _ box: Rectangle, style: FigureStyle) {
    let s = style.page.textScale
    guard look.isHollow else {
      fill(box.path, look.color)
      return
    }
    let step = 3 * s
    var lines: [Path.Step] = []
    for index in 0..<Int((box.width + box.height) / step) + 1 {
      let x = box.minX + Double(index) * step
      lines += [.move(Point(x, box.minY)), .line(Point(x - box.height, box.maxY))]
    }
    elements.append(
      .clip(box.path, [.stroke(Path(lines), Stroke(look.color, width: 0.6 * s))]))
    stroke(box.inset(by: 0.4 * s).path, Stroke(look.color, width: 0.8 * s))
  }
}
