import Algebra
import Geometry
import Networks

extension Model {
  /// Measures each λ of a sweep: the minimum, its curvature, its place and the shape of the slices.
  ///
  /// - Parameters:
  ///   - path: The minima.
  ///   - slices: The sampled slices.
  ///   - panels: Which λ have slices of their own, and descents.
  ///   - options: How exactly.
  ///   - reporter: Who is told.
  /// - Returns: A record for each λ, ascending.
  /// - Throws: `SpectrumError`.
  func sweepRecords(
    _ path: MinimiserPath, _ slices: SweepSlices, panels: [Int], _ options: RenderOptions,
    reporter: Reporter
  ) throws -> [SweepRecord] {
    let plan = scene.sweep
    let points = path.lowest
    let first = points[0].weights
    let fixed = try fixedCurvature(at: first)
    let start = try initialWeights()
    reporter.begin("measuring", points.count)
    return try points.indices.map { index -> SweepRecord in
      defer { reporter.advance(1) }
      let point = points[index]
      let lambda = point.lambda
      var record = SweepRecord(
        lambda: lambda, given: scene.penalty.values[index],
        minimum: minimumRecord(point, first: first), step: .init(to: index, of: path, points),
        branches: .init(path.comparisons[index]),
        curvature: try curvature(at: point.weights, lambda: lambda, fixed: fixed, plan))
      record.decaySlice = slices.decay.slice.projection(of: point.weights).map {
        .init(alpha: $0.alpha, beta: $0.beta, offSlice: $0.offSlice)
      }
      record.decayShape = slices.decay.shape(at: lambda, plan)
      record.sharedShapes = slices.shared.compactMap { $0.shape(at: lambda, plan) }
      if let own = slices.own.first(where: { $0.index == index }) {
        record.ownShapes = own.slices.compactMap { $0.shape(at: lambda, plan) }
      }
      if panels.contains(index), plan.descentSteps > 0 {
        record.descent = descent(from: start, to: point, steps: plan.descentSteps)
      }
      return record
    }
  }

  private func minimumRecord(_ point: PathPoint, first: [Double]) -> SweepRecord.MinimumRecord {
    let kept = heldOut?.evaluate(at: point.weights)
    return SweepRecord.MinimumRecord(
      total: point.totalLoss, base: point.baseLoss, penalty: point.penalty,
      score: objective.evaluate(at: point.weights).score, heldOutBase: kept?.loss,
      heldOutScore: kept?.score, gradientNorm: point.minimum.gradientNorm,
      outcome: point.minimum.outcome.rawValue, weightNorm: norm(point.weights),
      penalisedNorm: point.squaredNorm.squareRoot(),
      distanceFromFirst: norm(zip(point.weights, first).map { $0 - $1 }))
  }

  /// Gradient descent from the initial weights, until a tenth of the excess is left.
  ///
  /// A tenth: what is called early. A hundredth measures the end of training, which the smallest
  /// eigenvalue rules.
  private func descent(
    from start: [Double], to point: PathPoint, steps: Int
  ) -> SweepRecord.DescentRecord {
    let share = 0.1
    let total = PenalisedObjective(objective, penalty: penalty, lambda: point.lambda)
    let goal = point.totalLoss + share * (total.value(at: start) - point.totalLoss)
    var options = DescentOptions()
    options.maxSteps = steps
    // Some thirteen rates race, and the best is refined: no limit below the steps asked for.
    options.maxGradients = max(options.maxGradients, 40 * steps)
    let found = descentSpeed(total, from: start, target: goal, options: options)
    return SweepRecord.DescentRecord(
      rate: found.rate, steps: found.isReached ? found.steps : steps, arrived: found.isReached,
      share: share)
  }
}

extension SweepRecord.StepRecord {
  /// The step from the lowest minimum of one λ to that of the next.
  ///
  /// Where both lie on one of the path's branches it is that branch's step, which on the descending
  /// one was foretold from the greater λ. Where they do not, nothing foretold it, and it is a jump if
  /// the branches are two minima.
  ///
  /// - Parameters:
  ///   - index: Which λ it leads to.
  ///   - path: Both branches.
  ///   - lowest: The lowest minimum of each λ.
  init?(to index: Int, of path: MinimiserPath, _ lowest: [PathPoint]) {
    guard index > 0 else { return nil }
    let ends = [index - 1, index]
    func holds(_ branch: [PathPoint]) -> Bool {
      ends.allSatisfy {
        path.comparisons[$0].relation == .same || branch[$0].weights == lowest[$0].weights
      }
    }
    let onBranch =
      holds(path.ascending)
      ? path.ascending[index].step
      : holds(path.descending) ? path.descending[index - 1].step : nil
    guard let step = onBranch else {
      self.init(
        length: norm(zip(lowest[index].weights, lowest[index - 1].weights).map { $0 - $1 }),
        isJump: ends.contains { path.comparisons[$0].relation == .separate })
      return
    }
    self.init(
      length: step.length, predictedLength: step.predictedLength, lengthRatio: step.lengthRatio,
      cosine: step.cosine, predictionResidual: step.predictionResidual, isJump: step.isJump)
  }
}

extension SweepRecord.BranchRecord {
  init(_ found: BranchComparison) {
    self.init(
      // Of equals the ascending one counts, as in the path.
      lower: found.lossDifference < 0 ? "descending" : "ascending",
      relation: found.relation.rawValue, distance: found.distance,
      lossDifference: found.lossDifference, barrier: found.barrier)
  }
}

extension SweepSlices.SampledSlice {
  /// What the slice shows at one λ; nil where no point of it has a curvature.
  fileprivate func shape(at lambda: Double, _ plan: SweepPlan) -> SweepRecord.ShapeRecord? {
    guard let convexity = curvature?.convexity(lambda: lambda, valueError: valueError) else {
      return nil
    }
    let total = surface.total(lambda: lambda)
    let threshold = plan.persistence.map { share in
      let finite = total.filter(\.isFinite)
      return share * ((finite.max() ?? 0) - (finite.min() ?? 0))
    }
    let minima = PersistentMinima(of: total, on: surface.grid, threshold: threshold)
    return SweepRecord.ShapeRecord(
      minima: minima.count, innerMinima: minima.interiorCount, threshold: minima.threshold,
      convexShare: convexity.convexShare, lipschitz: convexity.gradientLipschitz)
  }
}

/// How much a penalty with λ = 1 curves the loss on a slice where the weights are smallest and
/// where they are largest: measured on the sampled values, per unit of length along u.
///
/// - Parameters:
///   - surface: The base loss, and the penalty's six numbers.
///   - slice: Its plane.
/// - Returns: Both, with the norms there; nil where fewer than two points can be measured.
func penaltyCurvature(
  on surface: Surface, _ slice: Slice
) -> (atSmallest: Double, atLargest: Double, smallest: Double, largest: Double)? {
  let (alphas, betas) = (surface.grid.alphas, surface.grid.betas)
  // What it adds, by itself: total minus base would lose its digits where the base loss is great.
  let added = surface.penaltyValues(lambda: 1)
  let length = slice.uNorm * slice.uNorm
  var found: [(norm: Double, curvature: Double)] = []
  for row in betas.indices {
    for column in 1..<max(alphas.count - 1, 1) {
      let middle = row * alphas.count + column
      let step = (alphas[column + 1] - alphas[column - 1]) / 2
      let curvature =
        (added[middle - 1] - 2 * added[middle] + added[middle + 1]) / (step * step * length)
      let squared = surface.penalty.squaredNorm(alphas[column], betas[row])
      if curvature.isFinite { found.append((max(squared, 0).squareRoot(), curvature)) }
    }
  }
  guard let low = found.min(by: { $0.norm < $1.norm }),
    let high = found.max(by: { $0.norm < $1.norm }), low.norm < high.norm
  else { return nil }
  return (low.curvature, high.curvature, low.norm, high.norm)
}
