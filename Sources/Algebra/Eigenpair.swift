/// An eigenvalue, its vector, and how good they are.
public struct Eigenpair: Sendable, Equatable {
  /// θ.
  public var value: Double
  /// u, ‖u‖ = 1, its largest component positive.
  public var vector: [Double]
  /// ‖A·u − θ·u‖: measured, or Lanczos' |β·s|.
  public var residual: Double
  /// Some eigenvalue lies within this of θ: the residual, or what rounding may hide, 64·ε·‖A‖.
  public var errorBound: Double
  /// Whether the residual is within the tolerance; where not, θ is a bound from inside.
  public var isConverged: Bool

  /// Whether an eigenvalue of θ's sign is certain to be there.
  public var isSignCertain: Bool { abs(value) > errorBound }
}

/// What a search for eigenpairs found.
public struct ExtremeEigenpairs: Sendable, Equatable {
  /// The outermost first; as many as were asked for.
  public var pairs: [Eigenpair]
  /// Products made.
  public var products: Int
  /// Whether a search from a fresh random vector, orthogonal to the pairs, found nothing further
  /// out; where not, an eigenvalue may be missing.
  public var isConfirmed: Bool
  /// The largest ‖A·v‖ seen, ‖v‖ = 1: a lower bound of ‖A‖.
  public var operatorNorm: Double

  /// Whether every pair has converged, and none is missing.
  public var isConverged: Bool { isConfirmed && pairs.allSatisfy(\.isConverged) }
}

/// An end of a spectrum.
public enum SpectrumEnd: String, Sendable, CaseIterable {
  /// The largest eigenvalues, descending.
  case largest
  /// The smallest eigenvalues (the most negative, if there are negative ones), ascending.
  case smallest
  /// The eigenvalues of largest magnitude, by descending magnitude.
  case largestMagnitude = "largest magnitude"

  /// How far out a value is.
  func rank(_ value: Double) -> Double {
    switch self {
    case .largest: value
    case .smallest: -value
    case .largestMagnitude: abs(value)
    }
  }
}

extension ExtremeEigenpairs {
  /// The share of a direction u in the space of these eigenvectors: Σ⟨u,qᵢ⟩²/⟨u,u⟩.
  ///
  /// From 0 (orthogonal to all) to 1 (a combination of them). A random direction in n dimensions has
  /// k/n of it.
  ///
  /// - Parameter direction: u, as long as the eigenvectors.
  /// - Returns: The share, or nil for a direction of no length.
  public func share(of direction: [Double]) -> Double? {
    let square = dot(direction, direction)
    guard square > 0 else { return nil }
    let parts = pairs.map { pair in
      let part = dot(direction, pair.vector)
      return part * part / square
    }
    return min(parts.reduce(0, +), 1)
  }
}
