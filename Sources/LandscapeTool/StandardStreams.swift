import Foundation
import Synchronization
import TensorFiles

/// Standard input, output and error, which a caller may have closed, or a reader left.
enum StandardStreams {
  /// Why results could not be printed: the system's number, or 0.
  private static let failure = Mutex<Int32>(0)

  /// Makes them safe to use; called once, before any file is opened.
  ///
  /// A file that took the place of a closed stream would be given what is printed. A stream that is
  /// closed is opened for reading only, so that writing to it fails.
  static func prepare() {
    for stream in STDIN_FILENO...STDERR_FILENO
    where fcntl(stream, F_GETFD) == -1 && errno == EBADF {
      // The lowest number that is free: this one.
      _ = open("/dev/null", O_RDONLY)
    }
    // A reader that has gone is then a failed write, told as such; so is a file beyond the limit of
    // the shell's ulimit.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Writes all of a text, and goes on after interruptions.
  ///
  /// - Returns: 0, or the system's number of what went wrong.
  static func write(_ text: String, to stream: Int32) -> Int32 {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(stream, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // A terminal that takes nothing for the moment, as another program has set it up.
        var waiting = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, 10_000) > 0 else { return EAGAIN }
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Prints results as they are.
  ///
  /// What cannot be printed is told by ``finish()``, when the work is done.
  static func printed(_ text: String) {
    failure.withLock { failure in
      if failure == 0 { failure = write(text, to: STDOUT_FILENO) }
    }
  }

  /// Sees that everything was printed.
  ///
  /// - Throws: `FileError.unwritable`.
  static func finish() throws(FileError) {
    // What libraries print waits in a buffer; a full disk shows only now.
    let late = fflush(nil) == 0 ? 0 : errno
    let number = failure.withLock { $0 == 0 ? late : $0 }
    guard number != 0 else { return }
    throw .unwritable(path: "standard output", reason: String(cString: strerror(number)))
  }
}

/// Prints results: each line as a terminal may be shown it, and a long one as several.
///
/// It stands before Swift's own, so that all that commands print goes this way.
func print(_ text: String, terminator: String = "\n") {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    .flatMap { folded(oneLine(String($0))) }
  StandardStreams.printed(lines.joined(separator: "\n") + terminator)
}
