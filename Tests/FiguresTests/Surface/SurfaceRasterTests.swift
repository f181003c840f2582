import Foundation
import Testing

@testable import Figures

@Suite struct SurfaceRasterTests {
  @Test(arguments: ColorMap.all)
  func `light takes at most 25 of a colour's lightness, adds none and keeps its hue`(
    map: ColorMap
  ) {
    for color in map.table {
      let full = SurfacePaint.shaded(color, light: 1)
      #expect(
        abs(full.red - color.red) + abs(full.green - color.green) + abs(full.blue - color.blue)
          < 1e-9)
      let bright = UniformColor(color)
      var last = bright.j
      for step in (0..<20).reversed() {
        let dark = UniformColor(SurfacePaint.shaded(color, light: Double(step) / 20))
        #expect(dark.j <= last + 1e-9)
        last = dark.j
        #expect(bright.j - dark.j <= 25, "\(map.name) \(color)")
        let (c, d) = (hypot(bright.a, bright.b), hypot(dark.a, dark.b))
        guard min(c, d) > 5 else { continue }
        let turn = abs(
          atan2(
            bright.a * dark.b - bright.b * dark.a, bright.a * dark.a + bright.b * dark.b))
        #expect(turn * 180 / .pi < 6, "\(map.name) \(color) turns by \(turn * 180 / .pi)°")
      }
    }
  }

  @Test func `outlines have nine samples to a pixel`() throws {
    // A slanted edge mixes page and floor in tenths; two values would be no smoothing at all.
    let theme = Theme.light
    var mesh = SurfaceMesh(
      camera: Camera(azimuth: -60, elevation: 30), scale: 180, origin: Point(150, 150))
    mesh.add(
      [[-0.5, -0.5, 0], [0.5, -0.5, 0], [0.5, 0.5, 0], [-0.5, 0.5, 0]],
      SurfaceMesh.Material.plain, nearer: 0)
    let paint = SurfacePaint(
      norm: nil, camera: mesh.camera, perPoint: 3, plain: [.black], theme: theme)
    let raster = paint.raster(mesh, columns: 100, rows: 100, threads: 1)
    let shades = Set(raster.pixels)
    #expect(shades.contains(Color.black.pixel) && shades.contains(theme.background.pixel))
    #expect(shades.count >= 8, "\(shades.count)")
    for pixel in shades {
      let share = Double(pixel & 255) / 255 * 9
      #expect(abs(share - share.rounded()) < 0.05)
    }
  }
}
