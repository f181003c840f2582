import Foundation

/// A box with its surfaces on the page: the picture, and over it axes, marks and labels.
struct SurfacePicture {
  let cell: SurfacePage.Cell
  let camera: Camera
  let frame: Rectangle
  let origin: Point
  /// Points to the length 1.
  let scale: Double
  let options: SurfaceOptions
  let style: FigureStyle
  /// Whether the heights have an axis.
  var hasHeights = true
  /// Where the minimum was in earlier pictures of a film, and how high: a trail in front of the
  /// surface, which has moved on.
  var past: [(at: Point, value: Double)] = []

  var s: Double { style.page.textScale }
  var box: SurfaceBox { cell.body.box }
  private var axes: SurfaceAxes {
    SurfaceAxes(
      box, norm: cell.norm, camera: camera, scale: scale, style: style, names: cell.names,
      hasHeights: hasHeights)
  }

  /// Floor, walls and their lines count as farther away than anything in the box.
  ///
  /// The floor lies under all surfaces and the walls behind, but the edge of a line as wide as the
  /// pen would stand out over a rim. On them lie lines, then edges, then contours, each farther above
  /// the last than a wide line sinks into a floor that slopes.
  static let behind = -10.0

  /// The place on the page of a place in the box.
  func seen(_ place: SIMD3<Double>) -> Point {
    let point = camera.project(place)
    return Point(origin.x + point.x * scale, origin.y - point.y * scale)
  }

  /// Draws it.
  ///
  /// - Parameters:
  ///   - bar: Where the colour bar stands, for the record.
  ///   - sheet: The page.
  /// - Returns: What stands where.
  /// - Throws: `FigureError` if the picture would have too many pixels.
  func draw(
    bar: Rectangle?, on sheet: inout Sheet
  ) throws(FigureError) -> FigureLayout.PanelRecord {
    let (raster, place) = try picture()
    sheet.elements.append(.image(raster, place))
    let axes = axes
    axes.draw(on: &sheet, origin: origin)
    var marks: [FigureLayout.MarkRecord] = []
    for (layer, panel) in cell.panels.enumerated() {
      for mark in panel.marks where cell.body.isSeen(mark.at, layer: layer, from: camera) {
        guard let place = cell.body.place(mark.at, layer: layer) else { continue }
        marks.append(
          FigureLayout.MarkRecord(
            kind: mark.kind, at: mark.at, position: seen(place), value: mark.value))
      }
    }
    drawStations(along: axes, keeping: marks, on: &sheet)
    if let norm = cell.norm {
      let places = past.filter { $0.value.isFinite && box.axes.contains($0.at) }.map { point in
        let unit = min(max(norm.scale.unit(point.value), 0), 1)
        return seen(box.place(point.at.x, point.at.y, unit: unit))
      }
      var trail = Trail([], label: "")
      trail.fades = true
      sheet.trail(PlacedTrail(trail: trail, points: places), scale: s)
    }
    sheet.marks(marks.map { ($0.kind, $0.position) }, scale: s)
    for layer in cell.body.reliefs.indices {
      labelCut(layer, isUpper: true, keeping: marks, on: &sheet)
      labelCut(layer, isUpper: false, keeping: marks, on: &sheet)
    }
    return FigureLayout.PanelRecord(
      title: cell.title.plain, frame: frame,
      xRange: [box.axes.x.lowerBound, box.axes.x.upperBound],
      yRange: [box.axes.y.lowerBound, box.axes.y.upperBound],
      xTicks: axes.xTicks, yTicks: axes.yTicks,
      scale: cell.norm.map { norm in
        FigureLayout.ScaleRecord(
          scale: norm.scale, levels: norm.levels.values, colors: norm.colors,
          hasLowerArrow: norm.hasLowerArrow, hasUpperArrow: norm.hasUpperArrow, hash: norm.hash,
          bar: bar)
      },
      contours: contourRecords, labels: [], marks: marks, crowded: 0,
      missingCount: cell.panels.reduce(0) { $0 + $1.field.missingCount }, camera: camera)
  }

  /// The picture of the box without its axes, on whole pixels of the page.
  func picture() throws(FigureError) -> (raster: Raster, place: Rectangle) {
    let pixel = 72 / options.dpi
    let corners = box.corners.map(seen)
    let pad = 2 * s
    func lower(_ value: Double) -> Double { ((value - pad) / pixel).rounded(.down) }
    func upper(_ value: Double) -> Double { ((value + pad) / pixel).rounded(.up) }
    let (left, right) = (lower(corners.map(\.x).min() ?? 0), upper(corners.map(\.x).max() ?? 0))
    let (top, bottom) = (lower(corners.map(\.y).min() ?? 0), upper(corners.map(\.y).max() ?? 0))
    guard (right - left) * (bottom - top) <= 0x1p26 else {
      throw FigureError(
        "A surface of \(Int(right - left)) × \(Int(bottom - top)) pixels is too large: at most "
          + "67108864 can be drawn; lower the resolution of \(options.dpi) dpi.")
    }
    let place = Rectangle(
      x: left * pixel, y: top * pixel, width: (right - left) * pixel,
      height: (bottom - top) * pixel)
    let samples = Double(SurfacePaint.oversampling) / pixel
    let mesh = mesh(samples: samples, corner: Point(place.x, place.y))
    let raster = paint(samples: samples)
      .raster(
        mesh, columns: Int(right - left), rows: Int(bottom - top), threads: options.threads)
    return (raster, place)
  }

  // MARK: - Colours of plain facets

  private var floorColor: Color { style.theme.background.mixed(with: style.theme.text, 0.07) }

  /// Walls, floor, the walls' lines, their edges, the edge and the core of paths, then the floor's
  /// contours.
  private var plainColors: [Color] {
    let (page, ink) = (style.theme.background, style.theme.text)
    return [
      page.mixed(with: ink, 0.035), floorColor, page.mixed(with: ink, 0.16),
      page.mixed(with: ink, 0.4), .black, .white,
    ]
      + floorLevels.map { level in
        (0...20).lazy.map { level.color.mixed(with: ink, Double($0) / 20) }
          .first { Contrast.ratio($0, floorColor) >= Contrast.line } ?? ink
      }
  }

  private func paint(samples: Double) -> SurfacePaint {
    SurfacePaint(
      norm: cell.norm, camera: camera, perPoint: s * samples, plain: plainColors,
      theme: style.theme)
  }

  // MARK: - What is in the box

  /// All facets: walls, floor, floor contours and surfaces.
  func mesh(samples: Double, corner: Point) -> SurfaceMesh {
    var mesh = SurfaceMesh(
      camera: camera, scale: scale * samples,
      origin: Point((origin.x - corner.x) * samples, (origin.y - corner.y) * samples))
    addWalls(&mesh, line: 0.5 * s * samples)
    if cell.norm != nil {
      addFloor(&mesh, perPoint: s * samples)
      for (layer, relief) in cell.body.reliefs.enumerated() {
        mesh.add(relief, layer: layer, in: box)
        for trail in cell.panels[layer].trails {
          add(trail, layer: layer, perPoint: s * samples, to: &mesh)
        }
      }
    }
    return mesh
  }

  /// The parts of a path that lie on a layer's surface, closely followed.
  func parts(of trail: Trail, layer: Int) -> [[(at: Point, place: SIMD3<Double>)]] {
    // As dense as the surface's own grid, nearly: between its points a path follows the surface.
    let step = (box.axes.x.upperBound - box.axes.x.lowerBound) / 200
    var parts: [[(at: Point, place: SIMD3<Double>)]] = [[]]
    for (from, to) in zip(trail.points, trail.points.dropFirst()) {
      let count = min(400, max(1, Int(((to - from).length / step).rounded(.up))))
      for number in 0...count {
        let at = from + (to - from) * (Double(number) / Double(count))
        if box.axes.contains(at), let place = cell.body.place(at, layer: layer) {
          parts[parts.count - 1].append((at, place))
        } else if parts.last?.isEmpty == false {
          parts.append([])
        }
      }
    }
    return parts.filter { $0.count > 1 }
  }

  /// A path, painted on a surface where it is not hidden.
  private func add(
    _ trail: Trail, layer: Int, perPoint: Double, to mesh: inout SurfaceMesh
  ) {
    let (edge, core) = (SurfaceMesh.Material.plain + 4, SurfaceMesh.Material.plain + 5)
    // A wide line is as deep everywhere across, and would be cut by a surface that slopes.
    let slope = 0.5 * 1.2 * s / scale
    for part in parts(of: trail, layer: layer) {
      let line = part.map(\.place)
      mesh.add(line: line, width: 2.4 * perPoint, edge, nearer: 6e-3 + slope)
      // Clear of the casing where the path bends as well.
      mesh.add(line: line, width: 1.1 * perPoint, core, nearer: 11e-3 + slope)
    }
  }

  /// The floor and the two walls behind, with a line at each tick.
  private func addWalls(_ mesh: inout SurfaceMesh, line width: Double) {
    let near = box.near(camera)
    let (x, y) = (-near.x * box.half.x, -near.y * box.half.y)
    let (low, high) = (box.floor, box.top)
    let (wall, floor, grid, edge) = (
      SurfaceMesh.Material.plain, SurfaceMesh.Material.plain + 1, SurfaceMesh.Material.plain + 2,
      SurfaceMesh.Material.plain + 3
    )
    let (w, d) = (box.half.x, box.half.y)
    let back = SurfacePicture.behind
    mesh.add(
      [[-w, -d, low], [w, -d, low], [w, d, low], [-w, d, low]], floor, nearer: back)
    mesh.add([[x, -d, low], [x, d, low], [x, d, high], [x, -d, high]], wall, nearer: back)
    mesh.add([[-w, y, low], [w, y, low], [w, y, high], [-w, y, high]], wall, nearer: back)
    func add(_ line: [SIMD3<Double>], _ material: Int32) {
      mesh.add(
        line: line, width: width, material, nearer: back + (material == edge ? 0.1 : 0.05))
    }
    if let norm = cell.norm {
      let length = box.height * scale * camera.up.z
      for layer in 0..<box.layers {
        for height in SurfaceAxes.heights(norm, length: length, style: style) {
          let z = Double(layer) * box.pitch + height.unit * box.height
          add([[x, -d, z], [x, y, z]], grid)
          add([[x, y, z], [x, d, z]], grid)
          add([[-w, y, z], [x, y, z]], grid)
          add([[x, y, z], [w, y, z]], grid)
        }
      }
    }
    let axes = axes
    for tick in axes.xTicks {
      let at = box.floor(tick.value, box.axes.y.lowerBound).x
      add([[at, y, low], [at, y, high]], grid)
      add([[at, -d, low], [at, d, low]], grid)
    }
    for tick in axes.yTicks {
      let at = box.floor(box.axes.x.lowerBound, tick.value).y
      add([[x, at, low], [x, at, high]], grid)
      add([[-w, at, low], [w, at, low]], grid)
    }
    for ring in [
      [[x, -d, low], [x, d, low], [x, d, high], [x, -d, high], [x, -d, low]],
      [[-w, y, low], [w, y, low], [w, y, high], [-w, y, high], [-w, y, low]],
    ] as [[SIMD3<Double>]] {
      add(ring, edge)
    }
  }

  // MARK: - Letters on a surface

  /// Writes a line with its middle at a point unless it would touch other letters or a mark.
  private func letter(
    _ line: TextLine, at middle: Point, keeping marks: [FigureLayout.MarkRecord],
    on sheet: inout Sheet
  ) -> Bool {
    let box = OrientedBox(
      center: middle, width: line.ink.width, height: line.ink.height, angle: 0)
    let isClear =
      !sheet.texts.contains { $0.box.grown(by: 1 * s).intersects(box.grown(by: 1 * s)) }
      && marks.allSatisfy { box.grown(by: ($0.kind.reach + 6) * s).distance(to: $0.position) > 0 }
    guard isClear else { return false }
    sheet.text(
      line, at: middle - Point(line.ink.midX - line.width / 2, line.ink.midY), .center,
      color: style.theme.text, on: [style.theme.background],
      halo: Stroke(style.theme.background, width: 2.4 * s), role: .contourLabel)
    return true
  }

  /// Names the value at which a surface is cut off, in the widest part of the plateau or the flat
  /// bottom.
  private func labelCut(
    _ layer: Int, isUpper: Bool, keeping marks: [FigureLayout.MarkRecord], on sheet: inout Sheet
  ) {
    guard let norm = cell.norm else { return }
    let relief = cell.body.reliefs[layer]
    let (columns, rows) = (relief.xs.count, relief.ys.count)
    // Steps to the nearest sample that is not cut off, or to the border.
    var depth = relief.units.indices.map { index in
      let isCut = isUpper ? relief.units[index] > 1 : relief.units[index] < 0
      return isCut && (relief.missing.isEmpty || !relief.missing[index]) ? Int.max : 0
    }
    guard depth.contains(Int.max) else { return }
    for (order, back) in [(Array(0..<rows), -1), (Array((0..<rows).reversed()), 1)] {
      for row in order {
        for column in back < 0 ? Array(0..<columns) : Array((0..<columns).reversed()) {
          let index = row * columns + column
          let isInside = { (i: Int, j: Int) in i >= 0 && j >= 0 && i < columns && j < rows }
          for (i, j) in [(column + back, row), (column, row + back)] {
            let beside = isInside(i, j) ? depth[j * columns + i] : 0
            if beside < depth[index] { depth[index] = beside + 1 }
          }
        }
      }
    }
    let line = TextLine(
      isUpper
        ? "> " + norm.name(ofEnd: norm.scale.upper) : "< " + norm.name(ofEnd: norm.scale.lower),
      size: Size.small * s, typeface: style.typeface)
    // Well inside: farther out letters would lie over the rim.
    let best = depth.indices.sorted { (depth[$0], -$0) > (depth[$1], -$1) }.prefix(4000)
    let deepest = best.first.map { depth[$0] } ?? 0
    for index in best where depth[index] > 0 && 3 * depth[index] >= 2 * deepest {
      let at = Point(relief.xs[index % columns], relief.ys[index / columns])
      guard cell.body.isSeen(at, layer: layer, from: camera),
        let place = cell.body.place(at, layer: layer)
      else { continue }
      if letter(line, at: seen(place), keeping: marks, on: &sheet) { return }
    }
  }
}
