/// Facets as a camera sees them, in samples of a picture.
struct SurfaceMesh: Sendable {
  private(set) var vertices: [SurfaceVertex] = []
  private(set) var facets: [Facet] = []

  /// What facets are made of; any number above is a plain colour.
  enum Material {
    /// Coloured by the scale.
    static let surface: Int32 = 0
    /// Cut off at the scale's upper end.
    static let plateau: Int32 = 1
    /// Cut off at the scale's lower end.
    static let bottom: Int32 = 2
    /// Where the field is missing, on the floor.
    static let missing: Int32 = 3
    static let plain: Int32 = 4
  }

  /// How places of the box become samples of the picture.
  let camera: Camera
  /// Samples to the length 1.
  let scale: Double
  /// The sample of the box's origin.
  let origin: Point
  /// The height of the scale's range.
  private(set) var height = 1.0

  /// Makes an empty mesh.
  init(camera: Camera, scale: Double, origin: Point) {
    self.camera = camera
    self.scale = scale
    self.origin = origin
  }

  private func vertex(_ place: SIMD3<Double>, nearer: Double = 0) -> SurfaceVertex {
    let seen = camera.project(place)
    return SurfaceVertex(
      x: Float(origin.x + seen.x * scale), y: Float(origin.y - seen.y * scale),
      depth: Float(seen.z + nearer))
  }

  private mutating func triangle(_ a: Int, _ b: Int, _ c: Int, _ material: Int32) {
    facets.append(Facet(a: Int32(a), b: Int32(b), c: Int32(c), material: material))
  }

  /// Adds a plain quadrilateral.
  ///
  /// - Parameters:
  ///   - corners: Its four corners in order.
  ///   - material: Its colour.
  ///   - nearer: How much nearer to the eye than it is it counts.
  mutating func add(_ corners: [SIMD3<Double>], _ material: Int32, nearer: Double) {
    let first = vertices.count
    vertices += corners.map { vertex($0, nearer: nearer) }
    triangle(first, first + 1, first + 2, material)
    triangle(first, first + 2, first + 3, material)
  }

  /// Adds a line as wide everywhere as a number of samples.
  mutating func add(
    line: [SIMD3<Double>], width: Double, _ material: Int32, nearer: Double
  ) {
    let ends = line.map { vertex($0, nearer: nearer) }
    for (from, to) in zip(ends, ends.dropFirst()) {
      let (dx, dy) = (to.x - from.x, to.y - from.y)
      let length = (dx * dx + dy * dy).squareRoot()
      guard length > 0 else { continue }
      let half = Float(width / 2) / length
      // A little longer than it is, so that no notch opens where it bends; the added part goes on
      // in depth as the line does, or it would cover what lies on the line beyond it.
      let (alongX, alongY) = (dx * half * 0.5, dy * half * 0.5)
      let alongDepth = (to.depth - from.depth) * min(1, half * 0.5)
      let (acrossX, acrossY) = (-dy * half, dx * half)
      let first = vertices.count
      for (end, way, side) in [(from, -1, 1), (from, -1, -1), (to, 1, -1), (to, 1, 1)]
        as [(SurfaceVertex, Float, Float)]
      {
        vertices.append(
          SurfaceVertex(
            x: end.x + way * alongX + side * acrossX, y: end.y + way * alongY + side * acrossY,
            depth: end.depth + way * alongDepth))
      }
      triangle(first, first + 1, first + 2, material)
      triangle(first, first + 2, first + 3, material)
    }
  }

  /// The dashes of a line, as long in the picture everywhere.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - dash: Samples to a dash.
  ///   - gap: Samples between dashes.
  /// - Returns: The dashes, the first at the line's start.
  func dashes(
    of line: [SIMD3<Double>], dash: Double, gap: Double
  ) -> [[SIMD3<Double>]] {
    var dashes: [[SIMD3<Double>]] = []
    var part = Array(line.prefix(1))
    var (isDrawn, left) = (true, dash)
    for (from, to) in zip(line, line.dropFirst()) {
      let step = (camera.project(to) - camera.project(from)) * scale
      let length = (step.x * step.x + step.y * step.y).squareRoot()
      var done = 0.0
      while length - done > left {
        done += left
        let end = from + (to - from) * (done / length)
        if isDrawn { dashes.append(part + [end]) }
        isDrawn.toggle()
        part = [end]
        left = isDrawn ? dash : gap
      }
      left -= length - done
      part.append(to)
    }
    if isDrawn, part.count > 1 { dashes.append(part) }
    return dashes
  }

  /// Adds a layer's surface, cut off at both ends of the scale and open where it is missing.
  mutating func add(_ relief: Relief, layer: Int, in box: SurfaceBox) {
    let (columns, rows) = (relief.xs.count, relief.ys.count)
    let first = vertices.count
    // Far beyond the scale's ends only the place of the cut matters.
    let units = relief.units.map { min(max($0, -0.25), 4) }
    let places = box.half * 2
    let perX = places.x / (relief.xs[columns - 1] - relief.xs[0])
    let perY = places.y / (relief.ys[rows - 1] - relief.ys[0])
    vertices.reserveCapacity(first + units.count)
    for row in 0..<rows {
      let (below, above) = (max(row - 1, 0), min(row + 1, rows - 1))
      for column in 0..<columns {
        let (left, right) = (max(column - 1, 0), min(column + 1, columns - 1))
        let unit = units[row * columns + column]
        var corner = vertex(
          box.place(relief.xs[column], relief.ys[row], unit: unit, layer: layer))
        corner.unit = Float(unit)
        corner.slopeX = Float(
          (units[row * columns + right] - units[row * columns + left]) * box.height
            / ((relief.xs[right] - relief.xs[left]) * perX))
        corner.slopeY = Float(
          (units[above * columns + column] - units[below * columns + column]) * box.height
            / ((relief.ys[above] - relief.ys[below]) * perY))
        vertices.append(corner)
      }
    }
    let missing = relief.missing.isEmpty ? nil : relief.missing
    self.height = box.height
    facets.reserveCapacity(facets.count + 2 * (columns - 1) * (rows - 1))
    for row in 0..<(rows - 1) {
      for column in 0..<(columns - 1) {
        let a = row * columns + column
        let (b, c, d) = (a + 1, a + columns + 1, a + columns)
        if let missing, missing[a] || missing[b] || missing[c] || missing[d] { continue }
        // Along the diagonal whose ends are nearer in height: ridges and valleys stay whole.
        if abs(units[a] - units[c]) <= abs(units[b] - units[d]) {
          add(first + a, first + b, first + c)
          add(first + a, first + c, first + d)
        } else {
          add(first + b, first + c, first + d)
          add(first + b, first + d, first + a)
        }
      }
    }
  }

  /// Adds a triangle of a surface, in parts where it crosses an end of the scale.
  private mutating func add(_ a: Int, _ b: Int, _ c: Int) {
    let (p, q, r) = (vertices[a].unit, vertices[b].unit, vertices[c].unit)
    if min(p, q, r) >= 0, max(p, q, r) <= 1 {
      triangle(a, b, c, SurfaceMesh.Material.surface)
      return
    }
    let corners = [a, b, c]
    let inside = cut(cut(corners, at: 0, keepsAbove: true), at: 1, keepsAbove: false)
    fan(inside, SurfaceMesh.Material.surface)
    fan(flat(cut(corners, at: 0, keepsAbove: false), at: 0), SurfaceMesh.Material.bottom)
    fan(flat(cut(corners, at: 1, keepsAbove: true), at: 1), SurfaceMesh.Material.plateau)
  }

  /// The part of a polygon on one side of a position of the scale.
  private mutating func cut(_ corners: [Int], at unit: Float, keepsAbove: Bool) -> [Int] {
    var kept: [Int] = []
    func isKept(_ corner: Int) -> Bool {
      keepsAbove ? vertices[corner].unit >= unit : vertices[corner].unit <= unit
    }
    for (from, to) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
      if isKept(from) { kept.append(from) }
      let (a, b) = (vertices[from].unit, vertices[to].unit)
      guard min(a, b) < unit, unit < max(a, b) else { continue }
      // From the lower end, so that both triangles of a side are cut at the same place.
      let (low, high) = a < b ? (vertices[from], vertices[to]) : (vertices[to], vertices[from])
      let t = (unit - low.unit) / (high.unit - low.unit)
      kept.append(vertices.count)
      vertices.append(
        SurfaceVertex(
          x: low.x + t * (high.x - low.x), y: low.y + t * (high.y - low.y),
          depth: low.depth + t * (high.depth - low.depth), unit: unit,
          slopeX: low.slopeX + t * (high.slopeX - low.slopeX),
          slopeY: low.slopeY + t * (high.slopeY - low.slopeY)))
    }
    return kept.count < 3 ? [] : kept
  }

  /// The same polygon pressed flat at a position of the scale.
  private mutating func flat(_ corners: [Int], at unit: Float) -> [Int] {
    let up = camera.project([0, 0, height])
    return corners.map { corner in
      var vertex = vertices[corner]
      let fall = Double(unit - vertex.unit)
      vertex.y -= Float(up.y * fall * scale)
      vertex.depth += Float(up.z * fall)
      (vertex.unit, vertex.slopeX, vertex.slopeY) = (unit, 0, 0)
      vertices.append(vertex)
      return vertices.count - 1
    }
  }

  private mutating func fan(_ corners: [Int], _ material: Int32) {
    for index in corners.indices.dropFirst(2) {
      triangle(corners[0], corners[index - 1], corners[index], material)
    }
  }
}
