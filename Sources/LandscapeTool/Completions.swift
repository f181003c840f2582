import ArgumentParser
import Landscape

/// `landscape completions`.
struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a completion script for a shell.",
    discussion:
      "For example: landscape completions bash > ~/.local/share/bash-completion/completions/landscape"
  )

  @Argument(help: "bash, zsh or fish.")
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw UsageError(reason: "'\(shell)' is no shell that is known (there are bash, zsh, fish)")
    }
    StandardStreams.printed(LandscapeCommand.completionScript(for: shell) + "\n")
  }
}
