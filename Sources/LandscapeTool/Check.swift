import ArgumentParser
import Landscape

/// `landscape check`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a scene and its data, and say what it would do.")

  @Argument(
    help: "A scene by name or the path of a .yaml file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var scene: String?

  @Flag(
    help:
      "Of an ONNX file, list every floating-point tensor: whether it is trained, and why.")
  var explain = false

  @OptionGroup(title: "A network from a file") var model: ModelOptions

  func validate() throws {
    guard scene == nil, model.model == nil else { return }
    throw ValidationError("name a scene, or a model with '--model'")
  }

  func run() throws {
    let scene = try model.scene(scene, seed: nil, recorded: nil)
    for line in try check(scene, explains: explain) { print(line) }
  }
}
