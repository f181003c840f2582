/// The frames of an animation of a surface: over λ, or around it.
///
/// Page, box, colours and levels are the same in all frames; over λ the camera, too. Frames are
/// painted by one thread each, as many are painted at once.
public struct SurfaceFilm: FilmFrames {
  /// What moves.
  private enum Motion: Sendable {
    case lambda(
      base: Field, penalty: [Double], lambdas: [Double], minima: [Point], heights: [Double],
      Timeline)
    case camera
  }

  /// The camera of each frame.
  public let cameras: [Camera]

  private let motion: Motion
  private let composer: SurfaceComposer
  private let page: SurfacePage
  private let isExcess: Bool

  /// How many frames there are.
  public var count: Int { cameras.count }

  /// Above this a turntable does not rise, though a minimum may be hidden from some sides.
  private static let highestTurntable = 50.0

  /// Plans frames that follow λ before one camera.
  ///
  ///     total(λ) = base + λ · penalty,    penalty = ½‖w‖²
  ///
  /// - Parameters:
  ///   - base: The base loss.
  ///   - penalty: ½‖w‖² at the same samples, in the same order.
  ///   - lambdas: λ of each frame, not negative.
  ///   - minima: Where the total loss is least at each frame, in the plane's coordinates.
  ///   - options: Camera and resolution.
  ///   - style: How it looks; with `sharing` as the excess over each frame's minimum.
  /// - Throws: `FigureError` if counts disagree, a λ is unusable, the style cannot show these values
  ///   or the page is too small.
  public init(
    base: Field, penalty: [Double], lambdas: [Double], minima: [Point], options: SurfaceOptions,
    style: FigureStyle
  ) throws(FigureError) {
    guard penalty.count == base.values.count, minima.count == lambdas.count else {
      throw FigureError(
        "A sweep of \(lambdas.count) frames over \(base.values.count) samples needs as many minima "
          + "and penalties, not \(minima.count) and \(penalty.count).")
    }
    guard let least = lambdas.min(), let most = lambdas.max(), least >= 0, most > 0,
      lambdas.allSatisfy(\.isFinite)
    else {
      throw FigureError("A sweep needs values of λ that are finite, not negative, and not all 0.")
    }
    isExcess = style.sharing == .excess
    // The total loss is linear in λ, and its excess convex: both are extreme at the ends of the
    // sweep, whose scale therefore holds all frames.
    let middle = lambdas.sorted()[lambdas.count / 2]
    var ends: [Field] = []
    for lambda in [least, middle, most] {
      ends.append(try SweepFigure.total(base, penalty, lambda, isExcess: isExcess))
    }
    let leasts = try SweepFigure.lowest(base, penalty, lambdas).map(\.value)
    var options = options
    (options.arrangement, options.threads) = (.panels, 1)
    // A path without a length, for the legend.
    let path = Trail([minima[0], minima[0]], label: SweepFigure.trailName)
    let first = Panel(ends[0], marks: [Mark(.minimum, at: minima[0])], trails: [path])
    composer = try SurfaceComposer([first], holding: ends, options: options, style: style)
    // A dozen frames stand for all when the camera is chosen.
    var samples: [SurfacePage.Cell] = []
    for index in stride(from: 0, to: lambdas.count, by: max(1, lambdas.count / 12)) {
      let field = try SweepFigure.total(base, penalty, lambdas[index], isExcess: isExcess)
      samples.append(composer.cell(Panel(field, marks: [Mark(.minimum, at: minima[index])])))
    }
    let camera = composer.camera(of: samples)
    cameras = lambdas.map { _ in camera }
    page = try composer.page(
      cameras: [camera], bandHeight: Timeline.height * style.page.textScale)
    motion = .lambda(
      base: base, penalty: penalty, lambdas: lambdas, minima: minima,
      heights: isExcess ? leasts.map { $0 * 0 } : leasts,
      try Timeline(lambdas, minima: leasts, band: page.band, style: composer.style))
  }

  /// Plans frames that go once around a surface.
  ///
  /// - Parameters:
  ///   - panel: The surface.
  ///   - frames: How many; at least 2.
  ///   - options: Where the camera begins, its elevation, and the resolution.
  ///   - style: How it looks.
  /// - Throws: `FigureError` if the style cannot show these values or the page is too small.
  public init(
    around panel: Panel, frames: Int, options: SurfaceOptions, style: FigureStyle
  ) throws(FigureError) {
    guard (2...100_000).contains(frames) else {
      throw FigureError("A turntable needs 2 to 100000 frames, not \(frames).")
    }
    var options = options
    (options.arrangement, options.threads) = (.panels, 1)
    isExcess = false
    composer = try SurfaceComposer([panel], options: options, style: style)
    let start = options.azimuth ?? SurfaceOptions.usualAzimuth
    var elevation = composer.elevation(from: (0..<24).map { start + 15 * Double($0) })
    if options.elevation == nil { elevation = min(elevation, SurfaceFilm.highestTurntable) }
    cameras = (0..<frames).map { frame in
      let azimuth = start + 360 * Double(frame) / Double(frames)
      return Camera(azimuth: azimuth > 180 ? azimuth - 360 : azimuth, elevation: elevation)
    }
    page = try composer.page(cameras: cameras)
    motion = .camera
  }

  /// Draws a frame.
  ///
  /// - Parameter index: Its number, from 0.
  /// - Returns: The drawing and its layout.
  /// - Throws: `FigureError` if there is no such frame.
  public func figure(at index: Int) throws(FigureError) -> Figure {
    guard cameras.indices.contains(index) else {
      throw FigureError("The film has \(cameras.count) frames, and none of number \(index).")
    }
    switch motion {
    case .camera: return try composer.figure(composer.cells, on: page, camera: cameras[index])
    case .lambda(let base, let penalty, let lambdas, let minima, let heights, let timeline):
      let lambda = lambdas[index]
      let total = try SweepFigure.total(base, penalty, lambda, isExcess: false)
      let shown =
        isExcess ? try SweepFigure.total(base, penalty, lambda, isExcess: true) : total
      let cell = composer.cell(Panel(shown, marks: [Mark(.minimum, at: minima[index])]))
      let moment = Timeline.Moment(
        lambda, Timeline.text(lambda), quantity: total.minimum?.value)
      let start = SweepFigure.turn(of: lambdas, before: index)
      let past = (start...index).map { (at: minima[$0], value: heights[$0]) }
      return try composer.figure([cell], on: page, camera: cameras[index], past: past) { sheet in
        timeline.drawAxis(on: &sheet)
        timeline.draw(moment, on: &sheet)
      }
    }
  }
}
