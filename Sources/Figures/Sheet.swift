import Foundation

/// A page being filled: elements from the bottom up, and a record of every text.
struct Sheet {
  /// What has been drawn.
  var elements: [Drawing.Element] = []
  /// The texts among it.
  var texts: [FigureLayout.TextBox] = []

  /// Where a text stands relative to its anchor.
  enum Alignment: Double {
    case left = 0
    case center = 0.5
    case right = 1
  }

  mutating func fill(_ path: Path, _ color: Color) { elements.append(.fill(path, color)) }

  mutating func stroke(_ path: Path, _ stroke: Stroke) { elements.append(.stroke(path, stroke)) }

  /// Sets a line of text with its baseline through an anchor.
  ///
  /// - Parameters:
  ///   - line: The text.
  ///   - anchor: A point of the baseline.
  ///   - alignment: Which part of the text stands at the anchor.
  ///   - angle: Anticlockwise turn in radians.
  ///   - color: The letters' colour.
  ///   - backgrounds: Every colour under the letters.
  ///   - halo: An outline under the letters.
  ///   - role: What the text is for.
  mutating func text(
    _ line: TextLine, at anchor: Point, _ alignment: Alignment = .left, angle: Double = 0,
    color: Color, on backgrounds: [Color], halo: Stroke? = nil, role: FigureLayout.TextBox.Role
  ) {
    guard !line.runs.isEmpty else { return }
    let along = Point(cos(angle), -sin(angle))
    let across = Point(sin(angle), cos(angle))
    let origin = anchor - along * (line.width * alignment.rawValue)
    elements.append(
      .text(Text(runs: line.runs, origin: origin, angle: angle, color: color, halo: halo)))
    let center = origin + along * line.ink.midX + across * line.ink.midY
    texts.append(
      FigureLayout.TextBox(
        role: role, string: line.string, size: line.size,
        box: OrientedBox(
          center: center, width: line.ink.width, height: line.ink.height, angle: angle),
        angle: angle * 180 / .pi, color: color, backgrounds: halo.map { [$0.color] } ?? backgrounds
      ))
  }
  /// Sets lines of text below one another (beside one another if turned), centred.
  ///
  /// - Parameters:
  ///   - lines: The lines.
  ///   - start: The middle of the block's upper edge, as its reader sees it.
  ///   - angle: Anticlockwise turn in radians.
  ///   - color: The letters' colour.
  ///   - backgrounds: Every colour under the letters.
  ///   - role: What the text is for.
  mutating func texts(
    _ lines: [TextLine], startingAt start: Point, angle: Double, color: Color,
    on backgrounds: [Color], role: FigureLayout.TextBox.Role
  ) {
    let across = Point(sin(angle), cos(angle))
    var base = lines.first?.ascent ?? 0
    for line in lines {
      text(
        line, at: start + across * base, .center, angle: angle, color: color, on: backgrounds,
        role: role)
      base += line.size * Size.leading
    }
  }
}

extension [TextLine] {
  /// From the top of the first line's letters to the bottom of the last one's.
  var blockHeight: Double {
    guard let first, let last else { return 0 }
    return first.ascent + Double(count - 1) * first.size * Size.leading + last.descent
  }
}
