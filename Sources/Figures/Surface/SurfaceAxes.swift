import Foundation

/// The axes of a surface's box as a camera sees them: lines, ticks and names around it, relative to
/// where the box's origin is seen, at a number of points to the box's unit length.
struct SurfaceAxes {
  /// A text with its middle.
  struct Label {
    var line: TextLine
    var box: OrientedBox
    var role: FigureLayout.TextBox.Role
  }

  private(set) var lines: [Path.Step] = []
  private(set) var labels: [Label] = []
  /// The ticks of the plane's axes, each of which has room for its label.
  private(set) var xTicks: [Tick] = []
  private(set) var yTicks: [Tick] = []
  /// What lines, labels and the box reach.
  private(set) var reach: (low: Point, high: Point)

  private let box: SurfaceBox
  private let camera: Camera
  private let scale: Double
  private let style: FigureStyle

  private var s: Double { style.page.textScale }

  /// No axis has more ticks.
  static let mostTicks = 5

  /// Places the axes.
  ///
  /// - Parameters:
  ///   - box: What they stand around.
  ///   - norm: What the height shows.
  ///   - camera: The eye.
  ///   - scale: Points to the length 1.
  ///   - style: Letters and names.
  ///   - names: What each of several layers is called.
  ///   - hasHeights: Whether the heights have an axis.
  init(
    _ box: SurfaceBox, norm: Norm?, camera: Camera, scale: Double, style: FigureStyle,
    names: [RichText] = [], hasHeights: Bool = true
  ) {
    self.box = box
    self.camera = camera
    self.scale = scale
    self.style = style
    reach = (Point(0, 0), Point(0, 0))
    for corner in box.corners { extend(to: seen(corner)) }
    let near = box.near(camera)
    let (x, y) = (box.axes.x, box.axes.y)
    // The two sides of the floor that meet in the corner nearest to the eye.
    xTicks = horizontal(
      title: style.xTitle,
      from: [-box.half.x, near.y * box.half.y, box.floor],
      to: [box.half.x, near.y * box.half.y, box.floor], range: x, outward: [0, near.y, 0])
    yTicks = horizontal(
      title: style.yTitle,
      from: [near.x * box.half.x, -box.half.y, box.floor],
      to: [near.x * box.half.x, box.half.y, box.floor], range: y, outward: [near.x, 0, 0])
    if let norm, hasHeights, camera.elevation < 80 { vertical(norm) }
    // Beside the upright side farthest to the right.
    let right = box.corners.map { seen($0).x }.max() ?? 0
    let foot = box.corners.max { seen($0).x < seen($1).x } ?? .zero
    for (layer, name) in names.enumerated() {
      let line = TextLine(name, size: Size.small * s, typeface: style.typeface)
      var place = foot
      place.z = Double(layer) * box.pitch + box.height / 2
      var center = Point(right + 4 * s + line.ink.width / 2, seen(place).y)
      // Farther off where ticks are in the way: a name is never left out.
      for _ in 0..<40 {
        if add(line, center: center, .panelTitle) { break }
        center.x += 2 * s
      }
    }
  }

  /// The seen place of a point of the box, on the page.
  private func seen(_ place: SIMD3<Double>) -> Point {
    let point = camera.project(place)
    return Point(point.x * scale, -point.y * scale)
  }

  private mutating func extend(to point: Point) {
    reach.low = Point(min(reach.low.x, point.x), min(reach.low.y, point.y))
    reach.high = Point(max(reach.high.x, point.x), max(reach.high.y, point.y))
  }

  /// Adds a text unless it would touch another.
  @discardableResult
  private mutating func add(
    _ line: TextLine, center: Point, angle: Double = 0, _ role: FigureLayout.TextBox.Role
  ) -> Bool {
    let box = OrientedBox(
      center: center, width: line.ink.width, height: line.ink.height, angle: angle)
    let room = box.grown(by: 1.2 * s)
    guard !labels.contains(where: { $0.box.grown(by: 1.2 * s).intersects(room) }) else {
      return false
    }
    labels.append(Label(line: line, box: box, role: role))
    for corner in box.corners { extend(to: corner) }
    return true
  }

  /// Nice values, at most five, the most first.
  private static func ticks(in range: ClosedRange<Double>) -> [[Tick]] {
    (2...mostTicks).reversed().map { Figures.ticks(in: range, count: $0) }
      .filter { (2...mostTicks).contains($0.count) }
  }

  /// An axis along a side of the floor.
  private mutating func horizontal(
    title: RichText, from: SIMD3<Double>, to: SIMD3<Double>, range: ClosedRange<Double>,
    outward: SIMD3<Double>
  ) -> [Tick] {
    let choices = SurfaceAxes.ticks(in: range)
    let (start, end) = (seen(from), seen(to))
    lines += [.move(start), .line(end)]
    let length = (end - start).length
    guard length > 14 * s else { return choices.first ?? [] }
    // Away from the box, across the axis, and downward.
    var normal = Point(-(end - start).y / length, (end - start).x / length)
    let away = seen(outward) - seen([0, 0, 0])
    if normal.x * away.x + normal.y * away.y < 0 { normal = normal * -1 }
    // Ticks go on where the floor's lines end, but never along the axis.
    var way = away * (1 / max(away.length, 1e-9))
    if abs(way.x * normal.x + way.y * normal.y) < 0.5 { way = normal }
    func place(_ tick: Tick) -> Point {
      start + (end - start)
        * ((tick.value - range.lowerBound) / (range.upperBound - range.lowerBound))
    }
    func label(_ tick: Tick) -> (line: TextLine, box: OrientedBox) {
      let line = TextLine(tick.label, size: Size.small * s, typeface: style.typeface)
      let support = abs(way.x) * line.ink.width / 2 + abs(way.y) * line.ink.height / 2
      return (
        line,
        OrientedBox(
          center: place(tick) + way * (2.6 * s + 1.6 * s + support), width: line.ink.width,
          height: line.ink.height, angle: 0)
      )
    }
    // As many as have room beside one another: an axis labelled here and there would mislead.
    let ticks =
      choices.first { ticks in
        let boxes = ticks.map { label($0).box.grown(by: 1.2 * s) }
        return zip(boxes, boxes.dropFirst()).allSatisfy { !$0.intersects($1) }
      } ?? choices.last ?? []
    var farthest = 2.6 * s
    for tick in ticks {
      let place = place(tick)
      lines += [.move(place), .line(place + way * (2.6 * s))]
      let (line, box) = label(tick)
      guard add(line, center: box.center, .tick) else { continue }
      let offset = box.center - place
      farthest = max(
        farthest,
        offset.x * normal.x + offset.y * normal.y + abs(normal.x) * line.ink.width / 2
          + abs(normal.y) * line.ink.height / 2)
    }
    // Along the axis, upright.
    var angle = (end - start).angle
    if angle > .pi / 2 + 1e-6 { angle -= .pi }
    if angle < -.pi / 2 + 1e-6 { angle += .pi }
    let names = TextLine.wrapped(
      title, size: Size.body * s, width: max(length, 60 * s), typeface: style.typeface)
    // Of two lines the one that is read first is the upper one.
    let isBelow = normal.y >= 0
    for name in isBelow ? names : names.reversed() {
      // Farther off where another axis's labels are in the way: a name is never left out.
      for _ in 0..<40 {
        let gap = (1.6 + 1.2 * (abs(normal.x) + abs(normal.y))) * s
        let center = start + (end - start) * 0.5 + normal * (farthest + gap + name.ink.height / 2)
        if add(name, center: center, angle: angle, .axisTitle) { break }
        farthest += 2 * s
      }
      farthest += Size.body * Size.leading * s
    }
    return ticks
  }

  /// The heights that are ticked: those of the colour bar, at most five.
  ///
  /// - Parameters:
  ///   - norm: What the height shows.
  ///   - length: How long the scale's range is on the page.
  ///   - style: Letters.
  /// - Returns: Values with their positions.
  static func heights(
    _ norm: Norm, length: Double, style: FigureStyle
  ) -> [(unit: Double, value: Double)] {
    var marks = zip(norm.levels.values, norm.levels.isIndex).map { (value: $0, isIndex: $1) }
    if let below = norm.levels.below { marks.insert((below, false), at: 0) }
    if let above = norm.levels.above { marks.append((above, false)) }
    if let constant = norm.constant { marks = [(constant, true)] }
    marks = marks.filter { (-1e-9...1 + 1e-9).contains(norm.scale.unit($0.value)) }
    // Labels keep as far apart as all texts of an axis do.
    let heights = marks.map { mark in
      TextLine(
        norm.name(of: mark.value), size: Size.small * style.page.textScale,
        typeface: style.typeface
      ).ink.height + 2.5 * style.page.textScale
    }
    let choices = ColorBar.choices(marks.map { ($0.value, $0.isIndex) }).filter { choice in
      choice.count <= mostTicks
        && zip(choice, choice.dropFirst()).allSatisfy { low, high in
          let rise = norm.scale.unit(marks[high].value) - norm.scale.unit(marks[low].value)
          return rise * length >= (heights[low] + heights[high]) / 2
        }
    }
    let room = (heights.max() ?? 0) / max(length, 1e-9)
    let most = choices.map(\.count).max()
    if most ?? 0 < 2, marks.count > 1, room <= 1 {
      // No nice choice has room: the ends say what the height spans.
      return [marks[0], marks[marks.count - 1]].map { (norm.scale.unit($0.value), $0.value) }
    }
    return (choices.first { $0.count == most } ?? []).map {
      (norm.scale.unit(marks[$0].value), marks[$0].value)
    }
  }

  /// The heights' axis, along the box's upright side farthest to the left.
  private mutating func vertical(_ norm: Norm) {
    let feet = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map {
      SIMD3($0.0 * box.half.x, $0.1 * box.half.y, 0)
    }
    guard let foot = feet.min(by: { seen($0).x < seen($1).x }) else { return }
    let perUnit = (seen([0, 0, box.height]) - seen([0, 0, 0])).length
    var widest = 0.0
    for layer in 0..<box.layers {
      let base = foot + SIMD3(0, 0, Double(layer) * box.pitch)
      let (start, end) = (seen(base), seen(base + SIMD3(0, 0, box.height)))
      lines += [.move(start), .line(end)]
      for height in SurfaceAxes.heights(norm, length: perUnit, style: style) {
        let place = start + (end - start) * height.unit
        lines += [.move(place), .line(place - Point(2.6 * s, 0))]
        let label = TextLine(
          norm.name(of: height.value), size: Size.small * s, typeface: style.typeface)
        let center = place - Point(4.6 * s + label.ink.width / 2, 0)
        if add(label, center: center, .tick) { widest = max(widest, label.ink.width) }
      }
    }
    let middle = (seen(foot) + seen(foot + SIMD3(0, 0, box.top))) * 0.5
    let names = TextLine.wrapped(
      style.colorBarTitle, size: Size.body * s, width: max(perUnit * box.top / box.height, 60 * s),
      typeface: style.typeface)
    var distance = 4.6 * s + widest + 3.4 * s
    for name in names.reversed() {
      for _ in 0..<40 {
        let center = middle - Point(distance + name.ink.height / 2, 0)
        if add(name, center: center, angle: .pi / 2, .axisTitle) { break }
        distance += 2 * s
      }
      distance += Size.body * Size.leading * s
    }
  }

  /// Draws the axes.
  ///
  /// - Parameters:
  ///   - sheet: The page.
  ///   - origin: Where the box's origin is seen.
  func draw(on sheet: inout Sheet, origin: Point) {
    let theme = style.theme
    let path = Path(
      lines.map { step in
        switch step {
        case .move(let point): .move(point + origin)
        case .line(let point): .line(point + origin)
        default: step
        }
      })
    sheet.stroke(path, Stroke(theme.text, width: 0.8 * s, roundCaps: true))
    for label in labels {
      let middle = label.line.ink
      let anchor =
        label.box.center + origin - label.box.along * (middle.midX - label.line.width / 2)
        - label.box.across * middle.midY
      sheet.text(
        label.line, at: anchor, .center, angle: label.box.angle, color: theme.text,
        on: [theme.background], role: label.role)
    }
  }
}
