import Networks

extension Operator {
  /// Products with weights, and of values.
  static let linear: [Operator] = [
    Operator("MatMul", "one with a following Add of a bias") { try $0.matrixProduct() },
    Operator("Gemm") { try $0.generalProduct() },
  ]
}

extension Conversion {
  fileprivate mutating func matrixProduct() throws -> [Term] {
    let (a, b) = (try needed(0), try needed(1))
    // MatMul and Add are how exporters write a layer with a bias where the input is no matrix.
    if case .weight(let weight) = b, weight.shape.count == 2, let add = onlyReader(of: node),
      add.kind == "Add", add.domain.isEmpty, let own = node.outputs.first,
      let other = add.inputs.first(where: { $0 != own }),
      case .weight(let bias)? = known(other), bias.shape.last == weight.shape[1],
      bias.shape.reduce(1, *) == weight.shape[1]
    {
      let product = try product(a, weight, bias: bias)
      // A bias of more dimensions than the product would lend it some.
      if bias.shape.count <= product.shape.count {
        finish(add, .value(product))
        return [.value(product)]
      }
    }
    return [.value(try product(a, b))]
  }

  fileprivate mutating func generalProduct() throws -> [Term] {
    let alpha = node.number("alpha", 1)
    let beta = node.number("beta", 1)
    var a = try needed(0)
    if node.integer("transA", 0) != 0 { a = try transposed(a) }
    var b = try needed(1)
    if node.integer("transB", 0) != 0 { b = try transposed(b) }
    guard a.shape.count == 2, b.shape.count == 2 else {
      throw Fault(
        "multiplies shapes \(written(a.shape)) and \(written(b.shape)); it takes matrices")
    }
    if alpha == 1, case .weight(let weight) = b {
      guard let c = try term(2), beta != 0 else { return [.value(try product(a, weight))] }
      if beta == 1, case .weight(let bias) = c, bias.shape.reduce(1, *) == weight.shape[1],
        bias.shape.last == weight.shape[1]
      {
        return [.value(try product(a, weight, bias: bias))]
      }
    }
    var y = try product(a, b)
    if alpha != 1 { y.value = try builder.map(y.value, .affine(scale: alpha, shift: 0)) }
    guard let c = try term(2), beta != 0 else { return [.value(y)] }
    var sum = try signal(c, role: .bias)
    if beta != 1 { sum.value = try builder.map(sum.value, .affine(scale: beta, shift: 0)) }
    return [.value(try combined(y, sum, .add))]
  }

  /// The transpose of a matrix.
  private mutating func transposed(_ term: Term) throws -> Term {
    if case .weight(var weight) = term, weight.shape.count == 2 {
      weight.shape.reverse()
      weight.isTransposed.toggle()
      return .weight(weight)
    }
    return try transpose(term, [1, 0])
  }

  /// x·W + b for each row of x.
  private mutating func product(
    _ x: Term, _ weight: Weight, bias: Weight? = nil
  ) throws -> Signal {
    let x = try signal(x)
    let (inputs, outputs) = (weight.shape[0], weight.shape[1])
    guard let last = x.shape.last, last == inputs else {
      throw Fault("multiplies shapes \(written(x.shape)) and \(written(weight.shape))")
    }
    try keepSamplesApart(x.isBatch, [x.shape.count - 1])
    // A dense layer's weight stands as [outputs, inputs]; here it is seen as [inputs, outputs].
    let isTransposed = !weight.isTransposed
    let kernel = try parameter(
      weight, role: .kernel, fanIn: inputs, fanOut: outputs, outputsLast: isTransposed)
    let shift = try bias.map {
      var flat = $0
      flat.shape = [outputs]
      return try parameter(flat, role: .bias, fanIn: inputs, fanOut: outputs)
    }
    let shape = Array(x.shape.dropLast()) + [outputs]
    let value =
      x.value.count == inputs
      ? try builder.dense(x.value, weight: kernel, bias: shift, isTransposed: isTransposed)
      : try builder.project(x.value, weight: kernel, bias: shift, isTransposed: isTransposed)
    return Signal(
      value: try builder.reshape(value, to: shape), isBatch: x.isBatch.dropLast() + [false],
      isTrained: true)
  }

  /// a·b as NumPy's matmul.
  private mutating func product(_ a: Term, _ b: Term) throws -> Signal {
    if case .weight(let weight) = b, weight.shape.count == 2, !a.shape.isEmpty {
      return try product(a, weight)
    }
    var (a, b) = (try signal(a), try signal(b))
    guard !a.shape.isEmpty, !b.shape.isEmpty else { throw Fault("multiplies a lone number") }
    // A vector is a row on the left and a column on the right, and leaves no dimension.
    let (isRow, isColumn) = (a.shape.count == 1, b.shape.count == 1)
    if isRow {
      a.value = try builder.reshape(a.value, to: [1] + a.shape)
      a.isBatch = [false] + a.isBatch
    }
    if isColumn {
      b.value = try builder.reshape(b.value, to: b.shape + [1])
      b.isBatch += [false]
    }
    try keepSamplesApart(a.isBatch, [a.shape.count - 1])
    try keepSamplesApart(b.isBatch, [b.shape.count - 2])
    let value = try builder.multiply(a.value, b.value)
    var shape = value.shape
    var isBatch = joined(Array(a.isBatch.dropLast(2)), Array(b.isBatch.dropLast(2)))
    if isRow {
      shape.remove(at: shape.count - 2)
    } else {
      isBatch.append(a.isBatch[a.shape.count - 2])
    }
    if isColumn { shape.removeLast() } else { isBatch.append(b.isBatch[b.shape.count - 1]) }
    return Signal(
      value: try builder.reshape(value, to: shape), isBatch: isBatch,
      isTrained: a.isTrained || b.isTrained)
  }

  /// Which dimensions of a broadcast result grow with the batch.
  func joined(_ a: [Bool], _ b: [Bool]) -> [Bool] {
    let rank = max(a.count, b.count)
    func padded(_ marks: [Bool]) -> [Bool] {
      Array(repeating: false, count: rank - marks.count) + marks
    }
    return zip(padded(a), padded(b)).map { $0 || $1 }
  }
}
