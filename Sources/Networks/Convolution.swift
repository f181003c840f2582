/// y[o, p] = b[o] + Σ over channels c and places k of W[o, c, k]·x[c, window(p, k)]: a convolution of one
/// or two dimensions, W [out, in / groups, kernel…]; the parameters are W and, where there is one, b.
///
/// It is direct: samples lie side by side in the vector registers, so that nothing is rearranged, and
/// what a window reads beyond the edges is left out rather than read as zeros.
struct Convolution: AffineOperation {
  /// Channels read and made.
  var inputs: Int
  var outputs: Int
  /// Each of so many groups of outputs reads a group of inputs of its own.
  var groups: Int
  var windows: Windows

  var outputFeatures: Int { outputs * windows.results }
  var adds: Bool { true }
  var isWorthAnImage: Bool { groupInputs * windows.places >= Self.leastImageTerms }
  /// Reading two images and storing their sum costs some 21 multiply-adds a number, as they come from
  /// the third-level cache (measured with AVX-512 on one core; two cores share that cache).
  private static let leastImageTerms = 24
  /// Inputs and outputs of one group.
  private var groupInputs: Int { inputs / groups }
  private var groupOutputs: Int { outputs / groups }

  @specialized(where E == Double) @specialized(where E == Float)
  func apply<E>(
    weights: UnsafePointer<E>, bias: UnsafePointer<E>?, to x: Tile<E>, adding added: Tile<E>?,
    into y: Tile<E>, _ f: Activation?
  ) {
    for g in 0..<groups {
      let first = g * groupOutputs * windows.results
      E.Loops.convolve(
        WindowWeights(
          base: weights + g * groupOutputs * groupInputs * windows.places,
          rowStep: groupInputs * windows.places, channelStep: windows.places),
        bias: bias.map { $0 + g * groupOutputs }, x.row(g * groupInputs * windows.sources),
        windows.forward, sources: windows.sources,
        adding: added.map { UnsafePointer($0.row(first)) },
        into: y.row(first), results: windows.results, rows: groupOutputs, channels: groupInputs,
        lanes: y.lanes, f)
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
    if let sum = inputGradients[0] {
      transpose(parameters[0], outputGradient, into: sum.tile, adding: sum.isBegun)
    }
    addWeights(outputGradient, x[0], to: parameterGradients[0])
    guard parameterGradients.count > 1 else { return }
    // A channel's positions follow one another: one long row.
    E.Loops.addRowSums(
      outputGradient.base, rows: outputs, lanes: windows.results * outputGradient.lanes,
      into: parameterGradients[1])
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    value(of: x, parameters: parameterTangents, into: outputTangent)
    guard let tangent = inputTangents[0] else { return }
    apply(
      weights: parameters[0], bias: nil, to: tangent, adding: outputTangent, into: outputTangent,
      nil)
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
    if let sum = inputGradientTangents[0] {
      transpose(parameterTangents[0], outputGradient, into: sum.tile, adding: true)
    }
    if let tangent = inputTangents[0] {
      addWeights(outputGradient, tangent, to: parameterGradientTangents[0])
    }
  }

  /// x̄ = Wᵀ·ȳ, or x̄ += Wᵀ·ȳ: each position gathers from the results that read it.
  func transpose<E>(
    _ weights: UnsafePointer<E>, _ y: Tile<E>, into x: Tile<E>, adding: Bool
  ) {
    for g in 0..<groups {
      let to = x.row(g * groupInputs * windows.sources)
      E.Loops.convolve(
        WindowWeights(
          base: weights + g * groupOutputs * groupInputs * windows.places, rowStep: windows.places,
          channelStep: groupInputs * windows.places),
        bias: nil, y.row(g * groupOutputs * windows.results), windows.backward,
        sources: windows.results, adding: adding ? UnsafePointer(to) : nil, into: to,
        results: windows.sources, rows: groupInputs, channels: groupOutputs, lanes: y.lanes, nil)
    }
  }

  /// W̄ += Σ over positions of ȳ·xᵀ.
  private func addWeights<E>(_ y: Tile<E>, _ x: Tile<E>, to weights: UnsafeMutablePointer<E>) {
    for g in 0..<groups {
      E.Loops.convolveWeights(
        y.row(g * groupOutputs * windows.results), results: windows.results,
        x.row(g * groupInputs * windows.sources), windows.forward, sources: windows.sources,
        into: weights + g * groupOutputs * groupInputs * windows.places,
        rowStep: groupInputs * windows.places, channelStep: windows.places, rows: groupOutputs,
        channels: groupInputs, lanes: y.lanes)
    }
  }
}

extension NetworkBuilder {
  /// Adds a convolution of one or two dimensions (a cross-correlation, as deep learning has it).
  ///
  /// - Parameters:
  ///   - x: [channels, length] or [channels, height, width].
  ///   - weight: W [outputs, channels / groups, kernel…].
  ///   - bias: b [outputs], where there is one.
  ///   - stride: One for each dimension.
  ///   - padding: Zeros before the first position of each dimension, then after the last of each.
  ///   - dilation: The distance of a window's places, for each dimension.
  ///   - groups: Into how many groups channels and outputs are cut, each convolved on its own.
  /// - Returns: y [outputs, positions…].
  /// - Throws: ``NetworkError`` where shapes do not fit.
  public mutating func convolve(
    _ x: Value, weight: Parameter, bias: Parameter?, stride: [Int], padding: [Int],
    dilation: [Int], groups: Int
  ) throws(NetworkError) -> Value {
    let (convolution, positions) = try convolution(
      of: x, weight: weight.shape, bias: bias?.shape, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
    return try append(
      convolution, of: [x], [weight] + (bias.map { [$0] } ?? []),
      shape: [convolution.outputs] + positions)
  }

  /// Checks what makes a convolution; returns it with the shape of its positions.
  func convolution(
    of x: Value, weight: [Int], bias: [Int]?, stride: [Int], padding: [Int], dilation: [Int],
    groups: Int
  ) throws(NetworkError) -> (Convolution, positions: [Int]) {
    let axes = try axes(
      of: x, kernel: Array(weight.dropFirst(2)), stride: stride, padding: padding,
      dilation: dilation)
    let (inputs, outputs) = (x.shape[0], weight[0])
    guard groups >= 1, inputs.isMultiple(of: groups), outputs.isMultiple(of: groups) else {
      throw fault("cannot cut \(inputs) channels and \(outputs) outputs into \(groups) groups")
    }
    guard weight[1] == inputs / groups else {
      let each = groups > 1 ? " in \(groups) groups" : ""
      throw fault("has a weight of shape \(weight) for \(inputs) channels\(each)")
    }
    if let bias, bias != [outputs] {
      throw fault("has a bias of shape \(bias) for \(outputs) outputs")
    }
    let windows = Windows(axes, weights: .kernel)
    return (
      Convolution(inputs: inputs, outputs: outputs, groups: groups, windows: windows),
      windows.shape
    )
  }

  /// Checks what makes windows over a value.
  ///
  /// - Parameters:
  ///   - x: [channels, length] or [channels, height, width].
  ///   - kernel: The window's size, for each dimension.
  ///   - stride: One for each dimension.
  ///   - padding: Before the first position of each dimension, then after the last of each.
  ///   - dilation: One for each dimension.
  ///   - ceiling: Whether a last window may end beyond the padding.
  /// - Returns: One or two dimensions.
  /// - Throws: ``NetworkError`` where no window fits.
  func axes(
    of x: Value, kernel: [Int], stride: [Int], padding: [Int], dilation: [Int],
    ceiling: Bool = false
  ) throws(NetworkError) -> [Windows.Axis] {
    let rank = x.shape.count - 1
    guard (1...2).contains(rank) else {
      throw fault(
        "needs an input of shape [channels, length] or [channels, height, width], not \(x.shape)")
    }
    guard kernel.count == rank, stride.count == rank, dilation.count == rank else {
      throw fault(
        "has a kernel of \(kernel.count), strides of \(stride.count) and dilations of "
          + "\(dilation.count) dimensions for an input of \(rank)")
    }
    guard padding.count == 2 * rank else {
      throw fault(
        "needs \(2 * rank) paddings, before and after each dimension, not \(padding.count)")
    }
    let limit = 1 << 20
    guard (kernel + stride + dilation).allSatisfy({ (1...limit).contains($0) }),
      padding.allSatisfy({ (0...limit).contains($0) })
    else {
      throw fault(
        "needs kernel, stride and dilation from 1 and padding from 0, each up to \(limit)")
    }
    let axes = try (0..<rank).map { index throws(NetworkError) in
      let axis = Windows.Axis(
        size: x.shape[1 + index], kernel: kernel[index], stride: stride[index],
        dilation: dilation[index], padding: (padding[index], padding[rank + index]),
        ceiling: ceiling)
      guard axis.results > 0 else {
        let reach = axis.dilation * (axis.kernel - 1) + 1
        throw fault(
          "has a window \(reach) wide over \(axis.size) positions with padding "
            + "\(axis.padding.before) and \(axis.padding.after)")
      }
      return axis
    }
    // Each factor is far below 2³¹, so that no product overflows.
    let places = axes.reduce(1) { $0 * $1.kernel }
    let results = axes.reduce(1) { $0 * $1.results }
    let reads = axes.reduce(1) { $0 * $1.results * min($1.kernel, $1.size) }
    guard places <= Windows.placeLimit, results <= Windows.placeLimit, reads <= Windows.readLimit
    else {
      throw fault(
        "has \(results) windows of \(places) places over positions \(x.shape.dropFirst().map { $0 }); "
          + "up to \(Windows.placeLimit) of each, and \(Windows.readLimit) numbers read, are possible"
      )
    }
    return axes
  }
}
