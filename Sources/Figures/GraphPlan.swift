/// Where the stacked frames of a graph stand on its page, with their axes' ticks.
struct GraphPlan {
  /// Page height in points.
  private(set) var height = 0.0
  /// One frame a panel, from the top down.
  private(set) var frames: [Rectangle] = []
  private(set) var xTicks: GraphTicks
  private(set) var yTicks: [GraphTicks] = []
  private let titles: [[TextLine]]
  private let notes: [[TextLine]]
  private let xTitle: [TextLine]
  private var yTitles: [[TextLine]] = []
  private let text: PageText
  private let style: PageStyle

  /// Height over width of a frame alone: wide enough to follow a curve, and no wider; higher where
  /// the page is narrow, so that axes and texts do not outweigh the data.
  private static func aspect(ofPage format: PageFormat) -> Double {
    format.width / format.textScale < 300 ? 0.78 : 0.66
  }
  /// The same of frames above one another: lower the more there are, as a page is only so high.
  private static func stackedAspect(_ count: Int) -> Double { min(0.42, 1.1 / Double(count)) }

  /// Plans a page.
  ///
  /// - Parameters:
  ///   - panels: The panels' titles, notes and vertical axes' titles.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axes.
  ///   - xTitle: The horizontal axis's title.
  ///   - yTitles: The vertical axes' titles.
  ///   - namesWidth: Room for names right of the frames.
  ///   - text: What stands above and below.
  ///   - style: Page and letters.
  /// - Throws: `FigureError` if frames would be too small to read.
  init(
    _ panels: [LinePanel], x: GraphAxis, y: [GraphAxis], xTitle: RichText, yTitles: [RichText],
    namesWidth: Double, text: PageText, style: PageStyle
  ) throws(FigureError) {
    self.text = text
    self.style = style
    let s = style.format.textScale
    let typeface = style.typeface
    let margin = FrameGrid.margin * s
    func lines(_ text: RichText, _ size: Double, _ width: Double) -> [TextLine] {
      TextLine.wrapped(text, size: size * s, width: width, typeface: typeface)
    }
    var frameWidth = style.format.width - 60 * s
    var frameHeight = 0.0
    var left = 0.0
    let aspect =
      panels.count == 1
      ? GraphPlan.aspect(ofPage: style.format) : GraphPlan.stackedAspect(panels.count)
    xTicks = GraphTicks(x, length: frameWidth, isHorizontal: true, scale: s, typeface: typeface)
    // Frames depend on ticks' labels and these on the frames: three rounds settle.
    var around = 0.0
    var heads: [Double] = []
    var titleLines: [[TextLine]] = []
    var noteLines: [[TextLine]] = []
    var xLines: [TextLine] = []
    let rowGap = 5 * s
    for _ in 0..<3 {
      titleLines = panels.map { lines($0.title, Size.panelTitle, frameWidth) }
      noteLines = panels.map { lines($0.note, Size.small, frameWidth) }
      xLines = lines(xTitle, Size.body, frameWidth)
      heads = panels.indices.map { number in
        Double(titleLines[number].count) * Size.panelTitle * Size.leading * s
          + Double(noteLines[number].count) * Size.small * Size.leading * s + 4 * s
      }
      let tickRoom = GraphPlan.tickRoom(xTicks, style: style)
      around =
        text.head + heads.reduce(0, +) + Double(panels.count - 1) * rowGap + tickRoom
        + (xLines.isEmpty ? 0 : 3.4 * s + xLines.blockHeight) + 3 * s + text.foot
      frameHeight =
        style.format.height.map { max(0, $0 - around) / Double(panels.count) }
        ?? max(aspect * frameWidth, 56 * s)
      yTicks = y.map {
        GraphTicks($0, length: frameHeight, isHorizontal: false, scale: s, typeface: typeface)
      }
      self.yTitles = yTitles.map { lines($0, Size.body, max(frameHeight, 20 * s)) }
      let titleRoom = self.yTitles.map { $0.isEmpty ? 0 : $0.blockHeight + 3 * s }.max() ?? 0
      let labelRoom = (yTicks.map(\.width).max() ?? 0) + 4.6 * s
      let overhang = { (label: TextLine?, place: Double) in
        max(0, (label?.width ?? 0) / 2 - place * frameWidth)
      }
      let first = overhang(xTicks.labels.first, x.unit(xTicks.major.first?.value ?? 0) ?? 0)
      let last = overhang(xTicks.labels.last, 1 - (x.unit(xTicks.major.last?.value ?? 1) ?? 1))
      left = margin + max(titleRoom + labelRoom, first)
      frameWidth =
        style.format.width - left - margin - max(last, namesWidth > 0 ? 4 * s + namesWidth : 1 * s)
      xTicks = GraphTicks(
        x, length: max(frameWidth, 1), isHorizontal: true, scale: s, typeface: typeface)
    }
    guard frameWidth >= 60 * s, frameHeight >= 28 * s else {
      throw FigureError(
        "A page \(Int(style.format.width)) by \(style.format.height.map { "\(Int($0))" } ?? "any") "
          + "points leaves \(Int(max(frameWidth, 0))) by \(Int(frameHeight)) points for each of "
          + "\(panels.count) frames beside labels, legend and footer; choose a larger page or "
          + "shorter texts.")
    }
    (titles, notes, self.xTitle) = (titleLines, noteLines, xLines)
    height = style.format.height ?? around + Double(panels.count) * frameHeight
    var top = text.head
    for head in heads {
      top += head
      frames.append(Rectangle(x: left, y: top, width: frameWidth, height: frameHeight))
      top += frameHeight + rowGap
    }
  }

  /// From a frame's lower edge to the foot of the tick labels.
  static func tickRoom(_ ticks: GraphTicks, style: PageStyle) -> Double {
    let s = style.format.textScale
    let capHeight = style.typeface.capHeight * Size.small * s
    return 4.6 * s + ticks.raise(above: capHeight) + capHeight
  }

  /// Draws all texts around the frames but ticks.
  func drawTexts(on sheet: inout Sheet) {
    let s = style.format.textScale
    let theme = style.theme
    text.draw(on: &sheet, height: height)
    for (number, frame) in frames.enumerated() {
      var base = frame.minY - 4 * s
      for line in notes[number].reversed() {
        sheet.text(
          line, at: Point(frame.midX, base), .center, color: theme.secondary,
          on: [theme.background], role: .note)
        base -= Size.small * Size.leading * s
      }
      for line in titles[number].reversed() {
        sheet.text(
          line, at: Point(frame.midX, base), .center, color: theme.text, on: [theme.background],
          role: .panelTitle)
        base -= Size.panelTitle * Size.leading * s
      }
      let labels = yTicks.map(\.width).max() ?? 0
      sheet.texts(
        yTitles[number],
        startingAt: Point(
          frame.minX - 7.6 * s - labels - yTitles[number].blockHeight, frame.midY),
        angle: .pi / 2, color: theme.text, on: [theme.background], role: .axisTitle)
    }
    guard let last = frames.last else { return }
    let tickRoom = GraphPlan.tickRoom(xTicks, style: style)
    sheet.texts(
      xTitle, startingAt: Point(last.midX, last.maxY + tickRoom + 3.4 * s), angle: 0,
      color: theme.text, on: [theme.background], role: .axisTitle)
  }
}

extension Sheet {
  /// Draws a graph's frame: zero lines, ticks, short ticks and the break before a zero.
  ///
  /// - Parameters:
  ///   - frame: Where.
  ///   - x: The horizontal axis and its ticks.
  ///   - y: The vertical axis and its ticks; none for a graph of bars.
  ///   - labelsX: Whether the horizontal ticks are labelled.
  ///   - style: Colours and letters.
  mutating func graphFrame(
    _ frame: Rectangle, x: (axis: GraphAxis, ticks: GraphTicks),
    y: (axis: GraphAxis, ticks: GraphTicks)?, labelsX: Bool, style: PageStyle
  ) {
    let s = style.format.textScale
    func placeX(_ value: Double) -> Double {
      frame.minX + (x.axis.unit(value) ?? 0) * frame.width
    }
    func placeY(_ value: Double) -> Double {
      frame.maxY - (y?.axis.unit(value) ?? 0) * frame.height
    }
    var short: [Path.Step] = []
    for value in x.ticks.minor {
      let place = placeX(value)
      short += [.move(Point(place, frame.maxY)), .line(Point(place, frame.maxY + 1.5 * s))]
    }
    for value in y?.ticks.minor ?? [] {
      let place = placeY(value)
      short += [.move(Point(frame.minX, place)), .line(Point(frame.minX - 1.5 * s, place))]
    }
    stroke(Path(short), Stroke(style.theme.text, width: 0.5 * s))
    let vertical = y?.ticks
    ticks(
      in: frame,
      x: zip(x.ticks.major, x.ticks.labels).map { (placeX($0.value), labelsX ? $1 : nil) },
      y: zip(vertical?.major ?? [], vertical?.labels ?? []).map { (placeY($0.value), $1) },
      drop: x.ticks.raise(above: style.typeface.capHeight * Size.small * s),
      style: style.figureStyle)
    guard x.axis.hasBrokenZero else { return }
    let middle = frame.minX + 0.75 * GraphAxis.brokenShare * frame.width
    for edge in [frame.minY, frame.maxY] {
      let (dx, dy) = (1 * s, 2.6 * s)
      let gap = Path(
        [
          Point(middle - 1.5 * s - dx, edge + dy), Point(middle + 1.5 * s - dx, edge + dy),
          Point(middle + 1.5 * s + dx, edge - dy), Point(middle - 1.5 * s + dx, edge - dy),
        ], closed: true)
      fill(gap, style.theme.background)
      for side in [-1.5 * s, 1.5 * s] {
        let slash = Path([
          Point(middle + side - dx, edge + dy), Point(middle + side + dx, edge - dy),
        ])
        stroke(slash, Stroke(style.theme.text, width: 0.8 * s))
      }
    }
  }
}
