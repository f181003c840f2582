/// A symmetric linear map on vectors, known by what it does to them.
public protocol LinearOperator: Sendable {
  /// The length of the vectors.
  var dimension: Int { get }

  /// A·x.
  ///
  /// - Parameter x: A vector of `dimension` numbers.
  /// - Returns: A vector of the same length.
  func apply(to x: [Double]) -> [Double]

  /// A·x for several x at once.
  ///
  /// The default takes one after the other; an operator that can share work between them does
  /// better.
  ///
  /// - Parameter block: Vectors of `dimension` numbers.
  /// - Returns: As many vectors, in order.
  func apply(toBlock block: [[Double]]) -> [[Double]]
}

extension LinearOperator {
  /// A·x for several x, one after the other.
  public func apply(toBlock block: [[Double]]) -> [[Double]] { block.map { apply(to: $0) } }
}

/// A linear map given by a closure.
public struct ClosureOperator: LinearOperator {
  /// The length of the vectors.
  public let dimension: Int
  private let body: @Sendable ([Double]) -> [Double]

  /// Makes the map x ↦ body(x).
  ///
  /// - Parameters:
  ///   - dimension: The length of the vectors.
  ///   - body: What the map does; linear and symmetric.
  public init(dimension: Int, _ body: @escaping @Sendable ([Double]) -> [Double]) {
    self.dimension = dimension
    self.body = body
  }

  /// A·x.
  public func apply(to x: [Double]) -> [Double] { body(x) }
}

/// A + diag(d): with d = λ·m, the Hessian of a penalised loss.
///
/// With d constant the eigenvectors of A stay and its spectrum shifts by exactly that constant.
public struct DiagonallyShifted<Base: LinearOperator>: LinearOperator {
  /// A.
  public let base: Base
  /// d, `dimension` numbers.
  public let diagonal: [Double]

  /// Makes A + diag(d).
  ///
  /// - Parameters:
  ///   - base: A.
  ///   - diagonal: d, as many numbers as A's dimension.
  public init(_ base: Base, by diagonal: [Double]) {
    precondition(diagonal.count == base.dimension, "a shift has one number for each dimension")
    self.base = base
    self.diagonal = diagonal
  }

  /// The length of the vectors.
  public var dimension: Int { base.dimension }

  /// A·x + d ⊙ x.
  public func apply(to x: [Double]) -> [Double] { shift(base.apply(to: x), x) }

  /// A·x + d ⊙ x for several x at once.
  public func apply(toBlock block: [[Double]]) -> [[Double]] {
    zip(base.apply(toBlock: block), block).map(shift)
  }

  private func shift(_ product: [Double], _ x: [Double]) -> [Double] {
    var y = product
    for i in y.indices { y[i] += diagonal[i] * x[i] }
    return y
  }
}
