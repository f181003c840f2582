import Foundation
import Images
import Testing

@testable import Figures

/// The rules that every figure keeps, checked on its layout record.
enum PageRules {
  static func check(
    _ figure: Figure, style: LineFigureStyle, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    check(figure, style: style.page.figureStyle, sourceLocation: sourceLocation)
  }

  static func check(
    _ figure: Figure, style: FigureStyle, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let layout = figure.layout
    let page = Rectangle(x: 0, y: 0, width: layout.width, height: layout.height)
    let s = style.page.textScale
    #expect(figure.drawing.width == layout.width, sourceLocation: sourceLocation)
    #expect(figure.drawing.height == layout.height, sourceLocation: sourceLocation)
    // V1.
    #expect(layout.width == style.page.width, sourceLocation: sourceLocation)
    #expect(layout.height == style.page.height ?? layout.height, sourceLocation: sourceLocation)
    for (index, text) in layout.texts.enumerated() {
      // G1: on the page, apart by a point, not across a frame.
      #expect(
        text.box.corners.allSatisfy(page.contains), "\(text.string) leaves the page",
        sourceLocation: sourceLocation)
      for other in layout.texts[(index + 1)...] {
        #expect(
          !text.box.grown(by: 0.5).intersects(other.box.grown(by: 0.5)),
          "\(text.role) \(text.string) touches \(other.role) \(other.string)",
          sourceLocation: sourceLocation)
      }
      for panel in layout.panels {
        let corners = panel.frame.path.steps.compactMap { step -> Point? in
          switch step {
          case .move(let point), .line(let point): point
          default: nil
          }
        }
        for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
          #expect(
            !text.box.intersects(from: a, to: b), "\(text.string) crosses a frame",
            sourceLocation: sourceLocation)
        }
      }
      // G2, G3.
      #expect(text.size >= 7 * s - 1e-9, sourceLocation: sourceLocation)
      #expect(!text.backgrounds.isEmpty, sourceLocation: sourceLocation)
      #expect(
        Contrast.ratio(text.color, on: text.backgrounds) >= 4.5,
        "\(text.role) \(text.string) is hard to read", sourceLocation: sourceLocation)
    }
    lines(figure.drawing.elements) { stroke in
      #expect(stroke.width >= 0.35 * s, sourceLocation: sourceLocation)
    }
    for panel in layout.panels {
      // F3: as long as the frame, beside or below it.
      if let bar = panel.scale?.bar, layout.panels.count == 1, bar.y > panel.frame.maxY {
        #expect(bar.x == panel.frame.x, sourceLocation: sourceLocation)
        #expect(abs(bar.width - panel.frame.width) < 1e-9, sourceLocation: sourceLocation)
      } else if let bar = panel.scale?.bar, layout.panels.count == 1 {
        #expect(bar.y == panel.frame.y, sourceLocation: sourceLocation)
        #expect(abs(bar.height - panel.frame.height) < 1e-9, sourceLocation: sourceLocation)
      }
      // C7.
      let widths = Set(panel.contours.map(\.lineWidth)).sorted()
      if widths.count == 2 {
        #expect(widths[1] >= 1.8 * widths[0], sourceLocation: sourceLocation)
      }
      let hasBars = !(panel.graph?.bars ?? []).isEmpty
      for ticks in hasBars ? [panel.xTicks] : [panel.xTicks, panel.yTicks] {
        #expect((2...8).contains(ticks.count), sourceLocation: sourceLocation)
      }
    }
  }

  static func lines(_ elements: [Drawing.Element], _ visit: (Stroke) -> Void) {
    for element in elements {
      switch element {
      case .stroke(_, let stroke): visit(stroke)
      case .clip(_, let inner): lines(inner, visit)
      default: break
      }
    }
  }
}

@Suite struct PageTests {
  static let pages: [PageFormat] = [.column, .narrow, .text, .full, .slide, .readme]

  static func style(_ page: PageFormat, theme: Theme = .light) throws -> FigureStyle {
    var style = FigureStyle(typeface: try FontFile.standard())
    style.page = page
    style.theme = theme
    style.title = "*L*(*w*) + ½*λ*‖*w*‖^2, *λ* = \(RichText(parameter: 0.01))"
    style.subtitle = "Same weights, same slice: what the penalty adds to the trained network."
    style.footer = "digits, MLP 64-32-32-10, seed 1"
    style.xTitle = "*α* (filter-normalised direction 1)"
    style.yTitle = "*β* (filter-normalised direction 2)"
    style.colorBarTitle = "total loss"
    return style
  }

  @Test(arguments: pages, [Theme.light, .dark])
  func `texts keep apart on every page`(page: PageFormat, theme: Theme) throws {
    let style = try Self.style(page, theme: theme)
    for seed in 0..<4 as Range<UInt64> {
      let field = try TestFields.field(25, TestFields.loss(seed: seed, lambda: 0.01))
      let minimum = try #require(Mark.minimum(of: field))
      let panel = Panel(
        field, marks: [Mark(.centre, at: Point(0, 0)), minimum],
        trails: [Trail([Point(-0.5, 0.5), Point(0, 0.2), minimum.at], label: "path of *w*")])
      PageRules.check(try contourFigure(panel, style: style), style: style)
      PageRules.check(try heatmapFigure(panel, style: style), style: style)
    }
  }

  @Test(arguments: pages, 1...7)
  func `texts keep apart in any number of panels`(page: PageFormat, count: Int) throws {
    var style = try Self.style(page)
    style.subtitle = ""
    if count > 1 { (style.xTitle, style.yTitle) = ("*α*, direction 1", "*β*, direction 2") }
    let panels = try (0..<count).map { number in
      let lambda = number == 0 ? 0 : pow(10, Double(number - 4))
      let field = try TestFields.field(25, TestFields.loss(seed: 3, lambda: lambda))
      return Panel(
        field, title: "*λ* = \(RichText(parameter: lambda))",
        marks: [Mark.minimum(of: field)].compactMap(\.self))
    }
    for sharing in Sharing.allCases {
      style.sharing = sharing
      do {
        PageRules.check(try panelsFigure(panels, style: style), style: style)
      } catch let error as FigureError {
        // A slide has no room for bars beside many panels.
        #expect(page == .slide && count > 4 && sharing == .own, "\(error)")
      }
    }
  }

  @Test(arguments: [0.3, 0.5, 1, 2, 2.5, 3])
  func `equal units look equal unless that leaves a sliver`(ratio: Double) throws {
    var style = try Self.style(.text)
    let xs = TestFields.axis(21)
    let ys = TestFields.axis(15, from: 0, to: 2 * ratio)
    let field = try Field(
      xs: xs, ys: ys, values: ys.flatMap { y in xs.map { exp(2 * $0 + y / ratio) } })
    let frame = try contourFigure(Panel(field), style: style).layout.panels[0].frame
    let isEqual = (0.4...2.5).contains(ratio)
    #expect((abs(frame.height / frame.width - ratio) < 1e-9) == isEqual)
    style.hasEqualUnits = false
    let free = try contourFigure(Panel(field), style: style).layout.panels[0].frame
    #expect(abs(free.height / free.width - 0.8) < 1e-9)
  }

  @Test func `pages without room are refused with advice`() throws {
    var style = try Self.style(PageFormat(width: 90))
    let field = try TestFields.field(5) { x, y in x * x + y * y + 1 }
    #expect(throws: FigureError.self) { try contourFigure(Panel(field), style: style) }
    style.page = PageFormat(width: 252, height: 40)
    #expect(throws: FigureError.self) { try contourFigure(Panel(field), style: style) }
    style.page = PageFormat(width: .nan)
    #expect(throws: FigureError.self) { try contourFigure(Panel(field), style: style) }
    #expect(throws: FigureError.self) { try panelsFigure([], style: style) }
  }

  @Test func `the layout survives JSON and equal input gives equal output`() throws {
    let style = try Self.style(.column)
    let field = try TestFields.field(21, TestFields.loss(seed: 2))
    let figure = try contourFigure(Panel(field), style: style)
    let data = try JSONEncoder().encode(figure.layout)
    #expect(try JSONDecoder().decode(FigureLayout.self, from: data) == figure.layout)
    #expect(try contourFigure(Panel(field), style: style) == figure)
  }
}
