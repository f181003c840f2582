import Algebra
import Testing

@testable import Geometry

/// A function by its value and gradient.
private struct Function: Objective {
  var dimension: Int
  var body: @Sendable ([Double]) -> (value: Double, gradient: [Double])

  func value(at w: [Double]) -> Double { body(w).value }
  func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) { body(w) }
  func hessian(at w: [Double]) -> any LinearOperator { Matrix(rows: []) }
}

@Suite struct SharpnessTests {
  /// Eigenvalues 1, 3 and 0.5, the first two along the diagonals of a plane.
  let bowl = Quadratic(
    matrix: [[2, 1, 0], [1, 2, 0], [0, 0, 0.5]], minimum: [1, -2, 3], constant: 0.25)

  @Test(arguments: [0.05, 2]) func aBallAroundAMinimumRisesByHalfTheLargestEigenvalue(
    _ radius: Double
  ) {
    let found = sharpness(of: bowl, at: bowl.minimum, within: .ball(radius: radius))
    // ρ²·λmax/2, along (1, 1, 0).
    #expect(abs(found.increase - radius * radius * 1.5) < 1e-9 * radius * radius)
    #expect(abs(norm(found.displacement) - radius) < 1e-12)
    #expect(abs(found.displacement[0] - found.displacement[1]) < 1e-4 * radius)
    #expect(found.loss == 0.25)
    // At the minimum the gradient, and so SAM's step, is 0.
    #expect(found.firstOrderIncrease == 0)
    #expect(abs(found.percentage - 100 * found.increase / 1.25) < 1e-12)
  }

  @Test func aBoxAroundAMinimumRisesMostAtItsCorners() {
    let epsilon = 1e-3
    let found = sharpness(of: bowl, at: bowl.minimum, within: .box(epsilon: epsilon))
    // z = ε(|w| + 1) = ε(2, 3, 4): ½zᵀAz = ε²(4 + 6 + 9 + 4).
    #expect(abs(found.increase - epsilon * epsilon * 23) < 1e-15)
    #expect(found.displacement.map { abs($0 / epsilon).rounded() } == [2, 3, 4])
  }

  @Test func awayFromTheMinimumTheFirstStepIsSAMs() {
    let w = [2.0, -2, 3]
    let radius = 0.1
    let found = sharpness(of: bowl, at: w, within: .ball(radius: radius))
    // g = (2, 1, 0): L(w + ρg/‖g‖) − L(w) = ρ‖g‖ + ρ²·gᵀAg/(2‖g‖²).
    let first = radius * 5.0.squareRoot() + radius * radius * 14 / 10
    #expect(abs(found.firstOrderIncrease - first) < 1e-13)
    #expect(found.increase >= first)
    // At the maximum over a ball z lies along the gradient there.
    let slope = bowl.valueAndGradient(at: zip(w, found.displacement).map { $0 + $1 }).gradient
    let along = dot(slope, found.displacement) / norm(slope) / radius
    #expect(along > 1 - 1e-9)
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func noPointOfTheNeighbourhoodIsHigherOnAConvexLoss(
    _ seed: UInt64
  ) {
    var source = RandomSource(seed: seed, purpose: "bowls")
    let n = 6
    let factors = (0..<n).map { _ in (0..<n).map { _ in source.normal() } }
    let matrix = factors.map { row in factors.map { dot(row, $0) } }
    let objective = Quadratic(matrix: matrix, minimum: (0..<n).map { _ in source.normal() })
    let w = (0..<n).map { _ in source.normal() }
    for neighbourhood in [Neighbourhood.ball(radius: 0.3), .box(epsilon: 0.1)] {
      let found = sharpness(of: objective, at: w, within: neighbourhood, steps: 200, seed: seed)
      for _ in 0..<300 {
        let z = neighbourhood.furthest(along: w.map { _ in source.normal() }, from: w)
        let value = objective.value(at: zip(w, z).map { $0 + $1 })
        // A box has local maxima in its corners.
        let slack = neighbourhood == .ball(radius: 0.3) ? 1e-6 : 0.02
        #expect(value <= found.worstLoss * (1 + slack))
      }
      #expect(found.worstLoss >= found.firstOrderLoss)
      let same = sharpness(
        of: objective, at: w, within: neighbourhood, steps: 200, seed: seed, threads: 3)
      #expect(same == found)
    }
  }

  @Test func anInteriorMaximumIsFoundByShorterSteps() {
    // −(x² + y²): highest at the origin, inside the ball around (0.5, 0).
    let hill = Function(dimension: 2) { w in
      (-w[0] * w[0] - w[1] * w[1], [-2 * w[0], -2 * w[1]])
    }
    let found = sharpness(of: hill, at: [0.5, 0], within: .ball(radius: 1), steps: 500)
    #expect(found.worstLoss > -1e-3 && found.worstLoss <= 0)
  }

  @Test func theTotalLossIsSharperByWhatTheDecayAdds() {
    let lambda = 0.7
    let total = PenalisedObjective(
      Quadratic(matrix: bowl.matrix, minimum: [0, 0, 0]), penalty: Penalty(mask: [1, 1, 1]),
      lambda: lambda)
    let found = sharpness(of: total, at: [0, 0, 0], within: .ball(radius: 0.1))
    #expect(abs(found.increase - 0.01 * (3 + lambda) / 2) < 1e-12)
  }

  @Test func divergenceIsTold() {
    let broken = Function(dimension: 1) { w in w[0] > 0.05 ? (.infinity, [.nan]) : (w[0], [1]) }
    let found = sharpness(of: broken, at: [0], within: .ball(radius: 0.1))
    #expect(found.worstLoss == .infinity && found.loss == 0)
    let nan = sharpness(
      of: Function(dimension: 1) { _ in (.nan, [0]) }, at: [0], within: .ball(radius: 1))
    #expect(nan.loss.isNaN && nan.worstLoss.isNaN && nan.increase.isNaN)
  }
}
