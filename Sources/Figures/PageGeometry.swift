import Foundation

extension Point {
  static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
  static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
  static func * (a: Point, factor: Double) -> Point { Point(a.x * factor, a.y * factor) }

  /// The distance from the origin.
  var length: Double { (x * x + y * y).squareRoot() }

  /// The direction on the page in radians, anticlockwise from rightward, y downward.
  var angle: Double { atan2(-y, x) }

  /// The point of a segment that is nearest to this one.
  func nearest(from a: Point, to b: Point) -> Point {
    let (d, p) = (b - a, self - a)
    let squared = d.x * d.x + d.y * d.y
    let t = squared > 0 ? min(max((p.x * d.x + p.y * d.y) / squared, 0), 1) : 0
    return a + d * t
  }
}

extension Rectangle {
  var minX: Double { x }
  var minY: Double { y }
  var maxX: Double { x + width }
  var maxY: Double { y + height }
  var midX: Double { x + width / 2 }
  var midY: Double { y + height / 2 }

  /// The rectangle with every side moved inward.
  func inset(by margin: Double) -> Rectangle {
    Rectangle(
      x: x + margin, y: y + margin, width: max(0, width - 2 * margin),
      height: max(0, height - 2 * margin))
  }

  /// Whether a point lies in it or on its sides.
  func contains(_ point: Point) -> Bool {
    point.x >= minX && point.x <= maxX && point.y >= minY && point.y <= maxY
  }

  /// Its outline.
  var path: Path {
    Path([
      .move(Point(minX, minY)), .line(Point(maxX, minY)), .line(Point(maxX, maxY)),
      .line(Point(minX, maxY)), .close,
    ])
  }
}

/// A rectangle turned about its centre, on the page.
public struct OrientedBox: Hashable, Sendable, Codable {
  /// The centre.
  public var center: Point
  /// Length along the direction of the text.
  public var width: Double
  /// Length across it.
  public var height: Double
  /// Anticlockwise turn in radians as seen on the page.
  public var angle: Double

  /// The direction of the width, y downward.
  var along: Point { Point(cos(angle), -sin(angle)) }
  /// The direction of the height, y downward.
  var across: Point { Point(sin(angle), cos(angle)) }

  /// The corners in order.
  public var corners: [Point] {
    let (u, v) = (along * (width / 2), across * (height / 2))
    return [center - u - v, center + u - v, center + u + v, center - u + v]
  }

  /// The box with every side moved outward.
  func grown(by margin: Double) -> OrientedBox {
    OrientedBox(
      center: center, width: width + 2 * margin, height: height + 2 * margin, angle: angle)
  }

  /// Whether two boxes share a point (separating axes).
  public func intersects(_ other: OrientedBox) -> Bool {
    let distance = other.center - center
    for axis in [along, across, other.along, other.across] {
      func reach(_ box: OrientedBox) -> Double {
        let (u, v) = (box.along, box.across)
        return abs(u.x * axis.x + u.y * axis.y) * box.width / 2
          + abs(v.x * axis.x + v.y * axis.y) * box.height / 2
      }
      if abs(distance.x * axis.x + distance.y * axis.y) > reach(self) + reach(other) {
        return false
      }
    }
    return true
  }

  /// Whether a straight line touches the box.
  func intersects(from start: Point, to end: Point) -> Bool {
    let (a, b) = (local(start), local(end))
    var (enter, leave) = (0.0, 1.0)
    for (from, to, half) in [(a.x, b.x, width / 2), (a.y, b.y, height / 2)] {
      let step = to - from
      if step == 0 {
        if abs(from) > half { return false }
        continue
      }
      let (t, u) = ((-half - from) / step, (half - from) / step)
      enter = max(enter, min(t, u))
      leave = min(leave, max(t, u))
    }
    return enter <= leave
  }

  /// How far a point lies outside the box; 0 within.
  func distance(to point: Point) -> Double {
    let p = local(point)
    return Point(max(0, abs(p.x) - width / 2), max(0, abs(p.y) - height / 2)).length
  }

  private func local(_ point: Point) -> Point {
    let d = point - center
    return Point(d.x * along.x + d.y * along.y, d.x * across.x + d.y * across.y)
  }
}

/// A line on the page with its length measured along it.
struct Polyline: Hashable, Sendable {
  /// Its corners; the first is repeated at the end of a closed line.
  let points: [Point]
  /// The distance of each corner from the start, along the line.
  let distances: [Double]

  init(_ points: [Point]) {
    self.points = points
    var sum = 0.0
    var sums: [Double] = []
    for (index, point) in points.enumerated() {
      if index > 0 { sum += (point - points[index - 1]).length }
      sums.append(sum)
    }
    distances = sums
  }

  var length: Double { distances.last ?? 0 }
  var isClosed: Bool { points.count > 2 && points.first == points.last }

  /// The point at a distance from the start; on a closed line any distance goes round.
  func point(at distance: Double) -> Point {
    var s = distance
    if isClosed, length > 0 { s -= (s / length).rounded(.down) * length }
    let index = min(max(distances.partitioningIndex { $0 >= s }, 1), points.count - 1)
    let step = distances[index] - distances[index - 1]
    let t = step > 0 ? min(max((s - distances[index - 1]) / step, 0), 1) : 0
    return points[index - 1] + (points[index] - points[index - 1]) * t
  }

  /// The point of the line nearest to another, with its distance from the start.
  func nearest(to other: Point) -> (at: Point, distance: Double) {
    var nearest = (at: points.first ?? other, distance: 0.0)
    for index in points.indices.dropFirst() {
      let at = other.nearest(from: points[index - 1], to: points[index])
      if (at - other).length < (nearest.at - other).length {
        nearest = (at, distances[index - 1] + (at - points[index - 1]).length)
      }
    }
    return nearest
  }

  /// The line between two distances, 0 ≤ from < to; on a closed line `to` may pass the end.
  func part(from: Double, to: Double) -> [Point] {
    var part = [point(at: from)]
    let turns = isClosed && to > length ? 2 : 1
    for turn in 0..<turns {
      let offset = Double(turn) * length
      for (point, distance) in zip(points, distances)
      where distance + offset > from && distance + offset < to && part.last != point {
        part.append(point)
      }
    }
    part.append(point(at: to))
    return part
  }

  /// The parts left when stretches are cut out; a stretch of a closed line may pass its end.
  func removing(_ cuts: [ClosedRange<Double>]) -> [[Point]] {
    guard !cuts.isEmpty, length > 0 else { return [points] }
    let sorted = cuts.sorted { $0.lowerBound < $1.lowerBound }
    var parts: [[Point]] = []
    if isClosed {
      for (index, cut) in sorted.enumerated() {
        let next =
          index + 1 < sorted.count
          ? sorted[index + 1].lowerBound : sorted[0].lowerBound + length
        if next > cut.upperBound { parts.append(part(from: cut.upperBound, to: next)) }
      }
      return parts
    }
    var start = 0.0
    for cut in sorted {
      if cut.lowerBound > start { parts.append(part(from: start, to: cut.lowerBound)) }
      start = max(start, cut.upperBound)
    }
    if start < length { parts.append(part(from: start, to: length)) }
    return parts
  }
}

/// Leaves out points that lie within a tolerance of the straight line between those kept
/// (Douglas and Peucker 1973), without recursion.
func simplified(_ points: [Point], tolerance: Double) -> [Point] {
  guard points.count > 2 else { return points }
  var keep = [Bool](repeating: false, count: points.count)
  keep[0] = true
  keep[points.count - 1] = true
  var pending = [(0, points.count - 1)]
  while let (from, to) = pending.popLast() {
    guard to - from > 1 else { continue }
    let (a, b) = (points[from], points[to])
    let line = b - a
    let length = line.length
    var (worst, distance) = (from, tolerance)
    for index in (from + 1)..<to {
      let d = points[index] - a
      let off = length > 0 ? abs(d.x * line.y - d.y * line.x) / length : d.length
      if off > distance { (worst, distance) = (index, off) }
    }
    guard worst > from else { continue }
    keep[worst] = true
    pending.append((from, worst))
    pending.append((worst, to))
  }
  return zip(points, keep).compactMap { $1 ? $0 : nil }
}

extension Path {
  /// A line through points, closed on request.
  init(_ points: [Point], closed: Bool = false) {
    var steps = points.prefix(1).map(Step.move) + points.dropFirst().map(Step.line)
    if closed { steps.append(.close) }
    self.init(steps)
  }

  /// A circle of four Bézier arcs.
  init(circleAt c: Point, radius r: Double) {
    let k = 0.552_284_749_8 * r
    self.init([
      .move(Point(c.x + r, c.y)),
      .curve(Point(c.x + r, c.y + k), Point(c.x + k, c.y + r), Point(c.x, c.y + r)),
      .curve(Point(c.x - k, c.y + r), Point(c.x - r, c.y + k), Point(c.x - r, c.y)),
      .curve(Point(c.x - r, c.y - k), Point(c.x - k, c.y - r), Point(c.x, c.y - r)),
      .curve(Point(c.x + k, c.y - r), Point(c.x + r, c.y - k), Point(c.x + r, c.y)),
      .close,
    ])
  }
}
