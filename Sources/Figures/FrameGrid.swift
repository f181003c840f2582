/// How many frames stand side by side, how large they are, and what their outer edges need.
struct FrameGrid {
  /// Frames in a row.
  private(set) var columns: Int
  /// Rows of frames.
  private(set) var rows = 1
  private(set) var frameWidth = 0.0
  private(set) var frameHeight = 0.0
  /// Room for the vertical axis left of the first column.
  private(set) var gutter = 0.0
  /// Room between columns.
  private(set) var gap = 0.0
  /// Width that frames of limited width leave over.
  private(set) var spare = 0.0
  private(set) var xTicks: [MeasuredTicks] = []
  private(set) var yTicks: [MeasuredTicks] = []
  private(set) var xTitle: [TextLine] = []
  private(set) var yTitle: [TextLine] = []
  /// Height over width of the frames, or nil if they need not keep one.
  private(set) var aspect: Double?

  /// Space at the page's edges, at text scale 1.
  static let margin = 4.0
  /// No side of a frame is shorter, at text scale 1: three ticks need as much.
  static let leastSide = 30.0
  /// Height over width where units differ; a landscape format, as most plots have.
  private static let freeAspect = 0.8

  /// Lays frames out in a number of columns, or in as few rows as frames of a readable size allow.
  ///
  /// - Parameters:
  ///   - axes: What each panel's frame shows.
  ///   - norms: Each panel's norm; nil where nothing is finite.
  ///   - style: Page, letters and titles.
  ///   - isBanded: Whether bars show bands.
  ///   - sharesAxes: Whether only outer panels need tick labels.
  ///   - given: Frames in a row; as many as are readable if nil.
  ///   - widestFrame: No frame is wider than this.
  ///   - barIsBelow: Whether the bar lies below the frames.
  /// - Throws: `FigureError` if the frames would be too small to read.
  init(
    _ axes: [Axes], norms: [Norm?], style: FigureStyle, isBanded: Bool, sharesAxes: Bool,
    columns given: Int?, widestFrame: Double, barIsBelow: Bool
  ) throws(FigureError) {
    let count = axes.count
    let s = style.page.textScale
    let shapes = axes.map { style.hasEqualUnits ? $0.aspect : nil }
    let isCommon = shapes.allSatisfy { shape in
      guard let shape, let first = shapes.first ?? nil else { return false }
      return abs(shape - first) < 1e-9 * first
    }
    aspect = isCommon ? shapes.first ?? nil : nil
    // Frames no smaller than this hold contours, labels and three ticks. Two beside one another may
    // be smaller: a page of single ones would be several times as high as it is wide.
    func leastFrame(_ columns: Int) -> Double {
      switch columns {
      case 1: FrameGrid.leastSide * s
      case 2: 56 * s
      default: 72 * s
      }
    }
    columns = count
    func arrange(_ columns: Int) {
      self.columns = columns
      rows = (count + columns - 1) / columns
      fit(
        axes, norms: norms, style: style, isBanded: isBanded, sharesAxes: sharesAxes,
        leastFrame: leastFrame(columns), widestFrame: widestFrame, barIsBelow: barIsBelow)
    }
    func isReadable() -> Bool { frameWidth >= min(leastFrame(columns), widestFrame) }
    func arrangeReadably() {
      arrange(count)
      while columns > 1, !isReadable() {
        let rows = (count + columns - 2) / (columns - 1)
        arrange((count + rows - 1) / rows)  // as even as rows can be
      }
      // A few columns fewer may fill all rows, as 3 × 3 does with nine: no axis then stands within.
      // No grid is made higher than wide for that.
      let fewer = max(2, (3 * columns + 4) / 5)..<max(2, columns)
      if count % columns > 0, let full = fewer.last(where: { count % $0 == 0 && count / $0 <= $0 })
      {
        arrange(full)
      }
    }
    if let given {
      arrange(given)
    } else {
      let wanted = style.columns.flatMap { (1...count).contains($0) ? $0 : nil }
      if let wanted { arrange(wanted) }
      if wanted == nil || !isReadable() { arrangeReadably() }
    }
    // A frame alone on its page has a vertical title and a bar with words along it.
    guard frameWidth >= (count == 1 ? 56 : FrameGrid.leastSide) * s else {
      throw FigureError(
        "A page \(Int(style.page.width)) points wide leaves no room for the axes beside their "
          + "labels; choose a wider page, fewer panels or shorter tick labels.")
    }
  }

  /// Gives the frames of a number of columns their size.
  private mutating func fit(
    _ axes: [Axes], norms: [Norm?], style: FigureStyle, isBanded: Bool, sharesAxes: Bool,
    leastFrame: Double, widestFrame: Double, barIsBelow: Bool
  ) {
    let s = style.page.textScale
    frameWidth = max(leastFrame, (style.page.width - 80 * s) / Double(columns) - 12 * s)
    // Ticks depend on the frame's size and the frame on the ticks' labels: three rounds settle.
    for _ in 0..<3 {
      frameHeight = frameWidth * (aspect ?? FrameGrid.freeAspect)
      measure(
        axes, norms: norms, style: style, isBanded: isBanded, sharesAxes: sharesAxes,
        widestFrame: widestFrame, barIsBelow: barIsBelow)
    }
    frameHeight = frameWidth * (aspect ?? FrameGrid.freeAspect)
  }

  private mutating func measure(
    _ axes: [Axes], norms: [Norm?], style: FigureStyle, isBanded: Bool, sharesAxes: Bool,
    widestFrame: Double, barIsBelow: Bool
  ) {
    let s = style.page.textScale
    let typeface = style.typeface
    let (width, height) = (frameWidth, frameHeight)
    xTicks = axes.map {
      MeasuredTicks($0.x, length: width, isHorizontal: true, scale: s, typeface: typeface)
    }
    yTicks = axes.map {
      MeasuredTicks($0.y, length: height, isHorizontal: false, scale: s, typeface: typeface)
    }
    // Among panels with titles above them, a vertical title may be longer than its frame.
    yTitle = TextLine.wrapped(
      style.yTitle, size: Size.body * s, width: height + (axes.count > 1 ? 12 * s : 0),
      typeface: typeface)
    let labelRoom = (yTicks.map(\.width).max() ?? 0) + 4.6 * s
    gutter = (yTitle.isEmpty ? 0 : yTitle.blockHeight + 3 * s) + labelRoom
    let overhang =
      xTicks.map { max($0.labels.first?.width ?? 0, $0.labels.last?.width ?? 0) }.max() ?? 0
    // The first label stands under the gutter; the last may reach beyond the frame.
    let last = (xTicks.map { $0.labels.last?.width ?? 0 }.max() ?? 0) / 2
    let bars = norms.compactMap { norm in
      norm.map {
        ColorBar(
          $0, isBanded: isBanded, length: barIsBelow ? width : height, isBelow: barIsBelow,
          style: style)
      }
    }
    let bar = bars.map { barIsBelow ? $0.overhang : $0.reach }.max() ?? 0
    gap = max(8 * s, 1.2 * overhang + 1 * s)
    if !sharesAxes { gap = max(gap, labelRoom + 6 * s) }
    if style.sharing == .own { gap = bar + (sharesAxes ? 8 * s : labelRoom + 6 * s) }
    let free =
      style.page.width - 2 * FrameGrid.margin * s - gutter - max(bar, last)
      - Double(columns - 1) * gap
    frameWidth = min(free / Double(columns), widestFrame)
    spare = free - Double(columns) * frameWidth
    if columns > 1 {
      // Frames that a page's height keeps small stand apart, which leaves room for their titles.
      let more = min(spare / Double(columns - 1), 0.5 * frameWidth)
      gap += more
      spare -= more * Double(columns - 1)
    }
    // Under the frames a title may reach as far as it does not meet another or the page's edge.
    let reach = columns > 1 ? gap - 6 * s : 2 * min(gutter, max(bar, last))
    xTitle = TextLine.wrapped(
      style.xTitle, size: Size.body * s, width: frameWidth + max(0, reach), typeface: typeface)
  }
}
