/// A line's name at its right end.
struct PlacedName: Hashable, Sendable {
  var text: TextLine
  var anchor: Point
  var color: Color
}

/// A panel's lines on the page.
struct LinePlot {
  /// The frame around the data.
  let frame: Rectangle
  /// How many points have no place.
  let missingCount: Int
  /// Descriptions of references whose labels found no free place.
  let unplaced: [RichText]
  private let panel: LinePanel
  private let looks: [LineLook]
  private let x: GraphAxis
  private let y: GraphAxis
  private let style: PageStyle
  /// Each line's stretches without a gap, as indices of points.
  private let runs: [[[Int]]]
  /// Where each line is drawn; a filled one is not.
  private let strokes: [[[Point]]]
  private let references: [PlacedReference]

  private var s: Double { style.format.textScale }

  /// Finds the lines' places.
  ///
  /// - Parameters:
  ///   - panel: The lines.
  ///   - looks: One a line.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - frame: Where.
  ///   - style: Letters and colours.
  init(
    _ panel: LinePanel, looks: [LineLook], x: GraphAxis, y: GraphAxis, frame: Rectangle,
    style: PageStyle
  ) {
    self.panel = panel
    self.looks = looks
    self.x = x
    self.y = y
    self.frame = frame
    self.style = style
    func runs(_ points: [Point]) -> [[Int]] {
      var runs: [[Int]] = [[]]
      for (index, point) in points.enumerated() {
        let isBroken = x.hasBrokenZero && point.x == 0
        if x.unit(point.x) == nil || y.unit(point.y) == nil || isBroken { runs.append([]) }
        if x.unit(point.x) != nil, y.unit(point.y) != nil {
          runs[runs.count - 1].append(index)
          if isBroken { runs.append([]) }
        }
      }
      return runs.filter { !$0.isEmpty }
    }
    self.runs = panel.lines.map { runs($0.points) }
    let place = { LinePlot.place($0, x: x, y: y, frame: frame) }
    strokes = panel.lines.map { line in
      let points = line.course ?? line.points
      return line.isFilled ? [] : runs(points).map { $0.map { place(points[$0]) } }
    }
    missingCount = zip(panel.lines, self.runs).reduce(0) { sum, pair in
      pair.0.isFilled ? sum : sum + pair.0.points.count - pair.1.map(\.count).reduce(0, +)
    }
    let segments = strokes.joined().flatMap { stroke -> [(Point, Point)] in
      let points = simplified(stroke, tolerance: 0.2)
      return points.count == 1 ? [(points[0], points[0])] : Array(zip(points, points.dropFirst()))
    }
    (references, unplaced) = PlacedReference.place(
      panel.references, avoiding: segments, x: x, y: y, frame: frame, style: style)
  }

  private func place(_ point: Point) -> Point {
    LinePlot.place(point, x: x, y: y, frame: frame)
  }

  private static func place(
    _ point: Point, x: GraphAxis, y: GraphAxis, frame: Rectangle
  ) -> Point {
    Point(
      frame.minX + (x.unit(point.x) ?? 0) * frame.width,
      frame.maxY - (y.unit(point.y) ?? 0) * frame.height)
  }

  /// What has been drawn.
  var records: [FigureLayout.LineRecord] {
    panel.lines.indices.map { number in
      let line = panel.lines[number]
      return FigureLayout.LineRecord(
        name: line.name.plain, look: looks[number], pointCount: line.points.count,
        runs: runs[number].map(\.count), hasBand: line.band != nil, hasMarks: line.hasMarks)
    }
  }

  /// Draws zero lines, references, bands, lines and rugs, cut at the frame.
  func drawData(on sheet: inout Sheet) {
    var inner = Sheet()
    let faint = Stroke(
      style.theme.background.mixed(with: style.theme.text, 0.45), width: 0.5 * s)
    if let zero = y.zeroLine {
      let height = frame.maxY - zero * frame.height
      inner.stroke(Path([Point(frame.minX, height), Point(frame.maxX, height)]), faint)
    }
    if let zero = x.zeroLine {
      let place = frame.minX + zero * frame.width
      inner.stroke(Path([Point(place, frame.minY), Point(place, frame.maxY)]), faint)
    }
    for placed in references {
      let ends =
        placed.reference.axis == .x
        ? [Point(placed.place, frame.minY), Point(placed.place, frame.maxY)]
        : [Point(frame.minX, placed.place), Point(frame.maxX, placed.place)]
      inner.stroke(
        Path(ends),
        Stroke(
          placed.reference.color ?? style.theme.secondary, width: 0.7 * s,
          dash: LineLook.referenceDash.map { $0 * s }))
    }
    for (number, line) in panel.lines.enumerated() {
      if let band = line.band { drawBand(band, number: number, on: &inner) }
      guard line.isFilled else { continue }
      for run in runs[number] where run.count > 1 {
        let points = run.map { place(line.points[$0]) }
        let base = [Point(points[points.count - 1].x, frame.maxY), Point(points[0].x, frame.maxY)]
        inner.fill(Path(points + base, closed: true), looks[number].color.band)
      }
    }
    for (number, line) in panel.lines.enumerated() where !line.isFilled {
      var path = Path()
      for stroke in strokes[number] where stroke.count > 1 {
        path.steps += Path(simplified(stroke, tolerance: 0.02)).steps
      }
      guard !path.steps.isEmpty else { continue }
      inner.stroke(path, Stroke(looks[number], width: 1.2, scale: s))
    }
    for (number, rug) in panel.rugs.enumerated() {
      let base = frame.maxY - Double(number) * 5 * s
      let strokes = rug.values.filter { x.shows($0) }.flatMap { value -> [Path.Step] in
        let place = frame.minX + (x.unit(value) ?? 0) * frame.width
        return [.move(Point(place, base)), .line(Point(place, base - 4 * s))]
      }
      inner.stroke(Path(strokes), Stroke(rug.color, width: 0.5 * s))
    }
    sheet.elements.append(.clip(frame.path, inner.elements))
  }

  private func drawBand(_ band: Line.Band, number: Int, on sheet: inout Sheet) {
    let line = panel.lines[number]
    /// Where an end without a place on a logarithmic axis lies: under the frame.
    func place(_ x: Double, _ end: Double) -> Point? {
      guard end.isFinite else { return nil }
      guard y.unit(end) == nil else { return self.place(Point(x, end)) }
      return Point(self.place(Point(x, line.points[0].y)).x, frame.maxY + frame.height)
    }
    for run in runs[number] {
      var parts: [[(lower: Point, upper: Point)]] = [[]]
      for index in run {
        let x = line.points[index].x
        if let lower = place(x, band.lower[index]), let upper = place(x, band.upper[index]) {
          parts[parts.count - 1].append((lower, upper))
        } else {
          parts.append([])
        }
      }
      for part in parts where part.count > 1 {
        let outline = part.map(\.upper) + part.reversed().map(\.lower)
        sheet.fill(Path(outline, closed: true), looks[number].color.band)
        // The ends are what a band says: lines that are seen on the page.
        for edge in [outline.prefix(outline.count / 2), outline.suffix(outline.count / 2)] {
          sheet.stroke(
            Path(Array(edge)), Stroke(looks[number].color.edge, width: 0.4 * s))
        }
      }
      for part in parts where part.count == 1 {
        // A point alone has an error bar.
        let (lower, upper) = part[0]
        let cap = 1.8 * s
        sheet.stroke(
          Path([
            .move(lower), .line(upper), .move(Point(lower.x - cap, lower.y)),
            .line(Point(lower.x + cap, lower.y)), .move(Point(upper.x - cap, upper.y)),
            .line(Point(upper.x + cap, upper.y)),
          ]), Stroke(looks[number].color, width: 0.7 * s))
      }
    }
  }

  /// Draws the points' marks inside the frame, uncut by it; where some of several lines coincide,
  /// the lower ones larger and the uppermost smaller, so that the shapes of all are seen.
  func drawPoints(on sheet: inout Sheet) {
    let marked = panel.lines.indices.map { number -> [Point] in
      let line = panel.lines[number]
      return runs[number].filter { line.hasMarks || $0.count == 1 }.flatMap { run in
        run.map { line.points[$0] }.filter { x.shows($0.x) && y.shows($0.y) }.map(place)
      }
    }
    for (number, points) in marked.enumerated() {
      for point in points {
        func count(_ others: ArraySlice<[Point]>) -> Int {
          others.count { other in other.contains { ($0 - point).length < 1.2 * s } }
        }
        let (below, above) = (count(marked[..<number]), count(marked[(number + 1)...]))
        let size = below + above == 0 ? 1 : above == 0 ? 0.65 : 0.65 + 0.7 * Double(above)
        sheet.point(
          looks[number], at: point, background: style.theme.background, scale: s * size)
      }
    }
  }

  /// Draws the references' labels.
  ///
  /// - Returns: The references and where they stand.
  func drawLabels(on sheet: inout Sheet) -> [FigureLayout.ReferenceRecord] {
    references.map { placed in
      if let label = placed.label {
        let color = placed.reference.color ?? style.theme.text
        sheet.text(
          label, at: placed.anchor, color: color.readable(on: style.theme.background),
          on: [style.theme.background], halo: Stroke(style.theme.background, width: 2.2 * s),
          role: .reference)
      }
      return FigureLayout.ReferenceRecord(
        axis: placed.reference.axis, value: placed.reference.value,
        label: placed.reference.label.plain, place: placed.place, isLabelled: placed.label != nil)
    }
  }

  /// The lines' names at their right ends, moved up or down a little where they would touch, or
  /// nil if they do not fit.
  func names() -> [PlacedName]? {
    var entries: [(name: PlacedName, wanted: Double)] = []
    let capHeight = style.typeface.capHeight * Size.small * s
    for (number, line) in panel.lines.enumerated() where !line.name.isEmpty {
      guard let last = runs[number].last?.last else { return nil }
      let end = place(line.points[last])
      guard end.x > frame.maxX - 0.12 * frame.width, end.x <= frame.maxX + 0.5,
        frame.contains(Point(frame.midX, end.y))
      else { return nil }
      let text = TextLine(line.name, size: Size.small * s, typeface: style.typeface)
      let color = looks[number].color.readable(on: style.theme.background)
      entries.append((PlacedName(text: text, anchor: Point(0, 0), color: color), end.y))
    }
    entries.sort { $0.wanted < $1.wanted }
    // The least shift that keeps neighbours apart: pools of names that touch share their mean.
    // Raised digits reach higher than other letters.
    let tallest = entries.map { $0.name.text.ascent + $0.name.text.descent }.max() ?? 0
    let step = max(1.3 * Size.small * s, tallest + 1.2 * s)
    var pools: [(sum: Double, count: Int)] = []
    for entry in entries {
      pools.append((entry.wanted, 1))
      while pools.count > 1 {
        let (above, below) = (pools[pools.count - 2], pools[pools.count - 1])
        let distance = below.sum / Double(below.count) - above.sum / Double(above.count)
        guard distance < step * Double(above.count + below.count) / 2 else { break }
        pools.removeLast(2)
        pools.append((above.sum + below.sum, above.count + below.count))
      }
    }
    var names: [PlacedName] = []
    for pool in pools {
      let first = pool.sum / Double(pool.count) - step * Double(pool.count - 1) / 2
      for position in 0..<pool.count {
        let middle = first + Double(position) * step
        let (entry, wanted) = entries[names.count]
        guard abs(middle - wanted) <= 5 * s, middle > frame.minY, middle < frame.maxY else {
          return nil
        }
        var name = entry
        name.anchor = Point(frame.maxX + 4 * s, middle + capHeight / 2)
        names.append(name)
      }
    }
    return names
  }
}

extension Color {
  /// What the ends of an error band in this colour are drawn in: paler than its line, 3 : 1 on the
  /// page.
  var edge: Color {
    var color = self
    color.alpha = 0.7
    return color
  }

  /// What an error band in this colour is filled with: the lines of others show through.
  var band: Color {
    var color = self
    color.alpha = 0.2
    return color
  }
}
