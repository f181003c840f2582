/// How many parameters the data determine against a weight decay of λ (MacKay 1992).
///
/// γ = Σ μ/(μ + λ) over the positive eigenvalues μ of the base loss's Hessian: an eigenvalue far
/// above λ counts as one parameter, one far below as none. With λ = 0 it counts the positive
/// eigenvalues. Negative ones, for which the formula means nothing, are counted beside it.
///
/// Valid for a penalty on all parameters, where the spectrum of the penalised loss is μ + λ.
///
/// - Parameters:
///   - spectrum: All eigenvalues μ, or an estimate's nodes.
///   - lambda: λ, not negative.
/// - Returns: γ and what else tells how a decay of λ meets the spectrum.
public func effectiveParameters(
  _ spectrum: SpectralMeasure, lambda: Double
) -> EffectiveParameters {
  precondition(lambda >= 0, "a weight decay is not negative")
  var (smallest, largest) = (Double.infinity, 0.0)
  for node in spectrum.nodes {
    smallest = min(smallest, abs(node + lambda))
    largest = max(largest, abs(node + lambda))
  }
  let magnitude = spectrum.sum { abs($0) }
  let negative = spectrum.sum { $0 < 0 ? -$0 : 0 }
  return EffectiveParameters(
    lambda: lambda,
    value: spectrum.sum { $0 > 0 ? $0 / ($0 + lambda) : 0 },
    standardError: 0, error: 0,
    negativeCount: spectrum.sum { $0 < 0 ? 1 : 0 },
    negativeShare: magnitude == 0 ? 0 : negative / magnitude,
    shiftedNegativeCount: spectrum.sum { $0 + lambda < 0 ? 1 : 0 },
    conditionNumber: largest == 0 ? .infinity : largest / smallest)
}

/// γ from estimated spectra, one for each probe.
///
/// - Parameters:
///   - quadrature: The probes' measures of the base loss's Hessian.
///   - lambda: λ, not negative.
/// - Returns: The means over probes. The condition number is that of all nodes together: a lower
///   bound.
public func effectiveParameters(
  _ quadrature: SpectralQuadrature, lambda: Double
) -> EffectiveParameters {
  let all = SpectralMeasure(
    nodes: quadrature.probes.flatMap(\.nodes),
    weights: quadrature.probes.flatMap { probe in
      probe.weights.map { $0 / Double(quadrature.probes.count) }
    })
  let values = quadrature.probes.map { effectiveParameters($0, lambda: lambda).value }
  var result = effectiveParameters(all, lambda: lambda)
  if quadrature.isWhole { return result }
  result.standardError = Sample(values).standardError
  // Half the steps err by more: what the second half changed stands for what is left to change.
  let coarse = quadrature.coarse.map { effectiveParameters($0, lambda: lambda).value }
  let change = coarse.count == values.count ? abs(Sample(values).mean - Sample(coarse).mean) : 0
  result.error = intervalError(result.standardError, probes: values.count).map { $0 + change }
  return result
}

/// How a weight decay meets a spectrum.
public struct EffectiveParameters: Sendable, Equatable {
  /// λ.
  public var lambda: Double
  /// γ = Σ μ/(μ + λ) over μ > 0.
  public var value: Double
  /// γ's standard error over probes: 0 for a whole spectrum, nil with one probe.
  public var standardError: Double?
  /// Half the width of γ's 95 % interval, by Student's t over probes, and by how much the second half
  /// of the Lanczos steps has changed γ; 0 for a whole spectrum, nil with one probe.
  public var error: Double?
  /// How many μ < 0 there are; a fraction where estimated.
  public var negativeCount: Double
  /// Σ |μ| over μ < 0, as a share of Σ |μ| over all.
  public var negativeShare: Double
  /// How many μ + λ < 0 there are: 0 where the penalised loss is locally convex.
  public var shiftedNegativeCount: Double
  /// max |μ + λ| / min |μ + λ|, infinite for a singular operator.
  public var conditionNumber: Double
}
