import Figures
import Foundation
import TensorFiles
import Testing

@testable import Landscape

/// Graphs of every command on every page that has a name.
@Suite struct FigureSizesTests {
  static let sizes = Scene.FigurePlan.sizes.map(\.name)

  /// The layouts of a run's graphs, by name.
  private func layouts(
    _ folder: TemporaryFolder, _ names: [String]
  ) throws -> [(name: String, layout: FigureLayout)] {
    try names.map { name in
      let bytes = try readFile(folder.file("\(name).layout.json"))
      return (name, try JSONDecoder.sorted.decode(FigureLayout.self, from: Data(bytes)))
    }
  }

  private func check(_ folder: TemporaryFolder, _ names: [String], size: String) throws {
    let page = try Scene.FigurePlan.parseSize(size)
    for (name, layout) in try layouts(folder, names) {
      #expect(abs(layout.width - page.width) < 1e-9, "\(name)")
      if let height = page.height { #expect(abs(layout.height - height) < 1e-9, "\(name)") }
      for text in layout.texts {
        #expect(text.size >= 7 * page.textScale - 1e-9, "\(name): \(text.string)")
        for corner in text.box.corners {
          #expect(
            (0...layout.width).contains(corner.x) && (0...layout.height).contains(corner.y),
            "\(name): \(text.string)")
        }
      }
    }
  }

  private func scene(_ size: String) throws -> Scene {
    var scene = try tinyScene([
      "data": "{source: moons, samples: 40, held-out: 20}",
      "network": "[{dense: 5}, tanh, {dense: 2}]", "penalty": "{lambda: [0, 1e-2, 1e-1]}",
      "figure": "{dpi: 20, size: \(size)}",
    ])
    scene.sweep.slices = 1
    scene.sweep.descentSteps = 5
    return scene
  }

  private func options(_ folder: TemporaryFolder) -> RenderOptions {
    var options = RenderOptions(folder: folder.path, threads: 2, command: "test")
    options.layout = true
    return options
  }

  @Test(arguments: sizes)
  func `A line has the page asked for`(size: String) throws {
    let folder = try TemporaryFolder()
    _ = try renderLine(scene(size), .direction, options(folder))
    try check(folder, ["line"], size: size)
    let weights = folder.file("weights.safetensors")
    _ = try renderLine(scene(size), .weights(path: weights), options(folder))
    try check(folder, ["interpolation"], size: size)
  }

  @Test(arguments: sizes)
  func `Curvature has the page asked for, and λ = 0 has its place`(size: String) throws {
    let folder = try TemporaryFolder()
    _ = try curvature(scene(size), options(folder))
    let names = ["curvature", "layers", "curvature-lambda"]
    try check(folder, names, size: size)
    let panel = try #require(try layouts(folder, ["curvature-lambda"])[0].layout.panels.first)
    let graph = try #require(panel.graph)
    #expect(graph.hasBrokenZero)
    #expect(graph.lines.map(\.pointCount) == [3, 3])
  }

  @Test func `A slide too low for all layers shows the steepest, and says so`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene([
      "network": "[" + String(repeating: "{dense: 3}, tanh, ", count: 9) + "{dense: 3}]",
      "figure": "{dpi: 20, size: slide}",
    ])
    _ = try curvature(scene, options(folder))
    try check(folder, ["layers"], size: "slide")
    let texts = try layouts(folder, ["layers"])[0].layout.texts
    let footer = texts.filter { $0.role == .footer }.map(\.string).joined(separator: " ")
    let names = texts.filter { $0.role == .barName }.count
    #expect((2..<10).contains(names))
    #expect(footer.contains("Shown: the \(names) of 10 layers with the greatest."))
  }

  @Test(arguments: sizes)
  func `The curves of a sweep have the page asked for`(size: String) throws {
    let folder = try TemporaryFolder()
    var scene = try scene(size)
    scene.penalty.values = [1e-2, 1e-1, 1]
    _ = try sweep(scene, options(folder))
    try check(folder, ["curvature", "minimum", "shape"], size: size)
  }

  @Test func `A sweep of more λ than a slide has room for draws as many as fit`() throws {
    let folder = try TemporaryFolder()
    var scene = try scene("slide")
    scene.penalty.values = [1e-2, 3e-2, 1e-1, 3e-1, 1]
    _ = try sweep(scene, options(folder))
    let names = ["curvature", "minimum", "shape", "slices-shared", "slices-own"]
    for (name, layout) in try layouts(folder, names) {
      #expect(layout.width == 960 && layout.height == 540, "\(name)")
    }
    let titles = try layouts(folder, ["slices-shared"])[0].layout.panels.map(\.title)
    #expect(titles.count >= 2 && titles.first == "λ = 10⁻²" && titles.last == "λ = 1")
  }
}
