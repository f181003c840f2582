import Algebra
import Geometry
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
///   - scene: Data, network, penalty, weights, and in `curvature` what is asked.
///   - options: Where to, and on how many threads.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written, and the numbers line by line.
/// - Throws: As ``render(_:_:reporter:)``, and `SpectrumError`.
public func curvature(
  _ scene: Scene, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> (files: [String], lines: [String]) {
  try options.check(against: scene)
  let trained = try Model(scene, threads: options.threads, reporter: reporter)
  let lambda = scene.penalty.convention.lambda(options.trainLambda ?? scene.penalty.values[0])
  var plan = scene.curvature
  // More files, the same numbers.
  plan.vectors = false
  let study = try Study(
    "curvature", trained, trainedAt: [lambda], samples: plan.map != nil, details: "\(plan)",
    mainFile: "curvature.json")
  return try inRunFolder(options, study, reporter: reporter) { options in
    let result = try measure(trained, options, reporter: reporter)
    return (result, result.files)
  }
}

/// Measures in the run's folder.
private func measure(
  _ trained: Model, _ options: RenderOptions, reporter: Reporter
) throws -> (files: [String], lines: [String]) {
  let scene = trained.scene
  let given = options.trainLambda ?? scene.penalty.values[0]
  let weights = try trained.weights(
    lambda: scene.penalty.convention.lambda(given), file: "\(options.folder)/weights.safetensors",
    fresh: options.fresh, reporter: reporter)
  let model = try trained.holdingStatistics(at: weights.values)
  let site = try CurvatureSite(model, at: weights.values)
  let spectra = try site.spectra(reporter: reporter)
  var report = CurvatureReport(site, weights, spectra, options)
  if scene.curvature.sharpness {
    report.sharpness = site.sharpnessRecords(options, reporter: reporter)
  }
  if scene.curvature.layers { report.layers = try site.layerRecords(reporter: reporter) }
  let slice = try site.slice(reporter: reporter)
  report.slice = slice.flatMap { site.sliceRecord($0.slice, spectra[0].spectrum) }
  let maps = try scene.curvature.map.map { points in
    let found = try site.maps(points, on: slice, options, reporter: reporter)
    report.map = found.record
    return found.maps
  }
  var files = ["json", "csv"].map { "\(options.folder)/curvature.\($0)" }
  try AtomicFile.write(try report.text, to: files[0])
  try AtomicFile.write(report.csv, to: files[1])
  if scene.curvature.vectors {
    files += try site.writeVectors(spectra[0].spectrum, to: "\(options.folder)/eigenvectors")
  }
  if let map = report.map {
    files.append("\(options.folder)/\(map.file)")
    files += try export("\(options.folder)/\(map.file)", as: scene.exports)
  }
  let figures = try CurvatureFigures(report, spectra, maps, model, options)
  return (files + (try figures.write(reporter: reporter)), report.lines)
}

/// The spectrum of one objective.
struct ObjectiveSpectrum: Sendable {
  /// λ of the total loss, or nil for the base loss.
  var lambda: Double?
  /// By how much the penalty moves every eigenvalue, where it moves all alike.
  var shift: Double?
  var spectrum: CurvatureSpectrum
  /// How λ meets the base's spectrum, where it moves all eigenvalues alike.
  var meeting: EffectiveParameters?
  /// How far the largest and smallest eigenvalues are from the base's plus λ, where the penalty does
  /// not move all alike.
  var differenceFromShift: Double?
}

extension CurvatureSite {
  /// The spectra of the base loss, and of the total loss at each of the scene's λ.
  func spectra(reporter: Reporter) throws -> [ObjectiveSpectrum] {
    let penalty = model.scene.penalty
    let first = try spectrum(lambda: nil, reporter: reporter)
    let lambdas = penalty.values.map(penalty.convention.lambda).filter { $0 != 0 }
    let totals = try lambdas.map { lambda in
      if let factor = commonFactor {
        let shift = lambda * factor
        return ObjectiveSpectrum(
          lambda: lambda, shift: shift, spectrum: first.shifted(by: shift),
          meeting: first.effectiveParameters(lambda: shift))
      }
      let computed = try spectrum(lambda: lambda, reporter: reporter)
      return ObjectiveSpectrum(
        lambda: lambda, spectrum: computed,
        differenceFromShift: computed.greatestDifference(to: first.shifted(by: lambda)))
    }
    return [ObjectiveSpectrum(spectrum: first)] + totals
  }

  /// The extreme eigenvalues of each layer's block of the base loss's matrix.
  func layerRecords(reporter: Reporter) throws -> [CurvatureReport.LayerRecord] {
    let layers = layers
    guard layers.count > 1 else { return [] }
    reporter.begin("layers", layers.count)
    var options = SpectrumEndsOptions()
    options.seed = model.scene.seed
    // Three digits of what is not small beside the largest: a bar shows them.
    options.tolerance = 1e-3
    func ends(_ matrix: some LinearOperator) throws -> SpectrumEnds {
      try spectrumEnds(of: matrix, options: options)
    }
    return try layers.map { layer in
      defer { reporter.advance(1) }
      let found = try ends(block(layer.coordinates))
      return CurvatureReport.LayerRecord(
        layer: layer.name, parameters: layer.coordinates.count, largest: .init(found.highest),
        smallest: .init(found.lowest))
    }
  }

  /// The scene's slice; nil for a block, as a slice moves all parameters.
  func slice(reporter: Reporter) throws -> PlacedSlice? {
    guard coordinates.count == w.count else { return nil }
    return try model.slice(around: w, reporter: reporter)
  }

  /// The curvature in a slice, and how its directions lie to the steepest ones; nil where the weights
  /// are not its centre.
  func sliceRecord(_ slice: Slice, _ base: CurvatureSpectrum) -> CurvatureReport.SliceRecord? {
    guard slice.centre == w else { return nil }
    let hessian = slice.hessian(self.base)
    let metric = slice.metric
    return CurvatureReport.SliceRecord(
      uNorm: slice.uNorm, vNorm: slice.vNorm, cosine: slice.cosine,
      matrix: [hessian.xx, hessian.xy, hessian.yy], metric: [metric.xx, metric.xy, metric.yy],
      curvature: hessian.eigenvalues(metric: metric).map { [$0.low, $0.high] },
      topEigenvectors: base.topPairs?.pairs.count ?? 0,
      uShareInTop: base.topPairs?.share(of: slice.u) ?? 0,
      vShareInTop: base.topPairs?.share(of: slice.v) ?? 0)
  }

  /// The worst loss near the weights, of the base loss and of the total loss at each λ.
  ///
  /// None for a block: the neighbourhoods are of all parameters.
  func sharpnessRecords(
    _ options: RenderOptions, reporter: Reporter
  ) -> [CurvatureReport.SharpnessRecord] {
    guard coordinates.count == w.count else { return [] }
    let penalty = model.scene.penalty
    let lambdas = [0] + penalty.values.map(penalty.convention.lambda).filter { $0 != 0 }
    reporter.begin("sharpness", 2 * lambdas.count)
    var alone = objective
    // Starts take a thread each.
    alone.threads = 1
    return lambdas.map { lambda in
      let total = PenalisedObjective(alone, penalty: model.penalty, lambda: lambda)
      func worst(_ neighbourhood: Neighbourhood) -> Sharpness {
        defer { reporter.advance(1) }
        return sharpness(
          of: total, at: w, within: neighbourhood, seed: model.scene.seed,
          threads: options.threads)
      }
      let ball = worst(.ball(radius: plan.rho))
      let box = worst(.box(epsilon: plan.epsilon))
      return CurvatureReport.SharpnessRecord(
        objective: lambda == 0 ? "base" : "total", lambda: lambda, rho: plan.rho,
        sam: ball.increase, samFirstOrder: ball.firstOrderIncrease, epsilon: plan.epsilon,
        keskar: box.percentage)
    }
  }

  /// Writes each eigenvector as weights: PyTorch's names and shapes, 0 outside the block.
  func writeVectors(_ spectrum: CurvatureSpectrum, to folder: String) throws -> [String] {
    try AtomicFile.prepareFolder(folder)
    let ends = [("largest", spectrum.topPairs), ("smallest", spectrum.bottomPairs)]
    return try ends.flatMap { name, found in
      try (found?.pairs ?? []).enumerated().map { index, pair in
        let path = "\(folder)/\(name)-\(index + 1).safetensors"
        try model.network.layout.writeWeights(
          embedded(pair.vector), to: path,
          metadata: [
            "eigenvalue": "\(pair.value)", "residual": "\(pair.residual)",
            "converged": "\(pair.isConverged)", "program": "landscape \(Version.current)",
          ])
        return path
      }
    }
  }
}
