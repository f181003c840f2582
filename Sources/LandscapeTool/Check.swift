import ArgumentParser
import Landscape

/// `landscape check`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a scene and its data, and say what it would do.")

  @Argument(
    help: "A scene by name or the path of a .yaml file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var scene: String

  func run() throws {
    for line in try check(try BuiltInScenes.scene(scene)) { print(line) }
  }
}
