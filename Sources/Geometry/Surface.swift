public import Algebra

/// The base loss over a grid of a slice, with the penalty's six numbers: all that is needed for the
/// total loss at every λ.
public struct Surface: Sendable, Equatable {
  /// The coordinates.
  public var grid: Grid
  /// L_base, [betas, alphas] row-major; NaN or ±∞ where it diverged.
  public var base: [Double]
  /// Accuracy or R² at the same points, or empty.
  public var scores: [Double]
  /// ‖w‖²_S over the slice.
  public var penalty: PenaltyQuadratic

  /// Makes a surface.
  ///
  /// - Parameters:
  ///   - grid: The coordinates.
  ///   - base: L_base at each point, row-major.
  ///   - scores: Accuracy or R² at each point, or empty.
  ///   - penalty: ‖w‖²_S over the slice.
  public init(grid: Grid, base: [Double], scores: [Double] = [], penalty: PenaltyQuadratic) {
    precondition(
      base.count == grid.alphas.count * grid.betas.count, "a surface has a value at each point")
    self.grid = grid
    self.base = base
    self.scores = scores
    self.penalty = penalty
  }

  /// The base loss over a slice, sampled now.
  ///
  /// - Parameters:
  ///   - objective: L_base.
  ///   - slice: The plane.
  ///   - grid: The coordinates on it.
  ///   - penalty: ‖·‖²_S.
  ///   - options: How precisely, and on how many threads.
  ///   - rowsAtOnce: Rows between two calls of `save`.
  ///   - finished: Rows that an earlier, interrupted run has left, the first ones of the grid.
  ///   - save: Given all rows so far, after each few, so that they can be kept.
  ///   - progress: Told how many points have been evaluated since it was last told.
  /// - Returns: The surface.
  /// - Throws: What `save` throws.
  public static func sampled(
    _ objective: some Objective, on slice: Slice, _ grid: Grid, penalty: Penalty,
    options: SamplingOptions, rowsAtOnce: Int = .max, resuming finished: PlaneSamples? = nil,
    save: (PlaneSamples) throws -> Void = { _ in },
    progress: @escaping @Sendable (_ points: Int) -> Void = { _ in }
  ) throws -> Surface {
    let plane = slice.plane(grid)
    var samples = finished ?? PlaneSamples(losses: [])
    let columns = grid.alphas.count
    while samples.losses.count < columns * grid.betas.count {
      let first = samples.losses.count / columns
      let rows = first..<first + min(rowsAtOnce, grid.betas.count - first)
      let part = objective.sample(plane, rows: rows, options: options, progress: progress)
      samples.losses += part.losses
      samples.scores += part.scores
      if rows.upperBound < grid.betas.count { try save(samples) }
    }
    return Surface(
      grid: grid, base: samples.losses, scores: samples.scores,
      penalty: penalty.quadratic(centre: slice.centre, u: slice.u, v: slice.v))
  }

  /// (λ/2)‖w‖²_S at each point, row-major.
  ///
  /// - Parameter lambda: λ.
  /// - Returns: The penalty.
  public func penaltyValues(lambda: Double) -> [Double] {
    values { _, squaredNorm in lambda / 2 * squaredNorm }
  }

  /// L_base + (λ/2)‖w‖²_S at each point, row-major.
  ///
  /// - Parameter lambda: λ.
  /// - Returns: The total loss; with λ = 0 the base loss to the bit.
  public func total(lambda: Double) -> [Double] {
    guard lambda != 0 else { return base }
    return values { i, squaredNorm in base[i] + lambda / 2 * squaredNorm }
  }

  /// A value of each point's index and ‖w‖²_S, row-major.
  private func values(_ value: (_ index: Int, _ squaredNorm: Double) -> Double) -> [Double] {
    Array(unsafeUninitializedCapacity: base.count) { values, count in
      for beta in grid.betas {
        for alpha in grid.alphas {
          values.initializeElement(at: count, to: value(count, penalty.squaredNorm(alpha, beta)))
          count += 1
        }
      }
    }
  }
}
