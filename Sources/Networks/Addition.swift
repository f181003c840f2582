/// y = a + b: a residual connection.
struct Addition: Operation {
  var outputFeatures: Int

  init(features: Int) { outputFeatures = features }

  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    E.Loops.add(x[0].base, x[1].base, count: y.count, into: y.base)
  }

  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [Tile<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    for gradient in inputGradients.compactMap(\.self) { add(outputGradient, to: gradient) }
  }

  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    outputTangent.zero()
    for tangent in inputTangents.compactMap(\.self) { add(tangent, to: outputTangent) }
  }

  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [Tile<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    for sum in inputGradientTangents.compactMap(\.self) { add(outputGradientTangent, to: sum) }
  }

  private func add<E>(_ a: Tile<E>, to b: Tile<E>) {
    E.Loops.add(a.base, b.base, count: a.count, into: b.base)
  }
}
