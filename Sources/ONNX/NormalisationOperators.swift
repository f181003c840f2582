import Networks

extension Operator {
  /// Normalisations.
  static let normalisation: [Operator] = [
    Operator(
      "BatchNormalization",
      "as at inference: the running mean and variance are constants, scale and shift are trained"
    ) { try $0.batchNormalisation() },
    Operator("LayerNormalization", "over the last dimensions") { try $0.layerNormalisation() },
    Operator("RMSNormalization", "over the last dimensions") {
      try $0.layerNormalisation(isCentred: false)
    },
    Operator("InstanceNormalization") { try $0.instanceNormalisation() },
    Operator("GroupNormalization") { try $0.groupNormalisation() },
  ]
}

extension Conversion {
  /// The scale or the shift of a normalisation: a parameter, or numbers.
  private enum Affine {
    case parameter(NetworkBuilder.Parameter)
    case constant(Constant)
  }

  private mutating func affine(_ place: Int, shape: [Int]) throws -> Affine? {
    switch try term(place) {
    case .weight(let weight)?:
      guard weight.shape.reduce(1, *) == shape.reduce(1, *), !weight.isTransposed else {
        throw Fault("has a scale or shift of shape \(written(weight.shape)) for \(written(shape))")
      }
      return .parameter(
        try parameter(
          Weight(name: weight.name, shape: shape), role: .normalisation))
    case .constant(let constant)?: return .constant(constant)
    case .value?: throw Fault("has a scale or shift that is computed")
    case nil: return nil
    }
  }

  /// Adds scale and shift, where they are constants, to what a normalisation made; `shape` is what
  /// they are broadcast as.
  private mutating func scaled(
    _ y: NetworkBuilder.Value, _ scale: Affine?, _ shift: Affine?, as shape: [Int]
  ) throws -> NetworkBuilder.Value {
    var y = y
    for (affine, function, neutral) in [
      (scale, BinaryFunction.multiply, 1.0), (shift, .add, 0.0),
    ] {
      switch affine {
      case .constant(let constant)? where !constant.numbers.allSatisfy({ $0 == neutral }):
        let numbers = try builder.constant(constant.numbers, shape: shape)
        y = try builder.combine(y, numbers, function)
      case .parameter(let parameter)?:
        // Reached where the other of the two is a constant.
        let spread = try builder.reshape(builder.spread(parameter), to: shape)
        y = try builder.combine(y, spread, function)
      case .constant?, nil: break
      }
    }
    return y
  }

  /// Runs a normalisation with the parameters that it can take, and adds what it cannot.
  private mutating func normalised(
    _ scale: Affine?, _ shift: Affine?, as shape: [Int],
    _ body: (
      inout NetworkBuilder, NetworkBuilder.Parameter?, NetworkBuilder.Parameter?
    ) throws -> NetworkBuilder.Value
  ) throws -> NetworkBuilder.Value {
    switch (scale, shift) {
    case (.parameter(let scale)?, .parameter(let shift)?): try body(&builder, scale, shift)
    case (.parameter(let scale)?, nil): try body(&builder, scale, nil)
    case (nil, .parameter(let shift)?): try body(&builder, nil, shift)
    default: try scaled(try body(&builder, nil, nil), scale, shift, as: shape)
    }
  }

  fileprivate mutating func batchNormalisation() throws -> [Term] {
    guard node.integer("training_mode", 0) == 0 else {
      throw Fault("is in training mode, which mixes samples; export the model in evaluation mode")
    }
    let (x, _) = try image(0)
    let channels = x.value.shape[0]
    let scale = try affine(1, shape: [channels])
    let shift = try affine(2, shape: [channels])
    guard let mean = try constant(3), let variance = try constant(4) else {
      throw Fault("lacks its mean or its variance")
    }
    let epsilon = node.number("epsilon", 1e-5)
    let places = [Int](repeating: 1, count: x.value.shape.count - 1)
    let value = try normalised(scale, shift, as: [channels] + places) {
      try $0.normaliseBatch(
        x.value, scale: $1, shift: $2, mean: mean.numbers, variance: variance.numbers,
        epsilon: epsilon)
    }
    return [try batch(value, x, isTrained: true)]
  }

  fileprivate mutating func layerNormalisation(isCentred: Bool = true) throws -> [Term] {
    var x = try signal(0)
    let axis = try axis(node.integer("axis", -1), rank: x.shape.count)
    try keepSamplesApart(x.isBatch, axis..<x.shape.count)
    let shape = Array(x.shape[axis...])
    let scale = try affine(1, shape: shape)
    let shift = isCentred ? try affine(2, shape: shape) : nil
    let epsilon = node.number("epsilon", 1e-5)
    x.value = try normalised(scale, shift, as: shape) {
      isCentred
        ? try $0.normaliseLayer(
          x.value, dimensions: shape.count, scale: $1, shift: $2, epsilon: epsilon)
        : try $0.normaliseRootMeanSquare(
          x.value, dimensions: shape.count, scale: $1, epsilon: epsilon)
    }
    x.isTrained = true
    return [.value(x)]
  }

  fileprivate mutating func instanceNormalisation() throws -> [Term] {
    let (x, _) = try image(0)
    let channels = x.value.shape[0]
    return [
      try groups(x, channels, try affine(1, shape: [channels]), try affine(2, shape: [channels]))
    ]
  }

  fileprivate mutating func groupNormalisation() throws -> [Term] {
    let (x, _) = try image(0)
    let (channels, count) = (x.value.shape[0], node.integer("num_groups", 1))
    guard count >= 1, channels % count == 0 else {
      throw Fault("cuts \(channels) channels into \(count) groups")
    }
    // Until version 21 there is one scale for each group.
    guard node.version < 21 else {
      let (scale, shift) = (try affine(1, shape: [channels]), try affine(2, shape: [channels]))
      return [try groups(x, count, scale, shift)]
    }
    var y = try builder.normaliseGroups(
      x.value, groups: count, scale: nil, shift: nil, epsilon: node.number("epsilon", 1e-5))
    let shape = y.shape
    y = try builder.reshape(y, to: [count, y.count / count])
    y = try scaled(y, try affine(1, shape: [count]), try affine(2, shape: [count]), as: [count, 1])
    return [try batch(try builder.reshape(y, to: shape), x, isTrained: true)]
  }

  private mutating func groups(
    _ x: Signal, _ count: Int, _ scale: Affine?, _ shift: Affine?
  ) throws -> Term {
    let epsilon = node.number("epsilon", 1e-5)
    let places = [Int](repeating: 1, count: x.value.shape.count - 1)
    let value = try normalised(scale, shift, as: [x.value.shape[0]] + places) {
      try $0.normaliseGroups(x.value, groups: count, scale: $1, shift: $2, epsilon: epsilon)
    }
    return try batch(value, x, isTrained: true)
  }
}
