import Testing

@testable import Algebra

@Suite struct PenaltyTests {
  let count = 40

  /// Numbers from −1 to 1.
  func vector(_ seed: UInt64) -> [Double] {
    var source = RandomSource(seed: seed)
    return (0..<count).map { _ in 2 * source.uniform() - 1 }
  }

  /// 0, 1, ½ and 3 in turn.
  var penalty: Penalty { Penalty(mask: (0..<count).map { [0, 1, 0.5, 3][$0 % 4] }) }

  @Test func quadraticIsTheSquaredNormOfThePointFormed() {
    let grid = PlaneGrid(centre: vector(1), u: vector(2), v: vector(3), alphas: [], betas: [])
    let quadratic = penalty.quadratic(centre: grid.centre, u: grid.u, v: grid.v)
    for alpha in stride(from: -3.0, through: 3, by: 0.5) {
      for beta in stride(from: -3.0, through: 3, by: 0.5) {
        let right = penalty.squaredNorm(grid.point(alpha, beta))
        #expect(abs(quadratic.squaredNorm(alpha, beta) - right) <= 1e-13 * max(1, right))
      }
    }
    #expect(quadratic.squaredNorm(0, 0) == penalty.squaredNorm(grid.centre))
  }

  @Test(arguments: [0, 1e-4, 0.5, 20]) func itAddsItselfItsGradientAndItsHessian(_ lambda: Double) {
    func entry(_ i: Int, _ j: Int) -> Double { (i == j ? 2.0 : 0.0) + 1 / Double(1 + i + j) }
    let matrix = (0..<count).map { i in (0..<count).map { entry(i, $0) } }
    let base = Quadratic(matrix: matrix, minimum: vector(4))
    let total = PenalisedObjective(base, penalty: penalty, lambda: lambda)
    let w = vector(5)
    let (plain, with) = (base.valueAndGradient(at: w), total.valueAndGradient(at: w))
    #expect(with.value == total.value(at: w))
    let size = penalty.squaredNorm(w)
    #expect(with.value == plain.value + lambda / 2 * size)
    for i in 0..<count {
      let added = lambda * penalty.mask[i] * w[i]
      #expect(with.gradient[i] == plain.gradient[i] + added)
    }
    let (h, shifted) = (base.hessian(at: w), total.hessian(at: w))
    for i in 0..<count {
      let unit = (0..<count).map { $0 == i ? 1.0 : 0.0 }
      var right = h.apply(to: unit)
      right[i] += lambda * penalty.mask[i]
      #expect(shifted.apply(to: unit) == right)
    }
  }

  @Test func theMinimiserOfAPenalisedQuadraticIsInClosedForm() {
    let base = Quadratic(diagonal: [1, 4, 9, 0.5])
    let penalty = Penalty(mask: [1, 1, 0, 2])
    let total = PenalisedObjective(base, penalty: penalty, lambda: 0.5)
    let found = minimise(
      total, from: [0, 0, 0, 0], gradientTolerance: 1e-12, maxIterations: 100)
    #expect(found.outcome == .converged)
    for (w, right) in zip(found.point, [1 / 1.5, -4 / 4.5, 1, -0.5 / 1.5]) {
      #expect(abs(w - right) < 1e-11)
    }
  }
}
