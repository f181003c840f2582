/// y = W·x + b, W [outputs, inputs]; the parameters are W and, where there is one, b.
struct Dense: Operation {
  var inputs: Int
  var outputs: Int

  var outputFeatures: Int { outputs }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    E.Loops.product(
      weights(parameters), bias: bias(parameters), Matrix(x[0]), into: y, adding: false, nil)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    if let sum = inputGradients[0] {
      E.Loops.product(
        weights(parameters).transposed, bias: nil, Matrix(outputGradient), into: sum.tile,
        adding: sum.isBegun, nil)
    }
    add(Matrix(outputGradient), Matrix(x[0]).transposed, to: weights(parameterGradients))
    addRowSums(outputGradient, to: parameterGradients)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    value(of: x, parameters: parameterTangents, into: outputTangent)
    if let tangent = inputTangents[0] {
      add(weights(parameters), Matrix(tangent), to: outputTangent)
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    gradient(
      of: x, parameters: parameters, outputGradient: outputGradientTangent,
      into: inputGradientTangents, parameterGradientTangents)
    guard let outputGradient else { return }
    if let sum = inputGradientTangents[0] {
      add(weights(parameterTangents).transposed, Matrix(outputGradient), to: sum.tile)
    }
    if let tangent = inputTangents[0] {
      add(
        Matrix(outputGradient), Matrix(tangent).transposed, to: weights(parameterGradientTangents))
    }
  }

  /// y += A·B.
  private func add<E>(_ a: Matrix<E>, _ b: Matrix<E>, to y: Tile<E>) {
    E.Loops.product(a, bias: nil, b, into: y, adding: true, nil)
  }

  private func weights<E>(_ parameters: [UnsafePointer<E>]) -> Matrix<E> {
    Matrix(parameters[0], rows: outputs, columns: inputs)
  }

  private func weights<E>(_ parameters: [UnsafeMutablePointer<E>]) -> Tile<E> {
    Tile(base: parameters[0], rows: outputs, lanes: inputs)
  }

  private func bias<E>(_ parameters: [UnsafePointer<E>]) -> UnsafePointer<E>? {
    parameters.count > 1 ? parameters[1] : nil
  }

  /// b += the sums of y's rows.
  private func addRowSums<E>(_ y: Tile<E>, to parameters: [UnsafeMutablePointer<E>]) {
    guard parameters.count > 1 else { return }
    E.Loops.addRowSums(y.base, rows: outputs, lanes: y.lanes, into: parameters[1])
  }
}
