import RealModule

/// A minimum of the penalised loss at one λ of a path.
public struct PathPoint: Sendable, Equatable {
  /// λ.
  public var lambda: Double
  /// L_base there.
  public var baseLoss: Double
  /// ‖w‖²_S there.
  public var squaredNorm: Double
  /// The minimum of the total loss: where, ‖∇L‖, and how the search for it ended.
  public var minimum: Minimum
  /// How it was come to; nil for the first of a sweep.
  public var step: PathStep?

  init(_ objective: PenalisedObjective<some Objective>, _ minimum: Minimum) {
    lambda = objective.lambda
    squaredNorm = objective.penalty.squaredNorm(minimum.point)
    baseLoss = objective.base.value(at: minimum.point)
    self.minimum = minimum
  }

  /// w.
  public var weights: [Double] { minimum.point }
  /// (λ/2)‖w‖²_S.
  public var penalty: Double { lambda / 2 * squaredNorm }
  /// L_base + (λ/2)‖w‖²_S.
  public var totalLoss: Double { baseLoss + penalty }
}

/// A step of a path from the minimum at one λ to that at the next.
public struct PathStep: Sendable, Equatable {
  /// λ before.
  public var previousLambda: Double
  /// ‖Δw‖.
  public var length: Double
  /// The length that the path's tangent foretold; nil where it was not asked.
  public var predictedLength: Double?
  /// The cosine between the step foretold and the one made; nil where one of them has no length.
  public var cosine: Double?
  /// The residual of the tangent's equation, ‖(H + λM)x + Mw‖ / ‖Mw‖.
  public var predictionResidual: Double?
  /// How the solver of the tangent's equation ended.
  public var predictionOutcome: LinearSolution.Outcome?
  /// Whether the search began where the tangent pointed, and not at the minimum before: it does
  /// where the loss is lower there.
  public var startsFromPrediction: Bool
  /// L(w_before; λ_before) − L(w; λ_before): by how much the new point is the lower one even at the
  /// old λ.
  public var lossDrop: Double
  /// Whether the new point proves to be on another branch.
  ///
  /// Along a continuous branch of minima L(w*(λ′); λ) grows as λ′ moves away from λ on either side,
  /// as (λ − λ′)·½d‖w*‖²_S/dλ′ is its derivative and ‖w*‖_S falls with λ′. A `lossDrop` above what
  /// the gradients left at both points explain, ‖∇L‖·‖Δw‖ each, contradicts that.
  public var leavesBranch: Bool
  /// Whether the step is more than four times as long as foretold, and, for its share of the log λ
  /// axis, than the steps before and after: 4, as a smooth path changes its direction and its speed
  /// by some two from one λ to the next where these are well chosen.
  public var isFarLonger = false

  /// Whether the path is broken here.
  public var isJump: Bool { leavesBranch || isFarLonger }

  /// The step's length by that foretold.
  public var lengthRatio: Double? {
    predictedLength.flatMap { $0 > 0 ? length / $0 : nil }
  }
}

extension PathStep {
  /// What was foretold of a step.
  struct Prediction {
    var step: [Double]
    var tangent: LinearSolution
    var isStart: Bool
  }

  init(
    from before: PathPoint, to point: PathPoint, on old: PenalisedObjective<some Objective>,
    _ prediction: Prediction?
  ) {
    let step = zip(point.weights, before.weights).map { $0 - $1 }
    previousLambda = before.lambda
    length = norm(step)
    predictedLength = prediction.map { norm($0.step) }
    let sizes = length * (predictedLength ?? 0)
    cosine = prediction.flatMap { sizes > 0 ? dot($0.step, step) / sizes : nil }
    predictionResidual = prediction?.tangent.relativeResidual
    predictionOutcome = prediction?.tangent.outcome
    startsFromPrediction = prediction?.isStart ?? false
    lossDrop = before.totalLoss - (point.baseLoss + old.lambda / 2 * point.squaredNorm)
    let slack = (before.minimum.gradientNorm + point.minimum.gradientNorm) * length
    leavesBranch = lossDrop > slack + 4 * rounding(before.totalLoss)
  }
}

/// Marks the steps of a sweep that are far longer than foretold and than those beside them.
func markLongSteps(_ points: inout [PathPoint]) {
  // Steps from or to λ = 0 have no place on a log axis.
  let speeds = points.map { point -> Double? in
    guard let step = point.step, step.previousLambda > 0, point.lambda > 0 else { return nil }
    return step.length / abs(Double.log(point.lambda / step.previousLambda))
  }
  for i in points.indices {
    guard let speed = speeds[i], let step = points[i].step, let ratio = step.lengthRatio else {
      continue
    }
    let beside = [i - 1, i + 1].compactMap { points.indices.contains($0) ? speeds[$0] : nil }
    let isVisible = step.length > 1e-3 * norm(points[i].weights)
    points[i].step?.isFarLonger = isVisible && ratio > 4 && beside.allSatisfy { speed > 4 * $0 }
  }
}
