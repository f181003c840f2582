import Foundation
import TensorFiles
import Testing

@testable import Landscape

@Suite struct SweepTests {
  /// A scene that is swept in a fraction of a second.
  private func small(_ replaced: [String: String] = [:]) throws -> Scene {
    let sections = ["penalty": "{lambda: [1e-2, 1e-1, 1]}"]
    var scene = try tinyScene(sections.merging(replaced) { $1 })
    (scene.sweep.slices, scene.sweep.panels, scene.sweep.descentSteps) = (1, 2, 5)
    scene.sweep.tolerance = 1e-4
    return scene
  }

  @Test func `The bytes are the same for any number of threads and on every run`() throws {
    let (one, three) = (try TemporaryFolder(), try TemporaryFolder())
    try swept(small(), in: one) { $0.threads = 1 }
    let files = try swept(small(), in: three) { $0.threads = 3 }.files
    let contents = try one.contents()
    #expect(try contents == three.contents())
    for file in files { #expect(contents[file] != nil, "\(file)") }
  }

  @Test func `A second run draws again from what is there, and only from that`() throws {
    let folder = try TemporaryFolder()
    try swept(small(), in: folder)
    let before = try folder.contents()
    for name in before.keys
    where !name.hasSuffix(".npz") && !["path.safetensors", "weights.safetensors"].contains(name) {
      try FileManager.default.removeItem(atPath: folder.file(name))
    }
    let notes = Notes()
    try swept(small(), in: folder, notes: notes)
    #expect(try folder.contents() == before)
    #expect(notes.lines.contains { $0.hasPrefix("path: 5 minima found before") })
    // The decay slice, one around the first minimum, and one for each of two panels.
    #expect(notes.lines.count { $0.hasPrefix("surface: sampled before") } == 4)
    #expect(!notes.stages.contains("sampling"))

    let fresh = Notes()
    try swept(small(), in: folder, notes: fresh) { $0.fresh = true }
    #expect(fresh.lines.isEmpty && fresh.stages.contains("sampling"))
    #expect(try folder.contents() == before)
    // What a path depends on decides whether it is used again.
    let other = Notes()
    try swept(small(["penalty": "{lambda: [1e-2, 1e-1, 2]}"]), in: folder, notes: other)
    #expect(!other.lines.contains { $0.hasPrefix("path: ") })
  }

  @Test(arguments: [1, 2, 4])
  func `A path that was interrupted goes on to the same bytes`(count: Int) throws {
    let folder = try TemporaryFolder()
    try swept(small(), in: folder)
    let before = try folder.contents()
    let file = folder.file("path.safetensors")
    var kept = try Safetensors.read(file)
    let text = try #require(kept.metadata["minima"])
    let records = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    try #require(records.count == 5)
    kept.metadata["minima"] = String(
      decoding: try JSONSerialization.data(withJSONObject: Array(records.prefix(count))),
      as: UTF8.self)
    let points = try #require(kept.tensors["minima"]).doubles
    let dimension = points.count / 5
    kept.tensors = [
      "minima": Tensor(shape: [count, dimension], Array(points.prefix(count * dimension)))
    ]
    try Safetensors.write(kept, to: file)
    let notes = Notes()
    try swept(small(), in: folder, notes: notes)
    #expect(notes.lines.contains { $0.hasPrefix("path: \(count) minima found before") })
    #expect(try folder.contents() == before)
  }

  @Test func `A broken log of the path is followed anew`() throws {
    let folder = try TemporaryFolder()
    try swept(small(), in: folder)
    let before = try folder.contents()
    try Data("no tensors".utf8).write(to: URL(filePath: folder.file("path.safetensors")))
    try swept(small(), in: folder)
    #expect(try folder.contents() == before)
  }

  @Test func `A table has a row for each λ, in ascending order, whatever order they came in`()
    throws
  {
    let folder = try TemporaryFolder()
    let scene = try small([
      "penalty": "{lambda: [0.5, 0, 0.05], convention: keras}"
    ])
    let report = try swept(scene, in: folder).report
    #expect(report.lambdas.map(\.lambda) == [0, 0.1, 1])
    #expect(report.lambdas.map(\.given) == [0, 0.05, 0.5])
    #expect(report.convention == "keras")
    let rows = try String(contentsOfFile: folder.file("sweep.csv"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 4)
    #expect(rows.allSatisfy { $0.count == rows[0].count })
    #expect(rows[0].prefix(3) == ["lambda", "given", "total"])
    #expect(rows.dropFirst().map { Double($0[0]) } == [0, 0.1, 1])
    #expect(rows.dropFirst().map { Double($0[2]) } == report.lambdas.map(\.minimum.total))
    // λ = 0 has no penalty, and no parameters that it fights.
    #expect(report.lambdas[0].minimum.penalty == 0)
    #expect(report.lambdas[0].curvature.effectiveParameters == nil)
    // A softmax leaves three directions free: at λ = 0 nothing is conditioned.
    #expect(report.lambdas[0].curvature.conditionNumber == nil)
    for name in ["0", "0.05", "0.5"] {
      let file = try Safetensors.read(folder.file("minima/lambda-\(name).safetensors"))
      #expect(file.metadata["lambda"] == lambdaName(2 * (Double(name) ?? .nan)))
    }
  }

  @Test func `The pages refer to the figures that are there`() throws {
    let folder = try TemporaryFolder()
    let files = try swept(small(), in: folder).files
    let html = try String(contentsOfFile: folder.file("report.html"), encoding: .utf8)
    let markdown = try String(contentsOfFile: folder.file("report.md"), encoding: .utf8)
    let pictures = files.filter { $0.hasSuffix(".png") }
    #expect(
      Set(pictures).isSuperset(of: [
        "decay.png", "slices-shared.png", "slices-decay.png", "slices-own.png", "curvature.png",
        "minimum.png", "shape.png",
      ]))
    for picture in pictures { #expect(markdown.contains("](\(picture))"), "\(picture)") }
    // Embedded, so that the page stands alone.
    #expect(html.components(separatedBy: "data:image/png").count - 1 == pictures.count)
    for claim in ["Curvature increases", "The minimum shifts", "smoother", "Convergence"].prefix(3)
    {
      #expect(html.contains(claim) && markdown.contains(claim))
    }

    let papers = try TemporaryFolder()
    let written = try swept(small(["figure": "{dpi: 40, format: pdf}"]), in: papers).files
    #expect(written.contains("decay.pdf") && !written.contains { $0.hasSuffix(".png") })
    let page = try String(contentsOfFile: papers.file("report.md"), encoding: .utf8)
    #expect(!page.contains(".png") && !page.contains("Figure "))
  }

  @Test func `A grid too small for curvature leaves out what is read off slices`() throws {
    let result = try swept(small(["slice": "{grid: 2}"]))
    #expect(!result.files.contains("shape.png") && result.files.contains("curvature.png"))
    #expect(result.report.lambdas.allSatisfy { $0.decayShape == nil && $0.sharedShapes.isEmpty })
    #expect(result.report.claims.map(\.verdict).filter { $0 == .undecided }.count >= 2)
  }

  @Test func `Directions that are not drawn make one slice, drawn ones as many as asked`() throws {
    func slices(_ directions: String) throws -> Int {
      var scene = try small(["slice": "{grid: 3, directions: \(directions)}"])
      scene.sweep.slices = 2
      let report = try swept(scene).report
      #expect(report.lambdas.allSatisfy { $0.sharedShapes.count == report.randomSlices })
      return report.randomSlices
    }
    #expect(try slices("random") == 2)
    #expect(try slices("\"eigen:1,-1\"") == 1)
    let folders = [try TemporaryFolder(), try TemporaryFolder()]
    for (folder, seed) in zip(folders, ["1", "2"]) {
      try run(try tinyScene(["seed": seed]), in: folder) { $0.dataOnly = true }
    }
    let files = folders.map { $0.file("weights.safetensors") }
    let count = try withExtendedLifetime(folders) {
      try slices("[\(files[0]), \(files[1])]")
    }
    #expect(count == 1)
  }

  @Test func `More λ sample the network no more often`() throws {
    func points(_ lambdas: String, rendered: Bool) throws -> Int {
      let notes = Notes()
      let scene = try small(["penalty": "{lambda: \(lambdas)}"])
      if rendered {
        try run(scene, in: TemporaryFolder(), notes: notes) { $0.dataOnly = true }
      } else {
        try swept(scene, notes: notes)
      }
      return notes.steps(of: "sampling")
    }
    #expect(try points("[1e-3, 1]", rendered: true) == 9)
    #expect(try points("1e-3...1 x 200", rendered: true) == 9)
    // The decay slice, the first minimum's, and two panels'.
    #expect(try points("[1e-2, 1]", rendered: false) == 4 * 9)
    #expect(try points("1e-2...1 x 6", rendered: false) == 4 * 9)
  }

  @Test func `What cannot be swept is refused before anything is done`() throws {
    func refused(_ scene: Scene, _ words: String) throws {
      let folder = try TemporaryFolder()
      let error = try #require(throws: UsageError.self) { try swept(scene, in: folder) }
      #expect("\(error)".contains(words), "\(error)")
      #expect(try folder.contents().isEmpty)
    }
    try refused(small(["penalty": "{lambda: 0.1}"]), "at least two λ")
    try refused(small(["penalty": "{lambda: [0.1, 0.1]}"]), "at least two λ")
    try refused(small(["slice": "{grid: 3, centre: w.npz}"]), "slice.centre")
    for (name, path, range) in SweepPlan.counts {
      for wrong in [range.lowerBound - 1, range.upperBound + 1, .min, .max] {
        var scene = try small()
        scene.sweep[keyPath: path] = wrong
        try refused(scene, "'--\(name)' is \(wrong)")
        #expect(throws: SceneError.self) { try tinyScene(["sweep": "{\(name): \(wrong)}"]) }
      }
    }
    for wrong in [0, -1, .nan, .infinity] {
      var scene = try small()
      scene.sweep.tolerance = wrong
      try refused(scene, "'--tolerance'")
    }
    #expect(throws: SceneError.self) { try small(["penalty": "{lambda: [1, 1e300]}"]) }
  }
}
