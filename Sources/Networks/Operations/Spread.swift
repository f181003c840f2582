/// y = w for every sample.
struct Spread: Operation {
  var outputFeatures: Int

  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    E.Loops.spread(parameters[0], rows: y.rows, lanes: y.lanes, over: y.base)
  }

  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    E.Loops.addRowSums(
      outputGradient.base, rows: outputGradient.rows, lanes: outputGradient.lanes,
      into: parameterGradients[0])
  }

  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    value(of: x, parameters: parameterTangents, into: outputTangent)
  }

  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    gradient(
      of: x, parameters: parameters, outputGradient: outputGradientTangent,
      into: inputGradientTangents, parameterGradientTangents)
  }
}

/// y = the same numbers for every sample and all weights.
struct Constant: LinearOperation {
  var numbers: [Double]

  var outputFeatures: Int { numbers.count }

  @specialized(where E == Double) @specialized(where E == Float)
  func apply<E>(_ x: [Tile<E>?], constants: Bool, into y: Tile<E>) {
    guard constants else { return y.zero() }
    for (row, number) in numbers.enumerated() {
      y[row].update(repeating: E(number), count: y.lanes)
    }
  }

  func applyTransposed<E>(_ y: Tile<E>, into x: [GradientSum<E>?]) {}
}

extension NetworkBuilder {
  /// Adds a tensor as a value: y = w, the same for every sample.
  ///
  /// - Parameter parameter: The tensor.
  /// - Returns: y, of its shape.
  /// - Throws: ``NetworkError``.
  public mutating func spread(_ parameter: Parameter) throws(NetworkError) -> Value {
    let size = parameter.shape.reduce(1, *)
    return try append(Spread(outputFeatures: size), of: [], [parameter], shape: parameter.shape)
  }

  /// Adds numbers that are neither data nor trained.
  ///
  /// - Parameters:
  ///   - numbers: In row-major order.
  ///   - shape: Their shape; `[]` for one number alone.
  /// - Returns: The value.
  /// - Throws: ``NetworkError`` where the counts differ.
  public mutating func constant(
    _ numbers: [Double], shape: [Int]
  ) throws(NetworkError) -> Value {
    guard shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == numbers.count
    else { throw fault("gives \(numbers.count) constants the shape \(shape)") }
    return try append(Constant(numbers: numbers), of: [], shape: shape)
  }
}
