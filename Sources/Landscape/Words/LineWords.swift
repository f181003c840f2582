import Figures

/// What can be read off curves, for who cannot see them.
///
/// - Parameters:
///   - panels: The curves.
///   - x: What the horizontal axis is, such as `λ`.
///   - place: How its values are written.
/// - Returns: A sentence for each line: its ends, and its least and greatest values in between.
func describe(
  _ panels: [LinePanel], over x: String, place: (Double) -> String = parameter
) -> String {
  panels.flatMap { panel in
    let title = panel.title.plain.capitalised
    return panel.lines.compactMap { line -> String? in
      guard let course = Course(line.points.filter { $0.x.isFinite && $0.y.isFinite }) else {
        return nil
      }
      let name = line.name.plain
      let subject = [title, name].filter { !$0.isEmpty }.joined(separator: ", ")
      return "\(subject): \(course.words(over: x, place))."
    }
  }.joined(separator: " ")
}

/// How a curve runs.
private struct Course {
  let first: Point
  let last: Point
  let least: Point
  let greatest: Point
  let isMonotone: Bool
  /// Whether all values are whole numbers.
  let isCount: Bool

  init?(_ points: [Point]) {
    let points = points.sorted { $0.x < $1.x }
    guard let first = points.first, let last = points.last,
      let least = points.min(by: { $0.y < $1.y }), let greatest = points.max(by: { $0.y < $1.y })
    else { return nil }
    (self.first, self.last, self.least, self.greatest) = (first, last, least, greatest)
    isCount = points.allSatisfy { $0.y == $0.y.rounded() && abs($0.y) < 1e6 }
    let steps = zip(points, points.dropFirst()).map { $1.y - $0.y }
    isMonotone = steps.allSatisfy { $0 >= 0 } || steps.allSatisfy { $0 <= 0 }
  }

  func words(over x: String, _ place: (Double) -> String) -> String {
    // Four digits: curves that hardly move still do. Counts are whole.
    func value(_ y: Double) -> String {
      isCount ? RichText(number: y).plain : RichText(measured: y, significantDigits: 4).plain
    }
    func at(_ point: Point) -> String { "\(value(point.y)) at \(x) = \(place(point.x))" }
    guard first != last else { return at(first) }
    guard first.y != last.y || !isMonotone else {
      return
        "\(value(first.y)) throughout, \(x) from \(place(first.x)) to \(place(last.x))"
    }
    if isMonotone {
      return "\(last.y > first.y ? "rises" : "falls") from \(at(first)) to \(at(last))"
    }
    var text = "from \(at(first)) to \(at(last))"
    if least != first, least != last { text += ", least \(at(least))" }
    if greatest != first, greatest != last { text += ", greatest \(at(greatest))" }
    return text
  }
}
