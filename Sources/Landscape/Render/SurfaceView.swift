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
    /// The model with the batch statistics that these weights hold.
    var model: Model
    var weights: ModelWeights
    var slice: Slice
    /// What is known of its directions, and what is placed on it.
    var placed: PlacedSlice
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
    record.weightsFingerprint = origin.weights.fingerprint
    record.training = origin.weights.training
    switch plan.directions {
    case .random:
      record.directions = "random"
      record.normalisation = plan.normalisation.rawValue
      record.seed = scene.seed
    case .files: record.directions = "files"
    case .eigen(let u, let v):
      record.directions = "eigenvectors \(u), \(v)"
      record.directionEigenvalues = origin.placed.eigenvalues
    case .path: record.directions = "principal components of the path"
    case .plane: record.directions = "plane through three models"
    case .line:
      record.directions = "line to another model, and a random direction"
      record.normalisation = plan.normalisation.rawValue
      record.seed = scene.seed
    }
    record.path = pathRecord(on: origin)
    record.models = origin.placed.models.isEmpty ? nil : modelRecords(on: origin)
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
  /// Where the checkpoints lie, and how far off the slice.
  private func pathRecord(on origin: SurfaceView.Origin) -> Summary.PathRecord? {
    guard let checkpoints, let points = origin.path(checkpoints) else { return nil }
    let losses = concurrentMap(points.count, threads: 1) {
      objective.value(at: checkpoints.points[$0])
    }
    func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
    let lengths = checkpoints.points.map { point in
      norm(zip(point, origin.slice.centre).map { $0 - $1 })
    }
    let total = squares(lengths)
    return Summary.PathRecord(
      checkpoints: points.count, span: origin.placed.path?.span.rawValue,
      explainedShares: origin.placed.path.map { [$0.shares.first, $0.shares.second] },
      projectionError: total > 0 ? (squares(points.map(\.offSlice)) / total).squareRoot() : 0,
      farthest: points.map(\.offSlice).max() ?? 0, length: lengths.max() ?? 0,
      points: points.indices.map { index in
        .init(
          name: checkpoints.names[index], number: checkpoints.numbers[index],
          alpha: points[index].alpha, beta: points[index].beta, offSlice: points[index].offSlice,
          base: losses[index])
      })
  }

  /// The centre, and the models that the directions run to.
  private func modelRecords(on origin: SurfaceView.Origin) -> [Summary.ModelRecord] {
    [
      .init(
        name: "centre", alpha: 0, beta: 0, offSlice: 0,
        base: objective.value(at: origin.slice.centre))
    ]
      + origin.placed.models.map {
        .init(
          name: $0.name, alpha: $0.at.alpha, beta: $0.at.beta, offSlice: $0.at.offSlice,
          base: objective.value(at: $0.weights))
      }
  }
}

extension SurfaceView.Origin {
  /// Where each checkpoint lies on the slice; nil where its directions span no plane.
  func path(_ checkpoints: Checkpoints) -> [SlicePoint]? {
    if let plane = placed.path { return plane.points }
    let points = checkpoints.points.compactMap(slice.projection)
    return points.count == checkpoints.points.count ? points : nil
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
