import TensorFiles

/// What a graph does with its tensors: which node reads each, as what, and whether on data that no
/// weight has met.
struct TensorUses: Sendable {
  /// As what a node reads a tensor.
  enum Role: Sendable {
    /// A factor of a product, a kernel, a slope, a table: what is learnt, and nothing else.
    case weight
    /// Added to a product or a convolution, entry by entry of what it gives out.
    case bias
    /// Scale or shift of a normalisation.
    case normalisation
    /// Mean or variance of a batch normalisation.
    case statistics
    /// An operand of arithmetic, which a weight or a constant can be.
    case arithmetic
    /// A bound, a size, a filling.
    case setting
  }

  /// One reader of a tensor.
  struct Use: Sendable {
    var node: Graph.Node
    var role: Role
    /// Whether it is joined with data that no weight has met.
    var isOnBareData: Bool
    /// Whether it is how scikit-learn projects centred data: a product that another one follows.
    var projects = false
  }

  /// By tensor.
  private var uses: [String: [Use]] = [:]
  private let shapes: [String: [Int]]

  /// Who reads a tensor, as what.
  func of(_ name: String) -> [Use] { uses[name] ?? [] }

  /// What a name stands for on the way through the graph.
  private enum State {
    /// What depends on the data: whether no weight has met them, and whether something was taken off.
    case data(isBare: Bool, isCentred: Bool)
    /// What tensors alone make.
    case made(of: [String])
  }

  /// The most entries of ``State/made(of:)`` in all: far more than networks have, and soon reached.
  private static let limit = 1 << 20

  /// Follows a graph.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - nodes: Those that count, in order.
  ///   - tensors: The tensors to follow, with their shapes.
  init(_ graph: Graph, nodes: [Graph.Node], of tensors: [String: [Int]]) {
    shapes = tensors
    var states: [String: State] = [:]
    for input in graph.inputs { states[input.name] = .data(isBare: true, isCentred: false) }
    for name in tensors.keys { states[name] = .made(of: [name]) }
    var room = Self.limit
    for node in nodes {
      let inputs = node.inputs.map { states[$0] ?? .made(of: []) }
      let isShape = ["Shape", "Size"].contains(node.kind)
      let state = isShape ? .made(of: []) : follow(node, inputs, in: graph, &room)
      // A Constant's output is one of the tensors.
      for name in node.outputs where !name.isEmpty && tensors[name] == nil {
        states[name] = state
      }
    }
  }

  /// Notes a node's uses, and says what it makes.
  private mutating func follow(
    _ node: Graph.Node, _ inputs: [State], in graph: Graph, _ room: inout Int
  ) -> State {
    var isBare = true
    var isCentred = false
    var hasData = false
    for case .data(let bare, let centred) in inputs {
      hasData = true
      isBare = isBare && bare
      isCentred = isCentred || centred
    }
    guard hasData else {
      var made: [String] = []
      for case .made(let tensors) in inputs {
        room -= tensors.count
        if room > 0 { made += tensors }
      }
      return .made(of: made)
    }
    var meetsWeight = false
    for (place, input) in inputs.enumerated() {
      guard case .made(let tensors) = input, !tensors.isEmpty else { continue }
      var use = Use(
        node: node, role: role(node, place, in: graph), isOnBareData: isBare)
      use.projects =
        isBare && node.kind == "MatMul" && (isCentred || Self.isProjection(tensors))
        && Self.isFollowedByProduct(node, in: graph)
      room -= tensors.count
      if room > 0 { for name in tensors { uses[name, default: []].append(use) } }
      switch use.role {
      case .weight where !use.projects, .bias, .normalisation: meetsWeight = true
      case .weight, .statistics, .arithmetic, .setting: break
      }
      if node.kind == "Sub", place == 1 { isCentred = true }
    }
    return .data(isBare: isBare && !meetsWeight, isCentred: isCentred && node.kind != "MatMul")
  }

  /// As what a node reads its input at a place.
  private func role(_ node: Graph.Node, _ place: Int, in graph: Graph) -> Role {
    guard node.domain.isEmpty else { return .setting }
    switch (node.kind, place) {
    case ("MatMul", _), ("Gemm", 0...1), ("Einsum", _), ("Conv", 1), ("ConvTranspose", 1),
      ("PRelu", 1), ("LSTM", 1...3), ("GRU", 1...3), ("RNN", 1...3), ("Gather", 0),
      ("GatherND", 0), ("GatherElements", 0):
      return .weight
    case ("Gemm", 2), ("Conv", 2), ("ConvTranspose", 2): return .bias
    case ("BatchNormalization", 3...4): return .statistics
    case ("BatchNormalization", 1...2), ("LayerNormalization", 1...2),
      ("InstanceNormalization", 1...2), ("GroupNormalization", 1...2), ("RMSNormalization", 1):
      return .normalisation
    case ("Add", _): return isBias(node, place, in: graph) ? .bias : .arithmetic
    case ("Sub", _), ("Mul", _), ("Div", _), ("Sum", _), ("Pow", _), ("Max", _), ("Min", _),
      ("Mean", _), ("Concat", _), ("Where", 1...2):
      return .arithmetic
    default: return .setting
    }
  }

  /// Whether an Add gives a product its bias: one number for each output of a matrix.
  private func isBias(_ add: Graph.Node, _ place: Int, in graph: Graph) -> Bool {
    guard add.inputs.count == 2, let product = graph.maker(of: add.inputs[1 - place]),
      ["MatMul", "Gemm"].contains(product.kind), let matrix = product.input(1),
      let shape = shapes[matrix], shape.count == 2,
      let bias = shapes[add.inputs[place]], !bias.isEmpty
    else { return false }
    let isTransposed = product.kind == "Gemm" && product.integer("transB", 0) != 0
    return bias.last == shape[isTransposed ? 0 : 1] && bias.dropLast().allSatisfy { $0 == 1 }
  }

  /// What skl2onnx calls the matrix of a PCA or a truncated SVD.
  private static func isProjection(_ tensors: [String]) -> Bool {
    tensors.contains { $0.hasPrefix("transform_matrix") }
  }

  /// Whether a product's result goes into another one with at most a scale between them, so that the
  /// two are one linear map.
  private static func isFollowedByProduct(_ node: Graph.Node, in graph: Graph) -> Bool {
    var node = node
    // Each step leads on in a graph without cycles.
    while let name = node.outputs.first {
      // What makes a classifier's labels stands beside its product.
      let readers = (graph.readers[name] ?? []).filter {
        graph.nodes[$0].kind != "LinearClassifier"
      }
      guard readers.count == 1 else { return false }
      node = graph.nodes[readers[0]]
      switch node.kind {
      case "MatMul", "Gemm": return node.input(0) == name
      case "Div", "Mul", "Sub", "Cast", "Identity": continue
      default: return false
      }
    }
    return false
  }
}
