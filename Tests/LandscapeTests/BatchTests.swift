import Foundation
import Synchronization
import TensorFiles
import Testing

@testable import Landscape

@Suite struct BatchTests {
  /// Writes tiny scenes into a folder: `a.yaml` and `b.yaml`, and `broken.yaml`, whose data are missing.
  private func scenes(_ folder: TemporaryFolder) throws {
    for (name, replaced) in [
      ("a", [:]), ("b", ["network": "[{dense: 5}, tanh, {dense: 3}]"]),
      ("broken", ["data": "{source: npz, path: none.npz}"]),
    ] {
      try AtomicFile.write(try tinyScene(replaced).source, to: folder.file("\(name).yaml"))
    }
  }

  private func job(
    _ command: BatchJob.Command, _ scene: String, _ folder: TemporaryFolder,
    _ parts: [(part: Scene.Override, text: String)] = [], to out: String = "out"
  ) throws -> BatchJob {
    try BatchJob(
      command, scene: folder.file("\(scene).yaml"), replacing: parts,
      folder: folder.file("\(out)/\(scene)-\(command.rawValue)"))
  }

  /// What runs told, by the name of the run.
  private final class Told: Sendable {
    private let state = Mutex((active: 0, most: 0, notes: [String: [String]](), ended: [String]()))

    var most: Int { state.withLock { $0.most } }
    var notes: [String: [String]] { state.withLock { $0.notes } }
    var ended: [String] { state.withLock { $0.ended } }

    var monitor: BatchMonitor {
      BatchMonitor(
        begin: { name in
          self.state.withLock {
            $0.active += 1
            $0.most = max($0.most, $0.active)
          }
          return Reporter(
            begin: { _, _ in }, advance: { _ in },
            note: { line in self.state.withLock { $0.notes[name, default: []].append(line) } })
        },
        end: { outcome in
          self.state.withLock {
            $0.active -= 1
            $0.ended.append(outcome.name)
          }
        })
    }
  }

  @Test func `However many run at once, all files are the same to the byte`() throws {
    func contents(_ options: BatchOptions) throws -> [String: Data] {
      let folder = try TemporaryFolder()
      try scenes(folder)
      let jobs = try [
        job(.render, "a", folder, [(.lambda, "0,0.1")]), job(.render, "b", folder),
        job(.sweep, "a", folder, [(.lambda, "1e-2...1 x 3")]),
        job(.curvature, "a", folder), job(.curvature, "b", folder, [(.grid, "5")]),
        job(.animate, "b", folder, [(.lambda, "1e-2,1"), (.theme, "dark")]),
      ]
      let told = Told()
      let report = try batch(jobs, options, monitor: told.monitor)
      #expect(report.failure == nil, "\(report.text)")
      #expect(told.most <= min(options.atOnce ?? options.threads, options.threads))
      #expect(told.ended.count == jobs.count)
      for outcome in report.outcomes {
        #expect(!outcome.files.isEmpty && !outcome.findings.isEmpty)
        for file in outcome.files {
          #expect(FileManager.default.fileExists(atPath: file), "\(file)")
        }
      }
      return try folder.contents()
    }
    let serial = try contents(BatchOptions(threads: 1))
    #expect(serial.count > 30)
    #expect(try contents(BatchOptions(threads: 6)) == serial)
    #expect(try contents(BatchOptions(threads: 3, atOnce: 2)) == serial)
  }

  @Test func `A run writes what its command by itself writes, and the next uses it again`() throws {
    let folder = try TemporaryFolder()
    try scenes(folder)
    let jobs = try [
      job(.render, "a", folder, [(.lambda, "0.1"), (.grid, "5")]), job(.render, "b", folder),
    ]
    let first = Told()
    #expect(
      try batch(jobs, BatchOptions(threads: 2), monitor: first.monitor).failure == nil)
    #expect(first.notes.isEmpty)

    let alone = try TemporaryFolder()
    var scene = try Scene(path: folder.file("a.yaml"))
    try scene.set(.lambda, "0.1")
    try scene.set(.grid, "5")
    try run(scene, in: alone) { $0.command = "landscape render a.yaml --lambda 0.1 --grid 5" }
    for (name, bytes) in try alone.contents() {
      #expect(try folder.contents()["out/a-render/\(name)"] == bytes, "\(name)")
    }

    let before = try folder.contents()
    let second = Told()
    var options = BatchOptions(threads: 2)
    _ = try batch(jobs, options, monitor: second.monitor)
    for name in ["a", "b"] {
      #expect(second.notes[name]?.map { $0.prefix { $0 != ":" } } == ["weights", "surface"])
    }
    options.fresh = true
    let third = Told()
    _ = try batch(jobs, options, monitor: third.monitor)
    #expect(third.notes.isEmpty)
    #expect(try folder.contents() == before)
  }

  @Test(arguments: [1, 3])
  func `A run that fails stops no other, and the table says why`(threads: Int) throws {
    let folder = try TemporaryFolder()
    try scenes(folder)
    let jobs = try [
      job(.render, "a", folder, [(.lambda, "0,0.1")]), job(.curvature, "broken", folder),
      job(.render, "b", folder),
    ]
    let report = try batch(jobs, BatchOptions(threads: threads))
    #expect(report.outcomes.map { $0.failure == nil } == [true, false, true])
    #expect(report.failure is FileError)

    let lines = report.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 6 && lines[0].hasPrefix("job     command    status  seconds"))
    #expect(lines[1].hasPrefix("a       render     done") && lines[1].contains("0  minimum in"))
    #expect(lines[2].hasPrefix("         ") && lines[2].contains("0.1  minimum in the slice: "))
    #expect(lines[3].hasPrefix("broken  curvature  failed"))
    #expect(lines[3].contains("none.npz: cannot be read: there is no such file"))
    #expect(lines[5].hasPrefix("2 of 3 runs done in ") && lines[5].hasSuffix(" s, 1 failed"))

    let table = report.csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(table.count == 5)
    #expect(table[0].joined(separator: " ").hasSuffix("folder lambda quantity value"))
    #expect(table[3][2] == "failed" && table[3][7] == "error")
    // In full: what the run's own summary has.
    let summary = try String(
      contentsOfFile: folder.file("out/a-render/summary.json"), encoding: .utf8)
    #expect(table[1][6] == "0" && table[2][6] == "0.1")
    for row in table[1...2] { #expect(summary.contains("\"refinedTotal\" : \(row[8])")) }

    let written = try report.write(to: folder.file("out"))
    #expect(written == ["batch.csv", "batch.md"].map { folder.file("out/\($0)") })
    #expect(try String(contentsOfFile: written[0], encoding: .utf8) == report.csv)
    let page = try String(contentsOfFile: written[1], encoding: .utf8)
    #expect(page.contains("| broken | curvature | failed |"))
    #expect(page.contains("landscape render a.yaml --lambda 0,0.1"))
  }

  @Test func `Findings are the verdicts, the largest eigenvalues and the frames`() throws {
    let folder = try TemporaryFolder()
    try scenes(folder)
    let jobs = try [
      job(.sweep, "a", folder, [(.lambda, "1e-2,1")]),
      job(.curvature, "a", folder, [(.lambda, "0.5")]),
      job(.animate, "b", folder, [(.lambda, "1e-2,1")]),
    ]
    let found = try batch(jobs, BatchOptions(threads: 2)).outcomes.map(\.findings)
    #expect(found[0].map(\.quantity).contains("Curvature increases"))
    #expect(found[0].allSatisfy { ["holds", "fails", "mixed", "undecided"].contains($0.text) })
    #expect(found[1].map(\.lambda) == [0, 0.5])
    let (base, total) = (try #require(found[1][0].number), try #require(found[1][1].number))
    #expect(abs(total - base - 0.5) < 1e-12)
    #expect(found[2].map(\.number) == [60])
  }

  @Test func `Jobs that share a folder are refused before any run, however it is written`() throws {
    let folder = try TemporaryFolder()
    try scenes(folder)
    try FileManager.default.createDirectory(
      atPath: folder.file("real"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: folder.file("real"))
    for other in ["real/x", "real/x/", "real//x", "real/./x", "real/y/../x", "link/x"] {
      let jobs = try [folder.file("real/x"), folder.file(other)].map {
        try BatchJob(.render, scene: folder.file("a.yaml"), folder: $0)
      }
      let error = #expect(throws: UsageError.self) {
        try batch(jobs, BatchOptions(threads: 1))
      }
      #expect(error?.reason.contains("'render a' and 'render a' have the same output") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("real")).isEmpty)
    let path = folder.file("jobs.yaml")
    try AtomicFile.write("- scene: a.yaml\n- {scene: b.yaml}\n- {scene: a.yaml}\n", to: path)
    let jobs = try BatchJob.read(path, out: folder.file("real"))
    let error = #expect(throws: SceneError.self) { try batch(jobs, BatchOptions(threads: 1)) }
    #expect(error?.line == 3 && error?.reason.contains("'render a' (line 1) and") == true)
  }

  @Test func `A file of jobs says all that the command line can`() throws {
    let folder = try TemporaryFolder()
    try scenes(folder)
    let path = folder.file("jobs.yaml")
    try AtomicFile.write(
      """
      - {scene: a.yaml}
      - scene: digits
        command: sweep
        lambda: 1e-4...1e-2 x 3
        seed: 7
      - {scene: a.yaml, command: animate, lambda: [0.1, 1], out: here, set: {scale: log, grid: 5x4}}
      - {scene: sine, set: {levels: [1, 2], format: [svg, png], directions: "u.npz,v.npz"}}

      """, to: path)
    let jobs = try BatchJob.read(path, out: "o")
    #expect(jobs.map(\.folder) == ["o/a", "o/digits/sweep", "here", "o/sine"])
    #expect(jobs.map(\.command) == [.render, .sweep, .animate, .render])
    #expect(
      jobs.map(\.commandLine) == [
        "landscape render a.yaml",
        "landscape sweep digits --lambda '1e-4...1e-2 x 3' --seed 7",
        "landscape animate a.yaml --lambda 0.1,1 --grid 5x4 --scale log",
        "landscape render sine --directions u.npz,v.npz --levels 1,2 --format svg,png",
      ])
    #expect(jobs[1].scene.penalty.values == [1e-4, 1e-3, 1e-2] && jobs[1].scene.seed == 7)
    #expect(jobs[2].scene.slice.columns == 5 && jobs[2].scene.slice.rows == 4)
    #expect(!jobs[2].animation.showsExcess)
    #expect(jobs[3].scene.figure.formats == [.svg, .png])
    #expect(
      jobs[3].scene.slice.directions == .files(u: folder.file("u.npz"), v: folder.file("v.npz")))
    #expect(BatchJob.names(jobs) == ["o/a", "digits", "here", "sine"])
  }

  static let faults: [(text: String, line: Int?, says: [String])] = [
    ("", nil, ["must hold a list of jobs"]), ("[]", 1, ["must hold a list of jobs"]),
    ("scene: digits", 1, ["must hold a list of jobs"]),
    ("- digits", 1, ["'job 1' must hold keys and values"]),
    ("- {scene: digits}\n- {scene: sine, lamda: 1}", 2, ["'lamda' in 'job 2'", "'lambda'?"]),
    ("- {command: sweep}", 1, ["'job 1.scene' is missing"]),
    ("- {scene: digits, command: swep}", 1, ["'job 1.command' is 'swep'", "'sweep'?"]),
    ("- scene: digits\n  lambda: -1", 2, ["'job 1.lambda' has '-1'"]),
    ("- {scene: digits, seed: x}", 1, ["'job 1.seed' is 'x'"]),
    ("- {scene: digits, set: 3}", 1, ["'job 1.set' must hold keys"]),
    ("- scene: digits\n  set:\n    gird: 5", 3, ["'gird' in 'job 1.set'", "'grid'?"]),
    ("- scene: digits\n  set:\n    grid: 1", 3, ["'job 1.set.grid' is '1'"]),
    ("- scene: digits\n  set: {lambda: 1}", 2, ["unknown key 'lambda' in 'job 1.set'"]),
    ("- {scene: digits, scene: sine}", 1, ["twice"]),
    ("- {scene: digits}\n- {scene: digits, command: sweep}", 2, ["'job 2': a sweep needs"]),
    ("- {scene: digits, command: animate, lambda: 1}", 1, ["'job 1': an animation needs two"]),
    (
      "- scene: digits\n  command: animate\n  lambda: 1,2\n  set: {dpi: 90}", 4,
      ["'job 1.set.dpi' means nothing to 'animate'"]
    ),
    ("- {scene: digits", 1, ["is not YAML"]),
  ]

  @Test(arguments: faults)
  func `A fault in a file of jobs is told with file, line and key`(
    fault: (text: String, line: Int?, says: [String])
  ) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("jobs.yaml")
    try AtomicFile.write(fault.text, to: path)
    let error = try #require(throws: SceneError.self) { try BatchJob.read(path) }
    #expect(error.path == path)
    if let line = fault.line, !fault.says[0].contains("YAML") { #expect(error.line == line) }
    for part in fault.says { #expect(error.reason.contains(part), "\(error)") }
  }

  @Test func `Scenes that are missing or wrong are told as for any command`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("jobs.yaml")
    try AtomicFile.write("- {scene: digit}", to: path)
    #expect(throws: FileError.self) { try BatchJob.read(path) }
    try AtomicFile.write("- {scene: wrong.yaml}", to: path)
    #expect(throws: FileError.self) { try BatchJob.read(path) }
    try AtomicFile.write("data: digits\nnetwok: []\n", to: folder.file("wrong.yaml"))
    let error = #expect(throws: SceneError.self) { try BatchJob.read(path) }
    #expect(error?.path == folder.file("wrong.yaml") && error?.line == 2)
  }

  @Test func `What a file's name holds does no harm in the table`() throws {
    let folder = try TemporaryFolder()
    let name = "a,\"b\"|\u{1B}[31m\nc"
    try AtomicFile.write(
      try tinyScene(["data": "{source: npz, path: none.npz}"]).source,
      to: folder.file("\(name).yaml"))
    let jobs = try [BatchJob(.render, scene: folder.file("\(name).yaml"), out: folder.path)]
    let report = try batch(jobs, BatchOptions(threads: 1))
    for text in [report.text, report.csv, try report.markdown()] {
      #expect(!text.contains("\u{1B}"))
    }
    #expect(report.text.split(separator: "\n").count == 3)
    #expect(report.csv.split(separator: "\n").count == 2)
    #expect(report.csv.contains("\n\"a,\"\"b\"\"|"))
  }
}
