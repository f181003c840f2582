import Algebra
import Figures
import Geometry
import Networks
import TensorFiles

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
  var files: [String] = []
  var compared: [ComparedScene] = []
  for scene in scenes {
    var own = options
    own.folder = "\(options.folder)/\(scene.name)"
    own.retrain = !scene.takesWeights
    own.dataOnly = true
    own.command = shellCommand(["landscape", "render", scene.name, "--retrain", "--data-only"])
    let (made, model, views) = try sample(scene, own, reporter: reporter)
    files += made
    compared.append(ComparedScene(model: model, views: views))
  }
  let figure = ComparisonFigure(compared, values)
  if options.dataOnly { return files }
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

/// A scene that takes part in a comparison.
struct ComparedScene {
  var model: Model
  var views: [SurfaceView]
}

/// Panels of several scenes and λ at one scale.
struct ComparisonFigure {
  private let scenes: [ComparedScene]
  private let values: ComparedLoss

  init(_ scenes: [ComparedScene], _ values: ComparedLoss) {
    (self.scenes, self.values) = (scenes, values)
  }

  func draw(_ files: FigureFiles) throws -> Figure {
    var panels: [Panel] = []
    for (scene, view, given) in each {
      let lambda = scene.model.scene.penalty.convention.lambda(given)
      let grid = view.surface.grid
      let field = try Field(
        xs: grid.alphas, ys: grid.betas,
        values: values == .base ? view.surface.base : view.surface.total(lambda: lambda))
      var marks: [Mark] = []
      if grid.alphas.contains(where: { $0 == 0 }) || grid.betas.contains(where: { $0 == 0 }) {
        marks.append(Mark(.centre, at: Point(0, 0), label: "trained weights"))
      }
      if let minimum = Mark.minimum(of: field) { marks.append(minimum) }
      var panel = Panel(field, title: RichText(verbatim: scene.model.scene.name), marks: marks)
      // On the second line, where a long name leaves no room beside it.
      panel.note =
        "*λ* = " + RichText(parameter: lambda) + ", min "
        + RichText(measured: field.values.filter(\.isFinite).min() ?? .nan)
      panels.append(panel)
    }
    var style = files.panelsStyle(panels.count)
    style.xTitle = "*α*, direction 1"
    style.yTitle = "*β*, direction 2"
    style.colorBarTitle = values == .base ? "base loss" : "total loss"
    style.title = values == .base ? "*L*(*w*)" : "*L*(*w*) + ½*λ*‖*w*‖^2"
    style.subtitle = RichText(verbatim: sentence)
    style.footer = RichText(verbatim: footer)
    return try panelsFigure(panels, style: style)
  }

  var words: FigureWords {
    let rows = each.map { scene, view, given in
      let lambda = scene.model.scene.penalty.convention.lambda(given)
      let surface = view.surface
      let numbers = values == .base ? surface.base : surface.total(lambda: lambda)
      let finite = numbers.filter(\.isFinite)
      return "\(scene.model.scene.name) at λ = \(lambdaName(given)): from "
        + "\(RichText(measured: finite.min() ?? .nan).plain) to "
        + "\(RichText(measured: finite.max() ?? .nan).plain)"
    }
    let what = values == .base ? "Base loss" : "Total loss"
    return FigureWords(
      title: "\(what) of \(scenes.count) scenes at one scale",
      caption: "\(what) of \(scenes.map(\.model.scene.name).joined(separator: ", ")) at one scale: "
        + sentence,
      description: "Small multiples of filled contours. " + rows.joined(separator: "; ") + ".")
  }

  private var each: [(ComparedScene, SurfaceView, Double)] {
    scenes.flatMap { scene in
      scene.views.flatMap { view in view.given.map { (scene, view, $0) } }
    }
  }

  private var sentence: String {
    let plans = scenes.map(\.model.scene.slice)
    let kinds = Set(plans.map(\.normalisation.rawValue))
    let directions =
      plans.allSatisfy { $0.directions == .random } && kinds.count == 1
      ? (kinds.first == "none" ? "random directions" : "\(kinds.first ?? "")-normalised directions")
      : "directions as each scene has them"
    return "each panel trained at its λ, in its own slice (protocol\u{A0}C); \(directions)"
  }

  private var footer: String {
    scenes.map { scene in
      let model = scene.model
      return "\(model.scene.name): \(model.network.summary), \(model.network.layout.count) weights"
    }.joined(separator: " · ") + "."
  }
}
