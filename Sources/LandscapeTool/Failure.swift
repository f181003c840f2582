import Algebra
import ArgumentParser
import Datasets
import Figures
import Foundation
import Geometry
import Images
import Landscape
import Networks
import Reports
import TensorFiles

/// How the program ends when it cannot do what was asked.
enum Failure {
  /// Prints why, and ends with the code for that kind of fault.
  static func exit(_ error: any Error) -> Never {
    // Help and the like, asked for by a command; or a code, where all has been said.
    if error is ExitCode || LandscapeCommand.exitCode(for: error) == .success { refuse(error) }
    Terminal.shared.endLine()
    // A file's faults are lines, each already without controls.
    let text = (error as? FileError)?.description ?? oneLine("\(error)")
    Terminal.error(brief("landscape: \(text)"))
    Foundation.exit(code(for: error))
  }

  /// Prints what is said of arguments: help, the version, or what is wrong with them.
  static func refuse(_ error: any Error) -> Never {
    let code = LandscapeCommand.exitCode(for: error)
    let text = LandscapeCommand.fullMessage(for: error)
    guard code == .success else {
      if !text.isEmpty { Terminal.error(brief(text)) }
      Foundation.exit(code.rawValue)
    }
    StandardStreams.printed(text + "\n")
    do { try StandardStreams.finish() } catch { Self.exit(error) }
    Foundation.exit(code.rawValue)
  }

  /// A failure is told in three lines: more push what came before off the screen.
  private static func brief(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    guard lines.count > 3 else { return lines.joined(separator: "\n") }
    let rest = lines.dropFirst(2).map { String($0.drop { $0 == " " }) }
    return (lines.prefix(2) + ["  " + rest.joined(separator: "; ")]).joined(separator: "\n")
  }

  /// The code of `sysexits.h`.
  static func code(for error: any Error) -> Int32 {
    switch error {
    case let error as FileError:
      switch error {
      case .unreadable: 66
      case .malformed, .unfit: 65
      case .unwritable: 73
      }
    case is UsageError: 64
    case let error as RunFolderError: error.isBusy ? 75 : 73
    case is SpectrumError, is SceneError, is DatasetError, is NetworkError, is TrainingError,
      is FigureError, is DecaySliceError, is PathPlaneError, is ReportError:
      65
    case let error as ImageError:
      switch error {
      case .noTypeface, .brokenTypeface: 66
      case .noProgram: 69
      case .unwritable: 73
      default: 65
      }
    case is ValidationError: 64
    default: 70
    }
  }
}
