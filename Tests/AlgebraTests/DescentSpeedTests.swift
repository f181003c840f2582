import RealModule
import Testing

@testable import Algebra

@Suite struct DescentSpeedTests {
  /// A quadratic with curvatures 1 to κ, started so that at the best rate both ends shrink alike.
  func bowl(_ condition: Double, _ dimension: Int) -> (objective: Quadratic, start: [Double]) {
    let diagonal = (0..<dimension).map {
      Double.pow(condition, Double($0) / Double(dimension - 1))
    }
    let objective = Quadratic(diagonal: diagonal)
    let start = zip(objective.minimum, diagonal).map { $0 + 1 / $1.squareRoot() }
    return (objective, start)
  }

  @Test(arguments: [3.0, 10, 100], [2, 5])
  func onAQuadraticTheRateAndTheStepsAreThoseOfTheClosedForm(
    _ condition: Double, _ dimension: Int
  ) {
    let (objective, start) = bowl(condition, dimension)
    // The loss falls by the square of the factor (κ − 1)/(κ + 1).
    let share = 1e-12
    let found = descentSpeed(objective, from: start, target: share * objective.value(at: start))
    let factor = (condition - 1) / (condition + 1)
    let expected = Double.log(share) / (2 * Double.log(factor))
    #expect(found.isReached && !found.isLimited)
    #expect(abs(Double(found.steps) - expected) <= 2 + 0.1 * expected)
    #expect(abs(found.rate * (1 + condition) / 2 - 1) < 0.05)
    #expect(found.value <= share * objective.value(at: start))
  }

  @Test func atTheBestRateOneStepMinimisesASphere() {
    let objective = Quadratic(diagonal: [4, 4, 4])
    var options = DescentOptions()
    options.middleRate = 0.25
    let found = descentSpeed(objective, from: [3, 3, 3], target: 1e-20, options: options)
    #expect(found.steps == 1 && found.rate == 0.25 && found.isReached && !found.isLimited)
    #expect(abs(descentSpeed(objective, from: [3, 3, 3], target: 1e-20).rate - 0.25) < 1e-12)
  }

  @Test func theStepsAreThoseThatTheRateTakes() {
    let base = SoftmaxRegression(samples: 60, inputs: 4, classes: 3, seed: 5)
    let mask = [Double](repeating: 1, count: base.dimension)
    var counts: [Int] = []
    for lambda in [0.003, 0.03, 0.3] {
      let total = PenalisedObjective(base, penalty: Penalty(mask: mask), lambda: lambda)
      let start = mask.map { 2 * $0 }
      let lowest = newtonCG(total, from: start, gradientTolerance: 1e-10).value
      let target = lowest + 1e-6
      let found = descentSpeed(total, from: start, target: target)
      #expect(found.isReached && !found.isLimited)
      func steps(_ rate: Double) -> Int {
        var w = start
        for step in 0..<2000 {
          let (value, gradient) = total.valueAndGradient(at: w)
          if value <= target { return step }
          for i in w.indices { w[i] -= rate * gradient[i] }
        }
        return .max
      }
      #expect(steps(found.rate) == found.steps)
      for factor in [0.5, 0.8, 0.9, 1.1, 1.3, 2] {
        #expect(steps(factor * found.rate) >= found.steps - 1)
      }
      counts.append(found.steps)
    }
    // The stronger the decay, the better conditioned the loss.
    #expect(counts == counts.sorted(by: >) && Set(counts).count == 3)
  }

  @Test func aTargetOutOfReachIsSaidToBe() {
    let (objective, start) = bowl(1000, 3)
    var options = DescentOptions()
    options.maxSteps = 50
    let found = descentSpeed(objective, from: start, target: 1e-12, options: options)
    #expect(!found.isReached && found.steps == 50)
    #expect(found.value < objective.value(at: start))
    let never = descentSpeed(objective, from: start, target: -1, options: options)
    #expect(!never.isReached && never.value >= 0)
    #expect(never.gradients <= never.runs * 50 + 1)
  }

  @Test func limitsAreKept() {
    let (objective, start) = bowl(1000, 3)
    var options = DescentOptions()
    options.maxGradients = 321
    let found = descentSpeed(objective, from: start, target: 1e-12, options: options)
    #expect(found.gradients == 321 && found.isLimited && !found.isReached)
    options = DescentOptions()
    options.middleRate = 1e6
    options.halvings = 3
    let wrong = descentSpeed(objective, from: start, target: 1e-12, options: options)
    #expect(!wrong.isReached && wrong.steps == 0 && wrong.value == objective.value(at: start))
    options.middleRate = 1e-9
    let slow = descentSpeed(objective, from: start, target: 1e-12, options: options)
    #expect(slow.isLimited && !slow.isReached)
  }

  @Test func aStartAtTheTargetNeedsNoStepAndNaNNoRun() {
    let objective = Quadratic(diagonal: [1, 2])
    let there = descentSpeed(objective, from: objective.minimum, target: 0)
    #expect(there.isReached && there.steps == 0 && there.runs == 0)
    let broken = ClosureObjective(dimension: 1) { _ in (.nan, [.nan]) }
    let found = descentSpeed(broken, from: [1], target: 0)
    #expect(!found.isReached && found.runs == 0 && found.value.isNaN)
  }
}
