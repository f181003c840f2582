import Testing

@testable import Landscape

/// Every verdict can come out each way, and tells the numbers that it follows from.
@Suite struct SweepClaimsTests {
  private func eigenvalue(_ value: Double) -> CurvatureReport.EigenvalueRecord {
    .init(value: value, residual: 0, isConverged: true)
  }

  private func record(
    _ lambda: Double, largest: Double = 5, smallest: Double = 0.1, trace: Double = 20,
    error: Double = 0, norm: Double = 3
  ) -> SweepRecord {
    SweepRecord(
      lambda: lambda, given: lambda,
      minimum: .init(
        total: 1, base: 0.5, penalty: 0.5, score: 0.9, gradientNorm: 0, outcome: "converged",
        weightNorm: norm, penalisedNorm: norm, distanceFromFirst: 0.75),
      branches: .init(
        lower: "ascending", relation: "the same minimum", distance: 0, lossDifference: 0, barrier: 0
      ),
      curvature: .init(
        baseLargest: eigenvalue(largest - lambda), baseSmallest: eigenvalue(smallest - lambda),
        totalLargest: eigenvalue(largest), totalSmallest: eigenvalue(smallest),
        fixedBaseLargest: 5, fixedTotalLargest: 5 + lambda, baseTrace: trace - lambda,
        baseTraceStandardError: error, totalTrace: trace, conditionNumber: largest / smallest,
        products: 10))
  }

  private func shape(
    minima: Int = 2, convex: Double = 0.5, curvature: Double = 1
  ) -> SweepRecord.ShapeRecord {
    .init(
      minima: minima, innerMinima: minima, threshold: 0.1, convexShare: convex,
      lipschitz: curvature)
  }

  private func judged(
    _ records: [SweepRecord], _ index: Int,
    penalty: (atSmallest: Double, atLargest: Double, smallest: Double, largest: Double)? = nil
  ) throws -> SweepClaim {
    let judge = SweepJudge(
      records: records, tolerance: 1e-4, penaltyIsUniform: true, penaltyCurvature: penalty)
    try #require(judge.claims.count == 5)
    return judge.claims[index]
  }

  @Test func `Curvature: holds, fails, or goes both ways`() throws {
    let rising = try judged(
      [record(0), record(0.1, largest: 6, smallest: 0.3, trace: 21)], 0)
    #expect(rising.verdict == .holds)
    for number in ["5.00 to 6.00", "0.100 to 0.300", "20.0 to 21.0"] {
      #expect(rising.evidence.joined().contains(number), "\(rising.evidence)")
    }
    let falling = try judged(
      [record(0), record(0.1, largest: 4, smallest: 0.05, trace: 19)], 0)
    #expect(falling.verdict == .fails)
    #expect(falling.finding.contains("no measure"))
    #expect(falling.finding.contains("less curved"))
    let both = try judged([record(0), record(0.1, largest: 4, smallest: 0.3, trace: 21)], 0)
    #expect(both.verdict == .mixed)
    #expect(both.finding.contains("some measures"))
    #expect(both.finding.contains("goes both ways"))
    let still = try judged([record(0), record(0)], 0)
    #expect(still.verdict == .fails)
    #expect(still.finding.contains("curved as before"))
  }

  @Test func `Curvature that falls on the way has not grown at every step`() throws {
    let dip = try judged(
      [
        record(0), record(0.01, largest: 3, smallest: 0.2, trace: 20.5),
        record(0.1, largest: 6, smallest: 0.3, trace: 21),
      ], 0)
    #expect(dip.verdict == .mixed)
    #expect(dip.finding.contains("not all grow at every step"))
    #expect(
      dip.evidence.contains(
        "The total loss's largest eigenvalue is least at λ = 10⁻², between the ends: 3.00."))
    // Half of it within the noise of the trace: no fall.
    func trace(error: Double) throws -> SweepClaim {
      try judged(
        [
          record(0, error: error),
          record(0.01, largest: 5.5, smallest: 0.2, trace: 19.9, error: error),
          record(0.1, largest: 6, smallest: 0.3, trace: 21, error: error),
        ], 0)
    }
    #expect(try trace(error: 0).verdict == .mixed)
    #expect(try trace(error: 0.1).verdict == .holds)
  }

  @Test func `Where the penalty curves most`() throws {
    let two = [record(0), record(0.1)]
    #expect(try judged(two, 1).verdict == .undecided)
    let same = try judged(two, 1, penalty: (1, 1 + 1e-9, 0.5, 7))
    #expect(same.verdict == .fails && same.finding.contains("same amount"))
    #expect(same.evidence[0].contains("1.00 where ‖w‖ = 0.500"))
    let more = try judged(two, 1, penalty: (1, 1.5, 0.5, 7))
    #expect(more.verdict == .holds && more.evidence[0].contains("1.50 where ‖w‖ = 7.00"))
    #expect(try judged(two, 1, penalty: (1.5, 1, 0.5, 7)).verdict == .fails)
  }

  @Test func `The minimum: toward smaller weights, away from them, or there and back`() throws {
    let falls = try judged([record(0), record(0.01, norm: 2), record(0.1, norm: 1)], 2)
    #expect(falls.verdict == .holds)
    #expect(falls.evidence[0].contains("3.00 at λ = 0 to 1.00 at λ = 10⁻¹"))
    #expect(falls.evidence[0].contains("lies 0.750 from the first"))
    let grows = try judged([record(0), record(0.1, norm: 4)], 2)
    #expect(grows.verdict == .fails && grows.finding.contains("does not"))
    let both = try judged([record(0), record(0.01, norm: 4), record(0.1, norm: 1)], 2)
    #expect(both.verdict == .mixed)
    #expect(both.evidence.contains { $0.hasPrefix("It grows on the way to λ = 10⁻²") })
    #expect(try judged([record(0), record(0.1)], 2).verdict == .fails)
  }

  @Test func `Jumps and other minima are told`() throws {
    var records = [record(0), record(0.01, norm: 2), record(0.1, norm: 1)]
    records[1].step = .init(length: 1, isJump: true)
    records[2].branches.relation = "two minima"
    let evidence = try judged(records, 2).evidence.joined(separator: " ")
    #expect(evidence.contains("The path jumps on the way to λ = 10⁻²."))
    #expect(evidence.contains("different minima at 1 of 3 λ"))
  }

  @Test func `Smoothness: every way, and untouched`() throws {
    func judge(_ a: SweepRecord.ShapeRecord?, _ b: SweepRecord.ShapeRecord?) throws -> SweepClaim {
      var records = [record(0), record(0.1)]
      (records[0].decayShape, records[1].decayShape) = (a, b)
      return try judged(records, 3)
    }
    #expect(try judge(nil, nil).verdict == .undecided)
    #expect(try judge(shape(), nil).verdict == .undecided)
    let smoother = try judge(shape(), shape(minima: 1, convex: 0.9, curvature: 0.5))
    #expect(smoother.verdict == .holds && smoother.finding.contains("every measure"))
    #expect(
      smoother.evidence[0].contains(
        "local minima 2 to 1, convex share 50.0 % to 90.0 %, greatest curvature 1.00 to 0.500"),
      "\(smoother.evidence)")
    let some = try judge(shape(), shape(minima: 1))
    #expect(some.verdict == .holds && some.finding.contains("1 of 3 measures, rougher by none"))
    let usual = try judge(shape(), shape(convex: 0.9, curvature: 2))
    #expect(usual.verdict == .mixed && usual.finding.contains("more convex, but more sharply"))
    let other = try judge(shape(), shape(convex: 0.1, curvature: 0.5))
    #expect(other.verdict == .mixed && !other.finding.contains("more convex"))
    let rougher = try judge(shape(), shape(minima: 3))
    #expect(rougher.verdict == .fails && rougher.finding.contains("rougher by 1 of 3"))
    let same = try judge(shape(), shape(convex: 0.505))
    #expect(same.verdict == .fails && same.finding.contains("change by none"))
  }

  @Test func `Convergence: sooner, later, neither`() throws {
    func judge(_ a: (Int, Bool)?, _ b: (Int, Bool)?) throws -> SweepClaim {
      func descent(_ found: (Int, Bool)?) -> SweepRecord.DescentRecord? {
        found.map { .init(rate: 0.1, steps: $0.0, arrived: $0.1, share: 0.1) }
      }
      var records = [record(0, largest: 5, smallest: 0.1), record(0.1, largest: 6, smallest: 0.2)]
      (records[0].descent, records[1].descent) = (descent(a), descent(b))
      return try judged(records, 4)
    }
    #expect(try judge(nil, nil).verdict == .undecided)
    #expect(try judge((30, true), nil).verdict == .undecided)
    let sooner = try judge((30, true), (20, true))
    #expect(sooner.verdict == .holds)
    #expect(sooner.evidence[0].contains("30 steps at λ = 0, 20 steps at λ = 10⁻¹"))
    #expect(sooner.evidence[1].contains("50.0 to 30.0"))
    #expect(try judge((300, false), (20, true)).verdict == .holds)
    #expect(try judge((20, true), (20, true)).verdict == .fails)
    #expect(try judge((20, true), (30, true)).verdict == .fails)
    let worse = try judge((20, true), (300, false))
    #expect(worse.verdict == .fails && worse.evidence[0].contains("more than 300 steps"))
    let neither = try judge((300, false), (300, false))
    #expect(neither.verdict == .undecided && neither.finding.contains("300 steps"))
  }

  @Test func `Points that are not minima are told as what they are`() throws {
    let sure = [record(0), record(0.1, largest: 6, smallest: 0.3, trace: 21, norm: 2)]
    for index in [0, 2] {
      #expect(!(try judged(sure, index)).evidence.joined().contains("near minima"))
    }
    // What rounding leaves of an eigenvalue 0 is no saddle.
    let flat = [record(0, smallest: -1e-9), record(0.1, norm: 2)]
    #expect(!(try judged(flat, 0)).evidence.joined().contains("near minima"))
    var short = [record(0, smallest: -0.02), record(0.1, smallest: -0.004, norm: 2)]
    short[1].minimum.gradientNorm = 0.0037
    for index in [0, 2] {
      let evidence = try judged(short, index).evidence.joined(separator: " ")
      for words in [
        "at 1 of 2 λ the search ended with a gradient above 10⁻⁴, 0.00370 at most",
        "at 2 of 2 λ the total loss curves downward in some direction, with an eigenvalue of −0.0200",
      ] { #expect(evidence.contains(words), "\(evidence)") }
    }
  }

  @Test func `One λ is no sweep`() {
    let judge = SweepJudge(
      records: [record(0)], tolerance: 1e-4, penaltyIsUniform: true, penaltyCurvature: nil)
    #expect(judge.claims.isEmpty)
  }
}
