/// The local minima of a sampled surface, each with how deep it is: its persistence.
///
/// As the level rises, a part of the sublevel set is born at each local minimum and dies where it
/// meets a part that is older, that is, deeper (Edelsbrunner, Letscher and Zomorodian 2002). The
/// difference, death − birth, is the least height to be climbed on the way to a lower minimum.
/// Neighbours are the eight points around one, so that a diagonal valley is one. Of equal values the
/// first counts as the lower, which gives plateaus one minimum. Points that are NaN or infinite are
/// walls.
public struct PersistentMinima: Sendable, Equatable {
  /// The minima above the threshold, the lowest first: always at least one where a value is finite.
  public var minima: [PersistentMinimum]
  /// The persistence that a minimum must exceed to be counted.
  public var threshold: Double

  /// The number of minima above the threshold.
  public var count: Int { minima.count }
  /// The number of those that do not lie on the grid's edge, where the window alone may make a
  /// minimum of a slope.
  public var interiorCount: Int { minima.count { !$0.isOnEdge } }

  /// Finds the minima.
  ///
  /// - Parameters:
  ///   - values: Row-major, as many as the grid has points.
  ///   - grid: The coordinates.
  ///   - threshold: The persistence to exceed, not negative; nil for
  ///     ``defaultThreshold(for:)``.
  public init(of values: [Double], on grid: Grid, threshold: Double? = nil) {
    precondition(
      values.count == grid.alphas.count * grid.betas.count, "a surface has a value at each point")
    let least = max(threshold ?? Self.defaultThreshold(for: values), 0)
    let columns = grid.alphas.count
    var sets = SublevelSets(values: values, columns: columns)
    minima = sets.pairs()
      // A part that never met an older one lives for ever, though it were as flat as a plain.
      .filter { values[$0.death ?? $0.birth] - values[$0.birth] > least || $0.death == nil }
      .map { pair in
        let (column, row) = (pair.birth % columns, pair.birth / columns)
        return PersistentMinimum(
          column: column, row: row, alpha: grid.alphas[column], beta: grid.betas[row],
          birth: values[pair.birth], death: pair.death.map { values[$0] } ?? .infinity,
          isOnEdge: column == 0 || row == 0 || column == columns - 1
            || row == grid.betas.count - 1)
      }
      .sorted { ($0.birth, $0.row, $0.column) < ($1.birth, $1.row, $1.column) }
    self.threshold = least
  }

  /// A hundredth of the way from the lowest value to the median, and at least a hundred-thousandth
  /// of the median.
  ///
  /// The first is less than the space between two contours of a figure, which is scaled to what lies
  /// around the minimum and not to its corners; the second is ten times the error of values in
  /// Float32.
  ///
  /// - Parameter values: The surface.
  /// - Returns: A persistence; 0 where no value is finite.
  public static func defaultThreshold(for values: [Double]) -> Double {
    let sorted = values.filter(\.isFinite).sorted()
    guard let lowest = sorted.first else { return 0 }
    let median = sorted[sorted.count / 2]
    return max(0.01 * (median - lowest), 1e-5 * abs(median))
  }
}

/// A local minimum of a sampled surface.
public struct PersistentMinimum: Sendable, Equatable {
  /// The column of its lowest point.
  public var column: Int
  /// The row of its lowest point.
  public var row: Int
  /// α there.
  public var alpha: Double
  /// β there.
  public var beta: Double
  /// The value there.
  public var birth: Double
  /// The value of the pass to a lower minimum; infinite for the lowest, and for one that walls keep
  /// from all lower ones.
  public var death: Double
  /// Whether it lies on the edge of the grid.
  public var isOnEdge: Bool

  /// death − birth.
  public var persistence: Double { death - birth }
}

/// Sublevel sets of a grid, grown point by point and joined by union-find.
private struct SublevelSets {
  private let values: [Double]
  private let columns: Int
  /// A point's parent in the forest; its own index for a root; −1 for a point not yet reached.
  private var parents: [Int]
  /// The lowest point of the set of which a point is the root.
  private var births: [Int]

  init(values: [Double], columns: Int) {
    self.values = values
    self.columns = columns
    parents = Array(repeating: -1, count: values.count)
    births = Array(values.indices)
  }

  /// Births with the deaths that the elder rule gives them.
  mutating func pairs() -> [(birth: Int, death: Int?)] {
    let order = values.indices.filter { values[$0].isFinite }
      .sorted { (values[$0], $0) < (values[$1], $1) }
    // The place of a point in this order decides which of two sets is the elder.
    var ranks = [Int](repeating: 0, count: values.count)
    for (rank, point) in order.enumerated() { ranks[point] = rank }
    var pairs: [(birth: Int, death: Int?)] = []
    for point in order {
      parents[point] = point
      for neighbour in neighbours(point) where parents[neighbour] >= 0 {
        let (a, b) = (root(point), root(neighbour))
        if a == b { continue }
        let (elder, younger) = ranks[births[a]] < ranks[births[b]] ? (a, b) : (b, a)
        if births[younger] != point { pairs.append((births[younger], point)) }
        parents[younger] = elder
      }
    }
    for point in order where parents[point] == point { pairs.append((births[point], nil)) }
    return pairs
  }

  private func neighbours(_ point: Int) -> [Int] {
    let (column, row) = (point % columns, point / columns)
    let rows = values.count / columns
    var found: [Int] = []
    for r in max(row - 1, 0)...min(row + 1, rows - 1) {
      for c in max(column - 1, 0)...min(column + 1, columns - 1) where r != row || c != column {
        found.append(r * columns + c)
      }
    }
    return found
  }

  /// The root of a point's tree; the way to it is halved.
  private mutating func root(_ point: Int) -> Int {
    var i = point
    while parents[i] != i {
      parents[i] = parents[parents[i]]
      i = parents[i]
    }
    return i
  }
}
