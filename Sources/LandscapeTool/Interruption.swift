import Dispatch
import Foundation
import TensorFiles

/// What happens on Ctrl-C: no half file stays, and the program ends with 130.
enum Interruption {
  /// Kept for as long as the program runs.
  private nonisolated(unsafe) static var sources: [any DispatchSourceSignal] = []

  /// Takes over the signals; called once, first.
  static func handle() {
    for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, Int32(143))] {
      Foundation.signal(signal, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
      source.setEventHandler {
        AtomicFile.removeUnfinishedFiles()
        Terminal.shared.endLine()
        exit(code)
      }
      source.resume()
      sources.append(source)
    }
  }
}
