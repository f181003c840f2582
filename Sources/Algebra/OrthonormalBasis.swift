import CBLAS

/// Orthonormal vectors, kept one after the other in memory.
struct OrthonormalBasis: Sendable {
  let dimension: Int
  let capacity: Int
  private(set) var count = 0
  /// Row-major, `count` × `dimension`.
  private var rows: [Double] = []

  init(dimension: Int, capacity: Int) {
    self.dimension = dimension
    self.capacity = capacity
    rows.reserveCapacity(capacity * dimension)
  }

  var isFull: Bool { count >= capacity }

  /// Whether every vector is a combination of these.
  var isComplete: Bool { count >= dimension }

  subscript(index: Int) -> [Double] {
    Array(rows[index * dimension..<(index + 1) * dimension])
  }

  /// Adds a vector that is of length 1 and orthogonal to those before.
  mutating func append(_ vector: [Double]) {
    precondition(vector.count == dimension && !isFull, "a basis holds what it was made for")
    rows.append(contentsOf: vector)
    count += 1
  }

  /// Takes from a vector what lies along the basis, in at least two passes of classical
  /// Gram-Schmidt ("twice is enough": Giraud, Langou and Rozložník 2005).
  ///
  /// - Parameter vector: As long as the basis's vectors; afterwards the remainder.
  /// - Returns: What was taken, along each vector of the basis, and the remainder's length.
  func orthogonalise(_ vector: inout [Double]) -> (coefficients: [Double], beta: Double) {
    singleThreaded
    var total = [Double](repeating: 0, count: count)
    var beta = norm(vector)
    guard count > 0 else { return (total, beta) }
    // A third pass where the second still shrank the vector: near exhaustion both take off
    // rounding.
    for pass in 0..<3 {
      var part = [Double](repeating: 0, count: count)
      let (m, n) = (blas_integer(count), blas_integer(dimension))
      cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1, rows, n, vector, 1, 0, &part, 1)
      cblas_dgemv(CblasRowMajor, CblasTrans, m, n, -1, rows, n, part, 1, 1, &vector, 1)
      for i in total.indices { total[i] += part[i] }
      let before = beta
      beta = norm(vector)
      if pass > 0, beta > before / 2 { break }
    }
    return (total, beta)
  }

  /// Σ yᵢvᵢ.
  func combination(_ y: some Collection<Double>) -> [Double] {
    singleThreaded
    var result = [Double](repeating: 0, count: dimension)
    guard count > 0, dimension > 0 else { return result }
    let (m, n) = (blas_integer(count), blas_integer(dimension))
    cblas_dgemv(CblasRowMajor, CblasTrans, m, n, 1, rows, n, Array(y), 1, 0, &result, 1)
    return result
  }

  /// Replaces the vectors by `newCount` combinations of them, in place.
  ///
  /// - Parameters:
  ///   - coefficients: Row-major, newCount × count, orthonormal rows.
  ///   - newCount: No more than there are vectors.
  mutating func combine(_ coefficients: [Double], count newCount: Int) {
    precondition(
      newCount <= count && coefficients.count == newCount * count, "a basis shrinks to a subspace")
    let oldCount = count
    let n = dimension
    // A strip of columns at a time, so that no second basis is needed.
    let width = 512
    var strip = [Double](repeating: 0, count: newCount * width)
    for left in stride(from: 0, to: n, by: width) {
      let columns = min(width, n - left)
      rows.withUnsafeMutableBufferPointer { rows in
        guard let base = rows.baseAddress else { return }
        strip.withUnsafeMutableBufferPointer { strip in
          guard let target = strip.baseAddress else { return }
          coefficients.withUnsafeBufferPointer { coefficients in
            guard let factors = coefficients.baseAddress else { return }
            Double.multiply(
              m: newCount, n: columns, k: oldCount, alpha: 1, factors, lda: oldCount,
              transposeA: false, base + left, ldb: n, transposeB: false, beta: 0, into: target,
              ldc: width)
          }
          for i in 0..<newCount {
            (base + i * n + left).update(from: target + i * width, count: columns)
          }
        }
      }
    }
    rows.removeLast((oldCount - newCount) * n)
    count = newCount
  }
}
