import Foundation

/// How boxes of surfaces share a page: so many to a row, at the scale that fits.
struct SurfaceArrangement: Sendable {
  /// What a box and its labels reach around the place where the box's origin is seen.
  struct Reach: Sendable {
    var low: Point
    var high: Point

    var width: Double { high.x - low.x }
  }

  /// What may differ between arrangements of the same boxes.
  struct Choice: Sendable {
    var columns: Int
    var rows: Int
    /// The width of legend and footer beside the boxes; nil under them.
    var besideWidth: Double?
    /// Whether axes are called by their symbols, and the sentences say what these are.
    var hasSymbols: Bool
    /// Whether second lines stand under the boxes' titles.
    var hasNotes: Bool
  }

  var choice: Choice
  /// Points to the length 1.
  var scale: Double
  /// A box with the heights' axis, and one without.
  var reaches: (outer: Reach, inner: Reach)
  /// Room right of what a colour bar stands beside.
  var barWidth: Double
  /// The room over each box.
  var headHeight: Double
  var foot: SurfaceFoot
}

/// Finds the arrangement with the largest boxes.
///
/// With one scale and one camera the heights' axis is the same in all boxes and stands, as tick
/// labels do in planes, at the outer edge alone.
struct SurfaceArranger {
  let cells: [SurfacePage.Cell]
  let cameras: [Camera]
  let legend: [Legend.Item]
  let notes: [RichText]
  let style: FigureStyle
  /// The height of title and subtitle.
  let head: Double
  /// Room to keep between the boxes and the foot.
  let bandHeight: Double

  private var reaches: [Int: SurfaceArrangement.Reach] = [:]
  private var barWidths: [Int: Double] = [:]
  private var feet: [Int: SurfaceFoot] = [:]

  private var s: Double { style.page.textScale }
  private var hasOwnBars: Bool { style.sharing == .own }
  private var margin: Double { FrameGrid.margin * s }
  private var room: Double { style.page.width - 2 * margin }

  /// Space around what a box reaches, between columns, and between rows.
  static let (pad, columnGap, rowGap) = (1.5, 8.0, 6.0)

  /// At this scale and text scale 1, axes have room for a few ticks: pages without a height grow
  /// until boxes have it.
  private static let readable = 36.0
  /// Smaller boxes are refused.
  private static let least = 20.0
  /// Boxes larger than this gain little by being larger.
  private static let ample = 90.0
  /// Scales are tried in steps of 2 %.
  private static let step = 1.02

  init(
    _ cells: [SurfacePage.Cell], cameras: [Camera], legend: [Legend.Item], notes: [RichText],
    style: FigureStyle, head: Double, bandHeight: Double
  ) {
    self.cells = cells
    self.cameras = cameras
    self.legend = legend
    self.notes = notes
    self.style = style
    self.head = head
    self.bandHeight = bandHeight
  }

  /// The best arrangement.
  ///
  /// A page without a height is at most 1.2 times as high as wide, where boxes of a readable size
  /// allow that.
  ///
  /// - Returns: The arrangement, or nil where there is no room for any.
  mutating func best() -> SurfaceArrangement? {
    if let height = style.page.height {
      return best(height: height, hasNotes: true) ?? best(height: height, hasNotes: false)
    }
    for share in [1.2, 1.4, 1.7, 2.2] {
      let found = best(height: share * style.page.width, hasNotes: true)
      if let found, found.scale >= SurfaceArranger.readable * s { return found }
    }
    return best(height: .infinity, hasNotes: true)
  }

  private mutating func best(height: Double, hasNotes: Bool) -> SurfaceArrangement? {
    let isStill = bandHeight == 0 && cameras.count == 1
    // The widest of those that leave the boxes as large.
    let beside: [Double?] =
      isStill
      ? [160.0, 130, 105, 85].map { $0 * s }.filter { $0 < 0.4 * room } : []
    let canShorten = cells.count > 1 && style.hasSymbols
    var best: (arrangement: SurfaceArrangement, score: Double)?
    for rows in 1...cells.count {
      let columns = (cells.count + rows - 1) / rows
      guard (cells.count + columns - 1) / columns == rows else { continue }
      for besideWidth in [nil] + beside {
        for hasSymbols in canShorten ? [false, true] : [false] {
          let choice = SurfaceArrangement.Choice(
            columns: columns, rows: rows, besideWidth: besideWidth, hasSymbols: hasSymbols,
            hasNotes: hasNotes)
          guard let found = fitted(choice, height: height) else { continue }
          let score = score(found)
          if score > best?.score ?? 0 { best = (found, score) }
        }
      }
    }
    return best?.arrangement
  }

  /// Large boxes, in one row, none missing in the last one, their axes named in full, over the foot.
  private func score(_ arrangement: SurfaceArrangement) -> Double {
    let choice = arrangement.choice
    let ample = SurfaceArranger.ample * s
    let size =
      style.page.height == nil && arrangement.scale > ample
      ? ample + 0.3 * (arrangement.scale - ample) : arrangement.scale
    return size * Double(cells.count) / Double(choice.columns * choice.rows)
      * (choice.rows > 1 ? 0.92 : 1) * (choice.hasSymbols ? 0.85 : 1)
      * (choice.besideWidth == nil ? 1 : 0.88)
  }

  /// The largest scale at which a choice fits, or nil where there is none.
  private mutating func fitted(
    _ choice: SurfaceArrangement.Choice, height: Double
  ) -> SurfaceArrangement? {
    guard var best = arrangement(choice, at: 0, height: height) else { return nil }
    var (low, high) = (0, 1)
    while let found = arrangement(choice, at: high, height: height) {
      (best, low) = (found, high)
      high *= 2
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if let found = arrangement(choice, at: middle, height: height) {
        (best, low) = (found, middle)
      } else {
        high = middle
      }
    }
    return best
  }

  /// A choice at a step of the scale, or nil where it does not fit a page of a height.
  private mutating func arrangement(
    _ choice: SurfaceArrangement.Choice, at step: Int, height: Double
  ) -> SurfaceArrangement? {
    let scale = SurfaceArranger.least * s * pow(SurfaceArranger.step, Double(step))
    guard scale < 7200 else { return nil }
    let outer = reach(at: step, scale, hasHeights: true, hasSymbols: choice.hasSymbols)
    let inner =
      hasOwnBars
      ? outer : reach(at: step, scale, hasHeights: false, hasSymbols: choice.hasSymbols)
    let (columns, rows) = (Double(choice.columns), Double(choice.rows))
    let frameHeight =
      max(outer.high.y, inner.high.y) - min(outer.low.y, inner.low.y)
      + 2 * SurfaceArranger.pad * s
    let bar = barWidth(height: frameHeight)
    let foot = foot(choice)
    let aside = choice.besideWidth.map { $0 + 10 * s } ?? 0
    func width(_ reach: SurfaceArrangement.Reach) -> Double {
      reach.width + 2 * SurfaceArranger.pad * s
    }
    let wide =
      width(outer) + (columns - 1) * (width(inner) + SurfaceArranger.columnGap * s)
      + (hasOwnBars ? columns : 1) * bar
    guard wide + aside <= room else { return nil }
    let headHeight = headHeight(choice, width: min(width(inner), width(outer)))
    let high =
      rows * (headHeight + frameHeight) + (rows - 1) * SurfaceArranger.rowGap * s + 7 * s
      + bandHeight
    let isBeside = choice.besideWidth != nil
    guard head + high + (isBeside ? 0 : foot.height) + margin <= height,
      !isBeside || head + foot.height + margin <= height
    else { return nil }
    return SurfaceArrangement(
      choice: choice, scale: scale, reaches: (outer, inner), barWidth: bar,
      headHeight: headHeight, foot: foot)
  }

  // MARK: - Measures

  /// Title and second line of a box.
  static func heading(
    _ cell: SurfacePage.Cell, width: Double, hasNotes: Bool, style: FigureStyle
  ) -> (title: [TextLine], note: [TextLine]) {
    let s = style.page.textScale
    return (
      TextLine.wrapped(
        cell.title, size: Size.panelTitle * s, width: width, typeface: style.typeface),
      hasNotes
        ? TextLine.wrapped(cell.note, size: Size.small * s, width: width, typeface: style.typeface)
        : []
    )
  }

  /// The room over each box.
  private func headHeight(_ choice: SurfaceArrangement.Choice, width: Double) -> Double {
    let heads = cells.map {
      SurfaceArranger.heading($0, width: width, hasNotes: choice.hasNotes, style: style)
    }
    return
      (Double(heads.map(\.title.count).max() ?? 0) * Size.panelTitle
      + Double(heads.map(\.note.count).max() ?? 0) * Size.small) * Size.leading * s
      + (cells.contains { $0.norm?.hasUpperArrow ?? false } ? 4 * s : 0) + 3 * s
  }

  /// What any of the boxes reaches from any side.
  private mutating func reach(
    at step: Int, _ scale: Double, hasHeights: Bool, hasSymbols: Bool
  ) -> SurfaceArrangement.Reach {
    let key = 4 * step + (hasHeights ? 2 : 0) + (hasSymbols ? 1 : 0)
    if let known = reaches[key] { return known }
    var reach = SurfaceArrangement.Reach(
      low: Point(.infinity, .infinity), high: Point(-.infinity, -.infinity))
    let style = hasSymbols ? style.withSymbols : style
    for (number, cell) in cells.enumerated() {
      let isNew = !cells[..<number].contains {
        $0.body.box == cell.body.box && $0.norm == cell.norm && $0.names == cell.names
      }
      guard isNew else { continue }
      for camera in cameras {
        let axes = SurfaceAxes(
          cell.body.box, norm: cell.norm, camera: camera, scale: scale, style: style,
          names: cell.names, hasHeights: hasHeights)
        reach.low = Point(min(reach.low.x, axes.reach.low.x), min(reach.low.y, axes.reach.low.y))
        reach.high = Point(
          max(reach.high.x, axes.reach.high.x), max(reach.high.y, axes.reach.high.y))
      }
    }
    reaches[key] = reach
    return reach
  }

  /// The room that a bar no lower than a frame takes.
  private mutating func barWidth(height: Double) -> Double {
    let height = min(height, 120 * s).rounded(.down)
    if let known = barWidths[Int(height)] { return known }
    let width =
      cells.compactMap { cell in
        cell.norm.map { ColorBar($0, isBanded: true, length: height, style: style).reach }
      }.max() ?? 0
    barWidths[Int(height)] = width
    return width
  }

  private mutating func foot(_ choice: SurfaceArrangement.Choice) -> SurfaceFoot {
    let width = choice.besideWidth ?? room
    let key = 2 * Int(width) + (choice.hasSymbols ? 1 : 0)
    if let known = feet[key] { return known }
    let meaning: [RichText] =
      choice.hasSymbols ? [style.xTitle + "; " + style.yTitle + "."] : []
    let foot = SurfaceFoot(legend, notes: meaning + notes, width: width, style: style)
    feet[key] = foot
    return foot
  }
}

extension FigureStyle {
  /// Whether each axis's name begins with a symbol in italics that is not all of it.
  var hasSymbols: Bool {
    [xTitle, yTitle].allSatisfy { $0.segments.count > 1 && $0.segments[0].italic }
  }

  /// The same with axes that are called by their symbols alone.
  var withSymbols: FigureStyle {
    var style = self
    style.xTitle.segments = Array(xTitle.segments.prefix(1))
    style.yTitle.segments = Array(yTitle.segments.prefix(1))
    return style
  }
}
