import Algebra
import Datasets
import Figures
import FoundationEssentials
import Geometry
import Networks
import TensorFiles

/// Where the base loss is convex on a slice, and how far from it.
struct CurvatureMaps: Sendable {
  /// Both ends of the Hessian's spectrum.
  let ends: Geometry.CurvatureMap
  /// The curvature within the slice.
  let inSlice: SliceHessianMap
  /// The base loss, for contours.
  let surface: Surface

  /// What the report says of the maps.
  struct Record: Codable, Sendable, Equatable {
    var file: String
    var columns: Int
    var rows: Int
    /// What each eigenvalue may be off by, as a share of its size.
    var tolerance: Double
    /// Products over all points, and at the first points of bands, which start cold.
    var products: Int
    var productsOfAColdPoint: Int
    /// Points whose eigenvalues have not passed their tests.
    var unconverged: Int
    /// The share of points at which the base loss is convex.
    var convexShare: Double
    /// The share of points at which it is convex in the slice.
    var convexShareInSlice: Double
    /// The least λ on all parameters from which the total loss is convex: where it is least, where it
    /// is most, and at the centre where that is a point of the map.
    var criticalDecay: Range
    var greatestRatio: Double

    /// Of a quantity over the map.
    struct Range: Codable, Sendable, Equatable {
      var least: Double
      var most: Double
      var centre: Double?
    }
  }
}

extension CurvatureSite {
  /// Maps of curvature over the scene's slice, from an interrupted run where there is one.
  ///
  /// - Parameters:
  ///   - points: How many.
  ///   - placed: The slice; nil for a block, of which there is no map.
  ///   - options: Where to, and on how many threads.
  ///   - reporter: Who is told.
  /// - Returns: The maps, and what the report says of them.
  /// - Throws: ``UsageError``, `FileError` or `SpectrumError`.
  func maps(
    _ points: CurvaturePlan.Points, on placed: PlacedSlice?, _ options: RenderOptions,
    reporter: Reporter
  ) throws -> (maps: CurvatureMaps, record: CurvatureMaps.Record) {
    guard plan.matrix == .hessian, plan.tensors.isEmpty, let placed else {
      throw UsageError(
        reason: "'--map' is of the whole Hessian; leave out '--matrix' and '--tensors'")
    }
    let scene = model.scene
    let slice = placed.slice
    let surface = try model.surface(
      on: slice, placed.grid, file: "\(options.folder)/surface.npz",
      options: SamplingOptions(precision: scene.slice.precision, threads: options.threads),
      fresh: options.fresh, reporter: reporter)
    let grid = Grid(
      alpha: placed.alpha, columns: points.columns, beta: placed.beta, rows: points.rows)
    var alone = objective
    alone.threads = 1
    let objective = alone
    var how = CurvatureMapOptions()
    how.tolerance = plan.mapTolerance
    how.threads = options.threads
    how.seed = scene.seed
    // Products in Float32 are wrong by some 1e-6 of the Hessian's norm.
    let precision: SamplingOptions.Precision = how.tolerance >= 1e-4 ? .float32 : .float64
    let file = "\(options.folder)/curvature-map.npz"
    let log = MapLog(
      file: file + ".partial", key: key(slice, grid, how, precision), fresh: options.fresh)
    reporter.begin("map of curvature", grid.alphas.count * grid.betas.count)
    reporter.advance(log.known.count)
    var ends = try Geometry.CurvatureMap.computed(
      on: slice, grid, options: how, resuming: log.known, save: log.save,
      progress: reporter.advance
    ) { objective.hessian(at: $0, precision: precision) }
    // What the products' own error can make of a zero is one: directions that the loss does not
    // depend on, of which every softmax has some, are neither up nor down.
    let noise = precision == .float32 ? 1e-6 : 1e-13
    for (index, point) in ends.points.enumerated()
    where abs(point.lowest) <= noise * abs(point.highest) {
      ends.points[index].lowest = 0
    }
    reporter.begin("map in the slice", grid.alphas.count * grid.betas.count)
    let inSlice = try SliceHessianMap.computed(
      on: slice, grid, threads: options.threads, progress: reporter.advance
    ) { objective.hessian(at: $0, precision: precision) }
    let maps = CurvatureMaps(ends: ends, inSlice: inSlice, surface: surface)
    try NPZ.write(maps.arrays, to: file)
    log.remove()
    return (maps, maps.record(file: "curvature-map.npz", tolerance: how.tolerance))
  }

  /// A hash of all that a map depends on.
  private func key(
    _ slice: Slice, _ grid: Grid, _ options: CurvatureMapOptions,
    _ precision: SamplingOptions.Precision
  ) -> UInt64 {
    var hash = model.fingerprint
    hash.add(objective.data.fingerprint)
    for numbers in [slice.centre, slice.u, slice.v, grid.alphas, grid.betas] { hash.add(numbers) }
    hash.add("\(options.tolerance) \(options.maxProducts) \(options.seed) \(precision)")
    return hash.finished
  }
}

extension CurvatureMaps {
  /// The arrays of `curvature-map.npz`.
  fileprivate var arrays: NamedTensors {
    let shape = [ends.grid.betas.count, ends.grid.alphas.count]
    func map(_ values: [Double]) -> Tensor { Tensor(shape: shape, values) }
    return [
      "alphas": Tensor(shape: [shape[1]], ends.grid.alphas),
      "betas": Tensor(shape: [shape[0]], ends.grid.betas),
      "lowest": map(ends.lowest), "highest": map(ends.highest),
      "lowest_residual": map(ends.points.map(\.lowestResidual)),
      "highest_residual": map(ends.points.map(\.highestResidual)),
      "lowest_error": map(ends.points.map(\.lowestError)),
      "highest_error": map(ends.points.map(\.highestError)),
      "products": map(ends.points.map { Double($0.products) }),
      "converged": map(ends.points.map { $0.isConverged ? 1 : 0 }),
      "ratio": map(ends.ratios), "critical_decay": map(ends.criticalDecays),
      "slice_lowest": map(inSlice.lowest), "slice_highest": map(inSlice.highest),
    ]
  }

  fileprivate func record(file: String, tolerance: Double) -> Record {
    let grid = ends.grid
    func share(_ values: [Double]) -> Double {
      let known = values.filter { !$0.isNaN }
      return known.isEmpty ? .nan : Double(known.count { $0 >= 0 }) / Double(known.count)
    }
    let decays = ends.criticalDecays.filter { !$0.isNaN }
    let centre = zip(grid.alphas.firstIndex(of: 0), grid.betas.firstIndex(of: 0))
    return Record(
      file: file, columns: grid.alphas.count, rows: grid.betas.count, tolerance: tolerance,
      products: ends.products, productsOfAColdPoint: ends.points.first?.products ?? 0,
      unconverged: ends.unconvergedCount, convexShare: share(ends.lowest),
      convexShareInSlice: share(inSlice.lowest),
      criticalDecay: .init(
        least: decays.min() ?? .nan, most: decays.max() ?? .nan,
        centre: centre.map { ends.criticalDecays[$1 * grid.alphas.count + $0] }),
      greatestRatio: ends.ratios.filter { !$0.isNaN }.max() ?? .nan)
  }

  /// A figure of maps.
  struct Drawn: Sendable {
    var name: String
    var title: String
    var maps: [Figures.CurvatureMap]
    /// What its colours show.
    var values: RichText
    /// Whether it is of the slice's own curvature rather than of all directions.
    var isOfSlice = false
  }

  /// What is drawn.
  ///
  /// - Returns: The figures.
  /// - Throws: `FigureError` where a map cannot be drawn.
  func figures() throws -> [Drawn] {
    func field(_ values: [Double]) throws -> Field {
      try Field(xs: ends.grid.alphas, ys: ends.grid.betas, values: values)
    }
    let loss = try Field(xs: surface.grid.alphas, ys: surface.grid.betas, values: surface.base)
    let minimum = Mark.minimum(of: loss)
    func map(
      _ values: [Double], _ sign: Figures.CurvatureMap.Sign?, of convexName: RichText = "base loss"
    ) throws -> Figures.CurvatureMap {
      var map = Figures.CurvatureMap(
        try field(values), loss: loss, convexSign: sign,
        marks: [Mark(.centre, at: Point(0, 0), label: "the weights")]
          + [minimum].compactMap(\.self))
      map.leastEigenvalue = try field(ends.lowest)
      (map.convexName, map.lossName) = (convexName, "base loss")
      return map
    }
    return [
      Drawn(
        name: "map-convexity", title: "|μₘᵢₙ/μₘₐₓ| of the base loss's Hessian",
        maps: [try map(ends.ratios, nil)], values: "|*μ*ₘᵢₙ/*μ*ₘₐₓ|"),
      Drawn(
        name: "map-critical-decay",
        title: "Critical decay −μₘᵢₙ: the λ from which the loss is convex",
        maps: [try map(ends.lowest.map { -$0 }, .negative)], values: "−*μ*ₘᵢₙ"),
      Drawn(
        name: "map-lowest", title: "Smallest eigenvalue μₘᵢₙ of the base loss's Hessian",
        maps: [try map(ends.lowest, .positive)], values: "*μ*ₘᵢₙ"),
      Drawn(
        name: "map-highest", title: "Largest eigenvalue μₘₐₓ of the base loss's Hessian",
        maps: [try map(ends.highest, nil)], values: "*μ*ₘₐₓ"),
      Drawn(
        name: "map-slice", title: "Smaller curvature of the base loss in the slice",
        maps: [try map(inSlice.lowest, .positive, of: "slice")],
        values: "smaller eigenvalue of the slice's Hessian",
        isOfSlice: true),
    ]
  }
}

/// Both values, where there are both.
private func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
  guard let a, let b else { return nil }
  return (a, b)
}

/// The points of a map that is still being computed, kept so that an interrupted run can go on.
private final class MapLog: Sendable {
  private let path: String
  private let key: UInt64
  /// Points that an earlier run has left.
  let known: [Geometry.CurvaturePoint]

  private static let columns = 8

  init(file: String, key: UInt64, fresh: Bool) {
    path = file
    self.key = key
    guard !fresh, fileExists(file), let arrays = try? NPZ.read(file),
      arrays["fingerprint"]?.elements == .int64([Int64(bitPattern: key)]),
      let values = arrays["points"]?.doubles, values.count.isMultiple(of: Self.columns)
    else {
      known = []
      return
    }
    known = stride(from: 0, to: values.count, by: Self.columns).map { first in
      let row = Array(values[first..<first + Self.columns])
      return Geometry.CurvaturePoint(
        lowest: row[0], highest: row[1], lowestResidual: row[2], highestResidual: row[3],
        lowestError: row[4], highestError: row[5], products: Int(row[6]),
        isConverged: row[7] != 0)
    }
  }

  /// Keeps all points so far: a band is seconds of work, and saving takes none.
  func save(_ points: [Geometry.CurvaturePoint]) throws {
    let values = points.flatMap { point -> [Double] in
      [
        point.lowest, point.highest, point.lowestResidual, point.highestResidual,
        point.lowestError, point.highestError, Double(point.products),
        point.isConverged ? 1 : 0,
      ]
    }
    try NPZ.write(
      [
        "points": Tensor(shape: [points.count, Self.columns], values),
        "fingerprint": Tensor(shape: [1], elements: .int64([Int64(bitPattern: key)])),
      ], to: path)
  }

  func remove() { AtomicFile.remove(path) }
}
