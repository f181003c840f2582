/// y = a + b: a residual connection.
struct Addition: Operation {
  var outputFeatures: Int

  init(features: Int) { outputFeatures = features }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    E.Loops.add(x[0].base, x[1].base, count: y.count, into: y.base)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    for sum in inputGradients.compactMap(\.self) { sum.add(outputGradient) }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    outputTangent.zero()
    for tangent in inputTangents.compactMap(\.self) {
      E.Loops.add(tangent.base, outputTangent.base, count: tangent.count, into: outputTangent.base)
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    for sum in inputGradientTangents.compactMap(\.self) { sum.add(outputGradientTangent) }
  }
}
