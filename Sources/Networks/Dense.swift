/// y = W·x + b for x as a whole, or for its last dimension at each position; the parameters are W and,
/// where there is one, b.
struct Dense: AffineOperation {
  var inputs: Int
  var outputs: Int
  /// Whether W stands as [inputs, outputs] rather than [outputs, inputs].
  var isTransposed = false
  /// How many vectors x holds, one after the other.
  var positions = 1

  var outputFeatures: Int { outputs * positions }
  var adds: Bool { false }

  @specialized(where E == Double) @specialized(where E == Float)
  func apply<E>(
    weights: UnsafePointer<E>, bias: UnsafePointer<E>?, to x: Tile<E>, adding added: Tile<E>?,
    into y: Tile<E>, _ f: Activation?
  ) {
    for p in 0..<positions {
      E.Loops.product(
        matrix(weights), bias: bias, Matrix(input(x, p)), into: output(y, p), adding: false, f)
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    apply(
      weights: parameters[0], bias: parameters.count > 1 ? parameters[1] : nil, to: x[0],
      adding: nil, into: y, nil)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    for p in 0..<positions {
      let gradient = output(outputGradient, p)
      if let sum = inputGradients[0] {
        E.Loops.product(
          matrix(parameters[0]).transposed, bias: nil, Matrix(gradient), into: input(sum.tile, p),
          adding: sum.isBegun, nil)
      }
      addOuter(gradient, input(x[0], p), to: parameterGradients[0])
      if parameterGradients.count > 1 {
        E.Loops.addRowSums(
          gradient.base, rows: outputs, lanes: gradient.lanes, into: parameterGradients[1])
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    value(of: x, parameters: parameterTangents, into: outputTangent)
    guard let tangent = inputTangents[0] else { return }
    for p in 0..<positions {
      add(matrix(parameters[0]), Matrix(input(tangent, p)), to: output(outputTangent, p))
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
    for p in 0..<positions {
      let gradient = output(outputGradient, p)
      if let sum = inputGradientTangents[0] {
        add(matrix(parameterTangents[0]).transposed, Matrix(gradient), to: input(sum.tile, p))
      }
      if let tangent = inputTangents[0] {
        addOuter(gradient, input(tangent, p), to: parameterGradientTangents[0])
      }
    }
  }

  /// W̄ += ȳ·xᵀ, or its transpose, as W stands.
  private func addOuter<E>(_ y: Tile<E>, _ x: Tile<E>, to weights: UnsafeMutablePointer<E>) {
    let (left, right) = isTransposed ? (x, y) : (y, x)
    add(
      Matrix(left), Matrix(right).transposed,
      to: Tile(base: weights, rows: left.rows, lanes: right.rows))
  }

  /// y += A·B.
  private func add<E>(_ a: Matrix<E>, _ b: Matrix<E>, to y: Tile<E>) {
    E.Loops.product(a, bias: nil, b, into: y, adding: true, nil)
  }

  /// W [outputs, inputs].
  private func matrix<E>(_ weights: UnsafePointer<E>) -> Matrix<E> {
    Matrix(weights, rows: outputs, columns: inputs, isTransposed: isTransposed)
  }

  private func input<E>(_ x: Tile<E>, _ position: Int) -> Tile<E> {
    x.rows(position * inputs, count: inputs)
  }

  private func output<E>(_ y: Tile<E>, _ position: Int) -> Tile<E> {
    y.rows(position * outputs, count: outputs)
  }
}
