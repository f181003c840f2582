import ArgumentParser
import Landscape

/// `landscape render`.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample a scene's landscape and draw it at each λ.",
    discussion: """
      With one λ the network is trained at it, and its minimum is the centre of the slice. With \
      several it is trained at the first (or at --train-lambda), and one slice serves all; \
      --retrain trains at each and draws each in a slice of its own. λ costs nothing: the base \
      loss is sampled once.

      A second run uses trained weights and surfaces again where nothing they depend on has \
      changed.
      """)

  @OptionGroup var scene: SceneOptions

  @OptionGroup var trained: WeightsOption

  @Option(
    name: .customLong("train-lambda"),
    help: ArgumentHelp("λ to train at, where not the first that is drawn.", valueName: "value"))
  var trainLambda: String?

  @Option(
    help: ArgumentHelp(
      "contour, heatmap, parts, surface, sheets, or several (default: contour,heatmap,parts); or "
        + "line, the loss along one direction.",
      valueName: "kinds"))
  var figure: String?

  private var isLine: Bool { figure == "line" }

  @Option(
    help: ArgumentHelp(
      "With '--figure line': weights that the line goes to; 0 is the scene's model, 1 this.",
      valueName: "file"),
    completion: .file(extensions: ["safetensors", "npz"]))
  var to: String?

  @Option(
    name: .customLong("directions-count"),
    help: ArgumentHelp(
      "Draw so many random slices side by side, and the spread of what is read off them.",
      valueName: "count"))
  var directionsCount: Int?

  @Flag(help: "Train at each λ, and draw each in its own slice.")
  var retrain = false

  @Flag(help: "Train and sample again, whatever earlier runs have left.")
  var fresh = false

  @Flag(name: .customLong("data-only"), help: "Write surface, weights and summary, no figures.")
  var dataOnly = false

  @Option(
    help: ArgumentHelp(
      "Draw this surface (.npz with alphas, betas, base and penalty) and sample nothing.",
      valueName: "file"),
    completion: .file(extensions: ["npz"]))
  var from: String?

  @Flag(help: "Write each figure's layout beside it, as JSON.")
  var layout = false

  @Flag(help: "Say in which form each layer is sampled, and on which instruction set.")
  var explain = false

  @OptionGroup var exported: ExportOption

  @OptionGroup(title: "Slice and looks") var parts: SceneParts

  @OptionGroup(title: "Camera") var camera: CameraParts

  func validate() throws {
    let kinds = (figure ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
    if kinds.count > 1, kinds.contains("line") {
      throw ValidationError(
        "a line is sampled apart from slices; draw it in a run of its own, '--figure line'")
    }
    if retrain, trainLambda != nil {
      throw ValidationError("'--retrain' trains at each λ; leave out '--train-lambda'")
    }
    if let files = trained.given {
      if retrain { throw ValidationError("'--retrain' trains; leave out '\(files)'") }
      if trainLambda != nil {
        throw ValidationError("'\(files)' are not trained; leave out '--train-lambda'")
      }
    }
    if to != nil, !isLine {
      throw ValidationError("'--to' is where a line goes; add '--figure line'")
    }
    if isLine, directionsCount != nil {
      throw ValidationError("a line has one direction; leave out '--directions-count'")
    }
    if isLine, retrain {
      throw ValidationError("a line is through the weights of one λ; leave out '--retrain'")
    }
    if let directionsCount, !(2...24).contains(directionsCount) {
      throw ValidationError("'--directions-count' is \(directionsCount); it must be from 2 to 24")
    }
    if from != nil {
      let others: [(String, Bool)] = [
        ("--retrain", retrain), ("--train-lambda", trainLambda != nil), ("--fresh", fresh),
        (trained.given ?? "", trained.given != nil), ("--data-only", dataOnly),
        ("--grid", parts.slice.grid != nil), ("--span", parts.slice.span != nil),
        ("--precision", parts.slice.precision != nil), ("--explain", explain),
        ("--export", exported.export != nil), ("--seed", scene.seed != nil),
        ("--directions", parts.slice.directions != nil),
        ("--normalise", parts.slice.normalise != nil), ("--figure line", isLine),
        ("--directions-count", directionsCount != nil),
      ]
      if let flag = others.first(where: \.1) {
        throw ValidationError("'--from' samples nothing; leave out '\(flag.0)'")
      }
    }
  }

  func run() throws {
    var loaded = try scene.load()
    if retrain || trainLambda != nil { loaded.trainModel() }
    try trained.apply(to: &loaded)
    try parts.apply(to: &loaded)
    try camera.apply(to: &loaded)
    if let figure, !isLine { try loaded.set(.figure, figure) }
    try refuseUnseen(camera, unless: loaded.figure.drawsSurfaces)
    try exported.apply(to: &loaded)
    let words = ["landscape", "render"] + scene.words + ownWords + parts.words + camera.words
    let command = shellCommand(words)
    let reporter = Terminal.shared.reporter
    let files: [String]
    if let from {
      let name = SceneOptions.fileName(from)
      let stem = name.hasSuffix(".npz") ? String(name.dropLast(4)) : name
      var options = scene.options(named: stem, command: command)
      options.layout = layout
      files = try render(surface: from, loaded, options, reporter: reporter)
    } else {
      var options = scene.options(named: loaded.name, command: command)
      options.trainLambda = try trainLambda.map {
        try Scene.oneLambda($0, flag: "train-lambda")
      }
      options.retrain = retrain
      options.directionsCount = directionsCount ?? 1
      options.fresh = fresh
      options.dataOnly = dataOnly
      options.layout = layout
      if explain { print(try samplingExplanation(loaded)) }
      if isLine {
        if to != nil, parts.slice.span == nil { loaded.slice.alpha = LineEnd.betweenModels }
        if parts.slice.grid == nil {
          loaded.slice.columns = LineEnd.points(forColumns: loaded.slice.columns)
        }
        files = try renderLine(
          loaded, to.map { .weights(path: $0) } ?? .direction, options, reporter: reporter)
      } else {
        files = try render(loaded, options, reporter: reporter)
      }
    }
    Terminal.shared.endLine()
    for file in files { print(file) }
  }

  private var ownWords: [String] {
    var words = trained.words + exported.words
    if let trainLambda { words += ["--train-lambda", trainLambda] }
    if retrain { words.append("--retrain") }
    if let directionsCount { words += ["--directions-count", String(directionsCount)] }
    if let to { words += ["--to", SceneOptions.fileName(to)] }
    if let from { words += ["--from", SceneOptions.fileName(from)] }
    if let figure { words += ["--figure", figure] }
    return words
  }
}

/// Refuses a camera where no surface is drawn.
func refuseUnseen(_ camera: CameraParts, unless drawsSurfaces: Bool) throws {
  guard !drawsSurfaces, let flag = camera.words.first else { return }
  throw UsageError(reason: "'\(flag)' is for surfaces; add '--figure surface'")
}
