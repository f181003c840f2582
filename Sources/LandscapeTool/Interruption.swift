import Dispatch
import Foundation
import TensorFiles

/// What happens on Ctrl-C: no half file stays, and the program ends with 130.
enum Interruption {
  /// Kept for as long as the program runs.
  private nonisolated(unsafe) static var sources: [any DispatchSourceSignal] = []

  /// Takes over the signals that the caller has not had ignored (`nohup`, `trap "" HUP`); called once,
  /// first.
  static func handle() {
    // The quit key ends the program as it does others: by the signal itself.
    let signals: [(Int32, Int32?)] = [
      (SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129), (SIGQUIT, nil),
    ]
    for (signal, code) in signals where !isIgnored(signal) {
      let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
      source.setEventHandler {
        // At once: threads at work must not begin another file, or report the one taken from them.
        AtomicFile.removeUnfinishedFiles()
        Terminal.shared.endLine()
        if let code { _exit(code) }
        Interruption.end(by: signal)
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

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Ends the program as the signal does where nobody handles it.
  private static func end(by number: Int32) -> Never {
    var (set, action) = (sigset_t(), sigaction())
    sigemptyset(&action.sa_mask)
    sigaction(number, &action, nil)
    sigemptyset(&set)
    sigaddset(&set, number)
    kill(getpid(), number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    // Not reached, unless another thread is yet to be given it.
    sleep(1)
    _exit(128 + number)
  }
}
