import Landscape
import Synchronization
import TensorFiles

/// The progress of several runs on one line: how many are done, and how far the others have come.
final class BatchProgress: Sendable {
  private struct Run {
    var name: String
    var stage = "begins"
    var total = 0
    var done = 0
  }

  private struct State {
    /// Those under way, in the order of their beginning.
    var runs: [Run] = []
    var finished = 0
  }

  private let state = Mutex(State())
  private let count: Int

  /// Begins with no run under way.
  init(count: Int) { self.count = count }

  /// Draws what it is told; notes and failures are printed with the run's name.
  var monitor: BatchMonitor {
    BatchMonitor(
      begin: { name in
        self.state.withLock { $0.runs.append(Run(name: name)) }
        self.draw(force: true)
        return self.reporter(name)
      },
      end: { outcome in
        self.state.withLock {
          $0.runs.removeAll { $0.name == outcome.name }
          $0.finished += 1
        }
        if let failure = outcome.failure {
          Terminal.shared.say("landscape: \(outcome.name): \(oneLine("\(failure)"))")
        }
        self.draw(force: true)
      })
  }

  private func reporter(_ name: String) -> Reporter {
    @Sendable func change(_ body: (inout Run) -> Void) {
      state.withLock { state in
        guard let index = state.runs.firstIndex(where: { $0.name == name }) else { return }
        body(&state.runs[index])
      }
    }
    return Reporter(
      begin: { stage, total in
        change { ($0.stage, $0.total, $0.done) = (stage, total, 0) }
        self.draw(force: true)
      },
      advance: { steps in
        change { $0.done += steps }
        self.draw(force: false)
      },
      note: { Terminal.shared.say("\(name): \($0)") })
  }

  private func draw(force: Bool) {
    Terminal.shared.show(force: force) {
      state.withLock { state in
        let runs = state.runs.map { run in
          let share = run.total > 0 ? " \(100 * run.done / run.total) %" : ""
          return "\(run.name): \(run.stage)\(share)"
        }
        return (["\(state.finished) of \(count) done"] + runs).joined(separator: "; ")
      }
    }
  }
}
