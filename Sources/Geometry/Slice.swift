public import Algebra

/// A plane through weight space: w(α, β) = c + α·u + β·v.
public struct Slice: Sendable, Equatable {
  /// c.
  public var centre: [Double]
  /// u.
  public var u: [Double]
  /// v.
  public var v: [Double]

  /// Makes a slice.
  ///
  /// - Parameters:
  ///   - centre: c.
  ///   - u: The first direction, as long as the centre.
  ///   - v: The second direction, as long as the centre.
  public init(centre: [Double], u: [Double], v: [Double]) {
    self.centre = centre
    self.u = u
    self.v = v
  }

  /// ‖u‖.
  public var uNorm: Double { norm(u) }
  /// ‖v‖.
  public var vNorm: Double { norm(v) }
  /// cos(u, v), or nil where a direction has no length.
  public var cosine: Double? {
    let size = uNorm * vNorm
    return size > 0 ? dot(u, v) / size : nil
  }

  /// The points of a grid on the slice.
  ///
  /// - Parameter grid: Where on the slice.
  /// - Returns: The plane and the coordinates on it.
  public func plane(_ grid: Grid) -> PlaneGrid {
    PlaneGrid(centre: centre, u: u, v: v, alphas: grid.alphas, betas: grid.betas)
  }

  /// The Hessian in the slice, UᵀHU for U = (u, v).
  ///
  /// Curvature along a unit of *length* in weight space, not of the plot, takes the metric UᵀU as
  /// well: the eigenvalues of UᵀHU·x = μ·UᵀU·x.
  ///
  /// - Parameter hessian: H, symmetric.
  /// - Returns: uᵀHu, uᵀHv and vᵀHv.
  public func hessian(_ hessian: some LinearOperator) -> SymmetricMatrix2 {
    let products = hessian.apply(toBlock: [u, v])
    return SymmetricMatrix2(
      xx: dot(u, products[0]), xy: (dot(u, products[1]) + dot(v, products[0])) / 2,
      yy: dot(v, products[1]))
  }

  /// UᵀU.
  public var metric: SymmetricMatrix2 {
    SymmetricMatrix2(xx: dot(u, u), xy: dot(u, v), yy: dot(v, v))
  }
}

/// A symmetric 2 × 2 matrix.
public struct SymmetricMatrix2: Sendable, Equatable {
  /// First row, first column.
  public var xx: Double
  /// Off the diagonal.
  public var xy: Double
  /// Second row, second column.
  public var yy: Double

  /// Makes a matrix.
  public init(xx: Double, xy: Double, yy: Double) {
    self.xx = xx
    self.xy = xy
    self.yy = yy
  }

  /// xx·yy − xy².
  public var determinant: Double { xx * yy - xy * xy }

  /// The solutions μ of A·x = μ·B·x for a positive definite B, lower first: curvature by the length
  /// that B measures.
  ///
  /// - Parameter metric: B.
  /// - Returns: Both eigenvalues, or nil where B is not positive definite.
  public func eigenvalues(metric: SymmetricMatrix2) -> (low: Double, high: Double)? {
    // With B = LLᵀ, the eigenvalues of L⁻¹AL⁻ᵀ.
    guard metric.xx > 0, metric.determinant > 1e-14 * metric.xx * metric.yy else { return nil }
    let l11 = metric.xx.squareRoot()
    let l21 = metric.xy / l11
    let l22 = (metric.yy - l21 * l21).squareRoot()
    let a = xx / (l11 * l11)
    let b = (xy / l11 - l21 * a) / l22
    let c = (yy - 2 * l21 * xy / l11 + l21 * l21 * a) / (l22 * l22)
    let middle = (a + c) / 2
    let radius = (((a - c) / 2) * ((a - c) / 2) + b * b).squareRoot()
    return (middle - radius, middle + radius)
  }
}

/// Evenly spaced coordinates along both axes of a slice.
public struct Grid: Sendable, Equatable {
  /// Along u: the columns.
  public var alphas: [Double]
  /// Along v: the rows.
  public var betas: [Double]

  /// Makes a grid from ready coordinates.
  ///
  /// - Parameters:
  ///   - alphas: Along u.
  ///   - betas: Along v.
  public init(alphas: [Double], betas: [Double]) {
    self.alphas = alphas
    self.betas = betas
  }

  /// Makes a grid of `columns` × `rows` points, both ends of each range included.
  ///
  /// - Parameters:
  ///   - alpha: The range along u.
  ///   - columns: Points along u, at least 2.
  ///   - beta: The range along v.
  ///   - rows: Points along v, at least 2.
  public init(
    alpha: ClosedRange<Double>, columns: Int, beta: ClosedRange<Double>, rows: Int
  ) {
    self.init(
      alphas: Self.spaced(alpha, columns), betas: Self.spaced(beta, rows))
  }

  /// Weighted means of the ends: symmetric ranges give symmetric coordinates, and an odd number of
  /// them holds 0 exactly.
  private static func spaced(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
    precondition(count >= 2, "a grid has at least two points along each axis")
    let last = Double(count - 1)
    return (0..<count).map { i in
      (range.lowerBound * (last - Double(i)) + range.upperBound * Double(i)) / last
    }
  }
}
