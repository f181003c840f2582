import Algebra

/// Where a point of weight space lies in relation to a slice.
public struct SlicePoint: Sendable, Equatable {
  /// The coordinate along u of the slice's nearest point.
  public var alpha: Double
  /// The coordinate along v of the slice's nearest point.
  public var beta: Double
  /// The distance in weight space to the slice.
  public var offSlice: Double

  /// Makes a point from its coordinates and its distance.
  public init(alpha: Double, beta: Double, offSlice: Double) {
    self.alpha = alpha
    self.beta = beta
    self.offSlice = offSlice
  }
}

extension Slice {
  /// The nearest point of the slice, and the distance to it.
  ///
  /// (α, β) solves UᵀU·(α, β) = Uᵀ(w − c) for U = (u, v).
  ///
  /// - Parameter w: A point of weight space.
  /// - Returns: Its coordinates and its distance, or nil where u and v do not span a plane.
  public func projection(of w: [Double]) -> SlicePoint? {
    let metric = metric
    guard metric.xx > 0, metric.determinant > 1e-14 * metric.xx * metric.yy else { return nil }
    var point = SlicePoint(alpha: 0, beta: 0, offSlice: 0)
    var rest = zip(w, centre).map { $0 - $1 }
    // Twice: what rounding leaves of the first projection is found by the second.
    for _ in 0..<2 {
      let (a, b) = (dot(u, rest), dot(v, rest))
      let alpha = (metric.yy * a - metric.xy * b) / metric.determinant
      let beta = (metric.xx * b - metric.xy * a) / metric.determinant
      for i in rest.indices { rest[i] -= alpha * u[i] + beta * v[i] }
      point.alpha += alpha
      point.beta += beta
    }
    point.offSlice = norm(rest)
    return point
  }
}
