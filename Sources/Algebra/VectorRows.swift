import Kernels

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
    precondition(x.count == dimension, "rows and vectors are of one length")
    let used = Swift.min(last, count)
    var result = [Double](repeating: 0, count: used)
    rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      kernel_row_products(base + (count - used) * dimension, used, dimension, x, &result)
    }
    return result
  }

  /// x ← x + factor·Σ yᵢrᵢ, over as many of the last rows as there are y.
  func add(_ factor: Double, times y: [Double], to x: inout [Double]) {
    precondition(
      x.count == dimension && y.count <= count, "rows and vectors are of one length")
    let coefficients = y.map { factor * $0 }
    rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      kernel_add_rows(
        base + (count - y.count) * dimension, y.count, dimension, coefficients, &x)
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
    var scratch = [Double](repeating: 0, count: 16 * (count + newCount))
    rows.withUnsafeMutableBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      kernel_combine_rows(base, count, dimension, coefficients, newCount, &scratch)
    }
    rows.removeLast((count - newCount) * dimension)
    count = newCount
  }
}
