/// A reference line on the page, with its label where it covers the least.
struct PlacedReference: Hashable, Sendable {
  var reference: Reference
  /// x of a vertical, y of a horizontal line.
  var place: Double
  /// None where no place beside the line is free.
  var label: TextLine?
  /// Where the label's baseline starts.
  var anchor: Point

  /// Places the references' labels beside their lines where they cover the least.
  static func place(
    _ references: [Reference], avoiding segments: [(Point, Point)], x: GraphAxis, y: GraphAxis,
    frame: Rectangle, style: PageStyle
  ) -> (placed: [PlacedReference], unplaced: [RichText]) {
    let s = style.format.textScale
    let capHeight = style.typeface.capHeight * Size.small * s
    var placed: [PlacedReference] = []
    var unplaced: [RichText] = []
    var boxes: [OrientedBox] = []
    let inner = frame.inset(by: 1.5 * s)
    let shown = references.filter { ($0.axis == .x ? x : y).shows($0.value) }
    let lines = shown.map { reference -> (Point, Point) in
      let axis = reference.axis == .x ? x : y
      let unit = axis.unit(reference.value) ?? 0
      let (across, up) = (frame.minX + unit * frame.width, frame.maxY - unit * frame.height)
      return reference.axis == .x
        ? (Point(across, frame.minY), Point(across, frame.maxY))
        : (Point(frame.minX, up), Point(frame.maxX, up))
    }
    for (number, reference) in shown.enumerated() {
      let (from, _) = lines[number]
      let text = TextLine(reference.label, size: Size.small * s, typeface: style.typeface)
      var best: (anchor: Point, box: OrientedBox, cost: Double)?
      for step in 0...24 where !text.runs.isEmpty {
        for side in [1.0, -1.0] {
          let share = 0.02 + 0.96 * Double(step) / 24
          // Beside a vertical line from the top; above or under a horizontal one from the right.
          let anchor =
            reference.axis == .x
            ? Point(
              side > 0 ? from.x + 3 * s : from.x - 3 * s - text.width,
              frame.minY + share * frame.height + capHeight / 2)
            : Point(
              frame.maxX - share * frame.width - text.width,
              side > 0 ? from.y - 3 * s : from.y + 3 * s + capHeight)
          let box = OrientedBox(
            center: Point(anchor.x + text.ink.midX, anchor.y + text.ink.midY),
            width: text.ink.width, height: text.ink.height, angle: 0)
          guard box.corners.allSatisfy(inner.contains) else { continue }
          let wide = box.grown(by: 1.5 * s)
          guard !boxes.contains(where: { $0.intersects(wide) }) else { continue }
          let covered = segments.count { wide.intersects(from: $0.0, to: $0.1) }
          let crossed = lines.indices.count {
            $0 != number && wide.intersects(from: lines[$0].0, to: lines[$0].1)
          }
          let cost =
            Double(min(covered, 20)) * 4 + Double(crossed) * 4 + share + (side > 0 ? 0 : 0.3)
          if cost < best?.cost ?? .infinity { best = (anchor, box, cost) }
        }
      }
      if let best { boxes.append(best.box) }
      placed.append(
        PlacedReference(
          reference: reference, place: reference.axis == .x ? from.x : from.y,
          label: best == nil ? nil : text, anchor: best?.anchor ?? from))
      if best == nil, !text.runs.isEmpty {
        unplaced.append("Dotted: " + reference.label + ".")
      }
    }
    for reference in references where !(reference.axis == .x ? x : y).shows(reference.value) {
      unplaced.append(
        "Outside: " + reference.label + " at " + RichText(measured: reference.value) + ".")
    }
    return (placed, unplaced)
  }
}
