import Foundation
import Testing

@testable import Figures

@Suite struct HeatmapFigureTests {
  static func image(_ figure: Figure) throws -> (Raster, Rectangle) {
    for case .image(let raster, let frame) in figure.drawing.elements
    where raster.width > 1 && raster.height > 1 {
      return (raster, frame)
    }
    throw FigureError("no image")
  }

  @Test func `the centre cell of three by three is centred on zero`() throws {
    let style = try PageTests.style(.column)
    let field = try TestFields.field(3) { x, y in x == 0 && y == 0 ? 5 : x + 2 * y }
    let figure = try heatmapFigure(
      Panel(field, marks: [Mark(.centre, at: Point(0, 0))]), style: style)
    let panel = figure.layout.panels[0]
    #expect(panel.xRange == [-1.5, 1.5])
    #expect(panel.yRange == [-1.5, 1.5])
    let (raster, frame) = try Self.image(figure)
    #expect(frame == panel.frame)
    #expect(raster.width == 3)
    let mark = panel.marks[0].position
    #expect(abs(mark.x - frame.midX) < 1e-9)
    #expect(abs(mark.y - frame.midY) < 1e-9)
    #expect(raster.pixels[4] == ColorMap.viridis.table[255].pixel)
  }

  @Test func `rows go upward and columns to the right, each cell in its own colour`() throws {
    let style = try PageTests.style(.column)
    let field = try Field(xs: [0, 1, 2], ys: [0, 1], values: [1, 2, 3, 4, 5, 6])
    let (raster, _) = try Self.image(try heatmapFigure(Panel(field), style: style))
    let scale = try Scale(.linear, from: 1, to: 6)
    let expected = [4.0, 5, 6, 1, 2, 3].map {
      ColorMap.viridis.color(at: scale.unit($0)).pixel
    }
    #expect(raster.pixels == expected)
  }

  @Test func `unevenly spaced samples reach half way to their neighbours`() throws {
    let style = try PageTests.style(.column)
    let field = try Field(xs: [0, 1, 4], ys: [0, 1], values: [0, 1, 2, 0, 1, 2])
    let (raster, frame) = try Self.image(try heatmapFigure(Panel(field), style: style))
    let first = raster.pixels[0]
    let edge = (0..<raster.width).first { raster.pixels[$0] != first } ?? 0
    // From −0.5 to 5.5; the first boundary lies at 0.5.
    #expect(abs(Double(edge) / Double(raster.width) - 1.0 / 6) < 1e-3)
    #expect(frame.width > 0)
  }

  @Test func `a diverging map is neutral at zero with equal arms`() throws {
    var style = try PageTests.style(.column)
    style.colorMap = .diverging
    let field = try TestFields.field(11) { x, y in x < -0.9 ? -1 : x > 0.9 ? 3 : 0 }
    let figure = try heatmapFigure(Panel(field), style: style)
    let scale = try #require(figure.layout.panels[0].scale?.scale)
    #expect(scale.lower == -3)
    #expect(scale.upper == 3)
    let (raster, _) = try Self.image(figure)
    #expect(raster.pixels[5] == ColorMap.diverging.color(at: 0.5).pixel)
    style.scale = .log
    let positive = try TestFields.field(5) { x, y in 2 + x }
    #expect(throws: FigureError.self) { try heatmapFigure(Panel(positive), style: style) }
  }

  @Test func `a tick of the bar has the colour of its value`() throws {
    let style = try PageTests.style(.column)
    let field = try TestFields.landscape(seed: 4)
    let norm = try #require(
      try Norm.candidates(for: [field], style: style, isBanded: false, hasFloor: false).first)
    for level in norm.levels.values {
      #expect(norm.color(of: level) == norm.color(atUnit: norm.scale.unit(level)))
    }
    let figure = try heatmapFigure(Panel(field), style: style)
    for case .image(let raster, let bar) in figure.drawing.elements where raster.width == 1 {
      for level in norm.levels.values {
        let row = min(Int((1 - norm.scale.unit(level)) * 256), 255)
        let (a, b) = (raster.pixels[row], norm.color(of: level).pixel)
        for shift: UInt32 in [0, 8, 16] {
          #expect(abs(Int(a >> shift & 255) - Int(b >> shift & 255)) <= 3)
        }
      }
      #expect(abs(bar.height - figure.layout.panels[0].frame.height) < 1e-9)
    }
  }

  @Test(arguments: [PageFormat.column, PageFormat(width: 234)])
  func `on a narrow page the bar lies below, and the frame is wider for it`(
    page: PageFormat
  ) throws {
    let style = try PageTests.style(page)
    let field = try TestFields.landscape(seed: 4)
    for figure in [
      try contourFigure(Panel(field), style: style), try heatmapFigure(Panel(field), style: style),
    ] {
      PageRules.check(figure, style: style)
      let panel = figure.layout.panels[0]
      let bar = try #require(panel.scale?.bar)
      #expect(bar.y > panel.frame.maxY && bar.width > 10 * bar.height)
      #expect(panel.frame.width > 0.75 * page.width)
      let ticks = figure.layout.texts.filter { $0.role == .colorBarTick }
      #expect(ticks.count >= 4)
      #expect(ticks.allSatisfy { $0.box.center.y > bar.maxY })
      #expect(figure.layout.texts.contains { $0.role == .colorBarTitle })
    }
    // Beside the frame where that leaves it more than half of the page.
    let wide = try contourFigure(Panel(field), style: PageTests.style(.full)).layout.panels[0]
    #expect(try #require(wide.scale?.bar).x > wide.frame.maxX)
  }

  @Test func `a colour bar has four labels where there is room for them`() throws {
    // Three decades between few levels, on a low frame.
    let field = try TestFields.field(21) { x, y in pow(10, x) }
    var style = try PageTests.style(.full)
    style.scale = .log
    let values = [0.1, 0.2, 0.5, 1, 2, 5, 10]
    for height in [40.0, 50, 60, 90] {
      style.levels = .values(values)
      let norm = try #require(
        Norm.candidates(for: [field], style: style, isBanded: true, hasFloor: false).first)
      let bar = ColorBar(norm, isBanded: true, length: height, style: style)
      let labels = bar.ticks.compactMap { tick in tick.label.map { (tick.unit, $0) } }
      #expect(labels.count >= 4)
      for (low, high) in zip(labels, labels.dropFirst()) {
        #expect((high.0 - low.0) * height >= 1.3 * low.1.ink.height)
      }
    }
  }
}
