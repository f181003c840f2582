import Algebra
import Figures
import Geometry
import Images
import Networks
import TensorFiles

/// Animates a scene's loss over λ: one slice, sampled once, at a λ that moves on a log axis.
///
/// - Parameters:
///   - scene: What to animate; λ runs from the least positive one given to the greatest.
///   - plan: How many frames, and which files.
///   - options: Where to, and on how many threads.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written.
/// - Throws: As ``render(_:_:reporter:)``; `ImageError.noProgram` where a video is asked for and
///   `ffmpeg` is not installed.
public func animate(
  _ scene: Scene, _ plan: AnimationPlan, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> [String] {
  try options.check(against: scene)
  let lambdas = try plan.lambdas(scene)
  let model = try Model(scene, threads: options.threads)
  try AtomicFile.prepareFolder(options.folder)
  let view = try model.animatedView(plan, options, reporter: reporter)
  let film = try Film(scene, view, lambdas, plan, options)
  return try film.write(reporter: reporter)
}

/// How an animation over λ runs, and which files are made of it.
public struct AnimationPlan: Sendable, Equatable {
  /// A kind of file.
  public enum Format: String, Sendable, CaseIterable {
    /// An animated PNG: exact colours, played by browsers, a still elsewhere.
    case apng
    case gif
    case mp4
    case webm
    /// A folder of numbered stills.
    case frames
  }

  /// The plane that is shown.
  public enum Plane: String, Sendable, CaseIterable {
    /// The scene's slice around weights trained at the first λ (protocol A).
    case scene
    /// The plane through the minima of the first and the last λ and the origin (protocol B).
    case decay
  }

  /// Pictures: 60, three seconds at the default speed.
  public var frames = 60
  /// Pictures a second: 20, which looks smooth, and which GIF can tell exactly.
  public var framesPerSecond = 20
  /// How often it is played; 0 for ever.
  public var plays = 0
  /// Whether λ goes back to where it began, so that the next round begins without a jump.
  public var returns = false
  /// The plane that is shown.
  public var plane = Plane.scene
  /// The files to write.
  public var formats: [Format] = [.apng]
  /// Whether colours show the excess over each frame's least value: otherwise a large λ leaves few
  /// contours on the one scale.
  public var showsExcess = true
  /// Pictures for which the first and the last are held: three quarters of a second, to be read.
  public var held = 15
  /// Width in pixels: 800, a slide's half and a page's whole.
  public var pixels = 800

  /// Makes the default plan.
  public init() {}

  /// Reads the kinds of files from a flag.
  ///
  /// - Parameter text: Names with commas.
  /// - Throws: ``UsageError``.
  public mutating func setFormats(_ text: String) throws(UsageError) {
    var found: [Format] = []
    for name in text.split(separator: ",").map(\.trimmed) {
      guard let format = Format(rawValue: name) else {
        throw UsageError(
          reason: "'--format' has '\(name)' (there are \(list(Format.allCases.map(\.rawValue))))")
      }
      if !found.contains(format) { found.append(format) }
    }
    guard !found.isEmpty else { throw UsageError(reason: "'--format' is empty") }
    formats = found
  }

  /// λ of each frame.
  func lambdas(_ scene: Scene) throws -> [Double] {
    guard (1...1000).contains(framesPerSecond), plays >= 0, (64...16_000).contains(pixels) else {
      throw UsageError(
        reason: "'--fps' must be from 1 to 1000, '--loop' from 0, '--pixels' from 64 to 16000")
    }
    let given = scene.penalty.values.filter { $0 > 0 }.map(scene.penalty.convention.lambda)
    guard let least = given.min(), let most = given.max(), least < most else {
      throw UsageError(
        reason: "an animation needs two λ above 0 to run between, such as --lambda 1e-5,1e-1")
    }
    do {
      return try sweepPositions(frames: frames, from: least, to: most, returns: returns)
    } catch {
      throw UsageError(reason: "'--frames': \(error.description)")
    }
  }
}

extension Model {
  /// The slice that is animated.
  fileprivate func animatedView(
    _ plan: AnimationPlan, _ options: RenderOptions, reporter: Reporter
  ) throws -> SampledPlane {
    let sampling = SamplingOptions(precision: scene.slice.precision, threads: options.threads)
    switch plan.plane {
    case .scene:
      let given = options.trainLambda ?? scene.penalty.values[0]
      let weights = try weights(
        lambda: scene.penalty.convention.lambda(given),
        file: "\(options.folder)/weights.safetensors", fresh: options.fresh, reporter: reporter)
      let placed = try slice(around: weights.values, reporter: reporter)
      let surface = try surface(
        on: placed.slice, file: "\(options.folder)/surface.npz", options: sampling,
        fresh: options.fresh, reporter: reporter)
      let trained =
        weights.lambda.map { "trained at λ = \(lambdaName($0))" } ?? "weights from a file"
      return SampledPlane(
        surface: surface, sentence: "\(trained), same slice for every λ (protocol\u{A0}A)",
        axes: ("*α*, direction 1", "*β*, direction 2"))
    case .decay:
      var sorted = self
      sorted.scene.penalty.values.sort()
      let path = try sorted.minimiserPath(options, reporter: reporter)
      let decay = try sorted.decaySlice(path.lowest.map(\.weights), options, reporter: reporter)
      return SampledPlane(
        surface: decay.sample.surface,
        sentence: "plane through the first minimum, the last and the origin (protocol\u{A0}B)",
        axes: ("*α*  (toward the first minimum)", "*β*  (across)"))
    }
  }
}

/// A sampled slice and what is said of it.
private struct SampledPlane: Sendable {
  var surface: Surface
  var sentence: String
  var axes: (x: RichText, y: RichText)
}

/// The frames of an animation, and its files.
private struct Film: Sendable {
  private let scene: Scene
  private let plan: AnimationPlan
  private let options: RenderOptions
  private let files: FigureFiles
  private let frames: SweepFigure
  private let dpi: Double

  init(
    _ scene: Scene, _ plane: SampledPlane, _ lambdas: [Double], _ plan: AnimationPlan,
    _ options: RenderOptions
  ) throws {
    self.scene = scene
    self.plan = plan
    self.options = options
    files = try FigureFiles(scene, options)
    let looks = scene.figure
    dpi = Double(plan.pixels) / (looks.width / 25.4)
    var style = FigureStyle(typeface: files.typeface)
    style.page = PageFormat(width: looks.width / 25.4 * 72)
    style.theme = looks.dark ? .dark : .light
    style.colorMap = looks.colorMap
    style.scale = looks.scale == .automatic && looks.colorMap.isDiverging ? .linear : looks.scale
    style.sharing = plan.showsExcess ? .excess : looks.sharing
    style.levels = looks.levels
    style.title = "*L*(*w*) + ½*λ*‖*w*‖^2"
    style.subtitle = RichText(verbatim: "\(scene.name): \(plane.sentence)")
    style.colorBarTitle = "total loss"
    (style.xTitle, style.yTitle) = plane.axes
    let surface = plane.surface
    let minima = lambdas.map { lambda in
      GridMinimum(of: surface.total(lambda: lambda), on: surface.grid).map {
        Point($0.refined.alpha, $0.refined.beta)
      } ?? Point(.nan, .nan)
    }
    frames = try SweepFigure(
      base: Field(xs: surface.grid.alphas, ys: surface.grid.betas, values: surface.base),
      penalty: surface.penaltyValues(lambda: 1), lambdas: lambdas, minima: minima, style: style)
  }

  /// Writes the animation in every format asked for.
  func write(reporter: Reporter) throws -> [String] {
    let metadata = files.metadata(title: title, description: description)
    return try plan.formats.flatMap { format -> [String] in
      let film = animation(reporter)
      switch format {
      case .apng:
        reporter.begin("animated PNG", plan.frames)
        let path = "\(options.folder)/animation.png"
        try AtomicFile.stream(to: path) { append in
          try film.apng(dpi: dpi, metadata: metadata, threads: options.threads, write: append)
        }
        return [path]
      case .gif: return [try video(film, .gif, metadata, reporter)]
      case .mp4: return [try video(film, .mp4, metadata, reporter)]
      case .webm: return [try video(film, .webm, metadata, reporter)]
      case .frames: return try stills(film, reporter)
      }
    }
  }

  private var title: String { "Total loss as λ moves" }

  private var description: String {
    let (first, last) = (frames.lambdas.min() ?? 0, frames.lambdas.max() ?? 0)
    return "Animation of the total loss L(w) + ½λ‖w‖² over a slice, λ from "
      + "\(lambdaName(first)) to \(lambdaName(last)) on a log axis, \(plan.frames) frames, one "
      + "colour scale."
  }

  private func animation(_ reporter: Reporter) -> Animation {
    let (frames, dpi, typeface) = (frames, dpi, files.typeface)
    var film = Animation(count: plan.frames) { index in
      defer { reporter.advance(1) }
      return try frames.figure(at: index).drawing.raster(dpi: dpi, typeface: typeface)
    }
    film.framesPerSecond = plan.framesPerSecond
    film.plays = plan.plays
    film.durations = Array(repeating: 1, count: plan.frames)
    for end in [0, plan.returns ? plan.frames / 2 : plan.frames - 1] {
      film.durations[end] = plan.held
    }
    return film
  }

  private func video(
    _ film: Animation, _ format: VideoFormat, _ metadata: Metadata, _ reporter: Reporter
  ) throws -> String {
    reporter.begin(format.rawValue, plan.frames)
    let path = "\(options.folder)/animation.\(format.rawValue)"
    try AtomicFile.make(path) { temporary in
      try film.video(format, to: temporary, metadata: metadata, threads: options.threads)
    }
    return path
  }

  private func stills(_ film: Animation, _ reporter: Reporter) throws -> [String] {
    reporter.begin("frames", plan.frames)
    let folder = "\(options.folder)/frames"
    try AtomicFile.prepareFolder(folder)
    let digits = max(4, String(plan.frames).count)
    return try concurrentMap(plan.frames, threads: options.threads) { index in
      let number = String(index + 1)
      let name = String(repeating: "0", count: digits - number.count) + number
      let path = "\(folder)/frame-\(name).png"
      let metadata = files.metadata(
        title: title, description: description,
        entries: [("landscape:lambda", lambdaName(frames.lambdas[index]))])
      try AtomicFile.write(try film.picture(index).png(dpi: dpi, metadata: metadata), to: path)
      return path
    }
  }
}
