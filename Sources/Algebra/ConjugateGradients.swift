/// Solves A·x = b for a positive definite A by conjugate gradients (Hestenes and Stiefel 1952).
///
/// In exact arithmetic x minimises ½xᵀAx − bᵀx over a growing Krylov space. A direction p with
/// pᵀAp ≤ 0 shows that A is not positive definite, and ends the search: use
/// ``minres(_:_:tolerance:maxIterations:)`` then.
///
/// - Parameters:
///   - a: A.
///   - b: The right-hand side.
///   - tolerance: ‖b − A·x‖ / ‖b‖ at which to stop: 1e-10, far below the error of what a
///     linearisation says.
///   - maxIterations: Products after which to stop all the same; nil for ten times the dimension,
///     as rounding delays what would end after as many as there are dimensions.
/// - Returns: x, its residual, and why the search ended.
public func conjugateGradients(
  _ a: some LinearOperator, _ b: [Double], tolerance: Double = 1e-10, maxIterations: Int? = nil
) -> LinearSolution {
  precondition(b.count == a.dimension, "a right-hand side is as long as the operator's dimension")
  let size = norm(b)
  let limit = maxIterations ?? 10 * a.dimension
  var x = [Double](repeating: 0, count: b.count)
  guard size.isFinite else { return LinearSolution(a, b, x, iterations: 0, .diverged) }
  guard size > 0 else { return LinearSolution(a, b, x, iterations: 0, .converged) }
  var r = b
  var p = b
  var square = size * size
  for iteration in 0..<max(limit, 0) {
    let q = a.apply(to: p)
    let curvature = dot(p, q)
    guard curvature.isFinite else {
      return LinearSolution(a, b, x, iterations: iteration, .diverged)
    }
    guard curvature > 0 else {
      return LinearSolution(a, b, x, iterations: iteration, .indefinite)
    }
    let step = square / curvature
    for i in x.indices {
      x[i] += step * p[i]
      r[i] -= step * q[i]
    }
    let next = dot(r, r)
    guard next.isFinite else {
      return LinearSolution(a, b, x, iterations: iteration + 1, .diverged)
    }
    if next.squareRoot() <= tolerance * size {
      return LinearSolution(a, b, x, iterations: iteration + 1, .converged)
    }
    for i in p.indices { p[i] = r[i] + next / square * p[i] }
    square = next
  }
  return LinearSolution(a, b, x, iterations: max(limit, 0), .outOfIterations)
}

/// What a linear solver found.
public struct LinearSolution: Sendable, Equatable {
  /// Why a solver ended.
  public enum Outcome: String, Sendable {
    /// The residual reached the tolerance.
    case converged = "converged"
    /// The greatest number of iterations was reached first.
    case outOfIterations = "out of iterations"
    /// A direction of curvature ≤ 0 was met: the operator is not positive definite.
    case indefinite = "not positive definite"
    /// The operator is singular, to the tolerance, and b is not in its range: x minimises
    /// ‖b − A·x‖.
    case leastSquares = "singular: least squares"
    /// A product or a right-hand side is NaN or infinite.
    case diverged = "diverged"
  }

  /// x.
  public var solution: [Double]
  /// ‖b − A·x‖ / ‖b‖, measured by a product of its own at the end; 0 for b = 0.
  public var relativeResidual: Double
  /// Iterations: a product each, and one more for the residual.
  public var iterations: Int
  /// Why the solver ended.
  public var outcome: Outcome

  init(
    _ a: some LinearOperator, _ b: [Double], _ x: [Double], iterations: Int, _ outcome: Outcome
  ) {
    let size = norm(b)
    let residual = norm(zip(b, a.apply(to: x)).map { $0 - $1 })
    solution = x
    relativeResidual = size == 0 ? 0 : residual / size
    self.iterations = iterations
    self.outcome = outcome
  }
}
