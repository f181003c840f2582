/// Orthonormal vectors.
struct OrthonormalBasis: Sendable {
  let capacity: Int
  private(set) var rows: VectorRows

  init(dimension: Int, capacity: Int) {
    self.capacity = capacity
    rows = VectorRows(dimension: dimension, capacity: capacity)
  }

  var dimension: Int { rows.dimension }
  var count: Int { rows.count }
  var isFull: Bool { count >= capacity }

  /// Whether every vector is a combination of these.
  var isComplete: Bool { count >= dimension }

  subscript(index: Int) -> [Double] { rows[index] }

  /// Adds a vector that is of length 1 and orthogonal to those before.
  mutating func append(_ vector: [Double]) {
    precondition(vector.count == dimension && !isFull, "a basis holds what it was made for")
    rows.append(vector)
  }

  /// Takes from a vector what lies along the basis, in passes of classical Gram-Schmidt ("twice is
  /// enough": Giraud, Langou and Rozložník 2005).
  ///
  /// A first pass along the newest vectors alone takes nearly all that a step of Lanczos leaves, and
  /// reads little memory. Passes along all follow until one has left more than half of the vector,
  /// as it then has left no rounding to speak of.
  ///
  /// - Parameters:
  ///   - vector: As long as the basis's vectors; afterwards the remainder.
  ///   - newest: Along how many vectors the first pass goes; 0 for no such pass.
  /// - Returns: What was taken, along each vector of the basis, and the remainder's length.
  func orthogonalise(
    _ vector: inout [Double], newest: Int = 0
  ) -> (coefficients: [Double], beta: Double) {
    var total = [Double](repeating: 0, count: count)
    guard count > 0 else { return (total, quickNorm(vector)) }
    if newest > 0 {
      let part = rows.products(with: vector, last: newest)
      rows.add(-1, times: part, to: &vector)
      for (i, x) in zip((count - part.count)..<count, part) { total[i] = x }
    }
    var beta = quickNorm(vector)
    for _ in 0..<3 {
      let part = rows.products(with: vector)
      rows.add(-1, times: part, to: &vector)
      for i in total.indices { total[i] += part[i] }
      let before = beta
      beta = quickNorm(vector)
      if beta > before / 2 { break }
    }
    return (total, beta)
  }

  /// Σ yᵢvᵢ.
  func combination(_ y: some Collection<Double>) -> [Double] { rows.combination(y) }

  /// Replaces the vectors by `newCount` combinations of them, in place.
  ///
  /// - Parameters:
  ///   - coefficients: Row-major, newCount × count, orthonormal rows.
  ///   - newCount: No more than there are vectors.
  mutating func combine(_ coefficients: [Double], count newCount: Int) {
    rows.combine(coefficients, count: newCount)
  }
}
