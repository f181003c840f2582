import RealModule

/// How fast gradient descent brings a total loss down to a target at its best fixed rate.
///
/// Steps w ← w − η∇L(w) from one start, η fixed: how well a loss is conditioned, said in steps. On a
/// quadratic with curvatures from μ to ℓ the best rate in the long run is 2/(μ + ℓ), and a step then
/// shrinks the distance to the minimum by (κ − 1)/(κ + 1) at least, κ = ℓ/μ (Polyak 1963). For any
/// other loss the rate is looked for: rates a factor of 2 apart around 1/‖H(w₀)‖ race each other, step
/// by step, until the first is at the target; then rates ever closer beside the best try to beat it.
/// No run is longer than the best, so that the search costs some twenty times what it finds.
///
/// - Parameters:
///   - objective: The total loss.
///   - start: w₀.
///   - target: The loss to fall to or below: a minimum's, and a tolerance.
///   - options: Limits.
/// - Returns: The rate, the steps, and whether the target was reached.
public func descentSpeed(
  _ objective: some Objective, from start: [Double], target: Double,
  options: DescentOptions = DescentOptions()
) -> DescentSpeed {
  var search = RateSearch(objective, from: start, target: target, options)
  return search.run()
}

/// Limits of a search for the best rate.
public struct DescentOptions: Sendable, Equatable {
  /// Steps of one run at most: 2000, past which a loss may be called badly conditioned.
  public var maxSteps = 2000
  /// Gradients of all runs together at most: 20,000, ten full runs.
  public var maxGradients = 20_000
  /// η in the middle of the grid; nil for 1/‖H(w₀)‖, estimated by 20 Lanczos steps.
  public var middleRate: Double?
  /// Factors of 2 on each side of the middle: 6, as the curvature on the way may be far from that at
  /// the start.
  public var halvings = 6
  /// Times that the rates beside the best are tried, each time half as far away on the log axis: 4,
  /// the last 4 % away.
  public var refinements = 4

  /// Makes the default options.
  public init() {}
}

/// Gradient descent at its best fixed rate.
public struct DescentSpeed: Sendable, Equatable {
  /// η.
  public var rate: Double
  /// Steps to the target; where it was not reached, steps made.
  public var steps: Int
  /// The loss after them.
  public var value: Double
  /// Whether the target was reached; where not, the rate is that which came closest.
  public var isReached: Bool
  /// Rates tried.
  public var runs: Int
  /// Gradients computed in all runs.
  public var gradients: Int
  /// Whether a better rate may exist, as the best lies at an end of the grid or the gradients were
  /// used up.
  public var isLimited: Bool
}

private struct RateSearch<Function: Objective> {
  struct Run {
    var logRate: Double
    var steps: Int
    var value: Double
    var isReached: Bool

    /// Sooner at the target, else lower; of equals the smaller rate.
    func isBetter(than other: Run) -> Bool {
      if isReached != other.isReached { return isReached }
      if isReached, steps != other.steps { return steps < other.steps }
      return (value, logRate) < (other.value, other.logRate)
    }
  }

  struct Racer {
    var logRate: Double
    var w: [Double]
    var value = Double.infinity
    var gradient: [Double]

    mutating func descend(_ objective: Function) {
      let rate = Double.exp(logRate)
      for i in w.indices { w[i] -= rate * gradient[i] }
      (value, gradient) = objective.valueAndGradient(at: w)
    }
  }

  private let objective: Function
  private let start: [Double]
  private let target: Double
  private let options: DescentOptions
  private let first: (value: Double, gradient: [Double])
  private var gradients = 1
  private var runs = 0
  private var best: Run

  init(_ objective: Function, from start: [Double], target: Double, _ options: DescentOptions) {
    self.objective = objective
    self.start = start
    self.target = target
    self.options = options
    first = objective.valueAndGradient(at: start)
    let middle = options.middleRate ?? Self.inverseNorm(of: objective, at: start)
    best = Run(
      logRate: Double.log(middle), steps: 0, value: first.value, isReached: first.value <= target)
  }

  mutating func run() -> DescentSpeed {
    let middle = best.logRate
    guard !best.isReached, first.value.isFinite, middle.isFinite else { return speed(false) }
    let step = Double.log(2)
    let reach = max(options.halvings, 0)
    race((-reach...reach).map { middle + Double($0) * step }, steps: options.maxSteps)
    let isAtEnd = abs(best.logRate - middle) > (Double(reach) - 0.5) * step
    var distance = step
    for _ in 0..<max(options.refinements, 0) where best.isReached {
      distance /= 2
      race([best.logRate - distance, best.logRate + distance], steps: best.steps)
    }
    return speed(isAtEnd || gradients >= options.maxGradients)
  }

  private func speed(_ isLimited: Bool) -> DescentSpeed {
    DescentSpeed(
      rate: Double.exp(best.logRate), steps: best.steps, value: best.value,
      isReached: best.isReached, runs: runs, gradients: gradients, isLimited: isLimited)
  }

  /// Descends at several rates in step, until one is at the target.
  private mutating func race(_ logRates: [Double], steps: Int) {
    // Ten times further from the target than the start: it will not come back.
    let ceiling = first.value + 10 * (first.value - target)
    var racers = logRates.map { Racer(logRate: $0, w: start, gradient: first.gradient) }
    runs += racers.count
    var step = 0
    while step < steps, !racers.isEmpty, !racers.contains(where: { $0.value <= target }) {
      step += 1
      for i in racers.indices {
        guard gradients < options.maxGradients else { return }
        racers[i].descend(objective)
        gradients += 1
      }
      racers.removeAll { !($0.value < ceiling) }
      for racer in racers {
        let found = Run(
          logRate: racer.logRate, steps: step, value: racer.value,
          isReached: racer.value <= target)
        if found.isBetter(than: best) { best = found }
      }
    }
  }

  /// 1/‖H‖ at a point; 1 where the Hessian is zero or not finite.
  private static func inverseNorm(of objective: Function, at w: [Double]) -> Double {
    var lanczos = EigenpairOptions()
    lanczos.tolerance = 0.01
    lanczos.maxProducts = 20
    let found = try? extremeEigenpairs(
      of: objective.hessian(at: w), .largestMagnitude, count: 1, options: lanczos)
    guard let size = found?.operatorNorm, size > 0 else { return 1 }
    return 1 / size
  }
}
