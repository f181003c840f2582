/// The scale γ and the shift β of a normalisation, and which of their numbers goes with a row.
struct AffinePart: Sendable {
  /// Whether there is a γ; it is the first parameter.
  var hasScale: Bool
  /// Whether there is a β; it is the last parameter.
  var hasShift: Bool
  /// Row r has the number (r / rows) mod count.
  var rows: Int
  var count: Int

  @inline(__always)
  private func place(_ row: Int) -> Int { row / rows % count }

  /// γ, or 1.
  @inline(__always)
  func scale<E: KernelScalar>(_ parameters: [UnsafePointer<E>], _ row: Int) -> E {
    hasScale ? parameters[0][place(row)] : 1
  }

  /// γ̇, or 0.
  @inline(__always)
  func scaleTangent<E: KernelScalar>(_ tangents: [UnsafePointer<E>], _ row: Int) -> E {
    hasScale ? tangents[0][place(row)] : 0
  }

  /// β or β̇, or 0.
  @inline(__always)
  func shift<E: KernelScalar>(_ parameters: [UnsafePointer<E>], _ row: Int) -> E {
    hasShift ? parameters[parameters.count - 1][place(row)] : 0
  }

  /// Adds a row's sums over the lanes to γ's and β's.
  @inline(__always)
  func add<E: KernelScalar>(
    to sums: [UnsafeMutablePointer<E>], _ row: Int,
    _ terms: (_ lane: Int) -> (scale: E, shift: E), lanes: () -> Int
  ) {
    let place = place(row)
    if hasScale {
      var sum: E = 0
      for i in 0..<lanes() { sum += terms(i).scale }
      sums[0][place] += sum
    }
    if hasShift {
      var sum: E = 0
      for i in 0..<lanes() { sum += terms(i).shift }
      sums[sums.count - 1][place] += sum
    }
  }
}

extension NetworkBuilder {
  /// Adds layer normalisation (Ba, Kiros and Hinton 2016) over the last dimensions:
  /// y = γ(x − mean)/√(variance + ε) + β.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - dimensions: How many of the last dimensions are normalised together.
  ///   - scale: γ, of their shape, where there is one.
  ///   - shift: β, of their shape, where there is one.
  ///   - epsilon: ε; the default is PyTorch's.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` where shapes do not fit, or ε is not positive.
  public mutating func normaliseLayer(
    _ x: Value, dimensions: Int = 1, scale: Parameter?, shift: Parameter?, epsilon: Double = 1e-5
  ) throws(NetworkError) -> Value {
    try normaliseLast(x, dimensions, scale, shift, epsilon, isCentred: true)
  }

  /// Adds root mean square normalisation (Zhang and Sennrich 2019) over the last dimensions:
  /// y = γx/√(mean of x² + ε).
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - dimensions: How many of the last dimensions are normalised together.
  ///   - scale: γ, of their shape, where there is one.
  ///   - epsilon: ε.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` where shapes do not fit, or ε is not positive.
  public mutating func normaliseRootMeanSquare(
    _ x: Value, dimensions: Int = 1, scale: Parameter?, epsilon: Double = 1e-6
  ) throws(NetworkError) -> Value {
    try normaliseLast(x, dimensions, scale, nil, epsilon, isCentred: false)
  }

  /// Adds group normalisation (Wu and He 2018): the channels of x, its first dimension, are cut
  /// into groups, and each is normalised over its channels and all places.
  ///
  /// - Parameters:
  ///   - x: [channels, ..].
  ///   - groups: How many; as many as channels is instance normalisation.
  ///   - scale: γ [channels], where there is one.
  ///   - shift: β [channels], where there is one.
  ///   - epsilon: ε; the default is PyTorch's.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` where shapes do not fit, or ε is not positive.
  public mutating func normaliseGroups(
    _ x: Value, groups: Int, scale: Parameter?, shift: Parameter?, epsilon: Double = 1e-5
  ) throws(NetworkError) -> Value {
    guard let channels = x.shape.first, groups > 0, channels % groups == 0 else {
      throw fault("cuts a shape of \(x.shape) into \(groups) groups of channels")
    }
    return try normalise(
      x, size: x.count / groups, AffineShape(shape: [channels], rows: x.count / channels),
      scale, shift, epsilon, isCentred: true)
  }

  private mutating func normaliseLast(
    _ x: Value, _ dimensions: Int, _ scale: Parameter?, _ shift: Parameter?, _ epsilon: Double,
    isCentred: Bool
  ) throws(NetworkError) -> Value {
    guard (1...max(x.shape.count, 1)).contains(dimensions), !x.shape.isEmpty else {
      throw fault("normalises the last \(dimensions) dimensions of a shape of \(x.shape)")
    }
    let shape = Array(x.shape.suffix(dimensions))
    return try normalise(
      x, size: shape.reduce(1, *), AffineShape(shape: shape, rows: 1), scale, shift, epsilon,
      isCentred: isCentred)
  }

  private mutating func normalise(
    _ x: Value, size: Int, _ affine: AffineShape, _ scale: Parameter?, _ shift: Parameter?,
    _ epsilon: Double, isCentred: Bool
  ) throws(NetworkError) -> Value {
    let scales = try affinePart(affine, scale, shift, epsilon)
    return try append(
      Normalise(
        outputFeatures: x.count, size: size, isCentred: isCentred, epsilon: epsilon,
        scales: scales),
      of: [x], [scale, shift].compactMap(\.self), shape: x.shape)
  }

  /// The shape of γ and β, and how many rows in succession share one of their numbers.
  struct AffineShape {
    var shape: [Int]
    var rows: Int
  }

  /// Checks γ, β and ε of a normalisation.
  func affinePart(
    _ affine: AffineShape, _ scale: Parameter?, _ shift: Parameter?, _ epsilon: Double
  ) throws(NetworkError) -> AffinePart {
    for (name, parameter) in [("scale", scale), ("shift", shift)] {
      guard let parameter, parameter.shape != affine.shape else { continue }
      throw fault("has a \(name) of shape \(parameter.shape), not \(affine.shape)")
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw fault("needs an ε above 0, not \(epsilon): a constant input has no variance")
    }
    return AffinePart(
      hasScale: scale != nil, hasShift: shift != nil, rows: affine.rows,
      count: affine.shape.reduce(1, *))
  }
}
