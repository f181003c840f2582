import Networks
import RealModule

extension Operator {
  /// Functions of each number, of one operand or of several.
  static let elementwise: [Operator] =
    activations + functions + [
      Operator("Add") { try $0.combine(.add) { $0 + $1 } },
      Operator("Sub") { try $0.combine(.subtract) { $0 - $1 } },
      Operator("Mul") { try $0.combine(.multiply) { $0 * $1 } },
      Operator("Div") { conversion in
        let isWhole = try conversion.isWholeDivision()
        return try conversion.combine(.divide) {
          isWhole ? ($0 / $1).rounded(.towardZero) : $0 / $1
        }
      },
      Operator("Pow", "of values, with a constant exponent or base") { try $0.power() },
      Operator("Max") { try $0.extreme(.maximum) { Swift.max($0, $1) } },
      Operator("Min") { try $0.extreme(.minimum) { Swift.min($0, $1) } },
      Operator("Sum") { try $0.extreme(.add) { $0 + $1 } },
      Operator("Clip") { try $0.clip() },
      Operator("PRelu") { try $0.parametricReLU() },
      Operator("Where", "no derivative goes through its condition") { try $0.choose() },
    ]

  private static let activations: [Operator] = [
    Operator("Relu") { try $0.activate(.relu) },
    Operator("LeakyRelu") { try $0.activate(.leakyReLU(slope: $0.node.number("alpha", 0.01))) },
    Operator("Elu") { try $0.activate(.elu(alpha: $0.node.number("alpha", 1))) },
    Operator("Gelu", "and its spelling with Erf") {
      try $0.activate($0.node.text("approximate", "none") == "tanh" ? .geluTanh : .gelu)
    },
    Operator("Tanh") { try $0.activate(.tanh) },
    Operator("Sigmoid", "a last one is folded into the binary cross-entropy") { try $0.sigmoid() },
    Operator("Softplus") { try $0.activate(.softplus) },
  ]

  private static let functions: [Operator] = [
    Operator("Exp") { try $0.map(.exp) { .exp($0) } },
    Operator("Log") { try $0.map(.log) { .log($0) } },
    Operator("Sqrt") { try $0.map(.sqrt) { $0.squareRoot() } },
    Operator("Reciprocal") { try $0.map(.reciprocal) { 1 / $0 } },
    Operator("Neg") { try $0.map(.negate) { -$0 } },
    Operator("Abs") { try $0.map(.abs) { Swift.abs($0) } },
    Operator("Erf") { try $0.map(.erf) { .erf($0) } },
    Operator("Erfc", "as tf2onnx writes it") { conversion in
      let terms = try conversion.map(.erf) { .erf($0) }
      var y = try conversion.signal(terms[0])
      y.value = try conversion.builder.map(y.value, .affine(scale: -1, shift: 1))
      return [.value(y)]
    },
    Operator("Sin") { try $0.map(.sin) { .sin($0) } },
    Operator("Cos") { try $0.map(.cos) { .cos($0) } },
    Operator("Mish") { try $0.map(.mish) },
    Operator("Softsign") { try $0.map(.softsign) },
    Operator("HardSwish") { try $0.map(.hardSwish) },
    Operator("HardSigmoid") {
      try $0.map(
        .hardSigmoid(slope: $0.node.number("alpha", 0.2), offset: $0.node.number("beta", 0.5)))
    },
    Operator("Celu") { try $0.map(.celu(alpha: $0.node.number("alpha", 1))) },
    Operator("Selu", "with its own α and γ") { conversion in
      // The published numbers in Float32; any others would be another function.
      let node = conversion.node
      guard abs(node.number("alpha", 1.6732632) - 1.6732632) < 1e-5,
        abs(node.number("gamma", 1.0507010) - 1.0507010) < 1e-5
      else { throw Fault("has an alpha and a gamma that are not SELU's") }
      return try conversion.map(.selu)
    },
  ]
}

extension Conversion {
  fileprivate mutating func activate(_ activation: Activation) throws -> [Term] {
    var x = try signal(0)
    x.value = try builder.activate(x.value, activation)
    return [.value(x)]
  }

  /// A function of each number; of constants, here and now where `body` says how.
  mutating func map(
    _ function: UnaryFunction, _ body: ((Double) -> Double)? = nil
  ) throws -> [Term] {
    if let body, case .constant(let x) = try needed(0) {
      return [
        .constant(
          Constant(
            shape: x.shape, numbers: x.numbers.map(body), isBatch: x.isBatch, isWhole: x.isWhole))
      ]
    }
    var x = try signal(0)
    x.value = try builder.map(x.value, function)
    return [.value(x)]
  }

  func combined(
    _ a: Constant, _ b: Constant, _ body: (Double, Double) -> Double
  ) throws -> Constant {
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      throw Fault("combines shapes \(written(a.shape)) and \(written(b.shape))")
    }
    guard let size = count(of: shape, limit: Self.limit) else {
      throw Fault("makes a constant of shape \(written(shape))")
    }
    let (left, right) = (
      Shape.sources(of: shape, in: a.shape), Shape.sources(of: shape, in: b.shape)
    )
    let grows = a.isBatch != nil || b.isBatch != nil
    return Constant(
      shape: shape, numbers: (0..<size).map { body(a.numbers[left[$0]], b.numbers[right[$0]]) },
      isBatch: grows ? (0..<size).map { a.grows(left[$0]) || b.grows(right[$0]) } : nil,
      isWhole: a.isWhole && b.isWhole)
  }

  /// Whether both operands are whole numbers that are known.
  fileprivate func isWholeDivision() throws -> Bool {
    guard case .constant(let a) = try needed(0), case .constant(let b) = try needed(1) else {
      return false
    }
    return a.isWhole && b.isWhole
  }

  /// f(a, b), the shapes broadcast.
  mutating func combine(
    _ function: BinaryFunction, _ body: (Double, Double) -> Double
  ) throws -> [Term] {
    let (a, b) = (try needed(0), try needed(1))
    if case .constant(let a) = a, case .constant(let b) = b {
      return [.constant(try combined(a, b, body))]
    }
    if let y = try gelu(function) { return [y] }
    if let y = try scaled(a, b, function) { return [.value(y)] }
    func role(_ term: Term) -> ParameterLayout.Role {
      guard term.shape.filter({ $0 > 1 }).count <= 1 else { return .kernel }
      return function == .add || function == .subtract ? .bias : .normalisation
    }
    let (left, right) = (try signal(a, role: role(a)), try signal(b, role: role(b)))
    return [.value(try combined(left, right, function))]
  }

  /// f(a, b) of two values.
  mutating func combined(
    _ a: Signal, _ b: Signal, _ function: BinaryFunction
  ) throws -> Signal {
    let value =
      function == .add && a.shape == b.shape
      ? try builder.add(a.value, b.value)
      : try builder.combine(a.value, b.value, function)
    return Signal(
      value: value, isBatch: joined(a.isBatch, b.isBatch), isTrained: a.isTrained || b.isTrained)
  }

  /// A value with a lone constant: a·x + b, which costs no second operand.
  private mutating func scaled(
    _ a: Term, _ b: Term, _ function: BinaryFunction
  ) throws -> Signal? {
    let scale: Double
    let shift: Double
    var x: Signal
    switch (a, b, function) {
    case (.value(let signal), .constant(let c), _):
      // A constant of more dimensions would lend them to the value.
      guard let number = c.scalar, c.shape.count <= signal.shape.count else { return nil }
      x = signal
      switch function {
      case .add: (scale, shift) = (1, number)
      case .subtract: (scale, shift) = (1, -number)
      case .multiply: (scale, shift) = (number, 0)
      case .divide where number.significand == 1: (scale, shift) = (1 / number, 0)
      default: return nil
      }
    case (.constant(let c), .value(let signal), _):
      guard let number = c.scalar, c.shape.count <= signal.shape.count else { return nil }
      x = signal
      switch function {
      case .add: (scale, shift) = (1, number)
      case .subtract: (scale, shift) = (-1, number)
      case .multiply: (scale, shift) = (number, 0)
      default: return nil
      }
    default: return nil
    }
    guard scale.isFinite, shift.isFinite else { return nil }
    x.value = try builder.map(x.value, .affine(scale: scale, shift: shift))
    return x
  }

  /// σ(x), or x·σ(x) where the next node makes that of it.
  fileprivate mutating func sigmoid() throws -> [Term] {
    guard let next = onlyReader(of: node), next.kind == "Mul", next.domain.isEmpty,
      let x = node.input(0), next.inputs.count == 2, next.inputs.contains(x)
    else { return try activate(.sigmoid) }
    let y = try activate(.silu)
    finish(next, y[0])
    return y
  }

  /// ½x(1 + erf(x/√2)), where this node makes x/√2 of x and the next ones the rest: GELU as exporters
  /// spell it.
  private mutating func gelu(_ function: BinaryFunction) throws -> Term? {
    guard function == .divide || function == .multiply,
      let (x, scale) = operands(of: node),
      abs((function == .divide ? 1 / scale : scale) - 0.5.squareRoot()) < 1e-6,
      let erf = onlyReader(of: node), erf.kind == "Erf", let sum = onlyReader(of: erf),
      sum.kind == "Add", operands(of: sum)?.scalar == 1, let product = onlyReader(of: sum),
      product.kind == "Mul", let own = sum.outputs.first,
      let other = product.inputs.first(where: { $0 != own })
    else { return nil }
    var passed = [erf, sum]
    var last = product
    // ½ may be a factor of what the node gets, of x, or of the whole.
    if let (_, scalar) = operands(of: product) {
      guard scalar == 0.5, let whole = onlyReader(of: product), whole.kind == "Mul",
        whole.inputs.contains(x)
      else { return nil }
      passed.append(product)
      last = whole
    } else if other == x {
      guard let half = onlyReader(of: product), half.kind == "Mul",
        operands(of: half)?.scalar == 0.5
      else { return nil }
      passed.append(product)
      last = half
    } else {
      guard let half = graph.maker(of: other), half.kind == "Mul",
        let (factor, scalar) = operands(of: half), factor == x, scalar == 0.5
      else { return nil }
      if onlyReader(of: half)?.index == product.index { passed.append(half) }
    }
    guard case .value(var signal)? = known(x) else { return nil }
    signal.value = try builder.activate(signal.value, .gelu)
    finish(last, .value(signal), passing: passed)
    return .value(signal)
  }

  /// The operands of a node of two, where one is a lone number that is known.
  private func operands(of node: Graph.Node) -> (name: String, scalar: Double)? {
    guard node.inputs.count == 2 else { return nil }
    for (name, other) in [(0, 1), (1, 0)] {
      // Only a divisor may be the number of a quotient.
      if node.kind == "Div", other == 0 { continue }
      if let scalar = loneNumber(node.inputs[other]) { return (node.inputs[name], scalar) }
    }
    return nil
  }

  fileprivate mutating func power() throws -> [Term] {
    if case .constant = try needed(0), case .constant = try needed(1) {
      return try combine(.power) { Double.pow($0, $1) }
    }
    guard case .constant(let exponent) = try needed(1), let p = exponent.scalar else {
      return try combine(.power) { Double.pow($0, $1) }
    }
    switch p {
    case 1: return [.value(try signal(0))]
    case 2: return try map(.square)
    case 0.5: return try map(.sqrt)
    case -1: return try map(.reciprocal)
    default: return try map(.power(p))
    }
  }

  /// The greatest, the least or the sum of any number of operands.
  fileprivate mutating func extreme(
    _ function: BinaryFunction, _ body: (Double, Double) -> Double
  ) throws -> [Term] {
    var result = try needed(0)
    for place in node.inputs.indices.dropFirst() {
      let next = try needed(place)
      if case .constant(let a) = result, case .constant(let b) = next {
        result = .constant(try combined(a, b, body))
      } else {
        result = .value(try combined(try signal(result), try signal(next), function))
      }
    }
    return [result]
  }

  fileprivate mutating func clip() throws -> [Term] {
    // Until version 11 the bounds are attributes.
    let low = try constant(1)?.scalar ?? node.number("min", -.infinity)
    let high = try constant(2)?.scalar ?? node.number("max", .infinity)
    if case .constant(var x) = try needed(0) {
      x.numbers = x.numbers.map { Swift.min(Swift.max($0, low), high) }
      return [.constant(x)]
    }
    if low == -.infinity, high == .infinity { return [.value(try signal(0))] }
    if low == 0, high == .infinity { return try activate(.relu) }
    return try map(.clip(low, high))
  }

  /// max(x, 0) − slope·max(−x, 0), the slope trained.
  fileprivate mutating func parametricReLU() throws -> [Term] {
    let x = try signal(0)
    let slope = try signal(1, role: .normalisation)
    let positive = try builder.activate(x.value, .relu)
    let negative = try builder.activate(try builder.map(x.value, .negate), .relu)
    let part = try builder.combine(negative, slope.value, .multiply)
    return [
      .value(
        Signal(
          value: try builder.combine(positive, part, .subtract),
          isBatch: joined(x.isBatch, slope.isBatch), isTrained: true))
    ]
  }

  /// The Softplus among a Where's inputs, where the node is `x > threshold ? x : softplus(x)`: beyond a
  /// threshold of 20 it is x itself to less than 2·10⁻⁹.
  func softplus(_ choice: Graph.Node) -> String? {
    guard choice.kind == "Where", choice.inputs.count == 3,
      let test = graph.maker(of: choice.inputs[0]), test.kind == "Greater",
      let soft = graph.maker(of: choice.inputs[2]), soft.kind == "Softplus",
      test.input(0) == choice.inputs[1], soft.input(0) == choice.inputs[1],
      let limit = test.input(1), loneNumber(limit) ?? 0 >= 20
    else { return nil }
    return choice.inputs[2]
  }

  /// A choice whose condition depends on the sample.
  private mutating func choose(by condition: Signal) throws -> Term {
    let (a, b) = (try signal(1), try signal(2))
    return .value(
      Signal(
        value: try builder.select(condition.value, a.value, b.value),
        isBatch: joined(condition.isBatch, joined(a.isBatch, b.isBatch)),
        isTrained: condition.isTrained || a.isTrained || b.isTrained))
  }

  fileprivate mutating func choose() throws -> [Term] {
    if softplus(node) != nil { return [try needed(2)] }
    if case .value(let condition) = try needed(0) { return [try choose(by: condition)] }
    guard let condition = try constant(0) else { throw Fault("lacks its condition") }
    let (a, b) = (try needed(1), try needed(2))
    guard let inner = Shape.broadcast(a.shape, b.shape),
      let shape = Shape.broadcast(inner, condition.shape),
      let size = count(of: shape, limit: Self.limit)
    else { throw Fault("chooses between shapes \(written(a.shape)) and \(written(b.shape))") }
    let test = Shape.sources(of: shape, in: condition.shape).map { condition.numbers[$0] != 0 }
    let left = Shape.sources(of: shape, in: a.shape)
    let right = Shape.sources(of: shape, in: b.shape)
    if case .constant(let a) = a, case .constant(let b) = b {
      return [
        .constant(
          Constant(
            shape: shape,
            numbers: (0..<size).map { test[$0] ? a.numbers[left[$0]] : b.numbers[right[$0]] },
            isBatch: (0..<size).map { test[$0] ? a.grows(left[$0]) : b.grows(right[$0]) },
            isWhole: a.isWhole && b.isWhole))
      ]
    }
    let isBatch = joined(joined(a.isBatch, b.isBatch), shape.map { _ in false })
    // One of the two is often a lone number: a mask's.
    for (kept, other, sources, keeps) in [(a, b, left, true), (b, a, right, false)] {
      guard case .constant(let constant) = other, let number = constant.scalar else { continue }
      let plan = Arrangement(
        sources: (0..<size).map { test[$0] == keeps ? sources[$0] : nil },
        of: kept.shape.reduce(1, *), shape: shape, isBatch: isBatch, filling: number)
      return [try arrange(kept, plan)]
    }
    let (x, y) = (try signal(a), try signal(b))
    let both = try builder.concatenate(
      [
        try builder.reshape(x.value, to: [x.value.count]),
        try builder.reshape(y.value, to: [y.value.count]),
      ], axis: 0)
    let sources = (0..<size).map { test[$0] ? left[$0] : x.value.count + right[$0] }
    return [
      .value(
        Signal(
          value: try builder.rearrange(both, sources: sources, shape: shape), isBatch: isBatch,
          isTrained: x.isTrained || y.isTrained))
    ]
  }
}
