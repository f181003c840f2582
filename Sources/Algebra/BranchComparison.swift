/// How two minima of one penalised loss compare: one and the same, one valley, or two.
public struct BranchComparison: Sendable, Equatable {
  /// What two minima are to each other.
  public enum Relation: String, Sendable {
    /// No further apart than a thousandth of their length, which no figure shows.
    case same = "the same minimum"
    /// Apart, but the loss does not rise between them: a flat valley, or a search that ended early.
    case connected = "one valley"
    /// Apart, with a barrier on the straight line between them.
    case separate = "two minima"
  }

  /// λ.
  public var lambda: Double
  /// ‖w_a − w_b‖.
  public var distance: Double
  /// L(w_b; λ) − L(w_a; λ), total losses.
  public var lossDifference: Double
  /// By how much the total loss on the straight line between them rises above the higher end.
  ///
  /// 0 where it does not, infinite where it diverges. Above 0 it shows that the loss is not
  /// quasi-convex there.
  public var barrier: Double
  /// What they are to each other.
  public var relation: Relation

  /// Compares two minima.
  ///
  /// - Parameters:
  ///   - objective: The penalised loss.
  ///   - a: A minimum.
  ///   - b: Another.
  ///   - samples: Points between the two at which the loss is asked: 15, as a barrier between basins
  ///     is about as wide as they are.
  init(
    _ objective: PenalisedObjective<some Objective>, _ a: PathPoint, _ b: PathPoint,
    samples: Int = 15
  ) {
    let (wa, wb) = (a.weights, b.weights)
    lambda = objective.lambda
    distance = norm(zip(wa, wb).map { $0 - $1 })
    lossDifference = b.totalLoss - a.totalLoss
    barrier = 0
    relation = .same
    // Points that are no numbers are not the same.
    if distance <= 1e-3 * max(norm(wa), norm(wb)) { return }
    let higher = max(a.totalLoss, b.totalLoss)
    for i in 1...samples {
      let t = Double(i) / Double(samples + 1)
      let value = objective.value(at: zip(wa, wb).map { (1 - t) * $0 + t * $1 })
      barrier = max(barrier, value.isNaN ? .infinity : value - higher)
    }
    // A millionth of the loss: above the rounding of values, below what a figure shows.
    relation = barrier <= 1e-6 * abs(higher) ? .connected : .separate
  }
}
