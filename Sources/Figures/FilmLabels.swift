/// Labels of contours that move from frame to frame.
///
/// Each rides on its contour. One that finds no room goes, and its level has none for a few frames,
/// so that no label seems to jump; one that would be seen for a few frames only is not shown at all.
struct FilmLabels: Sendable {
  /// Each frame's labels.
  private(set) var frames: [[ContourLabel]] = []
  /// Where each level had its label in the last frame.
  private var past: [Int: Point] = [:]
  /// How many frames ago a level lost its label.
  private var lost: [Int: Int] = [:]

  /// Frames for which a level rests once its label has gone, and for which one is seen at least: a
  /// quarter of a second at the usual rate.
  private static let rest = 5

  /// Adds a frame.
  ///
  /// - Parameters:
  ///   - plot: Its contours, at the levels of all frames.
  ///   - obstacles: What labels must keep off.
  mutating func add(_ plot: ContourPlot, avoiding obstacles: [OrientedBox]) {
    let labels = plot.labels(
      avoiding: obstacles, following: past,
      except: Set(lost.filter { $0.value < FilmLabels.rest }.keys))
    frames.append(labels)
    let before = past.keys
    past = Dictionary(uniqueKeysWithValues: labels.map { ($0.level, $0.box.center) })
    lost = lost.mapValues { $0 + 1 }.filter { past[$0.key] == nil }
    for level in before where past[level] == nil { lost[level] = 0 }
  }

  /// The frames without labels that are seen too shortly; one at the beginning or the end may have
  /// been there before, or stay.
  var lasting: [[ContourLabel]] {
    var result = frames
    for level in Set(frames.joined().map(\.level)) {
      let shown = frames.map { $0.contains { $0.level == level } }
      var start = 0
      while start < shown.count {
        let end = shown[start...].firstIndex { $0 != shown[start] } ?? shown.count
        if shown[start], start > 0, end < shown.count, end - start < FilmLabels.rest {
          for index in start..<end { result[index].removeAll { $0.level == level } }
        }
        start = end
      }
    }
    return result
  }
}
