public import ArgumentParser
import Foundation
public import Landscape

/// `landscape compare`.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw several scenes side by side at one scale.",
    discussion: """
      A panel for each scene and each λ, trained at that λ, in a slice of its own. 'landscape compare \
      plain resnet' shows what skip connections do; 'landscape compare small-batch large-batch \
      --lambda 0,5e-4', with '--normalise none' and '--normalise filter', what weight decay and the \
      size of mini-batches do, and how the directions' lengths decide what one sees.
      """)

  @Argument(
    help: "Scenes by name (see 'landscape scenes') or the paths of .yaml files.",
    completion: .file(extensions: ["yaml", "yml"]))
  var scenes: [String] = []

  @Option(
    name: [.long, .short],
    help: ArgumentHelp(
      "λ of every scene: one value, a list, or a range such as 1e-5...1e-1 x 5.",
      valueName: "values"))
  var lambda: String?

  @Option(help: "base (the default), or total with each panel's own λ.")
  var values = ComparedLoss.base

  @Option(help: "Decides initial weights, order of samples and directions.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("The most threads (default: all cores).", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The folder that files are written to (default: output/compare, or output/compare-2 and so on "
        + "where that holds other results).", valueName: "folder"),
    completion: .directory)
  var out: String?

  @OptionGroup var replacement: ReplaceOption

  @Flag(help: "Train and sample again, whatever earlier runs have left.")
  var fresh = false

  @Flag(help: "Write each figure's layout beside it, as JSON.")
  var layout = false

  @OptionGroup(title: "Slice and looks") var parts: SceneParts

  func validate() throws {
    guard scenes.count > 1 else { throw ValidationError("name at least two scenes") }
    try checkThreads(threads)
  }

  func run() throws {
    let loaded = try scenes.enumerated().map { index, name in
      var scene =
        try SceneOptions.recorded?.scene(named: name, seed: seed, place: index + 1)
        ?? BuiltInScenes.scene(name, seed: seed)
      if let lambda { try scene.set(.lambda, lambda) }
      try parts.apply(to: &scene)
      return scene
    }
    var words = ["landscape", "compare"] + scenes.map(SceneOptions.fileName)
    if let lambda { words += ["--lambda", lambda] }
    if values != .base { words += ["--values", values.rawValue] }
    if let seed { words += ["--seed", String(seed)] }
    var options = RenderOptions(
      folder: out ?? "output/compare",
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      command: shellCommand(words + parts.words))
    replacement.apply(to: &options, isNamed: out != nil)
    options.fresh = fresh
    options.layout = layout
    let files = try compare(loaded, values, options, reporter: Terminal.shared.reporter)
    Terminal.shared.endLine()
    for file in files { print(file) }
  }
}

extension ComparedLoss: ExpressibleByArgument {}
