import Foundation
import Testing

@testable import Figures

@Suite struct MapFigureTests {
  static func map(_ shift: Double = 0, isHoled: Bool = false) throws -> CurvatureMap {
    CurvatureMap(
      try TestFields.field(21) { x, y in
        isHoled && hypot(x - 0.5, y) < 0.2 ? .nan : 0.5 - x * x - 0.6 * y * y + shift
      },
      loss: try TestFields.field(41) { x, y in 0.02 + 4 * x * x + 6 * y * y + 2 * x * y },
      title: "*λ* = \(RichText(parameter: shift))", marks: [Mark(.centre, at: Point(0, 0))])
  }

  static func style(_ format: PageFormat, theme: Theme = .light) throws -> FigureStyle {
    var style = try PageTests.style(format, theme: theme)
    style.colorBarTitle = "least eigenvalue *μ*"
    return style
  }

  @Test(arguments: PageTests.pages, [Theme.light, .dark])
  func `texts keep apart on every page`(format: PageFormat, theme: Theme) throws {
    var style = try Self.style(format, theme: theme)
    style.subtitle = ""
    PageRules.check(try mapFigure([Self.map(0, isHoled: true)], style: style), style: style)
    PageRules.check(try mapFigure([Self.map(0), Self.map(0.5)], style: style), style: style)
  }

  @Test func `colours are neutral at zero with equal arms whatever the data`() throws {
    let layout = try mapFigure([Self.map(-0.3)], style: try Self.style(.column)).layout
    let scale = try #require(layout.panels[0].scale?.scale)
    #expect(scale.lower == -scale.upper)
    #expect(abs(scale.unit(0) - 0.5) < 1e-12)
  }

  @Test func `the zero contour is black, wide and where the field vanishes`() throws {
    let figure = try mapFigure([Self.map()], style: try Self.style(.text))
    let panel = figure.layout.panels[0]
    let zero = try #require(panel.contours.first { $0.level == 0 })
    let others = panel.contours.filter { $0.level != 0 }
    #expect(others.count >= 3)
    #expect(others.allSatisfy { $0.lineWidth < zero.lineWidth })
    var corners: [Point] = []
    for case .clip(_, let inner) in figure.drawing.elements {
      for case .stroke(let path, let stroke) in inner
      where stroke.color == .black && stroke.width == zero.lineWidth {
        for step in path.steps {
          switch step {
          case .move(let point), .line(let point): corners.append(point)
          default: break
          }
        }
      }
    }
    #expect(corners.count > 20)
    for corner in corners {
      let x =
        panel.xRange[0]
        + (corner.x - panel.frame.minX) / panel.frame.width * (panel.xRange[1] - panel.xRange[0])
      let y =
        panel.yRange[0]
        + (panel.frame.maxY - corner.y) / panel.frame.height * (panel.yRange[1] - panel.yRange[0])
      #expect(abs(0.5 - x * x - 0.6 * y * y) < 3e-3)
    }
    let footer = DensityFigureTests.footer(figure)
    #expect(footer.contains("Black: 0. Thin lines: contours of the loss."))
  }

  @Test func `contours over a map are light where it is dark`() throws {
    let style = try Self.style(.column)
    // Dark on the left, bright on the right; the loss's contours run across.
    let map = CurvatureMap(
      try TestFields.field(21) { x, _ in x }, loss: try TestFields.field(21) { _, y in exp(y) },
      convexSign: nil)
    let figure = try mapFigure([map], style: style)
    let frame = figure.layout.panels[0].frame
    var places: [(x: Double, isLight: Bool)] = []
    for case .clip(_, let inner) in figure.drawing.elements {
      for case .stroke(let path, let stroke) in inner where stroke.color.alpha == 1 {
        for case .line(let point) in path.steps {
          places.append(((point.x - frame.minX) / frame.width, stroke.color == .white))
        }
      }
    }
    #expect(places.count { $0.x < 0.4 } > 20)
    #expect(places.allSatisfy { $0.x < 0.4 ? $0.isLight : $0.x > 0.7 ? !$0.isLight : true })
    let labels = figure.layout.texts.filter { $0.role == .contourLabel }
    #expect(!labels.isEmpty)
    for label in labels where label.box.center.x < frame.minX + 0.4 * frame.width {
      #expect(label.color == .white)
    }
  }

  @Test func `the convex share is that of the area, and follows the sign's meaning`() throws {
    var map = CurvatureMap(
      try Field(
        xs: [0, 1, 3], ys: [0, 1], values: [1, -1, 1, -1, 1, .nan]))
    // Cells are 1, 1.5 and 2 wide: positive 1 + 2 + 1.5 of 7.
    #expect(abs(try #require(map.convexShare) - 4.5 / 7) < 1e-12)
    map.convexSign = .negative
    #expect(abs(try #require(map.convexShare) - 2.5 / 7) < 1e-12)
    map.convexSign = nil
    #expect(map.convexShare == nil)
    let figure = try mapFigure([Self.map(0)], style: try Self.style(.column))
    let note = try #require(figure.layout.texts.first { $0.role == .note })
    let share = try #require(try Self.map(0).convexShare)
    #expect(note.string == "\(RichText(number: (share * 1000).rounded() / 10).plain)\u{A0}% convex")
  }

  @Test func `a share never rounds to all or nothing`() throws {
    let axis = TestFields.axis(101)
    func note(_ values: [Double]) throws -> String? {
      CurvatureMap(try Field(xs: axis, ys: axis, values: values)).note?.plain
    }
    var values = [Double](repeating: 1, count: 101 * 101)
    #expect(try note(values) == "100\u{A0}% convex")
    values[0] = -1
    #expect(try note(values) == "> 99.9\u{A0}% convex")
    #expect(try note(values.map { -$0 }) == "< 0.1\u{A0}% convex")
    #expect(try note(values.map { _ in -1 }) == "0\u{A0}% convex")
    #expect(try note(values.map { _ in .nan }) == nil)
  }

  @Test func `missing cells are hatched and counted, and maps without a sign are sequential`()
    throws
  {
    let style = try Self.style(.column)
    let holed = try Self.map(0, isHoled: true)
    let figure = try mapFigure([holed], style: style)
    #expect(figure.layout.panels[0].missingCount == holed.field.missingCount)
    #expect(DensityFigureTests.footer(figure).contains("are not finite"))
    let ratio = CurvatureMap(
      try TestFields.field(11) { x, y in x * x + y * y }, convexSign: nil)
    let plain = try mapFigure([ratio], style: style).layout.panels[0]
    #expect(plain.scale?.scale.lower == 0)
    #expect(!DensityFigureTests.footer(try mapFigure([ratio], style: style)).contains("Black"))
  }

  @Test func `steep maps are symlog and flat ones linear`() throws {
    let style = try Self.style(.column)
    let flat = try mapFigure([Self.map()], style: style).layout.panels[0]
    #expect(flat.scale?.scale.kind == .linear)
    let steep = CurvatureMap(try TestFields.field(21) { x, y in sinh(9 * x) + y })
    let panel = try mapFigure([steep], style: style).layout.panels[0]
    guard case .symlog? = panel.scale?.scale.kind else {
      Issue.record("\(String(describing: panel.scale?.scale.kind))")
      return
    }
  }

  @Test(arguments: ContourFigureTests.odd)
  func `odd values give a figure, never a trap`(name: String, values: [Double]) throws {
    let style = try Self.style(.column)
    let axis = TestFields.axis(5)
    let field = try Field(xs: axis, ys: axis, values: values)
    do {
      PageRules.check(
        try mapFigure([CurvatureMap(field, loss: field)], style: style), style: style)
    } catch is FigureError {
      // The label −1.7976931348623157×10³⁰⁸ leaves no room for the picture.
      #expect(name == "same largest")
    }
  }

  @Test func `a map says how its colours follow values`() throws {
    let style = try Self.style(.column)
    func footer(_ map: CurvatureMap) throws -> String {
      DensityFigureTests.footer(try mapFigure([map], style: style))
    }
    #expect(try footer(Self.map()).contains("Colour scale linear."))
    let steep = CurvatureMap(try TestFields.field(21) { x, y in sinh(9 * x) + y })
    #expect(try footer(steep).contains("Colour scale asinh, linear within ±"))
    let ratio = CurvatureMap(
      try TestFields.field(11) { x, y in 0.001 + x * x + y * y }, convexSign: nil)
    #expect(try footer(ratio).contains("Colour scale logarithmic."))
  }

  @Test func `a quantity without a sign takes the share of the least eigenvalue`() throws {
    var map = try Self.map()
    let share = try #require(map.convexShare)
    (map.leastEigenvalue, map.convexSign) = (map.field, nil)
    #expect(map.convexShare == share)
    #expect(try #require(map.note?.plain).hasSuffix("% convex"))
  }

  @Test func `contours over cells reach the frame, which ends at the outermost samples`() throws {
    var map = CurvatureMap(
      try TestFields.field(5) { x, y in x + y },
      loss: try TestFields.field(41) { x, _ in 3 + x })
    let style = try Self.style(.text)
    let panel = try mapFigure([map], style: style).layout.panels[0]
    #expect(panel.xRange == [-1, 1] && panel.yRange == [-1, 1])
    // Contours of constant x run from edge to edge.
    #expect(
      panel.contours.contains { $0.level != 0 && abs($0.longest - panel.frame.height) < 0.5 })
    // Cells stay centred on their samples: half a cell lies beyond each edge.
    let elements = try mapFigure([map], style: style).drawing.elements
    let images = elements.flatMap { element -> [Rectangle] in
      guard case .clip(_, let inner) = element else { return [] }
      return inner.compactMap { if case .image(_, let box) = $0 { box } else { nil } }
    }
    #expect(images.count == 1)
    #expect(abs(images[0].width - 1.25 * panel.frame.width) < 1e-9)
    #expect(abs(images[0].midX - panel.frame.midX) < 1e-9)
    // Without contours the frame holds whole cells.
    map.loss = nil
    #expect(try mapFigure([map], style: style).layout.panels[0].xRange == [-1.25, 1.25])
  }
}
