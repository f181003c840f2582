public import ArgumentParser
public import Landscape

/// `landscape curvature`.
struct Curvature: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how curved the loss is at a scene's weights, and how λ changes it.",
    discussion: """
      Eigenvalues, trace and spectrum of the Hessian of the base loss, and of the total loss at \
      each λ: exact where the network is small, otherwise each with its residual or standard error. \
      Writes curvature.json, curvature.csv and figures: the density of the eigenvalues, the layers' \
      extremes, with several λ the curvature against λ, and with --map where the loss is convex.
      """)

  @OptionGroup var scene: SceneOptions

  @OptionGroup var trained: WeightsOption

  @Option(help: ArgumentHelp("hessian, gauss-newton or fisher.", valueName: "name"))
  var matrix: CurvaturePlan.Matrix?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The block of these tensors, such as 0.weight.", valueName: "names"))
  var tensors: [String] = []

  @Option(help: ArgumentHelp("Average over so many samples (default: all).", valueName: "count"))
  var samples: Int?

  @Option(help: ArgumentHelp("Largest eigenvalues (default: 10).", valueName: "count"))
  var top: Int?

  @Option(help: ArgumentHelp("Smallest eigenvalues (default: 5).", valueName: "count"))
  var bottom: Int?

  @Option(
    name: .customLong("trace-products"),
    help: ArgumentHelp("Products spent on the trace by Hutch++ (default: 99).", valueName: "count"))
  var traceProducts: Int?

  @Option(
    help: ArgumentHelp("Random vectors of the spectral density (default: 10).", valueName: "count"))
  var probes: Int?

  @Option(help: ArgumentHelp("Lanczos steps for each of them (default: 80).", valueName: "count"))
  var steps: Int?

  @Option(
    name: .customLong("exact-limit"),
    help: ArgumentHelp(
      "The most parameters for which the whole spectrum is computed (default: 5000).",
      valueName: "count"))
  var exactLimit: Int?

  @Option(
    help: ArgumentHelp(
      "Map both extreme eigenvalues over the slice, on a grid such as 11 or 21x11.",
      valueName: "size"))
  var map: String?

  @Option(
    name: .customLong("map-tolerance"),
    help: ArgumentHelp(
      "What the map's eigenvalues may be off by, relative to the larger (default: 0.001).",
      valueName: "share"))
  var mapTolerance: Double?

  @Flag(inversion: .prefixedNo, help: "Each layer's block by itself (default: yes).")
  var layers: Bool?

  @Flag(inversion: .prefixedNo, help: "The worst loss nearby (default: yes).")
  var sharpness: Bool?

  @Option(help: ArgumentHelp("Radius of SAM's sharpness (default: 0.05).", valueName: "length"))
  var rho: Double?

  @Option(
    help: ArgumentHelp("Half-width of Keskar's sharpness (default: 0.001).", valueName: "share"))
  var epsilon: Double?

  @Flag(help: "Write the eigenvectors, each as weights (.safetensors).")
  var vectors = false

  @Option(
    name: .customLong("train-lambda"),
    help: ArgumentHelp("λ to train at, where not the first.", valueName: "value"))
  var trainLambda: String?

  @Flag(help: "Train again, whatever an earlier run has left.")
  var fresh = false

  @Flag(help: "Write each figure's layout beside it, as JSON.")
  var layout = false

  @OptionGroup var exported: ExportOption

  @OptionGroup(title: "Slice and looks") var parts: SceneParts

  func run() throws {
    var loaded = try scene.load()
    if trainLambda != nil { loaded.trainModel() }
    try trained.apply(to: &loaded)
    try parts.apply(to: &loaded)
    try exported.apply(to: &loaded)
    try apply(to: &loaded.curvature)
    let command = shellCommand(
      ["landscape", "curvature"] + scene.words + ownWords + parts.words)
    var options = scene.options(named: loaded.name, command: command)
    options.trainLambda = try trainLambda.map { try Scene.oneLambda($0, flag: "train-lambda") }
    options.fresh = fresh
    options.layout = layout
    let result = try curvature(loaded, options, reporter: Terminal.shared.reporter)
    Terminal.shared.endLine()
    for line in result.lines + result.files { print(line) }
  }

  /// Counts that flags replace.
  private var counts: [(flag: String, path: WritableKeyPath<CurvaturePlan, Int>, value: Int?)] {
    [
      ("--top", \.top, top), ("--bottom", \.bottom, bottom),
      ("--trace-products", \.traceProducts, traceProducts), ("--probes", \.probes, probes),
      ("--steps", \.steps, steps), ("--exact-limit", \.exactLimit, exactLimit),
    ]
  }

  /// Numbers that flags replace.
  private var numbers:
    [(flag: String, path: WritableKeyPath<CurvaturePlan, Double>, value: Double?)]
  {
    [
      ("--rho", \.rho, rho), ("--epsilon", \.epsilon, epsilon),
      ("--map-tolerance", \.mapTolerance, mapTolerance),
    ]
  }

  private func apply(to plan: inout CurvaturePlan) throws {
    if let matrix { plan.matrix = matrix }
    if !tensors.isEmpty { plan.tensors = tensors }
    if let samples { plan.samples = samples }
    for (_, path, value) in counts { if let value { plan[keyPath: path] = value } }
    for (_, path, value) in numbers { if let value { plan[keyPath: path] = value } }
    if let map { try plan.setMap(map) }
    if let layers { plan.layers = layers }
    if let sharpness { plan.sharpness = sharpness }
    if vectors { plan.vectors = true }
  }

  /// The flags that decide what comes out.
  private var ownWords: [String] {
    var words = trained.words + exported.words
    if let matrix { words += ["--matrix", matrix.rawValue] }
    if !tensors.isEmpty { words += ["--tensors"] + tensors }
    if let samples { words += ["--samples", String(samples)] }
    for (flag, _, value) in counts { if let value { words += [flag, String(value)] } }
    for (flag, _, value) in numbers { if let value { words += [flag, String(value)] } }
    if let map { words += ["--map", map] }
    if let layers { words.append(layers ? "--layers" : "--no-layers") }
    if let sharpness { words.append(sharpness ? "--sharpness" : "--no-sharpness") }
    if vectors { words.append("--vectors") }
    if let trainLambda { words += ["--train-lambda", trainLambda] }
    return words
  }
}

extension CurvaturePlan.Matrix: ExpressibleByArgument {}
