/// An operator on some of its coordinates: the block PAPᵀ, P picking them.
///
/// For the Hessian of a loss, the curvature with all other parameters held fixed, as of one layer.
public struct Restriction<Base: LinearOperator>: LinearOperator {
  /// A.
  public let base: Base
  /// The coordinates, in the order in which the restricted vectors hold them.
  public let coordinates: [Int]

  /// Makes PAPᵀ.
  ///
  /// - Parameters:
  ///   - base: A.
  ///   - coordinates: Which coordinates, each below A's dimension and at most once.
  public init(_ base: Base, to coordinates: [Int]) {
    self.base = base
    self.coordinates = coordinates
  }

  /// The number of coordinates.
  public var dimension: Int { coordinates.count }

  /// P·A·Pᵀ·x.
  public func apply(to x: [Double]) -> [Double] {
    precondition(x.count == dimension, "a product needs a vector as long as the dimension")
    var whole = [Double](repeating: 0, count: base.dimension)
    for (value, coordinate) in zip(x, coordinates) { whole[coordinate] = value }
    let product = base.apply(to: whole)
    return coordinates.map { product[$0] }
  }
}
