import Algebra
import Foundation
import TensorFiles
import Testing

@testable import Landscape

/// A sweep over ridge regression, of which every number is known.
@Suite struct SweepRidgeTests {
  private static let scopes: [(scope: String, mask: [Double])] = [
    ("all", [1, 1, 1, 1]), ("weights", [1, 1, 1, 0]),
  ]

  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  @Test(arguments: scopes)
  func `The path and the curvature along it are those of the normal equations`(
    scope: String, mask: [Double]
  ) throws {
    let ridge = try RidgeScene()
    let scene = try ridge.scene(["penalty": "{lambda: [1e-3, 1e-2, 0.1, 1], scope: \(scope)}"])
    let folder = try TemporaryFolder()
    let report = try swept(scene, in: folder).report
    #expect(report.lambdas.map(\.lambda) == [1e-3, 1e-2, 0.1, 1])
    let first = ridge.minimum(lambda: 1e-3, mask: mask)
    let base = try ridge.eigenvalues()
    for record in report.lambdas {
      let right = ridge.minimum(lambda: record.lambda, mask: mask)
      let weights = try Safetensors.read(
        folder.file("minima/lambda-\(lambdaName(record.lambda)).safetensors")
      ).tensors
      #expect(weights.names == ["0.weight", "0.bias"])
      for (found, w) in zip(weights.flatMap(\.tensor.doubles), right) {
        #expect(abs(found - w) <= 1e-8)
      }

      let penalised = zip(mask, right).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      #expect(isClose(record.minimum.base, ridge.base(at: right), 1e-9))
      #expect(isClose(record.minimum.penalty, record.lambda / 2 * penalised, 1e-7))
      #expect(record.minimum.total == record.minimum.base + record.minimum.penalty)
      #expect(isClose(record.minimum.penalisedNorm, penalised.squareRoot(), 1e-7))
      #expect(isClose(record.minimum.weightNorm, norm(right), 1e-7))
      let moved = norm(zip(right, first).map { $0 - $1 })
      #expect(abs(record.minimum.distanceFromFirst - moved) <= 1e-7)

      let total = try ridge.eigenvalues(lambda: record.lambda, mask: mask)
      let found = record.curvature
      #expect(isClose(found.baseLargest.value, base[3], 1e-6) && found.baseLargest.isConverged)
      #expect(isClose(found.baseSmallest.value, base[0], 1e-6) && found.baseSmallest.isConverged)
      #expect(isClose(found.totalLargest.value, total[3], 1e-6))
      #expect(isClose(found.totalSmallest.value, total[0], 1e-6))
      #expect(isClose(found.fixedBaseLargest, base[3], 1e-6))
      #expect(isClose(found.fixedTotalLargest, total[3], 1e-6))
      #expect(isClose(found.baseTrace, base.reduce(0, +), 1e-5))
      #expect(isClose(found.totalTrace, total.reduce(0, +), 1e-5))
      #expect(isClose(try #require(found.conditionNumber), total[3] / total[0], 1e-5))
      if scope == "all" {
        let right = base.reduce(0) { $0 + $1 / ($1 + record.lambda) }
        // Four parameters: the whole spectrum is known.
        #expect(abs(try #require(found.effectiveParameters) - right) <= 1e-5)
        #expect(found.effectiveParametersError == 0 && found.baseTraceError == 0)
      } else {
        #expect(found.effectiveParameters == nil)
      }
      #expect(record.branches.relation == "the same minimum")
      #expect(record.step?.isJump != true)
    }
    let norms = report.lambdas.map(\.minimum.penalisedNorm)
    #expect(zip(norms, norms.dropFirst()).allSatisfy(>))
  }

  @Test(arguments: scopes)
  func `Every slice of a convex loss is convex and has one minimum, and the verdicts say so`(
    scope: String, mask: [Double]
  ) throws {
    let ridge = try RidgeScene()
    var scene = try ridge.scene(["penalty": "{lambda: [1e-3, 1e-2, 0.1, 1], scope: \(scope)}"])
    // The longest wanted step is one in the flattest direction.
    scene.sweep.descentSteps = 4000
    let report = try swept(scene).report
    for record in report.lambdas {
      let shapes = [record.decayShape].compactMap(\.self) + record.sharedShapes + record.ownShapes
      #expect(shapes.count >= 3)
      #expect(shapes.allSatisfy { $0.convexShare == 1 && $0.minima == 1 }, "\(shapes)")
    }
    let verdicts = Dictionary(uniqueKeysWithValues: report.claims.map { ($0.statement, $0) })
    // What is not penalised hardly curves more: of the largest and the smallest eigenvalue and the
    // trace all grow by λ, or less.
    let curvature = try #require(verdicts["Curvature increases"])
    #expect(curvature.verdict == .holds)
    #expect(curvature.finding.hasSuffix("it ends where the base loss is curved as before."))
    #expect(!curvature.evidence.contains { $0.contains("between the ends") })
    let large = try #require(verdicts["Curvature increases most where weights are large"])
    #expect(large.verdict == .fails)
    #expect(large.finding.contains("same amount everywhere"))
    #expect(verdicts["The minimum shifts toward smaller weights"]?.verdict == .holds)
    // Convex before and after, and steeper: by nothing smoother.
    let smooth = try #require(verdicts["The landscape becomes smoother, with fewer minima"])
    #expect(smooth.verdict == .fails, "\(smooth)")
    #expect(smooth.evidence.allSatisfy { $0.contains("convex share 100 % to 100 %") })
    #expect(report.lambdas.compactMap(\.descent).count == 3)
  }

  @Test func `A step along the path is the one that the implicit function theorem foretells`()
    throws
  {
    let ridge = try RidgeScene()
    // So near each other that the path is straight.
    let report = try swept(ridge.scene(["penalty": "{lambda: [0.1, 0.1001, 0.1002]}"])).report
    #expect(report.lambdas[0].step == nil)
    for (before, record) in zip(report.lambdas, report.lambdas.dropFirst()) {
      let step = try #require(record.step)
      let (a, b) = (ridge.minimum(lambda: before.lambda), ridge.minimum(lambda: record.lambda))
      let length = norm(zip(a, b).map { $0 - $1 })
      #expect(isClose(step.length, length, 1e-4))
      #expect(isClose(try #require(step.predictedLength), length, 1e-2))
      #expect(try #require(step.cosine) > 0.9999)
    }
  }

  @Test func `The penalty added by hand to kernels, Keras's l2 and PyTorch's weight_decay are one`()
    throws
  {
    let ridge = try RidgeScene()
    func records(_ penalty: String) throws -> [SweepRecord] {
      try swept(ridge.scene(["penalty": penalty])).report.lambdas.map {
        var record = $0
        record.given = 0
        return record
      }
    }
    let hand = try records("{lambda: [0.01, 0.1], scope: weights}")
    #expect(try records("{lambda: [0.005, 0.05], convention: keras, scope: weights}") == hand)
    #expect(try records("{lambda: [0.005, 0.05], convention: keras, scope: [0.weight]}") == hand)
    #expect(
      try records("{lambda: [0.02, 0.2], scope: {0.weight: 0.5}}").map(\.minimum.base)
        .elementsEqual(hand.map(\.minimum.base)) { isClose($0, $1, 1e-9) })
    // weight_decay shrinks biases, too.
    let pytorch = try records("{lambda: [0.01, 0.1], convention: pytorch}")
    #expect(try records("{lambda: [0.01, 0.1]}") == pytorch)
    #expect(pytorch != hand)
    #expect(pytorch[1].minimum.base > hand[1].minimum.base * (1 + 1e-6))
    // Without the factor of 2 it is another penalty.
    #expect(try records("{lambda: [0.01, 0.1], convention: keras, scope: weights}") != hand)
  }
}
