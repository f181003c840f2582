import Foundation
import Images
import Testing

@testable import Figures

@Suite struct SurfaceFigureTests {
  static func options(_ change: (inout SurfaceOptions) -> Void = { _ in }) -> SurfaceOptions {
    var options = SurfaceOptions()
    options.dpi = 72
    change(&options)
    return options
  }

  static func panels(_ lambdas: [Double], count: Int = 25) throws -> [Panel] {
    try lambdas.map { lambda in
      let field = try TestFields.field(count, TestFields.loss(seed: 3, lambda: lambda))
      return Panel(
        field, title: "*λ* = \(RichText(parameter: lambda))",
        marks: [Mark(.centre, at: Point(0, 0))] + [Mark.minimum(of: field)].compactMap(\.self))
    }
  }

  /// Axes' titles as a figure has them, whole.
  private func titles(_ figure: Figure) -> String {
    figure.layout.texts.filter { $0.role == .axisTitle }.map(\.string).sorted()
      .joined(separator: " ")
  }

  @Test(arguments: PageTests.pages, [Theme.light, .dark])
  func `texts keep apart on every page and no name is left out`(
    page: PageFormat, theme: Theme
  ) throws {
    var style = try PageTests.style(page, theme: theme)
    style.xTitle = "*α*, direction 1"
    style.yTitle = "*β*, direction 2"
    let panel = try Self.panels([0.01])[0]
    for azimuth in stride(from: -170.0, to: 180, by: 35) {
      for elevation in [10, 35, 60.0] {
        let figure = try surfaceFigure(
          [panel],
          options: Self.options { ($0.azimuth, $0.elevation, $0.dpi) = (azimuth, elevation, 20) },
          style: style)
        PageRules.check(figure, style: style)
        let words = titles(figure)
        for name in ["α, direction 1", "β, direction 2", "total loss"] {
          #expect(
            name.split(separator: " ").allSatisfy { words.contains($0) },
            "\(name) at azimuth \(azimuth), elevation \(elevation)")
        }
      }
    }
  }

  @Test(arguments: PageTests.pages, 2...5)
  func `several surfaces share a camera and a scale`(page: PageFormat, count: Int) throws {
    var style = try PageTests.style(page)
    style.xTitle = "*α*, direction 1"
    style.yTitle = "*β*, direction 2"
    style.subtitle = ""
    let panels = try Self.panels((0..<count).map { pow(10, Double($0 - 4)) })
    for sharing in Sharing.allCases {
      style.sharing = sharing
      do {
        let figure = try surfaceFigure(panels, options: Self.options(), style: style)
        PageRules.check(figure, style: style)
        #expect(Set(figure.layout.panels.map(\.camera)).count == 1)
        #expect(
          (Set(figure.layout.panels.map { $0.scale?.hash }).count == 1) == (sharing != .own))
      } catch let error as FigureError {
        // A slide is only so wide.
        #expect(
          page == .slide && (count > 4 || count > 2 && sharing == .own),
          "\(sharing) \(count) \(error)")
      }
    }
  }

  @Test func `no axis has more than five ticks, and a logarithmic one has true values`() throws {
    let style = try PageTests.style(.column)
    let figure = try surfaceFigure(
      try Self.panels([0]), options: Self.options(), style: style)
    let panel = figure.layout.panels[0]
    let scale = try #require(panel.scale).scale
    #expect(scale.kind == .log)
    #expect(panel.xTicks.count <= 5 && panel.yTicks.count <= 5)
    // The height's ticks are those that stand left of the box, one over the other.
    let plane = Set((panel.xTicks + panel.yTicks).map { $0.label.plain })
    let heights = figure.layout.texts.filter { $0.role == .tick && !plane.contains($0.string) }
      .compactMap { text in Double(text.string).map { (value: $0, y: text.box.center.y) } }
    #expect((2...5).contains(heights.count))
    let (first, last) = (heights[0], heights[heights.count - 1])
    let perUnit = (last.y - first.y) / (scale.unit(last.value) - scale.unit(first.value))
    for height in heights {
      let place = first.y + perUnit * (scale.unit(height.value) - scale.unit(first.value))
      #expect(abs(place - height.y) < 0.6)
    }
  }

  /// The samples of a figure's only box, and where it places a mark.
  private func buffer(
    _ panel: Panel, _ options: SurfaceOptions, style: FigureStyle
  ) throws -> (
    picture: SurfacePicture, mesh: SurfaceMesh, buffer: ZBuffer, corner: Point, samples: Double
  ) {
    let composer = try SurfaceComposer([panel], options: options, style: style)
    let camera = composer.camera()
    let page = try composer.page(cameras: [camera])
    let picture = SurfacePicture(
      cell: composer.cells[0], camera: camera, frame: page.frames[0], origin: page.origins[0],
      scale: page.scale, options: options, style: style)
    let corner = Point(page.frames[0].minX, page.frames[0].minY)
    let mesh = picture.mesh(samples: 2, corner: corner)
    let (width, height) = (Int(page.frames[0].width * 2), Int(page.frames[0].height * 2))
    var buffer = ZBuffer(width: width, rows: 0..<height)
    buffer.draw((0..<Int32(mesh.facets.count)).map { $0 }, of: mesh)
    return (picture, mesh, buffer, corner, 2)
  }

  @Test func `the camera rises until the minimum is seen`() throws {
    let style = try PageTests.style(.column)
    // A pit behind a wall that surrounds it.
    let field = try TestFields.field(41) { x, y in
      let r = (x * x + y * y).squareRoot()
      return 1 + exp(-pow((r - 0.45) / 0.12, 2)) * 8 + 0.4 * r
    }
    let minimum = try #require(Mark.minimum(of: field))
    let panel = Panel(field, marks: [minimum])
    for azimuth in [-60.0, 10, 100] {
      let low = try surfaceFigure(
        [panel], options: Self.options { ($0.azimuth, $0.elevation) = (azimuth, 20) }, style: style)
      #expect(low.layout.panels[0].marks.isEmpty)
      #expect(low.layout.texts.contains { $0.string.contains("hidden") })
      let options = Self.options { $0.azimuth = azimuth }
      let (picture, _, buffer, corner, samples) = try buffer(panel, options, style: style)
      #expect(picture.camera.elevation > SurfaceOptions.usualElevation)
      let place = try #require(picture.cell.body.place(minimum.at, layer: 0))
      let seen = picture.camera.project(place)
      let column = Int((picture.origin.x + seen.x * picture.scale - corner.x) * samples)
      let row = Int((picture.origin.y - seen.y * picture.scale - corner.y) * samples)
      #expect(abs(Double(buffer.depths[row * buffer.width + column]) - seen.z) < 0.02)
      let high = try surfaceFigure([panel], options: options, style: style)
      #expect(high.layout.panels[0].marks.map(\.kind) == [.minimum])
    }
  }

  @Test func `floor, walls and their lines never stand before the surface`() throws {
    let field = try ZBufferTests.bumps()
    var style = try PageTests.style(.column)
    style.scale = .linear
    for azimuth in stride(from: -180.0, to: 180, by: 45) {
      for elevation in [5.0, 30, 75] {
        let options = Self.options { ($0.azimuth, $0.elevation) = (azimuth, elevation) }
        let (_, mesh, buffer, _, _) = try buffer(Panel(field), options, style: style)
        let isSurface = mesh.facets.map { $0.material < SurfaceMesh.Material.missing }
        var alone = ZBuffer(width: buffer.width, rows: buffer.rows)
        alone.draw(
          isSurface.indices.filter { isSurface[$0] }.map { Int32($0) }, of: mesh)
        for (all, one) in zip(buffer.facets, alone.facets) where one >= 0 {
          #expect(all >= 0 && isSurface[Int(all)])
        }
      }
    }
  }

  @Test func `a plateau is cut off, hatched and labelled; what is missing is open and counted`()
    throws
  {
    var style = try PageTests.style(.column)
    style.levels = .values([0.5, 1, 1.5])
    let field = try TestFields.field(31) { x, y in
      x > 0.5 && y > 0.5 ? .nan : 0.2 + 3 * (x * x + y * y)
    }
    let figure = try surfaceFigure([Panel(field)], options: Self.options(), style: style)
    let texts = figure.layout.texts
    #expect(texts.contains { $0.role == .contourLabel && $0.string == "> 1.5" })
    #expect(texts.contains { $0.role == .contourLabel && $0.string == "< 0.5" })
    let footer = texts.filter { $0.role == .footer }.map(\.string).joined(separator: " ")
    #expect(footer.contains("Hatched top: cut off at 1.5. Hatched bottom: below 0.5."))
    #expect(footer.contains("\(field.missingCount) of 961 samples are not finite"))
    #expect(figure.layout.panels[0].missingCount == field.missingCount)
    let (_, mesh, _, _, _) = try buffer(Panel(field), Self.options(), style: style)
    let materials = Set(mesh.facets.map(\.material))
    #expect(materials.contains(SurfaceMesh.Material.plateau))
    #expect(materials.contains(SurfaceMesh.Material.missing))
    PageRules.check(figure, style: style)
  }

  @Test func `pictures do not depend on threads, and sheets stand in one box`() throws {
    let style = try PageTests.style(.column)
    let panels = try Self.panels([0, 0.001, 0.01])
    let one = try surfaceFigure(panels, options: Self.options(), style: style)
    for threads in [2, 5] {
      let other = try surfaceFigure(
        panels, options: Self.options { $0.threads = threads }, style: style)
      #expect(other == one)
    }
    let sheets = try surfaceFigure(
      panels, options: Self.options { $0.arrangement = .sheets }, style: style)
    #expect(sheets.layout.panels.count == 1)
    #expect(sheets.layout.panels[0].marks.count { $0.kind == .minimum } == 3)
    for panel in panels {
      #expect(sheets.layout.texts.contains { $0.string == panel.title.plain })
    }
    PageRules.check(sheets, style: style)
  }

  @Test func `a box without a finite sample, a constant and bad cameras`() throws {
    let style = try PageTests.style(.column)
    let nothing = try TestFields.field(5) { _, _ in .nan }
    let empty = try surfaceFigure([Panel(nothing)], options: Self.options(), style: style)
    #expect(empty.layout.panels[0].missingCount == 25)
    let flat = try TestFields.field(5) { _, _ in 2 }
    _ = try surfaceFigure([Panel(flat)], options: Self.options(), style: style)
    for elevation in [-1, 91, Double.nan] {
      #expect(throws: FigureError.self) {
        try surfaceFigure(
          [Panel(flat)], options: Self.options { $0.elevation = elevation }, style: style)
      }
    }
    #expect(throws: FigureError.self) {
      try surfaceFigure(
        [Panel(flat)], options: Self.options { $0.azimuth = .infinity }, style: style)
    }
    #expect(throws: FigureError.self) { try surfaceFigure([], style: style) }
  }
}
