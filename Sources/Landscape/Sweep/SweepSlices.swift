import Algebra
import Geometry
import Networks
import TensorFiles

/// The slices that a sweep samples, each once for all λ.
struct SweepSlices: Sendable {
  /// Through the first and the last minimum and the origin (protocol B).
  var decay: SampledSlice
  /// What the decay slice's second direction is taken from.
  var span: DecaySlice.Span
  /// Random slices around the first minimum (protocol A).
  var shared: [SampledSlice]
  /// Random slices around the minimum of each λ that has a panel (protocol C).
  var own: [OwnSlices]

  /// A slice and the base loss on it.
  struct SampledSlice: Sendable {
    let slice: Slice
    let surface: Surface
    /// Of the base loss by differences of the surface; nil on a grid too small for them.
    let curvature: SurfaceCurvature?
    /// The relative error of the sampled values.
    let valueError: Double

    init(_ slice: Slice, _ surface: Surface, _ precision: SamplingOptions.Precision) {
      self.slice = slice
      self.surface = surface
      curvature = SurfaceCurvature(surface, metric: slice.metric)
      valueError = precision.valueError
    }
  }

  /// The random slices around one minimum.
  struct OwnSlices: Sendable {
    /// Which of the sweep's λ.
    var index: Int
    var slices: [SampledSlice]
  }
}

extension Model {
  /// Samples the slices of a sweep.
  ///
  /// - Parameters:
  ///   - minima: w*(λ), by ascending λ.
  ///   - panels: Which λ have panels.
  ///   - options: Where to, and how.
  ///   - reporter: Who is told.
  /// - Returns: The slices.
  /// - Throws: `FileError` or `SpectrumError`.
  func sweepSlices(
    _ minima: [[Double]], panels: [Int], _ options: RenderOptions, reporter: Reporter
  ) throws -> SweepSlices {
    func random(around w: [Double], _ name: String) throws -> [SweepSlices.SampledSlice] {
      try (0..<randomSliceCount).map { number in
        let placed = try self.slice(around: w, number: number, reporter: reporter)
        return try sampled(
          placed.slice, placed.grid, "\(name)-\(number + 1)", options, reporter: reporter)
      }
    }
    let decay = try decaySlice(minima, options, reporter: reporter)
    return SweepSlices(
      decay: decay.sample, span: decay.span, shared: try random(around: minima[0], "shared"),
      own: try panels.map { index in
        .init(
          index: index,
          slices: try random(
            around: minima[index], "own-\(lambdaName(scene.penalty.values[index]))"))
      })
  }

  /// Samples the plane through the first and the last minimum and the origin.
  ///
  /// - Parameters:
  ///   - minima: w*(λ), by ascending λ.
  ///   - options: Where to, and how.
  ///   - reporter: Who is told.
  /// - Returns: The slice, and what its second direction is taken from.
  /// - Throws: `DecaySliceError` where there is no such plane, or `FileError`.
  func decaySlice(
    _ minima: [[Double]], _ options: RenderOptions, reporter: Reporter
  ) throws -> (sample: SweepSlices.SampledSlice, span: DecaySlice.Span) {
    let decay = try DecaySlice(through: minima, seed: scene.seed)
    let frame = decay.slice.frame(minima.compactMap(decay.slice.projection))
    let grid = Grid(
      alpha: frame.alpha, columns: scene.slice.columns, beta: frame.beta, rows: scene.slice.rows)
    return (
      try sampled(decay.slice, grid, "decay", options, reporter: reporter), decay.span
    )
  }

  /// Samples a slice of a sweep, or takes it from an earlier run.
  private func sampled(
    _ slice: Slice, _ grid: Grid?, _ name: String, _ options: RenderOptions, reporter: Reporter
  ) throws -> SweepSlices.SampledSlice {
    let folder = "\(options.folder)/slices"
    try AtomicFile.prepareFolder(folder)
    let surface = try surface(
      on: slice, grid, file: "\(folder)/\(name).npz",
      options: SamplingOptions(precision: scene.slice.precision, threads: options.threads),
      fresh: options.fresh, reporter: reporter)
    return .init(slice, surface, scene.slice.precision)
  }

  /// Directions that are not drawn cannot be drawn again.
  private var randomSliceCount: Int {
    scene.slice.directions == .random ? scene.sweep.slices : 1
  }
}
