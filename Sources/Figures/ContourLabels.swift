import Foundation

/// A contour on the page that wants a label.
struct LabelledLine: Hashable, Sendable {
  /// Which level it belongs to, as a position in the list of levels.
  var level: Int
  /// The line.
  var line: Polyline
}

/// A label set into a gap of its line.
struct ContourLabel: Hashable, Sendable {
  /// The level's position in the list of levels.
  var level: Int
  /// The line's position in the list of lines.
  var line: Int
  /// Where the line is cut, as distances from its start.
  var cut: ClosedRange<Double>
  /// The letters' box.
  var box: OrientedBox
}

/// Places labels so that none touches the frame, another line, a mark or another label.
///
/// Candidates stand every 0.35 label heights along each line. One is refused if the line turns too
/// much under it (chord below 0.85 of its length, sagitta above 0.35 heights, or 0.85 where no other
/// place is free) or if its box comes
/// within the stated gaps of anything else; a level without a free place stays unlabelled and is
/// read from the colour bar. Among the free places the least cost wins:
/// `2 × sagitta / height + 1.2 × (angle / 90°)² + crowding`. Levels with the fewest places go first.
struct ContourLabels {
  /// Each level's label.
  let labels: [TextLine]
  /// How far an edge in another colour reaches around each level's letters.
  let halos: [Double]
  /// Labels stay inside this.
  let frame: Rectangle
  /// Boxes that labels must not touch, such as marks'.
  let obstacles: [OrientedBox]
  /// Widths are in multiples of this (1 in print).
  let scale: Double

  /// The space between a label's ends and its line.
  private var gap: Double { 1.6 * scale }
  /// The least distance from other labels.
  private var labelGap: Double { 1.5 * scale }

  /// The sine of the greatest angle between a label and the middle half of the line under it, 3°.
  private var greatestTurn: Double { 0.0523 }

  /// How strict to be, in points and label heights.
  private struct Rules {
    /// The least distance from the frame.
    var frameGap: Double
    /// The least distance from other lines' edges.
    var lineGap: Double
    /// How far the line may bend under the label, in label heights.
    var sagitta: Double
    /// The least length of the chord under the label, over that of the line there.
    var chord = 0.85
    /// The least distance from marks, beyond what these keep free around them.
    var obstacleGap = 1.5

    /// Comfortable.
    static let first = Rules(frameGap: 4, lineGap: 1, sagitta: 0.35)
    /// For levels that found no comfortable place: nothing touches, but little is left.
    static let second = Rules(frameGap: 2.2, lineGap: 0.4, sagitta: 0.5)
    /// For small loops: the label stands across a bend.
    static let third = Rules(frameGap: 2.2, lineGap: 0.4, sagitta: 0.85)
    /// For loops hardly wider than their label, around a mark.
    static let fourth = Rules(
      frameGap: 2.2, lineGap: 0.4, sagitta: 1.5, chord: 0.7, obstacleGap: 0.2)
  }

  private struct Candidate {
    var label: ContourLabel
    var cost: Double
  }

  /// Chooses places.
  ///
  /// - Parameters:
  ///   - lines: All contours.
  ///   - index: The same contours' segments.
  /// - Returns: One label for every level that has a free place, and one more for each other long
  ///   line.
  func place(on lines: [LabelledLine], index: SegmentIndex) -> [ContourLabel] {
    var candidates = lines.indices.map { line in
      free(on: lines[line], at: line, index: index, rules: .first)
    }
    var placed: [ContourLabel] = []
    let levels = Set(lines.map(\.level)).sorted()
    func choose(among own: [Int]) {
      guard let best = best(of: own.flatMap { candidates[$0] }, beside: placed) else { return }
      placed.append(best)
      candidates[best.line] = []
    }
    let byLevel = levels.map { level in lines.indices.filter { lines[$0].level == level } }
    let counts = byLevel.map { own in own.reduce(0) { $0 + candidates[$1].count } }
    for position in byLevel.indices.sorted(by: { (counts[$0], $0) < (counts[$1], $1) }) {
      choose(among: byLevel[position])
    }
    for rules in [Rules.second, .third, .fourth] {
      for (level, own) in zip(levels, byLevel)
      where !placed.contains(where: { $0.level == level }) {
        for line in own {
          candidates[line] = free(on: lines[line], at: line, index: index, rules: rules)
        }
        choose(among: own)
      }
    }
    // A second branch as long as the frame is wide is hard to follow to its label elsewhere.
    let long = max(frame.width, frame.height)
    for line in lines.indices.sorted(by: { lines[$0].line.length > lines[$1].line.length })
    where lines[line].line.length > long && !placed.contains(where: { $0.line == line }) {
      choose(among: [line])
    }
    return placed
  }

  /// The cheapest of some places that keeps clear of other labels.
  private func best(
    of candidates: some Sequence<Candidate>, beside placed: [ContourLabel]
  ) -> ContourLabel? {
    var best: Candidate?
    for candidate in candidates {
      let box = candidate.label.box.grown(by: labelGap)
      guard !placed.contains(where: { $0.box.intersects(box) }) else { continue }
      var cost = candidate.cost
      for other in placed {
        let distance = (other.box.center - box.center).length / scale
        cost += pow(14 / max(distance, 5), 2)
      }
      if cost < best?.cost ?? .infinity {
        best = Candidate(label: candidate.label, cost: cost)
      }
    }
    return best?.label
  }

  /// Chooses places in a frame of a film, one for each level at most.
  ///
  /// A level's label goes to the nearest point of its contour, so that it rides on it; where it has no
  /// room there, it may slide by a little, and goes otherwise.
  ///
  /// - Parameters:
  ///   - past: Where levels had their labels in the frame before.
  ///   - absent: Levels that are to have none.
  ///   - lines: All contours.
  ///   - index: The same contours' segments.
  /// - Returns: The labels.
  func follow(
    _ past: [Int: Point], except absent: Set<Int>, on lines: [LabelledLine], index: SegmentIndex
  ) -> [ContourLabel] {
    let all: [Rules] = [.first, .second, .third, .fourth]
    let levels = Set(lines.map(\.level)).subtracting(absent).sorted()
    func own(_ level: Int) -> [Int] { lines.indices.filter { lines[$0].level == level } }
    var placed: [ContourLabel] = []
    for level in levels {
      guard let center = past[level] else { continue }
      let nearest = own(level).map { (line: $0, point: lines[$0].line.nearest(to: center)) }
        .min { ($0.point.at - center).length < ($1.point.at - center).length }
      guard let (line, point) = nearest else { continue }
      // What is free under one rule is so under those that follow.
      let here = all.lazy.compactMap { rules in
        candidate(at: point.distance, on: lines[line], at: line, index: index, rules: rules)
      }.prefix(1)
      func near() -> [Candidate] {
        free(on: lines[line], at: line, index: index, rules: .second).filter {
          ($0.label.box.center - point.at).length <= ContourLabels.slide * scale
        }
      }
      if let label = best(of: here, beside: placed) ?? best(of: near(), beside: placed) {
        placed.append(label)
      }
    }
    for level in levels where past[level] == nil {
      for rules in all.prefix(2) {
        let places = own(level).flatMap {
          free(on: lines[$0], at: $0, index: index, rules: rules)
        }
        guard let label = best(of: places, beside: placed) else { continue }
        placed.append(label)
        break
      }
    }
    return placed
  }

  /// How far a label may slide from a frame to the next; a jump of 10 pt is seen as one.
  private static let slide = 6.0

  /// The places on one line that are free of everything but other labels.
  private func free(
    on entry: LabelledLine, at line: Int, index: SegmentIndex, rules: Rules
  ) -> [Candidate] {
    let path = entry.line
    guard path.length >= 3 * labels[entry.level].ink.width else { return [] }
    let cut = cut(for: entry.level)
    let step = max(0.35 * labels[entry.level].ink.height, path.length / 4000)
    let range = path.isClosed ? 0..<path.length : cut / 2..<max(path.length - cut / 2, cut / 2)
    return stride(from: range.lowerBound, to: range.upperBound, by: step).compactMap { s in
      candidate(at: s, on: entry, at: line, index: index, rules: rules)
    }
  }

  /// How much of its line a level's label takes.
  private func cut(for level: Int) -> Double {
    // Beside a minus sign the line would be read as a second one.
    let isSigned = labels[level].string.hasPrefix("\u{2212}")
    return labels[level].ink.width + 2 * gap * (isSigned ? 2.2 : 1)
  }

  /// A place on a line, if it is free of everything but other labels.
  private func candidate(
    at s: Double, on entry: LabelledLine, at line: Int, index: SegmentIndex, rules: Rules
  ) -> Candidate? {
    let size = labels[entry.level].ink
    let path = entry.line
    let cut = cut(for: entry.level)
    guard path.length >= 3 * size.width, path.length > cut,
      path.isClosed || (cut / 2..<path.length - cut / 2).contains(s)
    else { return nil }
    let (from, to) = (path.point(at: s - cut / 2), path.point(at: s + cut / 2))
    let chord = to - from
    guard chord.length >= rules.chord * cut else { return nil }
    var sagitta = 0.0
    var mean = 0.0
    for place in 1..<8 {
      let d = path.point(at: s + cut * (Double(place) / 8 - 0.5)) - from
      let off = (d.x * chord.y - d.y * chord.x) / chord.length
      sagitta = max(sagitta, abs(off))
      mean += off / 7
    }
    guard sagitta <= rules.sagitta * size.height else { return nil }
    func turns(from start: Double, to end: Double, more sine: Double) -> Bool {
      let part = path.point(at: end) - path.point(at: start)
      return abs(part.x * chord.y - part.y * chord.x) > sine * part.length * chord.length
    }
    guard !turns(from: s - cut / 4, to: s + cut / 4, more: greatestTurn) else { return nil }
    var angle = atan2(-chord.y, chord.x)
    if angle > .pi / 2 { angle -= .pi }
    if angle <= -.pi / 2 { angle += .pi }
    // On the line's own mean, not on its chord.
    let normal = Point(chord.y, -chord.x) * (1 / chord.length)
    let center = (from + to) * 0.5 + normal * mean
    let box = OrientedBox(center: center, width: size.width, height: size.height, angle: angle)
    guard box.corners.allSatisfy(frame.inset(by: rules.frameGap * scale).contains) else {
      return nil
    }
    let grown = box.grown(by: rules.obstacleGap * scale)
    guard !obstacles.contains(where: { $0.intersects(grown) }) else { return nil }
    let range = (s - cut / 2)...(s + cut / 2)
    guard
      !index.touches(
        box.grown(by: max(rules.lineGap * scale, halos[entry.level])), except: line,
        within: range, of: path.length)
    else { return nil }
    // Where a bend is crooked, the line may turn once more beside the label's middle.
    let places = (-8...8).map { s + cut * Double($0) / 32 }
    let nearest = places.min {
      (path.point(at: $0) - center).length < (path.point(at: $1) - center).length
    }
    let (nearby, reach) = (nearest ?? s, cut / 32)
    guard !turns(from: nearby - reach, to: nearby + reach, more: 1.8 * greatestTurn) else {
      return nil
    }
    let tilt = angle / (.pi / 2)
    return Candidate(
      label: ContourLabel(level: entry.level, line: line, cut: range, box: box),
      cost: 2 * sagitta / size.height + 1.2 * tilt * tilt)
  }
}

/// Finds the segments of many lines near a place.
struct SegmentIndex: Sendable {
  private struct Segment {
    var line: Int
    var from: Point
    var to: Point
    var start: Double
    var end: Double
  }

  private let segments: [Segment]
  private let cells: [[Int32]]
  private let columns: Int
  private let rows: Int
  private let origin: Point
  private let cell: Double
  /// Half of each width that lines have.
  private let reaches: [Double]
  /// Which of them each line has.
  private let reachOf: [Int]

  /// Indexes the segments of lines inside a frame.
  ///
  /// - Parameters:
  ///   - lines: The lines.
  ///   - widths: How wide each is drawn; as thin as can be if empty.
  ///   - frame: Where they lie.
  init(_ lines: [Polyline], widths: [Double] = [], frame: Rectangle) {
    let cell = max(6, max(frame.width, frame.height) / 200)
    let columns = max(1, Int(frame.width / cell) + 1)
    let rows = max(1, Int(frame.height / cell) + 1)
    let origin = Point(frame.minX, frame.minY)
    var segments: [Segment] = []
    var cells = [[Int32]](repeating: [], count: columns * rows)
    for (number, line) in lines.enumerated() {
      for i in 1..<max(line.points.count, 1) {
        let (a, b) = (line.points[i - 1], line.points[i])
        let id = Int32(segments.count)
        segments.append(
          Segment(
            line: number, from: a, to: b, start: line.distances[i - 1], end: line.distances[i]))
        // Walk the segment so that a long one does not fill its whole bounding box.
        let pieces = max(1, Int(((b - a).length / cell).rounded(.up)))
        for piece in 0..<pieces {
          let p = a + (b - a) * (Double(piece) / Double(pieces)) - origin
          let q = a + (b - a) * (Double(piece + 1) / Double(pieces)) - origin
          let xs = SegmentIndex.span(p.x, q.x, cell: cell, count: columns)
          let ys = SegmentIndex.span(p.y, q.y, cell: cell, count: rows)
          for y in ys {
            for x in xs where cells[y * columns + x].last != id {
              cells[y * columns + x].append(id)
            }
          }
        }
      }
    }
    self.segments = segments
    let halves = widths.isEmpty ? lines.map { _ in 0 } : widths.map { $0 / 2 }
    let reaches = Set(halves).sorted()
    self.reaches = reaches
    reachOf = halves.map { reaches.firstIndex(of: $0) ?? 0 }
    self.cells = cells
    self.columns = columns
    self.rows = rows
    self.origin = origin
    self.cell = cell
  }

  /// Whether a box touches any line, not counting a stretch of one line.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - line: The line that may pass under the box.
  ///   - range: Where it may do so, as distances from its start; on a closed line they go round.
  ///   - length: The length of that line.
  /// - Returns: Whether something else lies in the box.
  func touches(
    _ box: OrientedBox, except line: Int, within range: ClosedRange<Double>, of length: Double
  ) -> Bool {
    let boxes = reaches.map(box.grown)
    return near(boxes.last ?? box) { segment in
      if segment.line == line {
        for turn in [-length, 0, length]
        where segment.start + turn < range.upperBound && segment.end + turn > range.lowerBound {
          return false
        }
      }
      return boxes[reachOf[segment.line]].intersects(from: segment.from, to: segment.to)
    }
  }

  /// Whether a disc touches any line that belongs to another level.
  func touches(center: Point, radius: Double, whereLine isOther: (Int) -> Bool) -> Bool {
    let box = OrientedBox(center: center, width: 2 * radius, height: 2 * radius, angle: 0)
    return near(box) { segment in
      guard isOther(segment.line) else { return false }
      return (center - center.nearest(from: segment.from, to: segment.to)).length < radius
    }
  }

  private func near(_ box: OrientedBox, _ test: (Segment) -> Bool) -> Bool {
    let corners = box.corners.map { $0 - origin }
    let (x, y) = (corners.map(\.x), corners.map(\.y))
    for row in SegmentIndex.span(y.min() ?? 0, y.max() ?? 0, cell: cell, count: rows) {
      for column in SegmentIndex.span(x.min() ?? 0, x.max() ?? 0, cell: cell, count: columns) {
        for id in cells[row * columns + column] where test(segments[Int(id)]) { return true }
      }
    }
    return false
  }

  private static func span(_ a: Double, _ b: Double, cell: Double, count: Int) -> ClosedRange<Int> {
    let low = Int((min(a, b) / cell).rounded(.down))
    let high = Int((max(a, b) / cell).rounded(.down))
    return min(max(low, 0), count - 1)...min(max(high, 0), count - 1)
  }
}
