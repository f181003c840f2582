import Algebra

/// The Hessians of a sampled base loss in its slice, by finite differences of the grid; with the
/// penalty's exact part, those of the total loss at every λ.
///
/// A second difference sees what lies between neighbouring points: at a kink it is large where the
/// exact Hessian is not, and both are right.
public struct SurfaceCurvature: Sendable, Equatable {
  /// The base loss's Hessian in plot coordinates at a point of the grid.
  public struct Point: Sendable, Equatable {
    /// The column.
    public var column: Int
    /// The row.
    public var row: Int
    /// ∂²L_base/∂α², ∂²L_base/∂α∂β, ∂²L_base/∂β².
    public var hessian: SymmetricMatrix2
    /// |L_base| at most, over the nine points that it is made of.
    var magnitude: Double
  }

  /// The inner points of the grid around which all nine values are finite.
  public var points: [Point]
  /// The inner points around which one is not.
  public var maskedCount: Int

  private let penalty: PenaltyQuadratic
  private let metric: SymmetricMatrix2
  private let spacing: (alpha: Double, beta: Double)

  /// Takes the differences of a surface; nil where the grid is not evenly spaced, or the slice is no
  /// plane.
  ///
  /// - Parameters:
  ///   - surface: Base losses on an evenly spaced grid.
  ///   - metric: UᵀU of the slice.
  public init?(_ surface: Surface, metric: SymmetricMatrix2) {
    let (columns, rows) = (surface.grid.alphas.count, surface.grid.betas.count)
    guard let dx = Self.spacing(surface.grid.alphas), let dy = Self.spacing(surface.grid.betas),
      SymmetricMatrix2(xx: 1, xy: 0, yy: 1).eigenvalues(metric: metric) != nil
    else { return nil }
    penalty = surface.penalty
    self.metric = metric
    spacing = (dx, dy)
    points = []
    maskedCount = 0
    let values = surface.base
    for row in 0..<rows where row > 0 && row < rows - 1 {
      for column in 0..<columns where column > 0 && column < columns - 1 {
        func at(_ x: Int, _ y: Int) -> Double { values[(row + y) * columns + column + x] }
        let around = (-1...1).flatMap { y in (-1...1).map { x in at(x, y) } }
        guard around.allSatisfy(\.isFinite) else {
          maskedCount += 1
          continue
        }
        let hessian = SymmetricMatrix2(
          xx: (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / (dx * dx),
          xy: (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * dx * dy),
          yy: (at(0, 1) - 2 * at(0, 0) + at(0, -1)) / (dy * dy))
        points.append(
          Point(
            column: column, row: row, hessian: hessian,
            magnitude: around.reduce(0) { max($0, abs($1)) }))
      }
    }
  }

  /// The total loss's Hessian in plot coordinates: λ·((⟨u,u⟩, ⟨u,v⟩), (⟨u,v⟩, ⟨v,v⟩)) over what is
  /// penalised is added, exactly.
  ///
  /// - Parameters:
  ///   - point: One of `points`.
  ///   - lambda: λ.
  /// - Returns: The Hessian.
  public func hessian(at point: Point, lambda: Double) -> SymmetricMatrix2 {
    let p = penalty.coefficients
    return SymmetricMatrix2(
      xx: point.hessian.xx + lambda * p[3], xy: point.hessian.xy + lambda * p[4] / 2,
      yy: point.hessian.yy + lambda * p[5])
  }

  /// How convex the total loss is on the slice, and how fast its gradient turns.
  ///
  /// - Parameters:
  ///   - lambda: λ.
  ///   - valueError: The error of a base loss by its magnitude: 1e-6, that of Float32; with values
  ///     in Float64 1e-14 is enough.
  /// - Returns: Curvatures by length in weight space; nil where no point has one.
  public func convexity(lambda: Double, valueError: Double = 1e-6) -> SliceConvexity? {
    guard !points.isEmpty else { return nil }
    // A second difference of values each wrong by e is wrong by 4e/h² at most; by length, with the
    // shorter of both steps.
    let length = min(
      spacing.alpha * metric.xx.squareRoot(), spacing.beta * metric.yy.squareRoot())
    var (convex, undecided) = (0, 0)
    var (low, high) = (Double.infinity, -Double.infinity)
    for point in points {
      guard let values = hessian(at: point, lambda: lambda).eigenvalues(metric: metric) else {
        continue
      }
      let tolerance = 4 * valueError * point.magnitude / (length * length)
      if values.low >= -tolerance { convex += 1 }
      if abs(values.low) <= tolerance { undecided += 1 }
      low = min(low, values.low)
      high = max(high, values.high)
    }
    let count = Double(points.count)
    return SliceConvexity(
      lambda: lambda, convexShare: Double(convex) / count,
      undecidedShare: Double(undecided) / count, lowest: low, highest: high)
  }

  /// The distance of neighbours where it is the same everywhere, to a millionth.
  private static func spacing(_ axis: [Double]) -> Double? {
    guard axis.count >= 3, let first = axis.first, let last = axis.last, last > first else {
      return nil
    }
    let step = (last - first) / Double(axis.count - 1)
    let isEven = zip(axis, axis.dropFirst()).allSatisfy { abs($1 - $0 - step) <= 1e-6 * step }
    return isEven ? step : nil
  }

  /// Whether two are the same in every number.
  public static func == (a: SurfaceCurvature, b: SurfaceCurvature) -> Bool {
    a.points == b.points && a.maskedCount == b.maskedCount && a.penalty == b.penalty
      && a.metric == b.metric && a.spacing == b.spacing
  }
}

/// How convex a total loss is on a slice.
public struct SliceConvexity: Sendable, Equatable {
  /// λ.
  public var lambda: Double
  /// The share of points at which both eigenvalues are ≥ 0, to the error of the differences.
  public var convexShare: Double
  /// The share of points at which the smaller eigenvalue is 0 to that error; they count as convex.
  public var undecidedShare: Double
  /// The smallest eigenvalue anywhere.
  public var lowest: Double
  /// The largest eigenvalue anywhere.
  public var highest: Double

  /// max |μ| over the slice: an estimate from below of the Lipschitz constant of the gradient there,
  /// ‖Pᵀ(∇L(a) − ∇L(b))‖ ≤ this·‖a − b‖ for points of the slice and P the projection on it.
  public var gradientLipschitz: Double { max(abs(lowest), abs(highest)) }
}
