/// Brings a point to a minimum: L-BFGS while that gets on, then Newton's method on exact Hessian
/// products.
///
/// L-BFGS is the cheaper far from the minimum, and where the loss has kinks; Newton's method is the
/// one that reaches a small ‖∇L‖, and that sees whether the curvature there is negative.
///
/// - Parameters:
///   - objective: What to minimise.
///   - start: Where to begin.
///   - options: How far, and how long.
///   - progress: Told how many steps have been made, and ‖∇L‖.
/// - Returns: The point reached, whose value is not above the start's by more than its rounding;
///   steps and evaluations are those of both searches.
public func polish(
  _ objective: some Objective, from start: [Double], options: PolishOptions = PolishOptions(),
  progress: (_ iteration: Int, _ gradientNorm: Double) -> Void = { _, _ in }
) -> Minimum {
  let first = minimise(
    objective, from: start, gradientTolerance: options.gradientTolerance,
    maxIterations: options.quasiNewtonIterations
  ) { iteration, size in
    progress(iteration, size)
    return true
  }
  guard first.outcome != .diverged, options.newton.maxIterations > 0 else { return first }
  var newton = options.newton
  // As far as the memory of L-BFGS can be trusted is not known; a tenth of the weights is far.
  newton.radius = newton.radius ?? 0.1 * max(norm(first.point), 1e-3)
  var second = newtonCG(
    objective, from: first.point, gradientTolerance: options.gradientTolerance, options: newton
  ) { iteration, size in
    progress(first.iterations + iteration, size)
    return true
  }
  second.iterations += first.iterations
  second.evaluations += first.evaluations
  return second
}

/// How far a minimum is polished.
public struct PolishOptions: Sendable, Equatable {
  /// ‖∇L‖ to reach: 1e-6, where the value is within 1e-12/(2λ) of a convex minimum's.
  public var gradientTolerance = 1e-6
  /// Steps of L-BFGS: 1000.
  ///
  /// Newton's method from further off goes from saddle to saddle: on a network of 4810 weights, 50
  /// and 300 took twice as long and ended above the tolerance at a quarter of the λ.
  public var quasiNewtonIterations = 1000
  /// Limits of Newton's method; with 0 iterations there is L-BFGS alone.
  public var newton = NewtonOptions()

  /// Makes the default options.
  public init() {}
}
