import ArgumentParser
import Foundation
import Landscape

/// `landscape info`.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how a figure was made, and what it shows.",
    discussion: """
      Prints what a PNG, PDF or SVG figure carries: title, description (alt text), caption, command, \
      scene, λ, seed, and the hashes of data and files. Of summary.json, sweep.json, curvature.json \
      and a surface (.npz), what they hold.
      """)

  @Argument(
    help: "A figure, or a file of numbers.",
    completion: .file(extensions: ["png", "pdf", "svg", "json", "npz"]))
  var file: String

  @Flag(help: "As JSON.")
  var json = false

  func run() throws {
    let found = try FileInfo(file)
    if json {
      // For programs: not a character more or less.
      StandardStreams.printed(try found.json() + "\n")
    } else {
      print(found.lines.joined(separator: "\n"))
    }
  }
}
