public import Algebra

/// A run of parameters that belong together: what directions are normalised by.
public struct ParameterBlock: Sendable, Equatable {
  /// Its place in the flat vector.
  public var parameters: Range<Int>
  /// Outputs or filters: the parameters are so many rows of equal length.
  public var rows: Int
  /// Whether they are columns rather than rows: of every output in turn one parameter.
  public var isTransposed: Bool
  /// The layer that it belongs to.
  public var layer: Int
  /// Whether it is a matrix or convolution kernel, rather than a bias or a normalisation parameter.
  public var isKernel: Bool

  /// Makes a block.
  public init(
    parameters: Range<Int>, rows: Int, isTransposed: Bool = false, layer: Int, isKernel: Bool
  ) {
    self.parameters = parameters
    self.rows = rows
    self.isTransposed = isTransposed
    self.layer = layer
    self.isKernel = isKernel
  }
}

/// How the length of a random direction is set against the weights' own.
public enum DirectionNormalisation: String, Sendable, CaseIterable {
  /// Each row (filter) takes the norm of the same row of the centre (Li et al. 2018). A block that
  /// is no kernel is one row.
  case filter
  /// All tensors of a layer together take the norm that they have at the centre.
  case layer
  /// Each tensor takes the norm that it has at the centre.
  case tensor
  /// As drawn: standard normal numbers.
  case none
}

/// Draws a direction: standard normal numbers, then normalised; what has no length at the centre gets
/// none.
///
/// - Parameters:
///   - centre: The point of weight space that norms are taken from.
///   - blocks: What the parameters are; parameters in no block stay 0.
///   - normalisation: How lengths are set.
///   - includeBiases: Whether blocks that are no kernels move too. Without, as by default in Li et
///     al., they are 0.
///   - source: Where numbers come from.
/// - Returns: The direction, as long as the centre.
public func randomDirection(
  at centre: [Double], blocks: [ParameterBlock], normalisation: DirectionNormalisation,
  includeBiases: Bool, using source: inout RandomSource
) -> [Double] {
  var direction = [Double](repeating: 0, count: centre.count)
  // Every parameter takes its draw, moved or not: the kernels' numbers do not depend on the biases.
  for block in blocks {
    for i in block.parameters {
      let draw = source.normal()
      if block.isKernel || includeBiases { direction[i] = draw }
    }
  }
  for group in groups(blocks, normalisation) {
    let size = groupNorm(direction, group)
    let scale = size > 0 ? groupNorm(centre, group) / size : 0
    for range in group { for i in range { direction[i] *= scale } }
  }
  return direction
}

/// v less its part along u: v − (⟨u,v⟩/⟨u,u⟩)·u.
///
/// - Parameters:
///   - v: What is made orthogonal.
///   - u: To what; where it is 0, v stays.
/// - Returns: A vector orthogonal to u.
public func orthogonalised(_ v: [Double], to u: [Double]) -> [Double] {
  let square = dot(u, u)
  guard square > 0 else { return v }
  // Twice: what rounding leaves of the first time is taken out by the second.
  return (0..<2).reduce(v) { v, _ in
    let part = dot(u, v) / square
    return zip(v, u).map { $0 - part * $1 }
  }
}

/// The runs of parameters that share one factor.
private func groups(
  _ blocks: [ParameterBlock], _ normalisation: DirectionNormalisation
) -> [[Range<Int>]] {
  switch normalisation {
  case .none: []
  case .tensor: blocks.map { [$0.parameters] }
  case .layer:
    Dictionary(grouping: blocks, by: \.layer).sorted { $0.key < $1.key }
      .map { $0.value.map(\.parameters) }
  case .filter:
    blocks.flatMap { block -> [[Range<Int>]] in
      guard block.isKernel, block.rows > 0 else { return [[block.parameters]] }
      let length = block.parameters.count / block.rows
      guard !block.isTransposed else {
        return (0..<block.rows).map { column in
          stride(
            from: block.parameters.lowerBound + column, to: block.parameters.upperBound,
            by: block.rows
          )
          .map { $0..<$0 + 1 }
        }
      }
      return (0..<block.rows).map { row in
        let start = block.parameters.lowerBound + row * length
        return [start..<start + length]
      }
    }
  }
}

private func groupNorm(_ w: [Double], _ group: [Range<Int>]) -> Double {
  var sum = CompensatedSum()
  for range in group { for i in range { sum.add(w[i] * w[i]) } }
  return sum.value.squareRoot()
}
