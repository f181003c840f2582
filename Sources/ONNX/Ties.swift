import ONNXProto
import TensorFiles

/// Tensors that hold the same numbers, and are one tensor to whoever trained them.
struct Ties: Sendable {
  /// The graph in which one tensor of each tie is left, and nodes make the others of it.
  private(set) var graph: Graph
  /// What is trained in it.
  private(set) var trained: Set<String>
  /// What a run must say.
  private(set) var notes: [String] = []
  /// Of which tensor another one is made.
  private(set) var keepers: [String: String] = [:]

  /// How a tensor is made of its keeper.
  private enum Form {
    case same
    case reshaped
    case transposed
    case negated

    var words: String {
      switch self {
      case .same: "the same numbers"
      case .reshaped: "the same numbers under another shape"
      case .transposed: "its transpose"
      case .negated: "its negative"
      }
    }
  }

  /// How many different numbers, signs aside, a tensor must hold: fewer are equal by accident, as
  /// scales of one and biases of zero are.
  private static let leastNumbers = 4

  /// Finds ties.
  ///
  /// Two trained tensors are tied where they hold equal numbers, in order, transposed or negated, at
  /// least ``leastNumbers`` of them different. Two that the user names in full move apart. A matrix
  /// [−w, w] of scikit-learn's two classes is tied to its half.
  ///
  /// - Parameters:
  ///   - choice: What is trained.
  ///   - producer: What wrote the file.
  /// - Throws: ``Fault``.
  init(_ choice: WeightChoice, producer: String) throws(Fault) {
    (graph, trained) = (choice.graph, choice.trained)
    try tie(apart: choice.named, choice.uses)
    if producer.hasPrefix("skl2onnx") || graph.nodes.contains(where: \.isLinearModel) {
      try halve(keeping: choice.named)
    }
  }

  // MARK: - Two tensors

  private mutating func tie(apart named: Set<String>, _ uses: TensorUses) throws(Fault) {
    var groups: [[Double]: [String]] = [:]
    for element in graph.initialisers where trained.contains(element.name) {
      let sizes = element.tensor.doubles.map(abs).sorted()
      guard Set(sizes).subtracting([0]).count >= Self.leastNumbers else { continue }
      groups[sizes, default: []].append(element.name)
    }
    var made: [Graph.Node] = []
    var changes: [(name: String, tensor: Tensor?)] = []
    // In the file's order.
    let byFirst = Dictionary(groups.values.map { ($0[0], $0) }) { first, _ in first }
    for element in graph.initialisers {
      guard let group = byFirst[element.name], group.count > 1 else { continue }
      let keeper = keeper(among: group, uses)
      for name in group where name != keeper {
        if named.contains(name), named.contains(keeper) { continue }
        guard let form = form(of: name, by: keeper, uses) else { continue }
        made.append(node(form, making: name, of: keeper, &changes))
        changes.append((name, nil))
        trained.remove(name)
        keepers[name] = keeper
        notes.append(
          "'\(name)' is tied to '\(keeper)' (\(form.words)): one tensor moves; --parameters with both "
            + "names lets them move apart")
      }
    }
    guard !made.isEmpty else { return }
    graph = try graph.replacing(changes, nodes: made + graph.nodes)
  }

  /// The one that stays: a table, which must be as it is stored, or the first that kept its name.
  private func keeper(among group: [String], _ uses: TensorUses) -> String {
    group.first { name in uses.of(name).contains { $0.node.kind == "Gather" } }
      ?? group.first { !WeightChoice.isNumbered($0) } ?? group[0]
  }

  private func form(of name: String, by keeper: String, _ uses: TensorUses) -> Form? {
    guard let own = graph.initialisers[name], let its = graph.initialisers[keeper] else {
      return nil
    }
    let (a, b) = (own.doubles, its.doubles)
    if a == b { return own.shape == its.shape ? .same : .reshaped }
    // Only sums and products take what is no tensor as it is stored.
    let isFree = uses.of(name).allSatisfy { use in
      ["MatMul", "Gemm", "Add", "Sub", "Mul", "Div"].contains(use.node.kind)
    }
    guard isFree else { return nil }
    if its.shape.count == 2, own.shape == its.shape.reversed() {
      let (rows, columns) = (its.shape[0], its.shape[1])
      let isTransposed = (0..<rows).allSatisfy { i in
        (0..<columns).allSatisfy { a[$0 * rows + i] == b[i * columns + $0] }
      }
      if isTransposed { return .transposed }
    }
    return own.shape == its.shape && zip(a, b).allSatisfy { $0 == -$1 } ? .negated : nil
  }

  private func node(
    _ form: Form, making name: String, of keeper: String,
    _ changes: inout [(name: String, tensor: Tensor?)]
  ) -> Graph.Node {
    var inputs = [keeper]
    let kind: String
    switch form {
    case .same: kind = "Identity"
    case .transposed: kind = "Transpose"
    case .negated: kind = "Neg"
    case .reshaped:
      kind = "Reshape"
      let shape = graph.initialisers[name]?.shape ?? []
      inputs.append(graph.freeName("\(name).shape"))
      changes.append(
        (inputs[1], Tensor(shape: [shape.count], elements: .int64(shape.map(Int64.init)))))
    }
    return Graph.Node(kind, inputs, name)
  }

  // MARK: - Two classes

  /// Replaces x·[−w, w] + [−b, b] by −y and y, y = x·w + b: scikit-learn's binary models have one w.
  private mutating func halve(keeping named: Set<String>) throws(Fault) {
    for product in graph.nodes {
      let isGeneral = product.kind == "Gemm"
      guard isGeneral || product.kind == "MatMul", product.domain.isEmpty,
        let matrix = product.input(1), let weights = half(matrix, alongRows: isGeneral),
        !isGeneral || product.attributes["transB"]?.i == 1
      else { continue }
      var nodes = graph.nodes
      var last = product
      var bias = product.input(2)
      if !isGeneral, let name = product.outputs.first, let readers = graph.readers[name],
        readers.count == 1, graph.nodes[readers[0]].kind == "Add"
      {
        last = graph.nodes[readers[0]]
        bias = last.inputs.first { $0 != name }
      }
      var changes: [(name: String, tensor: Tensor?)] = [(matrix, weights)]
      if let bias {
        guard let shift = half(bias, alongRows: false) else { continue }
        changes.append((bias, shift))
      }
      guard let output = last.outputs.first else { continue }
      let second = graph.freeName("\(output).second")
      let first = graph.freeName("\(output).first")
      nodes[last.index].outputs[0] = second
      var join = Graph.Node("Concat", [first, second], output)
      join.attributes["axis"] = .integer("axis", 1)
      graph = try graph.replacing(
        changes, nodes: nodes + [Graph.Node("Neg", [second], first), join])
      notes.append(
        "'\(matrix)' is [−w, w], of a model with one w: w alone moves, and counts once in λ, as in "
          + "scikit-learn")
      // Places in the graph have changed.
      return try halve(keeping: named)
    }
  }

  /// The second half of a trained tensor that one node reads, where the first is its negative.
  private func half(_ name: String, alongRows: Bool) -> Tensor? {
    guard trained.contains(name), graph.readers[name]?.count == 1,
      let tensor = graph.initialisers[name], !tensor.shape.isEmpty
    else { return nil }
    let axis = alongRows ? 0 : tensor.shape.count - 1
    guard tensor.shape[axis] == 2 else { return nil }
    let numbers = tensor.doubles
    let step = alongRows ? numbers.count / 2 : 1
    let places = numbers.indices.filter { ($0 / step) % 2 == 1 }
    guard places.allSatisfy({ numbers[$0] == -numbers[$0 - step] }) else { return nil }
    var shape = tensor.shape
    shape[axis] = 1
    return switch tensor.elements {
    case .float32(let floats): Tensor(shape: shape, elements: .float32(places.map { floats[$0] }))
    case .float64, .uint8, .int64: Tensor(shape: shape, places.map { numbers[$0] })
    }
  }
}
