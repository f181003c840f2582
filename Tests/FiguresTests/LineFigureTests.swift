import Foundation
import Images
import Testing

@testable import Figures

@Suite struct LineFigureTests {
  static let lambdas = [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]

  static func page(_ format: PageFormat, theme: Theme = .light) throws -> PageStyle {
    PageStyle(try PageTests.style(format, theme: theme))
  }

  static func style(_ format: PageFormat, theme: Theme = .light) throws -> LineFigureStyle {
    LineFigureStyle(
      try page(format, theme: theme), x: AxisStyle("weight decay *λ*", scale: .log),
      y: AxisStyle("largest eigenvalue *μ*"))
  }

  static func sweep(_ name: RichText, spread: Double = 0.1, _ value: (Double) -> Double) -> Line {
    let points = lambdas.map { Point($0, value($0)) }
    return Line(
      name, points,
      band: Line.Band(
        lower: points.map { $0.y - spread * abs($0.y) },
        upper: points.map { $0.y + spread * abs($0.y) }))
  }

  static func lines(_ count: Int) -> [Line] {
    (0..<count).map { number in
      sweep("curve \(number + 1)") { Double(number + 1) * 20 / (1 + 300 * $0) + $0 }
    }
  }

  static func graph(_ figure: Figure, panel: Int = 0) throws -> FigureLayout.GraphRecord {
    try #require(figure.layout.panels[panel].graph)
  }

  @Test(arguments: PageTests.pages, [Theme.light, .dark])
  func `texts keep apart on every page`(format: PageFormat, theme: Theme) throws {
    var style = try Self.style(format, theme: theme)
    for count in [1, 3, 9] {
      for scale in [AxisScale.linear, .log, .symlog(linearZone: nil)] {
        style.y.scale = scale
        style.references = [
          Reference(.x, at: 2e-3, label: "critical *λ*"), Reference(.y, at: 10, label: "2/*η*"),
          Reference(.x, at: 3e-3, label: "used here"),
        ]
        PageRules.check(try lineFigure(Self.lines(count), style: style), style: style)
      }
    }
    let panels = [
      LinePanel(Self.lines(2), title: "both"),
      LinePanel(
        [Self.sweep("least") { $0 - 0.5 }],
        y: AxisStyle("*μ*~min", scale: .symlog(linearZone: 0.01)), note: "by Lanczos"),
    ]
    if format.height == nil {
      PageRules.check(try lineFigure(panels, style: style), style: style)
    }
  }

  @Test func `zero stands before a break of a logarithmic axis, apart from the rest`() throws {
    let style = try Self.style(.text)
    let figure = try lineFigure([Self.sweep("base") { 3 - $0 }], style: style)
    let graph = try Self.graph(figure)
    #expect(graph.hasBrokenZero)
    #expect(graph.lines[0].runs == [1, 6])
    #expect(figure.layout.panels[0].missingCount == 0)
    let ticks = figure.layout.panels[0].xTicks.map(\.label.plain)
    #expect(ticks == ["0", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1"])
    let axis = try GraphAxis(style.x, for: Self.lambdas, breaksAtZero: true)
    let places = try Self.lambdas.map { try #require(axis.unit($0)) }
    #expect(places[0] == GraphAxis.zeroPlace)
    #expect(places[1] > GraphAxis.brokenShare)
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    #expect(axis.unit(-1) == nil)
    #expect(axis.unit(1e-9) == nil)  // left of the break's right side nothing may stand
    // Without a zero there is no break.
    let whole = try lineFigure([Line("base", [Point(1e-3, 1), Point(1, 2)])], style: style)
    #expect(try !Self.graph(whole).hasBrokenZero)
  }

  @Test func `points that are not finite leave gaps and are counted`() throws {
    var style = try Self.style(.column)
    style.x = AxisStyle("step")
    style.y = AxisStyle("loss", scale: .log)
    let values = [1, 2, .nan, 4, .infinity, 6, 7, 8, 0, 10]
    let line = Line(
      "loss", values.enumerated().map { Point(Double($0.offset), $0.element) }, marksPoints: false)
    let figure = try lineFigure([line], style: style)
    #expect(try Self.graph(figure).lines[0].runs == [2, 1, 3, 1])
    #expect(figure.layout.panels[0].missingCount == 3)
    let footer = figure.layout.texts.filter { $0.role == .footer }.map(\.string).joined(
      separator: " ")
    #expect(footer.contains("Gaps: 2 of 10 values are not finite."))
    #expect(footer.contains("Not shown: 1 of 10 values"))
  }

  @Test func `where the curve between points is known it is drawn, and the points are marked`()
    throws
  {
    var style = try Self.style(.column)
    style.x = AxisStyle("*λ*", scale: .log)
    style.y = AxisStyle("*μ*", scale: .linear)
    var line = Line("", [0.01, 0.1, 1].map { Point($0, 1 + $0) })
    line.course = (0...40).map { step in
      let x = 0.01 * Foundation.pow(100, Double(step) / 40)
      return Point(x, 1 + x)
    }
    let figure = try lineFigure([line], style: style)
    let record = try Self.graph(figure).lines[0]
    #expect(record.pointCount == 3 && record.runs == [3] && record.hasMarks)
    // The middle of the way from 0.1 to 1 on the page: √0.1, where a chord would be at 1.55.
    let panel = figure.layout.panels[0]
    let graph = try Self.graph(figure)
    let y = try #require(graph.y)
    let known = Point(
      panel.frame.minX + graph.x.unit(0.1.squareRoot()) * panel.frame.width,
      panel.frame.maxY - y.unit(1 + 0.1.squareRoot()) * panel.frame.height)
    let ways = Self.strokes(figure.drawing.elements)
    let nearest = ways.flatMap { zip($0, $0.dropFirst()) }.map {
      (known - known.nearest(from: $0, to: $1)).length
    }
    #expect(try #require(nearest.min()) < 0.2)
  }

  /// The points of all strokes, each from a move to the next.
  private static func strokes(_ elements: [Drawing.Element]) -> [[Point]] {
    elements.flatMap { element -> [[Point]] in
      switch element {
      case .clip(_, let inner): return strokes(inner)
      case .stroke(let path, _):
        var ways: [[Point]] = []
        for step in path.steps {
          switch step {
          case .move(let point): ways.append([point])
          case .line(let point): ways[ways.count - 1].append(point)
          default: break
          }
        }
        return ways
      default: return []
      }
    }
  }

  @Test func `names stand at the ends where they fit and in a legend where they do not`() throws {
    let style = try Self.style(.column)
    func roles(_ values: [Double]) throws -> Set<FigureLayout.TextBox.Role> {
      let lines = values.enumerated().map { number, value in
        Line("line \(number)", [Point(0, 1), Point(1, value)])
      }
      var style = style
      style.x.scale = .linear
      return Set(try lineFigure(lines, style: style).layout.texts.map(\.role))
    }
    #expect(try roles([1, 5, 9]).contains(.lineName))
    #expect(try !roles([1, 5, 9]).contains(.legend))
    #expect(try roles([5, 5.1, 5.2, 9]).contains(.legend))
    #expect(try !roles([5, 5.1, 5.2, 9]).contains(.lineName))
  }

  @Test func `a line keeps its look and its legend entry over panels`() throws {
    var style = try Self.style(.column)
    style.naming = .legend
    let panels = [LinePanel(Self.lines(3)), LinePanel(Array(Self.lines(3).reversed()))]
    let figure = try lineFigure(panels, style: style)
    let looks = try [0, 1].map { panel in
      Dictionary(
        uniqueKeysWithValues: try Self.graph(figure, panel: panel).lines.map { ($0.name, $0.look) })
    }
    #expect(looks[0] == looks[1])
    #expect(figure.layout.texts.count { $0.role == .legend } == 3)
    #expect(figure.layout.panels[0].frame.x == figure.layout.panels[1].frame.x)
    #expect(figure.layout.panels[0].xRange == figure.layout.panels[1].xRange)
  }

  @Test func `bands cover their intervals`() throws {
    var style = try Self.style(.column)
    style.x.scale = .linear
    style.y.scale = .linear
    let line = Line(
      "a", [Point(0, 1), Point(1, 2), Point(2, 1)],
      band: Line.Band(lower: [0, 1, 0.5], upper: [2, 3, 1.5]))
    let figure = try lineFigure([line], style: style)
    let panel = figure.layout.panels[0]
    let graph = try Self.graph(figure)
    let look = graph.lines[0].look
    let axis = try #require(graph.y)
    #expect(axis.lower <= 0 && axis.upper > 3)
    guard
      case .clip(_, let inner)? = figure.drawing.elements.first(where: { element in
        if case .clip = element { true } else { false }
      })
    else {
      Issue.record("nothing is clipped")
      return
    }
    let bands = inner.compactMap { element -> [Point]? in
      guard case .fill(let path, look.color.band) = element else { return nil }
      return path.steps.compactMap { step in
        switch step {
        case .move(let point), .line(let point): point
        default: nil
        }
      }
    }
    #expect(bands.count == 1)
    let expected: [(Double, Double)] = [(0, 2), (1, 3), (2, 1.5), (2, 0.5), (1, 1), (0, 0)]
    for (point, (x, y)) in zip(bands[0], expected) {
      #expect(abs(point.x - panel.frame.x - graph.x.unit(x) * panel.frame.width) < 1e-9)
      #expect(abs(panel.frame.maxY - axis.unit(y) * panel.frame.height - point.y) < 1e-9)
    }
    var wrong = line
    wrong.band = Line.Band(lower: [0], upper: [1, 2, 3])
    #expect(throws: FigureError.self) { try lineFigure([wrong], style: style) }
  }

  @Test func `references are reached by the axes and their labels cover no line`() throws {
    var style = try Self.style(.text)
    style.references = [
      Reference(.y, at: 90, label: "stable below"), Reference(.x, at: 50, label: "far"),
    ]
    let figure = try lineFigure(Self.lines(2), style: style)
    let graph = try Self.graph(figure)
    #expect(graph.references.allSatisfy { $0.isLabelled })
    let labels = figure.layout.texts.filter { $0.role == .reference }
    #expect(labels.map(\.string).sorted() == ["far", "stable below"])
    let frame = figure.layout.panels[0].frame
    for reference in graph.references {
      let range = reference.axis == .x ? frame.minX...frame.maxX : frame.minY...frame.maxY
      #expect(range.contains(reference.place))
    }
    // Out of a range that the caller has chosen, it is told under the graph.
    style.x.range = 1e-5...1
    let narrow = try lineFigure(Self.lines(2), style: style)
    let footer = narrow.layout.texts.filter { $0.role == .footer }.map(\.string).joined(
      separator: " ")
    #expect(footer.contains("Outside: far at 50.0."))
  }

  static let odd: [(String, [Double])] = [
    ("none", []), ("one", [3]), ("equal", [2, 2, 2]), ("zeros", [0, 0, 0]),
    ("missing", [.nan, .nan]), ("one finite", [.nan, 5, .infinity]),
    ("huge", [-1.7e308, 0, 1.7e308]), ("large", [-1e149, 3, 1e149]),
    ("tiny", [0, .leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude]),
    ("all decades", [1e-148, 1, 1e149]), ("negative", [-1, -10, -1000]),
    ("next doubles", [1, 1.0.nextUp, 1]),
  ]

  @Test(arguments: odd)
  func `odd values give a figure or a reason, never a trap`(name: String, values: [Double]) throws {
    var style = try Self.style(.column)
    let scales: [AxisScale] = [.automatic, .linear, .log, .symlog(linearZone: nil)]
    for (xScale, yScale) in scales.flatMap({ x in scales.map { (x, $0) } }) {
      style.x.scale = xScale
      style.y.scale = yScale
      let line = Line(
        "a", values.map { Point($0, $0) },
        band: Line.Band(lower: values.map { $0 / 2 }, upper: values.map { $0 * 2 }))
      do {
        PageRules.check(try lineFigure([line], style: style), style: style)
      } catch is FigureError {
        #expect(
          xScale == .log || yScale == .log || name == "huge" || name == "tiny",
          "\(name) \(xScale) \(yScale)")
      }
    }
  }

  @Test func `pages without room are refused with advice`() throws {
    for format in [PageFormat(width: 90), PageFormat(width: 252, height: 90)] {
      let style = try Self.style(format)
      #expect(throws: FigureError.self) { try lineFigure(Self.lines(2), style: style) }
    }
    let style = try Self.style(PageFormat(width: .nan))
    #expect(throws: FigureError.self) { try lineFigure(Self.lines(1), style: style) }
    #expect(throws: FigureError.self) {
      try lineFigure([LinePanel](), style: try Self.style(.column))
    }
  }

  @Test func `the data has most of the page`() throws {
    for format in [PageFormat.column, .text, .full] {
      var style = try Self.style(format)
      (style.page.title, style.page.subtitle, style.page.footer) = ("Curvature", "", "digits")
      for naming in LineNaming.allCases {
        style.naming = naming
        let layout = try lineFigure(Self.lines(3), style: style).layout
        let frame = layout.panels[0].frame
        #expect(frame.width * frame.height >= 0.55 * layout.width * layout.height)  // G10
      }
    }
  }

  @Test func `equal input gives equal output that survives JSON`() throws {
    let style = try Self.style(.column)
    let figure = try lineFigure(Self.lines(3), style: style)
    #expect(try lineFigure(Self.lines(3), style: style) == figure)
    let data = try JSONEncoder().encode(figure.layout)
    #expect(try JSONDecoder().decode(FigureLayout.self, from: data) == figure.layout)
  }
}
