import CBLAS
public import RealModule

/// A floating-point type that the linear algebra library knows: `Float` or `Double`.
public protocol Scalar: Real, BinaryFloatingPoint, Codable, Sendable {
  /// C ← α·op(A)·op(B) + β·C for row-major matrices, where op(X) is X or its transpose.
  ///
  /// - Parameters:
  ///   - m: Rows of op(A) and C.
  ///   - n: Columns of op(B) and C.
  ///   - k: Columns of op(A), rows of op(B).
  ///   - alpha: Factor of the product.
  ///   - a: m × k as stored, or k × m when transposed.
  ///   - lda: Elements from one stored row of A to the next.
  ///   - transposeA: Whether op(A) = Aᵀ.
  ///   - b: k × n as stored, or n × k when transposed.
  ///   - ldb: Elements from one stored row of B to the next.
  ///   - transposeB: Whether op(B) = Bᵀ.
  ///   - beta: Factor of what C holds; with 0, C need not be initialised.
  ///   - c: m × n.
  ///   - ldc: Elements from one row of C to the next.
  static func multiply(
    m: Int, n: Int, k: Int, alpha: Self, _ a: UnsafePointer<Self>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Self>, ldb: Int, transposeB: Bool, beta: Self,
    into c: UnsafeMutablePointer<Self>, ldc: Int)
}

extension Double: Scalar {
  /// By the BLAS.
  public static func multiply(
    m: Int, n: Int, k: Int, alpha: Double, _ a: UnsafePointer<Double>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Double>, ldb: Int, transposeB: Bool, beta: Double,
    into c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    singleThreaded
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blas_integer(m), blas_integer(n), blas_integer(k), alpha, a, blas_integer(lda), b,
      blas_integer(ldb), beta, c, blas_integer(ldc))
  }
}

extension Float: Scalar {
  /// By the BLAS.
  public static func multiply(
    m: Int, n: Int, k: Int, alpha: Float, _ a: UnsafePointer<Float>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Float>, ldb: Int, transposeB: Bool, beta: Float,
    into c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    singleThreaded
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blas_integer(m), blas_integer(n), blas_integer(k), alpha, a, blas_integer(lda), b,
      blas_integer(ldb), beta, c, blas_integer(ldc))
  }
}

/// Holds the library to one thread, once: its threads would multiply with ours.
let singleThreaded: Void = blas_use_one_thread()
