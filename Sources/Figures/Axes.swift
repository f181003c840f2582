/// The plane's part that a frame shows, and its ticks.
struct Axes: Hashable, Sendable {
  /// Left and right ends.
  let x: ClosedRange<Double>
  /// Lower and upper ends.
  let y: ClosedRange<Double>

  /// The axes of a field: from the first to the last sample, or half a cell beyond.
  init(_ field: Field, wholeCells: Bool) {
    x = Axes.extent(field.xs, wholeCells: wholeCells)
    y = Axes.extent(field.ys, wholeCells: wholeCells)
  }

  private static func extent(_ axis: [Double], wholeCells: Bool) -> ClosedRange<Double> {
    let (first, last) = (axis[0], axis[axis.count - 1])
    guard wholeCells else { return first...last }
    return (first - (axis[1] - first) / 2)...(last + (last - axis[axis.count - 2]) / 2)
  }

  /// Height over width for equal units, or nil where that would leave a sliver (beyond 1 : 2.5).
  var aspect: Double? {
    let ratio = (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound)
    return (0.4...2.5).contains(ratio) ? ratio : nil
  }

  /// The place on the page of a point of the plane.
  func place(_ point: Point, in frame: Rectangle) -> Point {
    Point(
      frame.minX + (point.x - x.lowerBound) / (x.upperBound - x.lowerBound) * frame.width,
      frame.maxY - (point.y - y.lowerBound) / (y.upperBound - y.lowerBound) * frame.height)
  }

  /// The point of the plane at a place on the page.
  func value(at place: Point, in frame: Rectangle) -> Point {
    Point(
      x.lowerBound + (place.x - frame.minX) / frame.width * (x.upperBound - x.lowerBound),
      y.lowerBound + (frame.maxY - place.y) / frame.height * (y.upperBound - y.lowerBound))
  }

  /// Whether a point lies in the shown part.
  func contains(_ point: Point) -> Bool { x.contains(point.x) && y.contains(point.y) }
}

/// Ticks with their labels measured.
struct MeasuredTicks: Hashable, Sendable {
  /// The ticks.
  let ticks: [Tick]
  /// Their labels, in the same order.
  let labels: [TextLine]

  /// An axis this long, 1.5 in in print, has four ticks at least, so that values can be read
  /// between them.
  private static let longAxis = 108.0

  /// Ticks for an axis of a length on the page, as many as fit without touching.
  ///
  /// - Parameters:
  ///   - range: The axis's ends.
  ///   - length: The axis's length in points.
  ///   - isHorizontal: Whether labels stand side by side rather than above one another.
  ///   - scale: The text scale.
  ///   - typeface: The letters.
  init(
    _ range: ClosedRange<Double>, length: Double, isHorizontal: Bool, scale: Double,
    typeface: any Typeface
  ) {
    let size = Size.small * scale
    func measured(_ count: Int) -> (ticks: [Tick], labels: [TextLine], fits: Bool) {
      let ticks = Figures.ticks(in: range, count: count)
      let labels = ticks.map { TextLine($0.label, size: size, typeface: typeface) }
      let places = ticks.map {
        ($0.value - range.lowerBound) / (range.upperBound - range.lowerBound) * length
      }
      let fits = places.indices.dropFirst().allSatisfy { index in
        let room = places[index] - places[index - 1]
        return isHorizontal
          ? room >= (labels[index].width + labels[index - 1].width) / 2 + 0.5 * size
          : room >= 1.4 * size
      }
      return (ticks, labels, fits)
    }
    var wanted = min(max(Int(length / (36 * scale)) + 1, 3), 6)
    var best = measured(wanted)
    while !best.fits, wanted > 2 {
      wanted -= 1
      best = measured(wanted)
    }
    if best.ticks.count < 4, length >= MeasuredTicks.longAxis * scale,
      let more = (wanted + 1..<9).lazy.map(measured).first(where: { $0.ticks.count >= 4 }),
      more.fits
    {
      best = more
    }
    (ticks, labels) = (best.ticks, best.labels)
  }

  /// The widest label.
  var width: Double { labels.map(\.width).max() ?? 0 }
}

extension Sheet {
  /// Draws a frame with its ticks outside.
  ///
  /// - Parameters:
  ///   - axes: What the frame shows.
  ///   - frame: Where.
  ///   - x: The horizontal axis's ticks.
  ///   - y: The vertical axis's ticks.
  ///   - labelsX: Whether the horizontal ticks are labelled.
  ///   - labelsY: Whether the vertical ticks are labelled.
  ///   - style: Colours and letters.
  mutating func axes(
    _ axes: Axes, in frame: Rectangle, x: MeasuredTicks, y: MeasuredTicks, labelsX: Bool,
    labelsY: Bool, style: FigureStyle
  ) {
    ticks(
      in: frame,
      x: zip(x.ticks, x.labels).map { tick, label in
        (axes.place(Point(tick.value, axes.y.lowerBound), in: frame).x, labelsX ? label : nil)
      },
      y: zip(y.ticks, y.labels).map { tick, label in
        (axes.place(Point(axes.x.lowerBound, tick.value), in: frame).y, labelsY ? label : nil)
      }, style: style)
  }

  /// Draws a frame with ticks at places of the page, outside its left and lower edge.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - x: Where ticks stand on the lower edge, and their labels.
  ///   - y: Where ticks stand on the left edge, and their labels.
  ///   - drop: Extra space above the horizontal labels, where raised digits would come near to the
  ///     vertical ones.
  ///   - style: Colours and letters.
  mutating func ticks(
    in frame: Rectangle, x: [(place: Double, label: TextLine?)],
    y: [(place: Double, label: TextLine?)], drop: Double = 0, style: FigureStyle
  ) {
    let s = style.page.textScale
    let line = Stroke(style.theme.text, width: 0.8 * s)
    let (length, gap) = (2.6 * s, 2 * s)
    let capHeight = style.typeface.capHeight * Size.small * s
    var marks: [Path.Step] = []
    for (place, label) in x {
      marks += [.move(Point(place, frame.maxY)), .line(Point(place, frame.maxY + length))]
      guard let label else { continue }
      // Centred on its digits: a minus sign hangs to the left.
      text(
        label, at: Point(place, frame.maxY + length + gap + drop + capHeight), .center,
        color: style.theme.text, on: [style.theme.background], role: .tick)
    }
    for (place, label) in y {
      marks += [.move(Point(frame.minX, place)), .line(Point(frame.minX - length, place))]
      guard let label else { continue }
      text(
        label, at: Point(frame.minX - length - gap, place + capHeight / 2), .right,
        color: style.theme.text, on: [style.theme.background], role: .tick)
    }
    stroke(Path(marks), line)
    stroke(frame.path, line)
  }
}
