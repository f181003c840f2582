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
  }

  let height: Double
  private(set) var frames: [Rectangle] = []
  /// Where each box's origin is seen.
  private(set) var origins: [Point] = []
  /// Points to the length 1.
  let scale: Double
  /// Room between the boxes and the legend.
  private(set) var band: Rectangle
  private let bars: [ColorBar?]
  private let heads: [(title: [TextLine], note: [TextLine])]
  private let text: PageText
  private let style: FigureStyle

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
    self.style = style
    let s = style.page.textScale
    let typeface = style.typeface
    let margin = FrameGrid.margin * s
    text = PageText(PageStyle(style), legend: legend, notes: notes)

    // How wide: as few rows as boxes of a readable size allow.
    let barWidth = { (height: Double) in
      cells.compactMap {
        $0.norm.map { ColorBar($0, isBanded: true, height: height, style: style) }
      }
      .map(\.width).max() ?? 0
    }
    let room = style.page.width - 2 * margin
    let bar = barWidth(120 * s)
    let hasOwnBars = style.sharing == .own
    let least = (cells.count == 1 ? 90 : 120) * s + (hasOwnBars ? bar : 0)
    let most = max(1, Int((room - (hasOwnBars ? 0 : bar)) / least))
    let rows = (cells.count + most - 1) / most
    let columns = (cells.count + rows - 1) / rows
    let gap = 8 * s + (hasOwnBars ? bar : 0)
    let frameWidth =
      (room - (hasOwnBars ? 0 : bar) - Double(columns - 1) * 8 * s
        - (hasOwnBars ? Double(columns) * bar : 0)) / Double(columns)
    guard frameWidth >= 80 * s else {
      throw FigureError(
        "A page \(Int(style.page.width)) points wide leaves \(Int(max(frameWidth, 0))) points for a "
          + "surface with its axes; choose a wider page.")
    }

    // How large: what axes and labels reach fills the frame.
    func reach(_ scale: Double) -> (low: Point, high: Point) {
      var (low, high) = (Point(.infinity, .infinity), Point(-.infinity, -.infinity))
      for (number, cell) in cells.enumerated() {
        for camera in number == 0 || cell.body.box != cells[0].body.box ? cameras : [cameras[0]] {
          let axes = SurfaceAxes(
            cell.body.box, norm: cell.norm, camera: camera, scale: scale, style: style,
            names: cell.names)
          (low.x, low.y) = (min(low.x, axes.reach.low.x), min(low.y, axes.reach.low.y))
          (high.x, high.y) = (max(high.x, axes.reach.high.x), max(high.y, axes.reach.high.y))
        }
      }
      return (low, high)
    }
    let pad = 1.5 * s
    func lineHeight(_ size: Double) -> Double { size * Size.leading * s }
    heads = cells.map { cell in
      (
        TextLine.wrapped(
          cell.title, size: Size.panelTitle * s, width: frameWidth, typeface: typeface),
        TextLine.wrapped(cell.note, size: Size.small * s, width: frameWidth, typeface: typeface)
      )
    }
    let head =
      Double(heads.map(\.title.count).max() ?? 0) * lineHeight(Size.panelTitle)
      + Double(heads.map(\.note.count).max() ?? 0) * lineHeight(Size.small)
      + (cells.contains { $0.norm?.hasUpperArrow ?? false } ? 4 * s : 0)
    let around =
      text.head + text.foot + bandHeight + Double(rows) * (head + 3 * s)
      + Double(rows - 1) * 6 * s + 7 * s
    let frameRoom = style.page.height.map { ($0 - around) / Double(rows) } ?? .infinity
    guard frameRoom >= 60 * s else {
      throw FigureError(
        "A page \(Int(style.page.height ?? 0)) points high leaves no room for a surface after "
          + "titles, legend and footer; shorten these or choose a higher page.")
    }
    var scale = 0.5 * frameWidth
    for _ in 0..<6 {
      let (low, high) = reach(scale)
      // Labels keep their size, so that what they take is not in proportion to the scale.
      let step = min(
        (frameWidth - 2 * pad - (high.x - low.x)) / 1.2,
        (frameRoom - 2 * pad - (high.y - low.y)) / 1.2)
      scale = max(12 * s, scale + step)
    }
    let (low, high) = reach(scale)
    self.scale = scale
    let frameHeight = high.y - low.y + 2 * pad
    var y = text.head
    for row in 0..<rows {
      let top = y + head + 3 * s
      for column in 0..<columns where row * columns + column < cells.count {
        let frame = Rectangle(
          x: margin + Double(column) * (frameWidth + gap), y: top, width: frameWidth,
          height: frameHeight)
        frames.append(frame)
        origins.append(
          Point(frame.midX - (low.x + high.x) / 2, frame.midY - (low.y + high.y) / 2))
      }
      y = top + frameHeight + 6 * s
    }
    // Half a tick label of the bar hangs below it.
    y += 1 * s
    let width = Double(columns) * (frameWidth + gap) - gap
    // Labels of what stands there may hang over its ends.
    band = Rectangle(
      x: margin + 16 * s, y: y, width: width - 28 * s, height: bandHeight)
    height = style.page.height ?? y + bandHeight + text.foot
    let barHeight = hasOwnBars ? frameHeight : (frames.last?.maxY ?? 0) - frames[0].minY
    let first = cells.firstIndex { $0.norm != nil }
    bars = cells.enumerated().map { number, cell in
      guard hasOwnBars || number == first else { return nil }
      return cell.norm.map { ColorBar($0, isBanded: true, height: barHeight, style: style) }
    }
  }

  /// Draws what all pictures of the page share: texts and colour bars.
  ///
  /// - Parameter sheet: The page.
  /// - Returns: Each box's bar.
  func drawGround(on sheet: inout Sheet) -> [Rectangle?] {
    text.draw(on: &sheet, height: height)
    for ((frame, origin), head) in zip(zip(frames, origins), heads) {
      var base = frame.minY - 3 * s
      for line in head.note.reversed() {
        sheet.text(
          line, at: Point(origin.x, base), .center, color: style.theme.secondary,
          on: [style.theme.background], role: .note)
        base -= Size.small * Size.leading * s
      }
      for line in head.title.reversed() {
        sheet.text(
          line, at: Point(origin.x, base), .center, color: style.theme.text,
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
      places.append(bar?.draw(on: &sheet, beside: span))
    }
    let shared = places.compactMap(\.self).first
    return style.sharing == .own ? places : places.map { _ in shared }
  }
}
