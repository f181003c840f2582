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
  /// Prints why, in one line as a rule, and ends with the code for that kind of fault.
  static func exit(_ error: any Error) -> Never {
    // Help and the like, asked for by a command; or a code, where all has been said.
    if error is ExitCode || LandscapeCommand.exitCode(for: error) == .success {
      LandscapeCommand.exit(withError: error)
    }
    Terminal.shared.endLine()
    // A file's faults are lines, each already without controls.
    let text = (error as? FileError)?.description ?? oneLine("\(error)")
    Terminal.error("landscape: \(text)")
    Foundation.exit(code(for: error))
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
    case is SpectrumError, is SceneError, is DatasetError, is NetworkError, is TrainingError,
      is FigureError, is DecaySliceError, is PathPlaneError, is ReportError:
      65
    case let error as ImageError:
      switch error {
      case .noTypeface, .brokenTypeface: 66
      case .noProgram: 69
      default: 65
      }
    case is ValidationError: 64
    default: 70
    }
  }
}
