/// Draws a field as nested filled regions with labelled contours, a colour bar, marks, paths and
/// iso-lines of another quantity.
///
/// - Parameters:
///   - panel: The field, its title and its marks.
///   - style: How it looks.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if the style cannot show these values or the page is too small.
public func contourFigure(_ panel: Panel, style: FigureStyle) throws -> Figure {
  try FigureComposer([panel], style: style, content: .contours).figure()
}

/// A panel's contours on the page: shared levels first, supplementary ones after them.
struct ContourPlot {
  /// One contour.
  struct Level: Hashable, Sendable {
    var value: Double
    /// The colours on both sides.
    var sides: [Color]
    var isIndex: Bool
    var isSupplementary: Bool
    /// What its line is drawn in.
    var ink: Ink
    var label: TextLine
    /// Its regions, on the page.
    var rings: [[Point]]
    /// Its lines, on the page.
    var lines: [Polyline]

    /// How wide its lines are in print.
    var width: Double { ink == .zero ? 1.4 : isIndex ? 1.15 : 0.6 }
  }

  /// What lines are drawn in.
  enum Ink: Hashable, Sendable {
    /// A shade of the colours on both sides.
    case shade
    /// Black, and wide: the zero of a signed quantity.
    case zero
    /// Grey with a light edge, over colours of another quantity.
    case overlay
    /// The same, thin and dashed: an iso-line beside a field's own contours.
    case guide

    /// Whether colours under it belong to another quantity.
    var isForeign: Bool { self == .overlay || self == .guide }
  }

  let levels: [Level]
  let frame: Rectangle
  /// The share of the lines' length that runs within 1 mm of another level's line.
  let crowded: Double
  private let index: SegmentIndex
  private let owners: [Int]
  private let missing: Path?
  private let style: FigureStyle
  private let base: Color
  private let isBanded: Bool
  /// The colour of another quantity under a place of the page, where lines run over one.
  private let ground: ((Point) -> Color)?

  /// Lines this near cannot be followed: 1 mm in points.
  private static let leastSpacing = 72 / 25.4

  /// Finds the contours of a field.
  ///
  /// - Parameters:
  ///   - field: The samples.
  ///   - norm: Levels and colours.
  ///   - axes: What the frame shows.
  ///   - frame: Where.
  ///   - style: Letters.
  ///   - isBanded: Whether the contours bound colours rather than run over cells.
  ///   - supplements: Whether to add dashed levels where the norm gives fewer than five.
  ///   - ink: What lines are drawn in.
  ///   - guides: Iso-lines of another quantity, drawn among the contours.
  ///   - ground: The colour under a place of the page, for an overlay.
  init(
    _ field: Field, norm: Norm, axes: Axes, frame: Rectangle, style: FigureStyle,
    isBanded: Bool, supplements: Bool, ink: Ink = .shade, guides: IsoLines? = nil,
    ground: ((Point) -> Color)? = nil
  ) {
    self.frame = frame
    self.ground = ground
    self.isBanded = isBanded
    self.style = style
    base = norm.colors[0]
    let relief = Relief(field, scale: norm.scale)
    let s = style.page.textScale
    func onPage(_ points: [Point]) -> [Point] {
      simplified(points.map { axes.place($0, in: frame) }, tolerance: 0.02)
    }
    func level(
      _ value: Double, sides: [Color], isIndex: Bool, isSupplementary: Bool
    ) -> Level {
      let contour = relief.contour(at: norm.scale.unit(value))
      return Level(
        value: value, sides: sides, isIndex: isIndex, isSupplementary: isSupplementary, ink: ink,
        label: TextLine(
          norm.name(of: value), size: Size.small * s, typeface: style.typeface),
        rings: contour.rings.map { onPage($0 + $0.prefix(1)) }.filter { $0.count > 3 },
        lines: contour.lines.map { Polyline(onPage($0)) }.filter { $0.length > 0.5 })
    }
    var levels = norm.levels.values.enumerated().map { index, value in
      level(
        value, sides: [norm.colors[index], norm.colors[index + 1]],
        isIndex: norm.levels.isIndex[index], isSupplementary: false)
    }
    if supplements {
      for value in ContourPlot.supplements(field, norm: norm) {
        let part = norm.levels.values.partitioningIndex { $0 > value }
        let extra = level(
          value, sides: [norm.colors[part]], isIndex: false, isSupplementary: true)
        if !extra.lines.isEmpty { levels.append(extra) }
      }
    }
    if let guides {
      for (value, lines) in guides.lines {
        levels.append(
          Level(
            value: value, sides: [], isIndex: false, isSupplementary: false, ink: .guide,
            label: TextLine(
              guides.name(of: value), size: Size.small * s, typeface: style.typeface),
            rings: [],
            lines: lines.map { Polyline(onPage($0)) }.filter { $0.length > 0.5 }))
      }
    }
    self.levels = levels
    owners = levels.enumerated().flatMap { number, level in level.lines.map { _ in number } }
    let lines = levels.flatMap(\.lines)
    index = SegmentIndex(
      lines, widths: owners.map { levels[$0].width * s }, frame: frame)
    missing =
      relief.missing.isEmpty ? nil : ContourPlot.missingCells(field, axes: axes, frame: frame)

    var (near, all) = (0, 0)
    let isGuide = owners.map { levels[$0].ink == .guide }
    for (number, line) in lines.enumerated() where !isGuide[number] {
      for step in 0..<Int(line.length / (4 * s)) {
        let point = line.point(at: (Double(step) + 0.5) * 4 * s)
        all += 1
        let owners = owners
        if index.touches(
          center: point, radius: ContourPlot.leastSpacing * s,
          whereLine: { owners[$0] != owners[number] && !isGuide[$0] })
        {
          near += 1
        }
      }
    }
    crowded = all == 0 ? 0 : Double(near) / Double(all)
  }

  /// Levels of its own for a field that has a shape, but fewer than five contours at the shared ones.
  static func supplements(_ field: Field, norm: Norm) -> [Double] {
    guard let range = field.range, range.lowerBound < range.upperBound else { return [] }
    let shared = norm.levels.values
    guard shared.count(where: { $0 > range.lowerBound && $0 < range.upperBound }) < 5 else {
      return []
    }
    return supplement(shared, in: range, scale: norm.scale)
  }

  /// What dashed contours are, with their values where these are few: not all have room for a label.
  static func sentence(ofSupplements values: [Double]) -> RichText? {
    let all = Set(values).sorted()
    guard !all.isEmpty else { return nil }
    guard all.count <= 12 else { return "Dashed: levels between the shared ones." }
    let names = all.map { RichText(number: $0, among: all) }
    return "Dashed: " + names.dropFirst().reduce(names[0]) { $0 + ", " + $1 } + "."
  }

  /// Nice values of a panel's own range that make five with the shared levels, each in the middle of
  /// the widest gap that the others leave, so that there is room for labels.
  static func supplement(
    _ shared: [Double], in range: ClosedRange<Double>, scale: Scale
  ) -> [Double] {
    var inside = shared.filter { range.lowerBound < $0 && $0 < range.upperBound }
    let kinds = [range.lowerBound > 0 ? scale.kind : .linear, .linear]
    let nice = Set(
      kinds.flatMap { Levels.all(in: range, kind: $0, counts: 2...12) }.flatMap(\.values)
    ).subtracting(inside).sorted()
    var extra: [Double] = []
    while inside.count < 5 {
      // A contour may come nearer to the range's ends than to another.
      func gap(_ value: Double) -> Double {
        let place = scale.unit(value)
        let ends = [range.lowerBound, range.upperBound].map { 2 * abs(scale.unit($0) - place) }
        let others = inside.map { abs(scale.unit($0) - place) }
        return (ends + others).min() ?? 0
      }
      let left = nice.filter { !inside.contains($0) }.map { (value: $0, gap: gap($0)) }
      guard let widest = left.map(\.gap).max() else { break }
      // Of places nearly as good the shortest number.
      let best = left.filter { $0.gap >= 0.8 * widest }
        .min { DecimalNumber($0.value).digits.count < DecimalNumber($1.value).digits.count }
      guard let best else { break }
      extra.append(best.value)
      inside.append(best.value)
    }
    return extra.sorted()
  }

  /// The cells between samples of which at least one is missing.
  private static func missingCells(_ field: Field, axes: Axes, frame: Rectangle) -> Path {
    let nx = field.xs.count
    return Path(
      outlineOfCells: nx - 1, field.ys.count - 1,
      where: { i, j in
        let corner = j * nx + i
        return [corner, corner + 1, corner + nx, corner + nx + 1]
          .contains { Field.isMissing(field.values[$0]) }
      },
      corner: { axes.place(Point(field.xs[$0], field.ys[$1]), in: frame) })
  }

  /// Whether no line touches a box.
  func isFree(_ box: OrientedBox) -> Bool {
    !index.touches(box, except: -1, within: 0...0, of: 0)
  }

  /// Paints the regions: each "at or above" region over the last, so that no seam can show.
  func fill(on sheet: inout Sheet) {
    var regions: [Drawing.Element] = [.fill(frame.path, base)]
    for level in levels where !level.isSupplementary && !level.rings.isEmpty {
      let path = Path(level.rings.flatMap { Path($0.dropLast(), closed: true).steps })
      regions.append(.fill(path, level.sides[1]))
    }
    sheet.elements.append(.clip(frame.path, regions))
  }

  /// Where labels are set into the lines.
  ///
  /// - Parameter obstacles: What labels must not touch.
  /// - Returns: The labels.
  func labels(avoiding obstacles: [OrientedBox]) -> [ContourLabel] {
    placer(avoiding: obstacles).place(on: labelledLines, index: index)
  }

  /// Where labels are set into the lines of a film's frame.
  ///
  /// - Parameters:
  ///   - obstacles: What labels must not touch.
  ///   - past: Where levels had their labels in the frame before.
  ///   - absent: Levels that are to have none.
  /// - Returns: The labels.
  func labels(
    avoiding obstacles: [OrientedBox], following past: [Int: Point], except absent: Set<Int>
  ) -> [ContourLabel] {
    placer(avoiding: obstacles).follow(
      past, except: absent, on: labelledLines, index: index)
  }

  private var labelledLines: [LabelledLine] {
    zip(owners, levels.flatMap(\.lines)).map { LabelledLine(level: $0, line: $1) }
  }

  private func placer(avoiding obstacles: [OrientedBox]) -> ContourLabels {
    ContourLabels(
      labels: levels.map(\.label), halos: levels.map { halo(of: $0).map { $0.width / 2 } ?? 0 },
      frame: frame, obstacles: obstacles, scale: style.page.textScale)
  }

  /// Draws the lines, broken where labels stand, the missing part and the labels.
  ///
  /// - Parameters:
  ///   - labels: The labels.
  ///   - sheet: The page.
  /// - Returns: Labels and contours as drawn.
  func drawLines(
    labels: [ContourLabel], on sheet: inout Sheet
  ) -> (labels: [FigureLayout.LabelRecord], contours: [FigureLayout.ContourRecord]) {
    let s = style.page.textScale
    let lines = labelledLines
    var strokes: [Drawing.Element] = []
    for (number, entry) in lines.enumerated() {
      let level = levels[entry.level]
      let cuts = labels.filter { $0.line == number }.map(\.cut)
      let parts = entry.line.removing(cuts)
      if level.ink == .overlay, let ground {
        strokes += overlayStrokes(parts, of: level, over: ground)
        continue
      }
      let path = parts.reduce(into: Path()) { path, part in
        let closed = part.count > 3 && part.first == part.last
        path.steps += Path(closed ? part.dropLast() : part, closed: closed).steps
      }
      if level.ink.isForeign {
        let edge = Color(red: 1, green: 1, blue: 1, alpha: 0.55)
        strokes.append(.stroke(path, Stroke(edge, width: width(of: level) + 0.8 * s)))
      }
      strokes.append(
        .stroke(
          path,
          Stroke(
            lineColor(of: level), width: width(of: level),
            dash: level.isSupplementary ? [3 * s, 2 * s] : level.ink == .guide ? [2 * s] : [])))
    }
    sheet.elements.append(.clip(frame.path, strokes))
    if let missing, isBanded { sheet.hatch(missing, in: frame, style: style) }
    for label in labels {
      let level = levels[label.level]
      let box = label.box
      let ink = letterInk(of: level, at: box.center)
      let middle = level.label.ink
      let anchor =
        box.center - box.along * (middle.midX - level.label.width / 2) - box.across * middle.midY
      sheet.text(
        level.label, at: anchor, .center, angle: box.angle, color: ink, on: level.sides,
        halo: halo(of: level, at: box.center),
        role: level.ink == .guide ? .guideLabel : .contourLabel)
    }
    return (
      labels.filter { levels[$0.level].ink != .guide }
        .map { FigureLayout.LabelRecord(level: levels[$0.level].value, box: $0.box) },
      levels.filter { !$0.lines.isEmpty && $0.ink != .guide }.map { level in
        FigureLayout.ContourRecord(
          level: level.value, isSupplementary: level.isSupplementary,
          longest: level.lines.map(\.length).max() ?? 0, labelWidth: level.label.ink.width,
          lineWidth: width(of: level))
      }
    )
  }

  /// Lines of an overlay, dark on light colours and light on dark ones, each with an edge of the
  /// other kind; first all edges, so that none covers a line.
  private func overlayStrokes(
    _ parts: [[Point]], of level: Level, over ground: (Point) -> Color
  ) -> [Drawing.Element] {
    var (edges, lines): ([Drawing.Element], [Drawing.Element]) = ([], [])
    func finish(_ run: [Point], isLight: Bool) {
      guard run.count > 1 else { return }
      let (ink, other) =
        isLight ? (Color.white, ContourPlot.overlayInk) : (ContourPlot.overlayInk, .white)
      var edge = other
      edge.alpha = 0.55
      let path = Path(run, closed: run.count > 3 && run.first == run.last)
      edges.append(
        .stroke(path, Stroke(edge, width: width(of: level) + 1.2 * style.page.textScale)))
      lines.append(.stroke(path, Stroke(ink, width: width(of: level))))
    }
    for part in parts {
      var run = Array(part.prefix(1))
      var isLight: Bool?
      for (from, to) in zip(part, part.dropFirst()) {
        let count = max(1, Int(((to - from).length / (2 * style.page.textScale)).rounded(.up)))
        for step in 0..<count {
          let middle = from + (to - from) * ((Double(step) + 0.5) / Double(count))
          let end = from + (to - from) * (Double(step + 1) / Double(count))
          let needsLight = ContourPlot.needsLight(on: ground(middle), after: isLight)
          if let isLight, isLight != needsLight {
            finish(run, isLight: isLight)
            run = run.suffix(1)
          }
          isLight = needsLight
          run.append(end)
        }
      }
      finish(run, isLight: isLight ?? false)
    }
    return edges + lines
  }

  /// Whether an overlay is white on a colour rather than grey: as it was until then while that can
  /// be seen, so that it does not change from cell to cell.
  private static func needsLight(on color: Color, after isLight: Bool? = nil) -> Bool {
    let (light, dark) = (Contrast.ratio(.white, color), Contrast.ratio(overlayInk, color))
    if let isLight, (isLight ? light : dark) >= 2.5 { return isLight }
    return light > dark
  }

  private func letterInk(of level: Level, at place: Point? = nil) -> Color {
    guard level.ink.isForeign else { return Contrast.ink(on: level.sides) }
    let isOnDark = zip(ground, place).map { ContourPlot.needsLight(on: $0($1)) } ?? false
    return isOnDark ? .white : ContourPlot.overlayInk
  }

  /// The edge around a level's letters: the gap in the line shows both neighbours, and where one of
  /// them is too near to the ink, the letters get an edge in the other's colour.
  private func halo(of level: Level, at place: Point? = nil) -> Stroke? {
    let (ink, isForeign) = (letterInk(of: level, at: place), level.ink.isForeign)
    let isClear = isBanded && !isForeign && Contrast.ratio(ink, on: level.sides) >= Contrast.text
    let best =
      isForeign
      ? ink == .white ? ContourPlot.overlayInk : .white
      : level.sides.max { Contrast.ratio(ink, $0) < Contrast.ratio(ink, $1) } ?? base
    return isClear ? nil : Stroke(best, width: 1.8 * style.page.textScale)
  }

  /// Dark enough to be read on white, and grey beside the black of the zero contour.
  private static let overlayInk = Color(red: 0.3, green: 0.3, blue: 0.3)

  private func lineColor(of level: Level) -> Color {
    switch level.ink {
    case .zero: .black
    case .overlay, .guide: ContourPlot.overlayInk
    case .shade:
      level.value == 0 && level.isIndex
        ? Contrast.ink(on: level.sides)
        : Contrast.shade(on: level.sides, ratio: 1.05 * Contrast.line)
    }
  }

  private func width(of level: Level) -> Double { level.width * style.page.textScale }
}

/// Both values, where there are both.
private func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
  guard let a, let b else { return nil }
  return (a, b)
}
