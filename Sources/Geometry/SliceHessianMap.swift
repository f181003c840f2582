public import Algebra

/// The curvature within a slice at each point of a grid: two products a point.
///
/// UᵀHU for U = (u, v), and its eigenvalues by the metric UᵀU, that is curvature along a unit of
/// length in weight space. Both lie between the Hessian's own λmin and λmax, as a slice shows two of
/// thousands of directions.
public struct SliceHessianMap: Sendable, Equatable {
  /// The coordinates.
  public var grid: Grid
  /// UᵀU.
  public var metric: SymmetricMatrix2
  /// UᵀHU at each point, row-major: rows are β, columns α.
  ///
  /// NaN where the loss has diverged.
  public var hessians: [SymmetricMatrix2]

  /// Makes a map.
  ///
  /// - Parameters:
  ///   - grid: The coordinates.
  ///   - metric: UᵀU.
  ///   - hessians: UᵀHU at each point, row-major.
  public init(grid: Grid, metric: SymmetricMatrix2, hessians: [SymmetricMatrix2]) {
    precondition(
      hessians.count == grid.alphas.count * grid.betas.count, "a map has a matrix at each point")
    self.grid = grid
    self.metric = metric
    self.hessians = hessians
  }

  /// The lower eigenvalue at each point; NaN where the loss has diverged, or u and v are parallel.
  public var lowest: [Double] { hessians.map { $0.eigenvalues(metric: metric)?.low ?? .nan } }
  /// The higher eigenvalue at each point; NaN where the loss has diverged, or u and v are parallel.
  public var highest: [Double] { hessians.map { $0.eigenvalues(metric: metric)?.high ?? .nan } }

  /// The curvature within a slice, computed now.
  ///
  /// - Parameters:
  ///   - slice: The plane.
  ///   - grid: The coordinates on it.
  ///   - threads: The most threads to use; the result does not depend on it.
  ///   - finished: What an earlier, interrupted run has saved, row-major from the first row on.
  ///   - save: Given all points from the first row on that are ready, each time there are more; by
  ///     one thread at a time, any of them.
  ///   - progress: Told how many points are ready since it was last told; called from any thread.
  ///   - hessian: The Hessian at a point of weight space; its products should use one thread.
  /// - Returns: The map.
  /// - Throws: What `save` throws.
  public static func computed(
    on slice: Slice, _ grid: Grid, threads: Int = 1, resuming finished: [SymmetricMatrix2] = [],
    save: @escaping @Sendable ([SymmetricMatrix2]) throws -> Void = { _ in },
    progress: @escaping @Sendable (_ points: Int) -> Void = { _ in },
    hessian: @escaping @Sendable (_ point: [Double]) -> any LinearOperator
  ) throws -> SliceHessianMap {
    let plane = slice.plane(grid)
    let hessians = try inBands(
      rows: grid.betas.count, columns: grid.alphas.count, rowsAtOnce: 1, threads: threads,
      resuming: finished, save: save
    ) { rows in
      rows.flatMap { row in
        grid.alphas.map { alpha in
          defer { progress(1) }
          return slice.hessian(hessian(plane.point(alpha, grid.betas[row])))
        }
      }
    }
    return SliceHessianMap(grid: grid, metric: slice.metric, hessians: hessians)
  }
}
