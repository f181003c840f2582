import Testing

@testable import Figures

/// Every kind of graph on every page: of exactly the size asked for, with whole words that keep
/// apart.
@Suite struct GraphPagesTests {
  /// The graphs that the program draws, with texts as long as its own.
  enum Kind: String, CaseIterable {
    case alongALine, betweenModels, densities, densitiesOfBothParts, layers, curvature, sweep
  }

  static func page(_ format: PageFormat) throws -> PageStyle {
    var page = try LineFigureTests.page(format)
    page.title = "Curvature against λ, the weights fixed"
    page.subtitle = "digits: weights trained at λ = 0, 4,810 parameters"
    page.footer = "The penalty on all parameters adds exactly λ to every eigenvalue."
    return page
  }

  static func style(_ format: PageFormat, x: AxisStyle) throws -> LineFigureStyle {
    LineFigureStyle(try page(format), x: x, y: AxisStyle(""))
  }

  static func alphas(_ name: RichText, _ value: (Double) -> Double) -> Line {
    Line(
      name, (0...40).map { Point(Double($0) / 20 - 1, value(Double($0) / 20 - 1)) },
      marksPoints: false)
  }

  /// Total losses with models, parts and a score.
  static func linePanels(note: RichText) -> [LinePanel] {
    let names: [RichText] = ["*λ* = 0", "*λ* = 10^{-3}", "*λ* = 10^{-2}", "*λ* = 10^{-1}"]
    let losses = names.enumerated().map { number, name in
      alphas(name) { 3 * $0 * $0 + 0.1 * $0 + Double(number) * (1 + 0.1 * $0) }
    }
    let models = names.enumerated().map { number, name in
      var model = alphas("quadratic model at *α* = 0") { 3 * $0 * $0 + Double(number) }
      model.modelled = name
      return model
    }
    let samples: [RichText] = ["base loss and accuracy", "the same, held out"]
    let reference = Reference(.x, at: 0, label: "the weights")
    let unnamed = Reference(.x, at: 0, label: "")
    return [
      LinePanel(
        losses + models, references: [reference], title: "total loss *L* + ½*λ*‖*w*‖^2", note: note),
      LinePanel(
        samples.map { name in alphas(name) { 3 * $0 * $0 } }
          + names.dropFirst().map { name in alphas(name) { 1 + $0 } },
        references: [unnamed], title: "base loss *L*, and penalty ½*λ*‖*w*‖^2"),
      LinePanel(
        samples.map { name in alphas(name) { 1 / (1 + $0 * $0) } },
        y: AxisStyle("", scale: .linear), references: [unnamed], title: "accuracy"),
    ]
  }

  static func figure(_ kind: Kind, _ format: PageFormat) throws -> Figure {
    let line = try style(format, x: AxisStyle("*α*, along *u*", scale: .linear, range: -1...1))
    let lambda = try style(format, x: AxisStyle("weight decay *λ*", scale: .log))
    func sweep(_ name: RichText, spread: Double = 0.1, _ value: (Double) -> Double) -> Line {
      LineFigureTests.sweep(name, spread: spread, value)
    }
    switch kind {
    case .alongALine: return try lineFigure(linePanels(note: ""), style: line)
    case .betweenModels:
      return try lineFigure(
        linePanels(
          note: "barrier 0.531 at *λ* = 0, 0.533 at *λ* = 10^{-3}, 0.551 at *λ* = 10^{-2}, 1.05 at "
            + "*λ* = 10^{-1}"), style: line)
    case .densities:
      return try densityFigure(
        DensityFigureTests.sweep, style: DensityFigureStyle(try page(format)))
    case .densitiesOfBothParts:
      let both = [0.01, 1].flatMap { lambda in
        SpectralDensity.Part.allCases.map {
          DensityFigureTests.density("*λ* = \(RichText(parameter: lambda))", $0)
        }
      }
      return try densityFigure(both, style: DensityFigureStyle(try page(format)))
    case .layers:
      let groups = (1...3).map {
        BarGroup("layer \($0) (4,160)", [Bar(0.3 / Double($0)), Bar(4.65e-7)])
      }
      let x = AxisStyle("eigenvalue *μ*", scale: .symlog(linearZone: nil))
      return try barFigure(groups, style: BarFigureStyle(try page(format), x: x))
    case .curvature:
      return try lineFigure(
        [
          LinePanel(
            [sweep("base loss") { _ in 0.4 }, sweep("total loss") { 0.4 + $0 }],
            title: "largest eigenvalue *μ*"),
          LinePanel(
            [sweep("base loss") { _ in -0.01 }, sweep("total loss") { $0 - 0.01 }],
            title: "smallest eigenvalue *μ*"),
          LinePanel(
            [sweep("") { 90 / (1 + 100 * $0) }],
            title: "effective parameters Σ\u{A0}*μ*/(*μ*\u{A0}+\u{A0}*λ*)"),
        ], style: lambda)
    case .sweep:
      var count = AxisStyle("", scale: .linear)
      count.isWhole = true
      return try lineFigure(
        [
          LinePanel(
            [
              sweep("around the same weights", spread: 0) { $0 < 1e-2 ? 2 : 1 },
              sweep("plane of the path", spread: 0) { _ in 1 },
            ], y: count, title: "local minima"),
          LinePanel(
            [sweep("around each minimum") { 1 / (1 + $0) }], title: "convex share"),
          LinePanel(
            [sweep("plane of the path") { 1 + $0 }], y: AxisStyle("greatest curvature"),
            title: "greatest curvature"),
        ], style: lambda)
    }
  }

  @Test(arguments: Kind.allCases, PageTests.pages)
  func `every graph has its page's size, and texts that are whole and apart`(
    kind: Kind, format: PageFormat
  ) throws {
    let figure = try Self.figure(kind, format)
    #expect(figure.layout.width == format.width)
    if let height = format.height { #expect(figure.layout.height == height) }
    let style = try Self.page(format).figureStyle
    PageRules.check(figure, style: style)
    // A word cut in two makes two of none that was asked for.
    let known = Set(try Self.figure(kind, PageFormat(width: 1500)).layout.texts.flatMap(words))
    for text in figure.layout.texts where text.role != .tick {
      for word in words(text) {
        #expect(known.contains(word), "\(word) of \(text.role) \(text.string) is a part of a word")
      }
    }
  }

  func words(_ text: FigureLayout.TextBox) -> [String] {
    text.string.split(separator: " ").map(String.init)
  }

  @Test func `a fixed page has frames side by side rather than flat ones`() throws {
    let panels = try Self.figure(.curvature, .slide).layout.panels
    #expect(Set(panels.map(\.frame.x)).count > 1)
    #expect(panels.allSatisfy { $0.frame.height > 0.4 * $0.frame.width })
    // On a page that grows they stand above one another.
    let stacked = try Self.figure(.curvature, .column).layout.panels
    #expect(Set(stacked.map(\.frame.x)).count == 1)
  }

  @Test func `a count is ticked at whole numbers alone`() throws {
    for format in PageTests.pages {
      let ticks = try Self.figure(.sweep, format).layout.panels[0].yTicks.map(\.value)
      #expect(ticks.count >= 2 && ticks.allSatisfy { $0 == $0.rounded() })
    }
    var axis = AxisStyle("", scale: .linear)
    axis.isWhole = true
    let one = try GraphAxis(axis, for: [1, 1], breaksAtZero: false)
    let ticks = GraphTicks(
      one, length: 80, isHorizontal: false, scale: 1,
      typeface: try Self.page(.column).typeface)
    #expect(ticks.major.map(\.value) == [0, 1, 2])
  }

  @Test func `points that coincide are all seen`() throws {
    let style = try Self.style(.text, x: AxisStyle("*λ*", scale: .log))
    func widths(_ values: [Double]) throws -> Set<Double> {
      let lines = values.enumerated().map { Line("line \($0)", [Point(1e-3, $1), Point(1, $1)]) }
      var widths: Set<Double> = []
      let elements = try lineFigure(lines, style: style).drawing.elements
      // The white edge of a point is as wide as the point is large.
      PageRules.lines(elements) { stroke in
        if stroke.color == Theme.light.background, stroke.dash.isEmpty {
          widths.insert((stroke.width * 100).rounded())
        }
      }
      return widths
    }
    #expect(try widths([1, 2, 3]).count == 1)
    // Three sizes, and that of the legend's.
    #expect(try widths([1, 1, 1]).count == 4)
  }

  @Test func `no line of a graph is dotted but models and references`() throws {
    let dotted = [LineLook.modelDash, LineLook.referenceDash]
    for dash in LineLook.dashes { #expect(dash.isEmpty || dash.contains { $0 > 2.5 }) }
    #expect(dotted.allSatisfy { $0[0] <= 1 })
    let figure = try Self.figure(.alongALine, .full)
    let lines = figure.layout.panels[0].graph?.lines ?? []
    let (truths, models) = (lines.prefix(4), lines.suffix(4))
    #expect(Set(truths.map(\.look.dash)).count == 4)
    #expect(models.allSatisfy { $0.look.dash == LineLook.modelDash })
    #expect(zip(truths, models).allSatisfy { $0.look.color == $1.look.color })
    #expect(figure.layout.texts.contains { $0.role == .legend && $0.string.contains("quadratic") })
  }
}
