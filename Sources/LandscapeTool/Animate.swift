public import ArgumentParser
public import Landscape

/// `landscape animate`.
struct Animate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Animate a scene's loss as λ moves, or training: APNG; GIF, MP4 or WebM by ffmpeg.",
    discussion: """
      The slice is sampled once; λ runs from the least to the greatest given, evenly on a log axis \
      but for a soft start and stop. Colours and levels are the same in all frames.

      With '--path training' the network is trained at the (first) λ, and its weights walk through \
      the plane of their path's principal components, epoch by epoch; the still training-path and \
      training-path.csv come with it. With '--checkpoints' the path is that of the files.
      """)

  @OptionGroup var scene: SceneOptions

  @OptionGroup var trained: WeightsOption

  @Option(
    help: ArgumentHelp(
      "What moves: lambda; training (the weights, epoch by epoch; usual with --checkpoints); or "
        + "turntable (the camera, around the first λ's surface).",
      valueName: "name"))
  var path: AnimationPlan.Path?

  @Option(help: ArgumentHelp("As λ moves: contour or surface.", valueName: "name"))
  var figure: AnimationPlan.Figure = .contour

  @Option(
    help: ArgumentHelp(
      "Pictures (default: 60; of training one or more for each epoch; a turntable's 90).",
      valueName: "count"))
  var frames: Int?

  @Option(help: ArgumentHelp("Pictures a second.", valueName: "count"))
  var fps: Int = AnimationPlan().framesPerSecond

  @Option(help: ArgumentHelp("How often it is played; 0 for ever.", valueName: "count"))
  var loop: Int = AnimationPlan().plays

  @Flag(name: .customLong("there-and-back"), help: "Let λ return to where it began.")
  var thereAndBack = false

  @Option(
    help: ArgumentHelp(
      "As λ moves: scene (the scene's slice) or decay (through the minima).",
      valueName: "name"))
  var plane: AnimationPlan.Plane = .scene

  @Option(help: ArgumentHelp("Width in pixels.", valueName: "count"))
  var pixels: Int = AnimationPlan().pixels

  @Option(
    help: ArgumentHelp(
      "apng, gif, mp4, webm, frames (numbered PNGs), or several.", valueName: "kinds"))
  var format: String?

  @Flag(name: .customLong("frames-only"), help: "Write numbered PNGs and no animation.")
  var framesOnly = false

  @Option(
    name: .customLong("train-lambda"),
    help: ArgumentHelp("λ to train at, where not the first.", valueName: "value"))
  var trainLambda: String?

  @Flag(help: "Write the layouts of all frames, as a JSON array.")
  var layout = false

  @Flag(help: "Train and sample again, whatever earlier runs have left.")
  var fresh = false

  @OptionGroup(title: "Slice and looks") var parts: AnimatedParts

  @OptionGroup(title: "Camera") var camera: CameraParts

  /// What moves.
  private var moving: AnimationPlan.Path {
    path ?? (trained.checkpoints == nil ? AnimationPlan().path : .training)
  }

  func validate() throws {
    if framesOnly, format != nil {
      throw ValidationError("'--frames-only' is '--format frames'; leave out one of them")
    }
    if plane == .decay, trainLambda != nil {
      throw ValidationError("'--plane decay' follows the minimum; leave out '--train-lambda'")
    }
    if moving == .training, let flag = parts.slice.placing {
      throw ValidationError("'--path training' has a plane of its own; leave out '\(flag)'")
    }
  }

  func run() throws {
    var loaded = try scene.load()
    if path == .training || trainLambda != nil { loaded.trainModel() }
    try trained.apply(to: &loaded)
    try parts.apply(to: &loaded)
    try camera.apply(to: &loaded)
    try refuseUnseen(camera, unless: figure == .surface || moving == .turntable)
    var plan = AnimationPlan()
    (plan.path, plan.frames, plan.framesPerSecond, plan.plays) = (moving, frames, fps, loop)
    (plan.returns, plan.plane, plan.pixels) = (thereAndBack, plane, pixels)
    plan.figure = figure
    plan.showsExcess = parts.looks.scale == nil
    if let format { try plan.setFormats(format) }
    if framesOnly { plan.formats = [.frames] }
    let command = shellCommand(
      ["landscape", "animate"] + scene.words + ownWords + parts.words + camera.words)
    var options = scene.options(named: loaded.name, command: command)
    options.trainLambda = try trainLambda.map { try Scene.oneLambda($0, flag: "train-lambda") }
    (options.fresh, options.layout) = (fresh, layout)
    let files = try animate(loaded, plan, options, reporter: Terminal.shared.reporter)
    Terminal.shared.endLine()
    for file in files { print(file) }
  }

  /// The flags that decide what comes out, where they differ from the defaults.
  private var ownWords: [String] {
    let usual = AnimationPlan()
    var words = trained.words
    if let path { words += ["--path", path.rawValue] }
    if figure != usual.figure { words += ["--figure", figure.rawValue] }
    if let frames { words += ["--frames", String(frames)] }
    for (flag, value, standard) in [
      ("--fps", fps, usual.framesPerSecond),
      ("--loop", loop, usual.plays), ("--pixels", pixels, usual.pixels),
    ] where value != standard {
      words += [flag, String(value)]
    }
    if thereAndBack { words.append("--there-and-back") }
    if plane != usual.plane { words += ["--plane", plane.rawValue] }
    if let trainLambda { words += ["--train-lambda", trainLambda] }
    return words
  }
}

extension AnimationPlan.Path: ExpressibleByArgument {}
extension AnimationPlan.Figure: ExpressibleByArgument {}
extension AnimationPlan.Plane: ExpressibleByArgument {}
