/// A path through the plane, such as that of the minimum as λ grows.
public struct Trail: Hashable, Sendable {
  /// A corner of a path with a label beside it.
  public struct Station: Hashable, Sendable {
    /// Which of the path's corners.
    public var corner: Int
    /// What stands beside it, such as a value of λ.
    public var label: RichText

    /// Makes a station.
    public init(corner: Int, label: RichText) {
      self.corner = corner
      self.label = label
    }
  }

  /// Its corners in the plane's coordinates.
  public var points: [Point]
  /// Its name in the legend.
  public var label: RichText
  /// Corners with labels, each marked by a dot; a label for which there is no room is left out.
  public var stations: [Station] = []
  /// Corners from which the path jumps to the next one: those steps are dashed.
  public var jumps: Set<Int> = []
  /// What those steps are, in the legend.
  public var jumpLabel: RichText = "jump"
  /// Whether the path is fainter the farther it is from its end.
  public var fades = false
  /// Whether it ends in an arrowhead: a step, not a path that was gone.
  public var isArrow = false
  /// Whether it is thin and dark: one beside the path that counts.
  public var isThin = false

  /// Makes a trail.
  public init(_ points: [Point], label: RichText) {
    self.points = points
    self.label = label
  }
}

/// A trail on the page.
struct PlacedTrail {
  let trail: Trail
  /// Its corners.
  let points: [Point]
  /// Each station's dot, and its label where there was room.
  private(set) var stations: [(place: Point, label: TextLine, box: OrientedBox?)] = []

  /// Places trails and the labels of their stations.
  ///
  /// A label stands beside its dot, in the first of the directions around it where it touches
  /// neither the frame nor a mark, a path or another label, and crosses no contour if that can be.
  ///
  /// - Parameters:
  ///   - trails: The trails.
  ///   - axes: What the frame shows.
  ///   - frame: Where.
  ///   - marks: Boxes of the marks.
  ///   - isFree: Whether no contour crosses a box.
  ///   - style: Letters.
  /// - Returns: The trails in the same order.
  static func place(
    _ trails: [Trail], axes: Axes, frame: Rectangle, marks: [OrientedBox],
    isFree: (OrientedBox) -> Bool, style: FigureStyle
  ) -> [PlacedTrail] {
    let s = style.page.textScale
    var placed = trails.map { trail in
      PlacedTrail(
        trail: trail, points: trail.points.map { axes.place($0, in: frame) })
    }
    let paths = placed.flatMap { FigureComposer.obstacles(along: $0.points, width: 3 * s) }
    let inner = frame.inset(by: 2.5 * s)
    let dots = zip(trails, placed).flatMap { trail, placed in
      trail.stations.map(\.corner).filter(placed.points.indices.contains)
        .map { placed.points[$0] }
    }
    var labels: [OrientedBox] = []
    var leaders: [OrientedBox] = []
    for number in placed.indices {
      for station in trails[number].stations
      where placed[number].points.indices.contains(station.corner)
        && axes.contains(trails[number].points[station.corner])
      {
        let place = placed[number].points[station.corner]
        let text = TextLine(station.label, size: Size.small * s, typeface: style.typeface)
        let spot = spot(
          for: text, beside: place, among: dots, scale: s,
          isAllowed: { box in
            let wide = box.grown(by: 1.5 * s)
            // Two labels side by side would read as one.
            let apart = box.grown(by: 4 * s)
            return box.corners.allSatisfy(inner.contains)
              && !(paths + marks + leaders).contains { $0.intersects(wide) }
              && !labels.contains { $0.intersects(apart) }
          },
          isClear: { from, to in
            !(paths + labels + leaders).contains { $0.intersects(from: from, to: to) }
          }, isFree: isFree)
        if let spot {
          labels.append(spot)
          leaders += PlacedTrail.leaderBoxes(from: place, to: spot, scale: s)
        }
        placed[number].stations.append((place, text, spot))
      }
    }
    return placed
  }

  /// The best place for the label of a station: beside its dot, and nearer to it than to others, or
  /// at the end of a leader where these are wanted.
  ///
  /// - Parameters:
  ///   - text: The label.
  ///   - place: The dot.
  ///   - dots: All dots.
  ///   - s: The text scale.
  ///   - isAllowed: Whether the letters may have a box.
  ///   - isClear: Whether a leader may run between two points; nil where labels have none.
  ///   - isFree: Whether a box a little larger holds nothing that had better be kept off.
  /// - Returns: The letters' box, or nil where there is none.
  static func spot(
    for text: TextLine, beside place: Point, among dots: [Point], scale s: Double,
    isAllowed: (OrientedBox) -> Bool, isClear: ((_ from: Point, _ to: Point) -> Bool)?,
    isFree: (OrientedBox) -> Bool
  ) -> OrientedBox? {
    var best: (box: OrientedBox, cost: Double)?
    for (rank, direction) in directions.enumerated() {
      for distance in isClear == nil ? [5.5, 9, 13] : [5.5, 8.2, 11, 14, 18, 23, 28] {
        let half = Point(text.ink.width / 2, text.ink.height / 2)
        let box = OrientedBox(
          center: Point(
            place.x + direction.x * (distance * s + half.x),
            place.y + direction.y * (distance * s + half.y)),
          width: text.ink.width, height: text.ink.height, angle: 0)
        guard isAllowed(box) else { continue }
        if let isClear, let (from, to) = leader(from: place, to: box, scale: s) {
          // It leaves its own dot's path behind before it must keep off.
          let start = from + (to - from) * (2.5 * s / max((to - from).length, 1e-9))
          guard isClear(start, to) else { continue }
        } else {
          let reach = box.distance(to: place) - 1e-9
          guard dots.allSatisfy({ box.distance(to: $0) >= reach }) else { continue }
        }
        let cost = distance + 0.2 * Double(rank) + (isFree(box.grown(by: s)) ? 0 : 20)
        if cost < best?.cost ?? .infinity { best = (box, cost) }
      }
    }
    return best?.box
  }

  /// The line from a dot to its label, where the label is not beside the dot.
  static func leader(
    from place: Point, to box: OrientedBox, scale s: Double
  ) -> (from: Point, to: Point)? {
    guard box.distance(to: place) > 7.5 * s else { return nil }
    let end = Point(
      min(max(place.x, box.center.x - box.width / 2), box.center.x + box.width / 2),
      min(max(place.y, box.center.y - box.height / 2), box.center.y + box.height / 2))
    let step = (end - place) * (1 / (end - place).length)
    return (place + step * (3.5 * s), end - step * (1.2 * s))
  }

  /// What else must keep off the leader of a label, if there is one.
  private static func leaderBoxes(
    from place: Point, to box: OrientedBox, scale s: Double
  ) -> [OrientedBox] {
    guard let (from, to) = leader(from: place, to: box, scale: s) else { return [] }
    return FigureComposer.obstacles(along: [from, to], width: 2 * s)
  }

  /// Sixteen directions, the most usual for labels first.
  private static let directions: [Point] = {
    let (d, a, b) = (0.75, 0.92, 0.4)
    return [
      (1, 0), (-1, 0), (d, -d), (d, d), (-d, -d), (-d, d), (0, -1), (0, 1), (a, -b), (a, b),
      (-a, -b), (-a, b), (b, -a), (b, a), (-b, -a), (-b, a),
    ].map { Point($0.0, $0.1) }
  }()

  /// What the labels of contours must keep off.
  func obstacles(scale s: Double) -> [OrientedBox] {
    FigureComposer.obstacles(along: points, width: 3 * s)
      + stations.flatMap { place, _, box in
        box.map { [$0] + PlacedTrail.leaderBoxes(from: place, to: $0, scale: s) } ?? []
      }
  }
}

extension Sheet {
  /// Draws a path with a dark edge: its steps, its dots and its arrowhead.
  ///
  /// - Parameters:
  ///   - placed: The path.
  ///   - s: Its width in multiples of that in print.
  mutating func trail(_ placed: PlacedTrail, scale s: Double) {
    let (trail, points) = (placed.trail, placed.points)
    if trail.fades {
      fadingTrail(points, jumps: trail.jumps, scale: s)
    } else {
      let steps = zip(points, points.dropFirst()).enumerated()
      func runs(_ isWanted: (_ step: Int) -> Bool) -> [[Point]] {
        steps.filter { isWanted($0.offset) }.reduce(into: []) { runs, step in
          if runs.last?.last == step.element.0 {
            runs[runs.count - 1].append(step.element.1)
          } else {
            runs.append([step.element.0, step.element.1])
          }
        }
      }
      for run in runs(trail.jumps.contains) {
        stroke(Path(run), Stroke(.black, width: 2 * s))
        stroke(Path(run), Stroke(.white, width: 1.1 * s, dash: [3.2 * s, 2.4 * s]))
      }
      let solid = runs { !trail.jumps.contains($0) }
      if trail.isArrow {
        for run in solid { arrow(run, scale: s) }
      } else {
        for run in solid { self.trail(run, isThin: trail.isThin, scale: s) }
      }
    }
    for station in placed.stations { self.station(at: station.place, scale: s) }
  }

  /// Writes the labels of a path's stations.
  mutating func stationLabels(_ placed: PlacedTrail, scale s: Double) {
    for (place, label, box) in placed.stations {
      if let box { stationLabel(label, in: box, of: place, scale: s) }
    }
  }

  /// Draws the dot of a station: black with a white edge.
  mutating func station(at place: Point, scale s: Double) {
    let dot = Path(circleAt: place, radius: 1.5 * s)
    stroke(dot, Stroke(.white, width: 1.2 * s))
    fill(dot, .black)
  }

  /// Writes a station's label, black with a white edge that any colour bears, with a leader from its
  /// dot, if that is given, where it stands apart.
  mutating func stationLabel(
    _ label: TextLine, in box: OrientedBox, of place: Point? = nil, scale s: Double
  ) {
    if let place, let (from, to) = PlacedTrail.leader(from: place, to: box, scale: s) {
      stroke(Path([from, to]), Stroke(.white, width: 2 * s))
      stroke(Path([from, to]), Stroke(.black, width: 0.6 * s))
    }
    text(
      label, at: Point(box.center.x - label.ink.midX, box.center.y - label.ink.midY),
      color: .black, on: [.white], halo: Stroke(.white, width: 2.4 * s), role: .station)
  }

  /// A path that ends at the present and pales toward its past, in a number of shades.
  private mutating func fadingTrail(_ points: [Point], jumps: Set<Int>, scale s: Double) {
    let line = Polyline(points)
    guard line.length > 0 else { return }
    let shades = 12
    func draw(_ part: ClosedRange<Double>, width: Double, color: Color, dash: [Double] = []) {
      for shade in 0..<shades {
        let from = max(Double(shade) / Double(shades) * line.length, part.lowerBound)
        let to = min(Double(shade + 1) / Double(shades) * line.length, part.upperBound)
        guard from < to else { continue }
        var pale = color
        // No paler than is seen on every colour: 3 : 1.
        pale.alpha = 0.6 + 0.4 * Double(shade + 1) / Double(shades)
        stroke(Path(line.part(from: from, to: to)), Stroke(pale, width: width * s, dash: dash))
      }
    }
    draw(0...line.length, width: 2.4, color: .black)
    var start = 0
    for step in 1..<points.count
    where step == points.count - 1 || jumps.contains(step) != jumps.contains(start) {
      draw(
        line.distances[start]...line.distances[step], width: 1.1, color: .white,
        dash: jumps.contains(start) ? [3.2 * s, 2.4 * s] : [])
      start = step
    }
  }

  /// A black line with a white edge and a head, unlike any path.
  private mutating func arrow(_ points: [Point], scale s: Double) {
    let line = Polyline(points)
    guard let tip = points.last, line.length > 0 else { return }
    let length = min(6 * s, line.length)
    let base = line.point(at: line.length - length)
    let along = (tip - base) * (1 / max((tip - base).length, 1e-9))
    let side = Point(-along.y, along.x) * (0.42 * length)
    let shaft = Path(line.part(from: 0, to: max(line.length - 0.7 * length, 0)))
    let head = Path([base + side, tip, base - side], closed: true)
    stroke(shaft, Stroke(.white, width: 2.6 * s))
    stroke(head, Stroke(.white, width: 1.6 * s))
    stroke(shaft, Stroke(.black, width: 1.2 * s))
    fill(head, .black)
  }
}
