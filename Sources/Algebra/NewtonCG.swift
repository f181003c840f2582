/// Minimises an objective from a point near a minimum, by Newton's method in a trust region.
///
/// To be called where ``minimise(_:from:gradientTolerance:maxIterations:memory:progress:visit:)`` slows
/// down: near a minimum the gradient's digits double from step to step. Priorities: 1. never return
/// a point whose value is above the start's by more than its rounding; 2. not to take a saddle for a
/// minimum; 3. say why the search ended.
///
/// Each step minimises the model L + gᵀp + ½pᵀHp within ‖p‖ ≤ Δ by conjugate gradients, followed to
/// the boundary where they leave the region or meet negative curvature (Steihaug 1983, Toint 1981).
/// They end where the model's gradient is below min(½, √(‖g‖/‖g₀‖))·‖g‖, which makes the convergence
/// superlinear (Nocedal and Wright 2006, theorem 7.2). Δ follows how well the model foretells the
/// value. Where the value's change is within its rounding, a step counts that lowers the gradient.
///
/// A vanishing gradient does not show a minimum. Before the search ends as converged, Lanczos looks
/// for negative curvature; where it finds any, the search goes on downhill from there.
///
/// - Parameters:
///   - objective: What to minimise; its Hessian must be exact.
///   - start: Where to begin.
///   - gradientTolerance: ‖∇L‖ at which to stop.
///   - options: Limits.
///   - progress: Told the iteration and ‖∇L‖ before each step; returns whether to go on.
/// - Returns: The point of the lowest value, and why the search ended there.
public func newtonCG(
  _ objective: some Objective, from start: [Double], gradientTolerance: Double,
  options: NewtonOptions = NewtonOptions(),
  progress: (_ iteration: Int, _ gradientNorm: Double) -> Bool = { _, _ in true }
) -> Minimum {
  var search = NewtonSearch(objective, from: start, gradientTolerance, options)
  return search.run(progress)
}

/// Limits of a Newton search.
public struct NewtonOptions: Sendable, Equatable {
  /// Steps after which to stop: 200, where ten do from close by, and a kink or a flat saddle takes a
  /// hundred.
  public var maxIterations = 200
  /// Hessian products after which to stop: 5000, the cost of as many gradients, twice over.
  public var maxProducts = 5000
  /// Products for the search of negative curvature at the end: 200, enough to see an eigenvalue below
  /// −0.1 % of the largest; 0 for no such search.
  public var curvatureProducts = 200
  /// The first trust region's radius; nil for max(1, ‖start‖).
  public var radius: Double?

  /// Makes the default options.
  public init() {}
}

private struct NewtonSearch<Function: Objective> {
  private let objective: Function
  private let tolerance: Double
  private let options: NewtonOptions
  private var w: [Double]
  private var value: Double
  private var gradient: [Double]
  private var size: Double
  private var lowest: Double
  private var radius: Double
  private var evaluations = 1
  private var products = 0
  private var lowestCurvature: Double?

  init(_ objective: Function, from start: [Double], _ tolerance: Double, _ options: NewtonOptions) {
    self.objective = objective
    self.tolerance = tolerance
    self.options = options
    w = start
    (value, gradient) = objective.valueAndGradient(at: start)
    size = norm(gradient)
    lowest = value
    radius = options.radius ?? max(1, norm(start))
  }

  mutating func run(_ progress: (Int, Double) -> Bool) -> Minimum {
    guard value.isFinite, size.isFinite else { return minimum(0, .diverged) }
    let firstSize = size
    var hessian: (any LinearOperator)?
    for iteration in 0..<max(options.maxIterations, 0) {
      if size <= tolerance {
        guard let outcome = leaveSaddle() else {
          hessian = nil
          continue
        }
        return minimum(iteration, outcome)
      }
      guard progress(iteration, size) else { return minimum(iteration, .stopped) }
      guard products < options.maxProducts else { return minimum(iteration, .outOfIterations) }

      // After a refused step the Hessian is still the one at w.
      let h = hessian ?? objective.hessian(at: w)
      let forcing = min(0.5, (size / firstSize).squareRoot())
      let step = TrustRegionStep(
        h, gradient, radius: radius, tolerance: max(forcing * size, tolerance / 2),
        maxProducts: options.maxProducts - products)
      products += step.products
      guard let accepted = take(step) else { return minimum(iteration, .noDescent) }
      hessian = accepted ? nil : h
      if !accepted, radius <= smallestRadius {
        return minimum(iteration + 1, kinked(step) ? .kink : .noDescent)
      }
    }
    let outcome = size <= tolerance ? leaveSaddle() ?? .outOfIterations : .outOfIterations
    return minimum(max(options.maxIterations, 0), outcome)
  }

  /// Below this a step changes no more than the last four digits of the point.
  private var smallestRadius: Double { 1e-12 * max(norm(w), 1e-3) }

  /// Goes to the step's end if that is lower, and sets the radius.
  ///
  /// - Returns: Whether it went; nil where there is nowhere to go.
  private mutating func take(_ step: TrustRegionStep) -> Bool? {
    guard step.length > 0 else { return nil }
    let point = zip(w, step.vector).map { $0 + $1 }
    let (newValue, newGradient) = objective.valueAndGradient(at: point)
    evaluations += 1
    let newSize = norm(newGradient)
    let noise = rounding(lowest)
    let isFinite = newValue.isFinite && newSize.isFinite
    // The share of the foretold decrease that came true.
    var share = (value - newValue) / step.decrease
    if step.decrease <= 4 * noise { share = newValue <= lowest + noise && newSize < size ? 1 : 0 }
    if !isFinite || share < 0.25 {
      radius = step.length / 4
    } else if share > 0.75, step.length > 0.99 * radius {
      radius *= 2
    }
    guard isFinite, share > 1e-4, newValue <= lowest + noise else { return false }
    (w, value, gradient, size) = (point, newValue, newGradient, newSize)
    lowest = min(lowest, value)
    return true
  }

  /// Whether the gradient jumps within a step too short for the curvature to change.
  private func kinked(_ step: TrustRegionStep) -> Bool {
    let point = zip(w, step.vector).map { $0 + $1 }
    let there = objective.valueAndGradient(at: point).gradient
    return norm(zip(there, step.modelGradient).map { $0 - $1 }) > 0.1 * size
  }

  /// Follows negative curvature away from a point without a gradient.
  ///
  /// - Returns: How the search has ended, or nil where it goes on from a lower point.
  private mutating func leaveSaddle() -> Minimum.Outcome? {
    let budget = min(options.curvatureProducts, options.maxProducts - products)
    guard budget > 0, !w.isEmpty else { return .converged }
    var lanczos = EigenpairOptions()
    // A direction is wanted, not an eigenvalue.
    lanczos.tolerance = 0.1
    lanczos.maxProducts = budget
    lanczos.basisSize = 40
    let h = objective.hessian(at: w)
    guard let found = try? extremeEigenpairs(of: h, .smallest, count: 1, options: lanczos),
      let pair = found.pairs.first
    else { return .converged }
    products += found.products
    // vᵀHv itself, which no error of the iteration touches.
    let curvature = dot(pair.vector, h.apply(to: pair.vector))
    products += 1
    lowestCurvature = curvature
    guard curvature < -1e-8 * found.operatorNorm else { return .converged }
    for length in sequence(first: radius, next: { $0 / 4 }).prefix(12) {
      for sign in [-1.0, 1] {
        let point = zip(w, pair.vector).map { $0 + sign * length * $1 }
        let (newValue, newGradient) = objective.valueAndGradient(at: point)
        evaluations += 1
        let newSize = norm(newGradient)
        guard newSize.isFinite, newValue < value + curvature * length * length / 8,
          newValue < lowest - rounding(lowest)
        else { continue }
        (w, value, gradient, size) = (point, newValue, newGradient, newSize)
        lowest = value
        return nil
      }
    }
    return .saddle
  }

  private func minimum(_ iterations: Int, _ outcome: Minimum.Outcome) -> Minimum {
    Minimum(
      point: w, value: value, gradientNorm: size, iterations: iterations, evaluations: evaluations,
      products: products, lowestCurvature: lowestCurvature, outcome: outcome)
  }
}

/// The step that conjugate gradients find in a trust region.
private struct TrustRegionStep {
  private(set) var vector: [Double]
  /// g + Hp.
  private(set) var modelGradient: [Double]
  private(set) var products = 0

  var length: Double { norm(vector) }
  /// −gᵀp − ½pᵀHp: by how much the model falls.
  private(set) var decrease = 0.0

  init(
    _ hessian: any LinearOperator, _ gradient: [Double], radius: Double, tolerance: Double,
    maxProducts: Int
  ) {
    vector = [Double](repeating: 0, count: gradient.count)
    modelGradient = gradient
    follow(hessian, radius, tolerance, min(maxProducts, 2 * gradient.count + 2))
    let slopes = zip(gradient, modelGradient).map { $0 + $1 }
    decrease = -dot(vector, slopes) / 2
  }

  private mutating func follow(
    _ hessian: any LinearOperator, _ radius: Double, _ tolerance: Double, _ maxProducts: Int
  ) {
    var direction = modelGradient.map { -$0 }
    var square = dot(modelGradient, modelGradient)
    while products < maxProducts, square.squareRoot() > tolerance {
      let image = hessian.apply(to: direction)
      products += 1
      let curvature = dot(direction, image)
      guard curvature.isFinite else { return }
      let inner = square / curvature
      let outer = boundary(along: direction, radius)
      let leaves = curvature <= 0 || inner >= outer
      let length = leaves ? outer : inner
      for i in vector.indices {
        vector[i] += length * direction[i]
        modelGradient[i] += length * image[i]
      }
      if leaves { return }
      let next = dot(modelGradient, modelGradient)
      for i in direction.indices {
        direction[i] = next / square * direction[i] - modelGradient[i]
      }
      square = next
    }
  }

  /// t ≥ 0 at which ‖p + t·d‖ = Δ.
  private func boundary(along direction: [Double], _ radius: Double) -> Double {
    let (a, b) = (dot(direction, direction), dot(vector, direction))
    let c = max(radius * radius - dot(vector, vector), 0)
    let root = (b * b + a * c).squareRoot()
    // The form without cancellation.
    return b > 0 ? c / (b + root) : (root - b) / a
  }
}
