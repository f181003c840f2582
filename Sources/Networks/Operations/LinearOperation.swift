/// An operation that is linear in its inputs, up to constants, and has no parameters: its tangent is
/// itself without the constants, and its gradient is its transpose.
protocol LinearOperation: Operation {
  /// y = A·x, and the constants where they are asked for; an input that is nil is 0.
  func apply<E>(_ x: [Tile<E>?], constants: Bool, into y: Tile<E>)

  /// x̄ += Aᵀȳ.
  func applyTransposed<E>(_ y: Tile<E>, into x: [GradientSum<E>?])
}

extension LinearOperation {
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    apply(x, constants: true, into: y)
  }

  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    applyTransposed(outputGradient, into: inputGradients)
  }

  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    apply(inputTangents, constants: false, into: outputTangent)
  }

  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    applyTransposed(outputGradientTangent, into: inputGradientTangents)
  }
}

extension Tile {
  /// Where a feature's lanes begin.
  subscript(row: Int) -> UnsafeMutablePointer<Element> { base + row * lanes }
}

extension GradientSum {
  /// The tile with what others added, or with zeros: ready to be added to.
  func begun() -> Tile<Element> {
    if !isBegun { tile.zero() }
    return tile
  }
}
