import Dispatch
import Foundation
import Synchronization

/// What a surface's picture is painted with.
struct SurfacePaint: Sendable {
  /// Samples along each side of a pixel.
  static let oversampling = 3

  /// Light in the picture's own frame, from the upper left, as maps are lit.
  private static func light(_ camera: Camera) -> SIMD3<Double> {
    let sum = camera.right * -0.55 + camera.toward * 0.4 + SIMD3(0, 0, 0.65)
    return sum / (sum * sum).sum().squareRoot()
  }

  /// The least share of its light that a facet keeps.
  ///
  /// Light multiplies red, green and blue alike, so that hue stays: OKLab's L, a and b all shrink by
  /// ∛share. Half the light takes at most 100 · (1 − ∛0.5) = 20.6 of lightness, and never adds any:
  /// the facet that faces the light has the colour bar's colour.
  static let leastLight = 0.5
  private static let shades = 128

  /// The positions of the contours, increasing.
  let levels: [Float]
  /// Half of each contour's width in samples.
  let halfWidths: [Float]
  /// Colours of bands, of contours and of the plateau and the flat bottom with their hatching, by
  /// shade.
  private let bands: [[UInt32]]
  private let lines: [[UInt32]]
  private let plateau: (fill: [UInt32], hatch: [UInt32])
  private let bottom: (fill: [UInt32], hatch: [UInt32])
  private let missing: (fill: UInt32, hatch: UInt32)
  /// Colours of plain facets.
  private let plain: [UInt32]
  private let background: UInt32
  /// Between lines of hatching, and their width, in samples.
  private let hatching: (step: Int, width: Int)
  private let light: SIMD3<Float>

  /// Prepares paints.
  ///
  /// - Parameters:
  ///   - norm: Contours and colours; nil for a box without a surface.
  ///   - camera: Where the light follows.
  ///   - perPoint: Samples to a point of the page at text scale 1.
  ///   - plain: Colours of plain facets.
  ///   - theme: The page's colours.
  init(norm: Norm?, camera: Camera, perPoint: Double, plain: [Color], theme: Theme) {
    let colors = norm?.colors ?? [theme.missing.fill]
    levels = norm.map { norm in norm.levels.values.map { Float(norm.scale.unit($0)) } } ?? []
    halfWidths = (norm?.levels.isIndex ?? []).map { Float(($0 ? 0.9 : 0.5) / 2 * perPoint) }
    bands = colors.map(SurfacePaint.shaded)
    lines = zip(colors, colors.dropFirst()).map { below, above in
      SurfacePaint.shaded(Contrast.shade(on: [below, above], ratio: 2))
    }
    func hatched(_ color: Color) -> (fill: [UInt32], hatch: [UInt32]) {
      (
        SurfacePaint.shaded(color),
        SurfacePaint.shaded(color.mixed(with: Contrast.ink(on: [color]), 0.5))
      )
    }
    plateau = hatched(colors[colors.count - 1])
    bottom = hatched(colors[0])
    missing = (theme.missing.fill.pixel, theme.missing.hatch.pixel)
    self.plain = plain.map(\.pixel)
    background = theme.background.pixel
    hatching = (max(2, Int(4 * perPoint)), max(1, Int(0.6 * perPoint)))
    light = SIMD3<Float>(SurfacePaint.light(camera))
  }

  /// A colour under all shades of light.
  static func shaded(_ color: Color) -> [UInt32] {
    (0..<shades).map { shaded(color, light: Double($0) / Double(shades - 1)).pixel }
  }

  /// A colour under light from 0 (none from the lamp) to 1 (all).
  static func shaded(_ color: Color, light: Double) -> Color {
    let share = leastLight + (1 - leastLight) * light
    func part(_ value: Double) -> Double {
      let linear = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      let dimmed = share * linear
      return dimmed <= 0.003_130_8 ? 12.92 * dimmed : 1.055 * pow(dimmed, 1 / 2.4) - 0.055
    }
    return Color(red: part(color.red), green: part(color.green), blue: part(color.blue))
  }

  /// What is known of a facet while its samples are painted.
  private struct Face {
    var number: Int32 = -2
    var a = SurfaceVertex(x: 0, y: 0, depth: 0)
    var b = SurfaceVertex(x: 0, y: 0, depth: 0)
    var c = SurfaceVertex(x: 0, y: 0, depth: 0)
    var material: Int32 = 0
    var inverse: Float = 0
    /// Change of the position on the scale over a sample.
    var steepness: Float = 0
    var least: Float = 0
    var most: Float = 0
  }

  /// Paints rows of pixels.
  ///
  /// - Parameters:
  ///   - rows: Which rows of pixels.
  ///   - columns: Pixels in a row.
  ///   - numbers: The facets that reach into them.
  ///   - mesh: All facets.
  /// - Returns: The pixels.
  func pixels(
    rows: Range<Int>, columns: Int, numbers: [Int32], mesh: SurfaceMesh
  ) -> [UInt32] {
    let n = SurfacePaint.oversampling
    var buffer = ZBuffer(
      width: columns * n, rows: rows.lowerBound * n..<rows.upperBound * n)
    buffer.draw(numbers, of: mesh)
    var sums = [SIMD4<UInt32>](repeating: .zero, count: columns)
    var pixels: [UInt32] = []
    pixels.reserveCapacity(columns * rows.count)
    var face = Face()
    let painted = Float(mesh.scale)
    for row in rows {
      for column in 0..<columns { sums[column] = .zero }
      for line in row * n..<(row + 1) * n {
        let start = (line - rows.lowerBound * n) * columns * n
        for place in 0..<columns * n {
          let number = buffer.facets[start + place]
          let color: UInt32
          if number < 0 {
            color = background
          } else {
            if number != face.number { face = self.face(number, mesh, painted) }
            color = self.color(face, place, line)
          }
          sums[place / n] &+= SIMD4(color >> 16 & 255, color >> 8 & 255, color & 255, 0)
        }
      }
      let count = UInt32(n * n)
      for sum in sums {
        let mean = (sum &+ (count / 2)) / count
        pixels.append(mean.x << 16 | mean.y << 8 | mean.z)
      }
    }
    return pixels
  }

  private func face(_ number: Int32, _ mesh: SurfaceMesh, _ painted: Float) -> Face {
    let facet = mesh.facets[Int(number)]
    let (a, b, c) = (
      mesh.vertices[Int(facet.a)], mesh.vertices[Int(facet.b)], mesh.vertices[Int(facet.c)]
    )
    var face = Face(number: number, a: a, b: b, c: c, material: facet.material)
    let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
    face.inverse = 1 / area
    face.least = min(a.unit, b.unit, c.unit)
    face.most = max(a.unit, b.unit, c.unit)
    guard facet.material == SurfaceMesh.Material.surface else { return face }
    let x = ((b.unit - a.unit) * (c.y - a.y) - (c.unit - a.unit) * (b.y - a.y)) * face.inverse
    let y = ((c.unit - a.unit) * (b.x - a.x) - (b.unit - a.unit) * (c.x - a.x)) * face.inverse
    // Where the surface turns away from the eye, a line is no wider than paint on it would look
    // from its front, nearly: otherwise neighbouring lines would run together.
    let slope = (a.slopeX * a.slopeX + a.slopeY * a.slopeY).squareRoot()
    let height = Float(mesh.height)
    let onSurface = slope / height / (1 + slope * slope).squareRoot() / painted
    face.steepness = min((x * x + y * y).squareRoot(), 1.8 * onSurface)
    return face
  }

  @inline(__always)
  private func color(_ face: Face, _ column: Int, _ row: Int) -> UInt32 {
    if face.material >= SurfaceMesh.Material.plain {
      return plain[Int(face.material - SurfaceMesh.Material.plain)]
    }
    if face.material == SurfaceMesh.Material.missing {
      return isHatched(column, row) ? missing.hatch : missing.fill
    }
    let (a, b, c) = (face.a, face.b, face.c)
    let (x, y) = (Float(column) + 0.5 - a.x, Float(row) + 0.5 - a.y)
    let v = min(max((x * (c.y - a.y) - (c.x - a.x) * y) * face.inverse, 0), 1)
    let w = min(max(((b.x - a.x) * y - x * (b.y - a.y)) * face.inverse, 0), 1)
    let p = a.slopeX + v * (b.slopeX - a.slopeX) + w * (c.slopeX - a.slopeX)
    let q = a.slopeY + v * (b.slopeY - a.slopeY) + w * (c.slopeY - a.slopeY)
    var cosine = (light.z - p * light.x - q * light.y) / (1 + p * p + q * q).squareRoot()
    // Seen from below, through a hole.
    if face.inverse > 0 { cosine = -cosine }
    let shade = Int(min(max(cosine, 0), 1) * Float(SurfacePaint.shades - 1) + 0.5)
    if face.material != SurfaceMesh.Material.surface {
      let end = face.material == SurfaceMesh.Material.plateau ? plateau : bottom
      return isHatched(column, row) ? end.hatch[shade] : end.fill[shade]
    }
    let unit = min(
      max(a.unit + v * (b.unit - a.unit) + w * (c.unit - a.unit), face.least), face.most)
    var band = 0
    while band < levels.count, unit >= levels[band] { band += 1 }
    if band > 0, unit - levels[band - 1] < face.steepness * halfWidths[band - 1] {
      return lines[band - 1][shade]
    }
    if band < levels.count, levels[band] - unit < face.steepness * halfWidths[band] {
      return lines[band][shade]
    }
    return bands[band][shade]
  }

  private func isHatched(_ column: Int, _ row: Int) -> Bool {
    (column + row) % hatching.step < hatching.width
  }

  /// Paints a picture in bands of rows on several threads; no pixel depends on how they are cut.
  ///
  /// - Parameters:
  ///   - mesh: What is seen, in samples.
  ///   - columns: The picture's width in pixels.
  ///   - rows: Its height.
  ///   - threads: The most threads.
  /// - Returns: The picture.
  func raster(_ mesh: SurfaceMesh, columns: Int, rows: Int, threads: Int) -> Raster {
    let height = 16
    let count = (rows + height - 1) / height
    let samples = Float(height * SurfacePaint.oversampling)
    var members = [[Int32]](repeating: [], count: count)
    for (number, facet) in mesh.facets.enumerated() {
      let (a, b, c) = (
        mesh.vertices[Int(facet.a)].y, mesh.vertices[Int(facet.b)].y, mesh.vertices[Int(facet.c)].y
      )
      let first = max(0, Int((min(a, b, c) / samples).rounded(.down)))
      let last = min(count - 1, Int((max(a, b, c) / samples).rounded(.down)))
      guard first <= last else { continue }
      for band in first...last { members[band].append(Int32(number)) }
    }
    let numbers = members
    let bands = Mutex([[UInt32]](repeating: [], count: count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let band = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard band < count else { return }
        let part = pixels(
          rows: band * height..<min((band + 1) * height, rows), columns: columns,
          numbers: numbers[band], mesh: mesh)
        bands.withLock { $0[band] = part }
      }
    }
    return Raster(
      width: columns, height: rows, pixels: bands.withLock { $0 }.flatMap(\.self))
  }
}
