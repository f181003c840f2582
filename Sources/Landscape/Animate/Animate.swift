import Algebra
import Figures
import Geometry
import Networks
import TensorFiles

/// Animates a scene's loss: over λ, one slice, sampled once, at a λ that moves on a log axis; over
/// training, whose weights walk through the plane of their path's principal components; or around its
/// surface.
///
/// - Parameters:
///   - scene: What to animate. λ runs from the least positive one given to the greatest; training is
///     at the first.
///   - plan: What moves, in how many frames, and which files.
///   - options: Where to, and on how many threads.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written.
/// - Throws: As ``render(_:_:reporter:)``; ``UsageError`` where the weights whose training is asked
///   for come from a file; `ImageError.noProgram` where a video is asked for and `ffmpeg` is not
///   installed.
public func animate(
  _ scene: Scene, _ plan: AnimationPlan, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> [String] {
  try plan.check(against: scene)
  try options.check(against: scene)
  let model = try Model(scene, threads: options.threads, reporter: reporter)
  let study = try model.study(plan, options)
  return try inRunFolder(options, study, reporter: reporter) { options in
    let files =
      switch plan.path {
      case .lambda: try animateLambda(model, plan, options, reporter: reporter)
      case .training: try animateTraining(model, plan, options, reporter: reporter)
      case .turntable: try animateTurntable(model, plan, options, reporter: reporter)
      }
    return (files, files)
  }
}

extension Model {
  /// What an animation is about.
  fileprivate func study(_ plan: AnimationPlan, _ options: RenderOptions) throws -> Study {
    let values = scene.penalty.values
    var given = options.trainLambda ?? values[0]
    let isDecay = plan.path != .training && plan.plane == .decay
    if isDecay {
      try checkNoStatisticsAwaited("the path of the minimum")
      given = values.min() ?? given
    }
    let name: String
    switch plan.path {
    case .lambda:
      _ = try plan.lambdas(scene)
      name = plan.figure == .surface ? "surface-animation" : "animation"
    case .training:
      try checkNoStatisticsAwaited("a training's path")
      name = "training-animation"
    case .turntable: name = "turntable"
    }
    var study = try Study(
      name, self, trainedAt: [scene.penalty.convention.lambda(given)],
      samples: plan.path != .training && !isDecay, details: isDecay ? "decay" : "",
      mainFile: "\(name).png")
    // Its slice is kept in a file of one name for all.
    if isDecay { study.surface = "decay \(values.sorted().map(lambdaName).joined(separator: " "))" }
    return study
  }
}

/// Animates the loss over λ.
private func animateLambda(
  _ model: Model, _ plan: AnimationPlan, _ options: RenderOptions, reporter: Reporter
) throws -> [String] {
  let scene = model.scene
  let lambdas = try plan.lambdas(scene)
  let plane = try model.animatedPlane(plan, options, reporter: reporter)
  let files = try FigureFiles(scene, options, Provenance(plane.model))
  var style = files.panelStyle
  // A surface may rise with λ; its excess would have a pit of logarithm 0.
  if plan.showsExcess, plan.figure == .contour { style.sharing = .excess }
  style.title = "*L*(*w*) + ½*λ*‖*w*‖^2"
  style.subtitle = RichText(prose: "\(scene.name): \(plane.sentence)")
  style.colorBarTitle = "total loss"
  (style.xTitle, style.yTitle) = plane.axes
  let surface = plane.surface
  let minima = lambdas.map { lambda in
    GridMinimum(of: surface.total(lambda: lambda), on: surface.grid).map {
      Point($0.refined.alpha, $0.refined.beta)
    } ?? Point(.nan, .nan)
  }
  let base = try Field(xs: surface.grid.alphas, ys: surface.grid.betas, values: surface.base)
  let penalty = surface.penaltyValues(lambda: 1)
  let frames: any FilmFrames =
    switch plan.figure {
    case .contour:
      try SweepFigure(
        base: base, penalty: penalty, lambdas: lambdas, minima: minima, style: style)
    case .surface:
      try SurfaceFilm(
        base: base, penalty: penalty, lambdas: lambdas, minima: minima,
        options: plan.surfaceOptions(files), style: style)
    }
  let (first, last) = (lambdas.min() ?? 0, lambdas.max() ?? 0)
  var film = Film(
    frames, name: plan.figure == .surface ? "surface-animation" : "animation",
    title: "Total loss as λ moves",
    description: "Animation of the total loss L(w) + ½λ‖w‖² over a slice, λ from "
      + "\(parameter(first)) to \(parameter(last)) on a log axis, \(lambdas.count) frames, one "
      + "colour scale.", plan, options, files)
  film.entries = { [("landscape:lambda", lambdaName(lambdas[$0]))] }
  return try film.write(reporter: reporter)
}

extension Model {
  /// The slice that is animated.
  func animatedPlane(
    _ plan: AnimationPlan, _ options: RenderOptions, reporter: Reporter
  ) throws -> SampledPlane {
    let sampling = SamplingOptions(precision: scene.slice.precision, threads: options.threads)
    switch plan.plane {
    case .scene:
      let given = options.trainLambda ?? scene.penalty.values[0]
      let weights = try weights(
        lambda: scene.penalty.convention.lambda(given),
        file: "\(options.folder)/weights.safetensors", fresh: options.fresh, reporter: reporter)
      let model = try holdingStatistics(at: weights.values)
      let placed = try model.slice(around: weights.values, reporter: reporter)
      let surface = try model.surface(
        on: placed.slice, placed.grid, file: "\(options.folder)/surface.npz", options: sampling,
        fresh: options.fresh, reporter: reporter)
      let trained =
        weights.lambda.map { "trained at λ = \(parameter($0))\(scene.training.words)" }
        ?? "weights from a file"
      return SampledPlane(
        model: model, surface: surface,
        sentence: "\(trained), same slice for every λ",
        axes: ("*α*, direction 1", "*β*, direction 2"))
    case .decay:
      try checkNoStatisticsAwaited("the path of the minimum")
      var sorted = self
      sorted.scene.penalty.values.sort()
      let path = try sorted.minimiserPath(options, reporter: reporter)
      let decay = try sorted.decaySlice(path.lowest.map(\.weights), options, reporter: reporter)
      return SampledPlane(
        model: self, surface: decay.sample.surface,
        sentence: "plane through the first minimum, the last and the origin",
        axes: ("*α*  (toward the first minimum)", "*β*  (across)"))
    }
  }
}

/// A sampled slice and what is said of it.
struct SampledPlane: Sendable {
  /// The model with the batch statistics that it was sampled with.
  var model: Model
  var surface: Surface
  var sentence: String
  var axes: (x: RichText, y: RichText)
}
