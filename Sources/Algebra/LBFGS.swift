/// Minimises an objective from a starting point, by limited-memory BFGS (Nocedal 1980).
///
/// Priorities: 1. never return a point whose value is above the start's by more than its rounding;
/// 2. stop at a stated gradient norm, and say so where it could not; 3. few evaluations. The step
/// lengths satisfy the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6), so
/// that every update keeps the inverse Hessian's estimate positive definite. Where values differ by
/// no more than their rounding, the slopes alone decide (as Hager and Zhang 2005 propose): otherwise
/// ‖∇L‖ could not fall below some √ε.
///
/// - Parameters:
///   - objective: What to minimise.
///   - start: Where to begin.
///   - gradientTolerance: ‖∇L‖ at which to stop.
///   - maxIterations: Steps after which to stop all the same.
///   - memory: Pairs of steps and gradient changes kept: 20, past which more pairs cost time and
///     save few iterations.
///   - progress: Told the iteration and ‖∇L‖ before each step; returns whether to go on.
///   - visit: Given the iteration and the point before each step.
/// - Returns: The best point found, and why the search ended there.
public func minimise(
  _ objective: some Objective, from start: [Double], gradientTolerance: Double,
  maxIterations: Int, memory: Int = 20,
  progress: (_ iteration: Int, _ gradientNorm: Double) -> Bool = { _, _ in true },
  visit: (_ iteration: Int, _ point: [Double]) -> Void = { _, _ in }
) -> Minimum {
  var w = start
  var (value, gradient) = objective.valueAndGradient(at: w)
  var lowest = value
  var best = (w: w, value: value, size: norm(gradient))
  var stalled = 0
  var pairs: [(s: [Double], y: [Double], rho: Double)] = []
  var evaluations = 1
  func minimum(_ iterations: Int, _ outcome: Minimum.Outcome) -> Minimum {
    Minimum(
      point: best.w, value: best.value, gradientNorm: best.size, iterations: iterations,
      evaluations: evaluations, outcome: outcome)
  }
  guard value.isFinite, best.size.isFinite else { return minimum(0, .diverged) }

  for iteration in 0..<max(maxIterations, 0) {
    let size = norm(gradient)
    if size <= gradientTolerance { return minimum(iteration, .converged) }
    guard progress(iteration, size) else { return minimum(iteration, .stopped) }
    visit(iteration, w)

    var direction = twoLoop(gradient, pairs)
    var slope = dot(direction, gradient)
    if slope >= 0 {
      pairs = []
      direction = gradient.map { -$0 }
      slope = -size * size
    }
    let first = pairs.isEmpty ? min(1, 1 / size) : 1
    let search = LineSearch(
      objective, from: w, along: direction, value: value, slope: slope, lowest: lowest)
    let found = search.run(first: first)
    evaluations += found.evaluations
    guard let step = found.step else {
      // Rounding leaves no lower value along this direction; start afresh once, then stop.
      if pairs.isEmpty { return minimum(iteration, .noDescent) }
      pairs = []
      continue
    }
    let s = direction.map { step.length * $0 }
    let y = zip(step.gradient, gradient).map { $0 - $1 }
    let curvature = dot(s, y)
    if curvature > 1e-16 * norm(s) * norm(y) {
      pairs.append((s, y, 1 / curvature))
      if pairs.count > memory { pairs.removeFirst() }
    }
    for i in w.indices { w[i] += s[i] }
    (value, gradient) = (step.value, step.gradient)
    lowest = min(lowest, value)
    let newSize = norm(gradient)
    if value < best.value - rounding(best.value) || newSize < best.size {
      best = (w, value, newSize)
      stalled = 0
    } else {
      // As many steps as the memory holds have lowered neither the value nor the gradient.
      stalled += 1
      if stalled > memory { return minimum(iteration + 1, .noDescent) }
    }
  }
  return minimum(
    max(maxIterations, 0), best.size <= gradientTolerance ? .converged : .outOfIterations)
}

/// By how much rounding may change a value that is a mean of many terms: 64 units in its last place.
func rounding(_ value: Double) -> Double { 64 * value.ulp }

/// Where a minimisation ended.
public struct Minimum: Sendable, Equatable, Codable {
  /// Why it ended.
  public enum Outcome: String, Sendable, Codable {
    /// The gradient's norm reached the tolerance.
    case converged = "converged"
    /// The greatest number of iterations was reached first.
    case outOfIterations = "out of iterations"
    /// No step along the gradient lowers the value any more: rounding, or a kink of the loss.
    case noDescent = "no further descent"
    /// The gradient jumps from one side of the point to the other: a kink of the loss, where no
    /// gradient need vanish.
    case kink = "at a kink"
    /// The gradient vanishes and the curvature is negative, but no step along it lowers the value.
    case saddle = "at a saddle"
    /// The value or the gradient at the start is NaN or infinite.
    case diverged = "diverged"
    /// The caller asked to stop.
    case stopped = "stopped"
  }

  /// The best point found.
  public var point: [Double]
  /// The value there.
  public var value: Double
  /// ‖∇L‖ there.
  public var gradientNorm: Double
  /// Steps taken.
  public var iterations: Int
  /// Values and gradients computed.
  public var evaluations: Int
  /// Hessian products made.
  public var products = 0
  /// The lowest curvature vᵀHv, ‖v‖ = 1, found at the point, where it was looked for: an upper bound
  /// of the Hessian's smallest eigenvalue.
  public var lowestCurvature: Double?
  /// Why the search ended.
  public var outcome: Outcome
}

/// −H·g, H the estimate of the inverse Hessian that the pairs make (the two-loop recursion).
private func twoLoop(
  _ gradient: [Double], _ pairs: [(s: [Double], y: [Double], rho: Double)]
) -> [Double] {
  var q = gradient
  var factors: [Double] = []
  for (s, y, rho) in pairs.reversed() {
    let factor = rho * quickDot(s, q)
    factors.append(factor)
    for i in q.indices { q[i] -= factor * y[i] }
  }
  if let last = pairs.last {
    let scale = 1 / (last.rho * quickDot(last.y, last.y))
    for i in q.indices { q[i] *= scale }
  }
  for ((s, y, rho), factor) in zip(pairs, factors.reversed()) {
    let correction = factor - rho * quickDot(y, q)
    for i in q.indices { q[i] += correction * s[i] }
  }
  return q.map { -$0 }
}

/// A search for a step length that satisfies the strong Wolfe conditions.
private struct LineSearch<Function: Objective> {
  struct Step {
    var length: Double
    var value: Double
    var slope: Double
    var gradient: [Double]
  }

  /// Sufficient decrease and curvature: the usual constants for quasi-Newton directions.
  private let decrease = 1e-4
  private let curvature = 0.9
  private let maxEvaluations = 25

  private let objective: Function
  private let start: [Double]
  private let direction: [Double]
  private let value: Double
  private let slope: Double
  private let lowest: Double

  init(
    _ objective: Function, from start: [Double], along direction: [Double], value: Double,
    slope: Double, lowest: Double
  ) {
    self.objective = objective
    self.start = start
    self.direction = direction
    self.value = value
    self.slope = slope
    self.lowest = lowest
  }

  /// The step found, or the lowest one tried that is below the start, or nil.
  func run(first: Double) -> (step: Step?, evaluations: Int) {
    let noise = rounding(value)
    var lower = Step(length: 0, value: value, slope: slope, gradient: [])
    var upper: Step?
    var best: Step?
    var length = first
    for evaluation in 1...maxEvaluations {
      let step = evaluate(length)
      let isFinite = step.value.isFinite && step.slope.isFinite
      if isFinite, step.value < best?.value ?? value { best = step }
      // Values are trusted to their rounding, which is not to add up from step to step.
      let highest = min(value + decrease * length * slope, lowest, lower.value) + noise
      let rises = !isFinite || step.value > highest
      if rises {
        upper = step
      } else if abs(step.slope) <= -curvature * slope {
        return (step, evaluation)
      } else {
        // The minimum lies on the side to which the slope falls.
        if step.slope * ((upper?.length ?? .infinity) - step.length) >= 0 { upper = lower }
        lower = step
      }
      length = next(lower, upper)
      if let upper, abs(upper.length - lower.length) < 1e-14 * max(1, first) {
        return (best, evaluation)
      }
    }
    return (best, maxEvaluations)
  }

  /// Twice as far while nothing bounds the step, else the minimum of the cubic through both ends,
  /// kept off the ends by a tenth of the bracket.
  private func next(_ lower: Step, _ upper: Step?) -> Double {
    guard let upper else { return lower.length * 2 }
    let (a, b) = (lower.length, upper.length)
    let middle = (a + b) / 2
    guard upper.value.isFinite, upper.slope.isFinite else { return a + 0.1 * (b - a) }
    let d1 = lower.slope + upper.slope - 3 * (lower.value - upper.value) / (a - b)
    let square = d1 * d1 - lower.slope * upper.slope
    guard square >= 0 else { return middle }
    let d2 = (b > a ? 1.0 : -1.0) * square.squareRoot()
    let cubic = b - (b - a) * (upper.slope + d2 - d1) / (upper.slope - lower.slope + 2 * d2)
    guard cubic.isFinite else { return middle }
    let margin = 0.1 * abs(b - a)
    return min(max(cubic, min(a, b) + margin), max(a, b) - margin)
  }

  private func evaluate(_ length: Double) -> Step {
    let point = start.indices.map { start[$0] + length * direction[$0] }
    let (value, gradient) = objective.valueAndGradient(at: point)
    return Step(
      length: length, value: value, slope: quickDot(gradient, direction), gradient: gradient)
  }
}
