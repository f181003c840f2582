import Figures
import Foundation
import TensorFiles
import Testing

@testable import Landscape

@Suite struct RenderTests {
  @Test func `One λ gives three figures and the numbers; several give a row besides`() throws {
    let folder = try TemporaryFolder()
    let numbers = ["summary.json", "surface.npz", "weights.safetensors"]
    func figures(_ names: [String]) -> [String] {
      names.flatMap { n in
        ["contour", "heatmap", "parts"].flatMap {
          ["lambda-\(n)/\($0).png", "lambda-\(n)/\($0).tex"]
        }
      }
    }
    #expect(try run(tinyScene(), in: folder) == numbers + figures(["0.01"]))
    #expect(Set(try folder.contents().keys) == Set(numbers + figures(["0.01"])))
    let several = try tinyScene(["penalty": "{lambda: [0, 1e-5, 2]}"])
    #expect(
      try run(several, in: folder) == numbers + figures(["0", "1e-05", "2"]) + [
        "row.png", "row.tex",
      ])
    #expect(try run(several, in: folder) { $0.dataOnly = true } == numbers)
    let formats = try tinyScene(["figure": "{dpi: 40, format: [svg, pdf]}"])
    #expect(
      try run(formats, in: folder) { $0.layout = true }.suffix(4) == [
        "lambda-0.01/parts.svg", "lambda-0.01/parts.pdf", "lambda-0.01/parts.tex",
        "lambda-0.01/parts.layout.json",
      ])
  }

  @Test(arguments: [1, 3, 8])
  func `Every file is the same to the bit on any number of threads and on every run`(
    threads: Int
  ) throws {
    let scene = try tinyScene([
      "penalty": "{lambda: [0, 0.1]}", "slice": "{grid: 17x11}",
      "figure": "{dpi: 40, format: [png, pdf, svg]}",
    ])
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    try run(scene, in: one) { ($0.threads, $0.layout) = (1, true) }
    try run(scene, in: other) { ($0.threads, $0.layout) = (threads, true) }
    #expect(try one.contents() == other.contents())
    let before = try other.contents()
    try run(scene, in: other) { ($0.threads, $0.layout, $0.fresh) = (2, true, true) }
    #expect(try other.contents() == before)
  }

  static let reused = [
    "weights: trained before, read from ", "surface: sampled before, read from ",
  ]

  /// What a second run says and begins in the folder of a first.
  func second(
    after first: [String: String] = [:], _ sections: [String: String],
    _ change: (inout RenderOptions) -> Void = { _ in }
  ) throws -> (notes: [String], stages: [String]) {
    let folder = try TemporaryFolder()
    try run(try tinyScene(first), in: folder) { $0.dataOnly = true }
    let notes = Notes()
    try run(try tinyScene(sections), in: folder, notes: notes) {
      $0.dataOnly = true
      change(&$0)
    }
    return (
      notes.reuse.map { String($0.prefix(while: { $0 != "/" })) }, notes.stages
    )
  }

  @Test(arguments: [
    [:], ["figure": "{dpi: 50, theme: dark}"], ["title": "Another"],
    ["penalty": "{lambda: [0.01, 0, 5]}"],
  ])
  func `What nothing depends on leaves weights and surface as they are`(
    sections: [String: String]
  ) throws {
    let (notes, stages) = try second(sections)
    #expect(notes == Self.reused && stages.isEmpty)
  }

  @Test func `Another λ at the same weights needs no new surface`() throws {
    let (notes, stages) = try second(["penalty": "{lambda: 7}"]) { $0.trainLambda = 0.01 }
    #expect(notes == Self.reused && stages.isEmpty)
  }

  @Test(arguments: [
    "{grid: 4}", "{grid: 3, span: 2}", "{grid: 3, precision: float64}", "{grid: 3, biases: true}",
  ])
  func `Another slice is sampled anew at the same weights`(slice: String) throws {
    let (notes, stages) = try second(["slice": slice])
    #expect(notes == [Self.reused[0]] && stages == ["sampling"])
  }

  @Test(arguments: [
    ["penalty": "{lambda: 0.02}"], ["penalty": "{lambda: 0.01, scope: weights}"], ["seed": "9"],
    ["training": "{epochs: 3, batch: 8, polish: none}"],
    ["data": "{source: blobs, samples: 41, noise: 0.3, classes: 3}"],
    ["network": "[{dense: 4}, relu, {dense: 3}]"], ["initialiser": "he"],
  ])
  func `Another λ, seed, training, network or data is trained and sampled anew`(
    sections: [String: String]
  ) throws {
    let (notes, stages) = try second(sections)
    #expect(notes.isEmpty && stages.first?.hasPrefix("training") == true)
    #expect(stages.last == "sampling")
  }

  @Test func `A fresh run uses nothing again`() throws {
    let (notes, stages) = try second([:]) { $0.fresh = true }
    #expect(notes.isEmpty && stages.count == 2)
  }

  @Test(arguments: ["surface.npz", "weights.safetensors"])
  func `Files of an earlier run that are broken are made again`(name: String) throws {
    let folder = try TemporaryFolder()
    try run(try tinyScene(), in: folder) { $0.dataOnly = true }
    let before = try folder.contents()
    let bytes = try #require(before[name])
    for broken in [Data(), bytes.prefix(bytes.count / 2), Data("not a file".utf8)] {
      try broken.write(to: URL(filePath: folder.file(name)))
      try run(try tinyScene(), in: folder) { $0.dataOnly = true }
      #expect(try folder.contents() == before)
    }
  }

  @Test func `A surface that has lost its penalty is not used again`() throws {
    let folder = try TemporaryFolder()
    try run(try tinyScene(), in: folder) { $0.dataOnly = true }
    let before = try folder.contents()
    var arrays = try NPZ.read(folder.file("surface.npz"))
    arrays["penalty"] = nil
    try NPZ.write(arrays, to: folder.file("surface.npz"))
    try run(try tinyScene(), in: folder) { $0.dataOnly = true }
    #expect(try folder.contents() == before)
  }

  @Test func `An interrupted run is taken up where it was left, to the same bits`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(["slice": "{grid: 5x9}"])
    try run(scene, in: folder) { $0.dataOnly = true }
    let whole = try folder.contents()
    let arrays = try NPZ.read(folder.file("surface.npz"))
    let (base, scores) = (try array("base", folder), try array("accuracy", folder))

    func resume(
      _ rows: Int, key: Tensor? = arrays["fingerprint"], first: Double? = nil
    ) throws -> (notes: [String], contents: [String: Data]) {
      try FileManager.default.removeItem(atPath: folder.file("surface.npz"))
      let count = rows * 5
      var part = Array((base + base).prefix(count))
      if let first { part[0] = first }
      var partial: NamedTensors = [
        "base": Tensor(shape: [count], part),
        "accuracy": Tensor(shape: [count], Array((scores + scores).prefix(count))),
      ]
      partial["fingerprint"] = key
      try NPZ.write(partial, to: folder.file("surface.npz.partial"))
      let notes = Notes()
      try run(scene, in: folder, notes: notes) { $0.dataOnly = true }
      return (Array(notes.reuse.dropFirst()), try folder.contents())
    }
    for rows in 1...8 {
      let (notes, contents) = try resume(rows)
      #expect(notes == ["surface: an interrupted run had sampled \(rows * 5) points"])
      #expect(contents == whole)
    }
    // That the rows are used, and not sampled again, shows on one that is changed.
    _ = try resume(2, first: 1234)
    #expect(try array("base", folder)[0] == 1234)
    // What belongs to another surface, or is more than the whole, is left aside.
    for (rows, key) in [
      (2, Tensor(shape: [1], elements: .int64([1]))), (2, nil), (9, arrays["fingerprint"]),
      (11, arrays["fingerprint"]),
    ] {
      let (notes, contents) = try resume(rows, key: key)
      #expect(notes.isEmpty && contents == whole)
    }
  }

  @Test func `Retraining gives each λ weights and a slice of its own`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(["penalty": "{lambda: [0, 0.5]}"])
    let files = try run(scene, in: folder) { $0.retrain = true }
    #expect(files.contains("lambda-0/surface.npz") && files.contains("lambda-0.5/surface.npz"))
    for (lambda, name) in [("0", "lambda-0"), ("0.5", "lambda-0.5")] {
      let alone = try TemporaryFolder()
      try run(try tinyScene(["penalty": "{lambda: \(lambda)}"]), in: alone) { $0.dataOnly = true }
      for file in ["surface.npz", "weights.safetensors"] {
        #expect(try folder.contents()["\(name)/\(file)"] == alone.contents()[file])
      }
    }
    #expect(
      try (summary(folder)["protocolName"] as? String)
        == "retrained at each λ, each in its own slice")
    #expect(try (summary(folder)["slices"] as? [Any])?.count == 2)
  }

  @Test func `Several λ are drawn on the slice of the first, or of the one that is named`() throws {
    let folder = try TemporaryFolder()
    try run(try tinyScene(["penalty": "{lambda: [0.01, 3]}"]), in: folder) { $0.dataOnly = true }
    let alone = try TemporaryFolder()
    try run(try tinyScene(), in: alone) { $0.dataOnly = true }
    #expect(try folder.contents()["surface.npz"] == alone.contents()["surface.npz"])
    try run(try tinyScene(["penalty": "{lambda: [3, 0]}"]), in: folder) {
      ($0.dataOnly, $0.trainLambda) = (true, 0.01)
    }
    #expect(try folder.contents()["surface.npz"] == alone.contents()["surface.npz"])
    #expect(try (summary(folder)["protocolName"] as? String)?.contains("λ = 10⁻²") == true)
  }

  @Test func `Weights from a file are not trained, and a wish to train them is refused`() throws {
    let folder = try TemporaryFolder()
    try run(try tinyScene(), in: folder) { $0.dataOnly = true }
    let scene = try tinyScene(["weights": folder.file("weights.safetensors")])
    let other = try TemporaryFolder()
    #expect(throws: UsageError.self) { try run(scene, in: other) { $0.retrain = true } }
    #expect(throws: UsageError.self) { try run(scene, in: other) { $0.trainLambda = 1 } }
    #expect(throws: UsageError.self) {
      try train(scene, RenderOptions(folder: other.path, threads: 1, command: "test"))
    }
    let notes = Notes()
    try run(scene, in: other, notes: notes) { $0.dataOnly = true }
    #expect(notes.stages == ["sampling"])
    #expect(try array("base", other) == array("base", folder))
  }

  @Test func `A surface that is drawn again has the same levels, contours, scale and marks`() throws
  {
    let (direct, again) = (try TemporaryFolder(), try TemporaryFolder())
    let scene = try tinyScene(["penalty": "{lambda: [0, 0.1]}", "slice": "{grid: 15}"])
    try run(scene, in: direct) { $0.layout = true }
    var options = RenderOptions(folder: again.path, threads: 1, command: "test")
    options.layout = true
    _ = try render(surface: direct.file("surface.npz"), scene, options)
    for name in ["lambda-0/heatmap", "lambda-0.1/contour", "lambda-0.1/parts", "row"] {
      func panels(_ folder: TemporaryFolder) throws -> [FigureLayout.PanelRecord] {
        let data = try Data(contentsOf: URL(filePath: folder.file("\(name).layout.json")))
        return try JSONDecoder().decode(FigureLayout.self, from: data).panels
      }
      let (a, b) = (try panels(direct), try panels(again))
      #expect(a.map { $0.scale?.hash } == b.map { $0.scale?.hash })
      #expect(a.map { $0.scale?.levels } == b.map { $0.scale?.levels })
      #expect(a.map { $0.contours.map(\.level) } == b.map { $0.contours.map(\.level) })
      #expect(a.map { $0.marks.map(\.at) } == b.map { $0.marks.map(\.at) })
      #expect(a.map { $0.marks.map(\.value) } == b.map { $0.marks.map(\.value) })
    }
  }

  @Test func `Equal surfaces are drawn to equal bytes, whoever wrote them`() throws {
    let (ours, numpy) = (try TemporaryFolder(), try TemporaryFolder())
    let surface = try SurfaceFile.read(fixture("bowl.npz")).surface
    try SurfaceFile.write(surface, to: ours.file("bowl.npz"), fingerprint: 5)
    let scene = try tinyScene(["penalty": "{lambda: [0, 2]}"])
    for (folder, path) in [(ours, ours.file("bowl.npz")), (numpy, try fixture("bowl.npz"))] {
      let options = RenderOptions(folder: folder.file("out"), threads: 1, command: "test")
      _ = try render(surface: path, scene, options)
    }
    #expect(try ours.contents().filter { $0.key.hasPrefix("out") } == numpy.contents())
    let data = try #require(numpy.contents()["out/summary.json"])
    let all = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let lambdas = all["lambdas"] as? [[String: Any]]
    let minimum = try #require(lambdas?.last?["minimum"] as? [String: Any])
    // (α − ¼)² + 2(β + ½)² + 4 + α + 2β²: on the grid, lowest at α = −½, β = −½.
    #expect(minimum["alpha"] as? Double == -0.5 && minimum["beta"] as? Double == -0.5)
    #expect(minimum["total"] as? Double == 0.5625 + 4 - 0.5 + 0.5)
  }

  @Test func `The summary says what was done, and its numbers agree with each other`() throws {
    let folder = try TemporaryFolder()
    try run(
      try tinyScene([
        "data": "{source: blobs, samples: 40, noise: 0.3, classes: 3, held-out: 8}",
        "slice": "{grid: 9, precision: float64}", "penalty": "{lambda: 0.1}",
      ]), in: folder
    ) { $0.dataOnly = true }
    let data = try Data(contentsOf: URL(filePath: folder.file("summary.json")))
    let all = try JSONDecoder().decode(Summary.self, from: data)
    let centre = try #require(all.lambdas.first?.centre)
    #expect(centre.total == centre.base + centre.penalty)
    #expect(try abs(array("base", folder)[40] - centre.base) < 1e-12)
    #expect(try abs(array("penalty", folder)[0] * 0.05 - centre.penalty) < 1e-12)
    #expect(centre.heldOutBase != nil && centre.heldOutScore != nil)
    #expect(all.data?.heldOutSamples == 8 && all.network?.parameters == 27)
    #expect(all.slices.first?.trainedAtLambda == 0.1)
  }

  @Test func `Training writes weights that a render finds again`() throws {
    let folder = try TemporaryFolder()
    let trained = try train(
      tinyScene(), RenderOptions(folder: folder.path, threads: 1, command: "test"))
    #expect(trained.file == folder.file("weights.safetensors") && trained.lines.count == 2)
    let notes = Notes()
    try run(try tinyScene(), in: folder, notes: notes) { $0.dataOnly = true }
    #expect(notes.stages == ["sampling"] && notes.reuse.count == 1)
  }

  @Test func `A folder that cannot be written is told before any work`() throws {
    let notes = Notes()
    let options = RenderOptions(folder: "/dev/null/x", threads: 1, command: "test")
    #expect(throws: FileError.self) {
      try render(tinyScene(), options, reporter: notes.reporter)
    }
    #expect(notes.stages.isEmpty)
  }
}
