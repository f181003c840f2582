import Synchronization

/// The whole spectrum of an operator of small dimension, exactly: all its columns, then QL.
///
/// The matrix whose eigenvalues are returned is (A + Aᵀ)/2; how far A was from it is reported.
///
/// - Parameters:
///   - a: The operator; it is applied `dimension` times.
///   - vectors: Whether to find the eigenvectors too.
///   - limit: The largest dimension that is tried: 5000, which takes half a minute and 0.2 GB
///     without eigenvectors.
///   - threads: The most threads to apply the operator on; the result does not depend on it.
/// - Returns: The spectrum.
/// - Throws: ``SpectrumError`` above the limit, where a product is not finite, or where the
///   eigenvalues fail the matrix's own tests: its trace, its square, and the residuals of three.
public func denseSpectrum(
  of a: some LinearOperator, vectors: Bool = false, limit: Int = 5000, threads: Int = 1
) throws(SpectrumError) -> DenseSpectrum {
  let n = a.dimension
  guard n <= min(limit, DenseCost.largest) else {
    let bytes = DenseCost(dimension: n, vectors: vectors).bytes
    throw .tooLarge(dimension: n, limit: min(limit, DenseCost.largest), bytes: bytes)
  }
  var matrix = try denseMatrix(of: a, threads: threads)
  let defect = symmetrise(&matrix, n)
  let system = try symmetricEigensystem(
    of: consume matrix, dimension: n, vectors: vectors)
  return DenseSpectrum(system: system, symmetryDefect: defect)
}

/// The whole spectrum of an operator.
public struct DenseSpectrum: Sendable, Equatable {
  /// All eigenvalues, ascending, and the eigenvectors if they were asked for.
  public var system: Eigensystem
  /// max |aᵢⱼ − aⱼᵢ| / max |aᵢⱼ|: some 1e-15 for a symmetric operator, 0 for the zero operator.
  public var symmetryDefect: Double

  /// All eigenvalues, ascending.
  public var eigenvalues: [Double] { system.values }
}

/// What a dense spectrum will cost, known before it is begun.
public struct DenseCost: Sendable, Equatable {
  /// Products with the operator.
  public var products: Int
  /// Memory at its peak.
  public var bytes: Int
  /// Seconds in the eigensolver on one core of 2025, within a factor of two.
  public var solverSeconds: Double

  /// Above this the matrix takes 8 GB.
  static let largest = 32_000

  /// Estimates the cost.
  ///
  /// - Parameters:
  ///   - dimension: The operator's dimension n.
  ///   - vectors: Whether eigenvectors are to be found: they triple the memory.
  public init(dimension: Int, vectors: Bool) {
    let n = max(Double(dimension), 0)
    products = dimension
    let doubles = vectors ? n * n + (1 + 6 * n + 2 * n * n) : n * n + 3 * n
    bytes = Int(min(8 * doubles, 9e18))
    solverSeconds = (vectors ? Self.secondsWithVectors : Self.secondsWithout) * n * n * n
  }

  /// Measured at n = 1000 to 4000.
  private static let secondsWithout = 2.5e-10
  private static let secondsWithVectors = 4.5e-10

  /// The time to expect, in seconds.
  ///
  /// - Parameters:
  ///   - secondsPerProduct: What one product takes.
  ///   - threads: On how many threads products are made.
  /// - Returns: Products and solver together.
  public func seconds(secondsPerProduct: Double, threads: Int) -> Double {
    Double(products) * secondsPerProduct / Double(max(threads, 1)) + solverSeconds
  }
}

/// All columns of A, one a row: Aᵀ, row-major.
private func denseMatrix(
  of a: some LinearOperator, threads: Int
) throws(SpectrumError) -> [Double] {
  let n = a.dimension
  // Sixteen columns: wide enough for an operator that shares work, narrow enough to keep all
  // threads busy.
  let width = 16
  let blocks = (n + width - 1) / width
  let matrix = Mutex([Double](repeating: 0, count: n * n))
  try concurrently(blocks, threads: threads) { (block) throws(SpectrumError) in
    let columns = block * width..<min((block + 1) * width, n)
    let units = columns.map { column in
      var unit = [Double](repeating: 0, count: n)
      unit[column] = 1
      return unit
    }
    let products = try a.products(with: units)
    matrix.withLock { matrix in
      for (column, product) in zip(columns, products) {
        matrix.replaceSubrange(column * n..<(column + 1) * n, with: product)
      }
    }
  }
  return matrix.withLock { $0 }
}

/// Makes a matrix its own mean with its transpose, and returns by how much it was not.
private func symmetrise(_ matrix: inout [Double], _ n: Int) -> Double {
  var (defect, largest) = (0.0, 0.0)
  matrix.withUnsafeMutableBufferPointer { a in
    // In squares of 64, so that rows and columns both stay in the cache.
    for top in stride(from: 0, to: n, by: 64) {
      for left in stride(from: top, to: n, by: 64) {
        for i in top..<min(top + 64, n) {
          for j in max(left, i)..<max(min(left + 64, n), max(left, i)) {
            let (p, q) = (a[i * n + j], a[j * n + i])
            defect = max(defect, abs(p - q))
            largest = max(largest, abs(p), abs(q))
            let mean = p / 2 + q / 2
            a[i * n + j] = mean
            a[j * n + i] = mean
          }
        }
      }
    }
  }
  return largest == 0 ? 0 : defect / largest
}
