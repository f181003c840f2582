/// Solves A·x = b for any symmetric A by MINRES (Paige and Saunders 1975).
///
/// In exact arithmetic x minimises ‖b − A·x‖ over a growing Krylov space, whatever the signs of A's
/// eigenvalues. Where A is singular and b is not in its range, x becomes a least-squares solution:
/// the search ends where ‖A·r‖ ≤ tolerance·‖A‖·‖r‖.
///
/// - Parameters:
///   - a: A.
///   - b: The right-hand side.
///   - tolerance: ‖b − A·x‖ / ‖b‖ at which to stop: 1e-10, far below the error of what a
///     linearisation says.
///   - maxIterations: Products after which to stop all the same; nil for ten times the dimension,
///     as rounding delays what would end after as many as there are dimensions.
/// - Returns: x, its residual, and why the search ended.
public func minres(
  _ a: some LinearOperator, _ b: [Double], tolerance: Double = 1e-10, maxIterations: Int? = nil
) -> LinearSolution {
  precondition(b.count == a.dimension, "a right-hand side is as long as the operator's dimension")
  let size = norm(b)
  let n = b.count
  let limit = maxIterations ?? 10 * n
  var x = [Double](repeating: 0, count: n)
  guard size.isFinite else { return LinearSolution(a, b, x, iterations: 0, .diverged) }
  guard size > 0 else { return LinearSolution(a, b, x, iterations: 0, .converged) }

  // Lanczos vectors v; directions d with A-images orthogonal to each other, x = Σ τ·d. Column k of
  // R, of T = Q·R, holds ε, δ, γ: each comes of two Givens rotations (c, s).
  var v = b.map { $0 / size }
  var before = [Double](repeating: 0, count: n)
  var d = before
  var dBefore = before
  var beta = 0.0
  var (c, s) = (-1.0, 0.0)
  var (deltaBar, epsilon) = (0.0, 0.0)
  var residual = size
  var scale = 0.0
  for iteration in 0..<max(limit, 0) {
    var w = a.apply(to: v)
    let alpha = dot(v, w)
    scale = max(scale, norm(w))
    for i in w.indices { w[i] -= alpha * v[i] + beta * before[i] }
    let nextBeta = norm(w)
    guard alpha.isFinite, nextBeta.isFinite else {
      return LinearSolution(a, b, x, iterations: iteration, .diverged)
    }
    let delta = c * deltaBar + s * alpha
    let gammaBar = s * deltaBar - c * alpha
    let nextEpsilon = s * nextBeta
    deltaBar = -c * nextBeta
    let gamma = (gammaBar * gammaBar + nextBeta * nextBeta).squareRoot()
    // Nothing is left along v: A maps the Krylov space into a smaller one, and x is the best there.
    guard gamma > roundingLevel(scale) else {
      return LinearSolution(a, b, x, iterations: iteration + 1, .leastSquares)
    }
    // ‖A·r‖ / ‖r‖: 0 where no step lowers the residual. Rounding leaves more than 1e-14 of it.
    let slope = (gammaBar * gammaBar + deltaBar * deltaBar).squareRoot()
    if iteration > 0, slope <= max(tolerance, 1e-12) * scale {
      return LinearSolution(a, b, x, iterations: iteration + 1, .leastSquares)
    }
    (c, s) = (gammaBar / gamma, nextBeta / gamma)
    let tau = c * residual
    residual *= s
    for i in d.indices {
      let direction = (v[i] - delta * d[i] - epsilon * dBefore[i]) / gamma
      dBefore[i] = d[i]
      d[i] = direction
      x[i] += tau * direction
    }
    epsilon = nextEpsilon
    if abs(residual) <= tolerance * size {
      return LinearSolution(a, b, x, iterations: iteration + 1, .converged)
    }
    guard nextBeta > 0 else {
      return LinearSolution(a, b, x, iterations: iteration + 1, .leastSquares)
    }
    before = v
    v = w.map { $0 / nextBeta }
    beta = nextBeta
  }
  return LinearSolution(a, b, x, iterations: max(limit, 0), .outOfIterations)
}
