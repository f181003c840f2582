import Foundation
import Testing

@testable import Figures

@Suite struct DensityFigureTests {
  /// Eigenvalues of both signs over four decades, most near 0.
  static func eigenvalues(_ count: Int, shift: Double = 0) -> [Double] {
    var random = TestFields.Seeded(state: 5)
    return (0..<count).map { index in
      let size = pow(10, random.uniform(-3, index < 5 ? 1.5 : 0))
      return (index % 5 == 4 ? -0.1 * size : size) + shift
    }.sorted()
  }

  /// A Gaussian kernel in asinh μ as a density over μ: its integral is 1.
  static func density(
    _ name: RichText, _ part: SpectralDensity.Part = .total, shift: Double = 0, count: Int = 300,
    isExact: Bool = false
  ) -> SpectralDensity {
    let values = eigenvalues(count, shift: shift)
    let (zone, width) = (0.01, 0.2)
    let centres = values.map { asinh($0 / zone) }
    let points = (0...800).map { step -> Point in
      let place = -9 + 19 * Double(step) / 800
      let sum = centres.reduce(0) { $0 + exp(-pow((place - $1) / width, 2) / 2) }
      let height = sum / Double(count) / width / (2 * Double.pi).squareRoot()
      return Point(zone * sinh(place), height / (zone * cosh(place)))
    }
    return SpectralDensity(
      name, part: part, points: points,
      band: Line.Band(lower: points.map { $0.y * 0.5 }, upper: points.map { $0.y * 1.5 }),
      extremes: values[0]...values[count - 1],
      negativeMass: Double(values.count { $0 < 0 }) / Double(count), exact: isExact ? values : [],
      shift: shift == 0 ? nil : shift)
  }

  static func style(_ format: PageFormat, theme: Theme = .light) throws -> DensityFigureStyle {
    var style = DensityFigureStyle(try LineFigureTests.page(format, theme: theme))
    style.linearZone = 0.01
    return style
  }

  static func footer(_ figure: Figure) -> String {
    figure.layout.texts.filter { $0.role == .footer }.map(\.string).joined(separator: " ")
  }

  static let sweep = [
    density("base", .base, isExact: true), density("*λ* = 10^{-2}", shift: 1e-2),
    density("*λ* = 10^{-1}", shift: 0.1), density("*λ* = 1", shift: 1),
  ]

  @Test(arguments: PageTests.pages, [Theme.light, .dark])
  func `texts keep apart on every page`(format: PageFormat, theme: Theme) throws {
    var style = try Self.style(format, theme: theme)
    style.page.subtitle = ""
    let pairs = [0.01, 1].flatMap { lambda in
      [
        Self.density("*λ* = \(RichText(parameter: lambda))", .base),
        Self.density("*λ* = \(RichText(parameter: lambda))", .total, shift: lambda),
      ]
    }
    for densities in [Self.sweep, [Self.sweep[0]], pairs] {
      let figure = try densityFigure(densities, style: style)
      PageRules.check(figure, style: style.page.figureStyle)
    }
  }

  @Test func `the floor is stated and nothing is drawn below it`() throws {
    var style = try Self.style(.text)
    style.floor = 1e-3
    let figure = try densityFigure(Self.sweep, style: style)
    #expect(figure.layout.panels[0].yRange[0] == 1e-3)
    #expect(Self.footer(figure).contains("Densities below 10⁻³ are not drawn."))
    let frames = figure.layout.panels.map(\.frame)
    for element in figure.drawing.elements {
      // Lines and bands are cut at the frame, not laid along the floor.
      guard case .clip(let area, let inner) = element else { continue }
      let frame = try #require(frames.first { $0.path == area })
      for case .stroke(let path, let stroke) in inner where !stroke.dash.isEmpty {
        let level = path.steps.count { step in
          if case .line(let point) = step { abs(point.y - frame.maxY) < 1e-9 } else { false }
        }
        #expect(level <= 1)
      }
    }
    style.floor = 1e9
    #expect(throws: FigureError.self) { try densityFigure(Self.sweep, style: style) }
  }

  @Test func `zero, signs and shifts are marked, and the facts printed`() throws {
    var style = try Self.style(.text)
    style.arrangement = .overlaid
    let figure = try densityFigure(Self.sweep, style: style)
    let panel = figure.layout.panels[0]
    let ticks = panel.xTicks.map(\.label.plain)
    #expect(ticks.contains("0"))
    #expect(ticks.contains { $0.hasPrefix("−") })
    let graph = try #require(panel.graph)
    #expect(graph.x.kind == .symlog(threshold: 0.01))
    #expect(graph.references.map(\.value) == [0.01, 0.1, 1])
    let legend = figure.layout.texts.filter { $0.role == .legend }.map(\.string)
    #expect(legend.count == 4)
    let least = RichText(measured: Self.sweep[0].extremes?.lowerBound ?? 0).plain
    #expect(legend[0].contains("min\u{A0}" + least))
    #expect(legend[0].contains("20\u{A0}%\u{A0}below\u{A0}0"))
    #expect(Self.footer(figure).contains("Strokes: exact eigenvalues."))
    #expect(Set(graph.lines.map(\.look.dash)).count == 4)
    #expect(Set(graph.lines.map(\.look.color)).count == 4)
  }

  @Test func `a curve that does not integrate to one is said so`() throws {
    let style = try Self.style(.text)
    var density = Self.density("*λ* = 0")
    #expect(abs(density.integral - 1) < 1e-3)
    #expect(try !Self.footer(densityFigure([density], style: style)).contains("integrates"))
    for index in density.points.indices { density.points[index].y *= 0.8 }
    #expect(
      try Self.footer(densityFigure([density], style: style))
        .contains("The curve of λ = 0 integrates to 0.800."))
  }

  @Test func `several names are stacked on shared axes`() throws {
    let figure = try densityFigure(Self.sweep, style: try Self.style(.column))
    let panels = figure.layout.panels
    #expect(panels.map(\.title) == Self.sweep.map(\.name.plain))
    #expect(Set(panels.map(\.xRange)).count == 1)
    #expect(Set(panels.map(\.yRange)).count == 1)
    #expect(panels.map { $0.graph?.references.count } == [0, 1, 1, 1])
  }

  @Test func `a base loss that several panels share is described once`() throws {
    let base = Self.density("base", .base)
    let densities = [0.01, 1].flatMap { lambda in
      var own = base
      own.name = "*λ* = \(RichText(parameter: lambda))"
      return [own, Self.density(own.name, .total, shift: lambda)]
    }
    let texts = try densityFigure(densities, style: try Self.style(.column)).layout.texts
    let least = "min\u{A0}" + RichText(measured: base.extremes?.lowerBound ?? 0).plain
    #expect(texts.filter { $0.role == .legend && $0.string.contains(least) }.count == 1)
    #expect(!texts.contains { $0.role == .note && $0.string.contains("base") })
    #expect(texts.contains { $0.role == .note && $0.string.contains("min") })
  }

  @Test func `a sweep with both parts is stacked on shared axes`() throws {
    let densities = [0.01, 1].flatMap { lambda in
      [
        Self.density("*λ* = \(RichText(parameter: lambda))", .base),
        Self.density("*λ* = \(RichText(parameter: lambda))", .total, shift: lambda),
      ]
    }
    let panels = try densityFigure(densities, style: try Self.style(.column)).layout.panels
    #expect(panels.map(\.title) == ["λ = 10⁻²", "λ = 1"])
    #expect(panels[0].xRange == panels[1].xRange)
    #expect(panels[0].yRange == panels[1].yRange)
    #expect(panels[0].graph?.lines.map(\.look) == panels[1].graph?.lines.map(\.look))
    #expect(Set(panels[0].graph?.lines.map(\.look) ?? []).count == 2)
  }

  @Test func `many exact eigenvalues become a histogram of unit area`() throws {
    let figure = try densityFigure(
      [Self.density("*λ* = 0", count: 2000, isExact: true)], style: try Self.style(.text))
    #expect(Self.footer(figure).contains("Shaded: histogram"))
    let panel = figure.layout.panels[0]
    let graph = try #require(panel.graph)
    #expect(panel.missingCount == 0)
    // 80 bins, even on the drawn axis, in counts per unit μ: back from the picture to the area.
    let axis = try #require(graph.y)
    var area = 0.0
    for case .clip(_, let inner) in figure.drawing.elements {
      for case .fill(let path, _) in inner {
        let points = path.steps.compactMap { step -> Point? in
          switch step {
          case .move(let point), .line(let point): point
          default: nil
          }
        }
        guard points.last.map({ abs($0.y - panel.frame.maxY) < 1e-9 }) == true else { continue }
        for (from, to) in zip(points, points.dropFirst()) where from.y == to.y && to.x > from.x {
          func value(_ x: Double) -> Double {
            graph.x.value(atUnit: (x - panel.frame.minX) / panel.frame.width)
          }
          let height = axis.value(atUnit: (panel.frame.maxY - from.y) / panel.frame.height)
          area += height * (value(to.x) - value(from.x))
        }
      }
    }
    #expect(abs(area - 1) < 1e-9)
  }

  @Test func `unusable densities are refused`() throws {
    let style = try Self.style(.column)
    for points in [
      [], [Point(0, 0), Point(1, 0)], [Point(0, .nan), Point(1, .infinity)],
      [Point(1, 1), Point(0, 1)], [Point(.nan, 1), Point(0, 1)],
    ] {
      #expect(throws: FigureError.self) {
        try densityFigure([SpectralDensity("a", part: .base, points: points)], style: style)
      }
    }
    var short = Self.density("a")
    short.band = Line.Band(lower: [1], upper: [2])
    #expect(throws: FigureError.self) { try densityFigure([short], style: style) }
    #expect(throws: FigureError.self) { try densityFigure([], style: style) }
  }

  @Test func `the axis reaches over a bin of many equal eigenvalues`() throws {
    var density = Self.density("*λ* = 0", count: 2000, isExact: true)
    density.exact = (0..<2000).map { $0 < 1900 ? 0 : Double($0 - 1900) / 100 }
    let panel = try densityFigure([density], style: try Self.style(.text)).layout.panels[0]
    let curve = try #require(density.points.map(\.y).max())
    let bin = 2 * panel.xRange[1] / 80
    // 1,900 of them share a bin: its density is above all that the kernel makes of others.
    #expect(panel.yRange[1] > 2 * curve)
    #expect(panel.yRange[1] > 0.95 / bin)
  }
}
