import Algebra
import Synchronization

/// What a grid holds, computed in bands of neighbouring rows on several threads.
///
/// - Parameters:
///   - rows: Rows of the grid.
///   - columns: Points in a row.
///   - rowsAtOnce: Rows in a band; the last may have fewer. Bands depend on nothing else, and so
///     neither does what they hold.
///   - threads: The most threads to use.
///   - finished: What is there already, from the first row on; whole bands of it are taken over.
///   - save: Given all from the first row on that is ready, each time there is more and something
///     is left to do; by one thread at a time.
///   - body: Makes the points of a band, row-major.
/// - Returns: All points, row-major.
/// - Throws: What `save` and `body` throw.
func inBands<Point: Sendable>(
  rows: Int, columns: Int, rowsAtOnce: Int, threads: Int, resuming finished: [Point],
  save: @escaping @Sendable ([Point]) throws -> Void,
  _ body: @escaping @Sendable (_ rows: Range<Int>) throws -> [Point]
) throws -> [Point] {
  let bands = (rows + rowsAtOnce - 1) / rowsAtOnce
  let isWhole = finished.count >= rows * columns
  let done = columns == 0 || isWhole ? bands : finished.count / columns / rowsAtOnce
  let ready = Mutex(Ready(points: Array(finished.prefix(done * rowsAtOnce * columns)), next: done))
  try concurrently(bands - done, threads: threads) { index throws(any Error) in
    let band = done + index
    let part = try body(band * rowsAtOnce..<min((band + 1) * rowsAtOnce, rows))
    try ready.withLock { ready in
      let before = ready.next
      ready.add(part, at: band)
      if ready.next > before, ready.next < bands { try save(ready.points) }
    }
  }
  return ready.withLock { $0.points }
}

/// Bands that are ready: those before the first that is missing, in order, and those beyond.
private struct Ready<Point: Sendable>: Sendable {
  var points: [Point]
  /// The first band that is missing.
  var next: Int
  private var beyond: [Int: [Point]] = [:]

  init(points: [Point], next: Int) {
    self.points = points
    self.next = next
  }

  mutating func add(_ part: [Point], at band: Int) {
    beyond[band] = part
    while let part = beyond.removeValue(forKey: next) {
      points += part
      next += 1
    }
  }
}
