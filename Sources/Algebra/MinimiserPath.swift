/// The minimisers w*(λ) of L_base + (λ/2)‖w‖²_S for a list of λ, by continuation in both directions.
///
/// Each λ starts from the minimiser of its neighbour, moved along the path's tangent
/// (``minimiserDerivative(of:at:tolerance:maxIterations:)``) where that lowers the loss, and is then
/// polished. One sweep goes up from the smallest λ and one down from the largest: where the loss has
/// several minima the two may follow different ones, and both are kept.
///
/// From a start at the largest λ the descending sweep comes first, the ascending one goes on from its
/// end. From a start at any other λ the minimiser is first followed down to the smallest λ, and the
/// sweeps go up and down from there.
///
/// - Parameters:
///   - base: L_base.
///   - penalty: ‖·‖²_S.
///   - lambdas: λ, ascending, none negative, none twice.
///   - start: A minimum, or a point from which to find one.
///   - startIndex: Which of `lambdas` the start belongs to.
///   - options: How exactly.
///   - known: Minima that an earlier, interrupted call has handed to `save`, in that order.
///   - save: Given each minimum as it is found, so that it can be kept.
///   - progress: Told how far it has come.
/// - Returns: Two points for each λ, and how they compare.
public func minimiserPath<Base: Objective>(
  _ base: Base, penalty: Penalty, lambdas: [Double], from start: [Double], at startIndex: Int,
  options: PathOptions = PathOptions(), known: [Minimum] = [], save: (Minimum) -> Void = { _ in },
  progress: (PathProgress) -> Void = { _ in }
) -> MinimiserPath {
  precondition(lambdas.indices.contains(startIndex), "a start belongs to one of the λ")
  precondition(
    lambdas.allSatisfy { $0 >= 0 && $0.isFinite }
      && zip(lambdas, lambdas.dropFirst()).allSatisfy(<),
    "the λ of a path ascend from 0 or more")
  let (first, last) = (0, lambdas.count - 1)
  let up = Array(first...last)
  var sweeps = PathSweeps(
    base: base, penalty: penalty, lambdas: lambdas, options: options, known: known)
  func tell(_ event: PathEvent) {
    switch event {
    case .search(let state): progress(state)
    case .found(let minimum): save(minimum)
    }
  }
  sweeps.total = 1 + 2 * last + (startIndex == last ? 0 : startIndex)
  let origin = sweeps.begin(at: startIndex, from: start, tell)
  let ascending: [PathPoint]
  let descending: [PathPoint]
  if startIndex == last {
    descending = sweeps.follow(up.reversed(), from: origin, tell)
    ascending = sweeps.follow(up, from: descending[last], tell)
  } else {
    let approach = sweeps.follow(Array((first...startIndex).reversed()), from: origin, tell)
    ascending = sweeps.follow(up, from: approach[startIndex], tell)
    descending = sweeps.follow(up.reversed(), from: ascending[last], tell)
  }
  let down = Array(descending.reversed())
  return MinimiserPath(
    ascending: ascending, descending: down,
    comparisons: zip(ascending, down).map { a, b in
      BranchComparison(PenalisedObjective(base, penalty: penalty, lambda: a.lambda), a, b)
    })
}

/// The minimisers of a list of λ, twice.
public struct MinimiserPath: Sendable, Equatable {
  /// By ascending λ, each found from the one before.
  public var ascending: [PathPoint]
  /// By ascending λ, each found from the one after.
  public var descending: [PathPoint]
  /// How the two points of each λ compare.
  public var comparisons: [BranchComparison]

  /// The point of the lower total loss for each λ; of equals the ascending one.
  public var lowest: [PathPoint] {
    zip(ascending, descending).map { $1.totalLoss < $0.totalLoss ? $1 : $0 }
  }
}

/// How exactly a path is followed.
public struct PathOptions: Sendable, Equatable {
  /// How each minimum is polished.
  public var polish = PolishOptions()
  /// Whether to predict the next minimum by the implicit function theorem.
  ///
  /// It costs a linear solve for each λ, and is what tells a jump from a long step.
  public var predicts = true
  /// Hessian products for a prediction.
  public var predictionProducts = 500

  /// Makes the default options.
  public init() {}
}

/// How far a path has come.
public struct PathProgress: Sendable, Equatable {
  /// Minima found.
  public var done: Int
  /// Minima to find.
  public var total: Int
  /// λ of the one being found.
  public var lambda: Double
  /// Steps made for it.
  public var iteration: Int
  /// ‖∇L‖ now.
  public var gradientNorm: Double
}

/// What happens on the way along a path.
private enum PathEvent {
  case search(PathProgress)
  case found(Minimum)
}

private struct PathSweeps<Base: Objective> {
  let base: Base
  let penalty: Penalty
  let lambdas: [Double]
  let options: PathOptions
  /// Minima found before, in the order of finding.
  let known: [Minimum]
  var total = 0
  private(set) var done = 0

  /// The minimum to start from.
  mutating func begin(
    at index: Int, from start: [Double], _ tell: (PathEvent) -> Void
  ) -> PathPoint {
    minimum(objective(lambdas[index]), from: start, tell)
  }

  /// The minima at some λ, each from the one before and the first given, with jumps marked.
  mutating func follow(
    _ indices: [Int], from first: PathPoint, _ tell: (PathEvent) -> Void
  ) -> [PathPoint] {
    var points = [first]
    // It was come to by another sweep.
    points[0].step = nil
    for index in indices.dropFirst() {
      points.append(next(lambdas[index], after: points[points.count - 1], tell))
    }
    markLongSteps(&points)
    return points
  }

  private mutating func next(
    _ lambda: Double, after before: PathPoint, _ tell: (PathEvent) -> Void
  ) -> PathPoint {
    let (old, new) = (objective(before.lambda), objective(lambda))
    var start = before.weights
    var prediction: PathStep.Prediction?
    if options.predicts {
      let tangent = minimiserDerivative(
        of: old, at: start, maxIterations: options.predictionProducts)
      let expected = predictedMinimiser(
        start, derivative: tangent.solution, from: before.lambda, to: lambda)
      let isLower = new.value(at: expected) < new.value(at: start)
      prediction = PathStep.Prediction(
        step: zip(expected, start).map { $0 - $1 }, tangent: tangent, isStart: isLower)
      if isLower { start = expected }
    }
    var point = minimum(new, from: start, tell)
    point.step = PathStep(from: before, to: point, on: old, prediction)
    return point
  }

  private mutating func minimum(
    _ objective: PenalisedObjective<Base>, from start: [Double],
    _ tell: (PathEvent) -> Void
  ) -> PathPoint {
    defer { done += 1 }
    if done < known.count { return PathPoint(objective, known[done]) }
    let found = polish(objective, from: start, options: options.polish) { iteration, size in
      tell(
        .search(
          PathProgress(
            done: done, total: total, lambda: objective.lambda, iteration: iteration,
            gradientNorm: size)))
    }
    tell(.found(found))
    return PathPoint(objective, found)
  }

  private func objective(_ lambda: Double) -> PenalisedObjective<Base> {
    PenalisedObjective(base, penalty: penalty, lambda: lambda)
  }
}
