/// y = γ·x̂ + β with x̂ = (x − μ)·r channel by channel, where μ and r are of all samples at once: batch
/// normalisation with the statistics of the batch (Ioffe and Szegedy 2015).
///
/// The formulas are those of ``Normalise``, with ⟨·⟩ the mean over the samples and places of a
/// channel: the samples are coupled by μ and r, and on the way back by ⟨g⟩ and ⟨x̂g⟩. So each way
/// has two parts, sums over every block first, and then, with their ``Moments``, the block itself.
/// ``StagedPasses`` takes the blocks through both.
struct NormaliseOverBatch: Operation {
  /// Means ⟨·⟩ over the batch, a number for each channel.
  struct Moments: Sendable {
    /// μ, ⟨(x − μ)²⟩, and r = (⟨(x − μ)²⟩ + ε)^(−½).
    var mean: [Double] = []
    var variance: [Double] = []
    var inverse: [Double] = []
    /// ⟨g⟩ and ⟨x̂g⟩ with g = γȳ.
    var gradient: (plain: [Double], normal: [Double]) = ([], [])
    /// ⟨ẋ⟩ and ⟨x̂ẋ⟩.
    var tangent: (plain: [Double], normal: [Double]) = ([], [])
    /// ⟨ġ⟩ and ⟨x̂ġ + x̂̇g⟩ with ġ = γȳ̇ + γ̇ȳ.
    var change: (plain: [Double], normal: [Double]) = ([], [])

    init() {}

    init(mean: [Double], variance: [Double], epsilon: Double) {
      (self.mean, self.variance) = (mean, variance)
      inverse = variance.map { 1 / ($0 + epsilon).squareRoot() }
      // Where x is data it does not move.
      let zeros = [Double](repeating: 0, count: mean.count)
      tangent = (zeros, zeros)
    }
  }

  var outputFeatures: Int
  var channels: Int
  var epsilon: Double
  var scales: AffinePart
  /// What its tensors are called before the last dot.
  var name: String
  /// Of the batch, once they are known.
  var moments = Moments()
  /// How many lanes of the block at hand are real.
  var valid = 0

  var isPiecewiseLinear: Bool { false }

  /// How many rows in succession belong to a channel.
  var rows: Int { outputFeatures / channels }

  /// The operation on one block, with what is known of the batch.
  func with(_ moments: Moments, valid: Int) -> NormaliseOverBatch {
    var operation = self
    (operation.moments, operation.valid) = (moments, valid)
    return operation
  }

  // MARK: - Sums over a block

  /// Σx for each channel.
  @specialized(where E == Double) @specialized(where E == Float)
  func sums<E>(of x: Tile<E>, valid: Int) -> [Double] {
    sums(valid) { row, i in Double(x[row][i]) }
  }

  /// Σ(x − μ)² for each channel.
  @specialized(where E == Double) @specialized(where E == Float)
  func squares<E>(of x: Tile<E>, mean: [Double], valid: Int) -> [Double] {
    sums(valid) { row, i in
      let distance = Double(x[row][i]) - mean[row / rows]
      return distance * distance
    }
  }

  /// Σg, then Σx̂g, for each channel.
  @specialized(where E == Double) @specialized(where E == Float)
  func gradientSums<E>(
    of x: Tile<E>, parameters: [UnsafePointer<E>], outputGradient: Tile<E>
  ) -> [Double] {
    let plain = sums(valid) { row, i in Double(outputGradient[row][i]) }
    let normal = sums(valid) { row, i in
      Double(outputGradient[row][i]) * self.normal(x, row, i)
    }
    return scaled(plain, parameters) + scaled(normal, parameters)
  }

  /// Σẋ, then Σx̂ẋ, for each channel.
  @specialized(where E == Double) @specialized(where E == Float)
  func tangentSums<E>(of x: Tile<E>, along tangent: Tile<E>) -> [Double] {
    sums(valid) { row, i in Double(tangent[row][i]) }
      + sums(valid) { row, i in Double(tangent[row][i]) * normal(x, row, i) }
  }

  /// Σġ, then Σ(x̂ġ + x̂̇g), for each channel.
  @specialized(where E == Double) @specialized(where E == Float)
  func changeSums<E>(
    of x: Tile<E>, along tangent: Tile<E>?, parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>
  ) -> [Double] {
    var plain = scaled(sums(valid) { Double(outputGradientTangent[$0][$1]) }, parameters)
    var normal = scaled(
      sums(valid) { Double(outputGradientTangent[$0][$1]) * self.normal(x, $0, $1) }, parameters)
    if let outputGradient {
      let gradient = sums(valid) { Double(outputGradient[$0][$1]) }
      let product = sums(valid) { Double(outputGradient[$0][$1]) * self.normal(x, $0, $1) }
      var turned = [Double](repeating: 0, count: channels)
      if let tangent {
        turned = scaled(
          sums(valid) { Double(outputGradient[$0][$1]) * turn(x, tangent, $0, $1) }, parameters)
      }
      for channel in 0..<channels {
        let scaleTangent = Double(scales.scaleTangent(parameterTangents, channel * rows))
        plain[channel] += scaleTangent * gradient[channel]
        normal[channel] += scaleTangent * product[channel] + turned[channel]
      }
    }
    return plain + normal
  }

  /// A sum for each channel over its rows and the real lanes, in a fixed order.
  @inline(__always)
  private func sums(_ valid: Int, _ term: (_ row: Int, _ lane: Int) -> Double) -> [Double] {
    (0..<channels).map { channel in
      var sum = 0.0
      for row in channel * rows..<(channel + 1) * rows {
        for lane in 0..<valid { sum += term(row, lane) }
      }
      return sum
    }
  }

  /// Sums of ȳ as sums of g.
  private func scaled<E: KernelScalar>(
    _ sums: [Double], _ parameters: [UnsafePointer<E>]
  ) -> [Double] {
    sums.enumerated().map { Double(scales.scale(parameters, $0 * rows)) * $1 }
  }

  /// x̂.
  @inline(__always)
  private func normal<E: KernelScalar>(_ x: Tile<E>, _ row: Int, _ lane: Int) -> Double {
    (Double(x[row][lane]) - moments.mean[row / rows]) * moments.inverse[row / rows]
  }

  /// x̂̇ = r(ẋ − ⟨ẋ⟩ − x̂⟨x̂ẋ⟩).
  @inline(__always)
  private func turn<E: KernelScalar>(
    _ x: Tile<E>, _ tangent: Tile<E>, _ row: Int, _ lane: Int
  ) -> Double {
    let channel = row / rows
    return moments.inverse[channel]
      * (Double(tangent[row][lane]) - moments.tangent.plain[channel]
        - normal(x, row, lane) * moments.tangent.normal[channel])
  }

  // MARK: - The block itself

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    for row in 0..<outputFeatures {
      let (x, y, lanes) = (x[0][row], y[row], y.lanes)
      let (mean, inverse) = (E(moments.mean[row / rows]), E(moments.inverse[row / rows]))
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
      let (x, gradient, channel) = (x[0][row], outputGradient[row], row / rows)
      let (mean, inverse) = (E(moments.mean[channel]), E(moments.inverse[channel]))
      scales.add(to: parameterGradients, row) { i in
        (gradient[i] * ((x[i] - mean) * inverse), gradient[i])
      } lanes: {
        valid
      }
      guard let result = result?[row] else { continue }
      let scale = scales.scale(parameters, row)
      let (plain, product) = (
        E(moments.gradient.plain[channel]), E(moments.gradient.normal[channel])
      )
      for i in 0..<valid {
        result[i] +=
          inverse * (scale * gradient[i] - plain - (x[i] - mean) * inverse * product)
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    for row in 0..<outputFeatures {
      let (x, y, lanes, channel) = (x[0][row], outputTangent[row], outputTangent.lanes, row / rows)
      let (mean, inverse) = (E(moments.mean[channel]), E(moments.inverse[channel]))
      let turn = scales.scaleTangent(parameterTangents, row)
      let shift = scales.shift(parameterTangents, row)
      for i in 0..<lanes { y[i] = (x[i] - mean) * inverse * turn + shift }
      guard let along = inputTangents[0]?[row] else { continue }
      let slope = scales.scale(parameters, row) * inverse
      let (plain, product) = (
        E(moments.tangent.plain[channel]), E(moments.tangent.normal[channel])
      )
      for i in 0..<lanes {
        y[i] += slope * (along[i] - plain - (x[i] - mean) * inverse * product)
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    let result = inputGradientTangents[0]?.begun()
    for row in 0..<outputFeatures {
      let (x, change, channel) = (x[0][row], outputGradientTangent[row], row / rows)
      let (gradient, along) = (outputGradient?[row], inputTangents[0]?[row])
      let (mean, inverse) = (E(moments.mean[channel]), E(moments.inverse[channel]))
      let scale = scales.scale(parameters, row)
      let scaleTangent = scales.scaleTangent(parameterTangents, row)
      let (alongMean, alongNormal) = (
        E(moments.tangent.plain[channel]), E(moments.tangent.normal[channel])
      )
      @inline(__always) func normal(_ i: Int) -> E { (x[i] - mean) * inverse }
      /// x̂̇; 0 where x does not move.
      @inline(__always) func turn(_ i: Int) -> E {
        along.map { inverse * ($0[i] - alongMean - normal(i) * alongNormal) } ?? 0
      }
      scales.add(to: parameterGradientTangents, row) { i in
        (change[i] * normal(i) + (gradient.map { $0[i] * turn(i) } ?? 0), change[i])
      } lanes: {
        valid
      }
      guard let result = result?[row] else { continue }
      let (plain, product) = (
        E(moments.change.plain[channel]), E(moments.change.normal[channel])
      )
      for i in 0..<valid {
        result[i] += inverse * (scale * change[i] - plain - normal(i) * product)
      }
      guard let gradient else { continue }
      let (mean1, meanNormal) = (
        E(moments.gradient.plain[channel]), E(moments.gradient.normal[channel])
      )
      for i in 0..<valid {
        // ṙ/r = −r⟨x̂ẋ⟩.
        let bend =
          inverse * alongNormal * (scale * gradient[i] - mean1 - normal(i) * meanNormal)
        result[i] += inverse * (scaleTangent * gradient[i] - bend - turn(i) * meanNormal)
      }
    }
  }
}

extension NetworkBuilder {
  /// Adds batch normalisation with the statistics of the batch: of all samples wherever the loss, a
  /// derivative or a surface is evaluated, of the mini-batch in training.
  ///
  /// - Parameters:
  ///   - x: [channels, ..].
  ///   - scale: γ [channels], where there is one.
  ///   - shift: β [channels], where there is one.
  ///   - name: What the statistics' names begin with, such as `1.` of `1.running_mean`.
  ///   - epsilon: ε; the default is PyTorch's.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` where shapes do not fit, or ε is not positive.
  public mutating func normaliseOverBatch(
    _ x: Value, scale: Parameter?, shift: Parameter?, name: String, epsilon: Double = 1e-5
  ) throws(NetworkError) -> Value {
    guard let channels = x.shape.first else { throw fault("needs channels") }
    let scales = try affinePart(
      AffineShape(shape: [channels], rows: x.count / channels), scale, shift, epsilon)
    return try append(
      NormaliseOverBatch(
        outputFeatures: x.count, channels: channels, epsilon: epsilon, scales: scales, name: name),
      of: [x], [scale, shift].compactMap(\.self), shape: x.shape)
  }
}
