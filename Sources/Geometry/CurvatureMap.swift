public import Algebra

/// Both ends of the Hessian's spectrum at each point of a grid on a slice.
///
/// Where λmin is negative the loss is not convex: |λmin/λmax| says how far from it (Li et al. 2018,
/// figure 7), and the critical decay λ_c = max(0, −λmin) is the weight decay on all parameters from
/// which the penalised loss is locally convex there.
public struct CurvatureMap: Sendable, Equatable {
  /// The coordinates.
  public var grid: Grid
  /// What was found at each point, row-major: rows are β, columns α.
  public var points: [CurvaturePoint]

  /// Makes a map.
  ///
  /// - Parameters:
  ///   - grid: The coordinates.
  ///   - points: What was found at each point, row-major.
  public init(grid: Grid, points: [CurvaturePoint]) {
    precondition(
      points.count == grid.alphas.count * grid.betas.count, "a map has a record at each point")
    self.grid = grid
    self.points = points
  }

  /// λmin, row-major; NaN where the loss has diverged.
  public var lowest: [Double] { points.map(\.lowest) }
  /// λmax, row-major; NaN where the loss has diverged.
  public var highest: [Double] { points.map(\.highest) }
  /// |λmin/λmax|, row-major: 0 for a flat point, whose λmin and λmax are both 0.
  public var ratios: [Double] {
    points.map { $0.lowest == 0 ? 0 : abs($0.lowest / $0.highest) }
  }
  /// λ_c = max(0, −λmin), row-major.
  public var criticalDecays: [Double] {
    points.map { $0.lowest.isNaN ? .nan : max(0, -$0.lowest) }
  }
  /// Products with Hessians, over all points.
  public var products: Int { points.reduce(0) { $0 + $1.products } }
  /// Points at which the loss has not diverged, but an end has not passed its tests.
  public var unconvergedCount: Int { points.count { !$0.isConverged && !$0.lowest.isNaN } }

  /// Both ends of the spectrum over a slice, computed now.
  ///
  /// The grid is cut into bands of neighbouring rows, which are walked to and fro, so that each
  /// point begins with what the last one has found; the first of a band begins at random. Bands go
  /// to threads. What a band is depends on the grid alone, so the result is the same to the bit for
  /// any number of threads, and for a map taken up again.
  ///
  /// - Parameters:
  ///   - slice: The plane.
  ///   - grid: The coordinates on it.
  ///   - options: How exactly, and on how many threads.
  ///   - finished: What an earlier, interrupted run has saved, row-major from the first row on.
  ///     What is beyond the last whole band is computed again.
  ///   - save: Given all points from the first row on that are ready, each time there are more; by
  ///     one thread at a time, any of them.
  ///   - progress: Told how many points are ready since it was last told; called from any thread.
  ///   - hessian: The Hessian at a point of weight space. Its products should use one thread, as the
  ///     map uses all; in Float32 they are exact enough for the default tolerance.
  /// - Returns: The map.
  /// - Throws: What `save` throws, and `SpectrumError` where options cannot be met. A Hessian whose
  ///   products are not finite is no error: its point is NaN.
  public static func computed(
    on slice: Slice, _ grid: Grid, options: CurvatureMapOptions = CurvatureMapOptions(),
    resuming finished: [CurvaturePoint] = [],
    save: @escaping @Sendable ([CurvaturePoint]) throws -> Void = { _ in },
    progress: @escaping @Sendable (_ points: Int) -> Void = { _ in },
    hessian: @escaping @Sendable (_ point: [Double]) -> any LinearOperator
  ) throws -> CurvatureMap {
    let plane = slice.plane(grid)
    let columns = grid.alphas.count
    // The first point of a band costs twice what the others do, so a band has some forty points; long
    // rows are bands of their own, for as many threads as there are rows.
    let rowsAtOnce = max(1, 40 / max(columns, 1))
    let points = try inBands(
      rows: grid.betas.count, columns: columns, rowsAtOnce: rowsAtOnce, threads: options.threads,
      resuming: finished, save: save
    ) { rows in
      var walker = CurvatureWalker(plane, options, hessian)
      return try rows.flatMap { row in
        let order = (row - rows.lowerBound).isMultiple(of: 2)
        let walked = try (order ? Array(0..<columns) : (0..<columns).reversed()).map { column in
          defer { progress(1) }
          return try walker.visit(row: row, column: column)
        }
        return order ? walked : walked.reversed()
      }
    }
    return CurvatureMap(grid: grid, points: points)
  }
}

/// How a map of curvature is computed.
public struct CurvatureMapOptions: Sendable, Equatable {
  /// The error of each eigenvalue over its own size: 1e-3, below what a colour scale shows.
  ///
  /// On its tests see `spectrumEnds(of:options:)`.
  public var tolerance = 1e-3
  /// Products after which a point is left as it is, unconverged: 500, five times what a network's
  /// Hessian needs from a cold start.
  public var maxProducts = 500
  /// Whether a point begins with its neighbour's vectors; false only to see what that saves.
  public var startsWarm = true
  /// The most threads to use, each with 120 vectors in memory; the result does not depend on it.
  public var threads = 1
  /// Seed of the random vectors.
  public var seed: UInt64 = 0

  /// Makes the default options.
  public init() {}
}

/// Both ends of a Hessian's spectrum at a point; NaN where the loss has diverged.
public struct CurvaturePoint: Sendable, Equatable {
  /// λmin.
  public var lowest: Double
  /// λmax.
  public var highest: Double
  /// ‖H·x − λmin·x‖ for the vector found, ‖x‖ = 1.
  public var lowestResidual: Double
  /// ‖H·x − λmax·x‖ for the vector found, ‖x‖ = 1.
  public var highestResidual: Double
  /// How far below `lowest` λmin may lie: an estimate, see `SpectrumEnds`.
  public var lowestError: Double
  /// How far above `highest` λmax may lie: an estimate, see `SpectrumEnds`.
  public var highestError: Double
  /// Products with the Hessian.
  public var products: Int
  /// Whether both ends have passed their tests; false where the loss has diverged.
  public var isConverged: Bool

  /// Makes a record.
  public init(
    lowest: Double, highest: Double, lowestResidual: Double, highestResidual: Double,
    lowestError: Double, highestError: Double, products: Int, isConverged: Bool
  ) {
    self.lowest = lowest
    self.highest = highest
    self.lowestResidual = lowestResidual
    self.highestResidual = highestResidual
    self.lowestError = lowestError
    self.highestError = highestError
    self.products = products
    self.isConverged = isConverged
  }

  init(_ ends: SpectrumEnds) {
    self.init(
      lowest: ends.lowest.value, highest: ends.highest.value,
      lowestResidual: ends.lowest.residual, highestResidual: ends.highest.residual,
      lowestError: ends.lowest.error, highestError: ends.highest.error, products: ends.products,
      isConverged: ends.lowest.isConverged && ends.highest.isConverged)
  }

  /// A point where the loss has diverged.
  static let diverged = CurvaturePoint(
    lowest: .nan, highest: .nan, lowestResidual: .nan, highestResidual: .nan, lowestError: .nan,
    highestError: .nan, products: 0, isConverged: false)
}

/// Goes from point to point with the vectors found last.
private struct CurvatureWalker {
  private let plane: PlaneGrid
  private let options: CurvatureMapOptions
  private let hessian: @Sendable ([Double]) -> any LinearOperator
  private var vectors: [[Double]] = []

  init(
    _ plane: PlaneGrid, _ options: CurvatureMapOptions,
    _ hessian: @escaping @Sendable ([Double]) -> any LinearOperator
  ) {
    self.plane = plane
    self.options = options
    self.hessian = hessian
  }

  mutating func visit(row: Int, column: Int) throws(SpectrumError) -> CurvaturePoint {
    var search = SpectrumEndsOptions()
    search.tolerance = options.tolerance
    search.maxProducts = options.maxProducts
    search.start = options.startsWarm ? vectors : []
    // Each point has random vectors of its own: what one misses, the next does not.
    var source = RandomSource(seed: options.seed, purpose: "curvature map \(row) \(column)")
    search.seed = source.next()
    do throws(SpectrumError) {
      let found = try spectrumEnds(
        of: hessian(plane.point(plane.alphas[column], plane.betas[row])), options: search)
      vectors = found.vectors
      return CurvaturePoint(found)
    } catch .notFinite, .overflow {
      return .diverged
    }
  }
}
