import Algebra

/// The slice in which weight decay is seen at work: the plane through the origin and two minimisers
/// w*(λ).
///
/// Its centre is the origin of weight space and its directions are orthonormal, so that coordinates
/// are lengths and, with every parameter penalised, the penalty's contours are circles around (0, 0).
/// The first minimiser lies on the positive α axis, the second at β ≥ 0.
public struct DecaySlice: Sendable, Equatable {
  /// What the second direction is taken from.
  public enum Span: String, Sendable {
    /// The second minimiser.
    case ends = "both ends of the path"
    /// The point of the path furthest from the line through the origin and the first minimiser, as
    /// both ends lie on one.
    case path = "one end and the path between"
    /// A random direction, as the whole path lies on a line.
    case random = "a random direction"
  }

  /// Centre 0 and two orthonormal directions.
  public var slice: Slice
  /// What the second direction is taken from.
  public var span: Span

  /// Makes the slice of a path.
  ///
  /// A point counts as off a line where its distance is above 1e-6 of its length: that much of a
  /// direction is left of the digits of minima polished to 1e-6.
  ///
  /// - Parameters:
  ///   - path: w*(λ) in order, at least one; the first and the last give the plane.
  ///   - seed: Of the random direction, where one is needed.
  /// - Throws: ``DecaySliceError`` where the path's points have no length, are not finite or not as
  ///   long as each other, or where a plane does not fit as there is one parameter.
  public init(through path: [[Double]], seed: UInt64) throws(DecaySliceError) {
    guard let first = path.first, let last = path.last else { throw .noPoints }
    let n = first.count
    guard path.allSatisfy({ $0.count == n }) else { throw .lengths }
    guard n >= 2 else { throw .tooFewParameters(n) }
    guard path.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { throw .notFinite }
    // A minimiser that the decay has shrunk to nothing has no direction: the other end has.
    let axis = norm(first) > 0 ? first : last
    guard norm(axis) > 0 else { throw .atOrigin }
    let u = normalised(axis)
    func offLine(_ w: [Double]) -> [Double]? {
      let rest = orthogonalised(w, to: u)
      return norm(rest) > 1e-6 * norm(w) ? rest : nil
    }
    let v: [Double]
    if let rest = offLine(last) {
      (v, span) = (rest, .ends)
    } else if let rest = path.compactMap(offLine).max(by: { norm($0) < norm($1) }) {
      (v, span) = (rest, .path)
    } else {
      var source = RandomSource(seed: seed, purpose: "decay slice")
      // Drawn in so many dimensions, it lies on the line never; were it to, the next does not.
      var draw = u
      while offLine(draw) == nil { draw = u.map { _ in source.normal() } }
      (v, span) = (orthogonalised(draw, to: u), .random)
    }
    slice = Slice(
      centre: Array(repeating: 0, count: n), u: u,
      v: normalised(orthogonalised(normalised(v), to: u)))
  }
}

/// Why there is no decay slice.
public enum DecaySliceError: Error, Equatable, CustomStringConvertible {
  /// The path is empty.
  case noPoints
  /// The path's points differ in their number of parameters.
  case lengths
  /// A plane needs two parameters.
  case tooFewParameters(Int)
  /// A weight is NaN or infinite.
  case notFinite
  /// Both ends of the path are the origin.
  case atOrigin

  /// One line: what was found, and what to do.
  public var description: String {
    switch self {
    case .noPoints: "a decay slice needs the minimiser of at least one λ"
    case .lengths: "the minimisers of a decay slice differ in their number of parameters"
    case .tooFewParameters(let count):
      "a slice is a plane, and the network has \(count) parameter: draw a curve instead"
    case .notFinite: "a minimiser of the decay slice holds NaN or infinity: lower the learning rate"
    case .atOrigin:
      "the decay has shrunk the minimisers at both ends to 0, which gives no plane: "
        + "begin with a smaller λ"
    }
  }
}

private func normalised(_ v: [Double]) -> [Double] {
  let size = norm(v)
  return v.map { $0 / size }
}
