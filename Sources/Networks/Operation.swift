/// A tile of numbers: `rows` features of `lanes` samples, feature-major.
struct Tile<Element: KernelScalar> {
  /// Row r, sample s stands at r · lanes + s.
  let base: UnsafeMutablePointer<Element>
  let rows: Int
  let lanes: Int

  /// rows · lanes.
  var count: Int { rows * lanes }

  /// Where a row begins.
  func row(_ index: Int) -> UnsafeMutablePointer<Element> { base + index * lanes }

  /// Some rows.
  func rows(_ first: Int, count: Int) -> Tile {
    Tile(base: row(first), rows: count, lanes: lanes)
  }

  func zero() { Element.Loops.spread(nil, rows: rows, lanes: lanes, over: base) }
}

/// A gradient that several operations may have a part in, on the way back from the outputs.
struct GradientSum<Element: KernelScalar> {
  let tile: Tile<Element>
  /// Whether another operation was there before; the first one need not find zeros.
  let isBegun: Bool

  /// Adds a ⊙ b.
  func add(_ a: Tile<Element>, times b: Tile<Element>) {
    let loop = isBegun ? Element.Loops.multiplyAdd : Element.Loops.multiply
    loop(a.base, b.base, tile.count, tile.base)
  }

  /// Adds a tile.
  func add(_ a: Tile<Element>) {
    if isBegun {
      Element.Loops.add(a.base, tile.base, count: tile.count, into: tile.base)
    } else {
      tile.base.update(from: a.base, count: tile.count)
    }
  }
}

/// A factor of a product: numbers in row-major order, as they stand or transposed.
struct Matrix<Element: KernelScalar> {
  let base: UnsafePointer<Element>
  let rows: Int
  let columns: Int
  /// Whether the numbers stand as the transpose.
  let isTransposed: Bool

  init(
    _ base: UnsafePointer<Element>, rows: Int, columns: Int, isTransposed: Bool = false
  ) {
    (self.base, self.rows, self.columns) = (base, rows, columns)
    self.isTransposed = isTransposed
  }

  /// A row for each feature, a column for each sample.
  init(_ tile: Tile<Element>) { self.init(tile.base, rows: tile.rows, columns: tile.lanes) }

  var transposed: Matrix {
    Matrix(base, rows: columns, columns: rows, isTransposed: !isTransposed)
  }

  /// How far apart the rows stand that the numbers are stored in.
  var step: Int { isTransposed ? rows : columns }
  var rowStep: Int { isTransposed ? 1 : columns }
  var columnStep: Int { isTransposed ? rows : 1 }
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

  /// How many tiles of the output's size ``linearise(of:outputGradient:into:)`` keeps.
  var savedTiles: Int { get }

  /// Whether it is piecewise linear in its inputs, and in its parameters.
  var isPiecewiseLinear: Bool { get }

  /// Whether its derivative jumps somewhere.
  var hasKinks: Bool { get }

  /// y = f(x; w).
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>)

  /// x̄ += (∂f/∂x)ᵀȳ, w̄ += (∂f/∂w)ᵀȳ.
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>])

  /// Keeps what the tangents need of x and ȳ, so that products at one w share it. Without ȳ, as in
  /// the Gauss-Newton matrix, its terms are left out.
  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>?, into saved: [Tile<E>])

  /// ẏ = (∂f/∂x)ẋ + (∂f/∂w)ẇ.
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>)

  /// The derivative of ``gradient``: both of its sums, each term differentiated along the direction.
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>])
}

extension Operation {
  var savedTiles: Int { 0 }
  var isPiecewiseLinear: Bool { true }
  var hasKinks: Bool { false }

  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>?, into saved: [Tile<E>]) {}
}
