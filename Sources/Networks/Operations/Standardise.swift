/// y = γ(x − m)/√(v + ε) + β channel by channel, with means m and variances v that stay as they are:
/// batch normalisation at inference.
///
/// Linear in x, and in γ and β. With r = 1/√(v + ε) and x̂ = (x − m)r: ẏ = γrẋ + γ̇x̂ + β̇; x̄ += γrȳ,
/// γ̄ += Σ x̂ȳ, β̄ += Σ ȳ; dx̄/dt += r(γȳ̇ + γ̇ȳ), dγ̄/dt += Σ (x̂ȳ̇ + rẋȳ), dβ̄/dt += Σ ȳ̇.
struct Standardise: Operation {
  var outputFeatures: Int
  /// m and v, a number for each channel.
  var statistics: BatchStatistics
  /// r, a number for each channel.
  var inverses: [Double]
  /// How many rows in succession belong to a channel.
  var rows: Int
  var scales: AffinePart

  /// m and r of a row's channel.
  @inline(__always)
  private func statistics<E: KernelScalar>(_ row: Int) -> (mean: E, inverse: E) {
    (E(statistics.mean[row / rows]), E(inverses[row / rows]))
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    for row in 0..<outputFeatures {
      let (x, y, lanes) = (x[0][row], y[row], y.lanes)
      let (mean, inverse): (E, E) = statistics(row)
      let (scale, shift) = (scales.scale(parameters, row), scales.shift(parameters, row))
      for i in 0..<lanes { y[i] = (x[i] - mean) * inverse * scale + shift }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    let result = inputGradients[0]?.begun()
    for row in 0..<outputFeatures {
      let (x, gradient, lanes) = (x[0][row], outputGradient[row], outputGradient.lanes)
      let (mean, inverse): (E, E) = statistics(row)
      scales.add(to: parameterGradients, row) { i in
        (gradient[i] * ((x[i] - mean) * inverse), gradient[i])
      } lanes: {
        lanes
      }
      guard let result = result?[row] else { continue }
      let slope = scales.scale(parameters, row) * inverse
      for i in 0..<lanes { result[i] += slope * gradient[i] }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    for row in 0..<outputFeatures {
      let (x, y, lanes) = (x[0][row], outputTangent[row], outputTangent.lanes)
      let (mean, inverse): (E, E) = statistics(row)
      let turn = scales.scaleTangent(parameterTangents, row)
      let shift = scales.shift(parameterTangents, row)
      for i in 0..<lanes { y[i] = (x[i] - mean) * inverse * turn + shift }
      guard let along = inputTangents[0]?[row] else { continue }
      let slope = scales.scale(parameters, row) * inverse
      for i in 0..<lanes { y[i] += slope * along[i] }
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
    guard let outputGradient, scales.hasScale else { return }
    for row in 0..<outputFeatures {
      let (gradient, lanes) = (outputGradient[row], outputGradient.lanes)
      let (_, inverse): (E, E) = statistics(row)
      if let along = inputTangents[0]?[row] {
        var sum: E = 0
        for i in 0..<lanes { sum += gradient[i] * along[i] }
        parameterGradientTangents[0][row / rows] += inverse * sum
      }
      guard let result = inputGradientTangents[0]?.tile[row] else { continue }
      let turn = scales.scaleTangent(parameterTangents, row) * inverse
      for i in 0..<lanes { result[i] += turn * gradient[i] }
    }
  }
}

extension NetworkBuilder {
  /// Adds batch normalisation as it is at inference (Ioffe and Szegedy 2015): with means and
  /// variances that are kept, not trained, y = γ(x − mean)/√(variance + ε) + β channel by channel.
  ///
  /// - Parameters:
  ///   - x: [channels, ..].
  ///   - scale: γ [channels], where there is one.
  ///   - shift: β [channels], where there is one.
  ///   - mean: A number for each channel.
  ///   - variance: A number for each channel, not negative.
  ///   - epsilon: ε; the default is PyTorch's.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` where shapes or counts do not fit, or a number has no root.
  public mutating func normaliseBatch(
    _ x: Value, scale: Parameter?, shift: Parameter?, mean: [Double], variance: [Double],
    epsilon: Double = 1e-5
  ) throws(NetworkError) -> Value {
    guard let channels = x.shape.first, mean.count == channels, variance.count == channels else {
      throw fault(
        "has \(mean.count) means and \(variance.count) variances for a value of shape \(x.shape)")
    }
    if let bad = variance.first(where: { !($0 >= 0 && $0.isFinite) }) {
      throw fault("has a variance of \(bad)")
    }
    if let bad = mean.first(where: { !$0.isFinite }) { throw fault("has a mean of \(bad)") }
    let rows = x.count / channels
    let scales = try affinePart(AffineShape(shape: [channels], rows: rows), scale, shift, epsilon)
    return try append(
      Standardise(
        outputFeatures: x.count,
        statistics: BatchStatistics(name: "", mean: mean, variance: variance),
        inverses: variance.map { 1 / ($0 + epsilon).squareRoot() }, rows: rows, scales: scales),
      of: [x], [scale, shift].compactMap(\.self), shape: x.shape)
  }
}
