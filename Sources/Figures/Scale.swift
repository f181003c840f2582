import Foundation

/// How values become positions between 0 and 1.
public enum ScaleKind: Hashable, Sendable, Codable {
  /// Equal differences are equal distances.
  case linear
  /// Equal ratios are equal distances; only positive values have a place.
  case log
  /// asinh(v / threshold): linear around 0, logarithmic far from it, both signs.
  case symlog(threshold: Double)
}

/// The one scale machine: pixels, contours, colour bar and all panels ask the same object, so that
/// they cannot disagree.
///
/// `unit(v) = (f(v) − f(lower)) / (f(upper) − f(lower))` with f the identity, log₁₀ or asinh.
public struct Scale: Hashable, Sendable, Codable {
  /// The transformation.
  public let kind: ScaleKind
  /// The value at 0.
  public let lower: Double
  /// The value at 1; more than `lower`.
  public let upper: Double

  /// Makes a scale.
  ///
  /// - Parameters:
  ///   - kind: The transformation.
  ///   - lower: The value that becomes 0; positive for a logarithmic scale.
  ///   - upper: The value that becomes 1; more than `lower`.
  /// - Throws: `FigureError` if the limits are unusable for this kind.
  public init(_ kind: ScaleKind, from lower: Double, to upper: Double) throws(FigureError) {
    guard lower.isFinite, upper.isFinite, lower < upper else {
      throw FigureError("A scale cannot run from \(lower) to \(upper); give increasing limits.")
    }
    if case .log = kind, lower <= 0 {
      throw FigureError(
        "A logarithmic scale cannot start at \(lower); choose a positive limit or `symlog`.")
    }
    if case .symlog(let threshold) = kind, !(threshold > 0 && threshold.isFinite) {
      throw FigureError("A symlog scale needs a positive threshold, not \(threshold).")
    }
    self.kind = kind
    self.lower = lower
    self.upper = upper
  }

  /// Where a value lies: 0 at `lower`, 1 at `upper`, outside that beyond them; −∞ for a value
  /// that a logarithmic scale has no place for.
  public func unit(_ value: Double) -> Double {
    switch kind {
    case .linear:
      let span = upper - lower
      guard span.isFinite else {
        return (value / 4 - lower / 4) / (upper / 4 - lower / 4)  // ±1e308: the span overflows
      }
      return (value - lower) / span
    case .log, .symlog:
      let (low, high) = (transform(lower), transform(upper))
      return (transform(value) - low) / (high - low)
    }
  }

  /// The value at a place: the inverse of `unit`.
  public func value(atUnit unit: Double) -> Double {
    switch kind {
    case .linear: return lower * (1 - unit) + upper * unit
    case .log, .symlog:
      let (low, high) = (transform(lower), transform(upper))
      return untransform(low * (1 - unit) + high * unit)
    }
  }

  /// The same as `unit` for many values, with the constants worked out once.
  func units(_ values: [Double]) -> [Double] {
    if case .linear = kind { return values.map(unit) }
    let low = transform(lower)
    let span = transform(upper) - low
    return values.map { (transform($0) - low) / span }
  }

  /// A fingerprint of the transformation and its limits: panels that share a scale share it.
  public var hash: String { fingerprint("\(kind) \(lower) \(upper)") }

  private func transform(_ value: Double) -> Double {
    switch kind {
    case .linear: value
    case .log: value > 0 ? log10(value) : value.isNaN ? .nan : -.infinity
    case .symlog(let threshold): asinh(value / threshold)
    }
  }

  private func untransform(_ position: Double) -> Double {
    switch kind {
    case .linear: position
    case .log: pow(10, position)
    case .symlog(let threshold): sinh(position) * threshold
    }
  }
}

/// FNV-1a of a text's bytes, 64 bits, as sixteen hexadecimal digits.
func fingerprint(_ text: String) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
