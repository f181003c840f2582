extension SurfacePicture {
  /// A dot at each station of a path that is in sight, with its label beside where there is room.
  ///
  /// Labels are placed as in planes: they touch neither paths, marks, other letters nor axes, and
  /// stand clear of the walls' edges if that can be.
  ///
  /// - Parameters:
  ///   - axes: The box's axes.
  ///   - marks: The marks in sight, which will be drawn over dots.
  ///   - sheet: The page.
  func drawStations(
    along axes: SurfaceAxes, keeping marks: [FigureLayout.MarkRecord], on sheet: inout Sheet
  ) {
    guard cell.panels.contains(where: { !$0.trails.isEmpty }), cell.norm != nil else { return }
    var paths: [OrientedBox] = []
    var stations: [(place: Point, label: RichText)] = []
    for (layer, panel) in cell.panels.enumerated() {
      for trail in panel.trails {
        paths += seenPath(trail, layer: layer)
        for station in trail.stations where trail.points.indices.contains(station.corner) {
          let at = trail.points[station.corner]
          guard box.axes.contains(at), cell.body.isSeen(at, layer: layer, from: camera),
            let place = cell.body.place(at, layer: layer)
          else { continue }
          stations.append((seen(place), station.label))
        }
      }
    }
    let solid =
      paths + axes.boxes(at: origin)
      + marks.map { OrientedBox(center: $0.position, width: 13 * s, height: 13 * s, angle: 0) }
    let edges = box.corners.indices.flatMap { i in
      box.corners[..<i].filter { corner in
        let step = box.corners[i] - corner
        return [step.x, step.y, step.z].count { $0 != 0 } == 1
      }
      .map { (seen($0), seen(box.corners[i])) }
    }
    let inner = frame.inset(by: 2.5 * s)
    for station in stations { sheet.station(at: station.place, scale: s) }
    for station in stations {
      let line = TextLine(station.label, size: Size.small * s, typeface: style.typeface)
      let letters = sheet.texts
      let spot = PlacedTrail.spot(
        for: line, beside: station.place, among: stations.map(\.place), scale: s,
        isAllowed: { box in
          let wide = box.grown(by: 1.5 * s)
          return box.corners.allSatisfy(inner.contains)
            && !solid.contains { $0.intersects(wide) }
            && !letters.contains {
              $0.box.intersects(box.grown(by: ($0.role == .station ? 4 : 2.4) * s))
            }
        },
        isClear: nil,
        isFree: { box in !edges.contains { box.intersects(from: $0, to: $1) } })
      if let spot { sheet.stationLabel(line, in: spot, scale: s) }
    }
  }

  /// Boxes along a path where it is in sight.
  private func seenPath(_ trail: Trail, layer: Int) -> [OrientedBox] {
    parts(of: trail, layer: layer).flatMap { part in
      // No denser than a label needs, as each look costs a ray.
      let corners = stride(from: 0, to: part.count - 1, by: 4).map { part[$0] } + part.suffix(1)
      return zip(corners, corners.dropFirst()).flatMap { from, to in
        [from, to].contains { cell.body.isSeen($0.at, layer: layer, from: camera) }
          ? FigureComposer.obstacles(along: [seen(from.place), seen(to.place)], width: 3 * s) : []
      }
    }
  }
}

extension SurfaceAxes {
  /// Boxes along axes and ticks on the page, where the box's origin is seen at a place.
  fileprivate func boxes(at origin: Point) -> [OrientedBox] {
    var boxes: [OrientedBox] = []
    var pen = origin
    for step in lines {
      switch step {
      case .move(let point): pen = point + origin
      case .line(let point):
        boxes += FigureComposer.obstacles(along: [pen, point + origin], width: 0.8)
        pen = point + origin
      default: break
      }
    }
    return boxes
  }
}
