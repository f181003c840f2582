import Foundation
import Testing

@testable import Figures

@Suite struct TrailsTests {
  /// A path that winds to the origin, with labels all along.
  static func panel(seed: UInt64) throws -> Panel {
    let field = try TestFields.landscape(seed: seed)
    let points = (0...20).map { step in
      let t = Double(step) / 20
      return Point(0.8 * (1 - t) * cos(4 * t), 0.7 * (1 - t) * sin(4 * t + 0.5))
    }
    var trail = Trail(points, label: "*w*\\*(*λ*)")
    trail.stations = stride(from: 0, through: 20, by: 4).map {
      .init(corner: $0, label: "10^{−\($0)}")
    }
    trail.jumps = [3, 11]
    var step = Trail([points[8], Point(-0.6, 0.6)], label: "step")
    step.isArrow = true
    let norm = try TestFields.field(33) { 3 * ($0 * $0 + $1 * $1).squareRoot() }
    return Panel(
      field,
      marks: [
        Mark(.start, at: points[0]), Mark(.end, at: points[20]), Mark(.origin, at: Point(0, 0)),
      ], trails: [trail, step], guides: IsoLines(norm, label: "‖*w*‖"))
  }

  @Test(arguments: [PageFormat.column, .text, .full, .readme])
  func `labels of stations, iso-lines and contours keep apart`(page: PageFormat) throws {
    let style = try PageTests.style(page)
    var (stations, lines) = (0, 0)
    for seed in 0..<8 as Range<UInt64> {
      let figure = try contourFigure(Self.panel(seed: seed), style: style)
      PageRules.check(figure, style: style)
      stations += figure.layout.texts.count { $0.role == .station }
      lines += figure.layout.texts.count { $0.role == .guideLabel }
      for box in figure.layout.texts where box.role == .station {
        for mark in figure.layout.panels[0].marks {
          #expect(
            !box.box.intersects(OrientedBox(center: mark.position, width: 6, height: 6, angle: 0)))
        }
      }
    }
    // Few of the six stations of each figure find no room.
    #expect(stations >= 40)
    #expect(lines >= 8)
  }

  @Test func `jumps are dashed and other steps are not`() throws {
    let style = try PageTests.style(.text)
    func dashes(_ jumps: Set<Int>) throws -> Int {
      var panel = try Self.panel(seed: 1)
      panel.guides = nil
      panel.trails[0].jumps = jumps
      var count = 0
      PageRules.lines(try contourFigure(panel, style: style).drawing.elements) {
        if !$0.dash.isEmpty { count += 1 }
      }
      return count
    }
    #expect(try dashes([]) == 0)
    // And one in the legend.
    #expect(try dashes([3, 11]) == 3)
  }

  @Test func `every kind of path and line is named in the legend once`() throws {
    let figure = try contourFigure(Self.panel(seed: 2), style: PageTests.style(.text))
    let names = figure.layout.texts.filter { $0.role == .legend }.map(\.string)
    #expect(names == ["w*(λ)", "jump", "step", "start", "end", "origin", "‖w‖"])
  }

  @Test func `iso-lines of the distance are circles`() throws {
    let field = try TestFields.field(61) { ($0 * $0 + $1 * $1).squareRoot() }
    let lines = IsoLines(field, label: "r", values: [0.3, 0.6, 2]).lines
    // The last lies outside.
    #expect(lines.map(\.value) == [0.3, 0.6])
    for (value, parts) in lines {
      #expect(parts.count == 1)
      #expect(parts.flatMap(\.self).allSatisfy { abs($0.length - value) < 5e-4 })
    }
    let flat = try TestFields.field(5) { _, _ in 1 }
    #expect(IsoLines(flat, label: "r").lines.isEmpty)
  }

  @Test func `iso-lines are no contours: neither levels nor crowding change`() throws {
    let style = try PageTests.style(.column)
    var panel = try Self.panel(seed: 3)
    let with = try contourFigure(panel, style: style).layout.panels[0]
    panel.guides = nil
    let without = try contourFigure(panel, style: style).layout.panels[0]
    #expect(with.contours == without.contours)
    #expect(with.scale == without.scale)
    #expect(with.crowded == without.crowded)
  }

  @Test func `a fading path is fainter the older it is`() throws {
    let style = try PageTests.style(.column)
    var panel = Panel(try TestFields.landscape(seed: 4))
    var trail = Trail([Point(-0.8, 0), Point(0, 0.2), Point(0.8, 0)], label: "path")
    trail.fades = true
    panel.trails = [trail]
    var alphas: [Double] = []
    PageRules.lines(try contourFigure(panel, style: style).drawing.elements) {
      if $0.color.alpha < 1, $0.color.red == 1 { alphas.append($0.color.alpha) }
    }
    #expect(alphas.count >= 10)
    #expect(zip(alphas, alphas.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `a fading path is dashed where it jumps`() throws {
    var panel = Panel(try TestFields.landscape(seed: 4))
    var trail = Trail([Point(-0.8, 0), Point(0, 0.2), Point(0.8, 0)], label: "path")
    trail.fades = true
    trail.jumps = [1]
    panel.trails = [trail]
    var shades: [Bool] = []
    PageRules.lines(
      try contourFigure(panel, style: try PageTests.style(.column)).drawing.elements
    ) {
      if $0.color.red == 1, $0.color.alpha < 1 { shades.append(!$0.dash.isEmpty) }
    }
    // The older half whole, the newer dashed.
    #expect(shades == shades.sorted { !$0 && $1 })
    #expect(shades.contains(true) && shades.contains(false))
  }

  @Test func `the end of a path frames a mark in its place, and no other`() {
    let here = Point(10, 10)
    let marks: [(kind: Mark.Kind, at: Point)] = [
      (.end, here), (.minimum, here + Point(2, 0)), (.end, Point(90, 10)), (.centre, here),
    ]
    #expect(Mark.Kind.frames(marks, scale: 1) == [true, false, false, false])
  }

  @Test func `a label away from its dot has a leader, which keeps off paths and labels`() throws {
    let box = OrientedBox(center: Point(40, 0), width: 20, height: 8, angle: 0)
    let (from, to) = try #require(PlacedTrail.leader(from: Point(0, 0), to: box, scale: 1))
    #expect(abs(from.x - 3.5) < 1e-9 && abs(to.x - 28.8) < 1e-9)
    #expect(abs(from.y) < 1e-9 && abs(to.y) < 1e-9)
    let beside = OrientedBox(center: Point(16, 0), width: 20, height: 8, angle: 0)
    #expect(PlacedTrail.leader(from: Point(0, 0), to: beside, scale: 1) == nil)
  }
}
