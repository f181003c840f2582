import Foundation
import Images
import Testing

@testable import Figures

@Suite struct ContourFigureTests {
  @Test func `the minimum stands at the smallest sample, whatever the scale and its floor`() throws
  {
    var style = try PageTests.style(.column)
    let axis = TestFields.axis(41)
    var values = axis.flatMap { y in axis.map { x in 1e-3 + x * x + y * y } }
    values[9 * 41 + 30] = 1e-8  // below every level, away from the bowl
    let field = try Field(xs: axis, ys: axis, values: values)
    let minimum = try #require(Mark.minimum(of: field))
    #expect(minimum.at == Point(axis[30], axis[9]))
    for scale in ScaleOption.allCases {
      style.scale = scale
      let figure = try contourFigure(Panel(field, marks: [minimum]), style: style)
      let panel = figure.layout.panels[0]
      let mark = panel.marks[0]
      #expect(abs(mark.position.x - (panel.frame.x + 30.0 / 40 * panel.frame.width)) < 1e-9)
      #expect(abs(mark.position.y - (panel.frame.maxY - 9.0 / 40 * panel.frame.height)) < 1e-9)
      #expect(figure.layout.texts.contains { $0.string == "minimum 1.00×10⁻⁸" })
      PageRules.check(figure, style: style)
    }
    style.scale = .log
    let panel = try contourFigure(Panel(field), style: style)
    #expect(panel.layout.panels[0].scale?.hasLowerArrow == true)
    #expect(
      panel.layout.texts.contains { $0.role == .footer && $0.string.contains("Arrow: below") })
  }

  static let odd: [(String, [Double])] = [
    ("equal", Array(repeating: 3, count: 25)), ("zero", Array(repeating: 0, count: 25)),
    ("missing", Array(repeating: .nan, count: 25)),
    ("infinite", Array(repeating: .infinity, count: 25)),
    ("one finite", [2] + Array(repeating: .nan, count: 24)),
    ("huge", (0..<25).map { 1e300 * Double($0 + 1) }),
    ("both ends", (0..<25).map { Double($0 - 12) * 1.4e307 }),
    ("tiny", (0..<25).map { Double.leastNonzeroMagnitude * Double($0) }),
    ("tiny positive", (0..<25).map { Double.leastNormalMagnitude / 256 * Double($0 + 1) }),
    ("all decades", (0..<25).map { pow(10, Double($0 * 25 - 300)) }),
    ("negative", (0..<25).map { -pow(2, Double($0)) }),
    ("zero and up", (0..<25).map { Double($0 * $0) }),
    ("next doubles", (0..<25).map { 1 + Double($0 % 3) * 2.220446049250313e-16 }),
    ("largest", (0..<25).map { $0 < 12 ? 1.7976931348623157e308 : 1 }),
    ("same largest", Array(repeating: -1.7976931348623157e308, count: 25)),
    ("island", (0..<25).map { $0 == 12 ? .nan : Double($0) + 1 }),
  ]

  @Test(arguments: odd)
  func `odd values give a figure or a reason, never a trap`(name: String, values: [Double]) throws {
    var style = try PageTests.style(.column)
    let axis = TestFields.axis(5)
    let field = try Field(xs: axis, ys: axis, values: values)
    let panel = Panel(field, marks: [Mark.minimum(of: field)].compactMap(\.self))
    for scale in ScaleOption.allCases {
      for map in ColorMap.all {
        style.scale = scale
        style.colorMap = map
        for draw in [contourFigure, heatmapFigure] {
          do {
            let figure = try draw(panel, style)
            PageRules.check(figure, style: style)
            check(figure.drawing.elements)
          } catch is FigureError {
            // Only what was asked for in vain: a logarithm of negatives or of a single value, or a
            // map centred on a zero that a logarithm lacks.
            #expect(scale == .log || (scale == .automatic && map.isDiverging), "\(name) \(scale)")
          }
        }
        _ = try? panelsFigure([panel, panel], style: style)
      }
    }
  }

  private func check(_ elements: [Drawing.Element]) {
    func finite(_ path: Path) -> Bool {
      path.steps.allSatisfy { step in
        switch step {
        case .move(let p), .line(let p): p.x.isFinite && p.y.isFinite
        case .curve(let a, let b, let c): [a, b, c].allSatisfy { $0.x.isFinite && $0.y.isFinite }
        case .close: true
        }
      }
    }
    for element in elements {
      switch element {
      case .fill(let path, _), .stroke(let path, _): #expect(finite(path))
      case .clip(let path, let inner):
        #expect(finite(path))
        check(inner)
      default: break
      }
    }
  }

  @Test func `regions and colour bar have the same colours`() throws {
    let style = try PageTests.style(.text)
    let field = try TestFields.landscape(seed: 9)
    let figure = try contourFigure(Panel(field), style: style)
    let scale = try #require(figure.layout.panels[0].scale)
    let bar = try #require(scale.bar)
    var barColors: [Color] = []
    var plotColors: [Color] = []
    for element in figure.drawing.elements {
      if case .fill(let path, let color) = element, case .move(let p) = path.steps.first,
        p.x == bar.x
      {
        barColors.append(color)
      }
      if case .clip(_, let inner) = element {
        for case .fill(_, let color) in inner { plotColors.append(color) }
      }
    }
    #expect(barColors == scale.colors)
    #expect(plotColors == scale.colors)
    #expect(Set(scale.colors).count == scale.levels.count + 1)
    // G9: neighbours differ visibly.
    let looks = scale.colors.map { UniformColor($0) }
    #expect(zip(looks, looks.dropFirst()).allSatisfy { $0.distance(to: $1) >= 3 })
  }

  /// How far a colour lies from the nearest mix of two others, in its worst part.
  private static func distance(_ p: [Double], toMixOf a: [Double], _ b: [Double]) -> Double {
    var (along, length) = (0.0, 0.0)
    for part in 0..<3 {
      along += (p[part] - a[part]) * (b[part] - a[part])
      length += (b[part] - a[part]) * (b[part] - a[part])
    }
    let t = min(max(along / length, 0), 1)
    return (0..<3).map { abs(a[$0] + t * (b[$0] - a[$0]) - p[$0]) }.max() ?? 0
  }

  @Test(arguments: [150.0, 300]) func `no page shows through between regions`(dpi: Double) throws {
    let style = try PageTests.style(.column)
    let field = try TestFields.field(51, TestFields.loss(seed: 8))
    let norm = try #require(
      try Norm.candidates(for: [field], style: style, isBanded: true, hasFloor: false).first)
    let frame = Rectangle(x: 0, y: 0, width: 180, height: 180)
    let plot = ContourPlot(
      field, norm: norm, axes: Axes(field, wholeCells: false), frame: frame, style: style,
      isBanded: true, supplements: false)
    var sheet = Sheet()
    plot.fill(on: &sheet)
    let magenta = Color(red: 1, green: 0, blue: 1)
    let drawing = Drawing(width: 180, height: 180, background: magenta, elements: sheet.elements)
    let raster = try drawing.raster(dpi: dpi, typeface: style.typeface)
    func parts(_ pixel: UInt32) -> [Double] {
      [16, 8, 0].map { Double(pixel >> UInt32($0) & 255) }
    }
    let colors = norm.colors.map { parts($0.pixel) }
    var exact = 0
    var worst = 0.0
    for pixel in raster.pixels {
      let p = parts(pixel)
      if colors.contains(p) { exact += 1; continue }
      let nearest = zip(colors, colors.dropFirst()).map { Self.distance(p, toMixOf: $0, $1) }
      worst = max(worst, nearest.min() ?? 0)
    }
    #expect(worst <= 8)  // F1
    #expect(Double(exact) < 0.999 * Double(raster.pixels.count))  // F2: edges are smooth
  }

  @Test func `a value outside every asked level has an arrow on the bar`() throws {
    var style = try PageTests.style(.column)
    let field = try TestFields.field(21) { x, y in x * x + y * y + 0.5 * x }
    style.levels = .values([0.2, 0.4, 0.6])
    let scale = try #require(try contourFigure(Panel(field), style: style).layout.panels[0].scale)
    #expect(scale.hasLowerArrow)
    #expect(scale.hasUpperArrow)
    #expect(scale.levels == [0.2, 0.4, 0.6])
    style.levels = .values([])
    PageRules.check(try contourFigure(Panel(field), style: style), style: style)
  }

  @Test func `levels are thinned where all that have room can then bear a label`() throws {
    // Two figures of a kind: the levels as first chosen, given as a list, and automatic ones.
    let style = try PageTests.style(.column)
    var (thinned, told) = (0, 0)
    for seed in 0..<60 {
      let panel = Panel(try TestFields.landscape(seed: UInt64(seed)))
      let automatic = try contourFigure(panel, style: style).layout.panels[0]
      let shown = try #require(automatic.scale).levels
      let norms = try Norm.candidates(
        for: [panel.field], style: style, isBanded: true, hasFloor: false)
      #expect(shown.count >= 6 || shown.count == norms.last?.levels.values.count)
      if FigureComposer.unlabelled(in: automatic) == 0 { told += 1 }
      var listed = style
      listed.levels = .values(try #require(norms.first).levels.values)
      let first = try contourFigure(panel, style: listed).layout.panels[0]
      guard shown.count < first.scale?.levels.count ?? 0, first.crowded <= 0.1 else { continue }
      // Nothing but labels can have been the reason, and all have one.
      thinned += 1
      #expect(FigureComposer.unlabelled(in: automatic) == 0)
      #expect(FigureComposer.unlabelled(in: first) > 0)
    }
    #expect(thinned > 0)
    #expect(told >= 50)
  }

  @Test func `missing samples are hatched and counted`() throws {
    let style = try PageTests.style(.column)
    let field = try TestFields.field(21) { x, y in
      hypot(x - 0.3, y) < 0.2 ? .nan : 0.01 + x * x + y * y
    }
    for figure in [
      try contourFigure(Panel(field), style: style), try heatmapFigure(Panel(field), style: style),
    ] {
      let text = figure.layout.texts.filter { $0.role == .footer }.map(\.string).joined(
        separator: " ")
      #expect(text.contains("\(field.missingCount) of 441 samples are not finite"))
      #expect(figure.layout.panels[0].missingCount == field.missingCount)
      let hatched = figure.drawing.elements.contains { element in
        guard case .clip(_, let inner) = element, case .fill(_, let color) = inner.first else {
          return false
        }
        return color == style.theme.missing.fill
      }
      #expect(hatched)
    }
  }

  @Test func `contours crowd no more than they must`() throws {
    let style = try PageTests.style(.column)
    for seed in 0..<40 as Range<UInt64> {
      let field = try TestFields.landscape(seed: seed, count: 25)
      let panel = try contourFigure(Panel(field), style: style).layout.panels[0]
      let levels = try #require(panel.scale?.levels)
      #expect((6...14).contains(levels.count))
      let range = try #require(field.range)
      let coarser = Levels.candidates(in: range, kind: .log).last?.values.count ?? 6
      #expect(panel.crowded <= 0.1 || levels.count <= coarser)
    }
  }

  @Test func `a figure of 101 by 101 samples takes little time`() throws {
    let style = try PageTests.style(.column)
    let field = try TestFields.field(101, TestFields.loss(seed: 5, lambda: 0.01))
    let time = try ContinuousClock().measure { _ = try contourFigure(Panel(field), style: style) }
    // 20 ms in a release build; debug builds are some fifty times slower.
    #expect(time < .seconds(5))
  }
}
