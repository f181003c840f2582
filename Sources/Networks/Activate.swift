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

  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    E.Loops.activate(x[0].base, count: x[0].count, into: y.base, activation)
  }

  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [Tile<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    guard let gradient = inputGradients[0] else { return }
    E.Loops.addSlopes(
      x[0].base, outputGradient.base, count: gradient.count, into: gradient.base, activation)
  }

  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>, into saved: [Tile<E>]) {
    let second = saved.count > 1 ? saved[1].base : nil
    E.Loops.derivatives(
      x[0].base, count: x[0].count, first: saved[0].base, second: second, activation)
    guard let second else { return }
    E.Loops.multiply(second, outputGradient.base, count: x[0].count, into: second)
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
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [Tile<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    guard let sum = inputGradientTangents[0] else { return }
    E.Loops.multiplyAdd(
      saved[0].base, outputGradientTangent.base, count: sum.count, into: sum.base)
    if saved.count > 1, let tangent = inputTangents[0] {
      E.Loops.multiplyAdd(saved[1].base, tangent.base, count: sum.count, into: sum.base)
    }
  }
}
