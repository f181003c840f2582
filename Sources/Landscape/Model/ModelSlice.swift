import Algebra
import Geometry
import Networks
import TensorFiles

/// A slice, and what is known of its directions.
struct PlacedSlice: Sendable {
  var slice: Slice
  /// What is shown of it.
  var alpha: ClosedRange<Double>
  var beta: ClosedRange<Double>
  /// The points at which it is sampled.
  var grid: Grid
  /// What the directions are taken from, and their shares of the path, where they are its components.
  var path: PathPlane?
  /// The other models that the directions run to.
  var models: [PlacedModel] = []
  /// The eigenvalues of the base loss's Hessian whose vectors its directions are.
  var eigenvalues: [CurvatureReport.EigenvalueRecord]?
}

/// A model, and where it lies on a slice.
struct PlacedModel: Sendable {
  /// Its file's name, without the folder.
  var name: String
  var weights: [Double]
  var at: SlicePoint

  init(_ file: String, _ weights: [Double], on slice: Slice) {
    name = file.split(separator: "/").last.map(String.init) ?? file
    self.weights = weights
    at = slice.projection(of: weights) ?? SlicePoint(alpha: .nan, beta: .nan, offSlice: .nan)
  }
}

extension Model {
  /// The scene's slice around some weights.
  ///
  /// - Parameters:
  ///   - weights: The centre, unless the scene names another.
  ///   - number: Which of the scene's random slices: 0 for that of its seed, others for more.
  ///   - reporter: Who is told where eigenvectors have to be found.
  /// - Returns: The slice.
  /// - Throws: `FileError` where a file that the scene names cannot be used, `SpectrumError` where
  ///   there are no such eigenvectors, ``UsageError`` or `PathPlaneError` where there is no such plane.
  func slice(
    around weights: [Double], number: Int = 0, reporter: Reporter = .silent
  ) throws -> PlacedSlice {
    let plan = scene.slice
    let centre = try plan.centre.map { try readWeights($0) } ?? weights
    func draw(using source: inout RandomSource) -> [Double] {
      randomDirection(
        at: centre, blocks: blocks, normalisation: plan.normalisation, includeBiases: plan.biases,
        using: &source)
    }
    var source = RandomSource(seed: scene.seed &+ UInt64(number), purpose: "directions")
    var slice: Slice
    var placed: [(file: String, weights: [Double])] = []
    var eigenvalues: [CurvatureReport.EigenvalueRecord]?
    var path: PathPlane?
    // What shows everything that is placed on the slice.
    var frame: (alpha: ClosedRange<Double>, beta: ClosedRange<Double>)?
    switch plan.directions {
    case .random:
      let u = draw(using: &source)
      slice = Slice(centre: centre, u: u, v: draw(using: &source))
    case .files(let u, let v):
      slice = Slice(
        centre: centre, u: try readWeights(u), v: try readWeights(v))
    case .eigen(let u, let v):
      let pairs = try eigenpairs(at: centre, numbers: [u, v], reporter: reporter)
      slice = Slice(centre: centre, u: pairs[0].vector, v: pairs[1].vector)
      eigenvalues = pairs.map {
        .init(value: $0.value, residual: $0.residual, isConverged: $0.isConverged)
      }
    case .path:
      guard let checkpoints else {
        throw UsageError(
          reason: "'directions: path' needs 'checkpoints' (the path of a training that the program "
            + "runs is drawn by 'landscape animate --path training')")
      }
      guard plan.centre == nil else {
        throw UsageError(
          reason: "'directions: path' is centred on the last of the checkpoints; leave out 'centre'"
        )
      }
      let plane = try PathPlane(
        of: checkpoints.points, seed: scene.seed, threads: objective.threads)
      (slice, path) = (plane.slice, plane)
      frame = slice.frame(plane.points)
    case .plane(let b, let c):
      placed = try [b, c].map { ($0, try readWeights($0)) }
      guard let plane = Slice.through(centre, placed[0].weights, placed[1].weights) else {
        throw UsageError(
          reason: "'directions: plane' needs three models that do not lie on one line; for two "
            + "write line:\(b)")
      }
      slice = plane
      frame = slice.frame(placed.compactMap { slice.projection(of: $0.weights) })
    case .line(let b):
      placed = [(b, try readWeights(b))]
      guard
        let plane = Slice.through(centre, placed[0].weights, along: draw(using: &source))
      else { throw UsageError(reason: "'directions: line' needs another model than the centre") }
      slice = plane
      // Both models, with half their distance around them.
      frame = (-0.5...1.5, -1...1)
    }
    if plan.orthogonal { slice.v = orthogonalised(slice.v, to: slice.u) }
    if norm(slice.u) == 0 || norm(slice.v) == 0 {
      reporter.note(
        "slice: a direction is 0, so that nothing changes along it"
          + (plan.directions == .random && plan.normalisation != .none
            ? "; where weights are 0, 'normalise: none' gives it a length" : ""))
    }
    if plan.hasSpan { frame = nil }
    let (alpha, beta) = frame ?? (plan.alpha, plan.beta)
    return PlacedSlice(
      slice: slice, alpha: alpha, beta: beta,
      grid: Grid(alpha: alpha, columns: plan.columns, beta: beta, rows: plan.rows), path: path,
      models: placed.map { PlacedModel($0.file, $0.weights, on: slice) }, eigenvalues: eigenvalues)
  }

  /// Eigenpairs of the base loss's Hessian: k counts from the largest, −k from the smallest.
  private func eigenpairs(
    at centre: [Double], numbers: [Int], reporter: Reporter
  ) throws -> [Eigenpair] {
    let hessian = objective.hessian(at: centre)
    let dimension = hessian.dimension
    let ranks = numbers.map { $0 > 0 ? $0 : dimension + 1 + $0 }
    if numbers[0] != numbers[1], ranks[0] == ranks[1] {
      throw UsageError(
        reason: "'directions: eigen:\(numbers[0]),\(numbers[1])' names one eigenvector twice: of "
          + "\(dimension) parameters \(numbers.min() ?? 0) is \(ranks[0]); name two")
    }
    var options = EigenpairOptions()
    // Directions for a picture: the angle to the true one is about this over the relative gap.
    options.tolerance = 1e-6
    options.seed = scene.seed
    options.measuresResiduals = true
    func search(_ end: SpectrumEnd, _ counts: [Int]) throws -> [Eigenpair] {
      guard let count = counts.max() else { return [] }
      reporter.begin("\(end.rawValue) eigenvectors", count)
      var done = 0
      return try extremeEigenpairs(of: hessian, end, count: count, options: options) {
        reporter.advance($1 - done)
        done = $1
        return true
      }.pairs
    }
    let largest = try search(.largest, numbers.filter { $0 > 0 })
    let smallest = try search(.smallest, numbers.filter { $0 < 0 }.map(abs))
    return numbers.map { $0 > 0 ? largest[$0 - 1] : smallest[-$0 - 1] }
  }

  /// The base loss over a slice: from an earlier run where nothing it depends on has changed, else
  /// sampled now; an interrupted run is taken up where it was left.
  ///
  /// - Parameters:
  ///   - slice: The plane.
  ///   - grid: The points on it; the scene's if nil.
  ///   - file: Where the surface is kept.
  ///   - options: How precisely, and on how many threads.
  ///   - fresh: Whether to sample even where an earlier run has.
  ///   - reporter: Who is told.
  /// - Returns: The surface.
  /// - Throws: `FileError` where it cannot be written.
  func surface(
    on slice: Slice, _ grid: Grid? = nil, file: String, options: SamplingOptions, fresh: Bool,
    reporter: Reporter
  ) throws -> Surface {
    let grid = grid ?? scene.slice.grid
    let key = surfaceKey(slice, grid)
    if !fresh, let surface = SurfaceFile.read(file, fingerprint: key) {
      reporter.note("surface: sampled before, read from \(file)")
      return surface
    }
    var partial = PartialSurface(
      file: file, key: key, columns: grid.alphas.count, rows: grid.betas.count)
    let finished = fresh ? nil : partial.read()
    let total = grid.alphas.count * grid.betas.count
    if let finished {
      reporter.note("surface: an interrupted run had sampled \(finished.losses.count) points")
    }
    reporter.begin("sampling", total - (finished?.losses.count ?? 0))
    let surface = try Surface.sampled(
      objective, on: slice, grid, penalty: penalty, options: options,
      // Some rows for every thread, so that few wait at the end of each band.
      rowsAtOnce: max(32, 8 * options.threads),
      resuming: finished, save: { try partial.save($0) }, progress: reporter.advance)
    try SurfaceFile.write(surface, to: file, fingerprint: key)
    partial.remove()
    return surface
  }

  /// A hash of all that a surface depends on.
  private func surfaceKey(_ slice: Slice, _ grid: Grid) -> UInt64 {
    var hash = fingerprint
    for numbers in [slice.centre, slice.u, slice.v, grid.alphas, grid.betas, penalty.mask] {
      hash.add(numbers)
    }
    hash.add(scene.slice.precision.rawValue)
    return hash.finished
  }
}

/// The rows of a surface that is still being sampled, kept so that an interrupted run can go on.
private struct PartialSurface {
  private let path: String
  private let key: UInt64
  private let columns: Int
  private let rows: Int
  private var lastSave = ContinuousClock.now

  /// Saving takes a hundredth of this at most; losing it costs less than noticing.
  private let interval = Duration.seconds(5)

  init(file: String, key: UInt64, columns: Int, rows: Int) {
    path = file + ".partial"
    self.key = key
    self.columns = columns
    self.rows = rows
  }

  func read() -> PlaneSamples? {
    guard fileExists(path), let arrays = try? NPZ.read(path), let losses = arrays["base"],
      let scores = arrays["accuracy"],
      arrays["fingerprint"]?.elements == .int64([Int64(bitPattern: key)]),
      losses.elements.count.isMultiple(of: columns),
      losses.elements.count < columns * rows,
      scores.elements.count == losses.elements.count
    else { return nil }
    return PlaneSamples(losses: losses.doubles, scores: scores.doubles)
  }

  mutating func save(_ samples: PlaneSamples) throws(FileError) {
    guard ContinuousClock.now - lastSave > interval else { return }
    try NPZ.write(
      [
        "base": Tensor(shape: [samples.losses.count], samples.losses),
        "accuracy": Tensor(shape: [samples.scores.count], samples.scores),
        "fingerprint": Tensor(shape: [1], elements: .int64([Int64(bitPattern: key)])),
      ], to: path)
    lastSave = .now
  }

  func remove() { AtomicFile.remove(path) }
}
