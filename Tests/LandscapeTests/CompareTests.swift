import Foundation
import Images
import TensorFiles
import Testing

@testable import Landscape

@Suite struct CompareTests {
  private static func scene(_ name: String, width: Int) throws -> Scene {
    try tinyScene(
      ["network": "[{dense: \(width)}, tanh, {dense: 3}]", "penalty": "{lambda: [0, 0.01]}"],
      path: "\(name).yaml")
  }

  @Test func `Panels of all scenes and λ share one scale`() throws {
    let folder = try TemporaryFolder()
    var options = RenderOptions(folder: folder.path, threads: 2, command: "landscape compare a b")
    options.layout = true
    let files = try compare(
      [Self.scene("a", width: 3), Self.scene("b", width: 5)], .base, options)
    for file in files { #expect(FileManager.default.fileExists(atPath: file), "\(file)") }
    for part in ["a/summary.json", "b/lambda-0.01/surface.npz", "compare.png", "compare.tex"] {
      #expect(files.contains("\(folder.path)/\(part)"), "\(part)")
    }
    let layout = try #require(
      JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(filePath: "\(folder.path)/compare.layout.json")))
        as? [String: Any])
    let panels = try #require(layout["panels"] as? [[String: Any]])
    #expect(panels.count == 4)
    let hashes = panels.compactMap { ($0["scale"] as? [String: Any])?["hash"] as? String }
    #expect(hashes.count == 4 && Set(hashes).count == 1)
    let titles = panels.compactMap { $0["title"] as? String }
    #expect(titles == ["a", "a", "b", "b"])
    let words = try FigureRecord("\(folder.path)/compare.png")
    let caption = try #require(words.texts["landscape:caption"])
    for part in ["a: network", "b: network", "b: Filter-normalised random directions", "seed"] {
      #expect(caption.contains(part), "\(part)")
    }
    let sources = try [1, 2].map { try words.scene(named: "x", in: ".", place: $0).source }
    #expect(sources[0] != sources[1] && sources[1].contains("dense: 5"))
  }

  @Test func `A picture too large is refused before anything is trained`() throws {
    let folder = try TemporaryFolder()
    let options = RenderOptions(folder: "\(folder.path)/x", threads: 1, command: "")
    var scenes = try ["a", "b"].map { try Self.scene($0, width: 3) }
    scenes[0].figure.dpi = 50_000
    #expect(throws: ImageError.self) { try compare(scenes, .base, options) }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x"))
  }

  @Test func `What cannot stand side by side is refused`() throws {
    let options = RenderOptions(folder: "none", threads: 1, command: "")
    let scene = try Self.scene("a", width: 3)
    for scenes in [[scene], [scene, scene]] {
      #expect(throws: UsageError.self) { try compare(scenes, .base, options) }
    }
    var many = scene
    many.penalty.values = (0..<30).map(Double.init)
    many.name = "b"
    #expect(throws: UsageError.self) { try compare([scene, many], .total, options) }
  }
}
