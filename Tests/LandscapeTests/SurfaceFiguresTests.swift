import Algebra
import Figures
import Foundation
import Networks
import Testing

@testable import Images
@testable import Landscape

@Suite struct SurfaceFiguresTests {
  private let several = ["penalty": "{lambda: [0, 0.1, 1]}", "slice": "{grid: 9}"]

  private func layout(_ name: String, _ folder: TemporaryFolder) throws -> FigureLayout {
    try JSONDecoder().decode(
      FigureLayout.self, from: Data(contentsOf: URL(filePath: folder.file("\(name).layout.json"))))
  }

  /// The words of a figure that have a role, without breaks of lines.
  private func words(_ layout: FigureLayout, _ role: FigureLayout.TextBox.Role) -> String {
    layout.texts.filter { $0.role == role }.map(\.string).joined(separator: " ")
  }

  @Test(arguments: [
    ("column", PageFormat.column), ("narrow", .narrow), ("text", .text), ("full", .full),
    ("slide", .slide), ("readme", .readme),
  ])
  func `Surfaces keep the page that the scene asks for`(name: String, page: PageFormat) throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene([
      "penalty": "{lambda: [0, 0.001, 0.01, 0.1]}", "slice": "{grid: 9}",
      "figure": "{dpi: 40, kinds: [surface, sheets], size: \(name)}",
    ])
    try run(scene, in: folder) { $0.layout = true }
    for figure in ["surfaces", "sheets", "lambda-0.01/surface"] {
      let layout = try layout(figure, folder)
      #expect(layout.width == page.width)
      if let height = page.height { #expect(layout.height == height) }
      let sheet = Rectangle(x: 0, y: 0, width: layout.width, height: layout.height)
      for text in layout.texts {
        #expect(text.size >= 7 * page.textScale - 1e-9)
        for corner in text.box.corners {
          #expect(
            (0...sheet.width).contains(corner.x) && (0...sheet.height).contains(corner.y),
            "\(text.string)")
        }
      }
      // One camera for all that stand alone, and one for all of a row.
      #expect(Set(layout.panels.map(\.camera)).count == 1)
    }
    for panel in try layout("surfaces", folder).panels {
      #expect(panel.contours.count >= 5)
      #expect(panel.marks.contains { $0.kind == .minimum })
    }
    let alone = try ["0", "0.001", "0.01", "0.1"].map {
      try layout("lambda-\($0)/surface", folder).panels[0]
    }
    #expect(Set(alone.map(\.camera)).count == 1)
    #expect(alone.allSatisfy { $0.marks.contains { $0.kind == .minimum } })
  }

  @Test func `Axes name principal components with their shares, and stations their numbers`() throws
  {
    let folder = try TemporaryFolder()
    let model = try Model(tinyScene(), threads: 1)
    var source = RandomSource(seed: 3)
    var w = try model.initialWeights()
    try FileManager.default.createDirectory(
      atPath: folder.file("run"), withIntermediateDirectories: true)
    for epoch in [1, 2, 10, 20] {
      for i in w.indices { w[i] += 0.1 * source.normal() }
      try model.network.layout.writeWeights(w, to: folder.file("run/epoch\(epoch).npz"))
    }
    let scene = try tinyScene(
      [
        "checkpoints": "run", "slice": "{grid: 9}", "penalty": "{lambda: [0, 0.1]}",
        "figure": "{dpi: 40, kinds: [surface, contour], size: full}",
      ], path: folder.file("tiny.yaml"))
    try run(scene, in: folder) { $0.layout = true }
    let plane = try words(layout("lambda-0.1/contour", folder), .axisTitle)
    let shares = plane.split(separator: " ").filter { $0.hasSuffix("%)") }
    #expect(shares.count == 2)
    for name in ["lambda-0.1/surface", "surfaces"] {
      let figure = try layout(name, folder)
      let said = words(figure, .axisTitle) + " " + words(figure, .footer)
      #expect(said.contains("principal") && !said.contains("direction"))
      for share in shares { #expect(said.contains(share.dropLast()), "\(share)") }
    }
    #expect(try words(layout("lambda-0.1/surface", folder), .station).contains("20"))
  }

  @Test func `Of directions that nobody knows nothing is said`() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let looks = "{dpi: 40, kinds: [surface, sheets]}"
    try run(
      try tinyScene(several.merging(["figure": looks]) { $1 }), in: folder)
    let scene = try tinyScene(several.merging(["figure": looks]) { $1 })
    var options = RenderOptions(folder: other.path, threads: 1, command: "test")
    options.layout = true
    _ = try render(surface: folder.file("surface.npz"), scene, options)
    for name in ["surfaces", "sheets", "lambda-0.1/surface"] {
      #expect(try words(layout(name, other), .subtitle) == "surface from a file")
    }
  }

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
    let row = try layout("surfaces", folder)
    let camera = try #require(row.panels[0].camera)
    #expect(row.panels.count == 3 && row.panels.allSatisfy { $0.camera == camera })
    let alone = try ["0", "0.1", "1"].map {
      try layout("lambda-\($0)/surface", folder).panels[0].camera
    }
    #expect(Set(alone).count == 1)
    let sheets = try layout("sheets", folder)
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
    #expect(
      try layout("lambda-0.01/surface", folder).panels[0].camera
        == Camera(azimuth: 25, elevation: 50))
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
