/// How a bar is drawn.
struct BarLook: Hashable, Sendable {
  var color: Color
  /// Outlined and hatched: a value that is not sure.
  var isHollow: Bool
}

extension Sheet {
  /// Draws a bar.
  mutating func bar(_ look: BarLook, _ box: Rectangle, style: FigureStyle) {
    let s = style.page.textScale
    guard look.isHollow else {
      fill(box.path, look.color)
      return
    }
    let step = 3 * s
    var lines: [Path.Step] = []
    for index in 0..<Int(min((box.width + box.height) / step, 10_000)) + 1 {
      let x = box.minX + Double(index) * step
      lines += [.move(Point(x, box.minY)), .line(Point(x - box.height, box.maxY))]
    }
    elements.append(
      .clip(box.path, [.stroke(Path(lines), Stroke(look.color, width: 0.6 * s))]))
    stroke(box.path, Stroke(look.color, width: 0.8 * s))
  }
}
