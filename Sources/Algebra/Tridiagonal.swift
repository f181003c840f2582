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
  /// - Throws: ``SpectrumError`` where an entry is not finite or the solver fails.
  public func eigenvalues() throws(SpectrumError) -> [Double] {
    try solve(vectors: false).values
  }

  /// The eigenvalues, ascending, and their eigenvectors.
  ///
  /// - Returns: m values, m vectors of m numbers.
  /// - Throws: ``SpectrumError`` where an entry is not finite or the solver fails.
  public func eigensystem() throws(SpectrumError) -> Eigensystem {
    try solve(vectors: true)
  }

  private func solve(vectors: Bool) throws(SpectrumError) -> Eigensystem {
    for part in [diagonal, offDiagonal] {
      if let index = part.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(what: "a tridiagonal matrix", index: index)
      }
    }
    let (scaled, scale) = scaled()
    let rows = vectors ? identity(diagonal.count) : []
    var system = try implicitQL(scaled, rows: rows)
    for index in system.values.indices { system.values[index] *= scale }
    return system
  }

  /// The matrix with entries of at most 1, whose squares neither overflow nor vanish, and by what it
  /// was divided: a power of two, so that nothing is rounded.
  private func scaled() -> (Tridiagonal, Double) {
    let scale = powerOfTwo(above: (diagonal + offDiagonal).reduce(0) { max($0, abs($1)) })
    return (
      Tridiagonal(
        diagonal: diagonal.map { $0 / scale }, offDiagonal: offDiagonal.map { $0 / scale }), scale
    )
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
