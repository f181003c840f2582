import Algebra
import Figures
import Geometry

/// The figures of a sweep: curves over λ, the decay slice with the path, and small multiples of each
/// way of comparing.
struct SweepFigures: Sendable {
  private let model: Model
  private let report: SweepReport
  private let path: MinimiserPath
  private let slices: SweepSlices
  private let panels: [Int]
  private let options: RenderOptions
  private let files: FigureFiles

  /// A figure as the report shows it.
  struct Drawn: Sendable {
    var name: String
    var title: String
    var caption: String
    var description: String
    /// The files, in the scene's formats.
    var files: [String]
  }

  private struct Job: Sendable {
    var name: String
    var title: String
    var caption: String
    var description: String
    var make: @Sendable () throws -> Figure
  }

  init(
    _ model: Model, _ report: SweepReport, _ path: MinimiserPath, _ slices: SweepSlices,
    panels: [Int], _ options: RenderOptions
  ) throws {
    self.model = model
    self.report = report
    self.path = path
    self.slices = slices
    self.panels = panels
    self.options = options
    files = try FigureFiles(model.scene, options, Provenance(model), study: "sweep")
  }

  /// Draws all figures, several at once.
  ///
  /// - Parameter reporter: Who is told.
  /// - Returns: The files, and the figures for the report.
  /// - Throws: `FigureError`, `ImageError` or `FileError`.
  func write(reporter: Reporter) throws -> (files: [String], figures: [Drawn]) {
    let jobs = try [decayJob] + multiples + SweepCurves(report: report).plots.map(job)
    reporter.begin("drawing", jobs.count)
    let drawn = try concurrentMap(jobs.count, threads: options.threads) { index in
      defer { reporter.advance(1) }
      let job = jobs[index]
      let written = try files.write(
        job.make(), job.name,
        FigureWords(
          title: job.title,
          caption: "\(job.caption) λ from \(range), \(report.lambdas.count) values.",
          description: job.description),
        entries: [("landscape:lambda", list(report.lambdas.map { lambdaName($0.lambda) }))])
      return Drawn(
        name: job.name, title: job.title, caption: job.caption, description: job.description,
        files: written)
    }
    return (drawn.flatMap(\.files), drawn)
  }

  // MARK: - Curves

  private func job(_ plot: SweepCurves.Plot) -> Job {
    let page = files.page(title: plot.title, subtitle: subtitle, footer: plot.footer)
    let style = LineFigureStyle(
      page, x: .weightDecay("weight decay *λ*"), y: AxisStyle(""))
    let names = list(plot.panels.map(\.title.plain))
    return Job(
      name: plot.name, title: plot.title,
      caption: "\(names.capitalised) against λ. \(subtitle); weights retrained at each λ. "
        + plot.footer,
      description: "Curves over λ from \(range): \(names). \(subtitle). "
        + describe(plot.panels, over: "λ"),
      make: { try lineFigure(plot.drawn, style: style) })
  }

  private var subtitle: String {
    "\(report.scene): \(report.network)"
      + (report.data == report.scene ? "" : ", \(report.data)")
  }

  private var range: String {
    let ends = [report.lambdas.first, report.lambdas.last].compactMap { $0?.lambda }
    return ends.map(parameter).joined(separator: " to ")
  }

  // MARK: - Slices

  private func style(_ title: RichText, _ subtitle: String, panels: Int) -> FigureStyle {
    var style = files.panelsStyle(panels)
    style.title = title
    style.subtitle = RichText(prose: subtitle)
    style.colorBarTitle = "total loss"
    return style
  }

  private func field(_ surface: Surface, _ values: [Double]) throws -> Field {
    try Field(xs: surface.grid.alphas, ys: surface.grid.betas, values: values)
  }

  private var decayPath: [Point] {
    report.lambdas.compactMap { record in
      record.decaySlice.map { Point($0.alpha, $0.beta) }
    }
  }

  /// What both searches found, where they disagree.
  private var otherPaths: [Trail] {
    func trail(_ found: [PathPoint]) -> Trail {
      var trail = Trail(
        found.compactMap { slices.decay.slice.projection(of: $0.weights) }
          .map { Point($0.alpha, $0.beta) }, label: "followed up and down in *λ*")
      trail.isThin = true
      return trail
    }
    return [trail(path.descending), trail(path.ascending)]
  }

  /// Where the path's tangent points from each labelled minimum, as far as to the next one's λ.
  ///
  /// The implicit-function prediction, straight in log λ; arrows that leave the picture are left out.
  private var foretold: [Trail] {
    let (minima, grid) = (path.lowest, slices.decay.surface.grid)
    let stations = stations
    func place(_ w: [Double]) -> Point? {
      guard let found = slices.decay.slice.projection(of: w), let left = grid.alphas.first,
        let right = grid.alphas.last, let low = grid.betas.first, let high = grid.betas.last,
        (left...right).contains(found.alpha), (low...high).contains(found.beta)
      else { return nil }
      return Point(found.alpha, found.beta)
    }
    return zip(stations, stations.dropFirst()).compactMap { index, next in
      let start = minima[index]
      let total = PenalisedObjective(
        model.objective, penalty: model.penalty, lambda: start.lambda)
      // A picture shows two digits of a direction.
      let tangent = minimiserDerivative(
        of: total, at: start.weights, tolerance: 1e-3, maxIterations: 200)
      let expected = predictedMinimiser(
        start.weights, derivative: tangent.solution, from: start.lambda, to: minima[next].lambda)
      guard let from = place(start.weights), let to = place(expected) else { return nil }
      var arrow = Trail([from, to], label: "predicted by the tangent")
      arrow.isArrow = true
      return arrow
    }
  }

  /// Where the path begins and ends, and how far it is from the origin there.
  private var pathNumbers: String {
    // Beside the path's length, rounding is nothing.
    let reach = report.lambdas.map(\.minimum.weightNorm).max() ?? 1
    func length(_ value: Double) -> String { coordinate(abs(value) < 1e-9 * reach ? 0 : value) }
    let ends = [report.lambdas.first, report.lambdas.last].compactMap(\.self).compactMap { record in
      record.decaySlice.map { place in
        "(\(length(place.alpha)), \(length(place.beta))) with base loss "
          + "\(number(record.minimum.base)) and ‖w*‖ = \(number(record.minimum.weightNorm)) "
          + "for λ = \(parameter(record.lambda))"
      }
    }
    let jumps = report.lambdas.count(where: \.isJump)
    let norms = report.lambdas.map(\.minimum.weightNorm)
    let isNearer = (norms.last ?? 0) < (norms.first ?? 0)
    return
      "The minimum walks \(isNearer ? "toward" : "away from") the origin: from \(ends.joined(separator: ", to ")). "
      + (jumps == 0 ? "It never jumps." : "It jumps \(jumps == 1 ? "once" : "\(jumps) times").")
  }

  /// Which minima are labelled in the plane of the path: where it begins, ends, and one between, as
  /// most paths crowd at one end.
  private var stations: [Int] { spread(3, over: report.lambdas.count) }

  /// The base loss in the plane of the path.
  private var decayJob: Job {
    get throws {
      let surface = slices.decay.surface
      let points = decayPath
      let off = report.lambdas.compactMap { $0.decaySlice?.offSlice }.max() ?? 0
      let norms = try field(
        surface,
        surface.grid.betas.flatMap { beta in
          surface.grid.alphas.map { alpha in
            max(surface.penalty.squaredNorm(alpha, beta), 0).squareRoot()
          }
        })
      var trail = Trail(points, label: "lowest minimum")
      trail.stations = stations.map {
        .init(corner: $0, label: "*λ* = " + RichText(parameter: report.lambdas[$0].lambda))
      }
      trail.jumps = Set(
        report.lambdas.indices.dropFirst().filter { report.lambdas[$0].isJump }.map { $0 - 1 })
      let others = path.comparisons.contains { $0.relation == .separate } ? otherPaths : []
      let isUniform = model.commonPenaltyFactor != nil
      let panel = Panel(
        try field(surface, surface.base),
        marks: [
          Mark(.start, at: points[0], label: "first *λ*"),
          Mark(.end, at: points[points.count - 1], label: "last *λ*"),
          Mark(.origin, at: Point(0, 0)),
        ], trails: others + [trail] + foretold,
        guides: IsoLines(
          norms,
          label: isUniform
            ? "‖*w*‖, where the penalty is equal" : "‖*w*‖ of what is penalised", prefix: "‖*w*‖ = "
        ))
      var style = style(
        "Base loss and the path of the minimum, *λ* = "
          + RichText(verbatim: range.replacing(" to ", with: " to\u{A0}")),
        "Minimiser of each λ in the plane through the first, the last and the origin; at most "
          + "\(number(off)) off the plane", panels: 1)
      style.xTitle = "*α*  (toward the first minimum)"
      style.yTitle = "*β*  (across)"
      style.colorBarTitle = "base loss"
      let (ready, look) = (panel, style)
      return Job(
        name: "decay", title: "The path of the minimum",
        caption: "The base loss in the plane through the minimum of the first λ, that of the last "
          + "and the origin of weight space. "
          + (isUniform
            ? "The penalty's contours are circles around the origin."
            : "The penalty's contours are no circles, as it does not cover all parameters alike."),
        description: "Contours of the base loss with the path of the minimum, λ from \(range). "
          + pathNumbers,
        make: { try contourFigure(ready, style: look) })
    }
  }

  /// Small multiples: the same weights, the decay slice, and each minimum's own slice.
  private var multiples: [Job] {
    get throws {
      let shared = slices.shared[0]
      var jobs = [
        try multiples(
          "slices-shared", "Same weights, same slice",
          "weights of the first λ, one slice for every λ",
          panels.map { (shared.surface, $0, [Mark(.centre, at: Point(0, 0))]) }),
        try multiples(
          "slices-decay", "The plane of the path",
          "retrained for each λ, one plane through the first minimum, the last and the origin",
          axes: ("*α*, to the first", "*β*, across"),
          panels.map { index in
            (
              slices.decay.surface, index,
              [Mark(.end, at: decayPath[index], label: "*w*^{\u{2217}}(*λ*)")]
            )
          }),
      ]
      if slices.own.count > 1 {
        jobs.append(
          try multiples(
            "slices-own", "Each minimum in its own slice",
            "retrained for each λ, each in a slice of its own",
            slices.own.map {
              ($0.slices[0].surface, $0.index, [Mark(.centre, at: Point(0, 0))])
            }))
      }
      return jobs
    }
  }

  /// Small multiples; on a page too low for all, as many as fit, the first and the last among them.
  private static func multiples(_ panels: [Panel], style: FigureStyle) throws -> Figure {
    var count = panels.count
    while true {
      do {
        return try panelsFigure(spread(count, over: panels.count).map { panels[$0] }, style: style)
      } catch let error as FigureError {
        guard count > 2, style.page.height != nil else { throw error }
        count -= 1
      }
    }
  }

  private func multiples(
    _ name: String, _ title: String, _ comparison: String,
    axes: (x: RichText, y: RichText) = ("*α*, direction 1", "*β*, direction 2"),
    _ parts: [(surface: Surface, index: Int, marks: [Mark])]
  ) throws -> Job {
    let panels = try parts.map { part in
      let lambda = report.lambdas[part.index].lambda
      let field = try field(part.surface, part.surface.total(lambda: lambda))
      return Panel(
        field, title: "*λ* = " + RichText(parameter: lambda),
        marks: part.marks + [Mark.minimum(of: field)].compactMap(\.self))
    }
    var style = style(
      "*L*(*w*) + ½*λ*‖*w*‖^2", "\(report.data): \(comparison)", panels: panels.count)
    style.xTitle = axes.x
    style.yTitle = axes.y
    let look = style
    return Job(
      name: name, title: title, caption: "Total loss: \(comparison). One colour scale for all λ.",
      description: "Small multiples of the total loss over λ from \(range): \(comparison). "
        + parts.map { part in
          let lambda = report.lambdas[part.index].lambda
          let relief = Relief(part.surface.total(lambda: lambda), on: part.surface.grid)
          return "λ = \(parameter(lambda)): \(relief?.sentences ?? "no finite value.")"
        }.joined(separator: " "),
      make: { try Self.multiples(panels, style: look) })
  }
}
