import Algebra

/// The plane through a training path's last point in which the path lies best: its two principal
/// components.
///
/// The components are the leading eigenvectors of MᵀM for the rows w₀ − w_T, …, w_{T−1} − w_T (Li et
/// al. 2018), found through the small matrix MMᵀ. No mean is taken off: of all planes through the
/// final weights this one has the least squared distances to the path. Directions are orthonormal, so
/// that coordinates are lengths, and a point's are its inner products with them.
///
/// Large shares alone say little: a random walk in many dimensions has 8/π² = 81 % along the first
/// component and 9 % along the second (Antognini and Sohl-Dickstein 2018, who take the mean off).
public struct PathPlane: Sendable, Equatable {
  /// What the directions are taken from.
  public enum Span: String, Sendable {
    /// Two principal components.
    case components = "two principal components"
    /// One component and a random direction, as the path lies on a line.
    case line = "one principal component and a random direction"
    /// Two random directions, as the path does not move.
    case point = "two random directions"
  }

  /// The last point, and two orthonormal directions.
  ///
  /// The entry of each that is largest in size is positive.
  public var slice: Slice
  /// What the directions are taken from.
  public var span: Span
  /// Σ(coordinate²)/Σ‖w_t − w_T‖² along each direction; 0 where the path does not move.
  public var shares: (first: Double, second: Double)
  /// Where each point of the path lies.
  public var points: [SlicePoint]

  /// Finds the plane of a path.
  ///
  /// A path counts as a line where no point is further from the first component than 1e-9 of the
  /// path's size: rounding leaves 1e-15 for each step of an optimiser.
  ///
  /// - Parameters:
  ///   - path: Weights in order, at least one point; the last is the plane's centre.
  ///   - seed: Of random directions, where they are needed.
  ///   - threads: The most threads; the result does not depend on it.
  /// - Throws: ``PathPlaneError`` where points are not finite or not as long as each other, or where
  ///   a plane does not fit as there is one parameter; `SpectrumError` if the eigensolver fails.
  public init(of path: [[Double]], seed: UInt64, threads: Int = 1) throws {
    guard let last = path.last else { throw PathPlaneError.noPoints }
    let n = last.count
    guard path.allSatisfy({ $0.count == n }) else { throw PathPlaneError.lengths }
    guard n >= 2 else { throw PathPlaneError.tooFewParameters(n) }
    var rest = path.map { zip($0, last).map { $0 - $1 } }
    let squares = rest.map { dot($0, $0) }
    guard squares.allSatisfy(\.isFinite) else { throw PathPlaneError.notFinite }
    let size = squares.max().map { $0.squareRoot() } ?? 0

    var source = RandomSource(seed: seed, purpose: "path plane")
    var directions: [[Double]] = []
    var found = 0
    for _ in 0..<2 {
      var direction = try Self.leadingComponent(of: rest, least: 1e-9 * size, threads: threads)
      if direction != nil { found += 1 }
      while direction == nil {
        // Drawn in so many dimensions, it lies along the first never; were it to, the next does not.
        var draw = last.map { _ in source.normal() }
        for other in directions { draw = orthogonalised(draw, to: other) }
        direction = Self.normalised(draw, least: 1e-6)
      }
      guard let direction else { continue }
      directions.append(Self.signed(direction))
      rest = concurrentMap(rest.count, threads: threads) { [rest] index in
        orthogonalised(rest[index], to: direction)
      }
    }
    let slice = Slice(centre: last, u: directions[0], v: directions[1])
    self.slice = slice
    span = [.point, .line, .components][found]
    points = path.compactMap(slice.projection)
    let total = squares.reduce(0, +)
    let share = { (values: [Double]) in total > 0 ? dot(values, values) / total : 0 }
    shares = (share(points.map(\.alpha)), share(points.map(\.beta)))
  }

  /// The greatest distance of a point of the path to the plane.
  public var farthest: Double { points.map(\.offSlice).max() ?? 0 }

  /// The unit vector along which some vectors reach furthest; nil if none is longer than `least`.
  private static func leadingComponent(
    of rows: [[Double]], least: Double, threads: Int
  ) throws -> [Double]? {
    let longest = rows.map(norm).max() ?? 0
    guard longest > least else { return nil }
    // Squares of the least numbers are 0; those of rows of length 1 are not.
    let scaled = rows.map { row in row.map { $0 / longest } }
    let gram = GramMatrix(of: scaled, threads: threads)
    let system = try denseSpectrum(of: gram, vectors: true).system
    guard let top = system.values.indices.last else { return nil }
    var direction = [Double](repeating: 0, count: scaled[0].count)
    for (weight, row) in zip(system.vector(top), scaled) {
      for i in direction.indices { direction[i] += weight * row[i] }
    }
    return normalised(direction, least: 0)
  }

  private static func normalised(_ vector: [Double], least: Double) -> [Double]? {
    let size = norm(vector)
    return size > least ? vector.map { $0 / size } : nil
  }

  /// ±v, so that the entry largest in size, the first of several, is positive.
  private static func signed(_ v: [Double]) -> [Double] {
    let largest = v.max { abs($0) < abs($1) } ?? 0
    let first = v.first { abs($0) == abs(largest) } ?? 0
    return first < 0 ? v.map { -$0 } : v
  }

  /// Whether two planes are the same in every number.
  public static func == (a: PathPlane, b: PathPlane) -> Bool {
    a.slice == b.slice && a.span == b.span && a.shares == b.shares && a.points == b.points
  }
}

/// Why there is no plane of a path.
public enum PathPlaneError: Error, Equatable, CustomStringConvertible {
  /// The path is empty.
  case noPoints
  /// The path's points differ in their number of parameters.
  case lengths
  /// A plane needs two parameters.
  case tooFewParameters(Int)
  /// A weight is NaN or infinite.
  case notFinite

  /// One line: what was found, and what to do.
  public var description: String {
    switch self {
    case .noPoints: "the plane of a path needs at least one point"
    case .lengths: "the points of a path differ in their number of parameters"
    case .tooFewParameters(let count):
      "a slice is a plane, and the network has \(count) parameter: draw a curve instead"
    case .notFinite: "the training path holds NaN or infinity: lower the learning rate"
    }
  }
}

/// MMᵀ of some rows.
private struct GramMatrix: LinearOperator {
  private let columns: [[Double]]
  var dimension: Int { columns.count }

  init(of rows: [[Double]], threads: Int) {
    let lower = concurrentMap(rows.count, threads: threads) { i in
      (0...i).map { j in dot(rows[i], rows[j]) }
    }
    columns = rows.indices.map { i in rows.indices.map { j in lower[max(i, j)][min(i, j)] } }
  }

  func apply(to x: [Double]) -> [Double] { columns.map { dot($0, x) } }
}
