import RealModule

/// dw*/dλ at a minimiser of L_base + (λ/2)‖w‖²_S, by the implicit function theorem.
///
/// ∇L_base(w*) + λMw* = 0 for all λ gives (H_base + λM)·dw*/dλ = −Mw*. Conjugate gradients solve it;
/// where they meet negative curvature, so that the point is no minimum, MINRES does.
///
/// - Parameters:
///   - total: The penalised loss at λ.
///   - w: w*(λ); where the gradient does not vanish, what comes out belongs to the tilted loss of
///     which w is a stationary point.
///   - tolerance: The residual's share of ‖Mw*‖ at which to stop: 1e-6, below the error of a
///     straight line through a curve.
///   - maxIterations: Hessian products at most: 500, the cost of a polish.
/// - Returns: dw*/dλ, its residual, and how the solver ended; ``LinearSolution/Outcome-swift.enum/indefinite``
///   never.
public func minimiserDerivative(
  of total: PenalisedObjective<some Objective>, at w: [Double], tolerance: Double = 1e-6,
  maxIterations: Int = 500
) -> LinearSolution {
  let right = zip(total.penalty.mask, w).map { -$0 * $1 }
  func solve(_ hessian: some LinearOperator) -> LinearSolution {
    let found = conjugateGradients(
      hessian, right, tolerance: tolerance, maxIterations: maxIterations)
    guard found.outcome == .indefinite else { return found }
    return minres(hessian, right, tolerance: tolerance, maxIterations: maxIterations)
  }
  return solve(total.hessian(at: w))
}

/// Where w* is expected at another λ: a straight line in log λ, or in λ where one of the two is 0.
///
/// - Parameters:
///   - w: w* at `lambda`.
///   - derivative: dw*/dλ there.
///   - lambda: λ.
///   - next: The λ asked for.
/// - Returns: w + λ·log(next/λ)·dw*/dλ, or w + (next − λ)·dw*/dλ.
public func predictedMinimiser(
  _ w: [Double], derivative: [Double], from lambda: Double, to next: Double
) -> [Double] {
  let step = lambda > 0 && next > 0 ? lambda * Double.log(next / lambda) : next - lambda
  return zip(w, derivative).map { $0 + step * $1 }
}
