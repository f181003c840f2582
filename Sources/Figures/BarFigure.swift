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
  /// The value, printed after the bar; one that is not finite has no bar.
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
  /// Stands above the bars, or left of them on a low page, such as a layer's name.
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

/// Where the parts of a bar chart stand on its page.
private struct BarPlan {
  /// Where a group's name and bars are.
  struct Group {
    var name: [TextLine]
    var nameTop: Double
    var barsTop: Double
    /// From a bar to the next.
    var row: Double
  }

  let x: GraphAxis
  let ticks: GraphTicks
  let title: [TextLine]
  let text: PageText
  let frame: Rectangle
  let height: Double
  /// The height of a page on which all bars have the room that they need.
  let neededHeight: Double
  /// The room there is for bars over the room that they need.
  let stretch: Double
  let groups: [Group]
  /// Whether the names stand in the frame above their bars rather than beside it.
  let namesAbove: Bool

  /// A place between the frame's ends.
  func place(_ unit: Double) -> Double { frame.minX + unit * frame.width }
}

extension GraphAxis {
  /// Where bars start, between 0 and 1: at zero, or at the left end of a logarithmic axis.
  fileprivate var barStart: Double { scale.kind == .log ? 0 : min(max(unit(0) ?? 0, 0), 1) }
}

/// Lays out and draws bar charts.
private struct BarComposer {
  private let groups: [BarGroup]
  private let style: BarFigureStyle
  /// Each bar's value with its error and mark.
  private let values: [[TextLine]]
  /// Of a group's bars, from the top down; the last one for all that follow.
  private let colors: [Color]

  private var s: Double { style.page.format.textScale }
  private var theme: Theme { style.page.theme }
  private var typeface: any Typeface { style.page.typeface }

  /// Heights at text scale 1: of a bar with the space to the next, and between groups.
  private static let row = 10.0
  private static let groupGap = 4.0
  private static let barShare = 0.68
  /// Bars of a few groups are drawn higher, up to so many times, until the frame fills the page.
  private static let greatestStretch = 2.5

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
    let size = Size.small * style.page.format.textScale
    values = groups.map { group in
      group.bars.map { bar in
        let error = bar.error.map {
          RichText(verbatim: " ± ") + RichText(measured: $0, significantDigits: 2)
        }
        return TextLine(
          RichText(measured: bar.value) + (error ?? "")
            + RichText(verbatim: bar.isConverged ? "" : " †"),
          size: size, typeface: style.page.typeface)
      }
    }
    colors = Array(
      LinePalette.distinct.colors(style.barNames.count, theme: style.page.theme)
        .prefix(max(1, style.barNames.count)))
  }

  func figure() throws(FigureError) -> Figure {
    // Above their bars names leave these the page's width; a low page has them beside.
    var plan = try plan(namesAbove: true)
    if plan.stretch < 0.92 { plan = try self.plan(namesAbove: false) }
    guard plan.stretch >= 0.92 else {
      throw FigureError(
        "\(groups.count) groups of bars need \(Int(plan.neededHeight)) points of height, and the "
          + "page has \(Int(plan.height)); show fewer or choose a higher page.")
    }
    return draw(plan)
  }

  // MARK: - Places

  private func plan(namesAbove: Bool) throws(FigureError) -> BarPlan {
    let format = style.page.format
    let margin = FrameGrid.margin * s
    let size = Size.small * s
    func lines(_ text: RichText, _ size: Double, width: Double) -> [TextLine] {
      TextLine.wrapped(text, size: size, width: width, typeface: typeface)
    }
    let beside =
      namesAbove ? [] : groups.map { lines($0.name, size, width: 0.35 * format.width) }
    var left = margin + (namesAbove ? 0 : (beside.joined().map(\.width).max() ?? 0) + 4 * s)
    var width = format.width - left - margin
    func ticks(_ axis: GraphAxis) -> GraphTicks {
      GraphTicks(axis, length: width, isHorizontal: true, scale: s, typeface: typeface)
    }
    var x = try axis(length: width)
    // Labels of ticks at the ends stay on the page.
    var marks = ticks(x)
    let ends = zip(marks.major, marks.labels).map { tick, label in
      let place = (x.unit(tick.value) ?? 0) * width
      return (label.width / 2 - place, place + label.width / 2 - width)
    }
    let overhang = max(0, (ends.map(\.0).max() ?? 0) - (left - margin))
    left += overhang
    width -= overhang + max(0, ends.map(\.1).max() ?? 0)
    x = try axis(length: width)
    marks = ticks(x)
    let title = lines(style.x.title, Size.body * s, width: width)
    let text = PageText(style.page, legend: legend, notes: notes(x))
    let around =
      text.head + 4 * s + GraphPlan.tickRoom(marks, style: style.page)
      + (title.isEmpty ? 0 : 3.4 * s + title.blockHeight) + 3 * s + text.foot

    // On the side of zero that has more room.
    let side = max(x.barStart, 1 - x.barStart) * width - 6 * s
    let names = namesAbove ? groups.map { lines($0.name, size, width: side) } : beside
    let gap = groups.contains { $0.bars.count > 1 } || namesAbove ? Self.groupGap * s : 0
    // Names above are as high as they are; bars beside a higher name share its height.
    let heads = names.map { namesAbove ? $0.blockHeight + 1 * s : 0 }
    let bars = zip(groups, names).map { group, name in
      max(Double(group.bars.count) * Self.row * s, namesAbove ? 0 : name.blockHeight + 2 * s)
    }
    // A name at the top keeps clear of the frame.
    let inset = (namesAbove ? 4 : 2) * s
    let fixed = heads.reduce(0, +) + inset + 2 * s
    let free = bars.reduce(0, +) + Double(groups.count - 1) * gap
    let filling = GraphPlan.frameHeight(filling: format, width: width, around: around)
    let height =
      format.height.map { $0 - around }
      ?? min(max(fixed + free, filling), fixed + Self.greatestStretch * free)
    let stretch = (height - fixed) / free
    let frame = Rectangle(x: left, y: text.head + 4 * s, width: width, height: height)
    var top = frame.minY + inset
    let places = groups.indices.map { number in
      let count = Double(groups[number].bars.count)
      let (head, room) = (heads[number], bars[number] * stretch)
      let row = min(room / count, Self.greatestStretch * Self.row * s)
      let barsTop = top + head + (room - row * count) / 2
      defer { top += head + room + gap * stretch }
      return BarPlan.Group(
        name: names[number],
        nameTop: namesAbove ? barsTop - head : top + (room - names[number].blockHeight) / 2,
        barsTop: barsTop, row: row)
    }
    return BarPlan(
      x: x, ticks: marks, title: title, text: text, frame: frame,
      height: format.height ?? around + height, neededHeight: around + fixed + free,
      stretch: stretch, groups: places, namesAbove: namesAbove)
  }

  /// The axis of bars of some length; with a range of its own it goes on until the values fit
  /// after their bars.
  private func axis(length: Double) throws(FigureError) -> GraphAxis {
    let bars = groups.flatMap(\.bars)
    let ends = bars.filter(\.value.isFinite).flatMap { bar -> [Double] in
      guard let error = bar.error, error.isFinite else { return [bar.value] }
      return [bar.value, bar.value - error, bar.value + error]
    }
    var axis = style.x
    if axis.scale == .automatic { axis.scale = .linear }
    let tight = try GraphAxis(
      axis, for: axis.scale == .log ? ends : ends + [0], breaksAtZero: false)
    let widest = values.joined().map(\.width).max() ?? 0
    guard widest + 6 * s < 0.75 * length else {
      throw FigureError(
        "A page \(Int(style.page.format.width)) points wide leaves \(Int(max(length, 0))) for the "
          + "bars and their values; choose a wider page or shorter names.")
    }
    guard axis.range == nil else { return tight }
    let reach = zip(bars, values.joined()).map { bar, value in
      end(of: bar, on: tight) / (1 - (value.width + 6 * s) / length)
    }
    guard let reach = reach.max(), reach > 1 else { return tight }
    switch tight.scale.kind {
    case .linear: axis.scale = .linear
    case .log: axis.scale = .log
    case .symlog(let threshold): axis.scale = .symlog(linearZone: threshold)
    }
    axis.range = tight.scale.lower...tight.scale.value(atUnit: reach)
    return try GraphAxis(axis, for: ends, breaksAtZero: false)
  }

  /// Where a bar and its error end on the right, between 0 and 1.
  private func end(of bar: Bar, on x: GraphAxis) -> Double {
    let high = bar.error.flatMap { $0.isFinite ? x.unit(bar.value + $0) : nil }
    return min(max(x.barStart, x.unit(bar.value) ?? 0, high ?? 0), 1)
  }

  // MARK: - Drawing

  private func draw(_ plan: BarPlan) -> Figure {
    let (x, frame) = (plan.x, plan.frame)
    var sheet = Sheet()
    plan.text.draw(on: &sheet, height: plan.height)
    let tickRoom = GraphPlan.tickRoom(plan.ticks, style: style.page)
    sheet.texts(
      plan.title, startingAt: Point(frame.midX, frame.maxY + tickRoom + 3.4 * s), angle: 0,
      color: theme.text, on: [theme.background], role: .axisTitle)
    let boxes = boxes(plan)
    var records: [FigureLayout.BarRecord] = []
    var inner = Sheet()
    for (group, boxes) in zip(groups, boxes) {
      for (position, (bar, box)) in zip(group.bars, boxes).enumerated() {
        let look = BarLook(
          color: colors[min(position, colors.count - 1)], isHollow: !bar.isConverged)
        if box.width > 0 { inner.bar(look, box, style: style.page.figureStyle) }
        drawError(of: bar, middle: box.midY, plan, on: &inner)
        records.append(
          FigureLayout.BarRecord(
            name: group.name.plain, value: bar.value, box: box, isHollow: look.isHollow))
      }
    }
    if x.zeroLine != nil {
      let zero = plan.place(x.barStart)
      inner.stroke(
        Path([Point(zero, frame.minY), Point(zero, frame.maxY)]),
        Stroke(theme.text, width: 0.6 * s))
    }
    sheet.elements.append(.clip(frame.path, inner.elements))
    drawWords(plan, boxes, on: &sheet)
    sheet.graphFrame(frame, x: (x, plan.ticks), y: nil, labelsX: true, style: style.page)
    let missing = groups.flatMap(\.bars).count { !$0.value.isFinite }
    let panel = FigureLayout.PanelRecord(
      title: "", frame: frame, xRange: [x.scale.lower, x.scale.upper], yRange: [],
      xTicks: plan.ticks.major, yTicks: [], scale: nil, contours: [], labels: [], marks: [],
      crowded: 0, missingCount: missing,
      graph: FigureLayout.GraphRecord(
        x: x.scale, hasBrokenZero: false, y: nil, lines: [], references: [], bars: records))
    return Figure(
      drawing: Drawing(
        width: style.page.format.width, height: plan.height, background: theme.background,
        elements: sheet.elements),
      layout: FigureLayout(
        width: style.page.format.width, height: plan.height, background: theme.background,
        panels: [panel], texts: sheet.texts))
  }

  /// Each group's bars.
  private func boxes(_ plan: BarPlan) -> [[Rectangle]] {
    zip(groups, plan.groups).map { group, place in
      group.bars.enumerated().map { position, bar in
        box(
          bar, middle: place.barsTop + (Double(position) + 0.5) * place.row,
          height: Self.barShare * place.row, plan)
      }
    }
  }

  /// Names of groups, and values after their bars.
  private func drawWords(_ plan: BarPlan, _ boxes: [[Rectangle]], on sheet: inout Sheet) {
    let frame = plan.frame
    let capHeight = typeface.capHeight * Size.small * s
    for place in plan.groups {
      // On the side of zero that has the room.
      let width = place.name.map(\.width).max() ?? 0
      let right = plan.place(plan.x.barStart) + 3 * s
      let start = right + width <= frame.maxX - 2 * s ? right : frame.minX + 3 * s
      var base = place.nameTop + (place.name.first?.ascent ?? 0)
      for line in place.name {
        sheet.text(
          line, at: Point(plan.namesAbove ? start : frame.minX - 4 * s, base),
          plan.namesAbove ? .left : .right, color: theme.text, on: [theme.background],
          role: .barName)
        base += line.size * Size.leading
      }
    }
    for (number, group) in groups.enumerated() {
      for (position, bar) in group.bars.enumerated() {
        let value = values[number][position]
        let box = boxes[number][position]
        let after = max(plan.place(end(of: bar, on: plan.x)), box.maxX) + 3 * s
        let x = min(after, frame.maxX - 2 * s - value.width)
        let base = Point(x, box.midY + capHeight / 2)
        if x < after {
          // An axis whose range is given has no room after this bar: on it, on a plate.
          sheet.fill(
            Rectangle(
              x: x - 2 * s, y: base.y - value.ascent - 1 * s, width: value.width + 4 * s,
              height: value.ascent + 3 * s
            ).path, theme.background)
        }
        sheet.text(
          value, at: base, color: theme.text, on: [theme.background], role: .barValue)
      }
    }
  }

  /// From zero (from the left end of a logarithmic axis) to the value.
  private func box(
    _ bar: Bar, middle: Double, height: Double, _ plan: BarPlan
  ) -> Rectangle {
    let (x, zero) = (plan.x, plan.x.barStart)
    let end = x.unit(bar.value).map { min(max($0, 0), 1) } ?? zero
    // The least that is seen: a value is not nothing because its bar is short.
    let least = bar.value.isFinite && end != zero ? 1.2 * s : 0
    let width = max(abs(end - zero) * plan.frame.width, least)
    return Rectangle(
      x: plan.place(zero) - (end < zero ? width : 0), y: middle - height / 2,
      width: width, height: height)
  }

  private func drawError(
    of bar: Bar, middle: Double, _ plan: BarPlan, on sheet: inout Sheet
  ) {
    let x = plan.x
    guard let error = bar.error, error.isFinite, let high = x.unit(bar.value + error) else {
      return
    }
    let low = x.unit(bar.value - error) ?? 0
    let (from, to) = (plan.place(low), plan.place(high))
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

  private func notes(_ x: GraphAxis) -> [RichText] {
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
