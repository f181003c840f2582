import RealModule
import Testing

@testable import Algebra

@Suite struct MinimiserPathTests {
  let ridge = Ridge()
  let lambdas = (0...8).map { Double.pow(10, Double($0) / 2 - 3) }

  var exact: PathOptions {
    var options = PathOptions()
    options.polish.gradientTolerance = 1e-10
    return options
  }

  @Test(arguments: [[1.0, 1, 1, 1], [1, 0, 1, 0], [0, 0, 0, 2]], [0, 4, 8])
  func theMinimaOfAQuadraticAreThoseOfTheClosedForm(_ mask: [Double], _ startIndex: Int) {
    let base = ridge.base
    let penalty = Penalty(mask: mask)
    let path = minimiserPath(
      base, penalty: penalty, lambdas: lambdas, from: [9, 9, 9, 9], at: startIndex, options: exact)
    #expect(path.ascending.map(\.lambda) == lambdas && path.descending.map(\.lambda) == lambdas)
    for (a, b) in zip(path.ascending, path.descending) {
      let right = ridge.minimiser(a.lambda, mask)
      for point in [a, b] {
        #expect(norm(zip(point.weights, right).map { $0 - $1 }) < 1e-8)
        #expect(point.minimum.outcome == .converged && point.minimum.gradientNorm <= 1e-10)
        #expect(point.baseLoss == base.value(at: point.weights))
        #expect(point.squaredNorm == penalty.squaredNorm(point.weights))
        #expect(point.step.map { !$0.isJump } ?? true)
      }
    }
    #expect(path.comparisons.allSatisfy { $0.relation == .same })
    #expect(path.ascending[0].step == nil && path.descending[8].step == nil)
    #expect(path.ascending.dropFirst().allSatisfy { $0.step != nil })
    #expect(path.lowest.count == 9)
  }

  @Test func predictionsOfShortStepsAreTheSteps() {
    let base = ridge.base
    let fine = (0..<6).map { 0.1 * Double.pow(1.02, Double($0)) }
    let path = minimiserPath(
      base, penalty: Penalty(mask: [1, 0, 1, 1]), lambdas: fine, from: ridge.base.minimum, at: 0,
      options: exact)
    for step in (path.ascending + path.descending).compactMap(\.step) {
      #expect((step.cosine ?? 0) > 0.9999)
      #expect(abs((step.lengthRatio ?? 0) - 1) < 0.02)
      #expect(step.startsFromPrediction && step.predictionOutcome == .converged)
      #expect(step.lossDrop < 0 && !step.leavesBranch)
    }
    for (point, next) in zip(path.ascending, path.ascending.dropFirst()) {
      #expect(next.squaredNorm < point.squaredNorm && next.baseLoss > point.baseLoss)
      #expect(next.totalLoss > point.totalLoss)
    }
  }

  @Test func aPathFromNoDecayBeginsWithAStepInLambda() {
    let base = ridge.base
    let path = minimiserPath(
      base, penalty: Penalty(mask: [1, 1, 1, 1]), lambdas: [0, 1e-4, 2e-4],
      from: ridge.base.minimum, at: 0,
      options: exact)
    #expect(abs((path.ascending[1].step?.lengthRatio ?? 0) - 1) < 1e-2)
    #expect(norm(zip(path.descending[0].weights, ridge.base.minimum).map { $0 - $1 }) < 1e-8)
  }

  /// ((w − 2)² − 1)²/4: wells at 1 and 3.
  ///
  /// With the penalty λw²/2 the far one vanishes at λ = s³,
  /// s³ + 3s² = 1.
  struct DoubleWell: Objective {
    static let fold = Double.pow(2 * Double.cos(2 * .pi / 9) - 1, 3)

    var dimension: Int { 1 }
    func value(at w: [Double]) -> Double { valueAndGradient(at: w).value }
    func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
      let x = w[0] - 2
      return ((x * x - 1) * (x * x - 1) / 4, [x * (x * x - 1)])
    }
    func hessian(at w: [Double]) -> any LinearOperator {
      let curvature = 3 * (w[0] - 2) * (w[0] - 2) - 1
      return ClosureOperator(dimension: 1) { [curvature * $0[0]] }
    }
  }

  @Test func whereAWellVanishesThePathJumpsAndTheWayBackIsAnother() throws {
    let lambdas = (0...16).map { 0.05 * Double.pow(1.1, Double($0)) }
    let path = minimiserPath(
      DoubleWell(), penalty: Penalty(mask: [1]), lambdas: lambdas, from: [3], at: 0, options: exact)
    for (i, (up, down)) in zip(path.ascending, path.descending).enumerated() {
      let comparison = path.comparisons[i]
      #expect(up.minimum.outcome == .converged && down.minimum.outcome == .converged)
      #expect(down.weights[0] < 1.5)
      #expect(down.step.map { !$0.isJump } ?? true)
      if up.lambda < DoubleWell.fold {
        #expect(up.weights[0] > 2)
        #expect(up.step.map { !$0.isJump } ?? true)
        #expect(comparison.relation == .separate && comparison.barrier > 0)
        #expect(comparison.lossDifference == down.totalLoss - up.totalLoss)
        #expect(path.lowest[i] == down)
      } else {
        #expect(up.weights[0] < 1.5)
        #expect(comparison.relation == .same && comparison.barrier == 0)
        let before = lambdas[i - 1]
        #expect(up.step?.isJump == (before < DoubleWell.fold))
        if before < DoubleWell.fold { #expect(up.step?.leavesBranch == true) }
      }
    }
    #expect(path.ascending.filter { $0.step?.isJump == true }.count == 1)
  }

  @Test func theWayDownMayJumpToo() {
    // Mirrored: with the decay the near well is the only one, and it vanishes on the way down.
    struct Shelf: Objective {
      var dimension: Int { 1 }
      func value(at w: [Double]) -> Double { valueAndGradient(at: w).value }
      func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
        let x = w[0] - 2
        return ((x * x - 1) * (x * x - 1) / 4 - x, [x * (x * x - 1) - 1])
      }
      func hessian(at w: [Double]) -> any LinearOperator {
        DoubleWell().hessian(at: w)
      }
    }
    let lambdas = (0...12).map { 0.2 * Double.pow(1.15, Double($0)) }
    let path = minimiserPath(
      Shelf(), penalty: Penalty(mask: [1]), lambdas: lambdas, from: [0], at: 12, options: exact)
    let jumps = path.descending.filter { $0.step?.isJump == true }
    #expect(jumps.count == 1)
    #expect(path.descending[12].weights[0] < 1.5 && path.descending[0].weights[0] > 2)
    #expect(path.comparisons.contains { $0.relation == .separate })
  }

  @Test(arguments: [[0, 5], [5, 0], [2, 2]]) func softmaxRegressionHasOneBranch(_ ends: [Int]) {
    let base = SoftmaxRegression(samples: 80, inputs: 5, classes: 3, seed: 2)
    let mask = (0..<base.dimension).map { $0.isMultiple(of: 4) ? 0.5 : 1 }
    let lambdas = (0...5).map { Double.pow(10, Double($0) - 4) }
    var told = 0
    var last: PathProgress?
    let path = minimiserPath(
      base, penalty: Penalty(mask: mask), lambdas: lambdas,
      from: Array(repeating: 0.1, count: base.dimension), at: ends[0], options: exact,
      progress: { progress in
        told += 1
        last = progress
      })
    #expect(path.comparisons.allSatisfy { $0.relation == .same && $0.distance < 1e-5 })
    for point in path.ascending + path.descending {
      #expect(point.minimum.outcome == .converged && point.minimum.gradientNorm <= 1e-10)
      #expect(point.step.map { !$0.isJump } ?? true)
      #expect((point.step?.cosine ?? 1) > 0.7)
    }
    #expect(told > 12)
    #expect(last.map { $0.done < $0.total } == true)
    #expect(last.map { $0.total - $0.done } ?? 9 <= 2)
  }

  @Test func withoutPredictionsThePathIsTheSame() {
    let base = SoftmaxRegression(samples: 40, inputs: 3, classes: 3, seed: 3)
    let penalty = Penalty(mask: Array(repeating: 1, count: base.dimension))
    var plain = exact
    plain.predicts = false
    let start = [Double](repeating: 0, count: base.dimension)
    let lambdas = [1e-2, 1e-1, 1]
    let a = minimiserPath(
      base, penalty: penalty, lambdas: lambdas, from: start, at: 0, options: exact)
    let b = minimiserPath(
      base, penalty: penalty, lambdas: lambdas, from: start, at: 0, options: plain)
    for (x, y) in zip(a.ascending, b.ascending) {
      #expect(norm(zip(x.weights, y.weights).map { $0 - $1 }) < 1e-7)
    }
    #expect(b.ascending.allSatisfy { $0.step?.predictedLength == nil && $0.step?.cosine == nil })
  }

  @Test func oneLambdaIsAPathOfOnePoint() {
    let base = Quadratic(diagonal: [1, 2])
    let path = minimiserPath(
      base, penalty: Penalty(mask: [1, 1]), lambdas: [0.5], from: [0, 0], at: 0)
    #expect(path.ascending.count == 1 && path.ascending == path.descending)
  }
}
