/// y = f(x) for each number.
struct Map: Operation {
  var function: UnaryFunction
  var outputFeatures: Int

  /// f′(x), and f″(x)·ȳ unless f″ = 0.
  var savedTiles: Int { function.isPiecewiseLinear ? 1 : 2 }
  var isPiecewiseLinear: Bool { function.isPiecewiseLinear }
  var hasKinks: Bool { function.hasKinks }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    let result = y.base
    function.values(of: x[0].base, count: y.count) { result[$0] = $1 }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    guard let sum = inputGradients[0]?.begun().base else { return }
    let gradient = outputGradient.base
    function.slopes(of: x[0].base, count: x[0].count) { i, first, _ in
      sum[i] += first * gradient[i]
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>?, into saved: [Tile<E>]) {
    let slopes = saved[0].base
    if saved.count > 1, let gradient = outputGradient?.base {
      let bends = saved[1].base
      function.slopes(of: x[0].base, count: x[0].count) { i, first, second in
        slopes[i] = first
        bends[i] = second * gradient[i]
      }
    } else {
      function.slopes(of: x[0].base, count: x[0].count) { i, first, _ in slopes[i] = first }
    }
  }

  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    guard let tangent = inputTangents[0] else { return outputTangent.zero() }
    E.Loops.multiply(saved[0].base, tangent.base, count: tangent.count, into: outputTangent.base)
  }

  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    guard let sum = inputGradientTangents[0] else { return }
    sum.add(saved[0], times: outputGradientTangent)
    if saved.count > 1, outputGradient != nil, let tangent = inputTangents[0] {
      E.Loops.multiplyAdd(saved[1].base, tangent.base, count: tangent.count, into: sum.tile.base)
    }
  }
}

extension NetworkBuilder {
  /// Adds y = f(x), number by number.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - function: f.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` for a function whose numbers mean nothing.
  public mutating func map(_ x: Value, _ function: UnaryFunction) throws(NetworkError) -> Value {
    switch function {
    case .clip(let low, let high) where !(low <= high):
      throw fault("clips to [\(low), \(high)], which holds no number")
    case .celu(let alpha) where !(alpha > 0):
      throw fault("needs an α above 0 for CELU, not \(alpha)")
    case .power(let p) where !p.isFinite: throw fault("raises to the power \(p)")
    default: break
    }
    return try append(Map(function: function, outputFeatures: x.count), of: [x], shape: x.shape)
  }
}
