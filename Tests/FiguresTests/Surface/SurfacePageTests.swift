import Foundation
import Images
import Testing

@testable import Figures

@Suite struct SurfacePageTests {
  /// What stands on a page.
  enum Content: String, CaseIterable {
    case one
    case four
    case sheets
    case path
  }

  /// Four λ: the last leaves the shared levels nearly empty, as real ones do.
  static let lambdas = [0, 1e-3, 1e-2, 1e-1]

  static func figure(_ content: Content, on page: PageFormat) throws -> (Figure, FigureStyle) {
    var style = try PageTests.style(page)
    style.xTitle = "*α*, direction 1"
    style.yTitle = "*β*, direction 2"
    let options = SurfaceFigureTests.options {
      $0.dpi = 20
      $0.arrangement = content == .sheets ? .sheets : .panels
    }
    var panels = try SurfaceFigureTests.panels(
      content == .one || content == .path ? [0.01] : lambdas, count: 17)
    if content == .path {
      style.xTitle = "*α*  (principal component 1, 84.2\u{A0}%)"
      style.yTitle = "*β*  (principal component 2, 9.31\u{A0}%)"
      panels[0].trails = [SurfaceStationsTests.trail()]
    }
    return (try surfaceFigure(panels, options: options, style: style), style)
  }

  @Test(arguments: PageTests.pages, Content.allCases)
  func `a page has the size asked for, and every text stands on it`(
    page: PageFormat, content: Content
  ) throws {
    let (figure, style) = try Self.figure(content, on: page)
    let layout = figure.layout
    #expect(layout.width == page.width)
    if let height = page.height {
      #expect(layout.height == height)
    } else {
      // Four boxes of a readable size need a little more in one column.
      let most = content == .four && page.width < 260 ? 1.4 : 1.2
      #expect(layout.height <= most * layout.width)
    }
    #expect(layout.panels.count == (content == .four ? 4 : 1))
    PageRules.check(figure, style: style)
    func texts(_ role: FigureLayout.TextBox.Role) -> String {
      layout.texts.filter { $0.role == role }.map(\.string).joined(separator: " ")
    }
    #expect(texts(.title).contains("½λ‖w‖²"))
    #expect(texts(.footer).contains("MLP 64-32-32-10"))
    #expect(texts(.footer).contains("View:"))
    #expect(texts(.legend).contains("minimum"))
    // Axes are named in full, or the footer says what their symbols mean.
    let names = texts(.axisTitle) + " " + texts(.footer)
    for word in content == .path ? ["84.2\u{A0}%", "9.31\u{A0}%"] : ["direction 1", "direction 2"] {
      #expect(
        word.split(separator: " ").allSatisfy { names.contains($0) }, "\(word) is said nowhere")
    }
    for lambda in content == .four || content == .sheets ? Self.lambdas : [0.01] {
      #expect(texts(.panelTitle).contains("λ = \(RichText(parameter: lambda).plain)"))
    }
  }

  @Test(arguments: PageTests.pages, Content.allCases)
  func `each axis has two to five ticks, all labelled but for one that meets another axis`(
    page: PageFormat, content: Content
  ) throws {
    let layout = try Self.figure(content, on: page).0.layout
    for panel in layout.panels {
      for ticks in [panel.xTicks, panel.yTicks] { #expect((2...5).contains(ticks.count)) }
      let inside = layout.texts.filter { text in
        text.role == .tick && panel.frame.contains(text.box.center)
      }
      let wanted = (panel.xTicks + panel.yTicks).map(\.label.plain)
      var found = inside.map(\.string)
      let missing = wanted.filter { label in
        guard let place = found.firstIndex(of: label) else { return true }
        found.remove(at: place)
        return false
      }
      #expect(missing.count <= 1, "\(missing)")
    }
  }

  @Test(arguments: [PageFormat.full, .slide, .narrow])
  func `each surface of a row has five contours on its floor, and dashes are explained`(
    page: PageFormat
  ) throws {
    let layout = try Self.figure(.four, on: page).0.layout
    let shared = Set(layout.panels[0].scale?.levels ?? [])
    for panel in layout.panels {
      #expect(panel.contours.count >= 5)
      for contour in panel.contours {
        #expect(contour.longest > 0)
        #expect(contour.isSupplementary == !shared.contains(contour.level))
      }
    }
    #expect(layout.panels.map { $0.contours.contains { $0.isSupplementary } }.contains(true))
    #expect(!layout.panels[0].contours.contains { $0.isSupplementary })
    let footer = layout.texts.filter { $0.role == .footer }.map(\.string).joined(separator: " ")
    let dashed = layout.panels.flatMap { $0.contours.filter(\.isSupplementary).map(\.level) }
    let sentence = try #require(ContourPlot.sentence(ofSupplements: dashed)?.plain)
    // On a line or broken between numbers.
    #expect(sentence.hasPrefix("Dashed: "))
    #expect(footer.contains(sentence))
    let alone = try Self.figure(.one, on: page).0.layout
    #expect(!alone.texts.contains { $0.string.contains("Dashed") })
  }

  @Test func `dashes are as long in the picture on every part of a line`() {
    let mesh = SurfaceMesh(
      camera: Camera(azimuth: -60, elevation: 35), scale: 100, origin: Point(0, 0))
    let ring = (0...90).map { step -> SIMD3<Double> in
      let turn = Double(step) / 90 * 2 * .pi
      return [0.4 * cos(turn), 0.3 * sin(turn), -0.2]
    }
    func length(_ line: [SIMD3<Double>]) -> Double {
      Polyline(
        line.map {
          let seen = mesh.camera.project($0)
          return Point(100 * seen.x, 100 * seen.y)
        }
      ).length
    }
    let dashes = mesh.dashes(of: ring, dash: 3, gap: 2)
    for dash in dashes.dropLast() { #expect(abs(length(dash) - 3) < 1e-9) }
    #expect(dashes.count == Int((length(ring) / 5).rounded(.up)))
    #expect(length(dashes[dashes.count - 1]) <= 3 + 1e-9)
    #expect(mesh.dashes(of: [], dash: 3, gap: 2).isEmpty)
  }

  @Test func `pages without room are refused with advice`() throws {
    let panels = try SurfaceFigureTests.panels(Self.lambdas, count: 9)
    for page in [PageFormat(width: 90), PageFormat(width: 500, height: 80)] {
      let style = try PageTests.style(page)
      let error = #expect(throws: FigureError.self) {
        try surfaceFigure(panels, options: SurfaceFigureTests.options(), style: style)
      }
      #expect(error?.description.contains("choose a larger page") == true)
    }
  }
}
