import Foundation
import Testing

@testable import Figures

@Suite struct ZBufferTests {
  /// A small landscape with hills that hide one another.
  static func bumps(_ count: Int = 17) throws -> Field {
    try TestFields.field(count) { x, y in
      1.2 + sin(4 * x + 1) * cos(5 * y) + 0.6 * x * y
    }
  }

  static func relief(_ field: Field) throws -> Relief {
    let range = try #require(field.range)
    return Relief(field, scale: try Scale(.linear, from: range.lowerBound, to: range.upperBound))
  }

  static func box(_ field: Field) -> SurfaceBox {
    SurfaceBox(Axes(field, wholeCells: false), layers: 1, hasEqualUnits: true)
  }

  static func whole(_ mesh: SurfaceMesh, side: Int) -> ZBuffer {
    var buffer = ZBuffer(width: side, rows: 0..<side)
    buffer.draw((0..<Int32(mesh.facets.count)).map { $0 }, of: mesh)
    return buffer
  }

  /// The nearest place at which a ray toward the eye leaves a relief's triangles: every triangle is
  /// tried, in the box's own coordinates and double precision.
  private func depth(
    _ relief: Relief, _ box: SurfaceBox, _ camera: Camera, right: Double, up: Double
  ) -> Double? {
    let start = camera.right * right + camera.up * up
    let ray = camera.toward
    var nearest: Double?
    let columns = relief.xs.count
    func corner(_ index: Int) -> SIMD3<Double> {
      box.place(relief.xs[index % columns], relief.ys[index / columns], unit: relief.units[index])
    }
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
    }
    for row in 0..<(relief.ys.count - 1) {
      for column in 0..<(columns - 1) {
        let a = row * columns + column
        let (b, c, d) = (a + 1, a + columns + 1, a + columns)
        let units = relief.units
        let isRising = abs(units[a] - units[c]) <= abs(units[b] - units[d])
        for corners in isRising ? [[a, b, c], [a, c, d]] : [[b, c, d], [b, d, a]] {
          let (p, q, r) = (corner(corners[0]), corner(corners[1]), corner(corners[2]))
          let (e, f) = (q - p, r - p)
          let h = cross(ray, f)
          let determinant = (e * h).sum()
          guard abs(determinant) > 1e-15 else { continue }
          let s = start - p
          let u = (s * h).sum() / determinant
          let k = cross(s, e)
          let v = (ray * k).sum() / determinant
          guard u >= 0, v >= 0, u + v <= 1 else { continue }
          let t = (f * k).sum() / determinant
          nearest = max(nearest ?? -.infinity, t)
        }
      }
    }
    return nearest
  }

  @Test func `what is seen is what a ray meets first, from 36 azimuths and 5 elevations`() throws {
    let field = try Self.bumps(9)
    let relief = try Self.relief(field)
    let box = Self.box(field)
    var random = TestFields.Seeded(state: 5)
    let side = 120
    // No sample lies on the box's edge from any azimuth.
    let origin = Point(60.013, 60.007)
    var hits = 0
    for azimuth in stride(from: -180.0, to: 180, by: 10) {
      for elevation in [5.0, 20, 35, 60, 90] {
        let camera = Camera(azimuth: azimuth, elevation: elevation)
        var mesh = SurfaceMesh(
          camera: camera, scale: 75, origin: origin)
        mesh.add(relief, layer: 0, in: box)
        let buffer = Self.whole(mesh, side: side)
        for _ in 0..<200 {
          let (column, row) = (
            Int.random(in: 0..<side, using: &random), Int.random(in: 0..<side, using: &random)
          )
          let seen = buffer.depths[row * side + column]
          func agrees(_ dx: Double, _ dy: Double) -> Bool {
            let reference = depth(
              relief, box, camera, right: (Double(column) + 0.5 + dx - origin.x) / 75,
              up: -(Double(row) + 0.5 + dy - origin.y) / 75)
            guard let reference else { return seen == -.infinity }
            return abs(reference - Double(seen)) < 2e-3
          }
          if seen > -.infinity { hits += 1 }
          // On an outline a ray a fiftieth of a sample beside may be the one that agrees.
          let isRight = [-0.02, 0, 0.02].contains { dx in
            [-0.02, 0, 0.02].contains { dy in agrees(dx, dy) }
          }
          #expect(
            isRight,
            "azimuth \(azimuth), elevation \(elevation), sample (\(column), \(row)), \(seen)")
        }
      }
    }
    #expect(hits > 5000)
  }

  @Test func `a surface without holes leaves no sample out, and rows do not depend on the cut`()
    throws
  {
    let field = try Self.bumps()
    let camera = Camera(azimuth: -50, elevation: 90)
    var mesh = SurfaceMesh(camera: camera, scale: 60, origin: Point(50, 50))
    mesh.add(try Self.relief(field), layer: 0, in: Self.box(field))
    let buffer = Self.whole(mesh, side: 100)
    // From above the outline is the floor's square, turned.
    for row in 0..<100 {
      for column in 0..<100 {
        let place = Point(Double(column) + 0.5 - 50, 50 - Double(row) - 0.5)
        let turned =
          SIMD3(camera.right.x, camera.right.y, 0) * place.x
          + SIMD3(camera.up.x, camera.up.y, 0) * place.y
        let isInside = abs(turned.x) < 30 - 1e-3 && abs(turned.y) < 30 - 1e-3
        let isOutside = abs(turned.x) > 30 + 1e-3 || abs(turned.y) > 30 + 1e-3
        let isSeen = buffer.facets[row * 100 + column] >= 0
        if isInside { #expect(isSeen) }
        if isOutside { #expect(!isSeen) }
      }
    }
    var parts: [Int32] = []
    for rows in [0..<7, 7..<64, 64..<100] {
      var part = ZBuffer(width: 100, rows: rows)
      part.draw((0..<Int32(mesh.facets.count)).map { $0 }, of: mesh)
      parts += part.facets
    }
    #expect(parts == buffer.facets)
  }
}
