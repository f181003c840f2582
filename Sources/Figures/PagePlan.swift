import Foundation

/// Where everything stands on the page.
struct PagePlan {
  /// Page size in points.
  private(set) var width: Double
  private(set) var height = 0.0
  /// One frame for each panel.
  private(set) var frames: [Rectangle] = []
  /// The bar that belongs to a panel; a shared one to the first panel that has colours.
  private(set) var bars: [ColorBar?] = []
  /// The frame, or block of frames, that each bar stands beside, or with its axis above.
  private(set) var barSpans: [Rectangle] = []
  private(set) var xTicks: [MeasuredTicks] = []
  private(set) var yTicks: [MeasuredTicks] = []
  /// Whether each panel labels its horizontal and vertical ticks.
  private(set) var labelsTicks: [(x: Bool, y: Bool)] = []
  /// Room between the horizontal axis and the legend, as wide as the frames.
  private(set) var band = Rectangle(x: 0, y: 0, width: 0, height: 0)

  /// Whether a word of a panel's title had to be cut.
  private var breaksTitles = false
  private var style: FigureStyle
  private var lines: [PlacedLine] = []
  private var blocks: [TextBlock] = []
  private var legend: Legend
  private var legendCorner = Point(0, 0)

  private struct PlacedLine {
    var line: TextLine
    var anchor: Point
    var alignment = Sheet.Alignment.left
    var isSecondary = false
    var role: FigureLayout.TextBox.Role
  }

  /// An axis's title.
  private struct TextBlock {
    var lines: [TextLine]
    var start: Point
    var angle: Double
  }

  /// How texts and frames share a page.
  private struct Arrangement {
    /// Frames in a row; as many as are readable if nil.
    var columns: Int?
    /// Width of a column left of the frames that holds title, legend and footer; these stand above
    /// and below the frames if nil.
    var textWidth: Double?
    /// No frame is wider than this.
    var widestFrame = Double.infinity
    /// Whether subtitle and footer are left out.
    var isTerse = false
    /// Whether the bar lies below the frames.
    var barIsBelow = false

    /// All that are worth trying on a page of fixed height, texts above and below first.
    static func candidates(_ count: Int, page: PageFormat, isTerse: Bool) -> [Arrangement] {
      let rows = 1...min(count, 6)
      let columns = Set(rows.map { (count + $0 - 1) / $0 }).sorted(by: >)
      let widths = [nil] + [0.24, 0.28, 0.32, 0.36].map { Optional($0 * page.width) }
      return widths.flatMap { width in
        columns.map { Arrangement(columns: $0, textWidth: width, isTerse: isTerse) }
      }
    }
  }

  /// Plans a page: on one of fixed height, such as a slide, texts stand where they leave the frames
  /// most room; on a narrow one a frame alone on its page has its colour bar below.
  ///
  /// - Parameters:
  ///   - panels: What to show.
  ///   - axes: Which part of the plane each panel shows.
  ///   - norms: Each panel's norm; nil where nothing is finite.
  ///   - style: Page, letters and titles.
  ///   - isBanded: Whether bars show bands.
  ///   - sharesAxes: Whether only outer panels need tick labels.
  ///   - bandHeight: Room to keep between the horizontal axis and the legend.
  /// - Throws: `FigureError` if the frames would be too small to read.
  init(
    _ panels: [Panel], axes: [Axes], norms: [Norm?], style: FigureStyle, isBanded: Bool,
    sharesAxes: Bool, bandHeight: Double = 0
  ) throws(FigureError) {
    func plan(_ arrangement: Arrangement) throws(FigureError) -> PagePlan {
      try PagePlan(
        panels, axes: axes, norms: norms, style: style, isBanded: isBanded,
        sharesAxes: sharesAxes, bandHeight: bandHeight, arrangement: arrangement)
    }
    guard style.page.height != nil else {
      self = try plan(Arrangement())
      // Less than 55 % of the page: a bar beside takes a fifth of a column's width.
      if panels.count == 1, share < 0.55,
        let wider = try? plan(Arrangement(barIsBelow: true)), wider.share > 1.05 * share
      {
        self = wider
      }
      return
    }
    var failure: FigureError?
    func best(isTerse: Bool) -> (plan: PagePlan, area: Double)? {
      let all = Arrangement.candidates(panels.count, page: style.page, isTerse: isTerse)
      // As many columns as the caller wants, where these fit.
      return best(of: all.filter { $0.columns == style.columns }) ?? best(of: all)
    }
    func best(of arrangements: [Arrangement]) -> (plan: PagePlan, area: Double)? {
      var best: (plan: PagePlan, area: Double)?
      for arrangement in arrangements {
        do throws(FigureError) {
          let plan = try plan(arrangement)
          let area =
            plan.frames[0].width * plan.frames[0].height * (plan.breaksTitles ? 0.6 : 1)
          // A little more is not worth leaving the usual order for.
          if area > 1.05 * (best?.area ?? 0) { best = (plan, area) }
        } catch {
          failure = failure ?? error
        }
      }
      return best
    }
    // What the caption says too is left out only where the frames gain much.
    let (whole, terse) = (best(isTerse: false), best(isTerse: true))
    let isTerse = (terse?.area ?? 0) > 1.5 * (whole?.area ?? 0)
    guard let chosen = isTerse ? terse : whole else {
      throw failure ?? FigureError("There is nothing to draw.")
    }
    self = chosen.plan
  }

  /// How much of the page its first frame takes.
  private var share: Double {
    frames[0].width * frames[0].height / (width * height)
  }

  /// Plans a page in one arrangement.
  private init(
    _ panels: [Panel], axes: [Axes], norms: [Norm?], style: FigureStyle, isBanded: Bool,
    sharesAxes: Bool, bandHeight: Double, arrangement: Arrangement
  ) throws(FigureError) {
    self.style = style
    let s = style.page.textScale
    let typeface = style.typeface
    let count = panels.count
    width = style.page.width
    let margin = FrameGrid.margin * s
    let isAside = arrangement.textWidth != nil
    let textWidth = arrangement.textWidth ?? width - 2 * margin
    // What the text column takes from the frames, with a gap that keeps texts apart.
    let aside = arrangement.textWidth.map { $0 + 6 * s } ?? 0

    // Step 1: measure what surrounds the frames.
    let capHeight = typeface.capHeight * Size.small * s
    let titleLines = TextLine.wrapped(
      style.title, size: Size.title * s, width: textWidth, typeface: typeface)
    let subtitleLines = TextLine.wrapped(
      arrangement.isTerse ? "" : style.subtitle, size: Size.small * s, width: textWidth,
      typeface: typeface)
    legend = Legend(panels, axes: axes, width: textWidth, style: style)

    var room = style
    room.page.width -= aside
    let grid = try FrameGrid(
      axes, norms: norms, style: room, isBanded: isBanded, sharesAxes: sharesAxes,
      columns: arrangement.columns, widestFrame: arrangement.widestFrame,
      barIsBelow: arrangement.barIsBelow)
    (xTicks, yTicks) = (grid.xTicks, grid.yTicks)
    let (columns, rows, gap) = (grid.columns, grid.rows, grid.gap)
    let (xTitle, yTitle) = (grid.xTitle, grid.yTitle)
    let frameWidth = grid.frameWidth
    var frameHeight = grid.frameHeight

    // Above a frame texts may reach a little beyond it, but not to the next one's or over the bar.
    let headWidth = frameWidth + (columns > 1 ? min(gap - 6 * s, 14 * s) : 10 * s)
    let notes = panels.map { panel -> [TextLine] in
      var note = panel.note ?? ""
      if panel.note == nil, count > 1,
        let mark = panel.marks.first(where: { $0.kind == .minimum }), let value = mark.value
      {
        note = "min " + RichText(measured: value)
      } else if panel.note == nil, let range = panel.field.range,
        range.lowerBound == range.upperBound
      {
        note =
          RichText(constant: range.lowerBound)
          + (panel.field.missingCount == 0 ? " everywhere" : " wherever finite")
      }
      return TextLine.wrapped(
        note, size: Size.small * s, width: headWidth, typeface: typeface)
    }
    // Titles over a note are clear of the bar's arrow, and may reach farther.
    let reach = notes.allSatisfy { !$0.isEmpty } ? 24 * s : 14 * s
    let titleWidth = max(headWidth, columns > 1 ? frameWidth + min(gap - 6 * s, reach) : 0)
    let titles = panels.map { panel in
      TextLine.wrapped(
        panel.title, size: Size.panelTitle * s, width: titleWidth, typeface: typeface)
    }
    breaksTitles = panels.contains {
      TextLine.widestWord($0.title, size: Size.panelTitle * s, typeface: typeface) > titleWidth
    }
    let footerLines = TextLine.wrapped(
      arrangement.isTerse ? "" : PagePlan.footer(panels, norms: norms, style: style),
      size: Size.small * s, width: textWidth, typeface: typeface)

    func lineHeight(_ size: Double) -> Double { size * Size.leading * s }
    let headLines =
      Double(titleLines.count) * lineHeight(Size.title)
      + Double(subtitleLines.count) * lineHeight(Size.small)
      + (subtitleLines.isEmpty ? 0 : 1.5 * s)
    let footLines =
      legend.height + (legend.height > 0 ? 2 * s : 0)
      + Double(footerLines.count) * lineHeight(Size.small)
      - (footerLines.isEmpty ? 0 : 0.2 * Size.small * s)
    /// Room between the parts of a text column.
    let partGap = 6 * s
    let head = margin + (isAside ? 0 : headLines)
    let panelHead = (0..<rows).map { row in
      let own = (row * columns)..<min((row + 1) * columns, count)
      let titleCount = own.map { titles[$0].count }.max() ?? 0
      let noteCount = own.map { notes[$0].count }.max() ?? 0
      return Double(titleCount) * lineHeight(Size.panelTitle)
        + Double(noteCount) * lineHeight(Size.small) + 4 * s
    }
    let hasUpperArrow = norms.contains { $0?.hasUpperArrow ?? false }
    let arrowRoom = hasUpperArrow && !arrangement.barIsBelow ? 4 * s : 0
    let tickRoom = 4.6 * s + capHeight
    let xTitleRoom = xTitle.isEmpty ? 0 : 3.4 * s + xTitle.blockHeight
    let barRoom =
      arrangement.barIsBelow
      ? norms.compactMap(\.self).map {
        ColorBar(
          $0, isBanded: isBanded, length: frameWidth, isBelow: true, gutter: grid.gutter,
          style: style
        ).reach
      }.max() ?? 0 : 0
    let isFull = rows * columns == count
    // Where the last row is not full, panels above the empty places label their ticks, too.
    let rowGaps = (0..<rows).map { row in
      row + 1 == rows
        ? 0 : sharesAxes && (isFull || row + 2 < rows) ? 3 * s : tickRoom + xTitleRoom + 3 * s
    }
    let foot =
      tickRoom + xTitleRoom + barRoom + 3 * s + bandHeight + (isAside ? 0 : footLines) + margin
    let around =
      head + foot + panelHead.reduce(0, +) + arrowRoom + rowGaps.reduce(0, +)

    // Step 2: give the rest to the frames.
    var left = margin + aside + grid.gutter
    var spareHeight = 0.0
    if let fixed = style.page.height {
      height = fixed
      guard !isAside || headLines + partGap + footLines <= fixed - 2 * margin else {
        throw FigureError(
          "A page \(Int(fixed)) points high has no room for title, legend and footer in a column "
            + "\(Int(textWidth)) points wide; shorten these or choose a higher page.")
      }
      let room = (fixed - around) / Double(rows)
      guard room >= FrameGrid.leastSide * s else {
        throw FigureError(
          "A page \(Int(width)) by \(Int(fixed)) points leaves \(Int(max(room, 0))) points for "
            + "each frame after titles, legend and footer; shorten these or choose a higher page.")
      }
      if let aspect = grid.aspect {
        if room < 0.999 * frameHeight {
          // Narrower frames have fewer ticks and more lines of titles: plan again for them.
          var narrower = arrangement
          narrower.widestFrame = room / aspect
          self = try PagePlan(
            panels, axes: axes, norms: norms, style: style, isBanded: isBanded,
            sharesAxes: sharesAxes, bandHeight: bandHeight, arrangement: narrower)
          return
        }
        // The block stays in the middle of the page.
        left += grid.spare / 2
        spareHeight = (room - frameHeight) * Double(rows)
      } else {
        frameHeight = room
      }
    } else {
      height = around + Double(rows) * frameHeight
    }

    // Step 3: place.
    var y = margin
    for line in titleLines {
      lines.append(
        PlacedLine(line: line, anchor: Point(margin, y + 0.8 * Size.title * s), role: .title))
      y += lineHeight(Size.title)
    }
    if !subtitleLines.isEmpty { y += 1.5 * s }
    for line in subtitleLines {
      lines.append(
        PlacedLine(
          line: line, anchor: Point(margin, y + 0.8 * Size.small * s), isSecondary: true,
          role: .subtitle))
      y += lineHeight(Size.small)
    }
    let textEnd = y
    if isAside { y = margin }
    y += arrowRoom + spareHeight / 2
    for row in 0..<rows {
      let top = y + panelHead[row]
      for column in 0..<columns where row * columns + column < count {
        let number = row * columns + column
        let frame = Rectangle(
          x: left + Double(column) * (frameWidth + gap), y: top, width: frameWidth,
          height: frameHeight)
        frames.append(frame)
        let isLowest = number + columns >= count
        labelsTicks.append((x: !sharesAxes || isLowest, y: !sharesAxes || column == 0))
        // Titles stand on the frames of their row, in one line whichever has the longest note.
        let row = notes[row * columns..<min((row + 1) * columns, count)]
        let missing = (row.map(\.count).max() ?? 0) - notes[number].count
        var base = top - 4 * s - Double(missing) * lineHeight(Size.small)
        for line in notes[number].reversed() {
          lines.append(
            PlacedLine(
              line: line, anchor: Point(frame.midX, base), alignment: .center, isSecondary: true,
              role: .note))
          base -= lineHeight(Size.small)
        }
        for line in titles[number].reversed() {
          lines.append(
            PlacedLine(
              line: line, anchor: Point(frame.midX, base), alignment: .center, role: .panelTitle))
          base -= lineHeight(Size.panelTitle)
        }
        if isLowest || !sharesAxes {
          blocks.append(
            TextBlock(
              lines: xTitle, start: Point(frame.midX, frame.maxY + tickRoom + 3.4 * s), angle: 0))
        }
        if column == 0 {
          let labels = yTicks.map(\.width).max() ?? 0
          blocks.append(
            TextBlock(
              lines: yTitle,
              start: Point(frame.minX - 7.6 * s - labels - yTitle.blockHeight, frame.midY),
              angle: .pi / 2))
        }
      }
      y = top + frameHeight + rowGaps[row]
    }
    let below = arrangement.barIsBelow ? tickRoom + xTitleRoom : 0
    if style.sharing == .own {
      barSpans = frames.map { frame in
        Rectangle(x: frame.x, y: frame.y, width: frame.width, height: frame.height + below)
      }
    } else {
      // One bar beside all frames.
      let block = Rectangle(
        x: left, y: frames[0].minY, width: Double(columns) * (frameWidth + gap) - gap,
        height: (frames.last?.maxY ?? 0) - frames[0].minY + below)
      barSpans = frames.map { _ in block }
    }
    bars = zip(norms, barSpans).map { norm, span in
      norm.map {
        ColorBar(
          $0, isBanded: isBanded, length: arrangement.barIsBelow ? span.width : span.height,
          isBelow: arrangement.barIsBelow, gutter: grid.gutter, style: style)
      }
    }
    if style.sharing != .own {
      let first = norms.firstIndex { $0 != nil }
      bars = bars.indices.map { $0 == first ? bars[$0] : nil }
    }
    y += tickRoom + xTitleRoom + barRoom + 3 * s + spareHeight / 2
    band = Rectangle(
      x: left, y: y, width: Double(columns) * (frameWidth + gap) - gap, height: bandHeight)
    y += bandHeight
    if isAside { y = textEnd + partGap }
    legendCorner = Point(margin, y)
    y += legend.height + (legend.height > 0 ? 2 * s : 0)
    for line in footerLines {
      lines.append(
        PlacedLine(
          line: line, anchor: Point(margin, y + 0.8 * Size.small * s), isSecondary: true,
          role: .footer))
      y += lineHeight(Size.small)
    }
  }

  /// The caller's footer and what the figure itself must say.
  private static func footer(
    _ panels: [Panel], norms: [Norm?], style: FigureStyle
  ) -> RichText {
    var sentences: [RichText] = style.footer.isEmpty ? [] : [style.footer]
    if panels.count > 1 {
      sentences.append(style.sharing.sentence)
      let dashed = zip(panels, norms).flatMap { panel, norm in
        norm.map { ContourPlot.supplements(panel.field, norm: $0) } ?? []
      }
      if let sentence = ContourPlot.sentence(ofSupplements: dashed) { sentences.append(sentence) }
    }
    if panels.contains(where: { $0.overlay != nil }) {
      let hasZero = panels.contains { panel in
        panel.overlay != nil
          && panel.field.range.map { $0.lowerBound < 0 && $0.upperBound > 0 } ?? false
      }
      if hasZero { sentences.append("Black: 0.") }
      if let overlay = panels.compactMap(\.overlay).first(where: { $0.field != nil }) {
        sentences.append("Thin lines: contours of the " + overlay.name + ".")
      }
    }
    if let missing = missingSentence(panels) { sentences.append(missing) }
    if style.sharing != .own, let norm = norms.compactMap(\.self).first {
      let ranges = panels.compactMap(\.field.range)
      var ends: [RichText] = []
      if norm.hasLowerArrow, let least = ranges.map(\.lowerBound).min() {
        ends.append(
          "below " + norm.name(ofEnd: norm.scale.lower) + ", least " + RichText(measured: least))
      }
      if norm.hasUpperArrow, let most = ranges.map(\.upperBound).max() {
        ends.append(
          "above " + norm.name(ofEnd: norm.scale.upper) + ", most " + RichText(measured: most))
      }
      if let last = ends.last {
        let first = ends.count > 1 ? "Arrows: " + ends[0] + "; " : "Arrow: "
        sentences.append(first + last + ".")
      }
    }
    return sentences.reduce("") { $0.isEmpty ? $1 : $0 + RichText(verbatim: " ") + $1 }
  }

  /// How much of the data is missing, where some is.
  static func missingSentence(_ panels: [Panel]) -> RichText? {
    let missing = panels.reduce(0) { $0 + $1.field.missingCount }
    guard missing > 0 else { return nil }
    let all = panels.reduce(0) { $0 + $1.field.values.count }
    return RichText(verbatim: "Hatched: \(missing) of \(all) samples are not finite.")
  }

  /// Draws all that stands around the frames but ticks and bars.
  func drawTexts(on sheet: inout Sheet) {
    for placed in lines {
      sheet.text(
        placed.line, at: placed.anchor, placed.alignment,
        color: placed.isSecondary ? style.theme.secondary : style.theme.text,
        on: [style.theme.background], role: placed.role)
    }
    for block in blocks {
      sheet.texts(
        block.lines, startingAt: block.start, angle: block.angle, color: style.theme.text,
        on: [style.theme.background], role: .axisTitle)
    }
    legend.draw(on: &sheet, at: legendCorner, style: style)
  }
}
