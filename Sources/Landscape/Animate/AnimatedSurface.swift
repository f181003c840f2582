import Figures
import Geometry
import TensorFiles

/// Animates a camera that goes once around the surface of the first λ.
func animateTurntable(
  _ model: Model, _ plan: AnimationPlan, _ options: RenderOptions, reporter: Reporter
) throws -> [String] {
  let scene = model.scene
  let plane = try model.animatedPlane(plan, options, reporter: reporter)
  let files = try FigureFiles(scene, options)
  let lambda = scene.penalty.convention.lambda(scene.penalty.values[0])
  var style = files.panelStyle
  style.title = "*L*(*w*) + ½*λ*‖*w*‖^2,  *λ* = " + RichText(parameter: lambda)
  style.subtitle = RichText(prose: "\(scene.name): \(plane.sentence)")
  style.colorBarTitle = "total loss"
  (style.xTitle, style.yTitle) = plane.axes
  let grid = plane.surface.grid
  let field = try Field(
    xs: grid.alphas, ys: grid.betas, values: plane.surface.total(lambda: lambda))
  let frames = try SurfaceFilm(
    around: Panel(field, marks: Mark.minimum(of: field).map { [$0] } ?? []),
    frames: plan.frames ?? AnimationPlan.usualTurn, options: plan.surfaceOptions(files),
    style: style)
  // The round goes on where it ends: no frame is held.
  var rolling = plan
  rolling.held = 1
  var film = Film(
    frames, name: "turntable", title: style.title.plain,
    description: "A camera goes once around the surface of the total loss L(w) + ½λ‖w‖² at "
      + "λ = \(parameter(lambda)) over a slice, \(frames.count) frames.", rolling, options, files)
  film.entries = { _ in [("landscape:lambda", lambdaName(lambda))] }
  return try film.write(reporter: reporter)
}

extension AnimationPlan {
  /// The scene's camera, at the resolution of the animation.
  func surfaceOptions(_ files: FigureFiles) -> SurfaceOptions {
    var surface = files.surfaceOptions
    surface.dpi = Double(pixels) / (files.panelStyle.page.width / 72)
    return surface
  }
}
