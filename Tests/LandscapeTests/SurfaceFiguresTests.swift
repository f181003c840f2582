import Figures
import Foundation
import Testing

@testable import Images
@testable import Landscape

@Suite struct SurfaceFiguresTests {
  private let several = ["penalty": "{lambda: [0, 0.1, 1]}", "slice": "{grid: 9}"]

  @Test func `Surfaces of several λ have one camera, and sheets one box`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(
      several.merging(["figure": "{dpi: 40, kinds: [surface, sheets]}"]) { $1 })
    let files = try run(scene, in: folder) { $0.layout = true }
    #expect(
      files.filter { $0.hasSuffix("png") } == [
        "lambda-0/surface.png", "lambda-0.1/surface.png", "lambda-1/surface.png", "surfaces.png",
        "sheets.png",
      ])
    func layout(_ name: String) throws -> FigureLayout {
      try JSONDecoder().decode(
        FigureLayout.self,
        from: Data(contentsOf: URL(filePath: folder.file("\(name).layout.json"))))
    }
    let row = try layout("surfaces")
    let camera = try #require(row.panels[0].camera)
    #expect(row.panels.count == 3 && row.panels.allSatisfy { $0.camera == camera })
    for lambda in ["0", "0.1", "1"] {
      #expect(try layout("lambda-\(lambda)/surface").panels[0].camera == camera)
    }
    let sheets = try layout("sheets")
    #expect(sheets.panels.count == 1)
    #expect(sheets.panels[0].marks.count { $0.kind == .minimum } == 3)
  }

  @Test func `In PDF and SVG a surface is one image beside text, the same on any threads`() throws {
    let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
    let scene = try tinyScene([
      "slice": "{grid: 9}", "figure": "{dpi: 40, kinds: surface, format: [png, pdf, svg]}",
    ])
    try run(scene, in: one) { $0.threads = 1 }
    try run(scene, in: other) { $0.threads = 3 }
    #expect(try one.contents() == other.contents())
    let svg = try String(
      contentsOf: URL(filePath: one.file("lambda-0.01/surface.svg")), encoding: .utf8)
    #expect(svg.components(separatedBy: "<image").count == 2)
    #expect(svg.contains("direction 1") && svg.contains("minimum"))
    let pdf = try Data(contentsOf: URL(filePath: one.file("lambda-0.01/surface.pdf")))
    let images = String(decoding: pdf, as: UTF8.self).components(separatedBy: "/Subtype /Image")
    #expect(images.count == 2)
  }

  @Test func `A camera asked for is the camera, and sheets of one λ are refused`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene([
      "slice": "{grid: 9}", "figure": "{dpi: 40, kinds: surface, azimuth: 25, elevation: 50}",
    ])
    try run(scene, in: folder) { $0.layout = true }
    let layout = try JSONDecoder().decode(
      FigureLayout.self,
      from: Data(contentsOf: URL(filePath: folder.file("lambda-0.01/surface.layout.json"))))
    #expect(layout.panels[0].camera == Camera(azimuth: 25, elevation: 50))
    let alone = try tinyScene(["figure": "{kinds: sheets}"])
    let error = #expect(throws: UsageError.self) { try run(alone, in: try TemporaryFolder()) }
    #expect(error?.reason.contains("several λ") == true)
    #expect(throws: SceneError.self) { try tinyScene(["figure": "{kinds: surfaces}"]) }
    #expect(throws: SceneError.self) { try tinyScene(["figure": "{elevation: 91}"]) }
  }

  @Test func `A surface is animated over λ and by a turntable`() throws {
    let folder = try TemporaryFolder()
    func animated(_ change: (inout AnimationPlan) -> Void) throws -> [String] {
      var plan = AnimationPlan()
      (plan.frames, plan.pixels) = (4, 200)
      change(&plan)
      let options = RenderOptions(folder: folder.path, threads: 2, command: "test")
      return try animate(
        try tinyScene(["penalty": "{lambda: [0.01, 1]}", "slice": "{grid: 7}"]), plan, options
      ).map { String($0.dropFirst(folder.path.count + 1)) }
    }
    #expect(try animated { $0.figure = .surface } == ["surface-animation.png"])
    #expect(try animated { $0.path = .turntable } == ["turntable.png"])
    for name in ["surface-animation.png", "turntable.png"] {
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.file(name))))
      let frames = try PNGChunk.read(bytes).filter { $0.type == "fcTL" }
      #expect(frames.count == 4)
    }
    #expect(throws: UsageError.self) { try animated { ($0.path, $0.returns) = (.turntable, true) } }
    #expect(throws: UsageError.self) {
      try animated { ($0.path, $0.figure) = (.training, .surface) }
    }
  }
}
