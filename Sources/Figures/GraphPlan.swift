/// How the frames of a graph and its legend share a page.
struct GraphArrangement: Hashable, Sendable {
  /// How many frames stand side by side.
  var columns: Int
  /// Whether the legend stands right of the frames rather than under them.
  var legendBeside: Bool

  /// What can be tried for a number of frames: above one another on a page that is as high as it
  /// must be; on one of a fixed height also side by side, and with the legend beside.
  static func candidates(_ count: Int, on format: PageFormat, hasLegend: Bool) -> [GraphArrangement]
  {
    guard format.height != nil else {
      return [GraphArrangement(columns: 1, legendBeside: false)]
    }
    return (1...count).flatMap { columns in
      (hasLegend ? [false, true] : [false]).map {
        GraphArrangement(columns: columns, legendBeside: $0)
      }
    }
  }
}

/// Where the frames of a graph stand on its page, with their axes' ticks.
struct GraphPlan {
  /// Page height in points.
  private(set) var height = 0.0
  /// One frame a panel, in reading order.
  private(set) var frames: [Rectangle] = []
  /// Whether each panel labels its horizontal ticks: those with no other below them.
  let labelsX: [Bool]
  private(set) var xTicks: GraphTicks
  private(set) var yTicks: [GraphTicks] = []
  private let titles: [[TextLine]]
  private let notes: [[TextLine]]
  private let xTitle: [TextLine]
  private var yTitles: [[TextLine]] = []
  private let text: PageText
  private let style: PageStyle
  /// Whether a word of a title had to be cut.
  private let breaksWords: Bool

  /// The least height over width of a frame alone: wide enough to follow a curve, and no wider.
  private static let aspect = 0.66
  /// The share of a page that a frame alone is to have: axes and texts do not outweigh the data.
  private static let share = 0.56

  /// The height of a frame alone at which it has its share of a page as high as it must be; infinite
  /// where it is too narrow for that.
  ///
  /// - Parameters:
  ///   - format: The page.
  ///   - width: The frame's.
  ///   - around: What stands above and below the frame.
  /// - Returns: The height.
  static func frameHeight(filling format: PageFormat, width: Double, around: Double) -> Double {
    let shared = share * format.width
    return width > shared ? shared * around / (width - shared) : .infinity
  }

  /// The least height over width of frames above one another: lower the more there are, as a page is only so high.
  private static func stackedAspect(_ count: Int) -> Double { min(0.42, 1.1 / Double(count)) }

  /// Plans a page.
  ///
  /// - Parameters:
  ///   - panels: The panels' titles, notes and vertical axes' titles.
  ///   - columns: How many frames stand side by side.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axes.
  ///   - xTitle: The horizontal axis's title.
  ///   - yTitles: The vertical axes' titles.
  ///   - namesWidth: Room for names right of the frames.
  ///   - text: What stands above, below and beside.
  ///   - style: Page and letters.
  /// - Throws: `FigureError` if frames would be too small to read.
  init(
    _ panels: [LinePanel], columns: Int, x: GraphAxis, y: [GraphAxis], xTitle: RichText,
    yTitles: [RichText], namesWidth: Double, text: PageText, style: PageStyle
  ) throws(FigureError) {
    self.text = text
    self.style = style
    let s = style.format.textScale
    let typeface = style.typeface
    let margin = FrameGrid.margin * s
    func lines(_ text: RichText, _ size: Double, _ width: Double) -> [TextLine] {
      TextLine.wrapped(text, size: size * s, width: width, typeface: typeface)
    }
    func widestWord(_ text: RichText, _ size: Double) -> Double {
      TextLine.widestWord(text, size: size * s, typeface: typeface)
    }
    let count = panels.count
    let rows = (count + columns - 1) / columns
    labelsX = panels.indices.map { $0 + columns >= count }
    let columnGap = 8 * s
    let cell =
      (style.format.width - 2 * margin - text.beside - Double(columns - 1) * columnGap)
      / Double(columns)
    var frameWidth = cell - 52 * s
    var frameHeight = 0.0
    var left = 0.0
    let aspect = count == 1 ? GraphPlan.aspect : GraphPlan.stackedAspect(count)
    xTicks = GraphTicks(
      x, length: max(frameWidth, 1), isHorizontal: true, scale: s, typeface: typeface)
    // Frames depend on ticks' labels and these on the frames: three rounds settle.
    var around = 0.0
    var heads: [Double] = []
    var titleLines: [[TextLine]] = []
    var noteLines: [[TextLine]] = []
    var xLines: [TextLine] = []
    var rowGap = 0.0
    var isBroken = false
    for _ in 0..<3 {
      titleLines = panels.map { lines($0.title, Size.panelTitle, frameWidth) }
      noteLines = panels.map { lines($0.note, Size.small, frameWidth) }
      xLines = lines(xTitle, Size.body, cell * Double(columns))
      heads = (0..<rows).map { row in
        let own = (row * columns)..<min((row + 1) * columns, count)
        let (titled, noted) = (
          own.map { titleLines[$0].count }.max() ?? 0, own.map { noteLines[$0].count }.max() ?? 0
        )
        return Double(titled) * Size.panelTitle * Size.leading * s
          + Double(noted) * Size.small * Size.leading * s + (noted > 0 ? 1.5 : 0) * s + 4 * s
      }
      let tickRoom = GraphPlan.tickRoom(xTicks, style: style)
      // Where the last row is not full, frames above the empty places label their ticks.
      rowGap = rows * columns == count ? 5 * s : tickRoom + 3 * s
      around =
        text.head + heads.reduce(0, +) + Double(rows - 1) * rowGap + tickRoom
        + (xLines.isEmpty ? 0 : 3.4 * s + xLines.blockHeight) + 3 * s + text.foot
      // A vertical title may reach past its frame, as far as to the middle between two.
      let overreach = 0.8 * (heads.min() ?? 0)
      let longest = yTitles.map { widestWord($0, Size.body) }.max() ?? 0
      let least = max(aspect * frameWidth, 56 * s, min(longest - overreach, frameWidth))
      // One alone is higher until it fills the page, but at most little higher than wide.
      let filling = GraphPlan.frameHeight(
        filling: style.format, width: frameWidth, around: around)
      frameHeight =
        style.format.height.map { max(0, $0 - around) / Double(rows) }
        ?? (count == 1 ? max(least, min(filling, 1.1 * frameWidth)) : least)
      yTicks = y.map {
        GraphTicks($0, length: frameHeight, isHorizontal: false, scale: s, typeface: typeface)
      }
      let room = min(max(frameHeight, longest), frameHeight + overreach)
      self.yTitles = yTitles.map { lines($0, Size.body, max(room, 20 * s)) }
      isBroken =
        longest > room || panels.contains { widestWord($0.title, Size.panelTitle) > frameWidth }
      let titleRoom = self.yTitles.map { $0.isEmpty ? 0 : $0.blockHeight + 3 * s }.max() ?? 0
      let labelRoom = (yTicks.map(\.width).max() ?? 0) + 4.6 * s
      let overhang = { (label: TextLine?, place: Double) in
        max(0, (label?.width ?? 0) / 2 - place * frameWidth)
      }
      let first = overhang(xTicks.labels.first, x.unit(xTicks.major.first?.value ?? 0) ?? 0)
      let last = overhang(xTicks.labels.last, 1 - (x.unit(xTicks.major.last?.value ?? 1) ?? 1))
      left = max(titleRoom + labelRoom, first)
      frameWidth = cell - left - max(last, namesWidth > 0 ? 4 * s + namesWidth : 1 * s)
      xTicks = GraphTicks(
        x, length: max(frameWidth, 1), isHorizontal: true, scale: s, typeface: typeface)
    }
    guard frameWidth >= 60 * s, frameHeight >= 28 * s else {
      throw FigureError(
        "A page \(Int(style.format.width)) by \(style.format.height.map { "\(Int($0))" } ?? "any") "
          + "points leaves \(Int(max(frameWidth, 0))) by \(Int(frameHeight)) points for each of "
          + "\(count) frames beside labels, legend and footer; choose a larger page or "
          + "shorter texts.")
    }
    (titles, notes, self.xTitle) = (titleLines, noteLines, xLines)
    breaksWords = isBroken || text.breaksWords
    height = style.format.height ?? around + Double(rows) * frameHeight
    var top = text.head
    for row in 0..<rows {
      top += heads[row]
      for column in 0..<min(columns, count - row * columns) {
        frames.append(
          Rectangle(
            x: margin + left + Double(column) * (cell + columnGap), y: top, width: frameWidth,
            height: frameHeight))
      }
      top += frameHeight + rowGap
    }
  }

  /// How well a reader is served: by area, in frames that are no slivers, with whole words.
  var merit: Double {
    guard let frame = frames.first else { return 0 }
    let (width, height) = (min(frame.width, 3 * frame.height), min(frame.height, frame.width))
    return Double(frames.count) * width * height * (breaksWords ? 0.1 : 1)
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
    text.draw(on: &sheet, height: height, besideFrom: frames.first?.minY ?? 0)
    for (number, frame) in frames.enumerated() {
      // In one line with the titles beside it, whose notes may be longer.
      let noted = zip(frames, notes).filter { $0.0.minY == frame.minY }.map(\.1.count).max() ?? 0
      let leading = Size.small * Size.leading * s
      var base = frame.minY - 4 * s - Double(noted - notes[number].count) * leading
      for line in notes[number].reversed() {
        sheet.text(
          line, at: Point(frame.midX, base), .center, color: theme.secondary,
          on: [theme.background], role: .note)
        base -= leading
      }
      // Raised digits of a note keep off what hangs from the title.
      if noted > 0 { base -= 1.5 * s }
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
    guard let first = frames.first, let last = frames.last, let right = frames.map(\.maxX).max()
    else { return }
    let tickRoom = GraphPlan.tickRoom(xTicks, style: style)
    sheet.texts(
      xTitle, startingAt: Point((first.minX + right) / 2, last.maxY + tickRoom + 3.4 * s), angle: 0,
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
