/// What a pooling makes of a window's numbers.
public enum Pooling: Sendable, Hashable {
  /// The greatest; of equals the first one has the gradient, as in PyTorch.
  case maximum
  /// Their mean, over as many places as the window has within the padding, or within the input alone.
  case average(countsPadding: Bool)
}

/// y[c, p] = the mean of x[c, ·] over the window at p; it has no parameters.
struct AveragePool: Operation {
  var channels: Int
  /// With reciprocals as weights.
  var windows: Windows

  var outputFeatures: Int { channels * windows.results }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    sum(x[0], windows.forward, into: y, adding: false)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    guard let to = inputGradients[0] else { return }
    sum(outputGradient, windows.backward, into: to.tile, adding: to.isBegun)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    guard let tangent = inputTangents[0] else { return outputTangent.zero() }
    sum(tangent, windows.forward, into: outputTangent, adding: false)
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
  }

  /// Σ x/n for each channel, forward over the windows or back.
  private func sum<E>(_ x: Tile<E>, _ table: WindowTable, into y: Tile<E>, adding: Bool) {
    let (sources, results) = (x.rows / channels, y.rows / channels)
    let reciprocals = (0...windows.places).map { $0 == 0 ? 0 : 1 / E($0) }
    reciprocals.withUnsafeBufferPointer { reciprocals in
      guard let base = reciprocals.baseAddress else { return }
      let weights = WindowWeights(base: base, rowStep: 0, channelStep: 0)
      for c in 0..<channels {
        let to = y.row(c * results)
        E.Loops.convolve(
          weights, bias: nil, x.row(c * sources), table, sources: sources,
          adding: adding ? UnsafePointer(to) : nil, into: to, results: results, rows: 1,
          channels: 1, lanes: y.lanes, nil)
      }
    }
  }
}

/// y[c, p] = the greatest of x[c, ·] over the window at p; it has no parameters.
struct MaximumPool: Operation {
  var channels: Int
  var windows: Windows

  var outputFeatures: Int { channels * windows.results }
  /// Which place of its window each number is from.
  var savedTiles: Int { 1 }
  var hasKinks: Bool { true }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    E.Loops.poolMaximum(
      x[0].base, windows, into: y.base, choice: nil, channels: channels, lanes: y.lanes)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    guard let sum = inputGradients[0] else { return }
    withUnsafeTemporaryAllocation(of: E.self, capacity: outputGradient.count) { choice in
      guard let base = choice.baseAddress else { return }
      let choice = Tile(base: base, rows: outputGradient.rows, lanes: outputGradient.lanes)
      linearise(of: x, outputGradient: nil, into: [choice])
      giveBack(outputGradient, choice: choice, to: sum)
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>?, into saved: [Tile<E>]) {
    E.Loops.poolMaximum(
      x[0].base, windows, into: nil, choice: saved[0].base, channels: channels,
      lanes: x[0].lanes)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    guard let tangent = inputTangents[0] else { return outputTangent.zero() }
    E.Loops.poolChoose(
      tangent.base, windows, choice: saved[0].base, into: outputTangent.base, channels: channels,
      lanes: tangent.lanes)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    guard let sum = inputGradientTangents[0] else { return }
    giveBack(outputGradientTangent, choice: saved[0], to: sum)
  }

  private func giveBack<E>(_ y: Tile<E>, choice: Tile<E>, to sum: GradientSum<E>) {
    if !sum.isBegun { sum.tile.zero() }
    E.Loops.poolReturn(
      y.base, windows, choice: choice.base, into: sum.tile.base, channels: channels, lanes: y.lanes)
  }
}

extension NetworkBuilder {
  /// Adds a pooling over windows of one or two dimensions.
  ///
  /// - Parameters:
  ///   - x: [channels, length] or [channels, height, width].
  ///   - kind: What is made of a window's numbers.
  ///   - kernel: The window's size, for each dimension.
  ///   - stride: One for each dimension.
  ///   - padding: Before the first position of each dimension, then after the last of each. It is no
  ///     number for a maximum.
  ///   - dilation: The distance of a window's places, for each dimension.
  ///   - ceiling: Whether a last window may end beyond the padding, as long as it begins before.
  /// - Returns: y [channels, positions…].
  /// - Throws: ``NetworkError`` where shapes do not fit, or a window has nothing but padding.
  public mutating func pool(
    _ x: Value, _ kind: Pooling, kernel: [Int], stride: [Int], padding: [Int], dilation: [Int],
    ceiling: Bool
  ) throws(NetworkError) -> Value {
    let axes = try axes(
      of: x, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      ceiling: ceiling)
    let channels = x.shape[0]
    let operation: any Operation
    let windows: Windows
    switch kind {
    case .maximum:
      windows = Windows(axes, weights: .kernel)
      operation = MaximumPool(channels: channels, windows: windows)
    case .average(let countsPadding):
      windows = Windows(axes, weights: .reciprocals(countsPadding: countsPadding))
      operation = AveragePool(channels: channels, windows: windows)
    }
    guard !windows.hasEmptyWindows else {
      throw fault("has a window that reads nothing but padding; give it less padding")
    }
    return try append(operation, of: [x], shape: [channels] + windows.shape)
  }

  /// Adds a pooling over all positions.
  ///
  /// - Parameters:
  ///   - x: [channels, length] or [channels, height, width].
  ///   - kind: What is made of a channel's numbers.
  /// - Returns: y [channels].
  /// - Throws: ``NetworkError`` where the shape does not fit.
  public mutating func globalPool(_ x: Value, _ kind: Pooling) throws(NetworkError) -> Value {
    let kernel = Array(x.shape.dropFirst())
    let ones = kernel.map { _ in 1 }
    let pooled = try pool(
      x, kind, kernel: kernel, stride: ones, padding: (kernel + kernel).map { _ in 0 },
      dilation: ones, ceiling: false)
    return try reshape(pooled, to: [x.shape[0]])
  }
}
