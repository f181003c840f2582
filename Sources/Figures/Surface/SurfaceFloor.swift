/// What lies on the floor of a box: contours of the lowest surface, and where it is missing.
extension SurfacePicture {
  /// A level that is drawn on the floor.
  struct FloorLevel {
    var value: Double
    /// In points at text scale 1.
    var width: Double
    var isSupplementary: Bool
    /// The middle between the colours on both sides.
    var color: Color
  }

  /// The scale's levels, then those between them.
  var floorLevels: [FloorLevel] {
    guard let norm = cell.norm else { return [] }
    let shared = norm.levels.values.enumerated().map { index, value in
      FloorLevel(
        value: value, width: norm.levels.isIndex[index] ? 1.3 : 0.7, isSupplementary: false,
        color: norm.colors[index].mixed(with: norm.colors[index + 1], 0.5))
    }
    return shared
      + cell.supplements.map { value in
        FloorLevel(
          value: value, width: 0.7, isSupplementary: true,
          color: norm.colors[norm.levels.values.partitioningIndex { $0 > value }])
      }
  }

  /// The contours of the lowest surface at a level, on the floor.
  private func floorLines(_ level: FloorLevel, _ norm: Norm) -> [[SIMD3<Double>]] {
    cell.body.reliefs[0].contour(at: norm.scale.unit(level.value)).lines
      .map { $0.map { box.floor($0.x, $0.y) } }
  }

  /// What is drawn on the floor.
  var contourRecords: [FigureLayout.ContourRecord] {
    guard let norm = cell.norm else { return [] }
    return floorLevels.compactMap { level in
      let lengths = floorLines(level, norm).map { Polyline($0.map(seen)).length }
      return lengths.max().map { longest in
        FigureLayout.ContourRecord(
          level: level.value, isSupplementary: level.isSupplementary, longest: longest,
          labelWidth: 0, lineWidth: level.width * s)
      }
    }
  }

  /// The contours and the missing part of the lowest surface, on the floor.
  func addFloor(_ mesh: inout SurfaceMesh, perPoint: Double) {
    guard let norm = cell.norm else { return }
    let relief = cell.body.reliefs[0]
    let above = SurfacePicture.behind + 0.2
    for (index, level) in floorLevels.enumerated() {
      for line in floorLines(level, norm) {
        let parts =
          level.isSupplementary
          ? mesh.dashes(of: line, dash: 3 * perPoint, gap: 2 * perPoint) : [line]
        for part in parts {
          mesh.add(
            line: part, width: level.width * perPoint,
            SurfaceMesh.Material.plain + 6 + Int32(index), nearer: above)
        }
      }
    }
    guard !relief.missing.isEmpty else { return }
    let columns = relief.xs.count
    for row in 0..<(relief.ys.count - 1) {
      for column in 0..<(columns - 1) {
        let corner = row * columns + column
        guard
          [corner, corner + 1, corner + columns, corner + columns + 1].contains(where: {
            relief.missing[$0]
          })
        else { continue }
        let (x0, x1) = (relief.xs[column], relief.xs[column + 1])
        let (y0, y1) = (relief.ys[row], relief.ys[row + 1])
        mesh.add(
          [box.floor(x0, y0), box.floor(x1, y0), box.floor(x1, y1), box.floor(x0, y1)],
          SurfaceMesh.Material.missing, nearer: above + 0.1)
      }
    }
  }
}
