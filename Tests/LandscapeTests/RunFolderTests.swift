import Foundation
import TensorFiles
import Testing

@testable import Landscape

@Suite struct RunFolderTests {
  /// A command at one λ.
  enum Verb: String, CaseIterable {
    case render, line, curvature, animate, train

    func run(
      _ lambda: Double, in folder: String, _ others: OtherResults, notes: Notes = Notes()
    ) throws {
      let scene = try tinyScene([
        "penalty": "{lambda: \(lambda)}", "curvature": "{top: 1, bottom: 1, sharpness: false}",
      ])
      var options = RenderOptions(folder: folder, threads: 1, command: "\(rawValue) \(lambda)")
      options.others = others
      switch self {
      case .render: _ = try Landscape.render(scene, options, reporter: notes.reporter)
      case .line: _ = try renderLine(scene, .direction, options, reporter: notes.reporter)
      case .curvature: _ = try Landscape.curvature(scene, options, reporter: notes.reporter)
      case .animate:
        var plan = AnimationPlan()
        (plan.frames, plan.pixels) = (2, 100)
        var moving = scene
        moving.penalty.values.append(1)
        _ = try Landscape.animate(moving, plan, options, reporter: notes.reporter)
      case .train: _ = try Landscape.train(scene, options, reporter: notes.reporter)
      }
    }
  }

  struct Run: CustomTestStringConvertible {
    var verb: Verb
    var lambda: Double

    var testDescription: String { "\(verb) \(lambda)" }
  }

  static let runs = Verb.allCases.flatMap { verb in
    [0.01, 0.02].map { Run(verb: verb, lambda: $0) }
  }

  /// Sees that each list names files as they are, and that all that is said of weights is said of
  /// those beside it.
  private func checkLists(below folder: TemporaryFolder) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where name.hasSuffix(RunList.name) {
      let place = folder.file(String(name.dropLast(RunList.name.count + 1)))
      for run in try RunList(of: place).runs {
        #expect(run.isFinished && !run.files.isEmpty && run.leftovers == nil)
        for (file, hash) in run.files { #expect(fileHash("\(place)/\(file)") == hash, "\(file)") }
        let kept = try Safetensors.read("\(place)/weights.safetensors").metadata
        #expect(run.weights == kept["fingerprint"])
        #expect(run.command.hasSuffix(try #require(kept["lambda"])))
      }
    }
  }

  @Test(arguments: runs, runs)
  func `Of two runs with one folder's name neither loses a byte, and each lies beside its weights`(
    first: Run, second: Run
  ) throws {
    let folder = try TemporaryFolder()
    try first.verb.run(first.lambda, in: folder.file("x"), .beside)
    let before = try folder.contents()
    try second.verb.run(second.lambda, in: folder.file("x"), .beside)
    let after = try folder.contents()
    for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
    try checkLists(below: folder)
    // Where they agree on the weights they share the folder.
    let isShared = first.lambda == second.lambda
    #expect(FileManager.default.fileExists(atPath: folder.file("x-2")) == !isShared)
    // Once more, each finds its own folder again.
    for run in [first, second] { try run.verb.run(run.lambda, in: folder.file("x"), .beside) }
    #expect(try folder.contents() == after)
  }

  @Test(arguments: Verb.allCases)
  func `In a folder that was named, other results are refused, and nothing is changed`(
    verb: Verb
  ) throws {
    let folder = try TemporaryFolder()
    try Verb.render.run(0.01, in: folder.path, .refuse)
    let before = try folder.contents()
    let error = #expect(throws: RunFolderError.self) {
      try verb.run(0.02, in: folder.path, .refuse)
    }
    #expect(error?.isBusy == false)
    for part in ["'render 0.01'", "--out", "--replace"] {
      #expect(error?.description.contains(part) == true)
    }
    #expect(try folder.contents() == before)
  }

  @Test(arguments: Verb.allCases, Verb.allCases)
  func `What is replaced is gone, all of it, and nothing else`(first: Verb, second: Verb) throws {
    let folder = try TemporaryFolder()
    try first.run(0.01, in: folder.path, .refuse)
    try Data("mine".utf8).write(to: URL(filePath: folder.file("notes.txt")))
    let notes = Notes()
    try second.run(0.02, in: folder.path, .replace, notes: notes)
    #expect(notes.lines.contains { $0.contains("'\(first) 0.01' is replaced") })
    let alone = try TemporaryFolder()
    try second.run(0.02, in: alone.path, .refuse)
    var expected = try alone.contents()
    expected["notes.txt"] = Data("mine".utf8)
    #expect(try folder.contents() == expected)
    try checkLists(below: folder)
  }

  @Test func `More λ at the same weights replace a study without training or sampling again`()
    throws
  {
    let folder = try TemporaryFolder()
    try run(try tinyScene(["penalty": "{lambda: [0.01, 1]}"]), in: folder)
    let notes = Notes()
    try run(try tinyScene(["penalty": "{lambda: [0.01, 2]}"]), in: folder, notes: notes)
    #expect(notes.reuse.count == 2 && !notes.stages.contains("sampling"))
    let names = try folder.contents().keys
    #expect(names.contains("lambda-2/contour.png") && names.contains("surface.npz"))
    #expect(!names.contains { $0.hasPrefix("lambda-1/") })
    #expect(!FileManager.default.fileExists(atPath: folder.file("lambda-1")))
  }

  @Test func `Other looks are the same study, and what is no longer drawn stays listed`() throws {
    let folder = try TemporaryFolder()
    for format in ["svg", "png"] {
      try run(try tinyScene(["figure": "{dpi: 40, format: \(format)}"]), in: folder) {
        $0.others = .refuse
      }
    }
    let listed = try #require(RunList(of: folder.path).runs.first).files.keys
    #expect(Set(listed) == Set(try folder.contents().keys))
    #expect(listed.contains("lambda-0.01/contour.svg"))
  }

  @Test func `Results without a list, and a file that a person has put there, are not touched`()
    throws
  {
    let folder = try TemporaryFolder()
    try Verb.render.run(0.01, in: folder.path, .refuse)
    try FileManager.default.removeItem(atPath: folder.file(RunList.name))
    let before = try folder.contents()
    for verb in [Verb.render, .train] {
      #expect(throws: RunFolderError.self) { try verb.run(0.02, in: folder.path, .refuse) }
    }
    #expect(try folder.contents() == before)
  }

  @Test func `A file that has changed since it was written is left, and named`() throws {
    let folder = try TemporaryFolder()
    try Verb.line.run(0.01, in: folder.path, .refuse)
    try Data("mine".utf8).write(to: URL(filePath: folder.file("line.csv")))
    let notes = Notes()
    try Verb.curvature.run(0.02, in: folder.path, .replace, notes: notes)
    #expect(notes.lines.contains { $0.contains("line.csv has changed") })
    #expect(try folder.contents()["line.csv"] == Data("mine".utf8))
    #expect(try folder.contents()["line.png"] == nil)
  }

  @Test func `A list that names files elsewhere removes none of them`() throws {
    let folder = try TemporaryFolder()
    let inner = folder.file("in")
    try Verb.render.run(0.01, in: inner, .refuse)
    let victim = folder.file("victim.txt")
    try Data("mine".utf8).write(to: URL(filePath: victim))
    try FileManager.default.createSymbolicLink(
      atPath: inner + "/link", withDestinationPath: folder.path)
    var list = try RunList(of: inner)
    for name in ["../victim.txt", victim, "link/victim.txt", "", "a/../../victim.txt"] {
      list.runs[0].files[name] = fileHash(victim)
    }
    try list.write(to: inner)
    try Verb.render.run(0.02, in: inner, .replace)
    #expect(try folder.contents()["victim.txt"] == Data("mine".utf8))
  }

  @Test func `A broken list is told, and a run that may goes beside`() throws {
    let folder = try TemporaryFolder()
    try Verb.train.run(0.01, in: folder.file("x"), .refuse)
    try Data("{".utf8).write(to: URL(filePath: folder.file("x/\(RunList.name)")))
    #expect(throws: FileError.self) { try Verb.train.run(0.01, in: folder.file("x"), .refuse) }
    try Verb.train.run(0.01, in: folder.file("x"), .beside)
    #expect(try folder.contents().keys.contains("x-2/weights.safetensors"))
  }

  @Test func `A run that fails before it has written leaves the folder to others`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene([
      "training": "{epochs: 50, batch: 8, polish: none, optimizer: sgd, learning-rate: 1e6}",
      "data": "{source: blobs, samples: 40, noise: 0.3, classes: 3, scale: 1e12}",
      "network": "[{dense: 4}, relu, {dense: 4}, relu, {dense: 3}]",
    ])
    #expect(throws: (any Error).self) { try run(scene, in: folder) { $0.others = .refuse } }
    try Verb.render.run(0.01, in: folder.path, .refuse)
    try checkLists(below: folder)
  }

  @Test(arguments: [OtherResults.refuse, .beside, .replace])
  func `Where a run is writing, the same run is told to wait`(others: OtherResults) throws {
    let folder = try TemporaryFolder()
    let lock = try #require(FolderLock(folder.path))
    #expect(FolderLock.isHeld(folder.path) && FolderLock(folder.path) == nil)
    let error = #expect(throws: RunFolderError.self) {
      try Verb.render.run(0.01, in: folder.path, others)
    }
    #expect(error?.isBusy == true && error?.description.contains("another run") == true)
    lock.release()
    #expect(!FolderLock.isHeld(folder.path))
    try Verb.render.run(0.01, in: folder.path, others)
    #expect(try folder.contents().keys.contains("summary.json"))
  }

  @Test func `What is exported of a surface goes with it`() throws {
    let folder = try TemporaryFolder()
    try Verb.render.run(0.01, in: folder.path, .refuse)
    _ = try export(folder.file("surface.npz"), as: [.csv, .vts])
    try checkLists(below: folder)
    try Verb.render.run(0.02, in: folder.path, .replace)
    #expect(try !folder.contents().keys.contains { $0.hasSuffix(".csv") || $0.hasSuffix(".vts") })
  }

  @Test func `The list is the same for the same runs, in whichever order`() throws {
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    for verb in [Verb.render, .line] { try verb.run(0.01, in: one.path, .refuse) }
    for verb in [Verb.line, .render] { try verb.run(0.01, in: other.path, .refuse) }
    #expect(try RunList(of: one.path) == RunList(of: other.path))
    #expect(
      try readText(one.file(RunList.name)) == readText(other.file(RunList.name)))
  }
}
