/// A colour bar measured: what it says, and how much room it takes beside a frame.
struct ColorBar: Hashable, Sendable {
  /// The norm it explains.
  let norm: Norm
  /// Whether colours are bands between levels rather than continuous.
  let isBanded: Bool
  /// Places between 0 and 1 with their labels; every boundary of a banded bar is a tick, though
  /// not each has room for a label.
  let ticks: [(unit: Double, label: TextLine?)]
  /// Lines that read upward, none longer than the bar.
  private let title: [TextLine]
  /// Of all labels, drawn or not, so that it does not depend on the bar's height.
  private let labelWidth: Double
  private let style: FigureStyle

  static func == (left: ColorBar, right: ColorBar) -> Bool {
    left.norm == right.norm && left.title == right.title
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
  ///   - height: The bar's height in points.
  ///   - style: Letters, colours and title.
  init(_ norm: Norm, isBanded: Bool, height: Double, style: FigureStyle) {
    self.norm = norm
    self.isBanded = isBanded
    self.style = style
    let s = style.page.textScale
    title = TextLine.wrapped(
      style.colorBarTitle, size: Size.body * s, width: height, typeface: style.typeface)
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
    labelWidth = labels.map(\.width).max() ?? 0
    // Labels keep a third of their height apart.
    let room = 1.35 * (labels.map(\.ink.height).max() ?? 0) / max(height, 1)
    func fits(_ choice: [Int]) -> Bool {
      let places = choice.map { marks[$0].unit }
      return zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= room }
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

  /// The room it takes to the right of a frame.
  var width: Double {
    let titleRoom = title.isEmpty ? 0 : 3 * scale + title.blockHeight
    return (6 + 8 + 2.2 + 2) * scale + labelWidth + titleRoom
  }

  /// Draws it beside a frame, as high as the frame.
  ///
  /// - Parameters:
  ///   - sheet: The page.
  ///   - frame: The frame, or the space from the first to the last row of frames.
  /// - Returns: The bar's rectangle.
  func draw(on sheet: inout Sheet, beside frame: Rectangle) -> Rectangle {
    let s = scale
    let theme = style.theme
    let bar = Rectangle(
      x: frame.maxX + 6 * s, y: frame.minY, width: 8 * s, height: frame.height)
    func place(_ unit: Double) -> Double { bar.maxY - unit * bar.height }
    if isBanded {
      // Nested like the plot: each part covers all above its lower edge.
      sheet.fill(bar.path, norm.colors[0])
      for (index, level) in norm.levels.values.enumerated() {
        let unit = norm.scale.unit(level)
        guard unit < 1 else { continue }
        let top = place(max(unit, 0))
        sheet.fill(
          Rectangle(x: bar.x, y: bar.y, width: bar.width, height: top - bar.y).path,
          norm.colors[index + 1])
      }
    } else if norm.constant != nil {
      sheet.fill(bar.path, norm.colors[0])
    } else {
      let steps = 256
      let pixels = (0..<steps).map {
        norm.color(atUnit: 1 - (Double($0) + 0.5) / Double(steps)).pixel
      }
      sheet.elements.append(.image(Raster(width: 1, height: steps, pixels: pixels), bar))
    }
    let outline = Stroke(theme.text, width: 0.8 * s)
    let tip = 5 * s
    if norm.hasLowerArrow {
      let color = isBanded ? norm.colors[0] : norm.color(atUnit: 0)
      let arrow = Path(
        [Point(bar.minX, bar.maxY), Point(bar.midX, bar.maxY + tip), Point(bar.maxX, bar.maxY)],
        closed: true)
      sheet.fill(arrow, color)
      sheet.stroke(arrow, outline)
    }
    if norm.hasUpperArrow {
      let color = isBanded ? norm.colors[norm.colors.count - 1] : norm.color(atUnit: 1)
      let arrow = Path(
        [Point(bar.minX, bar.minY), Point(bar.midX, bar.minY - tip), Point(bar.maxX, bar.minY)],
        closed: true)
      sheet.fill(arrow, color)
      sheet.stroke(arrow, outline)
    }
    sheet.stroke(bar.path, outline)
    let capHeight = style.typeface.capHeight * Size.small * s
    var marks: [Path.Step] = []
    for tick in ticks {
      let y = place(tick.unit)
      marks += [.move(Point(bar.maxX, y)), .line(Point(bar.maxX + 2.2 * s, y))]
      guard let label = tick.label else { continue }
      sheet.text(
        label, at: Point(bar.maxX + 4.2 * s, y + capHeight / 2), color: theme.text,
        on: [theme.background], role: .colorBarTick)
    }
    sheet.stroke(Path(marks), Stroke(theme.text, width: 0.6 * s))
    // Reading upward, on the far side of the labels.
    sheet.texts(
      title, startingAt: Point(bar.maxX + 4.2 * s + labelWidth + 3 * s, bar.midY), angle: .pi / 2,
      color: theme.text, on: [theme.background], role: .colorBarTitle)
    return bar
  }
}

extension TextLine {
  /// How far letters reach above the baseline.
  var ascent: Double { max(0, -ink.minY) }
  /// How far letters reach below the baseline.
  var descent: Double { max(0, ink.maxY) }
}
