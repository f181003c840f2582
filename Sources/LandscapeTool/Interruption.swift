import Dispatch
import Foundation
import TensorFiles

/// What happens on Ctrl-C: no half file stays, and the program ends with 130.
enum Interruption {
  /// Kept for as long as the program runs.
  private nonisolated(unsafe) static var sources: [any DispatchSourceSignal] = []

  /// Takes over the signals; called once, first.
  static func handle() {
    // A file beyond the limit of the shell's ulimit is then a failed write, told as such.
    signal(SIGXFSZ, SIG_IGN)
    for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143), (SIGHUP, 129)] {
      let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
      source.setEventHandler {
        Terminal.shared.endLine()
        // At once: threads at work must not begin another file, or report the one taken from them.
        AtomicFile.removeUnfinishedFiles()
        _exit(code)
      }
      #if canImport(Darwin)
        // There the source only watches, and the system would still end the program. Not before it
        // watches: a signal meanwhile would be lost.
        source.setRegistrationHandler { Foundation.signal(signal, SIG_IGN) }
      #endif
      source.resume()
      sources.append(source)
    }
  }
}
