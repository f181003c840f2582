public import Algebra

/// How far a loss rises near w, at most: max L(w + z) − L(w) over a neighbourhood of z.
///
/// Found by conditional gradients (Frank and Wolfe 1956) from several starts: each step goes toward
/// the point of the neighbourhood that lies furthest along the gradient; all the way, or half of it,
/// a quarter … until the loss rises. On a convex loss the whole step always does. Every value is the
/// loss at a point of the neighbourhood, so the result is a *lower bound* of the maximum;
/// in a box, whose corners are many, often a local one.
///
/// - Parameters:
///   - objective: L, base or total.
///   - w: The point.
///   - neighbourhood: Where z may lie.
///   - starts: How many points to begin from: z = 0, then random ones, as at a minimum the gradient
///     is 0. Four: a few directions rise most, and most starts end in the same.
///   - steps: The most steps from each. 50: near a minimum a step in a ball is one of the power
///     method, which by then has left only directions within some percent of the steepest.
///   - seed: Seed of the random starts.
///   - threads: The most threads to use, a start on each; the result does not depend on it.
/// - Returns: The highest loss found, and where; NaN where L(w) or its gradient is not finite.
public func sharpness(
  of objective: some Objective, at w: [Double], within neighbourhood: Neighbourhood,
  starts: Int = 4, steps: Int = 50, seed: UInt64 = 0, threads: Int = 1
) -> Sharpness {
  precondition(w.count == objective.dimension, "a point has a number for each parameter")
  let (loss, gradient) = objective.valueAndGradient(at: w)
  guard loss.isFinite, gradient.map({ $0 * 0 }).reduce(0, +) == 0 else {
    return Sharpness(
      neighbourhood: neighbourhood, loss: .nan, firstOrderLoss: .nan, worstLoss: .nan,
      displacement: w.map { _ in .nan }, evaluations: 1)
  }
  @Sendable func climbed(from z: [Double]) -> Climb {
    var climb = Climb(objective, w, neighbourhood, from: z)
    for _ in 0..<max(steps, 0) where !climb.isDone { climb.step() }
    return climb
  }
  let first = neighbourhood.furthest(along: gradient, from: w)
  var climbs = [Climb(objective, w, neighbourhood, from: first)]
  let firstLoss = climbs[0].loss
  climbs += concurrentMap(max(starts, 1), threads: threads) { start in
    guard start > 0 else { return climbed(from: w.map { _ in 0 }) }
    var source = RandomSource(seed: seed, purpose: "sharpness \(start)")
    return climbed(from: neighbourhood.furthest(along: w.map { _ in source.normal() }, from: w))
  }
  let evaluations = climbs.reduce(1) { $0 + $1.evaluations }
  // A NaN is no maximum; +∞ is one.
  let best = climbs.filter { $0.loss >= loss }.max { $0.loss < $1.loss }
  return Sharpness(
    neighbourhood: neighbourhood, loss: loss, firstOrderLoss: firstLoss,
    worstLoss: best?.loss ?? loss, displacement: best?.z ?? w.map { _ in 0 },
    evaluations: evaluations)
}

/// Where a loss's worst value near a point is looked for.
public enum Neighbourhood: Sendable, Equatable {
  /// |zᵢ| ≤ ε·(|wᵢ| + 1) (Keskar et al. 2017, with all of weight space as its subspace; they take
  /// ε = 1e-3 and 5e-4).
  case box(epsilon: Double)
  /// ‖z‖ ≤ ρ (Foret et al. 2021; they take ρ = 0.05).
  case ball(radius: Double)

  /// The z of the neighbourhood of w with the largest ⟨gradient, z⟩; 0 along a gradient of 0.
  func furthest(along gradient: [Double], from w: [Double]) -> [Double] {
    switch self {
    case .box(let epsilon):
      return zip(gradient, w).map { g, w in
        let side = epsilon * (abs(w) + 1)
        return g > 0 ? side : g < 0 ? -side : 0
      }
    case .ball(let radius):
      let size = norm(gradient)
      return gradient.map { size > 0 ? radius * ($0 / size) : 0 }
    }
  }
}

/// How sharp a loss is around a point.
public struct Sharpness: Sendable, Equatable {
  /// Where the worst loss was looked for.
  public var neighbourhood: Neighbourhood
  /// L(w).
  public var loss: Double
  /// L after the one step along the gradient that SAM takes; in a ball, at w + ρ·∇L/‖∇L‖.
  public var firstOrderLoss: Double
  /// The highest L found: a lower bound of the maximum.
  public var worstLoss: Double
  /// z where it was found.
  public var displacement: [Double]
  /// Losses and gradients evaluated.
  public var evaluations: Int

  /// L(w + z) − L(w), which SAM adds to the loss: a lower bound.
  public var increase: Double { worstLoss - loss }
  /// The same after SAM's one step.
  public var firstOrderIncrease: Double { firstOrderLoss - loss }
  /// 100·(L(w + z) − L(w))/(1 + L(w)): a lower bound of what Keskar and others (2017) define.
  public var percentage: Double { 100 * increase / (1 + loss) }
}

/// An ascent within a neighbourhood.
private struct Climb: Sendable {
  private let objective: any Objective
  private let w: [Double]
  private let neighbourhood: Neighbourhood
  private var gradient: [Double]
  private(set) var z: [Double]
  private(set) var loss: Double
  private(set) var evaluations = 1
  private(set) var isDone = false

  init(
    _ objective: some Objective, _ w: [Double], _ neighbourhood: Neighbourhood, from z: [Double]
  ) {
    self.objective = objective
    self.w = w
    self.neighbourhood = neighbourhood
    self.z = z
    (loss, gradient) = objective.valueAndGradient(at: zip(w, z).map { $0 + $1 })
  }

  mutating func step() {
    let target = neighbourhood.furthest(along: gradient, from: w)
    let way = zip(target, z).map { $0 - $1 }
    let promised = dot(gradient, way)
    // No direction within the neighbourhood rises, or the loss has diverged: there is no more to
    // find here.
    guard promised > 16 * .ulpOfOne * abs(loss), promised.isFinite, loss.isFinite else {
      isDone = true
      return
    }
    var share = 1.0
    for _ in 0..<30 {
      let next = zip(z, way).map { $0 + share * $1 }
      let (value, slope) = objective.valueAndGradient(at: zip(w, next).map { $0 + $1 })
      evaluations += 1
      if value >= loss + 1e-4 * share * promised {
        (z, loss, gradient) = (next, value, slope)
        return
      }
      share /= 2
    }
    isDone = true
  }
}
