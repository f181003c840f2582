/// Σ aᵢbᵢ, by Neumaier's compensated summation: the error does not grow with the length.
///
/// - Parameters:
///   - a: A vector.
///   - b: A vector of the same length.
/// - Returns: The inner product.
public func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "an inner product needs vectors of one length")
  var sum = CompensatedSum()
  for i in a.indices { sum.add(a[i] * b[i]) }
  return sum.value
}

/// Σ mᵢaᵢbᵢ, by compensated summation.
///
/// - Parameters:
///   - a: A vector.
///   - b: A vector of the same length.
///   - weights: mᵢ, as many numbers.
/// - Returns: The weighted inner product.
public func dot(_ a: [Double], _ b: [Double], weights: [Double]) -> Double {
  precondition(
    a.count == b.count && a.count == weights.count, "an inner product needs vectors of one length")
  var sum = CompensatedSum()
  for i in a.indices where weights[i] != 0 { sum.add(weights[i] * a[i] * b[i]) }
  return sum.value
}

/// Σ aᵢbᵢ without compensation, in eight running sums: for inner loops that need no last digits.
func quickDot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "an inner product needs vectors of one length")
  var sums = SIMD8<Double>()
  var total = 0.0
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      let whole = a.count / 8 * 8
      for i in stride(from: 0, to: whole, by: 8) {
        sums += SIMD8(a[i..<i + 8]) * SIMD8(b[i..<i + 8])
      }
      for i in whole..<a.count { total += a[i] * b[i] }
    }
  }
  return total + sums.sum()
}

/// ‖a‖ without compensation, for inner loops that need no last digits.
func quickNorm(_ a: [Double]) -> Double { quickDot(a, a).squareRoot() }

/// ‖a‖ = √Σ aᵢ².
///
/// - Parameter a: A vector.
/// - Returns: Its Euclidean norm.
public func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

/// A running sum that carries its rounding error along (Neumaier 1974).
public struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var correction = 0.0

  /// An empty sum, 0.
  public init() {}

  /// Adds a term.
  public mutating func add(_ term: Double) {
    let total = sum + term
    if total.isFinite {
      correction += abs(sum) >= abs(term) ? (sum - total) + term : (term - total) + sum
    }
    sum = total
  }

  /// The sum of all terms added.
  public var value: Double { sum + correction }
}
