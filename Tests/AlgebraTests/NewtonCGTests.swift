import RealModule
import Testing

@testable import Algebra

@Suite struct NewtonCGTests {
  /// Σ 100(wᵢ₊₁ − wᵢ²)² + (1 − wᵢ)² over pairs, with its Hessian.
  struct Rosenbrock: Objective {
    var dimension: Int

    func value(at w: [Double]) -> Double { valueAndGradient(at: w).value }

    func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
      LBFGSTests.rosenbrock(dimension).body(w)
    }

    func hessian(at w: [Double]) -> any LinearOperator {
      ClosureOperator(dimension: dimension) { x in
        var y = x
        for i in stride(from: 0, to: x.count, by: 2) {
          y[i] = (2 + 1200 * w[i] * w[i] - 400 * w[i + 1]) * x[i] - 400 * w[i] * x[i + 1]
          y[i + 1] = 200 * x[i + 1] - 400 * w[i] * x[i]
        }
        return y
      }
    }
  }

  /// A function of two numbers with a formula for each derivative.
  struct Plane: Objective {
    var dimension: Int { 2 }
    var body: @Sendable (Double, Double) -> (value: Double, gradient: [Double], hessian: [Double])

    func value(at w: [Double]) -> Double { body(w[0], w[1]).value }

    func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
      let (value, gradient, _) = body(w[0], w[1])
      return (value, gradient)
    }

    func hessian(at w: [Double]) -> any LinearOperator {
      let h = body(w[0], w[1]).hessian
      return ClosureOperator(dimension: 2) { x in
        [h[0] * x[0] + h[1] * x[1], h[1] * x[0] + h[2] * x[1]]
      }
    }
  }

  @Test(arguments: [1, 2, 7]) func oneStepMinimisesABowl(_ dimension: Int) {
    let bowl = Quadratic(diagonal: Array(repeating: 3, count: dimension))
    let start = [Double](repeating: 1.5, count: dimension)
    var options = NewtonOptions()
    options.radius = 10
    let found = newtonCG(bowl, from: start, gradientTolerance: 1e-12, options: options)
    #expect(found.outcome == .converged && found.iterations == 1)
    for (w, right) in zip(found.point, bowl.minimum) { #expect(abs(w - right) < 1e-14) }
    #expect(abs((found.lowestCurvature ?? 0) - 3) < 1e-12)
  }

  @Test(arguments: [1.0, 1e3, 1e6], [2, 10, 30])
  func quadraticsConvergeHoweverIllConditioned(_ condition: Double, _ dimension: Int) {
    let diagonal = (0..<dimension).map { Double.pow(condition, Double($0) / Double(dimension - 1)) }
    let objective = Quadratic(diagonal: diagonal)
    let start = [Double](repeating: 0, count: dimension)
    let found = newtonCG(objective, from: start, gradientTolerance: 1e-10)
    #expect(found.outcome == .converged)
    #expect(found.iterations <= 15)
    for (w, right) in zip(found.point, objective.minimum) { #expect(abs(w - right) < 1e-9) }
  }

  @Test(arguments: [2, 10, 50]) func rosenbrocksValleyIsFollowed(_ dimension: Int) {
    let start = (0..<dimension).map { $0.isMultiple(of: 2) ? -1.2 : 1 }
    let found = newtonCG(
      Rosenbrock(dimension: dimension), from: start, gradientTolerance: 1e-11)
    #expect(found.outcome == .converged)
    #expect(found.iterations < 50)
    for w in found.point { #expect(abs(w - 1) < 1e-10) }
  }

  @Test(arguments: [1e-3, 1e-1, 1]) func softmaxRegressionWithAPenaltyConverges(_ lambda: Double) {
    let base = SoftmaxRegression(samples: 60, inputs: 4, classes: 3, seed: 5)
    let total = PenalisedObjective(
      base, penalty: Penalty(mask: Array(repeating: 1, count: base.dimension)), lambda: lambda)
    let start = [Double](repeating: 0, count: base.dimension)
    let found = newtonCG(total, from: start, gradientTolerance: 1e-10)
    #expect(found.outcome == .converged && found.gradientNorm <= 1e-10)
    #expect(found.iterations <= 15)
    // The classes' sum of weights is free but for the penalty.
    #expect(abs((found.lowestCurvature ?? 0) - lambda) < 0.1 * lambda)
    let other = minimise(total, from: start, gradientTolerance: 1e-9, maxIterations: 2000)
    #expect(norm(zip(found.point, other.point).map { $0 - $1 }) <= 2e-9 / lambda)
  }

  @Test func digitsOfTheGradientDouble() {
    // Near the minimum each step's ‖∇L‖ is below the last one to the power 1.4.
    let base = SoftmaxRegression(samples: 60, inputs: 4, classes: 3, seed: 6)
    let total = PenalisedObjective(
      base, penalty: Penalty(mask: Array(repeating: 1, count: base.dimension)), lambda: 0.1)
    var sizes: [Double] = []
    _ = newtonCG(
      total, from: Array(repeating: 0, count: base.dimension), gradientTolerance: 1e-13
    ) { _, size in
      sizes.append(size)
      return true
    }
    for (before, after) in zip(sizes, sizes.dropFirst()) where before < 1e-2 && before > 1e-6 {
      #expect(after < Double.pow(before, 1.4))
    }
  }

  @Test(arguments: [[1e-3, 0.5], [0, 0], [0, 1], [1e-9, 0]])
  func saddlesAreLeft(_ start: [Double]) {
    // (x² − 1)²/4 + y²/2: a saddle at 0 and minima at (±1, 0).
    let wells = Plane { x, y in
      ((x * x - 1) * (x * x - 1) / 4 + y * y / 2, [x * (x * x - 1), y], [3 * x * x - 1, 0, 1])
    }
    let found = newtonCG(wells, from: start, gradientTolerance: 1e-10)
    #expect(found.outcome == .converged)
    #expect(abs(abs(found.point[0]) - 1) < 1e-9 && abs(found.point[1]) < 1e-9)
    #expect(abs((found.lowestCurvature ?? 0) - 1) < 1e-6)
    var blind = NewtonOptions()
    blind.curvatureProducts = 0
    let unseen = newtonCG(wells, from: [0, 0], gradientTolerance: 1e-10, options: blind)
    #expect(unseen.outcome == .converged && unseen.point == [0, 0])
    #expect(unseen.lowestCurvature == nil)
  }

  @Test func aSaddleThatNoStepLeavesIsCalledOne() {
    // The Hessian speaks of curvature that the values do not have.
    let wrong = Plane { x, y in (x * x + y * y, [2 * x, 2 * y], [-1, 0, 2]) }
    let found = newtonCG(wrong, from: [0, 0], gradientTolerance: 1e-10)
    #expect(found.outcome == .saddle && found.point == [0, 0])
  }

  @Test(arguments: [0.3, 0.9]) func aKinkIsReachedAndSaidToBeOne(_ slope: Double) {
    // Smooth along y, with a corner along x = 0 that no step crosses downhill.
    let corner = Plane { x, y in
      let left = x < 0
      return (
        (left ? -slope * x : x) + x * x / 2 + (y - 1) * (y - 1),
        [(left ? -slope : 1) + x, 2 * (y - 1)], [1, 0, 2]
      )
    }
    for start in [[0.7, 0.2], [-1.3, 4], [1e-8, 1]] {
      let found = newtonCG(corner, from: start, gradientTolerance: 1e-9)
      #expect(found.outcome == .kink)
      #expect(found.value <= corner.value(at: start))
      #expect(abs(found.point[0]) < 1e-6)
      #expect(found.value == corner.value(at: found.point))
    }
  }

  @Test func noStepIsEverUphill() {
    let hills = Plane { x, y in
      (
        Double.sin(3 * x) + Double.cos(5 * y) + 0.1 * (x * x + y * y),
        [3 * Double.cos(3 * x) + 0.2 * x, -5 * Double.sin(5 * y) + 0.2 * y],
        [0.2 - 9 * Double.sin(3 * x), 0, 0.2 - 25 * Double.cos(5 * y)]
      )
    }
    var source = RandomSource(seed: 4)
    for _ in 0..<100 {
      let start = [10 * source.uniform() - 5, 10 * source.uniform() - 5]
      var last = hills.value(at: start)
      for iterations in [0, 1, 2, 4, 100] {
        var options = NewtonOptions()
        options.maxIterations = iterations
        let found = newtonCG(hills, from: start, gradientTolerance: 1e-11, options: options)
        #expect(found.value <= last + 64 * last.ulp)
        #expect(found.value == hills.value(at: found.point))
        last = found.value
        if iterations == 100 {
          #expect(found.outcome == .converged && (found.lowestCurvature ?? -1) > 0)
        }
      }
    }
  }

  @Test func roundingOfALargeValueHidesNoDescent() {
    let lifted = Plane { x, y in
      (1e6 + Double.cosh(x) + 5 * y * y, [Double.sinh(x), 10 * y], [Double.cosh(x), 0, 10])
    }
    let found = newtonCG(lifted, from: [1, 1], gradientTolerance: 1e-12)
    #expect(found.outcome == .converged && found.gradientNorm <= 1e-12)
  }

  @Test func limitsAreKeptAndNaNIsHandedBack() {
    let valley = Rosenbrock(dimension: 2)
    var few = NewtonOptions()
    few.maxIterations = 3
    let short = newtonCG(valley, from: [-1.2, 1], gradientTolerance: 1e-9, options: few)
    #expect(short.outcome == .outOfIterations && short.iterations == 3)
    few.maxIterations = 1000
    few.maxProducts = 5
    let cheap = newtonCG(valley, from: [-1.2, 1], gradientTolerance: 1e-9, options: few)
    #expect(cheap.outcome == .outOfIterations && cheap.products == 5)
    few.maxIterations = 0
    #expect(newtonCG(valley, from: [0, 0], gradientTolerance: 1, options: few).iterations == 0)
    let stopped = newtonCG(valley, from: [-1.2, 1], gradientTolerance: 1e-9) { step, _ in step < 2 }
    #expect(stopped.outcome == .stopped && stopped.iterations == 2)
    for bad in [Double.nan, .infinity] {
      let broken = Plane { _, _ in (bad, [1, 1], [1, 0, 1]) }
      let found = newtonCG(broken, from: [3, 4], gradientTolerance: 1e-9)
      #expect(found.outcome == .diverged && found.point == [3, 4])
      let blind = Plane { x, y in (x * x + y * y, [2 * x, 2 * y], [bad, 0, bad]) }
      #expect(newtonCG(blind, from: [3, 4], gradientTolerance: 1e-9).outcome == .noDescent)
    }
  }
}
