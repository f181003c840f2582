import Algebra

extension Slice {
  /// The plane through three models, in which distances are those of weight space.
  ///
  /// u has length 1 and points from the first to the second; v has length 1, is orthogonal to u, and
  /// the third lies on its positive side. So the first is at (0, 0), the second at (‖w₂ − w₁‖, 0).
  ///
  /// - Parameters:
  ///   - first: w₁, the centre.
  ///   - second: w₂.
  ///   - third: w₃.
  /// - Returns: The plane, or nil where the three lie on a line, to 1e-9 of their distances.
  public static func through(
    _ first: [Double], _ second: [Double], _ third: [Double]
  ) -> Slice? {
    let (a, b) = (difference(second, first), difference(third, first))
    let size = max(norm(a), norm(b))
    let across = orthogonalised(b, to: a)
    guard size.isFinite, norm(a) > 1e-9 * size, norm(across) > 1e-9 * size else { return nil }
    return Slice(centre: first, u: scaled(a, to: 1), v: scaled(across, to: 1))
  }

  /// The plane through two models and along a direction: u = w₂ − w₁, so that they are at (0, 0) and
  /// (1, 0), and v is the direction made orthogonal to u and as long, so that a unit of either axis
  /// is the same length.
  ///
  /// - Parameters:
  ///   - first: w₁, the centre.
  ///   - second: w₂.
  ///   - direction: Along which v is.
  /// - Returns: The plane, or nil where the two are the same or the direction is along their line.
  public static func through(
    _ first: [Double], _ second: [Double], along direction: [Double]
  ) -> Slice? {
    let u = difference(second, first)
    let size = norm(u)
    let across = orthogonalised(direction, to: u)
    guard size.isFinite, size > 0, norm(across) > 1e-9 * norm(direction) else { return nil }
    return Slice(centre: first, u: u, v: scaled(across, to: size))
  }

  private static func difference(_ a: [Double], _ b: [Double]) -> [Double] {
    zip(a, b).map { $0 - $1 }
  }

  private static func scaled(_ vector: [Double], to length: Double) -> [Double] {
    let size = norm(vector)
    return vector.map { length * ($0 / size) }
  }
}
