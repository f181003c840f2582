import Foundation
import Testing

@testable import Figures

@Suite struct SurfaceFilmTests {
  private func style() throws -> FigureStyle {
    var style = try PageTests.style(PageFormat(width: 400, textScale: 1.2))
    style.xTitle = "*α*, direction 1"
    style.yTitle = "*β*, direction 2"
    return style
  }

  @Test(arguments: [Sharing.shared, .excess])
  func `over λ the page, the scale and the camera stand still`(sharing: Sharing) throws {
    var style = try style()
    style.sharing = sharing
    let lambdas = [0.01, 0.1, 1, 3]
    let film = try SurfaceFilm(
      base: TestFields.field(21, SweepFigureTests.base),
      penalty: TestFields.field(21, SweepFigureTests.penalty).values, lambdas: lambdas,
      minima: lambdas.map { Point((0.5 - 0.5 * $0) / (1 + $0), 0) },
      options: SurfaceFigureTests.options(), style: style)
    let layouts = try (0..<film.count).map { try film.figure(at: $0).layout }
    for layout in layouts {
      #expect(layout.panels[0].camera == layouts[0].panels[0].camera)
      #expect(layout.panels[0].scale == layouts[0].panels[0].scale)
      #expect(layout.width == layouts[0].width && layout.height == layouts[0].height)
      #expect(layout.panels[0].marks.map(\.kind) == [.minimum])
      #expect(
        layout.texts.filter { $0.role != .timeline }
          == layouts[0].texts.filter { $0.role != .timeline })
    }
    for index in 0..<film.count { PageRules.check(try film.figure(at: index), style: style) }
    #expect(try film.figure(at: 1).drawing != film.figure(at: 2).drawing)
    // The minimum leaves a trail, from where λ began to rise to where the mark is.
    func trail(_ index: Int) throws -> [Stroke] {
      var strokes: [Stroke] = []
      PageRules.lines(try film.figure(at: index).drawing.elements) { stroke in
        if stroke.color.alpha < 1, stroke.color.alpha >= 0.6 { strokes.append(stroke) }
      }
      return strokes
    }
    #expect(try trail(0).isEmpty)
    #expect(try !trail(3).isEmpty)
    #expect(throws: FigureError.self) { try film.figure(at: 4) }
  }

  @Test func `a turntable goes once around, and its page stands still`() throws {
    let style = try style()
    let panel = try SurfaceFigureTests.panels([0.01], count: 15)[0]
    let film = try SurfaceFilm(
      around: panel, frames: 12, options: SurfaceFigureTests.options(), style: style)
    #expect(film.cameras[0].azimuth == -60 && film.cameras[11].azimuth == -90)
    for (camera, next) in zip(film.cameras, film.cameras.dropFirst()) {
      let turn = next.azimuth - camera.azimuth
      #expect(turn == 30 || turn == -330)
    }
    #expect(Set(film.cameras.map(\.elevation)).count == 1)
    let first = try film.figure(at: 0).layout
    for index in 0..<film.count {
      let figure = try film.figure(at: index)
      #expect(figure.layout.height == first.height)
      #expect(figure.layout.panels[0].frame == first.panels[0].frame)
      PageRules.check(figure, style: style)
    }
    #expect(throws: FigureError.self) {
      try SurfaceFilm(
        around: panel, frames: 1, options: SurfaceFigureTests.options(), style: style)
    }
  }
}
