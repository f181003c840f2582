import RealModule
import Testing

@testable import Algebra

@Suite struct PolishTests {
  let regression = PenalisedObjective(
    SoftmaxRegression(samples: 60, inputs: 4, classes: 3, seed: 5),
    penalty: Penalty(mask: Array(repeating: 1, count: 12)), lambda: 1e-3)

  @Test(arguments: [0, 3, 1000]) func whereverTheFirstSearchEndsTheSecondGoesOn(_ steps: Int) {
    var options = PolishOptions()
    options.gradientTolerance = 1e-11
    options.quasiNewtonIterations = steps
    let start = [Double](repeating: 1, count: 12)
    var told: [Int] = []
    let found = polish(regression, from: start, options: options) { iteration, _ in
      told.append(iteration)
    }
    #expect(found.outcome == .converged && found.gradientNorm <= 1e-11)
    #expect(abs((found.lowestCurvature ?? 0) - 1e-3) < 1e-4)
    #expect(told == Array(0..<found.iterations))
    #expect(found.evaluations > found.iterations)
    // Strongly convex: no two points of this gradient are further apart.
    let other = newtonCG(regression, from: start, gradientTolerance: 1e-11)
    #expect(norm(zip(found.point, other.point).map { $0 - $1 }) <= 2e-11 / 1e-3)
  }

  @Test func aSaddleThatTheFirstSearchEndsOnIsLeft() {
    let wells = NewtonCGTests.Plane { x, y in
      ((x * x - 1) * (x * x - 1) / 4 + y * y / 2, [x * (x * x - 1), y], [3 * x * x - 1, 0, 1])
    }
    let blind = minimise(wells, from: [0, 1], gradientTolerance: 1e-9, maxIterations: 100)
    #expect(blind.outcome == .converged && abs(blind.point[0]) < 1e-9)
    let found = polish(wells, from: [0, 1])
    #expect(found.outcome == .converged && abs(abs(found.point[0]) - 1) < 1e-6)
    #expect(found.value < 1e-9)
  }

  @Test func withoutNewtonItIsTheFirstSearchAlone() {
    var options = PolishOptions()
    options.newton.maxIterations = 0
    let start = [Double](repeating: 1, count: 12)
    let alone = minimise(
      regression, from: start, gradientTolerance: 1e-6, maxIterations: 1000)
    #expect(polish(regression, from: start, options: options) == alone)
    let broken = ClosureObjective(dimension: 1) { _ in (.nan, [1]) }
    #expect(polish(broken, from: [2]).outcome == .diverged)
  }
}
