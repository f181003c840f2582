import Figures
import Foundation
import Testing

@testable import Images
@testable import Landscape

@Suite struct AnimateTests {
  @discardableResult
  private func animated(
    _ replaced: [String: String] = [:], in folder: TemporaryFolder, notes: Notes = Notes(),
    threads: Int = 2, layout: Bool = false, _ change: (inout AnimationPlan) -> Void = { _ in }
  ) throws -> [String] {
    let sections = ["penalty": "{lambda: [1e-2, 1]}"].merging(replaced) { $1 }
    var plan = AnimationPlan()
    (plan.frames, plan.pixels, plan.held) = (5, 200, 3)
    change(&plan)
    var options = RenderOptions(folder: folder.path, threads: threads, command: "test")
    options.layout = layout
    return try animate(try tinyScene(sections), plan, options, reporter: notes.reporter)
      .map { String($0.dropFirst(folder.path.count + 1)) }
  }

  /// λ of numbered stills, in their order.
  private func lambdas(_ files: [String], _ folder: TemporaryFolder) throws -> [Double] {
    try files.map { name in
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.file(name))))
      return try #require(try Metadata(png: bytes)["landscape:lambda"].flatMap(Double.init))
    }
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  @Test func `An animated PNG holds every frame, held at both ends`() throws {
    let folder = try TemporaryFolder()
    let files = try animated(in: folder) {
      ($0.framesPerSecond, $0.plays) = (10, 7)
    }
    #expect(files == ["animation.png"])
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.file("animation.png"))))
    let chunks = try PNGChunk.read(bytes)
    let control = try #require(chunks.first { $0.type == "acTL" })
    #expect(number(control.data.prefix(4)) == 5 && number(control.data.suffix(4)) == 7)
    let frames = chunks.filter { $0.type == "fcTL" }
    let delays = frames.map { frame -> Double in
      let start = frame.data.startIndex + 20
      return Double(number(frame.data[start..<start + 2]))
        / Double(number(frame.data[start + 2..<start + 4]))
    }
    #expect(frames.count == 5)
    #expect(delays.map { ($0 * 1000).rounded() } == [300, 100, 100, 100, 300])
    // Sequence numbers without gaps.
    let numbers = chunks.filter { ["fcTL", "fdAT"].contains($0.type) }
      .map { number($0.data.prefix(4)) }
    #expect(numbers == Array(0..<numbers.count))
    #expect(try Raster(png: bytes).width == 200)
    let texts = try Metadata(png: bytes)
    #expect(texts["Title"] == "Total loss as λ moves")
    #expect(texts["Description"]?.contains("λ from 10⁻² to 1") == true)
  }

  @Test(arguments: AnimationPlan.Figure.allCases)
  func `The layouts of all frames share page, axes, scale and camera`(
    figure: AnimationPlan.Figure
  ) throws {
    let folder = try TemporaryFolder()
    let files = try animated(in: folder, layout: true) {
      ($0.figure, $0.formats) = (figure, [.frames])
    }
    let name = try #require(files.last)
    #expect(name.hasSuffix(".layout.json"))
    let layouts = try JSONDecoder().decode(
      [FigureLayout].self, from: Data(contentsOf: URL(filePath: folder.file(name))))
    #expect(layouts.count == 5)
    func kept(_ layout: FigureLayout) -> [String] {
      let panel = layout.panels[0]
      return [
        "\(layout.width) \(layout.height)", "\(panel.frame)", "\(panel.xRange) \(panel.yRange)",
        panel.scale?.hash ?? "", "\(String(describing: panel.camera))",
      ]
    }
    #expect(Set(layouts.map(kept)).count == 1)
    #expect(Set(layouts.map(\.panels[0].contours)).count > 1)
  }

  @Test func `Stills are numbered, and λ goes from the least to the greatest on a log axis`() throws
  {
    let folder = try TemporaryFolder()
    let files = try animated(["penalty": "{lambda: [1, 0, 1e-2]}"], in: folder) {
      $0.formats = [.frames]
    }
    #expect(files == (1...5).map { "frames/frame-000\($0).png" })
    let found = try lambdas(files, folder)
    #expect(found.first == 0.01 && found.last == 1)
    #expect(abs(found[2] - 0.1) < 1e-12)
    #expect(zip(found, found.dropFirst()).allSatisfy(<))
    #expect(try folder.contents().keys.contains("animation.png") == false)
  }

  @Test func `There and back shows the same pictures on both ways`() throws {
    let folder = try TemporaryFolder()
    let files = try animated(in: folder) {
      ($0.frames, $0.returns, $0.formats) = (6, true, [.frames])
    }
    let found = try lambdas(files, folder)
    #expect(found[0] == 0.01 && found[3] == 1)
    #expect(found[4] == found[2] && found[5] == found[1])
  }

  @Test func `Keras's c is λ = 2c`() throws {
    let folder = try TemporaryFolder()
    let files = try animated(
      ["penalty": "{lambda: [0.005, 0.5], convention: keras}"], in: folder
    ) { $0.formats = [.frames] }
    let found = try lambdas(files, folder)
    #expect(found.first == 0.01 && found.last == 1)
  }

  @Test(arguments: AnimationPlan.Plane.allCases)
  func `The bytes are the same for any number of threads`(plane: AnimationPlan.Plane) throws {
    let (one, three) = (try TemporaryFolder(), try TemporaryFolder())
    for (folder, threads) in [(one, 1), (three, 3)] {
      try animated(in: folder, threads: threads) {
        ($0.plane, $0.formats) = (plane, [.apng, .frames])
      }
    }
    #expect(try one.contents() == three.contents())
  }

  @Test func `The decay plane is the sweep's, and its path is used again`() throws {
    let (film, study) = (try TemporaryFolder(), try TemporaryFolder())
    let notes = Notes()
    try animated(in: film, notes: notes) { $0.plane = .decay }
    #expect(notes.stages.contains("following the minimum"))
    var scene = try tinyScene(["penalty": "{lambda: [1e-2, 1]}"])
    (scene.sweep.slices, scene.sweep.descentSteps) = (1, 0)
    try swept(scene, in: study)
    #expect(try film.contents()["slices/decay.npz"] == study.contents()["slices/decay.npz"])
    let again = Notes()
    try animated(in: film, notes: again) { $0.plane = .decay }
    #expect(again.lines.contains { $0.hasPrefix("path: 3 minima found before") })
    #expect(!again.stages.contains("sampling"))
  }

  @Test func `What cannot be animated is refused before anything is done`() throws {
    func refused(
      _ words: String, _ replaced: [String: String] = [:],
      _ change: (inout AnimationPlan) -> Void = { _ in }
    ) throws {
      let folder = try TemporaryFolder()
      let error = try #require(throws: UsageError.self) {
        try animated(replaced, in: folder, change)
      }
      #expect("\(error)".contains(words), "\(error)")
      #expect(try folder.contents().isEmpty)
    }
    for frames in [1, 0, -3, .max] { try refused("'--frames'") { $0.frames = frames } }
    for fps in [0, -1, 1001] { try refused("'--fps'") { $0.framesPerSecond = fps } }
    for pixels in [0, 63, 16_001, .max] { try refused("'--pixels'") { $0.pixels = pixels } }
    try refused("'--loop'") { $0.plays = -1 }
    try refused("two λ above 0", ["penalty": "{lambda: 0.1}"])
    try refused("two λ above 0", ["penalty": "{lambda: [0, 0.1]}"])
    var plan = AnimationPlan()
    for text in ["", ",", "png", "apng,mov"] {
      #expect(throws: UsageError.self) { try plan.setFormats(text) }
    }
    try plan.setFormats("gif, frames,gif")
    #expect(plan.formats == [.gif, .frames])
  }
}
