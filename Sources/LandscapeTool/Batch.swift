public import ArgumentParser
import Foundation
public import Landscape
import TensorFiles

/// `landscape batch`.
struct Batch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run several scenes, several at once, with a table at the end.",
    discussion: """
      One command for all scenes, as in 'landscape batch digits spirals --command sweep --lambda \
      1e-5...1e-1x9', or a file of jobs, each with its own:

        - {scene: digits, command: sweep, lambda: 1e-5...1e-1 x 9, out: output/a}
        - {scene: my.yaml, seed: 2, set: {grid: 51, format: svg}}

      Each run writes what its command by itself would write, and uses again what an earlier run has \
      left; where a scene's folder holds other results it goes to a numbered one beside, and a job \
      that names its folder with 'out' fails. One that fails does not stop the others; the exit code \
      is then that of the first to fail. The table is written to batch.csv and batch.md as well.
      """)

  @Argument(
    help: "Scenes by name (see 'landscape scenes') or the paths of .yaml files.",
    completion: .file(extensions: ["yaml", "yml"]))
  var scenes: [String] = []

  @Option(
    help: ArgumentHelp("A file of jobs, in place of scenes.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var jobs: String?

  @Option(
    help: ArgumentHelp(
      "render (the default), sweep, curvature or animate.", valueName: "name"))
  var command: BatchJob.Command?

  @Option(
    name: [.long, .short],
    help: ArgumentHelp(
      "λ of every scene: one value, a list, or a range such as 1e-5...1e-1 x 13.",
      valueName: "values"))
  var lambda: String?

  @Option(help: "Decides initial weights, order of samples and directions.")
  var seed: UInt64?

  @Option(
    name: .customLong("at-once"),
    help: ArgumentHelp("The most runs at once (default: as many as threads).", valueName: "count"))
  var atOnce: Int?

  @Option(
    help: ArgumentHelp("The most threads, of all runs (default: all cores).", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The folder of the table, and of the scenes' folders.", valueName: "folder"),
    completion: .directory)
  var out = "output"

  @OptionGroup var replacement: ReplaceOption

  @Flag(help: "Train and sample again, whatever earlier runs have left.")
  var fresh = false

  @OptionGroup(title: "Slice and looks") var parts: SceneParts

  func validate() throws {
    try checkThreads(threads)
    try checkThreads(atOnce, flag: "--at-once")
    guard jobs != nil else {
      guard scenes.isEmpty else { return }
      throw ValidationError("name scenes, or a file of jobs with '--jobs'")
    }
    let given: [(String, Bool)] = [
      ("the scenes", !scenes.isEmpty), ("'--command'", command != nil),
      ("'--lambda'", lambda != nil), ("'--seed'", seed != nil),
    ]
    if let other = given.first(where: \.1)?.0 ?? parts.words.first.map({ "'\($0)'" }) {
      throw ValidationError("each job of '--jobs' says that itself; leave out \(other)")
    }
  }

  func run() throws {
    let jobs = try self.jobs.map { try BatchJob.read($0, out: out) } ?? scenes.map(job)
    // Before long work, rather than after.
    try AtomicFile.prepareFolder(out)
    var options = BatchOptions(
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, atOnce: atOnce)
    options.fresh = fresh
    options.replaces = replacement.replace
    let progress = BatchProgress(count: jobs.count)
    let report = try batch(jobs, options, monitor: progress.monitor)
    Terminal.shared.endLine()
    print(report.text, terminator: "")
    for file in try report.write(to: out, replacing: replacement.replace) { print(file) }
    if let failure = report.failure { throw ExitCode(Failure.code(for: failure)) }
  }

  private func job(_ scene: String) throws -> BatchJob {
    let given = [(.lambda, lambda)] + parts.given
    return try BatchJob(
      command ?? .render, scene: scene,
      replacing: given.compactMap { part, text in text.map { (part, $0) } }, seed: seed, out: out)
  }
}

extension BatchJob.Command: ExpressibleByArgument {}
