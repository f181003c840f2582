import Algebra
import Networks

/// What is known of one matrix's spectrum.
struct CurvatureSpectrum: Sendable {
  /// `exact` (all eigenvalues of the dense matrix), `estimated` (Lanczos, Hutch++, quadrature), or `shifted`.
  var method: String
  /// The largest eigenvalues.
  var top: [CurvatureReport.EigenvalueRecord]
  /// The smallest.
  var bottom: [CurvatureReport.EigenvalueRecord]
  /// The largest with their vectors, and the smallest where these were computed.
  var topPairs: ExtremeEigenpairs?
  var bottomPairs: ExtremeEigenpairs?
  var trace: TraceEstimate
  /// All eigenvalues as one probe, or an estimate.
  var measure: SpectralQuadrature
  /// Products with the matrix.
  var products: Int

  /// The spectrum plus a constant: what a penalty on all parameters alike makes of it.
  func shifted(by shift: Double) -> CurvatureSpectrum {
    var result = self
    result.method = "shifted"
    for index in top.indices { result.top[index].value += shift }
    for index in bottom.indices { result.bottom[index].value += shift }
    result.trace.value += shift * Double(measure.dimension)
    result.measure.probes = measure.probes.map {
      SpectralMeasure(nodes: $0.nodes.map { $0 + shift }, weights: $0.weights)
    }
    result.products = 0
    return result
  }

  /// The spectrum as it is drawn.
  func curve(lambda: Double?, shift: Double?, isExact: Bool) -> CurvatureFigures.Curve {
    let ends = (bottom + top).map(\.value)
    let range = measure.range
    let negative = effectiveParameters(lambda: 0).negativeCount
    return CurvatureFigures.Curve(
      lambda: lambda, shift: shift, measure: measure, isExact: isExact,
      extremes: min(ends.min() ?? 0, range.lowerBound)...max(ends.max() ?? 0, range.upperBound),
      negativeMass: negative / Double(measure.dimension))
  }

  func effectiveParameters(lambda: Double) -> EffectiveParameters {
    Algebra.effectiveParameters(measure, lambda: lambda)
  }

  /// The greatest difference to another spectrum's largest and smallest eigenvalues.
  func greatestDifference(to other: CurvatureSpectrum) -> Double {
    zip(top + bottom, other.top + other.bottom).map { abs($0.value - $1.value) }.max() ?? 0
  }
}

extension CurvatureSite {
  /// The spectrum of the block: whole where it is small enough, otherwise estimated.
  ///
  /// - Parameters:
  ///   - lambda: λ of the total loss; nil for the base loss.
  ///   - reporter: Who is told.
  /// - Returns: The spectrum, with the largest eigenvalues' vectors.
  /// - Throws: `SpectrumError`.
  func spectrum(lambda: Double?, reporter: Reporter) throws -> CurvatureSpectrum {
    try spectrum(of: matrix(lambda: lambda), lambda: lambda, reporter: reporter)
  }

  private func spectrum(
    of a: some LinearOperator, lambda: Double?, reporter: Reporter
  ) throws -> CurvatureSpectrum {
    let isExact = a.dimension <= plan.exactLimit
    let top = try eigenpairs(of: a, .largest, plan.top, reporter: reporter)
    let needsBottom = !isExact || plan.vectors
    let bottom =
      needsBottom ? try eigenpairs(of: a, .smallest, plan.bottom, reporter: reporter) : nil
    var spectrum =
      isExact
      ? try exactSpectrum(of: a, reporter: reporter)
      // In Float64: Float32 would give the many zeros signs, and what is of low rank has no scatter
      // that would cover its rounding.
      : try estimatedSpectrum(of: a, top, bottom, reporter: reporter)
    (spectrum.topPairs, spectrum.bottomPairs) = (top, bottom)
    spectrum.products += top.products + (bottom?.products ?? 0)
    return spectrum
  }

  /// Eigenpairs at one end, with measured residuals.
  func eigenpairs(
    of a: some LinearOperator, _ end: SpectrumEnd, _ count: Int, reporter: Reporter
  ) throws -> ExtremeEigenpairs {
    var options = EigenpairOptions()
    options.seed = model.scene.seed
    options.measuresResiduals = true
    // An eigenvalue's error is then some 1e-16 of the norm over the gap; and thousands of zeros,
    // which ReLU and softmax leave, are known for what they are.
    options.scaleTolerance = 1e-8
    reporter.begin("\(end.rawValue) eigenvalues", count)
    var done = 0
    return try extremeEigenpairs(of: a, end, count: count, options: options) { _, converged in
      reporter.advance(converged - done)
      done = converged
      return true
    }
  }

  private func exactSpectrum(
    of a: some LinearOperator, reporter: Reporter
  ) throws -> CurvatureSpectrum {
    let cost = DenseCost(dimension: a.dimension, vectors: false)
    let clock = ContinuousClock()
    let direction = coordinates.map { gradient[$0] }
    let one = clock.measure { _ = a.apply(to: direction) } / .seconds(1)
    let seconds = cost.seconds(secondsPerProduct: one, threads: 1)
    reporter.note(
      "whole spectrum of dimension \(a.dimension): about \(Int(seconds.rounded(.up))) s and "
        + "\(cost.bytes / 1_000_000 + 1) MB (--exact-limit 0 estimates instead)")
    reporter.begin("whole spectrum", a.dimension)
    let counted = Counted(a) { reporter.advance($0) }
    let values = try denseSpectrum(of: counted, limit: plan.exactLimit, threads: 1).eigenvalues
    func record(_ value: Double) -> CurvatureReport.EigenvalueRecord {
      .init(value: value, residual: 0, isConverged: true)
    }
    return CurvatureSpectrum(
      method: "exact", top: values.reversed().prefix(plan.top).map(record),
      bottom: values.prefix(plan.bottom).map(record),
      trace: TraceEstimate(
        value: values.reduce(0, +), standardError: 0, probes: 0, products: a.dimension),
      measure: SpectralQuadrature(wholeSpectrum: values),
      products: a.dimension)
  }

  private func estimatedSpectrum(
    of a: some LinearOperator, _ top: ExtremeEigenpairs, _ bottom: ExtremeEigenpairs?,
    reporter: Reporter
  ) throws -> CurvatureSpectrum {
    let seed = model.scene.seed
    reporter.begin("trace", 1)
    let trace = try hutchPlusPlusTrace(of: a, products: plan.traceProducts, seed: seed, threads: 1)
    reporter.begin("spectral density", 1)
    let measure = try spectralQuadrature(
      of: a, probes: plan.probes, steps: min(plan.steps, a.dimension), seed: seed,
      threads: model.objective.threads)
    return CurvatureSpectrum(
      method: "estimated", top: .init(top), bottom: bottom.map { .init($0) } ?? [], trace: trace,
      measure: measure, products: trace.products + measure.products)
  }
}

extension [CurvatureReport.EigenvalueRecord] {
  /// The eigenvalues of a search; where it may have missed one, none counts as converged.
  init(_ found: ExtremeEigenpairs) {
    self = found.pairs.map {
      .init(
        value: $0.value, residual: $0.residual, isConverged: $0.isConverged && found.isConfirmed)
    }
  }
}

extension CurvatureReport.EigenvalueRecord {
  /// An end of a spectrum.
  init(_ end: SpectrumEnds.End) {
    self.init(
      value: end.value, residual: end.residual, isConverged: end.isConverged, error: end.error)
  }
}

/// An operator that tells of its products.
private struct Counted<Base: LinearOperator>: LinearOperator {
  private let base: Base
  private let count: @Sendable (Int) -> Void

  init(_ base: Base, _ count: @escaping @Sendable (Int) -> Void) {
    self.base = base
    self.count = count
  }

  var dimension: Int { base.dimension }

  func apply(to x: [Double]) -> [Double] {
    defer { count(1) }
    return base.apply(to: x)
  }

  func apply(toBlock block: [[Double]]) -> [[Double]] {
    defer { count(block.count) }
    return base.apply(toBlock: block)
  }
}
