import Algebra
import Figures

extension Trail {
  /// A path through the plane with numbers at the corners that do not lie close together: the last
  /// one, and those of even, round steps.
  ///
  /// - Parameters:
  ///   - points: Its corners; the first `numbers.count` of them are numbered.
  ///   - numbers: Ascending, such as epochs.
  ///   - width: Of what is shown, in the plane's coordinates.
  ///   - label: Its name in the legend.
  init(path points: [Point], numbers: [Int], width: Double, label: RichText) {
    self.init(points, label: label)
    guard let most = numbers.last else { return }
    let last = numbers.count - 1
    let every =
      (0..<18).lazy.flatMap { power in
        [1, 2, 5].map { $0 * (0..<power).reduce(1) { n, _ in n * 10 } }
      }
      .first { most / $0 <= 8 } ?? max(most, 1)
    var corners = [last]
    for corner in 0..<last where numbers[corner] > 0 && numbers[corner].isMultiple(of: every) {
      let isApart = (corners + [0]).allSatisfy { other in
        norm([points[corner].x - points[other].x, points[corner].y - points[other].y])
          > 0.06 * width
      }
      if isApart { corners.append(corner) }
    }
    stations = corners.sorted().map {
      Station(corner: $0, label: RichText(verbatim: "\(numbers[$0])"))
    }
  }
}
