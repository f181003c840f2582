import Algebra
import Figures
import Geometry
import Images
import Networks

/// The figures of a run: for each λ a contour plot, a heatmap and the parts; with several λ a row.
struct FigureSet: Sendable {
  let scene: Scene
  let summary: Summary
  private let views: [SurfaceView]
  private let options: RenderOptions
  private let provenance: Provenance
  private let words: RenderWords

  init(
    _ scene: Scene, _ summary: Summary, _ views: [SurfaceView], _ options: RenderOptions,
    _ provenance: Provenance = Provenance()
  ) {
    self.provenance = provenance
    words = RenderWords(scene, summary, views)
    self.scene = scene
    self.summary = summary
    self.views = views
    self.options = options
  }

  /// One figure to draw: where it goes, what it says of itself, and how it is made.
  struct Job: Sendable {
    /// In the run's folder, without its extension.
    var name: String
    var title: String
    var description: String
    /// How it was made; nil where the description says it.
    var caption: String?
    var lambdas: [Double]
    var make: @Sendable () throws -> Figure
  }

  /// Sees that a scene's figures can be drawn, before long work rather than after.
  ///
  /// The page must be wide enough, the picture not too large, and a typeface there.
  ///
  /// - Parameters:
  ///   - scene: What is to be drawn.
  ///   - options: How it is run.
  /// - Throws: `FigureError` or `ImageError`, as ``write(reporter:)`` would.
  static func rehearse(_ scene: Scene, _ options: RenderOptions) throws {
    let view = rehearsalView(scene)
    let summary = Summary(scene, nil, [view], options)
    // A surface's picture takes time and cannot fail where a page of its size does not.
    var coarse = scene
    coarse.figure.dpi = Scene.FigurePlan.dpiRange.lowerBound
    for job in try FigureSet(scene, summary, [view], options).jobs(FigureFiles(coarse, options)) {
      _ = try job.make().drawing.pixelSize(dpi: scene.figure.dpi)
    }
  }

  /// A few points in place of a scene's surface.
  static func rehearsalView(_ scene: Scene) -> SurfaceView {
    let plan = scene.slice
    let grid = Grid(alpha: plan.alpha, columns: 3, beta: plan.beta, rows: 3)
    let surface = Surface(
      grid: grid, base: (1...9).map(Double.init),
      penalty: PenaltyQuadratic(coefficients: [1, 0, 0, 1, 0, 1]))
    return SurfaceView(given: scene.penalty.values, surface: surface)
  }

  /// Draws all figures, several at once, and writes them in all formats wanted.
  ///
  /// - Parameter reporter: Who is told.
  /// - Returns: The files, in order.
  /// - Throws: `FigureError`, `ImageError` or `FileError`.
  func write(reporter: Reporter) throws -> [String] {
    let figures = try FigureFiles(scene, options, provenance)
    let jobs = try self.jobs(figures)
    if let omission { reporter.note(omission) }
    reporter.begin("drawing", jobs.count)
    let files = try concurrentMap(jobs.count, threads: options.threads) { index in
      defer { reporter.advance(1) }
      return try write(jobs[index], figures)
    }
    return files.flatMap(\.self)
  }

  /// Whether all λ have room in one figure, side by side.
  var fitsOneFigure: Bool { summary.lambdas.count <= Panel.maximumCount }

  /// Which figures are left out, and what to do; nil where none is.
  private var omission: String? {
    let joint: [Scene.FigurePlan.Kind: String] = [.contour: "row", .surface: "surfaces"]
    let names = scene.figure.kinds.compactMap { joint[$0] }
    guard !fitsOneFigure, !names.isEmpty else { return nil }
    return "figures: \(list(names)) of all \(summary.lambdas.count) λ left out, since a figure "
      + "has up to \(Panel.maximumCount) panels; give fewer λ for it, or use 'landscape animate'"
  }

  private func write(_ job: Job, _ files: FigureFiles) throws -> [String] {
    try files.write(
      job.make(), job.name,
      FigureWords(
        title: job.title, caption: job.caption ?? job.description, description: job.description),
      entries: [
        ("landscape:lambda", list(job.lambdas.map(lambdaName))),
        ("landscape:protocol", summary.protocolName),
      ])
  }

  private func jobs(_ files: FigureFiles) throws -> [Job] {
    var jobs: [Job] = []
    var row: [Panel] = []
    var surfaces: [(panel: Panel, given: Double, style: FigureStyle)] = []
    let kinds = scene.figure.kinds
    for view in views {
      for given in view.given {
        let lambda = scene.penalty.convention.lambda(given)
        let field = try Field(
          xs: view.surface.grid.alphas, ys: view.surface.grid.betas,
          values: view.surface.total(lambda: lambda))
        let record = summary.lambdas.first { $0.given == given }.map { summary.slices[$0.slice] }
        let marks = marks(on: field, record)
        let trails = trails(on: field, record)
        let single = style(files, lambda: lambda, panels: 1)
        func job(_ name: String, _ kind: String, _ make: @escaping @Sendable () throws -> Figure)
          -> Job
        {
          Job(
            name: "lambda-\(lambdaName(given))/\(name)", title: single.title.plain,
            description: describe(kind, lambda: lambda, given: given),
            caption: words.caption(kind, lambda: lambda, given: given), lambdas: [lambda],
            make: make)
        }
        let panel = Panel(field, marks: marks, trails: trails)
        if kinds.contains(.contour) {
          jobs.append(
            job("contour", "Filled contours") { try contourFigure(panel, style: single) })
        }
        if kinds.contains(.heatmap) {
          jobs.append(
            job("heatmap", "Heatmap with contours") { try heatmapFigure(panel, style: single) })
        }
        surfaces.append((panel, given, single))
        row.append(Panel(field, title: lambdaText(lambda), marks: marks, trails: trails))
        guard kinds.contains(.parts) else { continue }
        let parts = try parts(view, record, lambda: lambda, total: panel)
        let wide = style(
          files, lambda: lambda, panels: parts.count, values: "loss and its parts")
        jobs.append(
          job("parts", RenderWords.partsKind) {
            try panelsFigure(parts, style: wide)
          })
      }
    }
    jobs += try surfaceJobs(files, surfaces, row)
    if row.count > 1, fitsOneFigure, kinds.contains(.contour) {
      let panels = row
      let wide = style(files, lambda: nil, panels: row.count)
      jobs.append(
        Job(
          name: "row", title: wide.title.plain,
          description: describe("Small multiples over λ", lambda: nil, given: nil),
          caption: words.caption("Small multiples", lambda: nil, given: nil),
          lambdas: summary.lambdas.map(\.lambda), make: { try panelsFigure(panels, style: wide) }))
    }
    return jobs
  }

  /// Base, penalty and total on the same slice.
  private func parts(
    _ view: SurfaceView, _ record: Summary.SliceRecord?, lambda: Double, total: Panel
  ) throws -> [Panel] {
    func field(_ values: [Double]) throws -> Field {
      try Field(xs: total.field.xs, ys: total.field.ys, values: values)
    }
    let base = try field(view.surface.base)
    let penalty = try field(view.surface.penaltyValues(lambda: lambda))
    return [
      Panel(base, title: "base loss *L*", marks: marks(on: base, record), trails: total.trails),
      Panel(
        penalty, title: "penalty ½*λ*‖*w*‖^2", marks: marks(on: penalty, record),
        trails: total.trails),
      Panel(total.field, title: "total loss", marks: total.marks, trails: total.trails),
    ]
  }

  /// The path of the checkpoints.
  private func trails(on field: Field, _ record: Summary.SliceRecord?) -> [Trail] {
    guard let path = record?.path, let first = field.xs.first, let last = field.xs.last else {
      return []
    }
    return [
      Trail(
        path: path.points.map { Point($0.alpha, $0.beta) },
        numbers: path.points.compactMap(\.number),
        width: last - first, label: "checkpoints, numbered")
    ]
  }

  /// The centre of the slice, where it is in sight, what is placed on it, and the field's lowest
  /// point.
  private func marks(on field: Field, _ record: Summary.SliceRecord?) -> [Mark] {
    var marks: [Mark] = []
    if let first = record?.path?.points.first {
      marks.append(Mark(.start, at: Point(first.alpha, first.beta), label: "first checkpoint"))
    }
    for (model, kind) in zip((record?.models ?? []).dropFirst(), [Mark.Kind.point, .end]) {
      marks.append(
        Mark(kind, at: Point(model.alpha, model.beta), label: RichText(verbatim: model.name)))
    }
    let isLast = record?.path != nil && scene.slice.centre == nil
    let centre = Mark.centre(of: field, label: isLast ? "last checkpoint" : "centre")
    return marks + [centre, Mark.minimum(of: field)].compactMap(\.self)
  }

  private func lambdaText(_ lambda: Double) -> RichText {
    "*λ* = " + RichText(parameter: lambda)
  }

  func style(
    _ files: FigureFiles, lambda: Double?, panels: Int, values: RichText? = nil
  ) -> FigureStyle {
    var style = files.panelsStyle(panels)
    // Narrow panels have room for the name alone; the sentence says what the directions are.
    let names = directionNames
    style.xTitle =
      panels == 1 ? "*α*  " + RichText(verbatim: "(\(names[0]))") : "*α*, direction 1"
    style.yTitle =
      panels == 1 ? "*β*  " + RichText(verbatim: "(\(names[1]))") : "*β*, direction 2"
    style.colorBarTitle = values ?? (lambda == 0 ? "base loss" : "total loss")
    let penalty: RichText = "*L*(*w*) + ½*λ*‖*w*‖^2"
    style.title =
      switch lambda {
      case nil: penalty
      case 0?: "*L*(*w*),  " + lambdaText(0)
      case let lambda?: penalty + ",  " + lambdaText(lambda)
      }
    style.subtitle = RichText(
      prose: panels == 1 ? sentence : sentence + (directionsText.map { "; \($0)" } ?? ""))
    return style
  }

  /// What α and β move along.
  private var directionNames: [String] {
    guard summary.network != nil else { return ["direction 1", "direction 2"] }
    switch scene.slice.directions {
    case .files: return ["direction 1", "direction 2"]
    case .path:
      let path = summary.slices.first?.path
      let found = PathPlane.Span(rawValue: path?.span ?? "").map { span in
        span == .components ? 2 : span == .line ? 1 : 0
      }
      return (path?.explainedShares ?? [0, 0]).enumerated().map { index, share in
        index < found ?? 2
          ? "principal component \(index + 1), \(RichText(measured: 100 * share).plain)\u{A0}%"
          : "random direction"
      }
    case .plane, .line:
      let names = (summary.slices.first?.models ?? []).dropFirst().map {
        $0.name.count > 24 ? $0.name.prefix(23) + "…" : $0.name
      }
      guard let first = names.first else { return ["direction 1", "direction 2"] }
      return [
        "toward \(first)", names.count > 1 ? "across, toward \(names[names.count - 1])" : "random",
      ]
    case .eigen:
      return (summary.slices.first?.directionEigenvalues ?? []).map {
        "eigenvector, μ = \(RichText(measured: $0.value).plain)"
          + ($0.isConverged ? "" : ", unconverged")
      } + ["eigenvector", "eigenvector"]
    case .random:
      let normalisation = scene.slice.normalisation
      let name = normalisation == .none ? "random" : "\(normalisation.rawValue)-normalised"
      return ["\(name) direction 1", "\(name) direction 2"]
    }
  }

  /// The same in one phrase; nil where nothing is known of them.
  private var directionsText: String? {
    guard summary.network != nil else { return nil }
    switch scene.slice.directions {
    case .files: return "directions from files"
    case .eigen, .path, .plane, .line: return directionNames.prefix(2).joined(separator: "; ")
    case .random: return scene.slice.normalisation.directionsText
    }
  }

  /// What the reader must know of the model and the protocol.
  private var sentence: String { words.sentence }

  /// What a reader who cannot see the figure is told.
  func describe(_ kind: String, lambda: Double?, given: Double?) -> String {
    words.description(kind, lambda: lambda, given: given)
  }
}

extension DirectionNormalisation {
  /// Random directions of such lengths, in one phrase.
  var directionsText: String {
    self == .none ? "random directions" : "\(rawValue)-normalised directions"
  }
}

extension Scene.PenaltyPlan.Scope {
  /// What ‖w‖ is taken over, to be added to a sentence; nothing where it is everything.
  var caption: String {
    switch self {
    case .all: ""
    case .weights: "; ‖w‖ over kernels"
    case .tensors: "; ‖w‖ over \(text)"
    }
  }
}
