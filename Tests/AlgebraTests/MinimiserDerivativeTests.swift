import RealModule
import Testing

@testable import Algebra

@Suite struct MinimiserDerivativeTests {
  let ridge = Ridge()

  @Test(arguments: [[1.0, 1, 1, 1], [1, 0, 1, 0]], [0.01, 1, 30])
  func itIsThatOfTheClosedForm(_ mask: [Double], _ lambda: Double) {
    let total = PenalisedObjective(ridge.base, penalty: Penalty(mask: mask), lambda: lambda)
    let right = ridge.derivative(lambda, mask)
    let found = minimiserDerivative(
      of: total, at: ridge.minimiser(lambda, mask), tolerance: 1e-12)
    #expect(found.outcome == .converged)
    #expect(norm(zip(found.solution, right).map { $0 - $1 }) < 1e-10)
    // And the difference quotient of two minima.
    let h = 1e-5 * lambda
    let (after, before) = (
      ridge.minimiser(lambda + h, mask), ridge.minimiser(lambda - h, mask)
    )
    for i in right.indices {
      #expect(abs((after[i] - before[i]) / (2 * h) - right[i]) < 1e-5 * (1 + abs(right[i])))
    }
  }

  @Test func atASaddleTheOtherSolverFindsTheTangentOfStationaryPoints() {
    // ½(3x² − y²) + bx + cy with λ = ½: w = −(A + λ)⁻¹(b, c), and so its derivative.
    let saddle = Quadratic(matrix: [[3, 0], [0, -1]], minimum: [2, 1])
    let w = [3 * 2 / 3.5, -1 / -0.5]
    let total = PenalisedObjective(saddle, penalty: Penalty(mask: [1, 1]), lambda: 0.5)
    #expect(norm(total.valueAndGradient(at: w).gradient) < 1e-14)
    let found = minimiserDerivative(of: total, at: w, tolerance: 1e-12)
    #expect(found.outcome == .converged)
    #expect(abs(found.solution[0] + w[0] / 3.5) < 1e-10)
    #expect(abs(found.solution[1] - w[1] / 0.5) < 1e-10)
  }

  @Test func withoutAPenaltyOnThePointNothingMoves() {
    let total = PenalisedObjective(ridge.base, penalty: Penalty(mask: [0, 0, 0, 0]), lambda: 1)
    let found = minimiserDerivative(of: total, at: ridge.base.minimum)
    #expect(found.solution == [0, 0, 0, 0] && found.outcome == .converged)
  }

  @Test func predictionsAreLinearInLogLambdaAndInLambdaBesideZero() {
    #expect(predictedMinimiser([1], derivative: [-2], from: 0, to: 0.25) == [0.5])
    #expect(predictedMinimiser([1], derivative: [-2], from: 0.25, to: 0) == [1.5])
    let logarithmic = predictedMinimiser(
      [1], derivative: [-2], from: 0.5, to: 0.5 * Double.exp(0.1))
    #expect(abs(logarithmic[0] - 0.9) < 1e-15)
  }
}
