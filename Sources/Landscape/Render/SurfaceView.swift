import Algebra
import Geometry
import Networks

/// A sampled slice, and the λ that are drawn on it.
struct SurfaceView: Sendable {
  /// Values given for λ, in the scene's convention.
  var given: [Double]
  var surface: Surface
  /// How it came to be, where this program made it.
  var origin: Origin?

  /// What was sampled.
  struct Origin: Sendable {
    var weights: ModelWeights
    var slice: Slice
    /// The eigenvalues of the directions, where they are eigenvectors.
    var eigenvalues: [CurvatureReport.EigenvalueRecord]?
  }
}

extension Model {
  /// The numbers of the summary that need the network: loss, gradient and curvature at the centre.
  ///
  /// - Parameters:
  ///   - view: A view of this model.
  ///   - index: Its place among the summary's slices.
  /// - Returns: The slice's record, and one for each λ.
  func records(
    of view: SurfaceView, index: Int
  ) -> (slice: Summary.SliceRecord, lambdas: [Summary.LambdaRecord]) {
    let plan = scene.slice
    var record = Summary.SliceRecord(view)
    // Hundreds of λ must not take longer than the surface they share.
    var lambdas = concurrentMap(view.given.count, threads: objective.threads) { number in
      let given = view.given[number]
      return Summary.LambdaRecord(
        view, given: given, lambda: scene.penalty.convention.lambda(given), slice: index)
    }
    guard let origin = view.origin else { return (record, lambdas) }
    let slice = origin.slice
    record.trainedAtLambda = origin.weights.lambda
    record.training = origin.weights.training
    switch plan.directions {
    case .random:
      record.directions = "random"
      record.normalisation = plan.normalisation.rawValue
      record.seed = scene.seed
    case .files: record.directions = "files"
    case .eigen(let u, let v):
      record.directions = "eigenvectors \(u), \(v)"
      record.directionEigenvalues = origin.eigenvalues
    }
    record.cosine = slice.cosine
    record.uNorm = slice.uNorm
    record.vNorm = slice.vNorm
    record.precision = plan.precision.rawValue

    let hessian = slice.hessian(objective.hessian(at: slice.centre))
    record.baseHessian = [hessian.xx, hessian.xy, hessian.yy]
    let (base, gradient) = objective.valueAndGradient(at: slice.centre)
    let score = objective.evaluate(at: slice.centre).score
    let kept = heldOut?.evaluate(at: slice.centre)
    let squared = penalty.squaredNorm(slice.centre)
    let masked = view.surface.penalty.coefficients
    let spectra = hessianRecords(at: slice.centre, lambdas: lambdas.map(\.lambda))
    for i in lambdas.indices {
      let lambda = lambdas[i].lambda
      let total = zip(gradient.indices, gradient).map { j, g in
        g + lambda * penalty.mask[j] * slice.centre[j]
      }
      lambdas[i].centre = Summary.PointRecord(
        base: base, penalty: lambda / 2 * squared, total: base + lambda / 2 * squared,
        score: score, gradientNorm: norm(total), heldOutBase: kept?.loss,
        heldOutScore: kept?.score)
      lambdas[i].weightNorm = norm(slice.centre)
      lambdas[i].baseHessian = spectra.base
      lambdas[i].hessian = spectra.totals[i]
      // A point evaluated alone costs as much as twenty of the grid: for a few λ no matter, but
      // hundreds must not cost more than the surface they share.
      if lambdas.count <= 16, let minimum = lambdas[i].minimum {
        lambdas[i].minimum = checked(minimum, on: slice, lambda: lambda)
      }
      let shifted = SymmetricMatrix2(
        xx: hessian.xx + lambda * masked[3], xy: hessian.xy + lambda * masked[4] / 2,
        yy: hessian.yy + lambda * masked[5])
      lambdas[i].baseSliceCurvature = hessian.eigenvalues(metric: slice.metric).map { [$0, $1] }
      lambdas[i].sliceCurvature = shifted.eigenvalues(metric: slice.metric).map { [$0, $1] }
    }
    return (record, lambdas)
  }
}

extension Model {
  /// The minimum between grid points with the loss that it really has there; where that is above the
  /// lowest grid point's, the parabola has misled and the grid point stands.
  private func checked(
    _ minimum: Summary.MinimumRecord, on slice: Slice, lambda: Double
  ) -> Summary.MinimumRecord {
    var minimum = minimum
    let point = slice.plane(Grid(alphas: [], betas: []))
      .point(minimum.refinedAlpha, minimum.refinedBeta)
    let total = objective.value(at: point) + lambda / 2 * penalty.squaredNorm(point)
    if total <= minimum.total {
      minimum.refinedTotal = total
    } else {
      minimum.refinedAlpha = minimum.alpha
      minimum.refinedBeta = minimum.beta
      minimum.refinedTotal = minimum.total
    }
    return minimum
  }
}

extension Summary.SliceRecord {
  /// What is known of any surface.
  init(_ view: SurfaceView) {
    let grid = view.surface.grid
    self.init(
      trainedAtLambda: nil, training: nil, directions: "unknown", normalisation: nil, seed: nil,
      cosine: nil, uNorm: nil, vNorm: nil,
      alphaRange: [grid.alphas.first, grid.alphas.last].compactMap(\.self),
      betaRange: [grid.betas.first, grid.betas.last].compactMap(\.self),
      columns: grid.alphas.count, rows: grid.betas.count, precision: nil,
      penaltyCoefficients: view.surface.penalty.coefficients,
      divergedPoints: view.surface.base.count { !$0.isFinite }, baseHessian: nil)
  }
}
