import Algebra
import Datasets
import Figures
import Geometry
import Networks
import RealModule
import TensorFiles

/// Animates training, or the checkpoints of one: the loss in the plane of the path's principal components, and the weights on
/// their way through it; the still `training-path` and the numbers `training-path.csv` besides.
///
/// - Parameters:
///   - model: What to train; its scene's first λ counts, unless the options name another.
///   - plan: How many frames, and which files.
///   - options: Where to, and on how many threads.
///   - reporter: Who is told.
/// - Returns: The files written.
/// - Throws: As ``render(_:_:reporter:)``.
func animateTraining(
  _ model: Model, _ plan: AnimationPlan, _ options: RenderOptions, reporter: Reporter
) throws -> [String] {
  let scene = model.scene
  let view = try model.trainingView(options, reporter: reporter)
  reporter.headline(view.headline)
  let numbers = "\(options.folder)/training-path.csv"
  try AtomicFile.write(Array(view.csv.utf8), to: numbers)
  let files = try FigureFiles(scene, options, Provenance(model))
  let figures = try TrainingFigures(
    view: view, model: model, showsExcess: plan.showsExcess, files: files)
  let still = try figures.writeStill()
  let epochs = view.path.epochs.last ?? 0
  let end =
    (model.checkpoints?.points.count ?? epochs)
    + (view.path.isPolished ? TrainingFigure.polishEpochs(after: epochs) : 0)
  let frames = try TrainingFigure(
    loss: figures.loss, steps: view.steps, frames: plan.trainingFrames(epochs: end),
    unit: figures.unit, style: figures.style(title: figures.title))
  let film = Film(
    frames, name: "training-animation", title: figures.title.plain,
    description: "Animation of training, \(frames.count) frames. \(figures.caption)",
    plan, options, files)
  let trained = ["weights.safetensors", "training-path.safetensors"].map {
    "\(options.folder)/\($0)"
  }
  return (model.checkpoints == nil ? trained : []) + [
    "\(options.folder)/training-surface.npz", numbers,
  ] + still + (try film.write(reporter: reporter))
}

/// A training path, and the loss in its plane.
struct TrainingView: Sendable {
  var lambda: Double
  var path: TrainingPath
  var plane: PathPlane
  var surface: Surface
  /// The base loss at each point of the path.
  var base: [Double]
  /// The total loss at each point of the path.
  var total: [Double]

  /// The path as figures show it.
  var steps: [TrainingFigure.Step] {
    path.epochs.indices.map { index in
      let at = plane.points[index]
      return .init(
        epoch: path.epochs[index], polishSteps: path.polishSteps[index],
        at: Point(at.alpha, at.beta), loss: total[index])
    }
  }

  /// The greatest distance of a point of the path to its end.
  var length: Double {
    plane.points.map { norm([$0.alpha, $0.beta, $0.offSlice]) }.max() ?? 0
  }

  /// A row for each point of the path.
  var csv: String {
    let rows = path.epochs.indices.map { index in
      let at = plane.points[index]
      return "\(path.epochs[index]),\(path.polishSteps[index]),\(total[index]),"
        + "\(base[index]),\(at.alpha),\(at.beta),\(at.offSlice),\(norm(path.points[index]))"
    }
    return (["epoch,polish_steps,total,base,alpha,beta,off_plane,norm"] + rows).joined(
      separator: "\n")
      + "\n"
  }

  /// What a person who watches wants first.
  var headline: String {
    "training path at λ = \(lambdaName(lambda)): \(plane.span.rawValue) hold "
      + "\(number(100 * plane.shares.first)) % and \(number(100 * plane.shares.second)) % of the "
      + "path, which is up to \(number(plane.farthest)) off their plane and \(number(length)) away "
      + "from its end"
  }
}

extension Model {
  /// Trains, or takes the checkpoints, and samples the loss in the plane of the path's principal components; or takes both from
  /// an earlier run.
  fileprivate func trainingView(
    _ options: RenderOptions, reporter: Reporter
  ) throws -> TrainingView {
    let lambda = scene.penalty.convention.lambda(options.trainLambda ?? scene.penalty.values[0])
    let path =
      try checkpoints.map(TrainingPath.init)
      ?? trainingPath(
        lambda: lambda, folder: options.folder, fresh: options.fresh, reporter: reporter)
    let plane = try PathPlane(of: path.points, seed: scene.seed, threads: options.threads)
    let frame = plane.slice.frame(plane.points)
    let grid = Grid(
      alpha: frame.alpha, columns: scene.slice.columns, beta: frame.beta, rows: scene.slice.rows)
    let surface = try surface(
      on: plane.slice, grid, file: "\(options.folder)/training-surface.npz",
      options: SamplingOptions(precision: scene.slice.precision, threads: options.threads),
      fresh: options.fresh, reporter: reporter)
    let base = path.points.map { objective.evaluate(at: $0).loss }
    let total = zip(base, path.points).map { $0 + lambda / 2 * penalty.squaredNorm($1) }
    return TrainingView(
      lambda: lambda, path: path, plane: plane, surface: surface, base: base, total: total)
  }
}

/// What figures of a training path show and say.
private struct TrainingFigures: Sendable {
  let view: TrainingView
  let loss: Field
  private let scene: Scene
  private let files: FigureFiles
  private let showsExcess: Bool
  /// What the path's points are counted in.
  let unit: String

  init(view: TrainingView, model: Model, showsExcess: Bool, files: FigureFiles) throws {
    self.showsExcess = showsExcess
    unit = model.checkpoints == nil ? "epoch" : "checkpoint"
    self.view = view
    self.files = files
    scene = model.scene
    loss = try Field(
      xs: view.surface.grid.alphas, ys: view.surface.grid.betas,
      values: view.surface.total(lambda: view.lambda))
  }

  var title: RichText {
    (unit == "epoch" ? "Training" : "Checkpoints") + " on *L*(*w*) + ½*λ*‖*w*‖^2,  *λ* = "
      + RichText(parameter: view.lambda)
  }

  /// Where training begins and ends.
  private var numbers: String {
    let steps = view.steps.indices
    guard let first = steps.first, let last = steps.last else { return "" }
    let relief = Relief(view.surface.total(lambda: view.lambda), on: view.surface.grid)
    return
      "The total loss along the path goes from \(number(view.total[first])) at the first weights "
      + "to \(number(view.total[last])) at the last. \(relief?.sentences ?? "")"
  }

  /// What is drawn, and how it was made.
  var caption: String {
    "Contours of the total loss L(w) + ½λ‖w‖² at λ = \(parameter(view.lambda)) with the path of the "
      + "weights over \(unit == "epoch" ? view.path.epochs.last ?? 0 : view.path.points.count) \(unit)s\(view.path.isPolished ? " and a polish" : "")"
      + ". \(sentence)."
  }

  private var sentence: String {
    let how = unit == "epoch" ? scene.training.words : ""
    return
      "\(scene.name): plane of the path's \(view.plane.span.rawValue) through the last weights; "
      + "the path, projected, lies up to \(number(view.plane.farthest)) off it\(scene.penalty.scope.caption)\(how)"
  }

  /// The looks of the still and of each frame.
  func style(title: RichText) -> FigureStyle {
    var style = files.panelStyle
    if showsExcess { style.sharing = .excess }
    style.title = title
    style.subtitle = RichText(prose: sentence)
    style.colorBarTitle = "total loss"
    func axis(_ number: Int, _ share: Double, isFound: Bool) -> RichText {
      isFound
        ? "principal component \(number) " + RichText(verbatim: "(\(percent(share))\u{A0}%)")
        : "random direction"
    }
    let plane = view.plane
    style.xTitle = axis(1, plane.shares.first, isFound: plane.span != .point)
    style.yTitle = axis(2, plane.shares.second, isFound: plane.span == .components)
    style.footer = RichText(
      verbatim:
        "Percentages: shares of the squared distances to "
        + "the last weights (of a long random walk: 81 %, 9 %).")
    return style
  }

  /// Draws the whole path.
  func writeStill() throws -> [String] {
    let steps = view.steps
    var trail = Trail(
      path: steps.map(\.at), numbers: Array(view.path.epochs.prefix(view.path.trainedCount)),
      width: (loss.xs.last ?? 0) - (loss.xs.first ?? 0),
      label: RichText(verbatim: "training path, \(unit)s numbered"))
    trail.jumps = TrainingFigure.polish(in: steps)
    trail.jumpLabel = TrainingFigure.polishName
    var panel = Panel(loss, marks: TrainingFigure.ends(of: steps), trails: [trail])
    if let minimum = Mark.minimum(of: loss) { panel.marks.append(minimum) }
    return try files.write(
      contourFigure(panel, style: style(title: title)), "training-path",
      FigureWords(title: title.plain, caption: caption, description: "\(caption) \(numbers)"),
      entries: [("landscape:lambda", lambdaName(view.lambda))])
  }

  private func percent(_ share: Double) -> String { RichText(measured: 100 * share).plain }
}
