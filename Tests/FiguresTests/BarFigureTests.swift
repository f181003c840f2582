import Foundation
import Testing

@testable import Figures

@Suite struct BarFigureTests {
  static func groups(_ count: Int, bars: Int = 1) -> [BarGroup] {
    (0..<count).map { number in
      BarGroup(
        RichText(verbatim: "features.\(number).weight"),
        (0..<bars).map { bar in
          Bar(
            30 / Double(number + 1) - 18 * Double(bar), error: bar == 0 ? 1.5 : nil,
            isConverged: number != 1)
        })
    }
  }

  static func style(
    _ format: PageFormat, theme: Theme = .light, scale: AxisScale = .linear
  ) throws -> BarFigureStyle {
    BarFigureStyle(
      try LineFigureTests.page(format, theme: theme), x: AxisStyle("eigenvalue *μ*", scale: scale))
  }

  @Test(arguments: PageTests.pages, [Theme.light, .dark])
  func `texts keep apart on every page`(format: PageFormat, theme: Theme) throws {
    for scale in [AxisScale.linear, .symlog(linearZone: 1)] {
      let style = try Self.style(format, theme: theme, scale: scale)
      for (count, bars) in [(1, 1), (5, 1), (3, 3)] where format.height == nil || count * bars < 6 {
        let figure = try barFigure(Self.groups(count, bars: bars), style: style)
        PageRules.check(figure, style: style.page.figureStyle)
      }
    }
  }

  @Test(arguments: [AxisScale.linear, .symlog(linearZone: 1)])
  func `bars reach from zero to their values`(scale: AxisScale) throws {
    let figure = try barFigure(
      Self.groups(3, bars: 2), style: try Self.style(.text, scale: scale))
    let panel = figure.layout.panels[0]
    let graph = try #require(panel.graph)
    func place(_ value: Double) -> Double {
      panel.frame.minX + graph.x.unit(value) * panel.frame.width
    }
    #expect(graph.bars.count == 6)
    for bar in graph.bars {
      #expect(abs(bar.box.minX - place(min(bar.value, 0))) < 1e-9)
      #expect(abs(bar.box.maxX - place(max(bar.value, 0))) < 1e-9)
    }
    let middles = graph.bars.map(\.box.midY)
    #expect(zip(middles, middles.dropFirst()).allSatisfy { $1 - $0 >= 9 })
  }

  @Test func `what has not converged is hollow, marked and explained`() throws {
    let figure = try barFigure(Self.groups(3), style: try Self.style(.column))
    let bars = try #require(figure.layout.panels[0].graph).bars
    #expect(bars.map(\.isHollow) == [false, true, false])
    let values = figure.layout.texts.filter { $0.role == .barValue }.map(\.string)
    #expect(values == ["30.0 ± 1.5", "15.0 ± 1.5 †", "10.0 ± 1.5"])
    let legend = figure.layout.texts.filter { $0.role == .legend }.map(\.string)
    #expect(legend == ["converged", "† not converged"])
    let sure = try barFigure([BarGroup("a", [Bar(1)])], style: try Self.style(.column))
    #expect(!sure.layout.texts.contains { $0.role == .legend })
  }

  @Test func `values without a place have no bar but are printed and counted`() throws {
    let style = try Self.style(.column, scale: .log)
    let groups = [10, 1, 0, -3, .nan].map { BarGroup("block", [Bar($0)]) }
    let figure = try barFigure(groups, style: style)
    PageRules.check(figure, style: style.page.figureStyle)
    let bars = try #require(figure.layout.panels[0].graph).bars
    #expect(bars.map { $0.box.width > 0 } == [true, true, false, false, false])
    let values = figure.layout.texts.filter { $0.role == .barValue }.map(\.string)
    #expect(values == ["10.0", "1.00", "0", "−3.00", "NaN"])
    let footer = DensityFigureTests.footer(figure)
    #expect(footer.contains("Without a bar: 3 values"))
    #expect(footer.contains("left end of a logarithmic axis"))
  }

  @Test func `impossible charts are refused with advice`() throws {
    let style = try Self.style(.column)
    #expect(throws: FigureError.self) { try barFigure([], style: style) }
    #expect(throws: FigureError.self) { try barFigure([BarGroup("a", [])], style: style) }
    #expect(throws: FigureError.self) { try barFigure(Self.groups(401), style: style) }
    #expect(throws: FigureError.self) {
      try barFigure(Self.groups(30), style: try Self.style(.slide))
    }
    #expect(throws: FigureError.self) {
      try barFigure(Self.groups(2), style: try Self.style(PageFormat(width: 60)))
    }
    #expect(throws: FigureError.self) {
      try barFigure([BarGroup("a", [Bar(-1)])], style: try Self.style(.column, scale: .log))
    }
  }

  @Test func `the narrowest page that holds a value after its bar is enough`() throws {
    let style = try Self.style(PageFormat(width: 100))
    PageRules.check(try barFigure(Self.groups(2), style: style), style: style.page.figureStyle)
  }

  @Test(arguments: PageTests.pages)
  func `two layers' bars fill the page, each value right after its bar`(format: PageFormat) throws {
    let groups = [("layer 1 (4,160)", 1.98, 3.2e-6), ("layer 2 (650)", 0.994, -2.23e-6)].map {
      BarGroup(RichText(verbatim: $0.0), [Bar($0.1), Bar($0.2)])
    }
    let style = try Self.style(format, scale: .symlog(linearZone: nil))
    let figure = try barFigure(groups, style: style)
    let (frame, layout) = (figure.layout.panels[0].frame, figure.layout)
    #expect(frame.width * frame.height >= 0.55 * layout.width * layout.height)
    let s = format.textScale
    let bars = try #require(layout.panels[0].graph).bars
    let values = layout.texts.filter { $0.role == .barValue }
    for (bar, value) in zip(bars, values) {
      let (left, right) = (value.box.bounds.minX, value.box.bounds.maxX)
      #expect((1.5 * s...5 * s).contains(left - bar.box.maxX))
      #expect(right < frame.maxX)
    }
    let names = layout.texts.filter { $0.role == .barName }
    #expect(names.count == 2)
    for (name, first) in zip(names, [bars[0], bars[2]]) {
      let bounds = name.box.bounds
      #expect(bounds.minX > frame.minX && bounds.minY > frame.minY)
      #expect((0...6 * s).contains(first.box.minY - bounds.maxY))
    }
  }

  @Test func `on a low page the names stand beside their bars`() throws {
    let format = PageFormat(width: 300, height: 120)
    let style = try Self.style(format)
    let groups = (1...4).map { BarGroup(RichText(verbatim: "layer \($0)"), [Bar(Double($0))]) }
    let figure = try barFigure(groups, style: style)
    PageRules.check(figure, style: style.page.figureStyle)
    let frame = figure.layout.panels[0].frame
    let names = figure.layout.texts.filter { $0.role == .barName }
    #expect(names.count == 4 && names.allSatisfy { $0.box.bounds.maxX < frame.minX })
  }

  @Test func `on an axis whose range is given a value without room stands on its bar`() throws {
    var style = try Self.style(.column)
    style.x.range = 0...10
    let figure = try barFigure([BarGroup("a", [Bar(10)]), BarGroup("b", [Bar(1)])], style: style)
    PageRules.check(figure, style: style.page.figureStyle)
    let panel = figure.layout.panels[0]
    #expect(panel.xRange == [0, 10])
    let values = figure.layout.texts.filter { $0.role == .barValue }
    #expect(values.allSatisfy { $0.box.bounds.maxX < panel.frame.maxX })
    #expect(values[0].box.bounds.minX < panel.frame.maxX)
  }

  @Test func `equal input gives equal output`() throws {
    let style = try Self.style(.column)
    #expect(
      try barFigure(Self.groups(3), style: style) == barFigure(Self.groups(3), style: style))
  }

  @Test func `a value far below the axis's first tick still has a bar, and nothing has none`()
    throws
  {
    let groups = [0.3, 4.65e-7, -4.65e-7, 0].map { BarGroup("layer", [Bar($0)]) }
    let style = try Self.style(.column, scale: .symlog(linearZone: nil))
    let panel = try barFigure(groups, style: style).layout.panels[0]
    let graph = try #require(panel.graph)
    let zero = panel.frame.minX + graph.x.unit(0) * panel.frame.width
    #expect(graph.bars.map { $0.box.width >= 1 } == [true, true, true, false])
    #expect(abs(graph.bars[1].box.minX - zero) < 1e-9)
    #expect(abs(graph.bars[2].box.maxX - zero) < 1e-9)
  }
}

extension OrientedBox {
  /// The box of a level text.
  fileprivate var bounds: Rectangle {
    Rectangle(
      x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
  }
}
