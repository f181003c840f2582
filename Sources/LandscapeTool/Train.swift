import ArgumentParser
import Landscape

/// `landscape train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a scene's network at one λ and write its weights.",
    discussion: "The weights have PyTorch's names and shapes; 'landscape render' finds them again.")

  @OptionGroup var scene: SceneOptions

  @Flag(help: "Train again, whatever an earlier run has left.")
  var fresh = false

  func run() throws {
    var loaded = try scene.load()
    loaded.trainModel()
    guard loaded.penalty.values.count == 1 else {
      throw UsageError(
        reason: "'train' takes one λ; there are \(loaded.penalty.values.count) (give --lambda)")
    }
    var options = scene.options(
      named: loaded.name, command: shellCommand(["landscape", "train"] + scene.words))
    options.fresh = fresh
    let trained = try train(loaded, options, reporter: Terminal.shared.reporter)
    Terminal.shared.endLine()
    for line in trained.lines { print(line) }
    print(trained.file)
  }
}
