/// The box that surfaces stand in: a floor of the plane's shape, whose longer side is 1, and over it
/// one or more layers of the scale's range.
struct SurfaceBox: Hashable, Sendable {
  let axes: Axes
  /// Half of the floor's sides.
  let half: SIMD2<Double>
  /// The height of the scale's range.
  let height: Double
  /// From one layer's lower end to the next one's.
  let pitch: Double
  /// From the floor to the first layer: room in which the floor is seen.
  let gap: Double
  let layers: Int

  /// Shapes a box.
  ///
  /// - Parameters:
  ///   - axes: What the floor shows.
  ///   - layers: How many surfaces stand over one another.
  ///   - hasEqualUnits: Whether both axes have the same unit.
  init(_ axes: Axes, layers: Int, hasEqualUnits: Bool) {
    self.axes = axes
    self.layers = layers
    let aspect = hasEqualUnits ? axes.aspect ?? 1 : 1
    half = aspect <= 1 ? [0.5, 0.5 * aspect] : [0.5 / aspect, 0.5]
    // A range as high as 0.55 of the side shows slopes of both kinds; layers leave one another free.
    height = layers == 1 ? 0.55 : 0.34
    pitch = 0.62
    gap = layers == 1 ? 0.24 : 0.2
  }

  var floor: Double { -gap }
  var top: Double { Double(layers - 1) * pitch + height }

  /// The place over the plane's point (x, y) at a position of a layer's scale.
  func place(_ x: Double, _ y: Double, unit: Double, layer: Int = 0) -> SIMD3<Double> {
    var place = self.floor(x, y)
    place.z = Double(layer) * pitch + unit * height
    return place
  }

  /// The place of the plane's point (x, y) on the floor.
  func floor(_ x: Double, _ y: Double) -> SIMD3<Double> {
    let (width, depth) = (
      axes.x.upperBound - axes.x.lowerBound, axes.y.upperBound - axes.y.lowerBound
    )
    return [
      ((x - axes.x.lowerBound) / width * 2 - 1) * half.x,
      ((y - axes.y.lowerBound) / depth * 2 - 1) * half.y, floor,
    ]
  }

  /// The signs of the floor's corner that is nearest to the eye.
  func near(_ camera: Camera) -> SIMD2<Double> {
    [camera.toward.x < 0 ? -1 : 1, camera.toward.y < 0 ? -1 : 1]
  }

  /// The eight corners.
  var corners: [SIMD3<Double>] {
    [floor, top].flatMap { z in
      [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { [$0.0 * half.x, $0.1 * half.y, z] }
    }
  }
}

/// Surfaces in a box, resampled, and what is seen of them.
struct SurfaceBody: Sendable {
  let box: SurfaceBox
  /// Each layer's surface, from the lowest up; none where no value is finite.
  let reliefs: [Relief]

  /// A layer's position on the scale over the plane's point of fractional indices i and j, cut to
  /// the scale's ends; nil where the field is missing.
  private func unit(_ layer: Int, _ i: Double, _ j: Double) -> Double? {
    let relief = reliefs[layer]
    let (columns, rows) = (relief.xs.count, relief.ys.count)
    let (column, row) = (min(max(Int(i), 0), columns - 2), min(max(Int(j), 0), rows - 2))
    let corner = row * columns + column
    let corners = [corner, corner + 1, corner + columns, corner + columns + 1]
    if !relief.missing.isEmpty, corners.contains(where: { relief.missing[$0] }) { return nil }
    let (s, t) = (i - Double(column), j - Double(row))
    let units = corners.map { min(max(relief.units[$0], 0), 1) }
    return (units[0] * (1 - s) + units[1] * s) * (1 - t)
      + (units[2] * (1 - s) + units[3] * s) * t
  }

  /// The place on a layer's surface over a point of the plane, or nil where the field is missing.
  func place(_ at: Point, layer: Int) -> SIMD3<Double>? {
    guard reliefs.indices.contains(layer) else { return nil }
    let floor = box.floor(at.x, at.y)
    let relief = reliefs[layer]
    return unit(
      layer, index(of: floor.x, in: relief.xs, range: box.axes.x, half: box.half.x),
      index(of: floor.y, in: relief.ys, range: box.axes.y, half: box.half.y)
    ).map { box.place(at.x, at.y, unit: $0, layer: layer) }
  }

  /// Whether nothing stands between the eye and a place on a layer's surface.
  ///
  /// The ray toward the eye is followed in steps of half a cell; it is blocked where it passes from
  /// one side of a surface to the other.
  ///
  /// - Parameters:
  ///   - at: A point of the plane.
  ///   - layer: The layer.
  ///   - camera: The eye.
  /// - Returns: Whether it is seen.
  func isSeen(_ at: Point, layer: Int, from camera: Camera) -> Bool {
    guard let start = place(at, layer: layer) else { return false }
    let toward = camera.toward
    let cells = max(reliefs[layer].xs.count, reliefs[layer].ys.count) - 1
    var end = toward.z > 1e-9 ? (box.top - start.z) / toward.z : 4
    for (place, step, half) in [
      (start.x, toward.x, box.half.x), (start.y, toward.y, box.half.y),
    ] where abs(step) > 1e-9 {
      end = min(end, ((step > 0 ? half : -half) - place) / step)
    }
    let steps = max(2, Int((end * 2 * Double(cells)).rounded(.up)))
    let slack = 2e-3 * box.height
    for other in layer..<reliefs.count {
      let relief = reliefs[other]
      var isAbove: Bool? = other == layer
      for step in 1...steps {
        let t = end * Double(step) / Double(steps)
        let place = start + toward * t
        let i = index(of: place.x, in: relief.xs, range: box.axes.x, half: box.half.x)
        let j = index(of: place.y, in: relief.ys, range: box.axes.y, half: box.half.y)
        guard let unit = unit(other, i, j) else {
          isAbove = nil
          continue
        }
        let height = Double(other) * box.pitch + unit * box.height
        let difference = place.z - height + (isAbove == false ? -slack : slack)
        if let isAbove, isAbove != (difference > 0) { return false }
        if isAbove == nil { isAbove = difference > 0 }
      }
    }
    return true
  }

  /// The fractional index of a coordinate of the box.
  private func index(
    of place: Double, in axis: [Double], range: ClosedRange<Double>, half: Double
  ) -> Double {
    let value =
      range.lowerBound + (place / half + 1) / 2 * (range.upperBound - range.lowerBound)
    let next = min(max(axis.partitioningIndex { $0 > value }, 1), axis.count - 1)
    return Double(next - 1) + (value - axis[next - 1]) / (axis[next] - axis[next - 1])
  }
}
