import Foundation
import Testing

@testable import Figures

@Suite struct PanelsFigureTests {
  static let lambdas = [0, 1e-3, 1e-2, 1e-1]

  static func panels() throws -> [Panel] {
    try lambdas.map { lambda in
      let field = try TestFields.field(33, TestFields.loss(seed: 5, lambda: lambda))
      return Panel(
        field, title: "*λ* = \(RichText(parameter: lambda))",
        marks: [Mark.minimum(of: field)].compactMap(\.self))
    }
  }

  @Test func `shared panels have one norm, one bar and labels on outer edges only`() throws {
    let style = try PageTests.style(.full)
    let layout = try panelsFigure(Self.panels(), style: style).layout
    #expect(Set(layout.panels.map { $0.scale?.hash }).count == 1)
    #expect(Set(layout.panels.map { $0.scale?.bar }).count == 1)
    #expect(layout.texts.count { $0.role == .colorBarTitle } == 1)
    #expect(layout.panels.map(\.title) == ["λ = 0", "λ = 10⁻³", "λ = 10⁻²", "λ = 10⁻¹"])
    // One row: three labels under each of four frames, three beside the first.
    #expect(Set(layout.panels.map(\.frame.y)).count == 1)
    #expect(layout.texts.count { $0.role == .tick } == 4 * 3 + 3)
    let gaps = zip(layout.panels, layout.panels.dropFirst()).map { $1.frame.x - $0.frame.maxX }
    let widest = layout.texts.filter { $0.role == .tick }.map(\.box.width).max() ?? 0
    #expect(gaps.allSatisfy { $0 >= 1.2 * widest })
    #expect(layout.texts.contains { $0.role == .note && $0.string.hasPrefix("min ") })
  }

  @Test func `every panel shows at least five contours, extra ones dashed`() throws {
    let style = try PageTests.style(.full)
    let figure = try panelsFigure(Self.panels(), style: style)
    for panel in figure.layout.panels {
      #expect(panel.contours.count >= 5)
      for extra in panel.contours where extra.isSupplementary {
        #expect(panel.scale?.levels.contains(extra.level) == false)
      }
    }
    let last = figure.layout.panels[3]
    #expect(last.contours.contains { $0.isSupplementary })
    let labelled = Set(last.labels.map(\.level))
    #expect(last.contours.contains { $0.isSupplementary && labelled.contains($0.level) })
    var dashes = 0
    PageRules.lines(figure.drawing.elements) { if !$0.dash.isEmpty { dashes += 1 } }
    #expect(dashes > 0)
    #expect(
      figure.layout.texts.contains { $0.role == .footer && $0.string.contains("Dashed") })
  }

  @Test func `titles of a row stand in one line, whichever has the longest note`() throws {
    var panels = try Self.panels()
    panels[1].note = "a note of many words that needs more lines than those of others"
    let layout = try panelsFigure(panels, style: try PageTests.style(.full)).layout
    let titles = layout.texts.filter { $0.role == .panelTitle && $0.string.hasPrefix("λ = ") }
    #expect(titles.count == 4)
    let feet = titles.map { $0.box.corners.map(\.y).max() ?? 0 }
    #expect(feet.allSatisfy { abs($0 - feet[0]) < 0.01 })
    #expect(Set(layout.panels.map(\.frame.y)).count == 1)
  }

  @Test(arguments: [Theme.light, .dark])
  func `on a slide the titles of five panels are whole`(theme: Theme) throws {
    let panels = try [1e-4, 1e-3, 3.16e-3, 3.16e-2, 0.1].map { lambda in
      let field = try TestFields.field(33, TestFields.loss(seed: 5, lambda: lambda))
      return Panel(
        field, title: "*λ* = \(RichText(parameter: lambda))",
        marks: [Mark.minimum(of: field)].compactMap(\.self))
    }
    var style = try PageTests.style(.slide, theme: theme)
    (style.title, style.subtitle) = ("*L*(*w*) + ½*λ*‖*w*‖^2", "each in a slice of its own")
    (style.xTitle, style.yTitle) = ("*α*, direction 1", "*β*, direction 2")
    let figure = try panelsFigure(panels, style: style)
    PageRules.check(figure, style: style)
    let titles = figure.layout.texts.filter { $0.role == .panelTitle }.map(\.string)
    #expect(titles == panels.map(\.title.plain))
  }

  @Test func `frames of one range keep levels, colours and bar`() throws {
    var style = try PageTests.style(.column)
    style.range = 0.005...20
    for levels in [LevelsOption.automatic, .values([0.05, 0.5, 5])] {
      style.levels = levels
      let frames = try Self.panels().map { try contourFigure($0, style: style).layout.panels[0] }
      #expect(Set(frames.map { $0.scale?.hash }).count == 1)
      #expect(Set(frames.map { $0.scale?.bar }).count == 1)
      #expect(frames.allSatisfy { $0.scale?.hasLowerArrow == false })
      #expect(frames[0].scale.map { $0.scale.lower <= 0.005 && $0.scale.upper >= 20 } == true)
    }
  }

  @Test func `a field of zeros takes no part in the choice of the scale, and says so`() throws {
    let loss = try TestFields.field(33, TestFields.loss(seed: 5, lambda: 0))
    let zero = try TestFields.field(33) { _, _ in 0 }
    let style = try PageTests.style(.full)
    let layout = try panelsFigure([Panel(loss), Panel(zero), Panel(loss)], style: style).layout
    let alone = try panelsFigure([Panel(loss), Panel(loss)], style: style).layout
    #expect(layout.panels[0].scale?.levels == alone.panels[0].scale?.levels)
    #expect(layout.texts.contains { $0.role == .note && $0.string == "0 everywhere" })
  }

  @Test func `rows that mean something are kept where frames stay readable`() throws {
    func columns(_ page: PageFormat, _ wanted: Int?) throws -> Int {
      var style = try PageTests.style(page)
      style.columns = wanted
      let panels = try Self.panels()
      return Set(
        try panelsFigure(panels, style: style).layout.panels.map { $0.frame.x.rounded() }
      ).count
    }
    #expect(try columns(.full, nil) == 4)
    #expect(try columns(.full, 2) == 2)
    #expect(try columns(.slide, 2) == 2)
    #expect(try columns(.full, 9) == 4)
    #expect(try columns(.column, 2) == 2)
    #expect(try columns(.column, 4) == columns(.column, nil))
  }

  @Test func `own scales differ and have a bar each`() throws {
    var style = try PageTests.style(.full)
    style.sharing = .own
    let layout = try panelsFigure(Self.panels(), style: style).layout
    #expect(Set(layout.panels.map { $0.scale?.hash }).count > 1)
    #expect(Set(layout.panels.map { $0.scale?.bar }).count == 4)
    for panel in layout.panels { #expect(panel.scale?.bar?.height == panel.frame.height) }
    #expect(layout.texts.contains { $0.string.contains("a colour scale of its own") })
  }

  @Test func `excess starts at nothing in every panel and says so on the bar`() throws {
    var style = try PageTests.style(.full)
    style.sharing = .excess
    let figure = try panelsFigure(Self.panels(), style: style)
    let layout = figure.layout
    #expect(layout.texts.contains { $0.role == .colorBarTitle && $0.string == "total loss − min" })
    #expect(layout.panels[0].scale?.scale.kind == .log)
    #expect(layout.panels[0].scale?.hasLowerArrow == true)
    #expect(Set(layout.panels.map { $0.scale?.hash }).count == 1)
    // The marks keep the values of the loss itself.
    #expect(layout.panels[3].marks[0].value.map { $0 > 1 } == true)
  }

  @Test func `panels of different planes label their own axes`() throws {
    let style = try PageTests.style(.full)
    let near = try TestFields.field(15) { x, y in 1 + x * x + y * y }
    let axis = TestFields.axis(15, from: -3, to: 3)
    let far = try Field(
      xs: axis, ys: axis, values: axis.flatMap { y in axis.map { 1 + $0 * $0 + y * y } })
    let figure = try panelsFigure([Panel(near, title: "a"), Panel(far, title: "b")], style: style)
    PageRules.check(figure, style: style)
    #expect(figure.layout.panels[0].xRange != figure.layout.panels[1].xRange)
    #expect(figure.layout.texts.count { $0.role == .axisTitle && $0.string.hasPrefix("α") } >= 2)
  }

  @Test func `a panel without a finite sample stands hatched among the others`() throws {
    let style = try PageTests.style(.full)
    var panels = try Self.panels()
    panels[1] = Panel(try TestFields.field(33) { _, _ in .nan }, title: "diverged")
    let layout = try panelsFigure(panels, style: style).layout
    #expect(layout.panels[1].missingCount == 33 * 33)
    #expect(layout.panels[1].contours.isEmpty)
    #expect(layout.panels[2].contours.count >= 5)
  }

  @Test(arguments: [(8, 4), (9, 3), (12, 4)])
  func `many panels fill a grid across a page of 180 mm`(count: Int, columns: Int) throws {
    var style = try PageTests.style(PageFormat(width: 180 / 25.4 * 72))
    style.subtitle = ""
    let panels = try (0..<count).map { number in
      let field = try TestFields.field(
        25, TestFields.loss(seed: 3, lambda: pow(10, Double(number - 9) / 2)))
      return Panel(
        field, title: "*λ* = \(number)", marks: [Mark.minimum(of: field)].compactMap(\.self))
    }
    let figure = try panelsFigure(panels, style: style)
    PageRules.check(figure, style: style)
    let frames = figure.layout.panels.map(\.frame)
    #expect(Set(frames.map(\.x)).count == columns)
    #expect(Set(frames.map(\.y)).count == count / columns)
    // Labels stand at the outer edges only.
    let ticks = figure.layout.texts.filter { $0.role == .tick }
    let left = frames.map(\.minX).min() ?? 0
    let bottom = frames.map(\.maxY).max() ?? 0
    #expect(ticks.allSatisfy { $0.box.center.x < left || $0.box.center.y > bottom })
  }
}
