import Kernels

/// All eigenvalues, ascending, and on request the eigenvectors of a symmetric matrix.
///
/// By Householder's reduction to tridiagonal form and implicit QL steps (Martin, Reinsch and
/// Wilkinson 1968). In our own code, not a library's, so that the bits are the same on every machine:
/// sums have one order, and no product is fused with a sum. Errors are some ε·‖A‖.
///
/// - Parameters:
///   - matrix: n × n finite numbers, symmetric.
///   - n: Its dimension.
///   - vectors: Whether to find eigenvectors.
/// - Returns: The eigensystem.
/// - Throws: ``SpectrumError/noConvergence(routine:info:)`` where the QL steps do not converge, and
///   ``SpectrumError/wrongSpectrum(what:found:right:)`` where eigenvalues fail the matrix's own tests.
func symmetricEigensystem(
  of matrix: consuming [Double], dimension n: Int, vectors: Bool
) throws(SpectrumError) -> Eigensystem {
  let scale = powerOfTwo(above: matrix.reduce(0) { max($0, abs($1)) })
  if scale != 1 { for index in matrix.indices { matrix[index] /= scale } }
  let check = SpectrumCheck(matrix, dimension: n)
  let reduced = HouseholderReduction(of: consume matrix, dimension: n)
  let rows = vectors ? reduced.transformation() : []
  var system = try implicitQL(reduced.tridiagonal, rows: rows)
  try check.verify(system.values)
  if !vectors { try check.verifyPairs(reduced, system.values) }
  for index in system.values.indices { system.values[index] *= scale }
  return system
}

/// The least power of two that is not below a size; 1 for 0.
func powerOfTwo(above size: Double) -> Double {
  guard size > 0, size.isFinite else { return 1 }
  return Double(sign: .plus, exponent: min(max(size.exponent + 1, -1021), 1022), significand: 1)
}

/// The unit matrix, row-major.
func identity(_ n: Int) -> [Double] {
  var rows = [Double](repeating: 0, count: n * n)
  for i in 0..<n { rows[i * n + i] = 1 }
  return rows
}

/// A = Q·T·Qᵀ with T tridiagonal and Q a product of reflections I − u·uᵀ/h.
struct HouseholderReduction {
  let dimension: Int
  private(set) var tridiagonal: Tridiagonal
  /// Row i holds u of the reflection that made row i tridiagonal, before the diagonal; A stays above it.
  private(set) var matrix: [Double]
  /// h = ‖u‖²/2 of each; 0 for no reflection.
  private var halves: [Double]

  /// Reduces a matrix, from the last row to the first.
  ///
  /// Each step takes the last step's reflection off the matrix and multiplies by the next one's vector
  /// in the same pass, as memory is what it waits for.
  init(of matrix: consuming [Double], dimension n: Int) {
    dimension = n
    var diagonal = [Double](repeating: 0, count: n)
    var offDiagonal = [Double](repeating: 0, count: max(n - 1, 0))
    var halves = [Double](repeating: 0, count: n)
    // Of the last step: A − u·qᵀ − q·uᵀ is yet to be formed.
    var u = [Double](repeating: 0, count: n)
    var q = u
    var v = u
    var p = u
    matrix.withUnsafeMutableBufferPointer { a in
      guard let base = a.baseAddress else { return }
      for i in stride(from: n - 1, through: 0, by: -1) {
        let row = base + i * n
        for j in 0...i { row[j] -= u[i] * q[j] + q[i] * u[j] }
        diagonal[i] = row[i]
        guard i > 0 else { break }
        let size = (0..<i).reduce(0) { $0 + row[$1] * row[$1] }.squareRoot()
        let last = row[i - 1]
        let image = last < 0 ? size : -size
        // Where the row is tridiagonal already, no reflection is needed.
        let rest = (0..<i - 1).reduce(0) { $0 + row[$1] * row[$1] }
        for j in 0..<n { v[j] = j < i ? row[j] : 0 }
        if rest > 0 {
          v[i - 1] = last - image
          offDiagonal[i - 1] = image
          halves[i] = image * (image - last)
        } else {
          offDiagonal[i - 1] = last
        }
        row[i - 1] = v[i - 1]
        for j in 0..<i { p[j] = 0 }
        kernel_reflect_rows(base, n, i, u, q, v, &p)
        let h = halves[i]
        let factor = h > 0 ? 1 / h : 0
        var product = 0.0
        for j in 0..<i { product += v[j] * p[j] }
        let half = product * factor * factor / 2
        for j in 0..<n {
          u[j] = j < i && h > 0 ? v[j] : 0
          q[j] = j < i && h > 0 ? p[j] * factor - half * v[j] : 0
        }
      }
    }
    self.matrix = matrix
    self.halves = halves
    tridiagonal = Tridiagonal(diagonal: diagonal, offDiagonal: offDiagonal)
  }

  /// Qᵀ, row-major.
  func transformation() -> [Double] {
    let n = dimension
    var rows = identity(n)
    var products = [Double](repeating: 0, count: n)
    for i in 1..<max(n, 1) where halves[i] > 0 {
      let u = reflector(i)
      rows.withUnsafeMutableBufferPointer { rows in
        guard let base = rows.baseAddress else { return }
        kernel_row_products(base, i, n, u, &products)
        for j in 0..<i {
          var factor = -products[j] / halves[i]
          kernel_add_rows(u, 1, i, &factor, base + j * n)
        }
      }
    }
    return rows
  }

  /// Q·x: an eigenvector of A from one of T.
  func transformed(_ x: [Double]) -> [Double] {
    var y = x
    for i in 1..<max(dimension, 1) where halves[i] > 0 {
      let u = reflector(i)
      let factor = quickDot(u, y) / halves[i]
      for j in 0..<i { y[j] -= factor * u[j] }
    }
    return y
  }

  private func reflector(_ i: Int) -> [Double] {
    let n = dimension
    return (0..<n).map { $0 < i ? matrix[i * n + $0] : 0 }
  }
}

/// The eigenvalues of a tridiagonal matrix with entries of at most 1, ascending, and its eigenvectors
/// times given rows.
///
/// - Parameters:
///   - matrix: T.
///   - rows: Qᵀ, m × m, of which the result holds the eigenvectors of Q·T·Qᵀ; or nothing.
/// - Returns: The eigensystem.
/// - Throws: ``SpectrumError/noConvergence(routine:info:)`` after 60 steps for one eigenvalue, where
///   two or three are usual.
func implicitQL(_ matrix: Tridiagonal, rows: [Double]) throws(SpectrumError) -> Eigensystem {
  let m = matrix.diagonal.count
  guard m > 0 else { return Eigensystem(values: [], components: []) }
  var (d, e, rows) = (matrix.diagonal, matrix.offDiagonal + [0], rows)
  // What is below this has a square that vanishes beside any other.
  let tiny = 1e-150
  func isSplit(_ i: Int) -> Bool {
    abs(e[i]) <= max(.ulpOfOne / 2 * (abs(d[i]) + abs(d[i + 1])), tiny)
  }
  for first in 0..<m {
    var steps = 0
    while let last = (first..<m).first(where: { $0 == m - 1 || isSplit($0) }), last > first {
      guard steps < 60 else { throw .noConvergence(routine: "implicit QL", info: first) }
      steps += 1
      // Wilkinson's shift: the eigenvalue of the first two rows that is nearer to the first.
      let half = (d[first + 1] - d[first]) / (2 * e[first])
      let root = (half * half + 1).squareRoot()
      let shift = d[first] - e[first] / (half + (half < 0 ? -root : root))
      var g = d[last] - shift
      var (s, c, p) = (1.0, 1.0, 0.0)
      var i = last - 1
      var isInterrupted = false
      while i >= first {
        let (f, b) = (s * e[i], c * e[i])
        let r = (f * f + g * g).squareRoot()
        e[i + 1] = r
        if r <= tiny {
          // A whole step less: the matrix has come apart here.
          d[i + 1] -= p
          e[last] = 0
          isInterrupted = true
          break
        }
        (s, c) = (f / r, g / r)
        g = d[i + 1] - p
        let t = (d[i] - g) * s + 2 * c * b
        p = s * t
        d[i + 1] = g + p
        g = c * t - b
        if !rows.isEmpty {
          rows.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            kernel_rotate_rows(base + i * m, base + (i + 1) * m, m, c, s)
          }
        }
        i -= 1
      }
      if isInterrupted { continue }
      d[first] -= p
      e[first] = g
      e[last] = 0
    }
  }
  let order = (0..<m).sorted { (d[$0], $0) < (d[$1], $1) }
  return Eigensystem(
    values: order.map { d[$0] },
    components: rows.isEmpty ? [] : order.flatMap { rows[$0 * m..<($0 + 1) * m] })
}
