public import ArgumentParser
public import Landscape

/// `landscape curvature`.
struct Curvature: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how curved the loss is at a scene's weights, and how λ changes it.",
    discussion: """
      Eigenvalues, trace and spectrum of the Hessian of the base loss, and of the total loss at \
      each λ: exact where the network is small, otherwise each with its residual or standard error. \
      Writes curvature.json, curvature.csv and the density of the eigenvalues as a figure.
      """)

  @OptionGroup var scene: SceneOptions

  @OptionGroup var trained: WeightsOption

  @Option(help: ArgumentHelp("hessian or gauss-newton.", valueName: "name"))
  var matrix: CurvaturePlan.Matrix = .hessian

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The block of these tensors, such as 0.weight.", valueName: "names"))
  var tensors: [String] = []

  @Option(help: ArgumentHelp("Average over so many samples (default: all).", valueName: "count"))
  var samples: Int?

  @Option(help: ArgumentHelp("Largest eigenvalues.", valueName: "count"))
  var top: Int = CurvaturePlan().top

  @Option(help: ArgumentHelp("Smallest eigenvalues.", valueName: "count"))
  var bottom: Int = CurvaturePlan().bottom

  @Option(
    name: .customLong("trace-products"),
    help: ArgumentHelp("Products spent on the trace by Hutch++.", valueName: "count"))
  var traceProducts: Int = CurvaturePlan().traceProducts

  @Option(help: ArgumentHelp("Random vectors of the spectral density.", valueName: "count"))
  var probes: Int = CurvaturePlan().probes

  @Option(help: ArgumentHelp("Lanczos steps for each of them.", valueName: "count"))
  var steps: Int = CurvaturePlan().steps

  @Option(
    name: .customLong("exact-limit"),
    help: ArgumentHelp(
      "The most parameters for which the whole spectrum is computed.", valueName: "count"))
  var exactLimit: Int = CurvaturePlan().exactLimit

  @Option(
    name: .customLong("train-lambda"),
    help: ArgumentHelp("λ to train at, where not the first.", valueName: "value"))
  var trainLambda: String?

  @Flag(help: "Train again, whatever an earlier run has left.")
  var fresh = false

  @Option(
    help: ArgumentHelp(
      "Width of the figure: column, narrow, text, full, readme, or millimetres.",
      valueName: "width"))
  var size: String?

  @Option(help: ArgumentHelp("Pixels to an inch.", valueName: "number"))
  var dpi: String?

  @Option(help: ArgumentHelp("png, pdf, svg, or several.", valueName: "kinds"))
  var format: String?

  @Option(help: ArgumentHelp("light or dark.", valueName: "name"))
  var theme: String?

  func run() throws {
    var loaded = try scene.load()
    trained.apply(to: &loaded)
    for (part, text) in looks { if let text { try loaded.set(part, text) } }
    var plan = CurvaturePlan()
    plan.matrix = matrix
    plan.tensors = tensors
    plan.samples = samples
    (plan.top, plan.bottom, plan.exactLimit) = (top, bottom, exactLimit)
    (plan.traceProducts, plan.probes, plan.steps) = (traceProducts, probes, steps)
    let command = shellCommand(["landscape", "curvature"] + scene.words + ownWords)
    var options = RenderOptions(
      folder: scene.folder(loaded), threads: scene.threadCount, command: command)
    options.trainLambda = try trainLambda.map { try Scene.oneLambda($0, flag: "train-lambda") }
    options.fresh = fresh
    let result = try curvature(loaded, plan, options, reporter: Terminal.shared.reporter)
    Terminal.shared.endLine()
    for line in result.lines + result.files { print(line) }
  }

  private var looks: [(part: Scene.Override, text: String?)] {
    [(.size, size), (.dpi, dpi), (.format, format), (.theme, theme)]
  }

  /// The flags that decide what comes out, where they differ from the defaults.
  private var ownWords: [String] {
    let plan = CurvaturePlan()
    var words = trained.words
    if matrix != plan.matrix { words += ["--matrix", matrix.rawValue] }
    if !tensors.isEmpty { words += ["--tensors"] + tensors }
    if let samples { words += ["--samples", String(samples)] }
    for (flag, value, usual) in [
      ("--top", top, plan.top), ("--bottom", bottom, plan.bottom),
      ("--trace-products", traceProducts, plan.traceProducts), ("--probes", probes, plan.probes),
      ("--steps", steps, plan.steps), ("--exact-limit", exactLimit, plan.exactLimit),
    ] where value != usual {
      words += [flag, String(value)]
    }
    if let trainLambda { words += ["--train-lambda", trainLambda] }
    for (part, text) in looks { if let text { words += ["--\(part.rawValue)", text] } }
    return words
  }
}

extension CurvaturePlan.Matrix: ExpressibleByArgument {}
