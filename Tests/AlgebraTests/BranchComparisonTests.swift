import Testing

@testable import Algebra

@Suite struct BranchComparisonTests {
  /// A path's points at two places of a loss of one number.
  func compare(
    _ a: Double, _ b: Double, _ loss: @escaping @Sendable (Double) -> Double
  ) -> BranchComparison {
    let total = PenalisedObjective(
      ClosureObjective(dimension: 1) { w in (loss(w[0]), [0]) }, penalty: Penalty(mask: [1]),
      lambda: 0)
    let points = [a, b].map {
      PathPoint(total, newtonCG(total, from: [$0], gradientTolerance: 1, options: blind))
    }
    return BranchComparison(total, points[0], points[1])
  }

  var blind: NewtonOptions {
    var options = NewtonOptions()
    options.curvatureProducts = 0
    return options
  }

  @Test func theBarrierIsTheHeightOfThePassAboveTheHigherEnd() {
    let found = compare(-1, 1) { ($0 * $0 - 1) * ($0 * $0 - 1) + 0.1 * $0 }
    #expect(found.relation == .separate && found.distance == 2)
    #expect(abs(found.lossDifference - 0.2) < 1e-12)
    #expect(abs(found.barrier - (1 - 0.1)) < 0.01)
  }

  @Test func aValleyHasNoBarrierAndCloseByIsTheSame() {
    let valley = compare(1, 2) { 1e-9 * $0 * $0 }
    #expect(valley.relation == .connected && valley.barrier == 0 && valley.distance == 1)
    #expect(compare(-3, 2) { _ in 5 }.relation == .connected)
    let near = compare(1, 1.0009) { _ in 0.5 }
    #expect(near.relation == .same && near.distance > 8e-4)
    #expect(compare(0, 0) { $0 }.relation == .same)
  }

  @Test func betweenThemTheLossMayDiverge() {
    let wall = compare(-1, 1) { abs($0) < 0.2 ? .nan : 1 }
    #expect(wall.relation == .separate && wall.barrier == .infinity)
    #expect(compare(.nan, 1) { $0 }.relation == .separate)
  }
}
