import Foundation
import TensorFiles
import Testing

@testable import Landscape

/// A folder that goes when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "landscape-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Every file below, by its path from here, but for the lists of runs.
  func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file(name), isDirectory: &isFolder)
      if !isFolder.boolValue, !name.hasSuffix(RunList.name) {
        contents[name] = try Data(contentsOf: URL(filePath: file(name)))
      }
    }
    return contents
  }
}

/// A scene small enough to train and sample in milliseconds; sections can be replaced, and others
/// added.
func tinyScene(_ replaced: [String: String] = [:], path: String = "tiny.yaml") throws -> Scene {
  var sections = [
    "data": "{source: blobs, samples: 40, noise: 0.3, classes: 3}",
    "network": "[{dense: 4}, tanh, {dense: 3}]",
    "penalty": "{lambda: 0.01}",
    "training": "{epochs: 2, batch: 8, polish: none}",
    "slice": "{grid: 3}",
    "figure": "{dpi: 40}",
  ]
  sections.merge(replaced) { $1 }
  let lines = sections.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
  return try Scene(yaml: lines.joined(separator: "\n") + "\n", path: path)
}

/// What a run told of itself.
final class Notes: @unchecked Sendable {
  private let lock = NSLock()
  private var noted: [String] = []
  private var begun: [String] = []

  /// What it said of weights and surfaces that were there before.
  var reuse: [String] {
    lock.withLock { noted.filter { $0.hasPrefix("weights: ") || $0.hasPrefix("surface: ") } }
  }
  var stages: [String] { lock.withLock { begun } }
  /// All that it said.
  var lines: [String] { lock.withLock { noted } }

  private var advanced: [String: Int] = [:]

  /// How many steps all stages of a name made.
  func steps(of stage: String) -> Int { lock.withLock { advanced[stage] ?? 0 } }

  var reporter: Reporter {
    Reporter(
      begin: { stage, _ in self.lock.withLock { self.begun.append(stage) } },
      advance: { steps in
        self.lock.withLock { self.advanced[self.begun.last ?? "", default: 0] += steps }
      },
      note: { line in self.lock.withLock { self.noted.append(line) } })
  }
}

/// Sweeps a scene and returns its report, as its file has it, and the names of the files from there.
@discardableResult
func swept(
  _ scene: Scene, in folder: TemporaryFolder? = nil, notes: Notes = Notes(),
  _ change: (inout RenderOptions) -> Void = { _ in }
) throws -> (report: SweepReport, files: [String]) {
  let folder = try folder ?? TemporaryFolder()
  var options = RenderOptions(folder: folder.path, threads: 2, command: "test")
  // Tests that go on in a folder with another study mean to.
  options.others = .replace
  change(&options)
  let files = try sweep(scene, options, reporter: notes.reporter).files
  let data = try Data(contentsOf: URL(filePath: folder.file("sweep.json")))
  return (
    try JSONDecoder.sorted.decode(SweepReport.self, from: data),
    files.map { String($0.dropFirst(folder.path.count + 1)) }
  )
}

/// Renders a scene into a folder and returns the names of the files from there.
@discardableResult
func run(
  _ scene: Scene, in folder: TemporaryFolder, notes: Notes = Notes(),
  _ change: (inout RenderOptions) -> Void = { _ in }
) throws -> [String] {
  var options = RenderOptions(folder: folder.path, threads: 2, command: "test")
  // Tests that go on in a folder with another study mean to.
  options.others = .replace
  change(&options)
  return try render(scene, options, reporter: notes.reporter)
    .map { String($0.dropFirst(folder.path.count + 1)) }
}

/// The numbers of an array of a run's surface.
func array(_ name: String, _ folder: TemporaryFolder) throws -> [Double] {
  try #require(NPZ.read(folder.file("surface.npz"))[name]).doubles
}

/// A run's summary, as any reader of JSON sees it.
func summary(_ folder: TemporaryFolder) throws -> [String: Any] {
  let data = try Data(contentsOf: URL(filePath: folder.file("summary.json")))
  return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
}

/// The path of a file that another program made.
func fixture(_ name: String) throws -> String {
  try #require(
    Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil),
    "the fixture \(name) is missing"
  ).path
}
