import ArgumentParser
import Foundation
import Landscape
import Networks
import TensorFiles

/// The command line.
@main
struct LandscapeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "landscape",
    abstract: "Draws how weight decay changes the shape of a neural network's loss.",
    discussion: """
      landscape render --lambda 0.01 trains a small network on handwritten digits, samples its loss \
      over a plane through the minimum, adds the penalty (λ/2)‖w‖², and writes contour plots, \
      heatmaps and the numbers beside them to output/digits.

      Exit codes: 0 done, 64 wrong usage, 65 wrong data, 66 missing input, 69 missing program, \
      70 internal error, 73 output cannot be written or holds other results, 75 another run is \
      writing there, 130 interrupted.
      """,
    version: Version.current,
    subcommands: [
      Render.self, Curvature.self, Sweep.self, Animate.self, Batch.self, Compare.self, Train.self,
      Info.self,
      Rerun.self, Export.self, Scenes.self, Check.self, Completions.self,
    ])

  static func main() {
    StandardStreams.prepare()
    Interruption.handle()
    var command: any ParsableCommand
    do {
      command = try parseAsRoot(joinedValues(Array(CommandLine.arguments.dropFirst())))
    } catch {
      Failure.refuse(error)
    }
    do {
      try checkKernels()
      try command.run()
      try StandardStreams.finish()
    } catch {
      Failure.exit(error)
    }
  }

  /// Refuses a value of LANDSCAPE_KERNELS that asks for what there is not.
  private static func checkKernels() throws {
    guard let refused = TileLayout.refusedInstructionSet else { return }
    throw UsageError(
      reason: "LANDSCAPE_KERNELS is '\(refused.prefix(40))'; this processor has "
        + "\(TileLayout.instructionSets); leave it unset for the best")
  }

  /// Makes one argument of a range of λ that came without quotes, `1e-5...1e-1 x 13`, and of a flag
  /// with a negative number, `--lambda -1`, which would else count as a flag of its own.
  private static func joinedValues(_ arguments: [String]) -> [String] {
    let negative = /-(\d|\.\d|inf|nan).*/
    var joined: [String] = []
    for argument in arguments {
      if let last = joined.last, last.contains("..."),
        argument == "x" && !last.contains("x") || last.hasSuffix("x") && Int(argument) != nil
      {
        joined[joined.count - 1] += argument
      } else if let last = joined.last, last.hasPrefix("-"), !last.contains("="), last != "-",
        last != "--", last.wholeMatch(of: negative) == nil, argument.wholeMatch(of: negative) != nil
      {
        joined[joined.count - 1] += "=" + argument
      } else {
        joined.append(argument)
      }
    }
    return joined
  }
}
