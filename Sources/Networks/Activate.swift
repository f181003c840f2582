/// y = f(x) for each number; it has no parameters.
struct Activate: Operation {
  var activation: Activation
  var outputFeatures: Int

  init(_ activation: Activation, features: Int) {
    self.activation = activation
    outputFeatures = features
  }

  /// f′(x), and f″(x)·ȳ unless f″ = 0.
  var savedTiles: Int { activation.isPiecewiseLinear ? 1 : 2 }
  var isPiecewiseLinear: Bool { activation.isPiecewiseLinear }
  var hasKinks: Bool { activation.isPiecewiseLinear }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    E.Loops.activate(x[0].base, count: x[0].count, into: y.base, activation)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    guard let sum = inputGradients[0] else { return }
    if !sum.isBegun { sum.tile.zero() }
    E.Loops.addSlopes(
      x[0].base, outputGradient.base, count: sum.tile.count, into: sum.tile.base, activation)
  }

  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>?, into saved: [Tile<E>]) {
    let second = saved.count > 1 && outputGradient != nil ? saved[1].base : nil
    E.Loops.derivatives(
      x[0].base, count: x[0].count, first: saved[0].base, second: second, activation)
    guard let second, let outputGradient else { return }
    E.Loops.multiply(second, outputGradient.base, count: x[0].count, into: second)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    guard let tangent = inputTangents[0] else { return outputTangent.zero() }
    E.Loops.multiply(saved[0].base, tangent.base, count: tangent.count, into: outputTangent.base)
  }

  @specialized(where E == Double) @specialized(where E == Float)
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
