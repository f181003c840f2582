/// Where the boxes of surfaces stand on the page, and what stands around them.
struct SurfacePage: Sendable {
  /// One box: its surfaces, its scale and its texts.
  struct Cell: Sendable {
    var panels: [Panel]
    var body: SurfaceBody
    /// Nil where nothing is finite.
    var norm: Norm?
    var title: RichText
    var note: RichText
    /// What each of several layers is called.
    var names: [RichText] = []
    /// Levels between those of the scale, dashed on the floor where that gives too few.
    var supplements: [Double] = []
  }

  let height: Double
  private(set) var frames: [Rectangle] = []
  /// Where each box's origin is seen.
  private(set) var origins: [Point] = []
  /// Whether each box has an axis of heights.
  private(set) var hasHeights: [Bool] = []
  /// Points to the length 1.
  let scale: Double
  /// Page, letters and the axes' names as the boxes have them.
  let style: FigureStyle
  /// Room between the boxes and the legend.
  private(set) var band: Rectangle
  private var bars: [ColorBar?] = []
  private var heads: [(title: [TextLine], note: [TextLine])] = []
  private let text: PageText
  private let foot: (text: SurfaceFoot, corner: Point)

  private var s: Double { style.page.textScale }

  /// Plans a page.
  ///
  /// - Parameters:
  ///   - cells: The boxes in reading order.
  ///   - cameras: All that the boxes will be looked at from.
  ///   - legend: What the marks mean.
  ///   - notes: Sentences after the footer.
  ///   - style: Page, letters and titles.
  ///   - bandHeight: Room to keep between the boxes and the legend.
  /// - Throws: `FigureError` if the boxes would be too small to read.
  init(
    _ cells: [Cell], cameras: [Camera], legend: [Legend.Item], notes: [RichText],
    style: FigureStyle, bandHeight: Double = 0
  ) throws(FigureError) {
    let s = style.page.textScale
    let margin = FrameGrid.margin * s
    var above = PageStyle(style)
    above.footer = ""
    text = PageText(above, legend: [], notes: [])
    var arranger = SurfaceArranger(
      cells, cameras: cameras, legend: legend, notes: notes, style: style, head: text.head,
      bandHeight: bandHeight)
    guard let found = arranger.best() else {
      let size =
        "\(Int(style.page.width)) points wide"
        + (style.page.height.map { " and \(Int($0)) high" } ?? "")
      throw FigureError(
        "A page \(size) leaves no room for \(cells.count == 1 ? "a surface" : "\(cells.count) surfaces") "
          + "with axes, titles, legend and footer; shorten these, draw fewer or choose a larger "
          + "page.")
    }
    let choice = found.choice
    let (columns, rows) = (choice.columns, choice.rows)
    self.style = choice.hasSymbols ? style.withSymbols : style
    scale = found.scale

    // What the boxes leave free is shared by the columns, and on a page of fixed height by the
    // space over and under them.
    let hasOwnBars = style.sharing == .own
    let pad = SurfaceArranger.pad * s
    let gap = SurfaceArranger.columnGap * s
    let aside = choice.besideWidth.map { $0 + 10 * s } ?? 0
    let (outer, inner) = found.reaches
    let reaches = (0..<columns).map { $0 == 0 ? outer : inner }
    let bars = found.barWidth * (hasOwnBars ? Double(columns) : 1)
    let used = reaches.reduce(0) { $0 + $1.width + 2 * pad } + Double(columns - 1) * gap
    let share = (style.page.width - 2 * margin - aside - bars - used) / Double(columns)
    let (top, bottom) = (min(outer.low.y, inner.low.y), max(outer.high.y, inner.high.y))
    let frameHeight = bottom - top + 2 * pad
    let footHeight = choice.besideWidth == nil ? found.foot.height : 0
    let boxes =
      Double(rows) * (found.headHeight + frameHeight)
      + Double(rows - 1) * SurfaceArranger.rowGap * s + 7 * s
    let taken = text.head + boxes + bandHeight + footHeight + margin
    var y = text.head + max(0, (style.page.height ?? taken) - taken) / 2
    for row in 0..<rows {
      y += found.headHeight
      var x = margin
      for column in 0..<columns where row * columns + column < cells.count {
        let reach = reaches[column]
        let frame = Rectangle(
          x: x, y: y, width: reach.width + 2 * pad + share, height: frameHeight)
        frames.append(frame)
        origins.append(Point(x + share / 2 + pad - reach.low.x, y + pad - top))
        hasHeights.append(hasOwnBars || column == 0)
        heads.append(
          SurfaceArranger.heading(
            cells[frames.count - 1], width: frame.width, hasNotes: choice.hasNotes, style: style))
        x += frame.width + gap + (hasOwnBars ? found.barWidth : 0)
      }
      y += frameHeight + SurfaceArranger.rowGap * s
    }
    // Half a tick label of the bar hangs below it.
    y += 1 * s
    // Labels of what stands there may hang over its ends.
    let width = (frames.map(\.maxX).max() ?? 0) - margin
    band = Rectangle(x: margin + 16 * s, y: y, width: width - 28 * s, height: bandHeight)
    y += bandHeight
    let start = Point(
      choice.besideWidth == nil ? margin : style.page.width - margin - found.foot.width,
      choice.besideWidth == nil
        ? (style.page.height ?? 0) - margin - found.foot.height : frames[0].minY)
    if let height = style.page.height {
      self.height = height
      foot = (found.foot, Point(start.x, min(start.y, height - margin - found.foot.height)))
    } else if choice.besideWidth == nil {
      height = y + found.foot.height + margin
      foot = (found.foot, Point(start.x, y))
    } else {
      height = max(y, start.y + found.foot.height) + margin
      foot = (found.foot, start)
    }
    let barHeight = hasOwnBars ? frameHeight : (frames.last?.maxY ?? 0) - frames[0].minY
    let first = cells.firstIndex { $0.norm != nil }
    self.bars = cells.enumerated().map { number, cell in
      guard hasOwnBars || number == first else { return nil }
      return cell.norm.map { ColorBar($0, isBanded: true, length: barHeight, style: style) }
    }
  }

  /// Draws what all pictures of the page share: texts and colour bars.
  ///
  /// - Parameter sheet: The page.
  /// - Returns: Each box's bar.
  func drawGround(on sheet: inout Sheet) -> [Rectangle?] {
    text.draw(on: &sheet, height: height)
    foot.text.draw(on: &sheet, at: foot.corner)
    for ((frame, origin), head) in zip(zip(frames, origins), heads) {
      var base = frame.minY - 3 * s
      // Over the box, but within its column.
      func middle(_ line: TextLine) -> Double {
        let half = line.width / 2
        return max(frame.minX + half, min(origin.x, frame.maxX - half))
      }
      for line in head.note.reversed() {
        sheet.text(
          line, at: Point(middle(line), base), .center, color: style.theme.secondary,
          on: [style.theme.background], role: .note)
        base -= Size.small * Size.leading * s
      }
      for line in head.title.reversed() {
        sheet.text(
          line, at: Point(middle(line), base), .center, color: style.theme.text,
          on: [style.theme.background], role: .panelTitle)
        base -= Size.panelTitle * Size.leading * s
      }
    }
    var places: [Rectangle?] = []
    for (bar, frame) in zip(bars, frames) {
      var span = frame
      if style.sharing != .own {
        span = Rectangle(
          x: frames[0].minX, y: frames[0].minY,
          width: (frames.map(\.maxX).max() ?? 0) - frames[0].minX,
          height: (frames.last?.maxY ?? 0) - frames[0].minY)
      }
      places.append(bar?.draw(on: &sheet, at: span))
    }
    let shared = places.compactMap(\.self).first
    return style.sharing == .own ? places : places.map { _ in shared }
  }
}
