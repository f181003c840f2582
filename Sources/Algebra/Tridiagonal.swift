import CBLAS

/// A symmetric tridiagonal matrix: what Lanczos makes of an operator.
public struct Tridiagonal: Sendable, Equatable {
  /// α, m numbers.
  public var diagonal: [Double]
  /// β, m − 1 numbers: entries (i, i + 1) and (i + 1, i).
  public var offDiagonal: [Double]

  /// Makes a symmetric tridiagonal matrix.
  ///
  /// - Parameters:
  ///   - diagonal: α, m numbers.
  ///   - offDiagonal: β, m − 1 numbers.
  public init(diagonal: [Double], offDiagonal: [Double]) {
    precondition(
      offDiagonal.count == max(diagonal.count - 1, 0), "m rows have m − 1 entries off the diagonal")
    self.diagonal = diagonal
    self.offDiagonal = offDiagonal
  }

  /// The eigenvalues, ascending.
  ///
  /// - Returns: m numbers.
  /// - Throws: ``SpectrumError`` where an entry is not finite or LAPACK fails.
  public func eigenvalues() throws(SpectrumError) -> [Double] {
    try solve(vectors: false).values
  }

  /// The eigenvalues, ascending, and their eigenvectors.
  ///
  /// - Returns: m values, m vectors of m numbers.
  /// - Throws: ``SpectrumError`` where an entry is not finite or LAPACK fails.
  public func eigensystem() throws(SpectrumError) -> Eigensystem {
    try solve(vectors: true)
  }

  /// By LAPACK's divide and conquer.
  private func solve(vectors: Bool) throws(SpectrumError) -> Eigensystem {
    for part in [diagonal, offDiagonal] {
      if let index = part.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(what: "a tridiagonal matrix", index: index)
      }
    }
    guard !diagonal.isEmpty else { return Eigensystem(values: [], components: []) }
    singleThreaded
    let m = diagonal.count
    var (n, info) = (blas_integer(m), blas_integer(0))
    var values = diagonal
    // LAPACK wants a place to point to even where nothing is stored.
    var rest = offDiagonal + [0]
    var components = [Double](repeating: 0, count: vectors ? m * m : 1)
    var workSize = blas_integer(vectors ? 1 + 4 * m + m * m : 1)
    var indexSize = blas_integer(vectors ? 3 + 5 * m : 1)
    var work = [Double](repeating: 0, count: Int(workSize))
    var indices = [blas_integer](repeating: 0, count: Int(indexSize))
    var stride = n
    lapack_dstevd(
      vectors ? "V" : "N", &n, &values, &rest, &components, &stride, &work, &workSize, &indices,
      &indexSize, &info)
    guard info == 0 else { throw .noConvergence(routine: "dstevd", info: Int(info)) }
    return Eigensystem(values: values, components: vectors ? components : [])
  }
}

/// Eigenvalues and orthonormal eigenvectors.
public struct Eigensystem: Sendable, Equatable {
  /// The eigenvalues, ascending.
  public var values: [Double]
  /// Row-major, a row for each eigenvector, in the order of `values`; empty where only values were
  /// asked for.
  public var components: [Double]

  /// Makes a record of eigenvalues and eigenvectors.
  ///
  /// - Parameters:
  ///   - values: The eigenvalues, ascending.
  ///   - components: A row for each eigenvector, or nothing.
  public init(values: [Double], components: [Double]) {
    precondition(
      components.isEmpty || components.count == values.count * values.count,
      "an eigensystem has as many eigenvectors as eigenvalues")
    self.values = values
    self.components = components
  }

  /// The eigenvector of `values[index]`, of length 1.
  ///
  /// - Parameter index: Which one; eigenvectors must have been asked for.
  /// - Returns: As many numbers as there are eigenvalues.
  public func vector(_ index: Int) -> [Double] {
    Array(components[index * values.count..<(index + 1) * values.count])
  }
}
