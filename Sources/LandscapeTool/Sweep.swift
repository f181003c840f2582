import ArgumentParser
import Landscape

/// `landscape sweep`.
struct Sweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Study how weight decay changes a scene's loss: minima, curvature, shape, verdict.",
    discussion: """
      Follows the minimum over the λ given, such as --lambda 1e-5...1e-1 x 25, from both ends; \
      measures curvature, norm, losses and the slices' shape at each; draws the path in the plane \
      through the first and last minimum and the origin; and judges what is said of weight decay by \
      the numbers. Writes report.html, report.md, sweep.json, sweep.csv and the figures.
      """)

  @OptionGroup var scene: SceneOptions

  @OptionGroup var trained: WeightsOption

  @Option(
    help: ArgumentHelp(
      "‖∇L‖ to which each minimum is polished (default: 1e-4, or the scene's where that is less).",
      valueName: "number"))
  var tolerance: Double?

  @Option(
    help: ArgumentHelp(
      "L-BFGS steps for each minimum at most (default: the scene's polish, at least 200).",
      valueName: "count"))
  var iterations: Int?

  @Option(
    help: ArgumentHelp("Random slices around a minimum (default: 3).", valueName: "count"))
  var slices: Int?

  @Option(
    help: ArgumentHelp(
      "λ that get a panel, slices of their own and a descent (default: 5).", valueName: "count"))
  var panels: Int?

  @Option(
    name: .customLong("trace-products"),
    help: ArgumentHelp("Products spent on each trace (default: 48).", valueName: "count"))
  var traceProducts: Int?

  @Option(
    help: ArgumentHelp(
      "Random vectors for the effective parameters (default: 4).", valueName: "count"))
  var probes: Int?

  @Option(help: ArgumentHelp("Lanczos steps for each of them (default: 60).", valueName: "count"))
  var steps: Int?

  @Option(
    name: .customLong("descent-steps"),
    help: ArgumentHelp(
      "Steps after which gradient descent has not arrived; 0 leaves it out (default: 300).",
      valueName: "count"))
  var descentSteps: Int?

  @Flag(help: "Train, follow and sample again, whatever earlier runs have left.")
  var fresh = false

  @Flag(help: "Write each figure's layout beside it, as JSON.")
  var layout = false

  @OptionGroup(title: "Slice and looks") var parts: SceneParts

  func run() throws {
    var loaded = try scene.load()
    try trained.apply(to: &loaded)
    try parts.apply(to: &loaded)
    for (_, path, value) in counts { if let value { loaded.sweep[keyPath: path] = value } }
    if let tolerance { loaded.sweep.tolerance = tolerance }
    if let iterations { loaded.sweep.iterations = iterations }
    let command = shellCommand(["landscape", "sweep"] + scene.words + ownWords + parts.words)
    var run = scene.options(named: "\(loaded.name)/sweep", command: command)
    run.fresh = fresh
    run.layout = layout
    let result = try sweep(loaded, run, reporter: Terminal.shared.reporter)
    Terminal.shared.endLine()
    for line in result.lines + result.files { print(line) }
  }

  /// Counts that flags replace.
  private var counts: [(flag: String, path: WritableKeyPath<SweepPlan, Int>, value: Int?)] {
    [
      ("--slices", \.slices, slices), ("--panels", \.panels, panels),
      ("--trace-products", \.traceProducts, traceProducts), ("--probes", \.probes, probes),
      ("--steps", \.steps, steps), ("--descent-steps", \.descentSteps, descentSteps),
    ]
  }

  /// The flags that decide what comes out.
  private var ownWords: [String] {
    var words = trained.words
    if let tolerance { words += ["--tolerance", String(tolerance)] }
    if let iterations { words += ["--iterations", String(iterations)] }
    for (flag, _, value) in counts { if let value { words += [flag, String(value)] } }
    return words
  }
}
