import Algebra
import Figures
import Geometry
import Networks

/// Draws several scenes side by side at one scale: each with every λ of its own, trained at it, in a
/// slice of its own (protocol C).
///
/// Each scene's networks, surfaces and summary go to a folder of its own, as ``render`` with
/// ``RenderOptions/retrain`` would leave them, and are used again.
///
/// - Parameters:
///   - scenes: At least two; the first one's looks count.
///   - values: What is compared.
///   - options: Where to, and which parts.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written.
/// - Throws: What ``render`` throws, and ``UsageError`` where scenes cannot stand side by side.
public func compare(
  _ scenes: [Scene], _ values: ComparedLoss, _ options: RenderOptions,
  reporter: Reporter = .silent
) throws -> [String] {
  guard let first = scenes.first, scenes.count > 1 else {
    throw UsageError(reason: "'compare' needs at least two scenes")
  }
  let names = scenes.map(\.name)
  if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
    throw UsageError(reason: "two scenes are called '\(twice)'; their files would be the same")
  }
  let count = scenes.reduce(0) { $0 + $1.penalty.values.count }
  // More panels than this are smaller than their labels.
  guard count <= 24 else {
    throw UsageError(reason: "\(count) panels are asked for; there may be 24 (fewer λ or scenes)")
  }
  let figures = try FigureFiles(first, options)
  let runs = try scenes.map { scene in
    var own = options
    own.folder = "\(options.folder)/\(scene.name)"
    own.retrain = !scene.takesWeights
    own.dataOnly = true
    return try RenderRun(scene, own, reporter: reporter)
  }
  let files = runs.flatMap(\.files)
  if options.dataOnly { return files }
  let figure = try ComparisonFigure(runs, values)
  return files
    + (try figures.write(
      figure.draw(figures), "compare", figure.words,
      entries: [("landscape:protocol", "own slices (protocol C)")]))
}

/// What of the loss is compared.
public enum ComparedLoss: String, Sendable, CaseIterable {
  /// The base loss: the same quantity for every λ.
  case base
  /// The total loss, with each panel's own λ.
  case total
}

/// Panels of several scenes and λ at one scale.
private struct ComparisonFigure {
  private struct Cell {
    var scene: Scene
    var given: Double
    var field: Field

    var lambda: Double { scene.penalty.convention.lambda(given) }
  }

  private let models: [Model]
  /// Of each model at each λ: the base loss and the score that it has, and how much of its slice is
  /// convex.
  private let findings: [String]
  private let values: ComparedLoss
  private let cells: [Cell]

  init(_ runs: [RenderRun], _ values: ComparedLoss) throws {
    models = runs.map(\.model)
    self.values = values
    findings = runs.map { run in
      run.views.map { Self.finding(run.model, $0, values) }.joined(separator: "; ")
    }
    cells = try runs.flatMap { run in
      let scene = run.model.scene
      return try run.views.flatMap { view in
        try view.given.map { given in
          let (surface, lambda) = (view.surface, scene.penalty.convention.lambda(given))
          let field = try Field(
            xs: surface.grid.alphas, ys: surface.grid.betas,
            values: values == .base ? surface.base : surface.total(lambda: lambda))
          return Cell(scene: scene, given: given, field: field)
        }
      }
    }
  }

  func draw(_ files: FigureFiles) throws -> Figure {
    let panels = cells.map { cell in
      Panel(
        cell.field, title: RichText(verbatim: cell.scene.name),
        // On the second line, where a long name leaves no room beside it.
        note: "*λ* = " + RichText(parameter: cell.lambda) + ", min "
          + RichText(measured: cell.field.minimum?.value ?? .nan),
        marks: [
          Mark.centre(of: cell.field, label: "trained weights"), Mark.minimum(of: cell.field),
        ].compactMap(\.self))
    }
    var style = files.panelsStyle(panels.count)
    style.xTitle = "*α*, direction 1"
    style.yTitle = "*β*, direction 2"
    style.colorBarTitle = RichText(verbatim: "\(values.rawValue) loss")
    style.title = values == .base ? "*L*(*w*)" : "*L*(*w*) + ½*λ*‖*w*‖^2"
    style.subtitle = RichText(verbatim: sentence)
    style.footer = RichText(verbatim: footer)
    return try panelsFigure(panels, style: style)
  }

  var words: FigureWords {
    let rows = cells.map { cell in
      let most = cell.field.values.filter(\.isFinite).max() ?? .nan
      return "\(cell.scene.name) at λ = \(lambdaName(cell.given)): from "
        + "\(RichText(measured: cell.field.minimum?.value ?? .nan).plain) to "
        + "\(RichText(measured: most).plain)"
    }
    let what = "\(values.rawValue.capitalised) loss"
    return FigureWords(
      title: "\(what) of \(models.count) scenes at one scale",
      caption: "\(what) of \(models.map(\.scene.name).joined(separator: ", ")) at one scale: "
        + sentence,
      description: "Small multiples of filled contours. " + rows.joined(separator: "; ") + ".")
  }

  private var sentence: String {
    let plans = models.map(\.scene.slice)
    let kinds = Set(plans.map(\.normalisation.directionsText))
    let directions =
      plans.allSatisfy { $0.directions == .random } && kinds.count == 1
      ? kinds.joined() : "directions as each scene has them"
    return "each panel trained at its λ, in its own slice (protocol\u{A0}C); \(directions)"
  }

  /// `base loss 0.0970, accuracy 0.972; 66 % of the slice convex`.
  private static func finding(_ model: Model, _ view: SurfaceView, _ values: ComparedLoss) -> String
  {
    guard let origin = view.origin, let given = view.given.first else { return "" }
    let (plan, centre) = (model.scene, origin.model.objective.evaluate(at: origin.slice.centre))
    let convexity = SurfaceCurvature(view.surface, metric: origin.slice.metric)?.convexity(
      lambda: values == .base ? 0 : plan.penalty.convention.lambda(given),
      valueError: plan.slice.precision == .float32 ? 1e-6 : 1e-14)
    let convex = convexity.map {
      "; \(RichText(measured: 100 * $0.convexShare).plain) % of the slice convex"
    }
    return "base loss \(RichText(measured: centre.loss).plain), \(model.loss.scoreName) "
      + "\(RichText(measured: centre.score).plain)\(convex ?? "")"
  }

  private var footer: String {
    zip(models, findings).map { model, findings in
      "\(model.scene.name): \(model.network.summary), \(model.network.layout.count) weights; "
        + findings
    }.joined(separator: " · ") + "."
  }
}
