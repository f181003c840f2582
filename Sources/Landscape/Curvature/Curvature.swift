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
  let model = try Model(scene, threads: options.threads)
  try AtomicFile.prepareFolder(options.folder)
  let given = options.trainLambda ?? scene.penalty.values[0]
  let weights = try model.weights(
    lambda: scene.penalty.convention.lambda(given), file: "\(options.folder)/weights.safetensors",
    fresh: options.fresh, reporter: reporter)
  let point = try CurvaturePoint(model, at: weights.values)
  let spectra = try point.spectra(reporter: reporter)
  var report = CurvatureReport(point, weights, spectra, options)
  if scene.curvature.layers { report.layers = try point.layerRecords(reporter: reporter) }
  report.slice = try point.sliceRecord(spectra[0].spectrum, reporter: reporter)
  var files = ["json", "csv"].map { "\(options.folder)/curvature.\($0)" }
  try AtomicFile.write(try report.text, to: files[0])
  try AtomicFile.write(report.csv, to: files[1])
  if scene.curvature.vectors {
    files += try point.writeVectors(spectra[0].spectrum, to: "\(options.folder)/eigenvectors")
  }
  let figures = try CurvatureFigures(scene, report, spectra, options)
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

extension CurvaturePoint {
  /// The spectra of the base loss, and of the total loss at each of the scene's λ.
  func spectra(reporter: Reporter) throws -> [ObjectiveSpectrum] {
    let penalty = model.scene.penalty
    let first = try spectrum(of: base, reporter: reporter)
    let lambdas = penalty.values.map(penalty.convention.lambda).filter { $0 != 0 }
    let totals = try lambdas.map { lambda in
      if let factor = commonFactor {
        let shift = lambda * factor
        return ObjectiveSpectrum(
          lambda: lambda, shift: shift, spectrum: first.shifted(by: shift),
          meeting: first.effectiveParameters(lambda: shift))
      }
      let computed = try spectrum(of: total(lambda: lambda), reporter: reporter)
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
    return try layers.map { layer in
      let matrix = block(layer.coordinates)
      func outermost(_ end: SpectrumEnd) throws -> CurvatureReport.EigenvalueRecord {
        let found: [CurvatureReport.EigenvalueRecord] = .init(
          try eigenpairs(of: matrix, end, 1, reporter: reporter))
        return found[0]
      }
      return CurvatureReport.LayerRecord(
        layer: layer.name, parameters: layer.coordinates.count, largest: try outermost(.largest),
        smallest: try outermost(.smallest))
    }
  }

  /// The curvature in the scene's slice, and how its directions lie to the steepest ones.
  ///
  /// Nil for a block: a slice moves all parameters.
  func sliceRecord(
    _ base: CurvatureSpectrum, reporter: Reporter
  ) throws -> CurvatureReport.SliceRecord? {
    guard coordinates.count == w.count else { return nil }
    let slice = try model.slice(around: w, reporter: reporter).slice
    guard slice.centre == w else { return nil }
    let hessian = slice.hessian(self.base)
    let metric = slice.metric
    return CurvatureReport.SliceRecord(
      uNorm: slice.uNorm, vNorm: slice.vNorm, cosine: slice.cosine,
      matrix: [hessian.xx, hessian.xy, hessian.yy], metric: [metric.xx, metric.xy, metric.yy],
      curvature: hessian.eigenvalues(metric: metric).map { [$0.low, $0.high] },
      topEigenvectors: base.topVectors.count,
      uShareInTop: eigenspaceShare(of: slice.u, in: base.topVectors),
      vShareInTop: eigenspaceShare(of: slice.v, in: base.topVectors))
  }

  /// ‖Pv‖²/‖v‖², P the projection on orthonormal vectors.
  private func eigenspaceShare(of v: [Double], in vectors: [[Double]]) -> Double {
    vectors.reduce(0) { $0 + dot($1, v) * dot($1, v) } / dot(v, v)
  }

  /// Writes each eigenvector as weights: PyTorch's names and shapes, 0 outside the block.
  func writeVectors(_ spectrum: CurvatureSpectrum, to folder: String) throws -> [String] {
    try AtomicFile.prepareFolder(folder)
    let ends = [
      ("largest", spectrum.top, spectrum.topVectors),
      ("smallest", spectrum.bottom, spectrum.bottomVectors),
    ]
    return try ends.flatMap { name, records, vectors in
      try zip(records, vectors).enumerated().map { index, pair in
        let path = "\(folder)/\(name)-\(index + 1).safetensors"
        try model.network.layout.writeWeights(
          embedded(pair.1), to: path,
          metadata: [
            "eigenvalue": "\(pair.0.value)", "residual": "\(pair.0.residual)",
            "converged": "\(pair.0.isConverged)", "program": "landscape \(Version.current)",
          ])
        return path
      }
    }
  }
}
