/// A colour bar measured: what it says, and how much room it takes beside or below a frame.
struct ColorBar: Hashable, Sendable {
  /// The norm it explains.
  let norm: Norm
  /// Whether colours are bands between levels rather than continuous.
  let isBanded: Bool
  /// Places between 0 and 1 with their labels; every boundary of a banded bar is a tick, though
  /// not each has room for a label.
  let ticks: [(unit: Double, label: TextLine?)]
  /// Whether it lies below its frame, values rising rightward; else it stands right of it.
  let isBelow: Bool
  /// Lines along the bar, none longer; or left of one that lies below its frame.
  private let title: [TextLine]
  /// Whether the title stands left of the bar.
  private let titleIsLeft: Bool
  /// How far labels reach from the bar; of all, drawn or not, so that it does not depend on the
  /// bar's length.
  private let labelReach: Double
  private let length: Double
  private let gutter: Double
  private let style: FigureStyle

  static func == (left: ColorBar, right: ColorBar) -> Bool {
    left.norm == right.norm && left.title == right.title && left.isBelow == right.isBelow
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(norm)
    hasher.combine(title)
  }

  /// Measures a bar.
  ///
  /// - Parameters:
  ///   - norm: The norm.
  ///   - isBanded: Whether colours are bands between levels.
  ///   - length: The bar's length in points.
  ///   - isBelow: Whether it lies below its frame.
  ///   - gutter: The room left of a bar that lies below its frame.
  ///   - style: Letters, colours and title.
  init(
    _ norm: Norm, isBanded: Bool, length: Double, isBelow: Bool = false, gutter: Double = 0,
    style: FigureStyle
  ) {
    self.norm = norm
    self.isBanded = isBanded
    self.length = length
    self.isBelow = isBelow
    self.gutter = gutter
    self.style = style
    let s = style.page.textScale
    let levels = norm.levels
    var values = levels.values.map { (value: $0, isIndex: false) }
    for index in values.indices { values[index].isIndex = levels.isIndex[index] }
    if let constant = norm.constant { values = [(constant, true)] }
    if let below = levels.below, isBanded { values.insert((below, false), at: 0) }
    if let above = levels.above, isBanded { values.append((above, false)) }
    let marks = values.map {
      (unit: norm.scale.unit($0.value), value: $0.value, isIndex: $0.isIndex)
    }
    .filter { $0.unit > -1e-9 && $0.unit < 1 + 1e-9 }

    let labels = marks.map {
      TextLine(norm.name(of: $0.value), size: Size.small * s, typeface: style.typeface)
    }
    let tallest = labels.map(\.ink.height).max() ?? 0
    labelReach = isBelow ? tallest : labels.map(\.width).max() ?? 0
    // Labels above one another keep a third of their height apart, labels in a row a space.
    let extents = labels.map { isBelow ? $0.width + 0.6 * Size.small * s : 1.35 * tallest }
    func fits(_ choice: [Int]) -> Bool {
      zip(choice, choice.dropFirst()).allSatisfy {
        (marks[$1].unit - marks[$0].unit) * max(length, 1) >= (extents[$0] + extents[$1]) / 2
      }
    }
    var chosen = ColorBar.choices(marks.map { ($0.value, $0.isIndex) }).first(where: fits) ?? []
    // Four labels at least: where decades are fewer, the marks farthest from them, too; or else
    // every second mark or third, of which those that fit most in step with decades.
    while (2..<4).contains(chosen.count) {
      func distance(_ mark: Int) -> Double {
        chosen.map { abs(marks[$0].unit - marks[mark].unit) }.min() ?? 0
      }
      let more = marks.indices.filter { fits((chosen + [$0]).sorted()) && !chosen.contains($0) }
      guard let next = more.max(by: { distance($0) < distance($1) }) else { break }
      chosen = (chosen + [next]).sorted()
    }
    if chosen.count < 4 {
      let sets = (2...4).flatMap { step in
        (0..<step).map { Array(stride(from: $0, to: marks.count, by: step)) }
      }.filter { $0.count >= 4 && fits($0) }
      func decades(_ choice: [Int]) -> Int { choice.count { marks[$0].isIndex } }
      chosen = sets.max { decades($0) < decades($1) } ?? chosen
    }
    ticks = marks.indices.map { (marks[$0].unit, chosen.contains($0) ? labels[$0] : nil) }

    func titleLines(_ width: Double) -> [TextLine] {
      TextLine.wrapped(
        style.colorBarTitle, size: Size.body * s, width: width, typeface: style.typeface)
    }
    // Two short lines left of the bar save one below its labels, if the first of these leaves room.
    let besides = gutter - ColorBar.clearance * s
    let left = titleLines(max(besides, 1))
    let overhang = chosen.map { labels[$0].width / 2 - marks[$0].unit * length }.max() ?? 0
    titleIsLeft =
      isBelow && left.count <= 2 && overhang <= (ColorBar.clearance - 2) * s
      && TextLine.widestWord(
        style.colorBarTitle, size: Size.body * s, typeface: style.typeface) <= besides
    title = titleIsLeft ? left : titleLines(length)
  }

  /// Which marks to label, the best choice first: all; on a scale with decades 1-2-5, 1-5, 1-3 or
  /// 1 of each; every second, third, …, in step with zero.
  static func choices(_ marks: [(value: Double, isIndex: Bool)]) -> [[Int]] {
    let all = Array(marks.indices)
    var choices = [all]
    let numbers = marks.map { DecimalNumber($0.value) }
    if marks.contains(where: { $0.isIndex && $0.value != 0 }) {
      for digits: Set<[UInt8]> in [[[1], [2], [5]], [[1], [5]], [[1], [3]], [[1]]] {
        choices.append(all.filter { digits.contains(numbers[$0].digits) })
      }
    }
    let base = choices[choices.count - 1]
    let anchor = base.firstIndex { marks[$0].value == 0 } ?? 0
    for every in 2...max(2, base.count) {
      choices.append(
        base.enumerated().filter { ($0.offset - anchor) % every == 0 }.map(\.element))
    }
    return choices
  }

  private var scale: Double { style.page.textScale }

  /// The room it takes right of a frame, or under it.
  var reach: Double {
    let labels = (8 + 2.2 + 2) * scale + labelReach
    if title.isEmpty { return 6 * scale + labels }
    return 6 * scale
      + (titleIsLeft
        ? max(labels, title.blockHeight - ColorBar.rise * scale)
        : labels + 3 * scale + title.blockHeight)
  }

  /// How far one that lies below its frame reaches beyond the frame's right edge.
  var overhang: Double {
    let labels = ticks.map { tick in
      tick.unit * length + (tick.label.map { $0.width / 2 } ?? 0) - length
    }
    return max(labels.max() ?? 0, norm.hasUpperArrow ? ColorBar.tip * scale : 0)
  }

  /// What half a label or an arrow takes left of a bar that lies below its frame, at text scale 1.
  private static let clearance = 9.0

  /// How far above such a bar the title left of it begins, at text scale 1.
  private static let rise = 1.5

  /// How far an arrow for values out of range sticks out, at text scale 1.
  private static let tip = 5.0

  /// Draws it beside or below a frame, as long as the frame.
  ///
  /// - Parameters:
  ///   - sheet: The page.
  ///   - frame: The frame with what stands between it and the bar, or the space from the first to
  ///     the last row of frames.
  /// - Returns: The bar's rectangle.
  func draw(on sheet: inout Sheet, at frame: Rectangle) -> Rectangle {
    let s = scale
    let theme = style.theme
    let bar =
      isBelow
      ? Rectangle(x: frame.x, y: frame.maxY + 6 * s, width: frame.width, height: 8 * s)
      : Rectangle(x: frame.maxX + 6 * s, y: frame.minY, width: 8 * s, height: frame.height)
    /// The part of the bar between two places between 0 and 1.
    func part(from lower: Double, to upper: Double) -> Rectangle {
      isBelow
        ? Rectangle(
          x: bar.x + lower * bar.width, y: bar.y, width: (upper - lower) * bar.width,
          height: bar.height)
        : Rectangle(
          x: bar.x, y: bar.maxY - upper * bar.height, width: bar.width,
          height: (upper - lower) * bar.height)
    }
    if isBanded {
      // Nested like the plot: each part covers all above its lower edge.
      sheet.fill(bar.path, norm.colors[0])
      for (index, level) in norm.levels.values.enumerated() {
        let unit = norm.scale.unit(level)
        guard unit < 1 else { continue }
        sheet.fill(part(from: max(unit, 0), to: 1).path, norm.colors[index + 1])
      }
    } else if norm.constant != nil {
      sheet.fill(bar.path, norm.colors[0])
    } else {
      let steps = 256
      let rising = (0..<steps).map { norm.color(atUnit: (Double($0) + 0.5) / Double(steps)).pixel }
      let pixels = isBelow ? rising : rising.reversed()
      let raster = Raster(
        width: isBelow ? steps : 1, height: isBelow ? 1 : steps, pixels: pixels)
      sheet.elements.append(.image(raster, bar))
    }
    let outline = Stroke(theme.text, width: 0.8 * s)
    func drawArrow(_ tip: Double, from end: Double, _ color: Color) {
      let edge = part(from: end, to: end)
      let arrow = Path(
        [
          Point(edge.minX, edge.maxY),
          isBelow ? Point(edge.midX + tip, edge.midY) : Point(edge.midX, edge.midY - tip),
          Point(edge.maxX, edge.minY),
        ], closed: true)
      sheet.fill(arrow, color)
      sheet.stroke(arrow, outline)
    }
    if norm.hasLowerArrow {
      drawArrow(-ColorBar.tip * s, from: 0, isBanded ? norm.colors[0] : norm.color(atUnit: 0))
    }
    if norm.hasUpperArrow {
      drawArrow(
        ColorBar.tip * s, from: 1,
        isBanded ? norm.colors[norm.colors.count - 1] : norm.color(atUnit: 1))
    }
    sheet.stroke(bar.path, outline)
    let capHeight = style.typeface.capHeight * Size.small * s
    var marks: [Path.Step] = []
    for tick in ticks {
      let edge = part(from: tick.unit, to: tick.unit)
      let start = Point(edge.maxX, edge.maxY)
      marks.append(.move(start))
      marks.append(.line(start + (isBelow ? Point(0, 2.2 * s) : Point(2.2 * s, 0))))
      guard let label = tick.label else { continue }
      sheet.text(
        label,
        at: isBelow
          ? Point(
            max(start.x, bar.minX - gutter + label.width / 2), start.y + 4.2 * s + capHeight)
          : Point(start.x + 4.2 * s, start.y + capHeight / 2),
        isBelow ? .center : .left, color: theme.text, on: [theme.background], role: .colorBarTick)
    }
    sheet.stroke(Path(marks), Stroke(theme.text, width: 0.6 * s))
    // Along the bar on the far side of the labels, or left of it.
    let far = 4.2 * s + labelReach + 3 * s
    var start = isBelow ? Point(bar.midX, bar.maxY + far) : Point(bar.maxX + far, bar.midY)
    if titleIsLeft {
      start = Point(
        bar.minX - ColorBar.clearance * s - (title.map(\.width).max() ?? 0) / 2,
        bar.minY - ColorBar.rise * s)
    }
    sheet.texts(
      title, startingAt: start, angle: isBelow ? 0 : .pi / 2, color: theme.text,
      on: [theme.background], role: .colorBarTitle)
    return bar
  }
}

extension TextLine {
  /// How far letters reach above the baseline.
  var ascent: Double { max(0, -ink.minY) }
  /// How far letters reach below the baseline.
  var descent: Double { max(0, ink.maxY) }
}
