/// The smallest convex combination of the gradients around a point: how close to stationary a point
/// is where the loss has kinks.
///
/// On a kink no gradient need vanish, however exact the minimum: of |x| the gradients near 0 are −1
/// and 1. What vanishes there is the shortest element of the Goldstein subdifferential, the convex
/// hull of all gradients within `radius` (Goldstein 1977). This is estimated as in gradient sampling
/// (Burke, Lewis and Overton 2005): the hull of some gradients is smaller than that of all, so the
/// length found is an upper bound. For a smooth loss it is ‖∇L‖ to the order of radius·‖H‖.
///
/// - Parameters:
///   - objective: The loss.
///   - w: The point.
///   - radius: How far from it gradients are taken, on a sphere: 1e-3 to 1e-4 of ‖w‖ crosses the
///     kinks beside w and no more.
///   - samples: Gradients beside that at w: 100, with which the estimate of a network of some
///     thousand parameters has come to within a third of that with 400.
///   - seed: Of the sampled directions.
///   - threads: The most threads to sample with; the result does not depend on it.
/// - Returns: The combination; nil where a gradient is not finite.
public func smallestSubgradient(
  of objective: some Objective, at w: [Double], radius: Double, samples: Int = 100,
  seed: UInt64 = 0, threads: Int = 1
) -> SmallestSubgradient? {
  var source = RandomSource(seed: seed, purpose: "subgradient")
  let points = (0..<max(samples, 0)).map { _ -> [Double] in
    let direction = w.map { _ in source.normal() }
    let length = norm(direction)
    return zip(w, direction).map { $0 + (length > 0 ? radius / length * $1 : 0) }
  }
  let gradients = concurrentMap(points.count + 1, threads: threads) { index in
    objective.valueAndGradient(at: index == 0 ? w : points[index - 1]).gradient
  }
  guard gradients.allSatisfy({ norm($0).isFinite }) else { return nil }
  let weights = smallestCombination(gradients)
  var vector = [Double](repeating: 0, count: w.count)
  for (gradient, weight) in zip(gradients, weights) where weight > 0 {
    for i in vector.indices { vector[i] += weight * gradient[i] }
  }
  return SmallestSubgradient(
    vector: vector, norm: norm(vector), gradientNorm: norm(gradients[0]),
    active: weights.count { $0 > 0 })
}

/// The smallest convex combination found of the gradients around a point.
public struct SmallestSubgradient: Sendable, Equatable {
  /// The combination.
  public var vector: [Double]
  /// Its length.
  public var norm: Double
  /// ‖∇L‖ at the point itself.
  public var gradientNorm: Double
  /// Gradients with a share in it: 1 where the point itself is smooth enough.
  public var active: Int
}

/// The weights of the shortest convex combination of vectors, by pairwise steps of Frank and Wolfe:
/// weight moves from the vector with the largest product with the combination to that with the
/// smallest (Mitchell, Demyanov and Malozemov 1974).
///
/// - Parameter vectors: At least one, of equal length.
/// - Returns: Weights ≥ 0 that sum to 1, for which ‖x‖² is within 1e-6 of its share of the least.
func smallestCombination(_ vectors: [[Double]]) -> [Double] {
  let products = vectors.map { a in vectors.map { dot(a, $0) } }
  // Best alone, to begin with.
  let first = vectors.indices.min { products[$0][$0] < products[$1][$1] } ?? 0
  var weights = [Double](repeating: 0, count: vectors.count)
  weights[first] = 1
  var along = products[first]
  for _ in 0..<100 * vectors.count {
    var (low, high) = (first, -1)
    for i in vectors.indices {
      if along[i] < along[low] { low = i }
      if weights[i] > 0, high < 0 || along[i] > along[high] { high = i }
    }
    let square = zip(weights, along).reduce(0) { $0 + $1.0 * $1.1 }
    // ‖x‖² − min over the hull of ⟨x, ·⟩ bounds the error (Wolfe 1976).
    guard high >= 0, square - along[low] > 1e-6 * square else { break }
    let curvature = products[low][low] + products[high][high] - 2 * products[low][high]
    guard curvature > 0 else { break }
    let share = min(weights[high], (along[high] - along[low]) / curvature)
    weights[low] += share
    weights[high] -= share
    for i in vectors.indices { along[i] += share * (products[low][i] - products[high][i]) }
  }
  return weights
}
