import Algebra
import Datasets
import Networks
import TensorFiles

/// Measures how curved a scene's loss is at its weights, in which directions, and how λ changes it.
///
/// The weights are those that ``render(_:_:reporter:)`` draws: trained at the first λ (or at
/// `trainLambda`), reused where an earlier run has trained them, or from the scene's file. The base
/// loss comes first; the total loss at each λ is its spectrum shifted by exactly λ where the penalty
/// covers all parameters alike, and is computed where it does not.
///
/// - Parameters:
///   - scene: Data, network, penalty and weights.
///   - plan: What is asked.
///   - options: Where to, and on how many threads.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written, and the numbers line by line.
/// - Throws: As ``render(_:_:reporter:)``, and `SpectrumError`.
public func curvature(
  _ scene: Scene, _ plan: CurvaturePlan, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> (files: [String], lines: [String]) {
  try options.check(against: scene)
  let model = try Model(scene, threads: options.threads)
  try AtomicFile.prepareFolder(options.folder)
  let given = options.trainLambda ?? scene.penalty.values[0]
  let weights = try model.weights(
    lambda: scene.penalty.convention.lambda(given), file: "\(options.folder)/weights.safetensors",
    fresh: options.fresh, reporter: reporter)
  let study = try CurvatureStudy(model, weights.values, plan, threads: options.threads)
  let (report, curves) = try study.report(
    command: options.command,
    weights: weights.lambda.map { "trained at λ = \(lambdaName($0))" } ?? "from a file",
    reporter: reporter)
  var files = ["json", "csv"].map { "\(options.folder)/curvature.\($0)" }
  try AtomicFile.write(try report.text, to: files[0])
  try AtomicFile.write(report.csv, to: files[1])
  reporter.begin("drawing", 1)
  files += try CurvatureFigure(scene: scene, report: report, curves: curves)
    .write(to: options.folder)
  return (files, report.lines)
}

/// One matrix at one point, and the questions about it.
private struct CurvatureStudy {
  private let model: Model
  private let objective: NetworkObjective
  private let w: [Double]
  private let plan: CurvaturePlan
  private let threads: Int
  /// The parameters of the block.
  private let coordinates: [Int]
  private let base: any LinearOperator
  private let gradient: [Double]
  private let baseLoss: Double

  init(_ model: Model, _ w: [Double], _ plan: CurvaturePlan, threads: Int) throws {
    self.model = model
    self.w = w
    self.plan = plan
    self.threads = threads
    let layout = model.network.layout
    for name in plan.tensors where layout.entry(named: name) == nil {
      let names = layout.entries.map(\.name)
      let guess = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
      throw UsageError(reason: "'--tensors' names '\(name)'\(guess) (there are \(list(names)))")
    }
    coordinates = layout.entries.filter { plan.tensors.isEmpty || plan.tensors.contains($0.name) }
      .flatMap(\.range)
    try plan.validate(dimension: coordinates.count)
    objective =
      try plan.samples.map {
        try NetworkObjective(
          network: model.network, loss: model.scene.loss,
          data: model.objective.data.subset(count: $0, seed: model.scene.seed), threads: threads)
      } ?? model.objective
    (baseLoss, gradient) = objective.valueAndGradient(at: w)
    guard baseLoss.isFinite, gradient.allSatisfy(\.isFinite) else {
      throw UsageError(reason: "the loss diverges at these weights; it has no curvature there")
    }
    let matrix =
      plan.matrix == .hessian ? objective.hessian(at: w) : objective.gaussNewton(at: w)
    let coordinates = coordinates
    func restricted(_ matrix: some LinearOperator) -> any LinearOperator {
      coordinates.count == matrix.dimension ? matrix : Restriction(matrix, to: coordinates)
    }
    base = restricted(matrix)
  }

  func report(command: String, weights: String, reporter: Reporter) throws
    -> (CurvatureReport, [CurvatureFigure.Curve])
  {
    let scene = model.scene
    let mask = coordinates.map { model.penalty.mask[$0] }
    let first = try spectrum(of: base, reporter: reporter)
    var curves = [first.curve(lambda: nil, shift: nil)]
    var spectra = [record(first, objective: "base", lambda: 0, method: first.method)]
    for lambda in scene.penalty.values.map(scene.penalty.convention.lambda) where lambda != 0 {
      if let factor = mask.first, mask.allSatisfy({ $0 == factor }) {
        let shifted = first.shifted(by: lambda * factor)
        var total = record(shifted, objective: "total", lambda: lambda, method: "shifted")
        let meeting = first.effectiveParameters(lambda: lambda * factor)
        total.effectiveParameters = meeting.value
        total.effectiveParametersStandardError = meeting.standardError
        spectra.append(total)
        curves.append(shifted.curve(lambda: lambda, shift: lambda * factor))
      } else {
        func penalised(_ matrix: some LinearOperator) -> any LinearOperator {
          DiagonallyShifted(matrix, by: mask.map { lambda * $0 })
        }
        let total = try spectrum(of: penalised(base), reporter: reporter)
        spectra.append(record(total, objective: "total", lambda: lambda, method: total.method))
        curves.append(total.curve(lambda: lambda, shift: nil))
      }
    }
    let report = CurvatureReport(
      program: "landscape \(Version.current)", command: command, scene: scene.name,
      weights: weights, matrix: plan.matrix.rawValue,
      tensors: plan.tensors.isEmpty ? "all" : list(plan.tensors), dimension: coordinates.count,
      samples: objective.sampleCount, penaltyScope: scene.penalty.scope.text, seed: scene.seed,
      weightNorm: norm(w), baseLoss: baseLoss, spectra: spectra)
    return (report, curves)
  }

  /// What is known of one matrix.
  private struct Spectrum {
    var method: String
    var top: [CurvatureReport.EigenvalueRecord]
    var bottom: [CurvatureReport.EigenvalueRecord]
    var trace: TraceEstimate
    /// All eigenvalues as one probe, or an estimate.
    var measure: SpectralQuadrature
    var products: Int

    /// The spectrum plus a constant: what a penalty on all parameters alike makes of it.
    func shifted(by shift: Double) -> Spectrum {
      var result = self
      func moved(_ records: [CurvatureReport.EigenvalueRecord])
        -> [CurvatureReport.EigenvalueRecord]
      {
        records.map {
          .init(value: $0.value + shift, residual: $0.residual, isConverged: $0.isConverged)
        }
      }
      result.top = moved(top)
      result.bottom = moved(bottom)
      result.trace.value += shift * Double(measure.dimension)
      result.measure.probes = measure.probes.map {
        SpectralMeasure(nodes: $0.nodes.map { $0 + shift }, weights: $0.weights)
      }
      result.products = 0
      return result
    }

    /// The spectrum as it is drawn.
    func curve(lambda: Double?, shift: Double?) -> CurvatureFigure.Curve {
      let ends = (bottom + top).map(\.value)
      let range = measure.range
      let negative = effectiveParameters(lambda: 0).negativeCount
      return CurvatureFigure.Curve(
        lambda: lambda, shift: shift, measure: measure, isExact: method == "exact",
        extremes: min(ends.min() ?? 0, range.lowerBound)...max(ends.max() ?? 0, range.upperBound),
        negativeMass: negative / Double(measure.dimension))
    }

    func effectiveParameters(lambda: Double) -> EffectiveParameters {
      Algebra.effectiveParameters(measure, lambda: lambda)
    }
  }

  private func spectrum(of a: some LinearOperator, reporter: Reporter) throws -> Spectrum {
    a.dimension <= plan.exactLimit
      ? try exactSpectrum(of: a, reporter: reporter)
      : try estimatedSpectrum(of: a, reporter: reporter)
  }

  private func exactSpectrum(of a: some LinearOperator, reporter: Reporter) throws -> Spectrum {
    let cost = DenseCost(dimension: a.dimension, vectors: false)
    let clock = ContinuousClock()
    let one = clock.measure { _ = a.apply(to: gradientDirection) } / .seconds(1)
    let seconds = cost.seconds(secondsPerProduct: one, threads: 1)
    reporter.note(
      "whole spectrum of dimension \(a.dimension): about \(Int(seconds.rounded(.up))) s and "
        + "\(cost.bytes / 1_000_000 + 1) MB (--exact-limit 0 estimates instead)")
    reporter.begin("whole spectrum", a.dimension)
    let counted = ClosureOperator(dimension: a.dimension) { x in
      defer { reporter.advance(1) }
      return a.apply(to: x)
    }
    let values = try denseSpectrum(of: counted, limit: plan.exactLimit, threads: 1).eigenvalues
    // What the eigensolver's rounding can make of a zero is one: directions that the loss does not
    // depend on, of which ReLU has many, are neither up nor down.
    let rounding = Double(a.dimension) * Double.ulpOfOne * (values.map(abs).max() ?? 0)
    let distinct = values.map { abs($0) <= rounding ? 0 : $0 }
    func record(_ value: Double) -> CurvatureReport.EigenvalueRecord {
      .init(value: value, residual: 0, isConverged: true)
    }
    return Spectrum(
      method: "exact", top: values.reversed().prefix(plan.top).map(record),
      bottom: values.prefix(plan.bottom).map(record),
      trace: TraceEstimate(
        value: values.reduce(0, +), standardError: 0, probes: 0, products: a.dimension),
      measure: SpectralQuadrature(
        dimension: a.dimension, probes: [SpectralMeasure(eigenvalues: distinct)]),
      products: a.dimension)
  }

  private func estimatedSpectrum(of a: some LinearOperator, reporter: Reporter) throws -> Spectrum {
    let seed = model.scene.seed
    var products = 0
    func pairs(_ end: SpectrumEnd, _ count: Int) throws -> [CurvatureReport.EigenvalueRecord] {
      var options = EigenpairOptions()
      options.seed = seed
      options.measuresResiduals = true
      reporter.begin("\(end.rawValue) eigenvalues", count)
      var done = 0
      let found = try extremeEigenpairs(of: a, end, count: count, options: options) {
        _, converged in
        reporter.advance(converged - done)
        done = converged
        return true
      }
      products += found.products
      return found.pairs.map {
        .init(
          value: $0.value, residual: $0.residual,
          isConverged: $0.isConverged && found.isConfirmed)
      }
    }
    let top = try pairs(.largest, plan.top)
    let bottom = try pairs(.smallest, plan.bottom)
    reporter.begin("trace", 1)
    let trace = try hutchPlusPlusTrace(
      of: a, products: plan.traceProducts, seed: seed, threads: 1)
    reporter.begin("spectral density", 1)
    let measure = try spectralQuadrature(
      of: a, probes: plan.probes, steps: min(plan.steps, a.dimension), seed: seed, threads: 1)
    products += trace.products + measure.products
    return Spectrum(
      method: "estimated", top: top, bottom: bottom, trace: trace, measure: measure,
      products: products)
  }

  /// A vector to time a product with.
  private var gradientDirection: [Double] { coordinates.map { gradient[$0] } }

  private func record(
    _ spectrum: Spectrum, objective: String, lambda: Double, method: String
  ) -> CurvatureReport.SpectrumRecord {
    let meeting = spectrum.effectiveParameters(lambda: 0)
    let total = coordinates.map { gradient[$0] + lambda * model.penalty.mask[$0] * w[$0] }
    let isEstimated = spectrum.method == "estimated"
    return CurvatureReport.SpectrumRecord(
      objective: objective, lambda: lambda, method: method, gradientNorm: norm(total),
      top: spectrum.top, bottom: spectrum.bottom, trace: spectrum.trace.value,
      traceStandardError: spectrum.trace.standardError,
      negativeEigenvalues: meeting.negativeCount, negativeShare: meeting.negativeShare,
      conditionNumber: meeting.conditionNumber, products: spectrum.products,
      probes: isEstimated ? plan.probes : nil, lanczosSteps: isEstimated ? plan.steps : nil)
  }
}
