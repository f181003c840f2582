import RealModule
import Testing

@testable import Algebra

@Suite struct LBFGSTests {
  /// Σ 100(wᵢ₊₁ − wᵢ²)² + (1 − wᵢ)² over pairs.
  static func rosenbrock(_ dimension: Int) -> ClosureObjective {
    ClosureObjective(dimension: dimension) { w in
      var value = 0.0
      var gradient = [Double](repeating: 0, count: w.count)
      for i in stride(from: 0, to: w.count, by: 2) {
        let (a, b) = (1 - w[i], w[i + 1] - w[i] * w[i])
        value += a * a + 100 * b * b
        gradient[i] = -2 * a - 400 * b * w[i]
        gradient[i + 1] = 200 * b
      }
      return (value, gradient)
    }
  }

  @Test(arguments: [1.0, 1e3, 1e6], [1, 2, 10, 30])
  func quadraticsConvergeHoweverIllConditioned(_ condition: Double, _ dimension: Int) {
    let diagonal = (0..<dimension).map { i in
      Double.pow(condition, dimension > 1 ? Double(i) / Double(dimension - 1) : 0)
    }
    let objective = Quadratic(diagonal: diagonal)
    let start = [Double](repeating: 0, count: dimension)
    let found = minimise(objective, from: start, gradientTolerance: 1e-9, maxIterations: 20_000)
    #expect(found.outcome == .converged)
    #expect(found.gradientNorm <= 1e-9)
    for (w, right) in zip(found.point, objective.minimum) { #expect(abs(w - right) < 1e-8) }
  }

  @Test(arguments: [2, 10, 50]) func rosenbrocksValleyIsFollowed(_ dimension: Int) {
    let start = (0..<dimension).map { $0.isMultiple(of: 2) ? -1.2 : 1 }
    let found = minimise(
      Self.rosenbrock(dimension), from: start, gradientTolerance: 1e-10, maxIterations: 500)
    #expect(found.outcome == .converged)
    for w in found.point { #expect(abs(w - 1) < 1e-9) }
    #expect(found.evaluations < 150)
  }

  @Test(arguments: [1e-7, 1e-10, 1e-12]) func roundingOfALargeValueHidesNoDescent(
    _ tolerance: Double
  ) {
    let base = Quadratic(diagonal: [1, 10, 100])
    let lifted = ClosureObjective(dimension: 3) { w in
      let (value, gradient) = base.valueAndGradient(at: w)
      return (1 + value, gradient)
    }
    let found = minimise(lifted, from: [5, 5, 5], gradientTolerance: tolerance, maxIterations: 500)
    #expect(found.outcome == .converged)
    #expect(found.evaluations < 60)
  }

  @Test func aToleranceBelowRoundingIsReportedHonestly() {
    // Σ exp(w) − bw: no floating-point number is log b for all of these b.
    let objective = ClosureObjective(dimension: 8) { w in
      var value = 0.0
      var gradient = w
      for i in w.indices {
        let b = 0.3 + 0.7 * Double(i)
        value += Double.exp(w[i]) - b * w[i]
        gradient[i] = Double.exp(w[i]) - b
      }
      return (value, gradient)
    }
    let start = [Double](repeating: 2, count: 8)
    let found = minimise(objective, from: start, gradientTolerance: 1e-30, maxIterations: 300)
    #expect(found.outcome == .noDescent || found.outcome == .outOfIterations)
    #expect(found.gradientNorm < 1e-14)
    #expect(found.value <= objective.value(at: start))
    #expect(found.evaluations < 300)
  }

  @Test func aKinkIsReachedAndSaidToBeOne() {
    let kink = ClosureObjective(dimension: 3) { w in
      (w.reduce(0) { $0 + abs($1) }, w.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 })
    }
    let start = [0.3, -0.7, 1.1]
    let found = minimise(kink, from: start, gradientTolerance: 1e-9, maxIterations: 200)
    #expect(found.value <= kink.value(at: start))
    #expect(found.gradientNorm <= 1e-9 ? found.outcome == .converged : found.outcome != .converged)
    #expect(found.value == kink.value(at: found.point))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aStartThatIsNotFiniteIsHandedBack(_ bad: Double) {
    let value = ClosureObjective(dimension: 2) { _ in (bad, [1, 1]) }
    let gradient = ClosureObjective(dimension: 2) { _ in (1, [bad, 1]) }
    for objective in [value, gradient] {
      let found = minimise(objective, from: [3, 4], gradientTolerance: 1e-6, maxIterations: 50)
      #expect(found.outcome == .diverged)
      #expect(found.point == [3, 4])
      #expect(found.evaluations == 1)
    }
  }

  @Test(arguments: [Double.nan, .infinity])
  func aFunctionThatEndsIsMinimisedInsideItsDomain(_ outside: Double) {
    // x − log x, which is not a number left of 0; the first steps land there.
    let value = ClosureObjective(dimension: 1) { w in
      w[0] > 0 ? (w[0] - Double.log(w[0]), [1 - 1 / w[0]]) : (outside, [.nan])
    }
    // The same with a value, but no gradient, outside.
    let gradient = ClosureObjective(dimension: 1) { w in
      w[0] > 0 ? (w[0] - Double.log(w[0]), [1 - 1 / w[0]]) : (-1, [.nan])
    }
    for objective in [value, gradient] {
      for start in [1e-3, 0.9, 30] {
        let found = minimise(
          objective, from: [start], gradientTolerance: 1e-7, maxIterations: 100)
        #expect(found.outcome == .converged)
        #expect(abs(found.point[0] - 1) < 1e-6)
      }
    }
  }

  @Test func noStepIsEverUphill() {
    // Many random starts on a function with many minima, each step's value told by `progress`.
    let objective = ClosureObjective(dimension: 2) { w in
      (
        Double.sin(3 * w[0]) + Double.cos(5 * w[1]) + 0.1 * dot(w, w),
        [3 * Double.cos(3 * w[0]) + 0.2 * w[0], -5 * Double.sin(5 * w[1]) + 0.2 * w[1]]
      )
    }
    var source = RandomSource(seed: 4)
    for _ in 0..<200 {
      let start = [10 * source.uniform() - 5, 10 * source.uniform() - 5]
      var last = objective.value(at: start)
      for iterations in [0, 1, 2, 4, 8, 100] {
        let found = minimise(
          objective, from: start, gradientTolerance: 1e-12, maxIterations: iterations)
        #expect(found.value <= last + 64 * last.ulp)
        #expect(found.value == objective.value(at: found.point))
        #expect(found.iterations <= iterations)
        last = found.value
        if iterations == 100 { #expect(found.outcome == .converged) }
      }
    }
  }

  @Test func aSkewedValleyTakesFewEvaluations() {
    // First steps overshoot by far: the search must come back from beyond.
    let skewed = ClosureObjective(dimension: 1) { w in
      (Double.exp(w[0]) + Double.exp(-20 * w[0]), [Double.exp(w[0]) - 20 * Double.exp(-20 * w[0])])
    }
    var evaluations = 0
    for start in stride(from: -1.0, through: 9, by: 0.25) {
      let found = minimise(skewed, from: [start], gradientTolerance: 1e-10, maxIterations: 100)
      #expect(found.outcome == .converged)
      #expect(abs(found.point[0] - Double.log(20) / 21) < 1e-10)
      evaluations += found.evaluations
    }
    // 41 searches of some 17 evaluations.
    #expect(evaluations < 800)
  }

  @Test func limitsAreKept() {
    let objective = Self.rosenbrock(2)
    let none = minimise(objective, from: [-1.2, 1], gradientTolerance: 1e-9, maxIterations: 0)
    #expect(none.outcome == .outOfIterations && none.point == [-1.2, 1])
    let few = minimise(objective, from: [-1.2, 1], gradientTolerance: 1e-9, maxIterations: 3)
    #expect(few.outcome == .outOfIterations && few.iterations == 3)
    let there = minimise(objective, from: [1, 1], gradientTolerance: 1e-9, maxIterations: 5)
    #expect(there.outcome == .converged && there.iterations == 0 && there.evaluations == 1)
    let negative = minimise(objective, from: [0, 0], gradientTolerance: 1e-9, maxIterations: -1)
    #expect(negative.outcome == .outOfIterations && negative.iterations == 0)
    let stopped = minimise(
      objective, from: [-1.2, 1], gradientTolerance: 1e-9, maxIterations: 50
    ) { iteration, _ in iteration < 2 }
    #expect(stopped.outcome == .stopped && stopped.iterations == 2)
  }

  @Test func aHugeGradientIsNoReasonToFail() {
    let objective = Quadratic(diagonal: [1e12, 1])
    let found = minimise(objective, from: [0, 0], gradientTolerance: 1e-3, maxIterations: 200)
    #expect(found.outcome == .converged)
  }
}
