import Networks

extension Operator {
  /// Softmax and its logarithm.
  static let softmaxes: [Operator] = [
    Operator("Softmax", "a last one is folded into the cross-entropy") {
      try $0.softmax(isLogarithm: false)
    },
    Operator("LogSoftmax", "a last one is folded into the cross-entropy") {
      try $0.softmax(isLogarithm: true)
    },
  ]

  /// Sums, means and extremes over dimensions.
  static let reductions: [Operator] = [
    Operator("ReduceSum") { try $0.reduce(.sum, since: 13) { $0.reduce(0, +) } },
    Operator("ReduceMean") {
      try $0.reduce(.mean, since: 18) { $0.reduce(0, +) / Double($0.count) }
    },
    Operator("ReduceMax") { try $0.reduce(.maximum, since: 18) { $0.max() ?? -.infinity } },
    Operator("ReduceProd", "of constants") {
      try $0.reduce(nil, since: 18) { $0.reduce(1, *) }
    },
    Operator("ReduceMin", "of constants") {
      try $0.reduce(nil, since: 18) { $0.min() ?? .infinity }
    },
    Operator("ReduceL2") { try $0.reduceSquares(takesRoot: true) },
    Operator("ReduceSumSquare") { try $0.reduceSquares(takesRoot: false) },
  ]
}

extension Conversion {
  fileprivate mutating func softmax(isLogarithm: Bool) throws -> [Term] {
    var x = try signal(0)
    let shape = x.shape
    let axis = try axis(node.integer("axis", node.version < 13 ? 1 : -1), rank: shape.count)
    if node.version < 13 {
      // All dimensions from the axis on are one.
      try keepSamplesApart(x.isBatch, axis..<shape.count)
      x.value = try builder.reshape(
        x.value, to: [shape[..<axis].reduce(1, *), shape[axis...].reduce(1, *)])
    } else {
      try keepSamplesApart(x.isBatch, [axis])
    }
    let place = node.version < 13 ? 1 : axis
    x.value =
      isLogarithm
      ? try builder.logSoftmax(x.value, axis: place) : try builder.softmax(x.value, axis: place)
    x.value = try builder.reshape(x.value, to: shape)
    return [.value(x)]
  }

  /// The axes of a reduction, from an attribute or, since some version, from an input.
  private mutating func axes(rank: Int, since version: Int) throws -> [Int] {
    let given =
      node.version < version ? node.integers("axes") : try integers(1) ?? node.integers("axes")
    guard let given, !given.isEmpty else {
      return node.integer("noop_with_empty_axes", 0) != 0 ? [] : Array(0..<rank)
    }
    let axes = try given.map { try axis($0, rank: rank) }
    guard Set(axes).count == axes.count else { throw Fault("reduces an axis twice") }
    return axes
  }

  fileprivate mutating func reduce(
    _ reduction: Reduction?, since version: Int, _ body: ([Double]) -> Double
  ) throws -> [Term] {
    let x = try needed(0)
    let axes = try axes(rank: x.shape.count, since: version)
    let keeps = node.integer("keepdims", 1) != 0
    let kept = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
    let left = keeps ? kept : x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] }
    if case .constant(let x) = x {
      // Which number of the result each number belongs to.
      let groups = Shape.sources(of: x.shape, in: kept)
      var members = [[Double]](repeating: [], count: kept.reduce(1, *))
      var grows = [Bool](repeating: false, count: members.count)
      for (index, group) in groups.enumerated() {
        members[group].append(x.numbers[index])
        if x.grows(index) { grows[group] = true }
      }
      return [
        .constant(
          Constant(
            shape: left, numbers: members.map(body), isBatch: grows, isWhole: x.isWhole))
      ]
    }
    guard let reduction else { throw Fault("is supported for constants, not for values") }
    var y = try signal(x)
    guard !axes.isEmpty else { return [.value(y)] }
    try keepSamplesApart(y.isBatch, axes)
    y.value = try builder.reduce(y.value, reduction, axes: axes, keepsDimensions: true)
    y.value = try builder.reshape(y.value, to: left)
    if !keeps {
      y.isBatch = y.isBatch.indices.filter { !axes.contains($0) }.map { y.isBatch[$0] }
    }
    return [.value(y)]
  }

  fileprivate mutating func reduceSquares(takesRoot: Bool) throws -> [Term] {
    var x = try signal(0)
    let axes = try axes(rank: x.shape.count, since: 18)
    try keepSamplesApart(x.isBatch, axes)
    let keeps = node.integer("keepdims", 1) != 0
    let left = x.shape.indices.filter { keeps || !axes.contains($0) }
    let shape = left.map { axes.contains($0) ? 1 : x.shape[$0] }
    x.value = try builder.map(x.value, .square)
    if !axes.isEmpty {
      x.value = try builder.reduce(x.value, .sum, axes: axes, keepsDimensions: true)
    }
    if takesRoot { x.value = try builder.map(x.value, .sqrt) }
    x.value = try builder.reshape(x.value, to: shape)
    x.isBatch = left.map { x.isBatch[$0] }
    return [.value(x)]
  }
}
