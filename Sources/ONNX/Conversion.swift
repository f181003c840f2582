import Networks
import TensorFiles

/// Follows a graph's nodes in order and builds the network.
struct Conversion {
  let graph: Graph
  /// The model's file.
  let path: String
  /// Initialisers that take part in training where a node reads them as weights.
  let trainable: Set<String>
  var builder: NetworkBuilder
  /// What each name stands for, as far as it is known.
  private(set) var terms: [String: Term] = [:]
  /// The node being converted.
  private(set) var node: Graph.Node
  /// Initialisers that are parameters of the network, and those that nodes took as constants.
  private(set) var parameters: [String: NetworkBuilder.Parameter] = [:]
  private(set) var frozen: Set<String> = []
  /// What kind of number each name holds, as far as it is known.
  private(set) var types: [String: NumberType] = [:]
  /// Nodes whose numbers lead to a step.
  let leadsToStep: Set<Int>
  /// How many nodes were computed here and now.
  private(set) var foldedNodes = 0
  /// What is said of the conversion beside its numbers.
  var notes: [String] = []

  /// How many numbers values may have for one sample in all: a hundred times what a small network
  /// needs.
  static let valueLimit = 1 << 24
  /// How many numbers a computed constant may have: shapes and masks are far smaller.
  static let limit = 1 << 22
  private var room = Self.valueLimit
  /// Nodes whose work an earlier one has done.
  private var isDone: Set<Int> = []

  /// Begins with the input; `nodes` are those that will be converted.
  init(
    _ graph: Graph, path: String, trainable: Set<String>, input: Graph.Port, shape: [Int],
    isOpen: Bool, nodes: [Graph.Node]
  ) throws {
    guard let first = nodes.first else { throw Fault("has no node to compute") }
    (self.graph, self.path, self.trainable) = (graph, path, trainable)
    node = first
    leadsToStep = Set(
      graph.nodes(leadingTo: nodes.filter(\.isStepwise).flatMap(\.inputs)).map(\.index))
    builder = try NetworkBuilder(inputShape: shape)
    let value = try builder.reshape(builder.input, to: [1] + shape)
    terms[input.name] = .value(
      Signal(
        value: value, isBatch: [isOpen] + shape.map { _ in false }, isTrained: false))
    types[input.name] = NumberType(onnx: input.type)
  }

  /// Converts a node, unless an earlier one has done its work.
  mutating func convert(_ node: Graph.Node) throws {
    self.node = node
    builder.place = (node.index, node.kind)
    guard !isDone.contains(node.index) else { return }
    guard let operation = Operator.named(node.kind, domain: node.domain) else {
      let name = node.domain.isEmpty ? node.kind : "\(node.domain).\(node.kind)"
      throw Fault(
        "the operator \(name) is not supported; the page 'Bringing a model' lists those that are")
    }
    let type = node.type(of: node.inputs.filter { !$0.isEmpty }.map(type(named:)))
    for (name, term) in zip(node.outputs, try operation.convert(&self)) where !name.isEmpty {
      let term = try held(term, as: type)
      types[name] = type
      if case .constant(let constant) = term { try spend(constant.numbers.count) }
      if case .value(let signal) = term { try spend(signal.value.count) }
      terms[name] = term
    }
    if case .constant? = node.outputs.first.flatMap({ terms[$0] }) { foldedNodes += 1 }
  }

  /// Takes of what numbers may be held.
  mutating func spend(_ count: Int) throws {
    room -= count
    guard room >= 0 else {
      throw Fault(
        "makes more than \(Self.valueLimit) numbers of one sample; that is no small network")
    }
  }

  // MARK: - Inputs

  /// What an input of the node stands for; nil where it is left out.
  func term(_ place: Int) throws -> Term? {
    guard let name = node.input(place) else { return nil }
    return try term(named: name)
  }

  /// What an input that must be there stands for.
  func needed(_ place: Int) throws -> Term {
    guard let term = try term(place) else { throw Fault("lacks its input \(place)") }
    return term
  }

  private func term(named name: String) throws -> Term {
    if let term = terms[name] { return term }
    guard let tensor = graph.initialisers[name] else {
      if graph.unread.contains(name) {
        throw Fault("reads '\(name)', which holds text or numbers of a type that is not supported")
      }
      // A node reads an output of another that the latter's operator does not make.
      throw Fault("reads '\(name)', an output that is not supported")
    }
    if trainable.contains(name) { return .weight(Weight(name: name, shape: tensor.shape)) }
    return .constant(Constant(tensor))
  }

  /// An input as numbers that are known; an initialiser is taken as it is in the file.
  mutating func constant(_ place: Int) throws -> Constant? {
    switch try term(place) {
    case nil: return nil
    case .constant(let constant): return constant
    case .weight(let weight): return try numbers(of: weight)
    case .value:
      throw Fault("needs its input \(place), '\(node.inputs[place])', to be a constant")
    }
  }

  /// The numbers of an initialiser that is not trained after all.
  mutating func numbers(of weight: Weight) throws -> Constant {
    guard let tensor = graph.initialisers[weight.name], !weight.isTransposed else {
      throw Fault("needs '\(weight.name)' as it is stored")
    }
    frozen.insert(weight.name)
    var constant = Constant(tensor)
    constant.shape = weight.shape
    return constant
  }

  /// An input as whole numbers that are known.
  mutating func integers(_ place: Int) throws -> [Int]? { try constant(place)?.integers }

  /// An input as a value of the network.
  mutating func signal(_ place: Int, role: ParameterLayout.Role = .kernel) throws -> Signal {
    try signal(needed(place), role: role)
  }

  /// A term as a value of the network: a constant or a weight is the same for every sample.
  mutating func signal(_ term: Term, role: ParameterLayout.Role = .kernel) throws -> Signal {
    switch term {
    case .value(let signal): return signal
    case .constant(let constant):
      let value = try builder.constant(constant.numbers, shape: constant.shape)
      return Signal(
        value: value, isBatch: constant.shape.map { _ in false }, isTrained: false)
    case .weight(let weight):
      let parameter = try parameter(weight, role: role)
      var value = try builder.spread(parameter)
      if weight.isTransposed { value = try builder.transpose(value, [1, 0]) }
      value = try builder.reshape(value, to: weight.shape)
      return Signal(value: value, isBatch: weight.shape.map { _ in false }, isTrained: true)
    }
  }

  /// An input as a weight, where it is one.
  func weight(_ place: Int) throws -> Weight? {
    guard case .weight(let weight)? = try term(place) else { return nil }
    return weight
  }

  /// Declares an initialiser as a tensor of the network, which keeps the shape that it has in the
  /// file; the operation sees it as `weight` says, but for a transposition.
  mutating func parameter(
    _ weight: Weight, role: ParameterLayout.Role, fanIn: Int = 1, fanOut: Int = 1,
    outputsLast: Bool = false
  ) throws -> NetworkBuilder.Parameter {
    let parameter: NetworkBuilder.Parameter
    if let known = parameters[weight.name] {
      parameter = known
    } else {
      let shape = graph.initialisers[weight.name]?.shape ?? weight.stored
      parameter = try builder.parameter(
        weight.name, shape: shape, role: role, fanIn: fanIn, fanOut: fanOut,
        outputsLast: outputsLast && shape.count == 2)
      parameters[weight.name] = parameter
    }
    return try builder.reshape(parameter, to: weight.stored)
  }

  // MARK: - Outputs

  /// Says what a later node's output is, where this one has done its work and that of others.
  mutating func finish(_ later: Graph.Node, _ term: Term, passing others: [Graph.Node] = []) {
    if let name = later.outputs.first {
      terms[name] = term
      types[name] = later.type(of: node.inputs.filter { !$0.isEmpty }.map(type(named:)))
    }
    isDone.formUnion((others + [later]).map(\.index))
  }

  /// The one node that reads a node's first output, where nothing else needs it.
  func onlyReader(of node: Graph.Node) -> Graph.Node? {
    guard let name = node.outputs.first, let readers = graph.readers[name], readers.count == 1,
      !graph.outputs.contains(where: { $0.name == name })
    else { return nil }
    return graph.nodes[readers[0]]
  }

  /// What a name stands for where that is known already.
  func known(_ name: String) -> Term? { try? term(named: name) }

  /// A name's lone number, where it is one that is known, or will be.
  func loneNumber(_ name: String) -> Double? {
    if case .constant(let constant)? = known(name) { return constant.scalar }
    guard let maker = graph.maker(of: name), maker.kind == "Constant",
      let tensor = try? maker.tensor("value", path: path)
    else { return nil }
    return Constant(tensor).scalar
  }

  /// Numbers of a term in another order, or under another shape.
  mutating func arrange(_ term: Term, _ plan: Arrangement) throws -> Term {
    switch term {
    case .constant(let constant):
      return .constant(
        Constant(
          shape: plan.shape,
          numbers: plan.sources.map { $0.map { constant.numbers[$0] } ?? plan.filling },
          isBatch: constant.isBatch.map { marks in
            plan.sources.map { $0.map { marks[$0] } ?? false }
          },
          isWhole: constant.isWhole))
    case .weight(let weight) where plan.isReshape && !weight.isTransposed:
      return .weight(Weight(name: weight.name, shape: plan.shape))
    case .weight, .value:
      let signal = try signal(term)
      let value =
        try plan.isReshape
        ? builder.reshape(signal.value, to: plan.shape)
        : builder.rearrange(
          signal.value, sources: plan.sources, shape: plan.shape, filling: plan.filling)
      return .value(Signal(value: value, isBatch: plan.isBatch, isTrained: signal.isTrained))
    }
  }

  /// An axis counted from the front.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    let place = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(place) else {
      throw Fault("names axis \(axis) of \(rank) dimensions")
    }
    return place
  }

  /// Refuses what would mix samples: summing or cutting along the batch.
  func keepSamplesApart(_ isBatch: [Bool], _ axes: some Sequence<Int>) throws {
    for axis in axes where isBatch.indices.contains(axis) && isBatch[axis] {
      throw Fault(
        "works across the samples of a batch (axis \(axis)); a loss is a mean over samples")
    }
  }
}

extension Constant {
  /// The numbers of a file's tensor.
  init(_ tensor: Tensor) {
    var numbers = tensor.doubles
    if case .float32(let floats) = tensor.elements, tensor.shape.isEmpty, floats.count == 1 {
      numbers = [decimal(floats[0])]
    }
    let isWhole =
      switch tensor.elements {
      case .uint8, .int64: true
      case .float32, .float64: false
      }
    self.init(shape: tensor.shape, numbers: numbers, isWhole: isWhole)
  }
}

extension Term {
  /// Which dimensions grow with the batch.
  var isBatch: [Bool] {
    if case .value(let signal) = self { signal.isBatch } else { shape.map { _ in false } }
  }
}
