/// y = a where a condition is not 0, else b, number by number, the shapes broadcast.
///
/// Linear in a and b; the condition has no derivative, as comparisons have none. A number that is not
/// taken has no part in any derivative, so that an infinity among them does no harm.
struct Select: Operation {
  var outputFeatures: Int
  /// The rows of condition, a and b that each row of y reads.
  var rows: [[Int]]

  var hasKinks: Bool { true }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    for row in 0..<outputFeatures {
      let (test, a, b) = (
        x[0].row(rows[0][row]), x[1].row(rows[1][row]), x[2].row(rows[2][row])
      )
      let y = y.row(row)
      for lane in 0..<x[0].lanes { y[lane] = test[lane] != 0 ? a[lane] : b[lane] }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    _ = inputGradients[0]?.begun()
    for (operand, takes) in [(1, true), (2, false)] {
      guard let sum = inputGradients[operand]?.begun() else { continue }
      for row in 0..<outputFeatures {
        let (test, gradient) = (x[0].row(rows[0][row]), outputGradient.row(row))
        let sum = sum.row(rows[operand][row])
        for lane in 0..<outputGradient.lanes where (test[lane] != 0) == takes {
          sum[lane] += gradient[lane]
        }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    for row in 0..<outputFeatures {
      let (test, y) = (x[0].row(rows[0][row]), outputTangent.row(row))
      let a = inputTangents[1]?.row(rows[1][row]), b = inputTangents[2]?.row(rows[2][row])
      for lane in 0..<outputTangent.lanes {
        y[lane] = (test[lane] != 0 ? a?[lane] : b?[lane]) ?? 0
      }
    }
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

extension NetworkBuilder {
  /// Adds y = a where a condition is not 0, else b, number by number.
  ///
  /// - Parameters:
  ///   - condition: Numbers of which 0 is false; no derivative goes through them.
  ///   - a: What is taken where it is true.
  ///   - b: What is taken where it is false; the three shapes are broadcast as NumPy does.
  /// - Returns: y, of the broadcast shape.
  /// - Throws: ``NetworkError`` where the shapes do not go together.
  public mutating func select(
    _ condition: Value, _ a: Value, _ b: Value
  ) throws(NetworkError) -> Value {
    guard let inner = Shape.broadcast(a.shape, b.shape),
      let shape = Shape.broadcast(inner, condition.shape)
    else {
      throw fault(
        "chooses between shapes \(a.shape) and \(b.shape) by \(condition.shape), which cannot be "
          + "broadcast")
    }
    try check(shape)
    return try append(
      Select(
        outputFeatures: shape.reduce(1, *),
        rows: [condition, a, b].map { Shape.sources(of: shape, in: $0.shape) }),
      of: [condition, a, b], shape: shape)
  }
}
