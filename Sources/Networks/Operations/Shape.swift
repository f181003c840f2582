/// Arithmetic of shapes: row-major, slowest dimension first.
enum Shape {
  /// How many numbers lie between neighbours along each dimension.
  static func steps(_ shape: [Int]) -> [Int] {
    var steps = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      steps[axis] = steps[axis + 1] * shape[axis + 1]
    }
    return steps
  }

  /// The shape that two go together in, aligned at their last dimensions; nil where they do not.
  static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    let (a, b) = (padded(a, to: rank), padded(b, to: rank))
    var shape: [Int] = []
    for (m, n) in zip(a, b) {
      guard m == n || m == 1 || n == 1 else { return nil }
      shape.append(m == 1 ? n : m)
    }
    return shape
  }

  /// For each number of a broadcast shape, in order, which number of the smaller shape it reads.
  static func sources(of shape: [Int], in smaller: [Int]) -> [Int] {
    let smaller = padded(smaller, to: shape.count)
    let steps = zip(steps(smaller), smaller).map { $1 == 1 ? 0 : $0 }
    return offsets(shape, steps: steps)
  }

  /// Σ index·step for each index of a shape, in row-major order.
  static func offsets(_ shape: [Int], steps: [Int], from start: Int = 0) -> [Int] {
    var result = [start]
    for (extent, step) in zip(shape, steps) {
      result = result.flatMap { first in (0..<extent).map { first + $0 * step } }
    }
    return result
  }

  private static func padded(_ shape: [Int], to rank: Int) -> [Int] {
    Array(repeating: 1, count: rank - shape.count) + shape
  }
}

extension NetworkBuilder {
  /// Refuses a shape that is empty or too large, before anything of its size is made.
  func check(_ shape: [Int]) throws(NetworkError) { _ = try Self.size(of: shape, at: place) }

  /// An axis counted from the front, where it was counted from the end (-1 is the last).
  func axis(_ axis: Int, of shape: [Int]) throws(NetworkError) -> Int {
    let axis = axis < 0 ? axis + shape.count : axis
    guard shape.indices.contains(axis) else {
      throw fault("names axis \(axis), which a shape of \(shape) does not have")
    }
    return axis
  }
}
