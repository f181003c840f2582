import ONNXProto
import SwiftProtobuf
import TensorFiles

/// A model's graph, checked: every name is made once and before it is read, and nothing goes round.
struct Graph: Sendable {
  /// One operation.
  struct Node: Sendable {
    /// Its place in the order of running.
    var index: Int
    /// Such as `MatMul`.
    var kind: String
    /// Empty for ONNX's own operators.
    var domain: String
    /// Its name, or where it has none that of what it makes.
    var name: String
    /// What it reads; an empty name stands for an input that is left out.
    var inputs: [String]
    /// What it makes.
    var outputs: [String]
    /// Its settings by name.
    var attributes: [String: Onnx_AttributeProto]
    /// The version of its operator set.
    var version: Int

    /// Where it comes from, as its exporter says.
    var origin = Origin()
    /// Whether it is the product of a linear classifier of `ai.onnx.ml`, which was taken apart.
    var isLinearModel = false

    /// Where a node comes from; all empty where the file does not say.
    struct Origin: Sendable {
      /// The modules that it stands in, as a list in text.
      var modules = ""
      /// Their classes.
      var classes = ""
      /// By which of the exporter's rules it was rewritten.
      var rules = ""
    }

    /// What messages call it.
    var label: String { "node '\(name)' (\(kind))" }
  }

  /// A name of the graph's border, with its type.
  struct Port: Sendable {
    var name: String
    /// The type of its numbers, or 0 where it is no tensor.
    var type: Int32
    /// Its dimensions; nil for one that is left open, no array where the shape is.
    var shape: [Int?]?
  }

  /// In an order in which each reads only what earlier ones made.
  private(set) var nodes: [Node] = []
  /// Tensors that the file gives, in its order.
  private(set) var initialisers: NamedTensors = NamedTensors()
  /// Initialisers that the file keeps without their zeros.
  private(set) var sparselyKept: Set<String> = []
  /// Initialisers whose numbers are floating-point.
  private(set) var floating: Set<String> = []
  /// What is fed.
  private(set) var inputs: [Port] = []
  /// What comes out.
  private(set) var outputs: [Port] = []
  /// Which node makes a name.
  private(set) var makers: [String: Int] = [:]
  /// Which nodes read a name.
  private(set) var readers: [String: [Int]] = [:]

  /// Checks a graph.
  ///
  /// - Parameters:
  ///   - model: As the file has it.
  ///   - path: The file, beside which external data is.
  /// - Throws: ``Fault``.
  init(_ model: Onnx_ModelProto, path: String) throws(Fault) {
    guard model.hasGraph else { throw Fault("has no graph; it is no ONNX model") }
    var versions: [String: Int] = [:]
    for set in model.opsetImport { versions[Self.domain(set.domain)] = Int(clamping: set.version) }
    guard let version = versions[""] else {
      throw Fault("does not say which version of ONNX's operators it uses; it is no ONNX model")
    }
    guard (7...27).contains(version) else {
      throw Fault("uses version \(version) of ONNX's operators; 11 to 21 can be read")
    }
    let graph = model.graph
    try readTensors(graph, path: path)
    inputs = graph.input.map(Port.init).filter { initialisers[$0.name] == nil }
    outputs = graph.output.map(Port.init)
    guard !outputs.isEmpty else { throw Fault("has no output") }

    let functions = Set(model.functions.map(\.name))
    var made = Set(inputs.map(\.name))
    guard made.count == inputs.count else { throw Fault("has two inputs of the same name") }
    var unordered: [Node] = []
    for (index, node) in graph.node.enumerated() {
      let node = try Node(node, index: index, versions: versions)
      if functions.contains(node.kind), node.domain != "" {
        throw Fault(
          "\(node.label) is a function of the model's own; inline it first, with onnx.inliner")
      }
      let model = try Self.linearModel(node)
      for (name, tensor) in model?.tensors ?? [] {
        guard initialisers[name] == nil else { throw Fault("has two tensors named '\(name)'") }
        initialisers[name] = tensor
        floating.insert(name)
      }
      for node in model?.nodes ?? [node] {
        for name in node.outputs where !name.isEmpty {
          guard initialisers[name] == nil, !unread.contains(name), made.insert(name).inserted
          else { throw Fault("\(node.label) makes '\(name)', which is there already") }
        }
        unordered.append(node)
      }
    }
    for node in unordered {
      for name in node.inputs where !name.isEmpty {
        guard made.contains(name) || initialisers[name] != nil || unread.contains(name) else {
          throw Fault("\(node.label) reads '\(name)', which nothing makes")
        }
      }
    }
    for port in outputs where !made.contains(port.name) && initialisers[port.name] == nil {
      throw Fault("gives out '\(port.name)', which nothing makes")
    }
    record = ExporterRecord(graph)
    try connect(unordered)
  }

  /// Puts nodes in order, and notes who makes and who reads what.
  private mutating func connect(_ unordered: [Node]) throws(Fault) {
    nodes = try Self.ordered(unordered)
    (makers, readers) = ([:], [:])
    for node in nodes {
      for name in node.outputs where !name.isEmpty { makers[name] = node.index }
      for name in Set(node.inputs) { readers[name, default: []].append(node.index) }
    }
  }

  /// What the file's exporter says of its tensors.
  private(set) var record = ExporterRecord()

  /// The same graph with other tensors and nodes.
  ///
  /// - Parameters:
  ///   - tensors: Initialisers that are changed or new, by name; nil for one that nodes make now. All
  ///     hold floating-point numbers but those of whole numbers.
  ///   - nodes: All nodes.
  /// - Returns: The graph.
  /// - Throws: ``Fault`` where the nodes go round.
  func replacing(
    _ tensors: [(name: String, tensor: Tensor?)], nodes: [Node]
  ) throws(Fault) -> Graph {
    var graph = self
    for (name, tensor) in tensors {
      graph.initialisers[name] = tensor
      graph.floating.remove(name)
      switch tensor?.elements {
      case .float32?, .float64?: graph.floating.insert(name)
      case .uint8?, .int64?, nil: break
      }
    }
    try graph.connect(nodes)
    return graph
  }

  /// Initialisers of text, such as the names of classes, or of a type that no network computes with.
  private(set) var unread: Set<String> = []

  private mutating func readTensors(_ graph: Onnx_GraphProto, path: String) throws(Fault) {
    var reading = TensorReading(path: path)
    for tensor in graph.initializer {
      guard !tensor.name.isEmpty else { throw Fault("has an initialiser without a name") }
      guard initialisers[tensor.name] == nil, !unread.contains(tensor.name) else {
        throw Fault("has two initialisers named '\(tensor.name)'")
      }
      guard TensorReading.isNumeric(tensor) else {
        unread.insert(tensor.name)
        continue
      }
      initialisers[tensor.name] = try reading.tensor(tensor)
      if TensorReading.isFloating(tensor.dataType) { floating.insert(tensor.name) }
    }
    for sparse in graph.sparseInitializer {
      let name = sparse.values.name
      guard !name.isEmpty else { throw Fault("has a sparse initialiser without a name") }
      guard initialisers[name] == nil, !unread.contains(name) else {
        throw Fault("has two initialisers named '\(name)'")
      }
      guard TensorReading.isFloating(sparse.values.dataType) else {
        unread.insert(name)
        continue
      }
      initialisers[name] = try reading.tensor(sparse)
      floating.insert(name)
      sparselyKept.insert(name)
    }
  }

  /// Nodes in an order in which they can run; the file's own where that is one.
  private static func ordered(_ nodes: [Node]) throws(Fault) -> [Node] {
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.outputs where !name.isEmpty { makers[name] = index }
    }
    var waiting = [Int](repeating: 0, count: nodes.count)
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for maker in Set(node.inputs.compactMap { makers[$0] }) {
        waiting[index] += 1
        readers[maker].append(index)
      }
    }
    // Those that wait for nothing, and then those that wait for nothing any more: depth first where
    // the file's order is one already.
    var order: [Int] = []
    var ready = waiting.indices.filter { waiting[$0] == 0 }
    if zip(nodes.indices, nodes).allSatisfy({ index, node in
      node.inputs.allSatisfy { (makers[$0] ?? -1) < index }
    }) {
      order = Array(nodes.indices)
    } else {
      while order.count < ready.count {
        let next = ready[order.count]
        order.append(next)
        for reader in readers[next] {
          waiting[reader] -= 1
          if waiting[reader] == 0 { ready.append(reader) }
        }
      }
    }
    guard order.count == nodes.count else {
      let stuck = waiting.indices.first { waiting[$0] > 0 } ?? 0
      throw Fault("\(nodes[stuck].label) is part of a cycle, or waits for one")
    }
    return order.enumerated().map { place, index in
      var node = nodes[index]
      node.index = place
      return node
    }
  }

  /// The nodes that some names depend on, in order.
  func nodes(leadingTo names: [String]) -> [Node] {
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    var open = names.compactMap { makers[$0] }
    while let index = open.popLast() {
      guard !isNeeded[index] else { continue }
      isNeeded[index] = true
      open += nodes[index].inputs.compactMap { makers[$0] }
    }
    return nodes.filter { isNeeded[$0.index] }
  }

  /// A name that nothing has yet: the one given, or with marks after it.
  func freeName(_ name: String) -> String {
    var name = name
    while makers[name] != nil || initialisers[name] != nil || unread.contains(name)
      || inputs.contains(where: { $0.name == name })
    {
      name += "'"
    }
    return name
  }

  /// Puts a node in the place of another that makes the same names.
  mutating func replace(_ index: Int, by node: Node) {
    for name in Set(nodes[index].inputs) { readers[name]?.removeAll { $0 == index } }
    for name in Set(node.inputs) { readers[name, default: []].append(index) }
    nodes[index] = node
  }

  /// Adds a tensor that is no weight.
  mutating func addConstant(_ name: String, _ tensor: Tensor) { initialisers[name] = tensor }

  /// The node that makes a name.
  func maker(of name: String) -> Node? { makers[name].map { nodes[$0] } }

  /// ONNX's own operators go by two names.
  static func domain(_ name: String) -> String { name == "ai.onnx" ? "" : name }
}

extension Graph.Node {
  fileprivate init(
    _ node: Onnx_NodeProto, index: Int, versions: [String: Int]
  ) throws(Fault) {
    self.index = index
    kind = node.opType
    domain = Graph.domain(node.domain)
    inputs = node.input
    outputs = node.output
    name = node.name.isEmpty ? node.output.first { !$0.isEmpty } ?? "\(index)" : node.name
    version = versions[domain] ?? 0
    let facts = ExporterRecord.entries(node.metadataProps)
    origin = Origin(
      modules: facts["pkg.torch.onnx.name_scopes"] ?? "",
      classes: "\(facts["pkg.torch.onnx.class_hierarchy"] ?? "") \(facts["namespace"] ?? "")",
      rules: facts["pkg.onnxscript.rewriter.rule_name"] ?? "")
    attributes = [:]
    for attribute in node.attribute {
      guard attribute.refAttrName.isEmpty,
        attributes.updateValue(attribute, forKey: attribute.name) == nil
      else {
        throw Fault(
          "node '\(name)' (\(kind)) has the attribute '\(attribute.name)' twice or by reference")
      }
    }
  }

  /// A node that no file holds: one of ONNX's own operators without settings.
  init(_ kind: String, _ inputs: [String], _ output: String) {
    (self.kind, self.inputs, outputs, name) = (kind, inputs, [output], output)
    (index, domain, attributes, version) = (0, "", [:], 17)
  }

  /// The input at a place, or nil where it is left out.
  func input(_ place: Int) -> String? {
    inputs.indices.contains(place) && !inputs[place].isEmpty ? inputs[place] : nil
  }

  func integer(_ name: String, _ otherwise: Int) -> Int {
    attributes[name].map { Int(clamping: $0.i) } ?? otherwise
  }

  func integers(_ name: String) -> [Int]? {
    attributes[name].map { $0.ints.map { Int(clamping: $0) } }
  }

  func number(_ name: String, _ otherwise: Double) -> Double {
    attributes[name].map { decimal($0.f) } ?? otherwise
  }

  func numbers(_ name: String) -> [Double]? { attributes[name].map { $0.floats.map(decimal) } }

  func text(_ name: String, _ otherwise: String) -> String {
    attributes[name].map { String(decoding: $0.s, as: UTF8.self) } ?? otherwise
  }

  /// A tensor among the settings.
  func tensor(_ name: String, path: String) throws(Fault) -> Tensor? {
    guard let attribute = attributes[name], attribute.hasT || attribute.hasSparseTensor else {
      return nil
    }
    var reading = TensorReading(path: path)
    do throws(Fault) {
      return try attribute.hasT
        ? reading.tensor(attribute.t) : reading.tensor(attribute.sparseTensor)
    } catch {
      throw Fault("\(label): \(error.reason)")
    }
  }
}

extension Onnx_AttributeProto {
  /// A setting of one whole number.
  static func integer(_ name: String, _ value: Int64) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    (attribute.name, attribute.i, attribute.type) = (name, value, .int)
    return attribute
  }
}

extension Graph.Port {
  fileprivate init(_ info: Onnx_ValueInfoProto) {
    name = info.name
    type = info.type.tensorType.elemType
    guard info.type.tensorType.hasShape else { return }
    shape = info.type.tensorType.shape.dim.map {
      if case .dimValue(let extent) = $0.value { Int(clamping: extent) } else { nil }
    }
  }
}

/// The number that was meant by one written as a Float: 0.2, not 0.200000003.
///
/// Settings and lone constants are written by people, in decimals that a Float cannot hold; the
/// shortest decimal that gives the Float is theirs.
func decimal(_ number: Float) -> Double { Double("\(number)") ?? Double(number) }
