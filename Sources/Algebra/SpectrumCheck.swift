/// What a matrix says of its own spectrum: its trace, its square, and products with vectors.
///
/// A dense spectrum stands or falls as one, and nothing else would tell that it is wrong.
struct SpectrumCheck {
  private let dimension: Int
  private let diagonal: [Double]
  /// tr A = Σ μ.
  private let trace: Double
  /// ‖A‖² = Σ μ².
  private let square: Double

  /// Takes down what is needed of a symmetric matrix, row-major, before it is used up.
  init(_ matrix: borrowing [Double], dimension n: Int) {
    dimension = n
    var diagonal = [Double](repeating: 0, count: n)
    for i in 0..<n { diagonal[i] = matrix[i * n + i] }
    self.diagonal = diagonal
    trace = diagonal.reduce(into: CompensatedSum()) { $0.add($1) }.value
    square = quickDot(matrix, matrix)
  }

  /// Errors of a sum over the spectrum: ε·‖A‖ for each eigenvalue, and a hundred times that.
  private var allowance: Double {
    100 * Double(max(dimension, 1)) * .ulpOfOne * square.squareRoot()
  }

  /// Checks that the eigenvalues add up, and their squares.
  ///
  /// - Parameter values: All of them.
  /// - Throws: ``SpectrumError/wrongSpectrum(what:found:right:)``.
  func verify(_ values: [Double]) throws(SpectrumError) {
    let sum = values.reduce(into: CompensatedSum()) { $0.add($1) }.value
    guard abs(sum - trace) <= allowance else {
      throw .wrongSpectrum(what: "the sum of the eigenvalues", found: sum, right: trace)
    }
    let squares = values.reduce(into: CompensatedSum()) { $0.add($1 * $1) }.value
    guard abs(squares - square) <= allowance * max(square.squareRoot(), .leastNormalMagnitude)
    else {
      throw .wrongSpectrum(what: "the sum of their squares", found: squares, right: square)
    }
  }

  /// Checks the lowest, the middle and the highest eigenvalue by their residuals ‖A·x − μ·x‖.
  ///
  /// - Parameters:
  ///   - reduced: A's reduction, which still holds A above its diagonal.
  ///   - values: All eigenvalues, ascending.
  /// - Throws: ``SpectrumError/wrongSpectrum(what:found:right:)``.
  func verifyPairs(_ reduced: HouseholderReduction, _ values: [Double]) throws(SpectrumError) {
    let n = dimension
    for index in Set([0, n / 2, n - 1]).sorted() where n > 0 {
      let x = reduced.transformed(reduced.tridiagonal.eigenvector(near: values[index]))
      var product = zip(diagonal, x).map { $0 * $1 }
      for i in 0..<n {
        for j in i + 1..<max(n, i + 1) {
          let entry = reduced.matrix[i * n + j]
          product[i] += entry * x[j]
          product[j] += entry * x[i]
        }
      }
      let residual = norm(zip(product, x).map { $0 - values[index] * $1 })
      guard residual <= allowance else {
        throw .wrongSpectrum(
          what: "the residual of eigenvalue \(index + 1)", found: residual, right: 0)
      }
    }
  }
}

extension Tridiagonal {
  /// A vector of length 1 that T − value all but annuls, by two steps of inverse iteration.
  ///
  /// - Parameter value: An eigenvalue, to rounding.
  /// - Returns: As many numbers as T has rows.
  func eigenvector(near value: Double) -> [Double] {
    var random = RandomSource(seed: 0, purpose: "inverse iteration")
    var x = diagonal.map { _ in random.normal() }
    for _ in 0..<2 {
      x = solved(x, shift: value)
      // Solutions may be as long as 1/ε².
      let largest = x.reduce(0) { max($0, abs($1)) }
      x = x.map { $0 / largest }
      let size = norm(x)
      x = x.map { $0 / size }
    }
    return x
  }

  /// (T − shift)⁻¹·b by elimination with exchanges of rows; a pivot of 0 counts as ε·‖T‖.
  private func solved(_ b: [Double], shift: Double) -> [Double] {
    let m = diagonal.count
    let least = max(
      .ulpOfOne * (diagonal + offDiagonal).reduce(abs(shift)) { max($0, abs($1)) },
      1e-30)
    // U has three diagonals.
    var upper = [(Double, Double, Double)](repeating: (0, 0, 0), count: m)
    var y = b
    var row = (diagonal[0] - shift, m > 1 ? offDiagonal[0] : 0)
    for i in 0..<m {
      guard i < m - 1 else {
        upper[i] = (abs(row.0) < least ? least : row.0, 0, 0)
        break
      }
      let next = (
        offDiagonal[i], diagonal[i + 1] - shift, i + 1 < m - 1 ? offDiagonal[i + 1] : 0
      )
      if abs(next.0) > abs(row.0) {
        upper[i] = next
        let factor = row.0 / next.0
        y.swapAt(i, i + 1)
        y[i + 1] -= factor * y[i]
        row = (row.1 - factor * next.1, -factor * next.2)
      } else {
        let pivot = abs(row.0) < least ? least : row.0
        upper[i] = (pivot, row.1, 0)
        let factor = next.0 / pivot
        y[i + 1] -= factor * y[i]
        row = (next.1 - factor * row.1, next.2)
      }
    }
    for i in stride(from: m - 1, through: 0, by: -1) {
      if i + 1 < m { y[i] -= upper[i].1 * y[i + 1] }
      if i + 2 < m { y[i] -= upper[i].2 * y[i + 2] }
      y[i] /= upper[i].0
    }
    return y
  }
}
