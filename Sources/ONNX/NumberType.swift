import Networks
import TensorFiles

/// What kind of number a name of the graph holds, where that decides what is computed.
enum NumberType: Sendable, Equatable {
  case float32
  case float64
  case bool
  case whole(bits: Int, isSigned: Bool)

  static let int64 = NumberType.whole(bits: 64, isSigned: true)

  /// The type of a number in ONNX; those of half precision are computed as Float32.
  init(onnx type: Int32) {
    switch type {
    case 2: self = .whole(bits: 8, isSigned: false)
    case 3: self = .whole(bits: 8, isSigned: true)
    case 4: self = .whole(bits: 16, isSigned: false)
    case 5: self = .whole(bits: 16, isSigned: true)
    case 6: self = .whole(bits: 32, isSigned: true)
    case 7: self = .int64
    case 9: self = .bool
    case 11: self = .float64
    case 12: self = .whole(bits: 32, isSigned: false)
    case 13: self = .whole(bits: 64, isSigned: false)
    default: self = .float32
    }
  }

  var isReal: Bool { self == .float32 || self == .float64 }

  /// What is left of a number beyond what the bits hold; nil where 64 bits hold all that is computed.
  var wrap: UnaryFunction? {
    guard case .whole(let bits, let isSigned) = self, bits < 64 else { return nil }
    return .wrap(bits: bits, isSigned: isSigned)
  }

  /// A whole number as the type's bits hold it.
  func wrapped(_ number: Double) -> Double {
    guard case .whole(let bits, let isSigned) = self, bits < 64, number.isFinite else {
      return number
    }
    let size = Double(1 << bits), least = isSigned ? -size / 2 : 0
    return number - size * ((number - least) / size).rounded(.down)
  }
}

extension Graph.Node {
  /// What the first output of a node holds, by what its inputs hold.
  func type(of inputs: [NumberType]) -> NumberType {
    switch kind {
    case "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Not":
      .bool
    case "Cast": NumberType(onnx: Int32(clamping: integer("to", 1)))
    case "CastLike": inputs.last ?? .float32
    case "Shape", "Size", "ArgMax", "ArgMin": .int64
    case "Where": inputs.dropFirst().first ?? .float32
    case "OneHot": inputs.last ?? .float32
    // What looks things up makes what it looks up.
    case _ where inputs.first?.isReal == false && Self.keepTypes.contains(kind): inputs[0]
    default: inputs.first { $0.isReal } ?? .float32
    }
  }

  private static let keepTypes: Set<String> = [
    "Abs", "Add", "Clip", "Concat", "CumSum", "Div", "Dropout", "Expand", "Flatten", "Gather",
    "Identity", "Max", "Min", "Mod", "Mul", "Neg", "Pad", "Pow", "Range", "ReduceMax", "ReduceMean",
    "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Reshape", "Sign", "Slice", "Split",
    "Squeeze", "Sub", "Sum", "Tile", "Transpose", "Unsqueeze",
  ]

  /// Whether it makes steps of what it reads, so that the last bit of that may decide.
  var isStepwise: Bool {
    switch kind {
    case "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Floor", "Ceil", "Round",
      "Mod", "ArgMax", "ArgMin":
      true
    case "Cast": !NumberType(onnx: Int32(clamping: integer("to", 1))).isReal
    default: false
    }
  }
}

extension Conversion {
  /// What an input of the node holds.
  func type(_ place: Int) -> NumberType { node.input(place).map(type(named:)) ?? .float32 }

  /// What a name holds.
  func type(named name: String) -> NumberType {
    if let type = types[name] { return type }
    return graph.initialisers[name].map(NumberType.init) ?? .float32
  }

  /// What the node made, as its type holds it.
  ///
  /// Quotients of whole numbers are whole, and sums beyond the type's bits lose what is beyond. Data on
  /// the way to a step are rounded as the file's type rounds them, since the last bit may decide on
  /// which side of the step they are.
  mutating func held(_ term: Term, as type: NumberType) throws -> Term {
    let isArithmetic = Self.arithmetic.contains(node.kind)
    switch term {
    case .constant(var constant) where !type.isReal && isArithmetic:
      constant.numbers = constant.numbers.map(type.wrapped)
      return .constant(constant)
    case .value(var signal) where !type.isReal && isArithmetic:
      if node.kind == "Div" || node.kind == "ReduceMean" {
        signal.value = try builder.map(signal.value, .truncate)
        sayStep(signal)
      }
      if let wrap = type.wrap { signal.value = try builder.map(signal.value, wrap) }
      return .value(signal)
    case .value(var signal)
    where type == .float32 && !signal.isTrained && leadsToStep.contains(node.index)
      && node.kind != "Cast":
      signal.value = try builder.map(signal.value, .single)
      return .value(signal)
    default: return term
    }
  }

  private static let arithmetic: Set<String> = [
    "Abs", "Add", "CumSum", "Div", "Mul", "Neg", "Pow", "ReduceMean", "ReduceProd", "ReduceSum",
    "ReduceSumSquare", "Sub", "Sum",
  ]

  /// Says where a step is made of what depends on weights.
  mutating func sayStep(_ signal: Signal) {
    guard signal.isTrained else { return }
    notes.append(
      "\(node.label) makes steps of what depends on weights; its derivative is 0, as in PyTorch")
  }

  /// A value as another type holds it.
  mutating func converted(
    _ signal: Signal, from old: NumberType, to new: NumberType
  ) throws -> Signal {
    var signal = signal
    if old == new || new.isReal { return signal }
    if new == .bool {
      signal.value = try builder.map(signal.value, .isNotZero)
      sayStep(signal)
    } else if old != .bool {
      if old.isReal {
        signal.value = try builder.map(signal.value, .truncate)
        sayStep(signal)
      }
      if let wrap = new.wrap { signal.value = try builder.map(signal.value, wrap) }
    }
    return signal
  }
}

extension NumberType {
  /// The type of a file's tensor, as far as reading it keeps it.
  init(_ tensor: Tensor) {
    switch tensor.elements {
    case .uint8, .int64: self = .int64
    case .float32: self = .float32
    case .float64: self = .float64
    }
  }
}
