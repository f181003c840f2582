/// Why a question about an operator's spectrum has no answer.
public enum SpectrumError: Error, Equatable, CustomStringConvertible {
  /// More eigenpairs than there are, or none, were asked for.
  case count(requested: Int, dimension: Int)
  /// An estimate needs at least so many steps, probes or products.
  case tooFew(what: String, found: Int, least: Int)
  /// A dense matrix of this dimension is above the limit.
  case tooLarge(dimension: Int, limit: Int, bytes: Int)
  /// The vectors that must be kept need more memory than is allowed.
  case memory(vectors: Int, dimension: Int, limit: Int)
  /// A vector handed in, or a product, is not as long as the operator's dimension.
  case length(of: String, found: Int, dimension: Int)
  /// A product or a vector holds a NaN or an infinity.
  case notFinite(what: String, index: Int)
  /// Products are finite, but the squares of their entries are not.
  case overflow
  /// A vector to start from is zero.
  case zeroStart
  /// A number that must be positive and finite is not.
  case notPositive(what: String, found: Double)
  /// The dense eigensolver did not converge.
  case noConvergence(routine: String, info: Int)
  /// A dense spectrum fails a test that the matrix sets it.
  case wrongSpectrum(what: String, found: Double, right: Double)

  /// One line: what was found, and what to do.
  public var description: String {
    switch self {
    case .count(_, 0):
      "the operator has no dimensions, and so no eigenpairs: give it parameters"
    case .count(let requested, let dimension):
      "cannot find \(requested) eigenpairs of an operator of dimension \(dimension): "
        + "ask for 1 to \(dimension)"
    case .tooFew(let what, let found, let least):
      "\(found) \(what) are too few: ask for at least \(least)"
    case .tooLarge(let dimension, let limit, let bytes):
      "a dense spectrum of dimension \(dimension) is above the limit of \(limit) and needs "
        + "\((bytes + 999_999) / 1_000_000) MB: raise the limit, or use Lanczos"
    case .memory(let vectors, let dimension, let limit):
      "\(vectors) vectors of \(dimension) numbers need more than the \(limit / 1_000_000) MB allowed: "
        + "ask for fewer steps or eigenpairs"
    case .length(let what, let found, let dimension):
      "\(what) has \(found) numbers, but the operator's dimension is \(dimension)"
    case .notFinite(let what, let index):
      "\(what) holds NaN or infinity at index \(index): "
        + "the curvature is not defined where the loss diverges"
    case .overflow:
      "a product is longer than 1e154, past which its square overflows: scale the operator down"
    case .zeroStart:
      "the vector to start from is zero: give one with a direction"
    case .notPositive(let what, let found):
      "\(what) is \(found): give a positive, finite number"
    case .noConvergence(let routine, let info):
      "\(routine) did not converge at eigenvalue \(info + 1) of a dense spectrum: estimate it instead "
        + "(--exact-limit 0)"
    case .wrongSpectrum(let what, let found, let right):
      "a dense spectrum is wrong: \(what) is \(found), where the matrix says \(right): run again, and if "
        + "that does not help estimate it (--exact-limit 0)"
    }
  }
}

extension LinearOperator {
  /// A·x, if it is a vector of numbers.
  func product(with x: [Double]) throws(SpectrumError) -> [Double] {
    let y = apply(to: x)
    try check(y, "a product")
    return y
  }

  /// A·x for each x of a block, if they are vectors of numbers.
  func products(with block: [[Double]]) throws(SpectrumError) -> [[Double]] {
    let products = apply(toBlock: block)
    for product in products { try check(product, "a product") }
    return products
  }

  /// Throws where a vector is not one of this operator's space.
  func check(_ x: [Double], _ what: String) throws(SpectrumError) {
    guard x.count == dimension else {
      throw .length(of: what, found: x.count, dimension: dimension)
    }
    // A sum of x·0 is 0 exactly where all of x is finite; far quicker than a test of each.
    var sum = SIMD8<Double>()
    let whole = x.count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      sum += x.withUnsafeBufferPointer { SIMD8($0[i..<i + 8]) } * 0
    }
    if sum.sum() == 0, x[whole...].allSatisfy(\.isFinite) { return }
    throw .notFinite(what: what, index: x.firstIndex { !$0.isFinite } ?? 0)
  }
}
