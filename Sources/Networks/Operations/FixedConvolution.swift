/// A convolution whose weights and bias are neither data nor trained, such as a frozen layer's.
struct FixedConvolution: LinearOperation {
  var convolution: Convolution
  /// W [out, in / groups, kernel…].
  var weights: [Double]
  /// b [out], where there is one.
  var bias: [Double]?

  var outputFeatures: Int { convolution.outputFeatures }

  // Converted at each use: a filter's numbers are few beside the products made with them.
  @specialized(where E == Double) @specialized(where E == Float)
  func apply<E>(_ x: [Tile<E>?], constants: Bool, into y: Tile<E>) {
    guard let x = x[0] else { return y.zero() }
    weights.map { E($0) }.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      let bias = constants ? bias?.map { E($0) } ?? [] : []
      bias.withUnsafeBufferPointer { bias in
        convolution.apply(
          weights: weights, bias: bias.isEmpty ? nil : bias.baseAddress, to: x, adding: nil,
          into: y, nil)
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func applyTransposed<E>(_ y: Tile<E>, into x: [GradientSum<E>?]) {
    guard let sum = x[0] else { return }
    weights.map { E($0) }.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      convolution.transpose(weights, y, into: sum.tile, adding: sum.isBegun)
    }
  }
}

extension NetworkBuilder {
  /// Adds a convolution of one or two dimensions with weights that are neither data nor trained.
  ///
  /// - Parameters:
  ///   - x: [channels, length] or [channels, height, width].
  ///   - weights: The numbers of W, row-major.
  ///   - shape: W's shape [outputs, channels / groups, kernel…].
  ///   - bias: b [outputs], where there is one.
  ///   - stride: One for each dimension.
  ///   - padding: Zeros before the first position of each dimension, then after the last of each.
  ///   - dilation: The distance of a window's places, for each dimension.
  ///   - groups: Into how many groups channels and outputs are cut, each convolved on its own.
  /// - Returns: y [outputs, positions…].
  /// - Throws: ``NetworkError`` where shapes do not fit.
  public mutating func convolve(
    _ x: Value, fixed weights: [Double], shape: [Int], bias: [Double]?, stride: [Int],
    padding: [Int], dilation: [Int], groups: Int
  ) throws(NetworkError) -> Value {
    let (convolution, positions) = try convolution(
      of: x, weight: shape, bias: bias.map { [$0.count] }, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
    guard weights.count == shape.reduce(1, *) else {
      throw fault("gives \(weights.count) constants the shape \(shape)")
    }
    return try append(
      FixedConvolution(convolution: convolution, weights: weights, bias: bias), of: [x],
      shape: [shape[0]] + positions)
  }
}
