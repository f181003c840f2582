import Networks
import TensorFiles

extension Operator {
  /// Operators of shapes and constants, and those that change nothing.
  static let shapes: [Operator] = [
    Operator("Identity") { [try $0.needed(0)] },
    Operator("Dropout", "as at inference: nothing") { conversion in
      let isTraining = try conversion.constant(2)?.scalar ?? 0
      guard isTraining == 0 else { throw Fault("is in training mode; export in evaluation mode") }
      return [try conversion.needed(0)]
    },
    Operator("Cast", "numbers with fractions are computed in the precision of the slice") {
      try $0.cast(to: $0.node.type(of: []))
    },
    Operator("CastLike", "as Cast") { try $0.cast(to: $0.type(1)) },
    Operator("Constant") { try $0.constantNode() },
    Operator("ConstantOfShape") { try $0.constantOfShape() },
    Operator("Range", "of constants") { try $0.range() },
    Operator("Shape") { try $0.shape() },
    Operator("Size") { conversion in
      let x = try conversion.needed(0)
      return [
        .constant(
          Constant(
            shape: [], numbers: [Double(x.shape.reduce(1, *))],
            isBatch: [x.isBatch.contains(true)], isWhole: true))
      ]
    },
    Operator("Reshape") { try $0.reshape() },
    Operator("Flatten") { try $0.flatten() },
    Operator("Squeeze") { try $0.squeeze() },
    Operator("Unsqueeze") { try $0.unsqueeze() },
  ]
}

extension Conversion {
  /// The same numbers under another shape.
  private mutating func reshaped(_ x: Term, _ shape: [Int], _ isBatch: [Bool]) throws -> Term {
    let size = x.shape.reduce(1, *)
    return try arrange(
      x, Arrangement(sources: Array(0..<size), of: size, shape: shape, isBatch: isBatch))
  }

  fileprivate mutating func cast(to type: NumberType) throws -> [Term] {
    let x = try needed(0)
    if case .constant(var constant) = x {
      constant.isWhole = !type.isReal
      constant.numbers = constant.numbers.map { number in
        switch type {
        case .bool: number == 0 ? 0 : 1
        case .whole: type.wrapped(number.rounded(.towardZero))
        case .float32, .float64: number
        }
      }
      return [.constant(constant)]
    }
    if type.isReal { return [x] }
    return [.value(try converted(signal(x), from: self.type(0), to: type))]
  }

  fileprivate mutating func constantNode() throws -> [Term] {
    func list(_ numbers: [Double], isWhole: Bool, isLone: Bool = false) -> [Term] {
      [
        .constant(
          Constant(shape: isLone ? [] : [numbers.count], numbers: numbers, isWhole: isWhole))
      ]
    }
    if let tensor = try node.tensor("value", path: path) { return [.constant(Constant(tensor))] }
    if node.attributes["value_float"] != nil {
      return list([node.number("value_float", 0)], isWhole: false, isLone: true)
    }
    if node.attributes["value_int"] != nil {
      return list([Double(node.integer("value_int", 0))], isWhole: true, isLone: true)
    }
    if let numbers = node.numbers("value_floats") { return list(numbers, isWhole: false) }
    if let numbers = node.integers("value_ints") {
      return list(numbers.map(Double.init), isWhole: true)
    }
    throw Fault("is a constant without numbers")
  }

  fileprivate mutating func constantOfShape() throws -> [Term] {
    guard let given = try constant(0) else { throw Fault("lacks its shape") }
    guard let size = count(of: given.integers, limit: Self.limit) else {
      throw Fault("makes a constant of shape \(written(given.integers))")
    }
    let tensor = try node.tensor("value", path: path).map(Constant.init)
    return [
      .constant(
        Constant(
          shape: given.integers,
          numbers: Array(repeating: tensor?.scalar ?? 0, count: size),
          isWhole: tensor?.isWhole ?? false))
    ]
  }

  fileprivate mutating func range() throws -> [Term] {
    guard let start = try constant(0), let end = try constant(1), let step = try constant(2),
      let from = start.scalar, let to = end.scalar, let by = step.scalar, by != 0
    else { throw Fault("lacks an end or a step") }
    let size = max(0, ((to - from) / by).rounded(.up))
    guard size <= Double(Self.limit) else { throw Fault("makes \(size) numbers") }
    return [
      .constant(
        Constant(
          shape: [Int(size)], numbers: (0..<Int(size)).map { from + Double($0) * by },
          isWhole: start.isWhole && step.isWhole))
    ]
  }

  fileprivate func shape() throws -> [Term] {
    let x = try needed(0)
    let (rank, marks) = (x.shape.count, x.isBatch)
    func clamped(_ index: Int) -> Int { min(max(index < 0 ? index + rank : index, 0), rank) }
    let start = clamped(node.integer("start", 0))
    let end = max(start, clamped(node.integer("end", rank)))
    return [
      .constant(
        Constant(
          shape: [end - start], numbers: x.shape[start..<end].map(Double.init),
          isBatch: Array(marks[start..<end]), isWhole: true))
    ]
  }

  fileprivate mutating func reshape() throws -> [Term] {
    let x = try needed(0)
    guard let target = try constant(1) else { throw Fault("lacks its shape") }
    let size = x.shape.reduce(1, *)
    let marks = x.isBatch
    let keepsZeros = node.integer("allowzero", 0) != 0
    var shape = target.integers
    var isBatch = shape.indices.map { target.grows($0) }
    for (place, extent) in shape.enumerated() where extent == 0 && !keepsZeros {
      guard x.shape.indices.contains(place) else {
        throw Fault("copies dimension \(place) of \(written(x.shape))")
      }
      (shape[place], isBatch[place]) = (x.shape[place], marks[place])
    }
    let open = shape.indices.filter { shape[$0] == -1 }
    guard open.count <= 1, shape.allSatisfy({ $0 >= -1 }) else {
      throw Fault("gives \(written(x.shape)) the shape \(written(shape))")
    }
    if let open = open.first {
      guard let rest = count(of: shape.filter { $0 != -1 }, limit: Self.valueLimit), rest > 0,
        size % rest == 0
      else { throw Fault("gives \(written(x.shape)) the shape \(written(shape))") }
      shape[open] = size / rest
      if !isBatch.contains(true) { isBatch[open] = marks.contains(true) }
    }
    guard count(of: shape, limit: Self.valueLimit) == size else {
      throw Fault(
        "gives \(written(x.shape)), the shape of one sample, the shape \(written(shape)); export the "
          + "model with an open batch, or with a batch of one")
    }
    return [try reshaped(x, shape, isBatch)]
  }

  fileprivate mutating func flatten() throws -> [Term] {
    let x = try needed(0)
    let (rank, marks) = (x.shape.count, x.isBatch)
    let given = node.integer("axis", 1)
    let axis = given < 0 ? given + rank : given
    guard (0...rank).contains(axis) else { throw Fault("flattens \(rank) dimensions at \(given)") }
    return [
      try reshaped(
        x, [x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)],
        [marks[..<axis].contains(true), marks[axis...].contains(true)])
    ]
  }

  fileprivate mutating func squeeze() throws -> [Term] {
    let x = try needed(0)
    let marks = x.isBatch
    let given = node.version < 13 ? node.integers("axes") : try integers(1)
    let axes =
      try given?.map { try axis($0, rank: x.shape.count) }
      ?? x.shape.indices.filter { x.shape[$0] == 1 && !marks[$0] }
    guard axes.allSatisfy({ x.shape[$0] == 1 }) else {
      throw Fault("takes dimensions \(written(axes)) out of \(written(x.shape))")
    }
    try keepSamplesApart(marks, axes)
    let left = x.shape.indices.filter { !axes.contains($0) }
    return [try reshaped(x, left.map { x.shape[$0] }, left.map { marks[$0] })]
  }

  fileprivate mutating func unsqueeze() throws -> [Term] {
    let x = try needed(0)
    guard let given = node.version < 13 ? node.integers("axes") : try integers(1) else {
      throw Fault("lacks its axes")
    }
    let rank = x.shape.count + given.count
    guard rank <= 64 else { throw Fault("makes \(rank) dimensions") }
    let axes = try given.map { try axis($0, rank: rank) }
    guard Set(axes).count == axes.count else { throw Fault("puts in an axis twice") }
    var (shape, marks) = (x.shape, x.isBatch)
    for axis in axes.sorted() {
      shape.insert(1, at: axis)
      marks.insert(false, at: axis)
    }
    return [try reshaped(x, shape, marks)]
  }
}
