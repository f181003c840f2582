import ArgumentParser
import Landscape

/// `landscape scenes`.
struct Scenes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the scenes that come with the program.")

  @Argument(help: "Print this scene's text, to start one of your own from.")
  var name: String?

  func run() throws {
    if let name {
      print(try BuiltInScenes.scene(name).source, terminator: "")
      return
    }
    let width = (BuiltInScenes.names.map(\.count).max() ?? 0) + 2
    for name in BuiltInScenes.names {
      let padding = String(repeating: " ", count: width - name.count)
      print(name + padding + (try BuiltInScenes.scene(name).title))
    }
  }
}
