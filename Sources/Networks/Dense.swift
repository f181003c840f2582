import Algebra

/// y = W·x + b, W [outputs, inputs]; the parameters are W and, where there is one, b.
struct Dense: Operation {
  var inputs: Int
  var outputs: Int

  var outputFeatures: Int { outputs }

  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    spread(parameters, over: y)
    product(parameters[0], x[0], into: y)
  }

  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [Tile<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    if let gradient = inputGradients[0] {
      transposedProduct(parameters[0], outputGradient, into: gradient)
    }
    outerProduct(outputGradient, x[0], into: parameterGradients[0])
    addRowSums(outputGradient, into: parameterGradients)
  }

  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    spread(parameterTangents, over: outputTangent)
    product(parameterTangents[0], x[0], into: outputTangent)
    if let tangent = inputTangents[0] { product(parameters[0], tangent, into: outputTangent) }
  }

  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [Tile<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    if let sum = inputGradientTangents[0] {
      transposedProduct(parameterTangents[0], outputGradient, into: sum)
      transposedProduct(parameters[0], outputGradientTangent, into: sum)
    }
    outerProduct(outputGradientTangent, x[0], into: parameterGradientTangents[0])
    if let tangent = inputTangents[0] {
      outerProduct(outputGradient, tangent, into: parameterGradientTangents[0])
    }
    addRowSums(outputGradientTangent, into: parameterGradientTangents)
  }

  /// Each row of y is its bias, or 0.
  private func spread<E>(_ parameters: [UnsafePointer<E>], over y: Tile<E>) {
    E.Loops.spread(
      parameters.count > 1 ? parameters[1] : nil, rows: outputs, lanes: y.lanes, over: y.base)
  }

  /// y += W·x.
  private func product<E>(_ weights: UnsafePointer<E>, _ x: Tile<E>, into y: Tile<E>) {
    E.multiply(
      m: outputs, n: x.lanes, k: inputs, alpha: 1, weights, lda: inputs, transposeA: false, x.base,
      ldb: x.lanes, transposeB: false, beta: 1, into: y.base, ldc: y.lanes)
  }

  /// x += Wᵀ·y.
  private func transposedProduct<E>(_ weights: UnsafePointer<E>, _ y: Tile<E>, into x: Tile<E>) {
    E.multiply(
      m: inputs, n: y.lanes, k: outputs, alpha: 1, weights, lda: inputs, transposeA: true, y.base,
      ldb: y.lanes, transposeB: false, beta: 1, into: x.base, ldc: x.lanes)
  }

  /// W += y·xᵀ.
  private func outerProduct<E>(
    _ y: Tile<E>, _ x: Tile<E>, into weights: UnsafeMutablePointer<E>
  ) {
    E.multiply(
      m: outputs, n: inputs, k: x.lanes, alpha: 1, y.base, lda: y.lanes, transposeA: false, x.base,
      ldb: x.lanes, transposeB: true, beta: 1, into: weights, ldc: inputs)
  }

  /// b += the sums of y's rows.
  private func addRowSums<E>(_ y: Tile<E>, into parameters: [UnsafeMutablePointer<E>]) {
    guard parameters.count > 1 else { return }
    E.Loops.addRowSums(y.base, rows: outputs, lanes: y.lanes, into: parameters[1])
  }
}
