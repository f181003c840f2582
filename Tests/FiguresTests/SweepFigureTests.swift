import Foundation
import Images
import Testing

@testable import Figures

@Suite struct SweepFigureTests {
  /// A bowl around (0.5, 0) under a penalty around (−0.5, 0), both round.
  static func base(_ x: Double, _ y: Double) -> Double { 0.01 + pow(x - 0.5, 2) + y * y }
  static func penalty(_ x: Double, _ y: Double) -> Double { pow(x + 0.5, 2) + y * y }
  static let lambdas = [0.01, 0.03, 0.1, 0.3, 1, 3, 1, 0.3, 0.1, 0.03]

  static func sweep(
    lambdas: [Double] = lambdas, minima: [Point]? = nil, count: Int = 41,
    _ change: (inout FigureStyle) -> Void = { _ in }
  ) throws -> SweepFigure {
    var style = try PageTests.style(PageFormat(width: 400, textScale: 1.2))
    style.title = "*L*(*w*) + ½*λ*‖*w*‖^2"
    change(&style)
    return try SweepFigure(
      base: TestFields.field(count, base), penalty: TestFields.field(count, penalty).values,
      lambdas: lambdas, minima: minima, style: style)
  }

  @Test(arguments: [Sharing.shared, .excess])
  func `from frame to frame nothing moves but the data, their labels, the marker and the digits`(
    sharing: Sharing
  ) throws {
    let sweep = try Self.sweep { $0.sharing = sharing }
    let first = try sweep.figure(at: 0).layout
    for index in Self.lambdas.indices {
      let layout = try sweep.figure(at: index).layout
      #expect(layout.width == first.width && layout.height == first.height)
      #expect(layout.panels[0].frame == first.panels[0].frame)
      #expect(layout.panels[0].scale == first.panels[0].scale)
      #expect(layout.panels[0].xTicks == first.panels[0].xTicks)
      let moving: [FigureLayout.TextBox.Role] = [.timeline, .contourLabel]
      #expect(
        layout.texts.filter { !moving.contains($0.role) }
          == first.texts.filter { !moving.contains($0.role) })
      // The numbers begin where they began, on the same line.
      let (now, then) = (
        layout.texts.filter { $0.role == .timeline }, first.texts.filter { $0.role == .timeline }
      )
      #expect(now.count == 2 && then.count == 2)
      for (now, then) in zip(now, then) {
        #expect(abs(now.box.corners[0].x - then.box.corners[0].x) < 1e-9)
      }
    }
  }

  @Test(arguments: [Theme.light, .dark], PageTests.pages)
  func `texts keep apart in every frame on every page`(theme: Theme, page: PageFormat) throws {
    var style = try PageTests.style(page)
    style.theme = theme
    let sweep = try Self.sweep(lambdas: [0] + Self.lambdas) {
      $0 = style
      $0.subtitle = ""
    }
    for index in [0, 3, 6] { PageRules.check(try sweep.figure(at: index), style: style) }
  }

  @Test func `contours are those of base plus λ times penalty, in closed form`() throws {
    // (x − ½)² + y² + λ((x + ½)² + y²) = (1 + λ)(r² + λ/(1 + λ)²) around ½(1 − λ)/(1 + λ).
    let sweep = try Self.sweep { $0.levels = .values([0.25, 0.5, 2]) }
    for (index, lambda) in Self.lambdas.enumerated() {
      let panel = try sweep.figure(at: index).layout.panels[0]
      let center = 0.5 * (1 - lambda) / (1 + lambda)
      for contour in panel.contours {
        let squared =
          (contour.level - 0.01) / (1 + lambda) - lambda / ((1 + lambda) * (1 + lambda))
        guard squared > 0.01, abs(center) + squared.squareRoot() < 0.99 else { continue }
        let points = panel.frame.width / 2
        let expected = 2 * .pi * squared.squareRoot() * points
        #expect(abs(contour.longest / expected - 1) < 0.01)
      }
    }
  }

  @Test func `the minimum is the lowest sample of its frame, and is printed`() throws {
    let sweep = try Self.sweep()
    for (index, lambda) in Self.lambdas.enumerated() {
      let total = try TestFields.field(41) { Self.base($0, $1) + lambda * Self.penalty($0, $1) }
      let minimum = try #require(total.minimum)
      let layout = try sweep.figure(at: index).layout
      #expect(layout.panels[0].marks.map(\.at) == [minimum.at])
      let text = layout.texts.filter { $0.role == .timeline }.map(\.string)
      #expect(text[1] == "minimum " + RichText(measured: minimum.value).plain)
    }
  }

  @Test func `a path that cannot be seen is not in the legend`() throws {
    func names(_ minima: [Point]) throws -> [String] {
      try Self.sweep(minima: minima).figure(at: 4).layout.texts
        .filter { $0.role == .legend }.map(\.string)
    }
    let steps = Self.lambdas.indices.map(Double.init)
    #expect(try names(steps.map { Point(0.03 * $0, 0) }).contains("path of the minimum"))
    #expect(try !names(steps.map { Point(0.001 * $0, 0) }).contains("path of the minimum"))
  }

  @Test func `the curve over the timeline follows the least loss on its scale`() throws {
    let style = try PageTests.style(.text)
    let band = Rectangle(x: 10, y: 20, width: 300, height: Timeline.height)
    let (lambdas, minima) = ([0.01, 0.1, 1.0], [0.002, 0.02, 2.0])
    let timeline = try Timeline(lambdas, minima: minima, band: band, style: style)
    let places = [10.0, 160, 310].compactMap(timeline.curvePlace)
    try #require(places.count == 3)
    // 0.002 to 2 are three decades: 0.02 lies a third up.
    let height = places[0].y - places[2].y
    #expect(height > 12)
    #expect(abs((places[0].y - places[1].y) / height - 1.0 / 3) < 1e-9)
    // Between two values straight, and nowhere beyond them.
    #expect(
      abs((try #require(timeline.curvePlace(at: 85))).y - (places[0].y + places[1].y) / 2) < 1e-9)
    #expect(timeline.curvePlace(at: 9) == nil && timeline.curvePlace(at: 311) == nil)
    var sheet = Sheet()
    timeline.drawAxis(on: &sheet)
    #expect(sheet.texts.contains { $0.string == "minimum (log scale)" })
    // Nothing to follow, nothing drawn.
    let flat = try Timeline(lambdas, minima: [1, 1, .nan], band: band, style: style)
    #expect(flat.curvePlace(at: 160) == nil)
  }

  @Test func `given minima are marked instead`() throws {
    let minima = Self.lambdas.map { Point(0.5 * (1 - $0) / (1 + $0), 0) }
    let sweep = try Self.sweep(minima: minima)
    let shown = try minima.indices.map { try sweep.figure(at: $0).layout.panels[0].marks[0].at }
    #expect(shown == minima)
  }

  @Test(arguments: [
    (1e-3, "1.00×10⁻³"), (0.12345, "1.23×10⁻¹"), (9.996e-5, "1.00×10⁻⁴"), (1, "1.00×10⁰"), (0, "0"),
    (-2.5, "−2.50×10⁰"),
  ])
  func `numbers have three digits and a power, whatever they are`(value: Double, text: String) {
    #expect(RichText(fixed: value).plain == text)
  }

  @Test func `frames are quick: fills of 101 × 101 samples take far less than 50 ms`() throws {
    let sweep = try Self.sweep(count: 101)
    let start = ContinuousClock.now
    for index in Self.lambdas.indices { _ = try sweep.figure(at: index) }
    // Ten frames; a tenth of this on a computer of its own.
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test(arguments: [(UInt64(1), Sharing.excess), (5, .excess), (5, .shared), (8, .excess)])
  func `labels ride on their contours and do not jump`(seed: UInt64, sharing: Sharing) throws {
    let there = try sweepPositions(frames: 40, from: 1e-4, to: 1)
    let lambdas = there + there.dropFirst().dropLast().reversed()
    let base = try TestFields.field(41, TestFields.loss(seed: seed))
    let total = try TestFields.field(41, TestFields.loss(seed: seed, lambda: 1))
    var style = try PageTests.style(.text)
    style.sharing = sharing
    let sweep = try SweepFigure(
      base: base, penalty: zip(total.values, base.values).map { $0 - $1 }, lambdas: lambdas,
      style: style)
    var labels: [[Double: OrientedBox]] = []
    for index in lambdas.indices {
      let figure = try sweep.figure(at: index)
      PageRules.check(figure, style: style)
      let shown = figure.layout.panels[0].labels
      #expect(Set(shown.map(\.level)).count == shown.count)
      labels.append(Dictionary(uniqueKeysWithValues: shown.map { ($0.level, $0.box) }))
    }
    // Half of what could be labelled is, and the way back is the way there.
    #expect(labels.reduce(0) { $0 + $1.count } > 3 * labels.count)
    for (index, lambda) in lambdas.enumerated() {
      #expect(labels[index] == lambdas.firstIndex(of: lambda).map { labels[$0] })
    }
    for (before, after) in zip(labels, labels.dropFirst()) {
      for (level, box) in before {
        guard let next = after[level] else { continue }
        let slide = next.center - box.center
        // Along the line no farther than is allowed; across, as far as the contour went.
        #expect(abs(slide.x * next.along.x + slide.y * next.along.y) < 10, "\(level)")
      }
    }
    // Whatever comes or goes does so for five frames at least.
    for level in Set(labels.flatMap { $0.keys }) {
      let shown = labels.prefix(there.count).map { $0[level] != nil }
      var runs: [(shown: Bool, count: Int)] = []
      for isShown in shown {
        if runs.last?.shown == isShown {
          runs[runs.count - 1].count += 1
        } else {
          runs.append((isShown, 1))
        }
      }
      for run in runs.dropFirst().dropLast() { #expect(run.count >= 5, "\(level): \(runs)") }
    }
  }

  @Test func `the nearest point of a line is on it, and nearest`() {
    let square = Polyline([
      Point(-1, -1), Point(1, -1), Point(1, 1), Point(-1, 1), Point(-1, -1),
    ])
    for (point, at, distance) in [
      (Point(3, 0.5), Point(1, 0.5), 3.5), (Point(-0.25, 0.75), Point(-0.25, 1), 5.25),
      (Point(4, 5), Point(1, 1), 4.0), (Point(1, -1), Point(1, -1), 2.0),
    ] {
      let nearest = square.nearest(to: point)
      #expect(nearest.at == at && nearest.distance == distance)
      #expect(square.point(at: distance) == at)
    }
  }

  @Test func `samples that are not finite are hatched in every frame`() throws {
    var style = try PageTests.style(.column)
    style.title = ""
    let base = try TestFields.field(21) { x, y in x > 0.7 ? .nan : Self.base(x, y) }
    let sweep = try SweepFigure(
      base: base, penalty: TestFields.field(21, Self.penalty).values, lambdas: [0.1, 1],
      style: style)
    for index in 0..<2 {
      let figure = try sweep.figure(at: index)
      #expect(figure.layout.panels[0].missingCount == base.missingCount)
      #expect(figure.layout.texts.contains { $0.role == .footer && $0.string.contains("Hatched") })
    }
  }

  @Test func `a sweep of which nothing is finite is drawn hatched`() throws {
    let style = try PageTests.style(.text)
    let base = try TestFields.field(9) { _, _ in .nan }
    let sweep = try SweepFigure(
      base: base, penalty: TestFields.field(9, Self.penalty).values, lambdas: [0.1, 1],
      style: style)
    let layout = try sweep.figure(at: 1).layout
    #expect(layout.panels[0].scale == nil && layout.panels[0].marks.isEmpty)
    #expect(layout.texts.filter { $0.role == .timeline }.map(\.string) == ["λ = 1.00×10⁰"])
  }

  @Test(arguments: [(Sharing.shared, 3), (.excess, 5)])
  func `every frame of a sweep over decades shows the shape`(sharing: Sharing, least: Int) throws {
    let lambdas = try sweepPositions(frames: 12, from: 1e-4, to: 1)
    let base = try TestFields.field(41, TestFields.loss(seed: 5))
    let total = try TestFields.field(41, TestFields.loss(seed: 5, lambda: 1))
    var style = try PageTests.style(.text)
    style.sharing = sharing
    let sweep = try SweepFigure(
      base: base, penalty: zip(total.values, base.values).map { $0 - $1 }, lambdas: lambdas,
      style: style)
    for index in lambdas.indices {
      let panel = try sweep.figure(at: index).layout.panels[0]
      #expect(panel.contours.count >= least, "λ = \(lambdas[index])")
      if sharing == .excess { #expect(panel.contours.count <= 14) }
      #expect(panel.crowded <= 0.1)
    }
    let footer = try sweep.figure(at: 0).layout.texts.filter { $0.role == .footer }
      .map(\.string).joined(separator: " ")
    #expect(footer.hasSuffix("least 0.") == (sharing == .excess))
  }

  @Test func `what cannot be a sweep is refused`() throws {
    let style = try PageTests.style(.column)
    let field = try TestFields.field(5, Self.base)
    func refused(_ penalty: [Double], _ lambdas: [Double], _ minima: [Point]? = nil) {
      #expect(throws: FigureError.self) {
        try SweepFigure(
          base: field, penalty: penalty, lambdas: lambdas, minima: minima, style: style)
      }
    }
    let penalty = field.values
    refused([1], [0.1])
    refused(penalty, [])
    refused(penalty, [0])
    refused(penalty, [0.1, -0.1])
    refused(penalty, [0.1, .nan])
    refused(penalty, [.infinity])
    refused(penalty, [0.1, 1], [Point(0, 0)])
    let sweep = try SweepFigure(base: field, penalty: penalty, lambdas: [0.1], style: style)
    #expect(throws: FigureError.self) { try sweep.figure(at: 1) }
    #expect(throws: FigureError.self) { try sweep.figure(at: -1) }
  }
}
