import CBLAS

/// Vectors of one length, kept one after the other in memory: the rows of a matrix R.
struct VectorRows: Sendable {
  let dimension: Int
  private(set) var count = 0
  private var rows: [Double] = []

  init(dimension: Int, capacity: Int) {
    self.dimension = dimension
    rows.reserveCapacity(capacity * dimension)
  }

  subscript(index: Int) -> [Double] {
    Array(rows[index * dimension..<(index + 1) * dimension])
  }

  mutating func append(_ vector: [Double]) {
    precondition(vector.count == dimension, "rows are of one length")
    rows.append(contentsOf: vector)
    count += 1
  }

  /// R·x: ⟨rᵢ, x⟩ for each row, or for the last few of them.
  func products(with x: [Double], last: Int = .max) -> [Double] {
    singleThreaded
    let used = Swift.min(last, count)
    var result = [Double](repeating: 0, count: used)
    guard used > 0, dimension > 0 else { return result }
    let (m, n) = (blas_integer(used), blas_integer(dimension))
    rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      let first = base + (count - used) * dimension
      cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1, first, n, x, 1, 0, &result, 1)
    }
    return result
  }

  /// x ← x + factor·Σ yᵢrᵢ, over as many of the last rows as there are y.
  func add(_ factor: Double, times y: [Double], to x: inout [Double]) {
    singleThreaded
    guard !y.isEmpty, dimension > 0 else { return }
    let (m, n) = (blas_integer(y.count), blas_integer(dimension))
    rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      let first = base + (count - y.count) * dimension
      cblas_dgemv(CblasRowMajor, CblasTrans, m, n, factor, first, n, y, 1, 1, &x, 1)
    }
  }

  /// Σ yᵢrᵢ.
  func combination(_ y: some Collection<Double>) -> [Double] {
    var result = [Double](repeating: 0, count: dimension)
    add(1, times: Array(y), to: &result)
    return result
  }

  /// Replaces the rows by `newCount` combinations of them, in place.
  ///
  /// - Parameters:
  ///   - coefficients: Row-major, newCount × count.
  ///   - newCount: No more than there are rows.
  mutating func combine(_ coefficients: [Double], count newCount: Int) {
    precondition(
      newCount <= count && coefficients.count == newCount * count, "rows shrink to a subspace")
    let oldCount = count
    let n = dimension
    // A strip of columns at a time, so that no second matrix is needed.
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
