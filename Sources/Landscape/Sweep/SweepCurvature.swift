import Algebra
import Networks

extension Model {
  /// The curvature of base and total loss at one minimum of a sweep.
  ///
  /// - Parameters:
  ///   - w: w*(λ).
  ///   - lambda: λ.
  ///   - first: w* of the first λ, at which curvature is asked for every λ alike.
  ///   - plan: How exactly.
  /// - Returns: The record.
  /// - Throws: `SpectrumError`.
  func curvature(
    at w: [Double], lambda: Double, fixed first: FixedCurvature, _ plan: SweepPlan
  ) throws -> SweepRecord.CurvatureRecord {
    let hessian = objective.hessian(at: w)
    let baseLargest = try outermost(.largest, of: hessian)
    let baseSmallest = try outermost(.smallest, of: hessian)
    var products = baseLargest.products + baseSmallest.products
    let (totalLargest, totalSmallest): (CurvatureEnd, CurvatureEnd)
    if let factor = commonPenaltyFactor {
      totalLargest = baseLargest.shifted(by: lambda * factor)
      totalSmallest = baseSmallest.shifted(by: lambda * factor)
    } else {
      let total = penalised(hessian, lambda: lambda)
      totalLargest = try outermost(.largest, of: total)
      totalSmallest = try outermost(.smallest, of: total)
      products += totalLargest.products + totalSmallest.products
    }
    let needsSpectrum = commonPenaltyFactor != nil && lambda > 0
    let (trace, measure) = try spectralSums(of: hessian, needsSpectrum: needsSpectrum, plan)
    products += trace.products + (measure?.isWhole == true ? 0 : measure?.products ?? 0)
    let factor = commonPenaltyFactor ?? 1
    let meeting = measure.map { effectiveParameters($0, lambda: lambda * factor) }
    let (low, high) = (totalSmallest.record.value, totalLargest.record.value)
    return SweepRecord.CurvatureRecord(
      baseLargest: baseLargest.record, baseSmallest: baseSmallest.record,
      totalLargest: totalLargest.record, totalSmallest: totalSmallest.record,
      fixedBaseLargest: first.largest,
      fixedTotalLargest: try first.totalLargest(lambda: lambda, self),
      baseTrace: trace.value, baseTraceStandardError: trace.standardError,
      baseTraceError: trace.error,
      totalTrace: trace.value + lambda * penalty.mask.reduce(0, +),
      conditionNumber: low > 64 * .ulpOfOne * high ? high / low : nil,
      effectiveParameters: meeting?.value,
      effectiveParametersStandardError: meeting?.standardError,
      effectiveParametersError: meeting?.error, products: products)
  }

  /// A Hessian's trace and spectral measure: of its whole spectrum where that takes no more products
  /// than an estimate would, and its solver no more than seconds.
  private func spectralSums(
    of hessian: some LinearOperator, needsSpectrum: Bool, _ plan: SweepPlan
  ) throws -> (trace: TraceEstimate, measure: SpectralQuadrature?) {
    let limit = min(plan.probes * plan.steps, 2000)
    if needsSpectrum, dimension <= limit {
      let values = try denseSpectrum(of: hessian, limit: limit, threads: 1).eigenvalues
      return (
        TraceEstimate(
          value: values.reduce(0, +), standardError: 0, probes: 0, products: dimension),
        SpectralQuadrature(wholeSpectrum: values)
      )
    }
    let trace = try hutchPlusPlusTrace(
      of: hessian, products: min(plan.traceProducts, 3 * dimension), seed: scene.seed, threads: 1)
    guard needsSpectrum else { return (trace, nil) }
    return (
      trace,
      try spectralQuadrature(
        of: hessian, probes: plan.probes, steps: min(plan.steps, dimension), seed: scene.seed,
        threads: objective.threads)
    )
  }

  /// What the Hessian at the first minimum is at every λ.
  func fixedCurvature(at w: [Double]) throws -> FixedCurvature {
    let hessian = objective.hessian(at: w)
    return FixedCurvature(
      hessian: hessian, largest: try outermost(.largest, of: hessian).record.value)
  }

  /// One eigenvalue at an end of a matrix's spectrum.
  fileprivate func outermost(
    _ end: SpectrumEnd, of matrix: some LinearOperator
  ) throws -> CurvatureEnd {
    var options = EigenpairOptions()
    // Six digits: a curve over λ shows three.
    options.tolerance = 1e-6
    options.scaleTolerance = 1e-8
    options.seed = scene.seed
    options.maxProducts = 1000
    let found = try extremeEigenpairs(of: matrix, end, count: 1, options: options)
    let records: [CurvatureReport.EigenvalueRecord] = .init(found)
    return CurvatureEnd(record: records[0], products: found.products)
  }

  /// H + λM.
  fileprivate func penalised(
    _ hessian: some LinearOperator, lambda: Double
  ) -> any LinearOperator {
    DiagonallyShifted(hessian, by: penalty.mask.map { lambda * $0 })
  }

  /// By how much a penalty of 1 moves every eigenvalue, where it moves all alike.
  var commonPenaltyFactor: Double? {
    penalty.mask.allSatisfy { $0 == penalty.mask[0] } ? penalty.mask[0] : nil
  }

  private var dimension: Int { objective.dimension }
}

/// The Hessian of the base loss at the weights that a sweep keeps fixed.
struct FixedCurvature: Sendable {
  fileprivate let hessian: any LinearOperator
  /// Its largest eigenvalue.
  let largest: Double

  fileprivate init(hessian: any LinearOperator, largest: Double) {
    self.hessian = hessian
    self.largest = largest
  }

  /// The largest eigenvalue of H + λM.
  fileprivate func totalLargest(lambda: Double, _ model: Model) throws -> Double {
    if let factor = model.commonPenaltyFactor { return largest + lambda * factor }
    return try model.outermost(.largest, of: model.penalised(hessian, lambda: lambda)).record.value
  }
}

/// An eigenvalue, and what it cost.
private struct CurvatureEnd {
  var record: CurvatureReport.EigenvalueRecord
  var products: Int

  func shifted(by shift: Double) -> CurvatureEnd {
    var result = self
    result.record.value += shift
    return result
  }
}
