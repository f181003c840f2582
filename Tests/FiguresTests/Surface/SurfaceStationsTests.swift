import Foundation
import Testing

@testable import Figures

@Suite struct SurfaceStationsTests {
  /// A path that winds to the centre, with a number at every second corner.
  static func trail(turn: Double = 0) -> Trail {
    var trail = Trail(
      (0...20).map { step in
        let t = Double(step) / 20
        return Point(0.8 * (1 - t) * cos(4 * t + turn), 0.7 * (1 - t) * sin(4 * t + 0.5 + turn))
      }, label: "checkpoints, numbered")
    trail.stations = stride(from: 0, through: 20, by: 2).map { .init(corner: $0, label: "\($0)") }
    return trail
  }

  /// Elements of a drawing that are as a station's dot is.
  private func dots(_ elements: [Drawing.Element], radius: Double) -> [Point] {
    elements.compactMap { element in
      guard case .fill(let path, .black) = element, path.steps.count == 6,
        case .move(let start) = path.steps[0]
      else { return nil }
      let center = Point(start.x - radius, start.y)
      return path == Path(circleAt: center, radius: radius) ? center : nil
    }
  }

  @Test(arguments: [PageFormat.column, .full, .slide], [0, 1.5, 3, 4.5])
  func `labels stand beside their dots, off paths, marks, letters and axes`(
    page: PageFormat, turn: Double
  ) throws {
    let style = try PageTests.style(page)
    let s = page.textScale
    var panel = try SurfaceFigureTests.panels([0.01], count: 25)[0]
    let trail = Self.trail(turn: turn)
    panel.trails = [trail]
    panel.marks.insert(Mark(.start, at: trail.points[0]), at: 0)
    let options = SurfaceFigureTests.options { $0.dpi = 20 }
    let composer = try SurfaceComposer([panel], options: options, style: style)
    let camera = composer.camera()
    let plan = try composer.page(cameras: [camera])
    let picture = SurfacePicture(
      cell: composer.cells[0], camera: camera, frame: plan.frames[0], origin: plan.origins[0],
      scale: plan.scale, options: options, style: style)
    let figure = try surfaceFigure([panel], options: options, style: style)
    PageRules.check(figure, style: style)
    let record = figure.layout.panels[0]
    let labels = figure.layout.texts.filter { $0.role == .station }
    #expect(labels.count >= 5)
    let dots = dots(figure.drawing.elements, radius: 1.5 * s)
    #expect(dots.count > labels.count - 1)
    let path = picture.parts(of: trail, layer: 0).flatMap { part in
      part.filter { picture.cell.body.isSeen($0.at, layer: 0, from: camera) }
        .map { picture.seen($0.place) }
    }
    for label in labels {
      #expect(label.color == .black && label.backgrounds == [.white])
      let corner = try #require(Int(label.string))
      let place = try #require(picture.cell.body.place(trail.points[corner], layer: 0))
      let reach = label.box.distance(to: picture.seen(place))
      #expect(reach <= 13 * s * 1.1)
      // It belongs to its own dot and no other.
      #expect(dots.allSatisfy { label.box.distance(to: $0) >= reach - 1e-6 })
      #expect(path.allSatisfy { label.box.distance(to: $0) > 1.2 * s })
      #expect(record.marks.allSatisfy { label.box.distance(to: $0.position) > 6 * s })
      #expect(label.box.corners.allSatisfy(record.frame.inset(by: 2 * s).contains))
      for (from, to) in zip(record.frame.path.steps, record.frame.path.steps.dropFirst()) {
        if case .line(let a) = from, case .line(let b) = to {
          #expect(!label.box.intersects(from: a, to: b))
        }
      }
    }
  }

  @Test func `dots lie under marks, and look as they do in planes`() throws {
    let style = try PageTests.style(.full)
    var panel = try SurfaceFigureTests.panels([0.01], count: 17)[0]
    panel.trails = [Self.trail()]
    // A mark on a station.
    panel.marks = [Mark(.start, at: panel.trails[0].points[0])]
    let surface = try surfaceFigure(
      [panel], options: SurfaceFigureTests.options { $0.dpi = 20 }, style: style)
    let plane = try contourFigure(panel, style: style)
    let mark = surface.layout.panels[0].marks[0].position
    let square = Path(
      [Point(-2.3, -2.3), Point(2.3, -2.3), Point(2.3, 2.3), Point(-2.3, 2.3)].map { $0 + mark },
      closed: true)
    let elements = surface.drawing.elements
    #expect(!dots(elements, radius: 1.5).isEmpty)
    let over = try #require(elements.lastIndex { $0 == .fill(square, .white) })
    let under = try #require(elements.lastIndex { !dots([$0], radius: 1.5).isEmpty })
    #expect(over > under)
    // The plane's dots lie in its clip.
    let clipped = plane.drawing.elements.contains { element in
      guard case .clip(_, let inner) = element else { return false }
      return !dots(inner, radius: 1.5).isEmpty
    }
    #expect(clipped)
  }

  @Test func `a path that leaves the slice and comes back is not joined across the gap`() throws {
    let style = try PageTests.style(.column)
    let options = SurfaceFigureTests.options()
    let panel = try SurfaceFigureTests.panels([0.01], count: 9)[0]
    let composer = try SurfaceComposer([panel], options: options, style: style)
    let picture = SurfacePicture(
      cell: composer.cells[0], camera: composer.camera(),
      frame: Rectangle(x: 0, y: 0, width: 100, height: 100), origin: Point(50, 50), scale: 50,
      options: options, style: style)
    let trail = Trail(
      [Point(-0.5, 0.5), Point(0, 1.5), Point(0.5, 0.5), Point(0.5, 0)], label: "path")
    let parts = picture.parts(of: trail, layer: 0)
    #expect(parts.count == 2)
    for part in parts {
      for (a, b) in zip(part, part.dropFirst()) { #expect((a.at - b.at).length < 0.02) }
    }
  }
}
