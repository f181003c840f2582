import Algebra
import Figures
import Geometry
import Images
import Networks

/// Draws several scenes side by side at one scale: each with every λ of its own, trained at it, in a
/// slice of its own (protocol C).
///
/// Each scene's networks, surfaces and summary go to a folder of its own, as
/// ``render(_:_:reporter:)`` with ``RenderOptions/retrain`` would leave them, and are used again.
///
/// - Parameters:
///   - scenes: At least two; the first one's looks count.
///   - values: What is compared.
///   - options: Where to, and which parts.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written.
/// - Throws: What ``render(_:_:reporter:)`` throws, and ``UsageError`` where scenes cannot stand
///   side by side.
public func compare(
  _ scenes: [Scene], _ values: ComparedLoss, _ options: RenderOptions,
  reporter: Reporter = .silent
) throws -> [String] {
  guard scenes.count > 1 else {
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
  try ComparisonFigure.rehearse(scenes, values, options)
  func own(_ scene: Scene, _ options: RenderOptions) -> RenderOptions {
    var own = options
    own.folder = "\(options.folder)/\(scene.name)"
    own.retrain = !scene.takesWeights
    own.dataOnly = true
    // The folder of the whole was found or given; what is below it belongs to it.
    if own.others == .beside { own.others = .refuse }
    return own
  }
  let prepared = try scenes.map { try PreparedRun($0, own($0, options), reporter: reporter) }
  let study = Study(
    "compare", of: names + prepared.map(\.study.key) + [values.rawValue], weights: "several",
    mainFile: "compare.png")
  return try inRunFolder(options, study, reporter: reporter) { options in
    let runs = try zip(scenes, prepared).map { scene, prepared in
      try inRunFolder(own(scene, options), prepared.study, reporter: reporter) { own in
        let run = try prepared.render(own, reporter: reporter)
        return (run, run.files)
      }
    }
    let files = try draw(runs, scenes[0], values, options, reporter: reporter)
    return (files, files)
  }
}

/// Draws what was sampled.
private func draw(
  _ runs: [RenderRun], _ first: Scene, _ values: ComparedLoss, _ options: RenderOptions,
  reporter: Reporter
) throws -> [String] {
  let files = runs.flatMap(\.files)
  if options.dataOnly { return files }
  let figure = try ComparisonFigure(
    runs.map { run in
      ComparedScene(
        scene: run.model.scene, network: run.model.network, views: run.views, summary: run.summary)
    }, values)
  let figures = try FigureFiles(first, options, Provenance(runs.map(\.model)))
  return files
    + (try figures.write(
      figure.draw(figures), "compare", figure.words,
      entries: [("landscape:protocol", figure.protocolText)]))
}

/// What of the loss is compared.
public enum ComparedLoss: String, Sendable, CaseIterable {
  /// The base loss: the same quantity for every λ.
  case base
  /// The total loss, with each panel's own λ.
  case total
}

/// What a figure shows of one scene.
private struct ComparedScene {
  var scene: Scene
  /// Nil at a rehearsal.
  var network: Network?
  var views: [SurfaceView]
  var summary: Summary

  /// The base loss and the score at each slice's centre, and how much of the slice is convex:
  /// `base loss 0.0970, accuracy 0.972; 66 % of the slice convex`.
  func findings(_ values: ComparedLoss) -> String {
    let texts = views.enumerated().map { index, view in
      guard let origin = view.origin, let network = summary.network,
        let centre = summary.lambdas.first(where: { $0.slice == index })?.centre
      else { return "" }
      let curvature = SurfaceCurvature(view.surface, metric: origin.slice.metric)
      func convex(_ lambda: Double) -> String? {
        curvature?.convexity(lambda: lambda, valueError: scene.slice.precision.valueError).map {
          "\(RichText(measured: 100 * $0.convexShare).plain)\u{A0}%"
        }
      }
      let lambdas = view.given.map { scene.penalty.convention.lambda($0) }
      let shares = values == .base ? [0].compactMap(convex) : lambdas.compactMap(convex)
      // Of one slice with several λ the shares come in their order.
      let share = shares.isEmpty ? "" : "; \(list(shares)) of the slice convex"
      let place = views.count > 1 ? " at λ = \(list(lambdas.map(parameter)))" : ""
      return "base loss \(RichText(measured: centre.base).plain), \(network.score) "
        + "\(RichText(measured: centre.score).plain)\(share)\(place)"
    }
    return texts.joined(separator: "; ")
  }
}

/// Panels of several scenes and λ at one scale.
private struct ComparisonFigure {
  private struct Cell {
    var scene: Scene
    var given: Double
    var field: Field

    var lambda: Double { scene.penalty.convention.lambda(given) }
  }

  private let scenes: [ComparedScene]
  private let values: ComparedLoss
  private let cells: [Cell]

  init(_ scenes: [ComparedScene], _ values: ComparedLoss) throws {
    self.scenes = scenes
    self.values = values
    cells = try scenes.flatMap { compared in
      let scene = compared.scene
      return try compared.views.flatMap { view in
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

  /// Sees that the figure can be drawn, before long work rather than after.
  static func rehearse(
    _ scenes: [Scene], _ values: ComparedLoss, _ options: RenderOptions
  ) throws {
    guard let looks = scenes.first?.figure, !options.dataOnly else { return }
    let compared = scenes.map { scene in
      let view = FigureSet.rehearsalView(scene)
      return ComparedScene(
        scene: scene, network: nil, views: [view], summary: Summary(scene, nil, [view], options))
    }
    let figure = try ComparisonFigure(compared, values).draw(FigureFiles(scenes[0], options))
    _ = try figure.drawing.pixelSize(dpi: looks.dpi)
  }

  func draw(_ files: FigureFiles) throws -> Figure {
    let panels = cells.map { cell in
      Panel(
        cell.field, title: RichText(verbatim: cell.scene.name),
        // On the second line, where a long name leaves no room beside it.
        note: "*λ* = " + RichText(parameter: cell.lambda) + ", min\u{A0}"
          + RichText(measured: cell.field.minimum?.value ?? .nan),
        marks: [
          Mark.centre(of: cell.field, label: "trained weights"), Mark.minimum(of: cell.field),
        ].compactMap(\.self))
    }
    var style = files.panelsStyle(panels.count)
    // A row for each scene, where each has several λ.
    let counts = Set(scenes.map { $0.views.reduce(0) { $0 + $1.given.count } })
    if let count = counts.first, counts.count == 1, count > 1 { style.columns = count }
    style.xTitle = "*α*, direction 1"
    style.yTitle = "*β*, direction 2"
    style.colorBarTitle = RichText(verbatim: "\(values.rawValue) loss")
    style.title = values == .base ? "*L*(*w*)" : "*L*(*w*) + ½*λ*‖*w*‖^2"
    style.subtitle = RichText(prose: sentence)
    style.footer = RichText(prose: footer)
    return try panelsFigure(panels, style: style)
  }

  var words: FigureWords {
    let rows = cells.map { cell in
      let most = cell.field.values.filter(\.isFinite).max() ?? .nan
      return "\(cell.scene.name) at λ = \(parameter(cell.given)): from "
        + "\(RichText(measured: cell.field.minimum?.value ?? .nan).plain) to "
        + "\(RichText(measured: most).plain)"
    }
    let what = "\(values.rawValue.capitalised) loss"
    let slices = scenes.flatMap { compared in
      compared.summary.slices.prefix(1).map { slice in
        let words = RenderWords(compared.scene, compared.summary, compared.views)
        return "\(compared.scene.name): \(words.directions(slice))."
      }
    }
    return FigureWords(
      title: "\(what) of \(scenes.count) scenes at one scale",
      caption: "\(what) of \(scenes.map(\.scene.name).joined(separator: ", ")) at one scale: "
        + "\(sentence). " + slices.joined(separator: " "),
      description: "Small multiples of filled contours. " + rows.joined(separator: "; ") + ".")
  }

  /// Where the scenes' weights come from and which slices are shown.
  var protocolText: String {
    let names = scenes.map(\.summary.protocolName)
    if Set(names).count == 1 { return names[0] }
    return zip(scenes, names).map { "\($0.scene.name) \($1)" }.joined(separator: ", ")
  }

  private var sentence: String {
    let plans = scenes.map(\.scene.slice)
    let kinds = Set(plans.map(\.normalisation.directionsText))
    let directions =
      plans.allSatisfy { $0.directions == .random } && kinds.count == 1
      ? kinds.joined() : "directions as each scene has them"
    return "\(protocolText); \(directions)"
  }

  private var footer: String {
    scenes.compactMap { compared in
      compared.network == nil ? nil : "\(compared.scene.name): \(compared.findings(values))"
    }.joined(separator: ". ") + "."
  }
}
