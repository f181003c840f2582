import Foundation
import Landscape
import Synchronization
import TensorFiles

/// The line of progress on a terminal; where standard error is no terminal, nothing is drawn.
final class Terminal: Sendable {
  static let shared = Terminal()

  private struct Line {
    var stage = ""
    var total = 0
    var done = 0
    var begun = ContinuousClock.now
    var drawn = ContinuousClock.now
    var isOpen = false
  }

  /// Ten times a second: often enough to be alive, too seldom to be felt.
  private static let interval = Duration.milliseconds(100)
  /// Back to the line's beginning, and away with what is on it.
  private static let clear = "\r\u{1B}[K"

  private let line = Mutex(Line())
  private let isTerminal = isatty(STDERR_FILENO) == 1

  /// Prints lines to standard error, each as ``oneLine(_:)`` has it and shortened; where it cannot be
  /// written to, nobody reads it, and nothing else depends on it.
  static func error(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { shortened(oneLine(String($0))) }
    draw(lines.joined(separator: "\n") + "\n")
  }

  /// Writes the program's own text, which may move the cursor.
  private static func draw(_ text: String) { _ = StandardStreams.write(text, to: STDERR_FILENO) }

  /// Draws progress as it is reported.
  var reporter: Reporter {
    let isRerun = SceneOptions.recorded != nil
    return Reporter(
      begin: { stage, total in
        self.endLine()
        self.line.withLock { $0 = Line(stage: stage, total: total) }
        self.draw(force: true)
      },
      advance: { steps in
        self.line.withLock { $0.done += steps }
        self.draw(force: false)
      },
      note: { self.say($0) },
      // Of a figure that is made again the comparison is what is asked for.
      headline: { if !isRerun { self.say($0) } })
  }

  /// Prints a line to standard error in place of the progress; several threads may.
  func say(_ text: String) {
    line.withLock { line in
      if line.isOpen { Self.draw(Self.clear) }
      line.isOpen = false
      Self.error(text)
    }
  }

  /// Shows a line of progress, until the next or until something is said; several threads may.
  ///
  /// - Parameters:
  ///   - force: Whether it is shown even right after another.
  ///   - text: Makes the line; what the terminal's width does not hold is left out.
  func show(force: Bool, _ text: () -> String) {
    guard isTerminal else { return }
    line.withLock { line in
      let now = ContinuousClock.now
      guard force || now - line.drawn > Self.interval else { return }
      line.drawn = now
      line.isOpen = true
      var size = winsize()
      let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      // A line that wraps could not be taken back.
      let shown = oneLine(text()).prefix((isKnown ? Int(size.ws_col) : 80) - 1)
      Self.draw(Self.clear + shown)
    }
  }

  /// Removes the line, so that other text can follow.
  func endLine() {
    guard isTerminal else { return }
    line.withLock { line in
      if line.isOpen { Self.draw(Self.clear) }
      line.isOpen = false
    }
  }

  /// Draws the progress of a stage.
  private func draw(force: Bool) {
    guard isTerminal else { return }
    line.withLock { line in
      let now = ContinuousClock.now
      guard force || now - line.drawn > Self.interval else { return }
      line.drawn = now
      line.isOpen = true
      var text = "\(line.stage): "
      let seconds = (now - line.begun) / .seconds(1)
      let share = line.total > 0 ? Double(line.done) / Double(line.total) : 0
      text += "\(Int(share * 100)) %"
      if line.done > 0, seconds > 0.3 {
        let rate = Double(line.done) / seconds
        if line.stage == "sampling" { text += ", \(Int(rate)) points/s" }
        let left = Int((Double(line.total - line.done) / rate).rounded(.up))
        text += ", \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
      }
      Self.draw(Self.clear + text)
    }
  }
}
