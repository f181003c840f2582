/// A tile of numbers: `rows` features of `lanes` samples, feature-major.
struct Tile<Element: KernelScalar> {
  /// Row r, sample s stands at r · lanes + s.
  let base: UnsafeMutablePointer<Element>
  let rows: Int
  let lanes: Int

  /// rows · lanes.
  var count: Int { rows * lanes }

  func zero() { Element.Loops.spread(nil, rows: rows, lanes: lanes, over: base) }
}

/// One step of a network, with its value, its gradient and its Hessian-vector product side by side.
///
/// The Hessian-vector product is forward over reverse (Pearlmutter 1994): ``tangent`` carries the
/// derivative of every value along a direction of weight space forward, ``gradientTangent`` the
/// derivative of every gradient backward. A dot over a letter is such a derivative; x̄ = ∂L/∂x.
///
/// Inputs that do not depend on the weights have neither tangent nor gradient: nil.
protocol Operation: Sendable {
  /// The number of features that it makes of each sample.
  var outputFeatures: Int { get }

  /// How many tiles of the output's size ``linearise`` keeps for the tangents.
  var savedTiles: Int { get }

  /// y = f(x; w).
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>)

  /// x̄ += (∂f/∂x)ᵀȳ, w̄ += (∂f/∂w)ᵀȳ.
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [Tile<E>?], _ parameterGradients: [UnsafeMutablePointer<E>])

  /// Keeps what the tangents need of x and ȳ, so that products at one w share it.
  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>, into saved: [Tile<E>])

  /// ẏ = (∂f/∂x)ẋ + (∂f/∂w)ẇ.
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>)

  /// The derivative of ``gradient``: both of its sums, each term differentiated along the direction.
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [Tile<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>])
}

extension Operation {
  var savedTiles: Int { 0 }

  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>, into saved: [Tile<E>]) {}
}
