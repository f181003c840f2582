import Algebra
import Networks

extension Model {
  /// Both ends and the trace of the Hessians of base and total loss.
  ///
  /// With all parameters penalised alike every λ shifts one spectrum; otherwise each is computed,
  /// from the base's vectors, for ten λ at most: a summary must not cost more than the surface.
  ///
  /// - Parameters:
  ///   - w: Where.
  ///   - lambdas: λ.
  /// - Returns: A record of the base loss, and one for each λ; nil where the loss diverges.
  func hessianRecords(
    at w: [Double], lambdas: [Double]
  ) -> (base: Summary.HessianRecord?, totals: [Summary.HessianRecord?]) {
    let none: [Summary.HessianRecord?] = lambdas.map { _ in nil }
    // Float32 finds the vectors; what is stated is measured in Float64.
    let quick = objective.hessian(at: w, precision: .float32)
    let hessian = objective.hessian(at: w)
    var options = SpectrumEndsOptions()
    options.seed = scene.seed
    // Hutch++ needs a third of its products for the space of what stands out.
    let traceProducts = min(48, 3 * objective.dimension)
    guard let ends = try? spectrumEnds(of: quick, measuredBy: hessian, options: options),
      let trace = try? hutchPlusPlusTrace(
        of: hessian, products: traceProducts, seed: scene.seed, threads: 1)
    else { return (nil, none) }
    let base = Summary.HessianRecord(ends, trace, products: ends.products + trace.products)
    let sum = penalty.mask.reduce(0, +)
    options.start = ends.vectors
    let totals = lambdas.enumerated().map { index, lambda -> Summary.HessianRecord? in
      if lambda == 0 { return base }
      var total = base
      total.trace += lambda * sum
      total.products = 0
      if let factor = commonPenaltyFactor {
        total.largest += lambda * factor
        total.smallest += lambda * factor
        return total
      }
      let shift = penalty.mask.map { lambda * $0 }
      func shifted(_ a: some LinearOperator) -> any LinearOperator {
        DiagonallyShifted(a, by: shift)
      }
      guard index < 10,
        let ends = try? spectrumEnds(
          of: shifted(quick), measuredBy: shifted(hessian), options: options)
      else { return nil }
      let found = Summary.HessianRecord(ends, trace, products: ends.products)
      (total.largest, total.largestError) = (found.largest, found.largestError)
      (total.smallest, total.smallestError) = (found.smallest, found.smallestError)
      (total.isConverged, total.products) = (found.isConverged, found.products)
      return total
    }
    return (base, totals)
  }
}

extension Summary.HessianRecord {
  fileprivate init(_ ends: SpectrumEnds, _ trace: TraceEstimate, products: Int) {
    self.init(
      largest: ends.highest.value, smallest: ends.lowest.value, largestError: ends.highest.error,
      smallestError: ends.lowest.error,
      isConverged: ends.highest.isConverged && ends.lowest.isConverged, trace: trace.value,
      traceStandardError: trace.standardError, traceError: trace.error, products: products)
  }
}
