/// A field resampled for drawing: positions between 0 and 1 on a scale, on a finer grid, with the
/// missing parts known.
struct Relief: Hashable, Sendable {
  /// Columns' coordinates.
  let xs: [Double]
  /// Rows' coordinates.
  let ys: [Double]
  /// The field's place on its scale, row-major `[ys.count, xs.count]`; finite or −∞ (below every
  /// level); where the field is missing, its nearest neighbour's.
  let units: [Double]
  /// Whether the field is missing there; empty if it is missing nowhere.
  let missing: [Bool]

  /// Resamples a field in the scale's space, four times as fine for grids up to 160 samples a side.
  ///
  /// Each step is a cubic through the neighbouring samples, cut to the least and the greatest of
  /// them, so that no new extremum appears beyond the samples'. A contour of a smooth loss then
  /// lies five times nearer to the true one than straight interpolation of the samples would put
  /// it. Between a missing sample and its neighbours the field is missing, and the neighbours are
  /// interpolated as at a border.
  ///
  /// - Parameters:
  ///   - field: The samples.
  ///   - scale: The scale whose `unit` is interpolated.
  init(_ field: Field, scale: Scale) {
    // 640 cells a side are finer than any screen or print shows an axis.
    let factor = max(1, min(4, 640 / max(field.xs.count, field.ys.count)))
    let (nx, ny) = (field.xs.count, field.ys.count)
    var samples = scale.units(field.values)
    for (index, value) in field.values.enumerated() where Field.isMissing(value) {
      samples[index] = .nan
    }
    let fineX = Relief.refined(field.xs, factor)
    let fineY = Relief.refined(field.ys, factor)
    // Rows first, then columns.
    var wide: [Double] = []
    wide.reserveCapacity(fineX.count * ny)
    for row in 0..<ny {
      Relief.interpolate(samples, from: row * nx, stride: 1, xs: field.xs, factor, into: &wide)
    }
    var tall: [Double] = []
    tall.reserveCapacity(fineX.count * fineY.count)
    for column in 0..<fineX.count {
      Relief.interpolate(wide, from: column, stride: fineX.count, xs: field.ys, factor, into: &tall)
    }
    var fine = [Double](repeating: 0, count: tall.count)
    for row in 0..<fineY.count {
      for column in 0..<fineX.count {
        fine[row * fineX.count + column] = tall[column * fineY.count + row]
      }
    }
    xs = fineX
    ys = fineY
    if fine.contains(where: \.isNaN) {
      missing = fine.map(\.isNaN)
      Relief.spread(&fine, width: fineX.count)
    } else {
      missing = []
    }
    units = fine
  }

  private static func refined(_ xs: [Double], _ factor: Int) -> [Double] {
    var fine: [Double] = []
    for (from, to) in zip(xs, xs.dropFirst()) {
      for step in 0..<factor {
        fine.append(from + (to - from) * Double(step) / Double(factor))
      }
    }
    return fine + xs.suffix(1)
  }

  /// Appends the cubic through one row or column: Hermite with three-point slopes.
  private static func interpolate(
    _ values: [Double], from start: Int, stride: Int, xs: [Double], _ factor: Int,
    into result: inout [Double]
  ) {
    let count = xs.count
    func sample(_ index: Int) -> Double? {
      guard index >= 0, index < count else { return nil }
      let value = values[start + index * stride]
      return value.isFinite ? value : nil
    }
    for i in 0..<(count - 1) {
      let (left, right) = (values[start + i * stride], values[start + (i + 1) * stride])
      result.append(left)
      guard factor > 1 else { continue }
      guard left.isFinite, right.isFinite else {
        // A missing end makes the cell missing; −∞ stays −∞ up to the finite end.
        let between = left.isNaN || right.isNaN ? Double.nan : -.infinity
        for _ in 1..<factor { result.append(between) }
        continue
      }
      let width = xs[i + 1] - xs[i]
      let slope = (right - left) / width
      var (slopeLeft, slopeRight) = (slope, slope)
      var (low, high) = (min(left, right), max(left, right))
      if let before = sample(i - 1) {
        let step = xs[i] - xs[i - 1]
        slopeLeft = ((left - before) / step * width + slope * step) / (step + width)
        (low, high) = (min(low, before), max(high, before))
      }
      if let after = sample(i + 2) {
        let step = xs[i + 2] - xs[i + 1]
        slopeRight = ((after - right) / step * width + slope * step) / (step + width)
        (low, high) = (min(low, after), max(high, after))
      }
      for step in 1..<factor {
        let t = Double(step) / Double(factor)
        let s = 1 - t
        let value =
          s * s * (1 + 2 * t) * left + t * t * (1 + 2 * s) * right
          + width * s * t * (s * slopeLeft - t * slopeRight)
        result.append(min(max(value, low), high))
      }
    }
    result.append(values[start + (count - 1) * stride])
  }

  /// Gives every NaN the value of its nearest finite sample along the grid.
  private static func spread(_ values: inout [Double], width: Int) {
    let height = values.count / width
    var front = values.indices.filter { !values[$0].isNaN }
    guard !front.isEmpty else {
      values = values.map { _ in 0 }
      return
    }
    while !front.isEmpty {
      var next: [Int] = []
      for index in front {
        let (column, row) = (index % width, index / width)
        for (c, r) in [(column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1)]
        where c >= 0 && c < width && r >= 0 && r < height && values[r * width + c].isNaN {
          values[r * width + c] = values[index]
          next.append(r * width + c)
        }
      }
      front = next
    }
  }
}

/// Where a relief reaches a level.
struct Contour: Hashable, Sendable {
  /// Closed rings around all points at or above the level, by the even-odd rule, in the plane's
  /// coordinates; along the border they follow it.
  var rings: [[Point]]
  /// The parts of the rings that lie on the level, the higher side on their left; a closed line
  /// repeats its first point at the end.
  var lines: [[Point]]
}

extension Relief {
  /// The contour of a level, by marching squares.
  ///
  /// A sample is *above* if it is at least the level. The relief is thought surrounded by −∞, so
  /// that every ring closes; lines are the rings without the parts along the border and without
  /// the missing parts, and so agree with the regions exactly. Where two opposite corners of a cell
  /// are above, the mean of all four says whether they are joined.
  ///
  /// - Parameter level: The level's place on the scale.
  /// - Returns: The rings and lines, in a fixed order.
  func contour(at level: Double) -> Contour {
    let (width, height) = (xs.count + 2, ys.count + 2)
    // For every edge that a ring enters a cell by, the edge it leaves by. Edge 2k runs from
    // padded sample k to its right neighbour, edge 2k + 1 to its upper neighbour.
    var following = [Int32](repeating: -1, count: 2 * width * height)
    var starts: [Int32] = []
    var lower = [Bool](repeating: false, count: width)
    var upper = lower
    for j in 0..<(height - 1) {
      if j < ys.count {
        units.withUnsafeBufferPointer { units in
          for i in 0..<xs.count { upper[i + 1] = units[j * xs.count + i] >= level }
        }
      } else {
        for i in 0..<width { upper[i] = false }
      }
      for i in 0..<(width - 1) {
        let code =
          (lower[i] ? 1 : 0) | (lower[i + 1] ? 2 : 0) | (upper[i + 1] ? 4 : 0) | (upper[i] ? 8 : 0)
        if code == 0 || code == 15 { continue }
        let joined = (code == 5 || code == 10) && centre(i, j) >= level
        let corner = j * width + i
        let edges = (2 * corner, 2 * (corner + 1) + 1, 2 * (corner + width), 2 * corner + 1)
        for (from, to) in Relief.segments[joined ? (code == 5 ? 16 : 17) : code] {
          let start = Relief.pick(edges, from)
          following[start] = Int32(Relief.pick(edges, to))
          starts.append(Int32(start))
        }
      }
      swap(&lower, &upper)
    }
    var result = Contour(rings: [], lines: [])
    for start in starts where following[Int(start)] >= 0 {
      var ring: [(point: Point, onLevel: Bool)] = []
      var edge = Int(start)
      while following[edge] >= 0 {
        ring.append(crossing(of: edge, width: width, level: level))
        let next = Int(following[edge])
        following[edge] = -1
        edge = next
      }
      collect(ring, into: &result)
    }
    return result
  }

  /// The sixteen ways of a cell, then the two saddles (5, 10) when their centre is above.
  ///
  /// Corners: 1 lower left, 2 lower right, 4 upper right, 8 upper left. Edges: 0 below, 1 right,
  /// 2 above, 3 left. Each segment runs from edge to edge with the higher side on its left.
  private static let segments: [[(Int, Int)]] = [
    [], [(0, 3)], [(1, 0)], [(1, 3)],
    [(2, 1)], [(0, 3), (2, 1)], [(2, 0)], [(2, 3)],
    [(3, 2)], [(0, 2)], [(1, 0), (3, 2)], [(1, 2)],
    [(3, 1)], [(0, 1)], [(3, 0)], [],
    [(0, 1), (2, 3)], [(3, 0), (1, 2)],
  ]

  private static func pick(_ edges: (Int, Int, Int, Int), _ index: Int) -> Int {
    switch index {
    case 0: edges.0
    case 1: edges.1
    case 2: edges.2
    default: edges.3
    }
  }

  /// The mean of a cell's corners; saddles never touch the padding.
  private func centre(_ i: Int, _ j: Int) -> Double {
    let corner = (j - 1) * xs.count + i - 1
    return
      (units[corner] + units[corner + 1] + units[corner + xs.count]
      + units[corner + xs.count + 1]) / 4
  }

  /// Where a padded edge crosses the level, and whether it does so inside the relief.
  private func crossing(of edge: Int, width: Int, level: Double) -> (Point, Bool) {
    let (column, row) = (edge / 2 % width - 1, edge / 2 / width - 1)
    let (toColumn, toRow) = edge % 2 == 0 ? (column + 1, row) : (column, row + 1)
    func isInside(_ i: Int, _ j: Int) -> Bool {
      i >= 0 && j >= 0 && i < xs.count && j < ys.count
    }
    guard isInside(column, row) else { return (Point(xs[toColumn], ys[toRow]), false) }
    guard isInside(toColumn, toRow) else { return (Point(xs[column], ys[row]), false) }
    let (from, to) = (row * xs.count + column, toRow * xs.count + toColumn)
    let (a, b) = (units[from], units[to])
    let fraction = a == -.infinity ? 1 : b == -.infinity ? 0 : (level - a) / (b - a)
    let point = Point(
      xs[column] + (xs[toColumn] - xs[column]) * fraction,
      ys[row] + (ys[toRow] - ys[row]) * fraction)
    return (point, missing.isEmpty || !(missing[from] || missing[to]))
  }

  /// Stores a ring without repeated points, and its runs of at least two points on the level.
  private func collect(_ ring: [(point: Point, onLevel: Bool)], into result: inout Contour) {
    var points: [Point] = []
    for (point, _) in ring where points.last != point { points.append(point) }
    while points.count > 1, points.first == points.last { points.removeLast() }
    if points.count > 2 { result.rings.append(points) }

    guard let gap = ring.firstIndex(where: { !$0.onLevel }) else {
      if points.count > 2 { result.lines.append(points + points.prefix(1)) }
      return
    }
    var run: [Point] = []
    for (point, onLevel) in ring[gap...] + ring[..<gap] {
      if onLevel {
        if run.last != point { run.append(point) }
      } else {
        if run.count > 1 { result.lines.append(run) }
        run = []
      }
    }
    if run.count > 1 { result.lines.append(run) }
  }
}
