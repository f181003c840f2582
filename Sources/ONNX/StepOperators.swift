import Networks

extension Operator {
  /// Comparisons, logic, rounding and positions: functions that go in steps, with derivative 0.
  static let steps: [Operator] = [
    Operator("Equal") { try $0.compare(.equal) { $0 == $1 } },
    Operator("Greater") { try $0.compare(.greater) { $0 > $1 } },
    Operator("GreaterOrEqual") { try $0.compare(.greaterOrEqual) { $0 >= $1 } },
    Operator("Less") { try $0.compare(.greater, isSwapped: true) { $0 > $1 } },
    Operator("LessOrEqual") { try $0.compare(.greaterOrEqual, isSwapped: true) { $0 >= $1 } },
    Operator("And") { try $0.combine(.minimum) { Swift.min($0, $1) } },
    Operator("Or") { try $0.combine(.maximum) { Swift.max($0, $1) } },
    Operator("Xor") { conversion in
      let equal = try conversion.compare(.equal) { $0 == $1 }
      return [try conversion.not(equal[0])]
    },
    Operator("Not") { [try $0.not($0.needed(0))] },
    Operator("Floor") { try $0.step(.floor) { $0.rounded(.down) } },
    Operator("Ceil") { try $0.step(.ceiling) { $0.rounded(.up) } },
    Operator("Round") { try $0.step(.round) { $0.rounded(.toNearestOrEven) } },
    Operator("Sign") { try $0.step(.sign) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 } },
    Operator("Mod") { try $0.remainder() },
    Operator("ArgMax") { try $0.position(isLeast: false) },
    Operator("ArgMin") { try $0.position(isLeast: true) },
    Operator("CumSum", "along a constant axis") { try $0.runningSum() },
    Operator("OneHot", "of a constant depth") { try $0.oneHot() },
  ]
}

extension Conversion {
  /// 1 where a comparison holds, else 0.
  fileprivate mutating func compare(
    _ function: BinaryFunction, isSwapped: Bool = false, _ body: (Double, Double) -> Bool
  ) throws -> [Term] {
    if function == .greater, case .value = try needed(0), let reader = onlyReader(of: node),
      softplus(reader) != nil
    {
      // The reader replaces the choice, and needs no condition.
      return [.constant(Constant(shape: [], numbers: [0]))]
    }
    let (first, second) = (try compared(0), try compared(1))
    let (a, b) = isSwapped ? (second, first) : (first, second)
    if case .constant(let a) = a, case .constant(let b) = b {
      return [.constant(try combined(a, b) { body($0, $1) ? 1 : 0 })]
    }
    let y = try combined(signal(a), signal(b), function)
    sayStep(y)
    return [.value(y)]
  }

  /// An operand of a comparison; where it is data, rounded as its type rounds it.
  ///
  /// A threshold has no gradient, and is no weight.
  private mutating func compared(_ place: Int) throws -> Term {
    let isSingle = type(place) == .float32
    switch try needed(place) {
    case .weight(let weight): return .constant(try numbers(of: weight))
    case .constant(var constant):
      let isDataBeside = try isUntrained(1 - place)
      if isSingle, isDataBeside { constant.numbers = constant.numbers.map { Double(Float($0)) } }
      return .constant(constant)
    case .value(var signal):
      if isSingle, !signal.isTrained { signal.value = try builder.map(signal.value, .single) }
      return .value(signal)
    }
  }

  private func isUntrained(_ place: Int) throws -> Bool {
    if case .value(let signal) = try needed(place) { !signal.isTrained } else { false }
  }

  fileprivate mutating func not(_ x: Term) throws -> Term {
    if case .constant(var constant) = x {
      constant.numbers = constant.numbers.map { $0 == 0 ? 1 : 0 }
      return .constant(constant)
    }
    var x = try signal(x)
    x.value = try builder.map(x.value, .affine(scale: -1, shift: 1))
    return .value(x)
  }

  fileprivate mutating func step(
    _ function: UnaryFunction, _ body: @escaping (Double) -> Double
  ) throws -> [Term] {
    let terms = try map(function, body)
    if case .value(let y)? = terms.first { sayStep(y) }
    return terms
  }

  /// a − b·⌊a/b⌋, of the sign of b; with fmod the quotient is cut off, and the sign is that of a.
  fileprivate mutating func remainder() throws -> [Term] {
    let isCut = node.integer("fmod", 0) != 0
    if case .constant(let a) = try needed(0), case .constant(let b) = try needed(1) {
      return [
        .constant(
          try combined(a, b) { $0 - $1 * ($0 / $1).rounded(isCut ? .towardZero : .down) })
      ]
    }
    let (a, b) = (try signal(0), try signal(1))
    var quotient = try combined(a, b, .divide)
    quotient.value = try builder.map(quotient.value, isCut ? .truncate : .floor)
    sayStep(quotient)
    return [.value(try combined(a, combined(quotient, b, .multiply), .subtract))]
  }

  /// The place of the greatest or least entry along an axis.
  fileprivate mutating func position(isLeast: Bool) throws -> [Term] {
    var x = try signal(0)
    let axis = try axis(node.integer("axis", 0), rank: x.shape.count)
    try keepSamplesApart(x.isBatch, [axis])
    if isLeast { x.value = try builder.map(x.value, .negate) }
    let extent = x.shape[axis]
    let isLast = node.integer("select_last_index", 0) != 0
    let best = try builder.reduce(x.value, .maximum, axes: [axis], keepsDimensions: true)
    let isBest = try builder.combine(x.value, best, .equal)
    // Of several the first: the one with the most entries after it.
    var shape = x.shape.map { _ in 1 }
    shape[axis] = extent
    let ranks = (0..<extent).map { Double(isLast ? $0 : extent - 1 - $0) }
    let ranked = try builder.combine(
      isBest, builder.constant(ranks, shape: shape), .multiply)
    var y = x
    y.value = try builder.reduce(ranked, .maximum, axes: [axis], keepsDimensions: true)
    if !isLast {
      y.value = try builder.map(y.value, .affine(scale: -1, shift: Double(extent - 1)))
    }
    if node.integer("keepdims", 1) == 0 {
      var left = y.shape
      left.remove(at: axis)
      y.value = try builder.reshape(y.value, to: left)
      y.isBatch.remove(at: axis)
    }
    sayStep(y)
    return [.value(y)]
  }

  /// Sums of the entries up to each, along an axis: a product with a triangle of ones.
  fileprivate mutating func runningSum() throws -> [Term] {
    let x = try needed(0)
    guard let given = try constant(1)?.integers.first else { throw Fault("lacks its axis") }
    let axis = try axis(given, rank: x.shape.count)
    try keepSamplesApart(x.isBatch, [axis])
    let extent = x.shape[axis]
    guard extent <= 1 << 11 else { throw Fault("sums along \(extent) entries") }
    let isReversed = node.integer("reverse", 0) != 0
    let isExclusive = node.integer("exclusive", 0) != 0
    let ones = (0..<extent * extent).map { place -> Double in
      let (row, column) = place.quotientAndRemainder(dividingBy: extent)
      if row == column { return isExclusive ? 0 : 1 }
      return (row < column) != isReversed ? 1 : 0
    }
    var order = Array(x.shape.indices)
    order.swapAt(axis, order.count - 1)
    var y = try signal(transpose(x, order))
    let shape = y.shape
    y.value = try builder.reshape(y.value, to: [y.value.count / extent, extent])
    y.value = try builder.multiply(y.value, builder.constant(ones, shape: [extent, extent]))
    y.value = try builder.reshape(y.value, to: shape)
    return [try transpose(.value(y), order)]
  }

  /// One number at the place that an index names, another at all others.
  fileprivate mutating func oneHot() throws -> [Term] {
    let indices = try signal(0)
    guard let depth = try constant(1)?.integers.first, (1...1 << 16).contains(depth),
      let values = try constant(2)?.numbers, values.count == 2
    else { throw Fault("lacks its depth or its two values") }
    let rank = indices.shape.count + 1
    let axis = try axis(node.integer("axis", -1), rank: rank)
    var (shape, isBatch) = (indices.shape, indices.isBatch)
    shape.insert(1, at: axis)
    isBatch.insert(false, at: axis)
    var places = [Int](repeating: 1, count: rank)
    places[axis] = depth
    let range = try builder.constant((0..<depth).map(Double.init), shape: places)
    let depthValue = try builder.constant([Double(depth)], shape: places.map { _ in 1 })
    let index = try builder.reshape(indices.value, to: shape)
    // Below 0 they count from the end.
    let isBelow = try builder.combine(
      builder.constant([0], shape: places.map { _ in 1 }), index, .greater)
    let counted = try builder.combine(
      index, builder.combine(isBelow, depthValue, .multiply), .add)
    let isThere = try builder.combine(counted, range, .equal)
    let y = try builder.map(isThere, .affine(scale: values[1] - values[0], shift: values[0]))
    let result = Signal(value: y, isBatch: isBatch, isTrained: indices.isTrained)
    sayStep(result)
    return [.value(result)]
  }
}
