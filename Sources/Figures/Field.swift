/// A scalar field sampled on a grid whose lines are parallel to the axes.
///
/// A sample may be NaN or infinite (a network that diverged). Such a sample is *missing*: it takes
/// no part in ranges, scales or contours and is drawn hatched. `isMissing` is the only place that
/// decides so.
public struct Field: Hashable, Sendable {
  /// Columns' coordinates, strictly increasing, at least two.
  public let xs: [Double]
  /// Rows' coordinates, strictly increasing upward, at least two.
  public let ys: [Double]
  /// The samples, row-major `[ys.count, xs.count]`: `values[iy * xs.count + ix]`.
  public let values: [Double]

  /// The largest number of samples, 2²⁴: sixteen times a 1001 × 1001 grid, 128 MB.
  public static let maximumCount = 1 << 24

  /// Makes a field.
  ///
  /// - Parameters:
  ///   - xs: Columns' coordinates, finite and strictly increasing, two or more.
  ///   - ys: Rows' coordinates, finite and strictly increasing, two or more.
  ///   - values: Samples, row by row from the lowest; any may be NaN or infinite.
  /// - Throws: `FigureError` if a coordinate is unusable or the counts disagree.
  public init(xs: [Double], ys: [Double], values: [Double]) throws(FigureError) {
    try Field.check(xs, named: "xs")
    try Field.check(ys, named: "ys")
    guard xs.count <= Field.maximumCount / ys.count else {
      throw FigureError(
        "A field of \(xs.count) by \(ys.count) samples is too large to draw: "
          + "at most \(Field.maximumCount) are allowed. Sample more coarsely.")
    }
    guard values.count == xs.count * ys.count else {
      throw FigureError(
        "A field on \(xs.count) columns and \(ys.count) rows needs \(xs.count * ys.count) values, "
          + "not \(values.count).")
    }
    self.xs = xs
    self.ys = ys
    self.values = values
  }

  /// Whether a sample is missing: not a finite number.
  static func isMissing(_ value: Double) -> Bool { !value.isFinite }

  /// How many samples are missing.
  public var missingCount: Int { values.count(where: Field.isMissing) }

  /// The smallest and the largest finite sample, or nil where there is none.
  public var range: ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where !Field.isMissing(value) {
      low = min(low, value)
      high = max(high, value)
    }
    return low <= high ? low...high : nil
  }

  /// Where the smallest finite sample lies (the first such sample in row-major order) and its
  /// value, straight from the samples and before any scale or clamp, or nil if none is finite.
  public var minimum: (at: Point, value: Double)? {
    var best: Int?
    for (index, value) in values.enumerated() where !Field.isMissing(value) {
      if let known = best, values[known] <= value { continue }
      best = index
    }
    return best.map { (Point(xs[$0 % xs.count], ys[$0 / xs.count]), values[$0]) }
  }

  /// The sample nearest to a point, or nil where it is missing.
  func nearest(to point: Point) -> Double? {
    func index(_ value: Double, _ axis: [Double]) -> Int {
      let next = axis.partitioningIndex { $0 >= value }
      guard next > 0, next < axis.count else { return min(next, axis.count - 1) }
      return axis[next] - value < value - axis[next - 1] ? next : next - 1
    }
    let value = values[index(point.y, ys) * xs.count + index(point.x, xs)]
    return Field.isMissing(value) ? nil : value
  }

  private static func check(_ axis: [Double], named name: String) throws(FigureError) {
    guard axis.count >= 2, let first = axis.first, let last = axis.last else {
      throw FigureError(
        "A field needs at least two coordinates along \(name), not \(axis.count); "
          + "a single row or column is a curve, not a surface.")
    }
    for (index, value) in axis.enumerated() {
      guard value.isFinite else {
        throw FigureError("Coordinate \(index) of \(name) is \(value); it must be finite.")
      }
      guard index == 0 || axis[index - 1] < value else {
        throw FigureError(
          "Coordinates \(index - 1) and \(index) of \(name) are \(axis[index - 1]) and \(value); "
            + "they must increase.")
      }
    }
    guard (last - first).isFinite, last - first > 1e-12 * max(abs(first), abs(last)) else {
      throw FigureError(
        "The coordinates \(name) span \(first) to \(last), which cannot be drawn to scale; "
          + "shift or rescale them.")
    }
  }
}
