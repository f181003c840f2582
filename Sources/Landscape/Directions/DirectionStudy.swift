import Algebra
import Figures
import Geometry
import Networks
import TensorFiles

/// The same figure in several random slices, and how far what is read off them spreads: so that nobody
/// takes one random plane for the truth.
struct DirectionStudy: Sendable {
  let report: DirectionReport
  private let scene: Scene
  private let planes: [SampledPlane]
  private let options: RenderOptions
  private let provenance: Provenance

  /// A slice with the base loss on it.
  struct SampledPlane: Sendable {
    var slice: Slice
    var surface: Surface
    /// Of the base loss at the centre, in plot coordinates.
    var hessian: SymmetricMatrix2
  }

  /// Samples the slices.
  ///
  /// - Parameters:
  ///   - model: Data, network, and in its scene the slice.
  ///   - first: The run's own slice and its surface, which is the first.
  ///   - protocolName: What was trained where.
  ///   - options: Where to, and how many slices.
  ///   - provenance: What it is made of.
  ///   - reporter: Who is told.
  /// - Throws: `FileError` or ``UsageError``.
  init(
    _ model: Model, first: SurfaceView, protocolName: String, _ options: RenderOptions,
    _ provenance: Provenance, reporter: Reporter
  ) throws {
    let scene = model.scene
    (self.scene, self.options, self.provenance) = (scene, options, provenance)
    guard let origin = first.origin else { throw UsageError(reason: "a surface has one slice") }
    let folder = "\(options.folder)/slices"
    try AtomicFile.prepareFolder(folder)
    let matrix = model.objective.hessian(at: origin.slice.centre)
    planes = try (0..<options.directionsCount).map { number in
      guard number > 0 else {
        return SampledPlane(
          slice: origin.slice, surface: first.surface, hessian: origin.slice.hessian(matrix))
      }
      let slice = try model.slice(
        around: origin.weights.values, number: number, reporter: reporter
      ).slice
      let surface = try model.surface(
        on: slice, file: "\(folder)/random-\(number + 1).npz",
        options: SamplingOptions(
          precision: model.scene.slice.precision, threads: options.threads),
        fresh: options.fresh, reporter: reporter)
      return SampledPlane(slice: slice, surface: surface, hessian: slice.hessian(matrix))
    }
    let error = model.scene.slice.precision.valueError
    let planes = planes
    report = DirectionReport(
      program: "landscape \(Version.current)", command: options.command, scene: scene.name,
      protocolName: protocolName,
      normalisation: model.scene.slice.normalisation.rawValue,
      lambdas: first.given.map { given in
        let lambda = model.scene.penalty.convention.lambda(given)
        return DirectionReport.Record(
          lambda: lambda, given: given,
          slices: planes.enumerated().map { number, plane in
            DirectionReport.SliceNumbers(
              plane, seed: model.scene.seed &+ UInt64(number), lambda: lambda, valueError: error)
          })
      })
  }

  /// Refuses what cannot be drawn again in other directions.
  static func check(_ scene: Scene, _ options: RenderOptions) throws(UsageError) {
    guard options.directionsCount > 1 else { return }
    guard scene.slice.directions == .random else {
      throw UsageError(
        reason: "'--directions-count' is of random directions; these are not drawn, but given")
    }
    guard !options.retrain else {
      throw UsageError(
        reason: "'--directions-count' is around one network; leave out '--retrain'")
    }
  }

  /// Writes `directions.json`, `directions.csv`, and for each λ a figure.
  ///
  /// - Parameter reporter: Who is told the spread.
  /// - Returns: The files.
  /// - Throws: `FigureError`, `ImageError` or `FileError`.
  func write(reporter: Reporter) throws -> [String] {
    var written = ["json", "csv"].map { "\(options.folder)/directions.\($0)" }
    try AtomicFile.write(try report.text, to: written[0])
    try AtomicFile.write(report.csv, to: written[1])
    for record in report.lambdas {
      reporter.headline("λ = \(lambdaName(record.lambda)), \(planes.count) slices: \(record.words)")
    }
    guard !options.dataOnly else { return written }
    let files = try FigureFiles(scene, options, provenance)
    for record in report.lambdas { written += try write(record, files) }
    return written
  }

  private func write(_ record: DirectionReport.Record, _ files: FigureFiles) throws -> [String] {
    let panels = try zip(planes, record.slices).map { plane, numbers in
      let field = try Field(
        xs: plane.surface.grid.alphas, ys: plane.surface.grid.betas,
        values: plane.surface.total(lambda: record.lambda))
      return Panel(
        field, title: "seed " + RichText(verbatim: "\(numbers.seed)"),
        note: RichText(verbatim: numbers.note), marks: [Mark.minimum(of: field)].compactMap(\.self))
    }
    var style = files.panelsStyle(panels.count)
    style.title =
      "*L*(*w*) + ½*λ*‖*w*‖^2 in \(planes.count) random slices,  *λ* = "
      + RichText(parameter: record.lambda)
    let kind =
      scene.slice.normalisation == .none
      ? "random directions" : "\(report.normalisation)-normalised random directions"
    style.subtitle = RichText(prose: "\(scene.name): \(report.protocolName); \(kind)")
    style.footer = RichText(
      prose: "Median (quartiles) over \(planes.count) slices: \(record.words). Width: the "
        + "radius of a disc as large as where the loss is at most twice its least. Lengths and "
        + "curvatures are those of weight space.")
    (style.xTitle, style.yTitle) = ("*α*, direction 1", "*β*, direction 2")
    style.colorBarTitle = record.lambda == 0 ? "base loss" : "total loss"
    let each = record.slices.map { "seed \($0.seed): \($0.sentence)" }.joined(separator: "; ")
    return try files.write(
      panelsFigure(panels, style: style), "lambda-\(lambdaName(record.given))/directions",
      FigureWords(
        title: style.title.plain,
        caption:
          "The total loss L(w) + ½λ‖w‖² at λ = \(parameter(record.lambda)) in \(planes.count) "
          + "slices along \(kind) around the same weights, on one scale: \(report.protocolName). "
          + "Median (quartiles): \(record.words). Width is the radius of a circle as large as the part "
          + "of the slice where the loss is at most twice its least there.",
        description: "\(planes.count) contour plots of the total loss at λ = "
          + "\(parameter(record.lambda)) around the same weights in different random directions. "
          + "Median (quartiles): \(record.words). \(each.capitalised)."),
      entries: [("landscape:lambda", lambdaName(record.lambda))])
  }
}
