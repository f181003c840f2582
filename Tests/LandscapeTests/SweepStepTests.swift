import Testing

@testable import Algebra
@testable import Landscape

/// A step leads from the lowest minimum of one λ to that of the next, on whichever branch they lie.
@Suite struct SweepStepTests {
  /// (w² − 1)², two wells.
  private struct TwoWells: Objective {
    var dimension: Int { 1 }

    func value(at w: [Double]) -> Double {
      let share = w[0] * w[0] - 1
      return share * share
    }

    func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
      (value(at: w), [4 * w[0] * (w[0] * w[0] - 1)])
    }

    func hessian(at w: [Double]) -> any LinearOperator {
      Matrix(rows: [[12 * w[0] * w[0] - 4]])
    }
  }

  private let objective = PenalisedObjective(
    TwoWells(), penalty: Penalty(mask: [1]), lambda: 1e-6)

  private func point(_ w: Double) -> PathPoint {
    PathPoint(
      objective,
      Minimum(
        point: [w], value: objective.value(at: [w]), gradientNorm: 0, iterations: 1,
        evaluations: 1, outcome: .converged))
  }

  private func step(_ ascending: [Double], _ descending: [Double]) throws -> SweepRecord.StepRecord
  {
    var (up, down) = (ascending.map(point), descending.map(point))
    up[1].step = PathStep(from: up[0], to: up[1], on: objective, nil)
    down[0].step = PathStep(from: down[1], to: down[0], on: objective, nil)
    let path = MinimiserPath(
      ascending: up, descending: down,
      comparisons: zip(up, down).map { BranchComparison(objective, $0, $1) })
    #expect(SweepRecord.StepRecord(to: 0, of: path, path.lowest) == nil)
    return try #require(SweepRecord.StepRecord(to: 1, of: path, path.lowest))
  }

  @Test func `On one branch it is that branch's`() throws {
    let up = try step([1, 0.9], [-0.8, -0.7])
    #expect(abs(up.length - 0.1) < 1e-12)
    let down = try step([0.8, 0.7], [-1, -0.95])
    #expect(abs(down.length - 0.05) < 1e-12)
    // From the greater λ to the less, and the loss there is lower: no branch of minima does that.
    #expect(!up.isJump)
  }

  @Test func `From one branch to another it is a jump`() throws {
    let found = try step([1, 0.8], [-0.8, -0.9])
    #expect(abs(found.length - 1.9) < 1e-12)
    #expect(found.isJump && found.predictedLength == nil && found.cosine == nil)
  }

  @Test func `Where both branches meet, either leads on`() throws {
    let found = try step([1, 0.8], [1, 0.9])
    #expect(abs(found.length - 0.1) < 1e-12)
    #expect(found.predictedLength == nil)
  }
}
