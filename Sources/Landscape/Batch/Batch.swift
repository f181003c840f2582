import Algebra
import Synchronization
import TensorFiles

/// Runs jobs, several at once; one that fails does not stop the others.
///
/// Every run writes what its command by itself would write, to the byte, however many run at once,
/// and uses again what an earlier run has left in its folder. The threads are divided between the
/// runs.
///
/// - Parameters:
///   - jobs: What to run, each in a folder of its own.
///   - options: On how many threads, and how many at once.
///   - monitor: Who is told of the runs.
/// - Returns: How every job ended, in the order of the jobs.
/// - Throws: ``UsageError`` or ``SceneError``, before the first run, where two jobs share a folder or
///   the options make no sense.
public func batch(
  _ jobs: [BatchJob], _ options: BatchOptions, monitor: BatchMonitor = .silent
) throws -> BatchReport {
  guard options.threads > 0, options.atOnce ?? 1 > 0 else {
    throw UsageError(reason: "'--threads' and '--at-once' must be at least 1")
  }
  try BatchJob.refuseSharedFolders(jobs)
  let atOnce = min(options.atOnce ?? options.threads, options.threads, max(jobs.count, 1))
  let names = BatchJob.names(jobs)
  // What a run takes when it begins, and gives back when it ends.
  let shares = Mutex(
    (0..<atOnce).map { (options.threads + $0) / atOnce })
  let clock = ContinuousClock()
  let begin = clock.now
  let outcomes = concurrentMap(jobs.count, threads: atOnce) { index in
    let threads = shares.withLock { $0.popLast() } ?? 1
    defer { shares.withLock { $0.append(threads) } }
    let job = jobs[index]
    let reporter = monitor.begin(names[index])
    let begin = clock.now
    var outcome = BatchOutcome(job: job, name: names[index])
    do {
      outcome.files = try job.run(threads: threads, options, reporter: reporter)
      outcome.findings = try job.findings(outcome.files)
    } catch {
      outcome.failure = error
    }
    outcome.seconds = (clock.now - begin) / .seconds(1)
    monitor.end(outcome)
    return outcome
  }
  return BatchReport(outcomes: outcomes, seconds: (clock.now - begin) / .seconds(1))
}

/// How a batch is run.
public struct BatchOptions: Sendable {
  /// The most threads, of all runs together.
  public var threads: Int
  /// The most runs at once, never more than threads; nil for as many.
  public var atOnce: Int?
  /// Whether earlier runs are left out of account.
  public var fresh = false
  /// Whether runs take the place of other studies' results in their folders.
  public var replaces = false

  /// Makes options.
  public init(threads: Int, atOnce: Int? = nil) {
    self.threads = threads
    self.atOnce = atOnce
  }
}

/// Who is told of the runs of a batch, from any thread.
public struct BatchMonitor: Sendable {
  /// A run begins; returns who is told how far it has come.
  public var begin: @Sendable (_ name: String) -> Reporter
  /// A run has ended.
  public var end: @Sendable (_ outcome: BatchOutcome) -> Void

  /// Makes a monitor.
  public init(
    begin: @escaping @Sendable (String) -> Reporter,
    end: @escaping @Sendable (BatchOutcome) -> Void
  ) {
    self.begin = begin
    self.end = end
  }

  /// Tells nobody.
  public static let silent = BatchMonitor(begin: { _ in .silent }, end: { _ in })
}

/// How a run of a batch ended.
public struct BatchOutcome: Sendable {
  /// What was run.
  public let job: BatchJob
  /// What notes and tables call it: the scene, or the folder where several jobs have that scene.
  public let name: String
  /// How long it took.
  public internal(set) var seconds = 0.0
  /// The files written.
  public internal(set) var files: [String] = []
  /// The folder that they are in: the job's, or one beside it where that holds other results.
  public var folder: String {
    guard let slash = files.first?.lastIndex(of: "/") else { return job.folder }
    return String(files[0][..<slash])
  }
  /// What a reader wants first.
  public internal(set) var findings: [BatchFinding] = []
  /// Why it failed; nil where it did not.
  public internal(set) var failure: (any Error)?
}

extension BatchJob {
  /// What notes and tables call each job: its scene where that tells all apart, else its folder.
  static func names(_ jobs: [BatchJob]) -> [String] {
    let scenes = jobs.map(\.scene.name)
    let names = jobs.map { job in
      scenes.count { $0 == job.scene.name } == 1 ? job.scene.name : job.folder
    }
    return (Set(names).count == names.count ? names : jobs.map(\.folder)).map(oneLine)
  }
}
