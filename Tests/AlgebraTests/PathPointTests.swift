import RealModule
import Testing

@testable import Algebra

@Suite struct PathPointTests {
  /// A sweep over λ = 1, 2, 4, … with steps of some lengths along a line, all foretold to be 1 long.
  func sweep(_ lengths: [Double], foretold: Double = 1) -> [PathPoint] {
    let base = Quadratic(diagonal: [1, 1])
    var w = [10.0, 0]
    var points: [PathPoint] = []
    for (i, length) in ([0] + lengths).enumerated() {
      let total = PenalisedObjective(
        base, penalty: Penalty(mask: [1, 1]), lambda: Double.pow(2, i))
      w[1] += length
      let minimum = Minimum(
        point: w, value: 0, gradientNorm: 0, iterations: 0, evaluations: 0, outcome: .converged)
      var point = PathPoint(total, minimum)
      if let before = points.last {
        let tangent = LinearSolution(
          ClosureOperator(dimension: 2) { $0 }, [0, 0], [0, 0], iterations: 0, .converged)
        point.step = PathStep(
          from: before, to: point,
          on: PenalisedObjective(base, penalty: Penalty(mask: [1, 1]), lambda: before.lambda),
          .init(step: [0, foretold], tangent: tangent, isStart: true))
      }
      points.append(point)
    }
    markLongSteps(&points)
    return points
  }

  @Test func aStepFarLongerThanForetoldAndThanThoseBesideItIsMarked() {
    #expect(
      sweep([1, 1, 9, 1]).map { $0.step?.isFarLonger ?? false } == [
        false, false, false, true, false,
      ])
    #expect(sweep([3, 3, 9, 3]).allSatisfy { $0.step?.isFarLonger != true })
    #expect(sweep([1, 1, 3.9, 1]).allSatisfy { $0.step?.isFarLonger != true })
    // Foretold as it came: no mark, however long.
    #expect(sweep([1, 1, 9, 1], foretold: 9).allSatisfy { $0.step?.isFarLonger != true })
    // At either end one step beside it is enough.
    #expect(sweep([1, 9]).last?.step?.isFarLonger == true)
    #expect(sweep([9, 1])[1].step?.isFarLonger == true)
  }

  @Test func stepsTooShortToSeeAreNotMarked() {
    let tiny = sweep([1e-6, 9e-4, 1e-6], foretold: 1e-6)
    #expect(tiny.allSatisfy { $0.step?.isFarLonger != true })
  }

  @Test func aStepsNumbersAreThoseOfItsEnds() throws {
    let points = sweep([2, -1])
    let step = try #require(points[2].step)
    #expect(step.length == 1 && step.predictedLength == 1 && step.cosine == -1)
    #expect(step.lengthRatio == 1 && step.previousLambda == 2)
    let (a, b) = (points[1], points[2])
    #expect(step.lossDrop == a.totalLoss - (b.baseLoss + b.squaredNorm))
    // It is lower at the old λ too, and no gradient explains it.
    #expect(step.lossDrop > 0 && step.leavesBranch && step.isJump)
    #expect(a.penalty == a.squaredNorm && a.totalLoss == a.baseLoss + a.penalty)
  }
}
