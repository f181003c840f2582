import Networks

extension Operator {
  /// Convolutions and pooling.
  static let convolution: [Operator] = [
    Operator("Conv", "one or two dimensions; the kernel an initialiser, trained or frozen") {
      try $0.convolution()
    },
    Operator("MaxPool", "without its indices") { try $0.pooling(.maximum) },
    Operator("AveragePool") {
      let counts = $0.node.integer("count_include_pad", 0) != 0
      return try $0.pooling(.average(countsPadding: counts))
    },
    Operator("GlobalMaxPool") { try $0.globalPooling(.maximum) },
    Operator("GlobalAveragePool") { try $0.globalPooling(.mean) },
  ]
}

extension Conversion {
  /// x [1, channels, ..] without its batch, and the number of dimensions of its places.
  mutating func image(_ place: Int) throws -> (signal: Signal, spatial: Int) {
    var x = try signal(place)
    guard x.shape.count >= 2, x.shape[0] == 1 else {
      throw Fault("takes [batch, channels, ..], and finds \(written(x.shape)) for one sample")
    }
    try keepSamplesApart(x.isBatch, 1..<x.shape.count)
    x.value = try builder.reshape(x.value, to: Array(x.shape.dropFirst()))
    return (x, x.shape.count - 1)
  }

  /// What became of an image, as a batch of one.
  func batch(_ value: NetworkBuilder.Value, _ x: Signal, isTrained: Bool) throws -> Term {
    let shape = [1] + value.shape
    return .value(
      Signal(
        value: try builder.reshape(value, to: shape),
        isBatch: shape.indices.map { $0 == 0 && x.isBatch[0] }, isTrained: isTrained))
  }

  /// How a window moves over an image.
  private struct Window {
    var kernel: [Int]
    var stride: [Int]
    var dilation: [Int]
    /// Begins, then ends.
    var padding: [Int]
  }

  private func window(kernel: [Int], extents: [Int]) throws -> Window {
    let rank = kernel.count
    guard rank == extents.count else {
      throw Fault("has a kernel of \(rank) dimensions for an image of \(extents.count)")
    }
    let ones = [Int](repeating: 1, count: rank)
    var window = Window(
      kernel: kernel, stride: node.integers("strides") ?? ones,
      dilation: node.integers("dilations") ?? ones,
      padding: node.integers("pads") ?? Array(repeating: 0, count: 2 * rank))
    // No window is larger than this; sums of some stay far from overflow.
    let range = 1...1 << 20
    guard window.stride.count == rank, window.dilation.count == rank,
      window.padding.count == 2 * rank,
      (window.kernel + window.stride + window.dilation).allSatisfy(range.contains),
      window.padding.allSatisfy({ (0...1 << 20).contains($0) })
    else { throw Fault("has strides, dilations or pads that make no sense for its kernel") }
    switch node.text("auto_pad", "NOTSET") {
    case "NOTSET", "": break
    case "VALID": window.padding = Array(repeating: 0, count: 2 * rank)
    case let kind where kind == "SAME_UPPER" || kind == "SAME_LOWER":
      for axis in 0..<rank {
        let reach = (kernel[axis] - 1) * window.dilation[axis] + 1
        let steps = (extents[axis] + window.stride[axis] - 1) / window.stride[axis]
        let missing = max(0, (steps - 1) * window.stride[axis] + reach - extents[axis])
        let begin = kind == "SAME_UPPER" ? missing / 2 : missing - missing / 2
        (window.padding[axis], window.padding[axis + rank]) = (begin, missing - begin)
      }
    case let kind: throw Fault("has auto_pad '\(kind)'")
    }
    return window
  }

  fileprivate mutating func convolution() throws -> [Term] {
    var (x, spatial) = try image(0)
    guard (1...2).contains(spatial) else {
      throw Fault("convolves an image of shape \(written(x.shape)); one or two dimensions can be")
    }
    var kernel: (shape: [Int], trained: Weight?, frozen: [Double])
    switch try needed(1) {
    case .weight(let weight) where !weight.isTransposed: kernel = (weight.shape, weight, [])
    case .constant(let constant): kernel = (constant.shape, nil, constant.numbers)
    default: throw Fault("needs its kernel '\(node.input(1) ?? "")' to be an initialiser")
    }
    guard kernel.shape.count == spatial + 2 else {
      throw Fault("has a kernel of shape \(written(kernel.shape)) for \(written(x.shape))")
    }
    var window = try window(
      kernel: Array(kernel.shape.dropFirst(2)), extents: Array(x.shape.dropFirst()))
    if let given = node.integers("kernel_shape"), given != window.kernel {
      throw Fault(
        "has kernel_shape \(written(given)), and a kernel of shape \(written(kernel.shape))")
    }
    let isLine = spatial == 1
    if isLine {
      // A line is an image of one row.
      x.value = try builder.reshape(x.value, to: [x.shape[0], 1, x.shape[1]])
      kernel.shape.insert(1, at: 2)
      window.stride.insert(1, at: 0)
      window.dilation.insert(1, at: 0)
      window.padding = [0, window.padding[0], 0, window.padding[1]]
    }
    let groups = node.integer("group", 1)
    let fanIn = kernel.shape.dropFirst().reduce(1, *)
    guard groups >= 1, kernel.shape[0] % groups == 0 else {
      throw Fault("cuts \(kernel.shape[0]) filters into \(groups) groups")
    }
    let fanOut = kernel.shape[0] / groups * window.kernel.reduce(1, *)
    let weight = try kernel.trained.map { trained in
      var weight = trained
      weight.shape = kernel.shape
      return try parameter(weight, role: .kernel, fanIn: fanIn, fanOut: fanOut)
    }
    // What is of the same kind as the kernel is part of the convolution; the other is added to it.
    var (bias, fixedBias): (NetworkBuilder.Parameter?, [Double]?)
    switch try term(2) {
    case .weight(let given)?:
      bias = try parameter(given, role: .bias, fanIn: fanIn, fanOut: fanOut)
    case .constant(let given)?: fixedBias = given.numbers
    case .value?: throw Fault("has a bias that is computed")
    case nil: break
    }
    var value: NetworkBuilder.Value
    if let weight {
      value = try builder.convolve(
        x.value, weight: weight, bias: bias, stride: window.stride, padding: window.padding,
        dilation: window.dilation, groups: groups)
      if let fixedBias {
        let shift = try builder.constant(fixedBias, shape: [fixedBias.count, 1, 1])
        value = try builder.combine(value, shift, .add)
      }
    } else {
      value = try builder.convolve(
        x.value, fixed: kernel.frozen, shape: kernel.shape, bias: fixedBias, stride: window.stride,
        padding: window.padding, dilation: window.dilation, groups: groups)
      if let bias {
        let shift = try builder.reshape(builder.spread(bias), to: [kernel.shape[0], 1, 1])
        value = try builder.combine(value, shift, .add)
      }
    }
    if isLine { value = try builder.reshape(value, to: [value.shape[0], value.shape[2]]) }
    let isTrained = x.isTrained || weight != nil || bias != nil
    return [try batch(value, x, isTrained: isTrained)]
  }

  fileprivate mutating func pooling(_ kind: Pooling) throws -> [Term] {
    var (x, spatial) = try image(0)
    guard (1...2).contains(spatial) else {
      throw Fault("pools an image of shape \(written(x.shape)); one or two dimensions can be")
    }
    guard let kernel = node.integers("kernel_shape") else { throw Fault("lacks 'kernel_shape'") }
    var window = try window(kernel: kernel, extents: Array(x.shape.dropFirst()))
    let isLine = spatial == 1
    if isLine {
      x.value = try builder.reshape(x.value, to: [x.shape[0], 1, x.shape[1]])
      window.kernel.insert(1, at: 0)
      window.stride.insert(1, at: 0)
      window.dilation.insert(1, at: 0)
      window.padding = [0, window.padding[0], 0, window.padding[1]]
    }
    var value = try builder.pool(
      x.value, kind, kernel: window.kernel, stride: window.stride, padding: window.padding,
      dilation: window.dilation, ceiling: node.integer("ceil_mode", 0) != 0)
    if isLine { value = try builder.reshape(value, to: [value.shape[0], value.shape[2]]) }
    return [try batch(value, x, isTrained: x.isTrained)]
  }

  fileprivate mutating func globalPooling(_ reduction: Reduction) throws -> [Term] {
    let (x, spatial) = try image(0)
    guard spatial >= 1 else { return [.value(try signal(0))] }
    let value = try builder.reduce(
      x.value, reduction, axes: Array(1..<x.value.shape.count), keepsDimensions: true)
    return [try batch(value, x, isTrained: x.isTrained)]
  }
}
