import TensorFiles

/// The last function of a network's outputs: what a loss of logits takes in its place.
public enum Ending: String, Sendable {
  /// None that is known: numbers as they are.
  case none
  /// Probabilities of sum 1.
  case softmax
  /// Their logarithms.
  case logSoftmax = "log-softmax"
  /// Probabilities, each for itself.
  case sigmoid
  /// Their logarithms.
  case logSigmoid = "log-sigmoid"
}

extension Graph {
  /// The output to take, where it comes from, and how it ends.
  struct Exit: Sendable {
    /// The graph's output.
    var output: String
    /// What makes it, past nodes that change nothing.
    var name: String
    var ending: Ending
    /// Whether its numbers are a product's or a sum's, so that nothing confines them.
    var isLinear: Bool
    /// The nodes that a loss of logits leaves out, and what it reads in place of what each makes.
    var shortcuts: [Int: Shortcut]
  }

  /// What stands for a node's output where the node is left out: a multiple of an earlier value.
  struct Shortcut: Sendable {
    var source: String
    var scale = 1.0
  }

  /// The outputs that can be taken: floating-point numbers, or scikit-learn's scores.
  var choices: [Port] {
    outputs.filter { output in
      maker(of: output.name)?.kind == "ZipMap" || output.type == 0
        || TensorReading.isFloating(output.type)
    }
  }

  /// Finds the output and how it ends.
  ///
  /// - Parameter wanted: The output's name; nil for the first of floating-point numbers, or
  ///   scikit-learn's scores.
  /// - Returns: The output, and what leads to it.
  /// - Throws: ``Fault`` where there is no such output.
  func exit(_ wanted: String?) throws(Fault) -> Exit {
    let names = choices.map { "'\($0.name)'" }.joined(separator: ", ")
    guard let output = choices.first(where: { wanted == nil || $0.name == wanted }) else {
      guard let wanted else { throw Fault("has no output of floating-point numbers") }
      throw Fault("has no output '\(wanted)' of floating-point numbers (there are \(names))")
    }
    var name = output.name
    if let zip = maker(of: name), zip.kind == "ZipMap", let source = zip.input(0) { name = source }
    while let node = maker(of: name), ["Identity", "Dropout"].contains(node.kind),
      let source = node.input(0)
    {
      name = source
    }
    var trail = Trail(graph: self)
    let ending = trail.follow(name)
    return Exit(
      output: output.name, name: name, ending: ending, isLinear: trail.isLinear,
      shortcuts: ending == .none ? [:] : trail.shortcuts)
  }

  /// The values of the classes that a classifier of scikit-learn gives out; nil where the file holds
  /// none, or names.
  var classLabels: [Int]? {
    for node in nodes where node.kind == "ZipMap" || node.kind == "LinearClassifier" {
      let key = node.kind == "ZipMap" ? "classlabels_int64s" : "classlabels_ints"
      if let labels = node.integers(key), !labels.isEmpty { return labels }
    }
    for node in nodes where node.kind == "ArrayFeatureExtractor" {
      guard let name = node.input(0), let tensor = initialisers[name], !floating.contains(name),
        let place = node.input(1), maker(of: place)?.kind == "ArgMax"
      else { continue }
      return tensor.doubles.map { Int($0) }
    }
    return nil
  }

  /// The graph with shortcuts in place of nodes.
  func taking(_ shortcuts: [Int: Shortcut]) -> Graph {
    var graph = self
    for (index, shortcut) in shortcuts {
      var node = nodes[index]
      (node.kind, node.domain, node.attributes, node.version) = ("Identity", "", [:], 13)
      node.inputs = [shortcut.source]
      if shortcut.scale != 1 {
        let factor = "\(node.name).factor"
        node.kind = "Mul"
        node.inputs.append(factor)
        graph.addConstant(factor, Tensor(shape: [], elements: .float64([shortcut.scale])))
      }
      graph.replace(index, by: node)
    }
    return graph
  }
}

/// The way back from an output to the function that made its numbers what they are: through nodes that
/// move numbers, and those that keep probabilities to all purposes as they are.
private struct Trail {
  let graph: Graph
  var shortcuts: [Int: Graph.Shortcut] = [:]
  var isLinear = false
  private var isLogarithm = false

  init(graph: Graph) { self.graph = graph }

  mutating func follow(_ name: String) -> Ending {
    var name = name
    while let node = graph.maker(of: name) {
      switch node.kind {
      case "Softmax": return end(node, of: node.input(0), .softmax)
      case "LogSoftmax" where !isLogarithm: return end(node, of: node.input(0), .logSoftmax)
      case "Sigmoid": return end(node, of: node.input(0), .sigmoid)
      case "Gemm", "MatMul", "Conv":
        // What was passed on the way may confine it, as Clip does.
        isLinear = shortcuts.isEmpty
        return .none
      case "Identity", "Cast", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose",
        "Gather", "Slice":
        guard let source = node.input(0) else { return .none }
        name = source
      default:
        if let (source, scale) = sigmoid(node) { return end(node, of: source, .sigmoid, scale) }
        if let source = softmax(node) { return end(node, of: source, .softmax) }
        guard let source = kept(by: node) else {
          isLinear = isBiased(node)
          return .none
        }
        shortcuts[node.index] = Graph.Shortcut(source: source)
        name = source
      }
    }
    return .none
  }

  private mutating func end(
    _ node: Graph.Node, of source: String?, _ ending: Ending, _ scale: Double = 1
  ) -> Ending {
    guard let source else { return .none }
    shortcuts[node.index] = Graph.Shortcut(source: source, scale: scale)
    switch ending {
    case .softmax where isLogarithm: return .logSoftmax
    case .sigmoid where isLogarithm: return .logSigmoid
    default: return ending
    }
  }

  /// What a node passes on with its meaning kept: clipped to what probabilities can be, divided by its
  /// own sum of 1, times 1, in logarithms, or as the pair 1 − p and p.
  private mutating func kept(by node: Graph.Node) -> String? {
    switch node.kind {
    case "Clip": return node.input(0)
    case "Normalizer": return node.text("norm", "MAX") == "L1" ? node.input(0) : nil
    case "Log":
      defer { isLogarithm = true }
      return isLogarithm ? nil : node.input(0)
    case "Mul", "Div", "Add", "Sub":
      let neutral = node.kind == "Mul" || node.kind == "Div" ? 1.0 : 0.0
      if node.kind == "Div", let sum = sum(node.input(1)), sum.input(0) == node.input(0) {
        return node.input(0)
      }
      if number(node.input(1)) == neutral { return node.input(0) }
      let commutes = node.kind == "Mul" || node.kind == "Add"
      return commutes && number(node.input(0)) == neutral ? node.input(1) : nil
    case "Concat":
      guard node.inputs.count == 2, let rest = graph.maker(of: node.inputs[0]), rest.kind == "Sub",
        rest.input(1) == node.inputs[1], number(rest.input(0)) == 1
      else { return nil }
      return node.inputs[1]
    default: return nil
    }
  }

  /// z where a node makes 1/(1 + e^(−z)), e^z/(1 + e^z) or ½(1 + tanh(z/2)) by hand.
  private func sigmoid(_ node: Graph.Node) -> (source: String, scale: Double)? {
    switch node.kind {
    case "Div" where number(node.input(0)) == 1: return node.input(1).flatMap(onePlusExp)
    case "Reciprocal": return node.input(0).flatMap(onePlusExp)
    case "Div":
      if let (raised, scale) = factor(node), scale == 0.5, let sum = maker(raised),
        sum.kind == "Add", let (tanh, one) = operands(sum), one == 1
      {
        return logit(tanh: tanh)
      }
      // e^z/(1 + e^z) = 1/(1 + e^(−z)).
      guard let top = maker(node.input(0)), top.kind == "Exp", let z = top.input(0),
        let sum = maker(node.input(1)), sum.kind == "Add",
        let (other, one) = operands(sum), one == 1, other == node.input(0)
      else { return nil }
      return (z, 1)
    case "Add":
      // ½ + ½·tanh(u), of u = z/2.
      guard let (half, shift) = operands(node), shift == 0.5, let product = maker(half),
        let (tanh, scale) = factor(product), scale == 0.5
      else { return nil }
      return logit(tanh: tanh)
    case "Mul":
      // ½·(1 + tanh(u)).
      guard let (raised, scale) = factor(node), scale == 0.5, let sum = maker(raised),
        sum.kind == "Add", let (tanh, one) = operands(sum), one == 1
      else { return nil }
      return logit(tanh: tanh)
    default: return nil
    }
  }

  /// z of 1 + e^(−z).
  private func onePlusExp(_ name: String) -> (source: String, scale: Double)? {
    guard let sum = maker(name), sum.kind == "Add", let (power, one) = operands(sum), one == 1,
      let exp = maker(power), exp.kind == "Exp", let negative = maker(exp.input(0))
    else { return nil }
    if negative.kind == "Neg", let z = negative.input(0) { return (z, 1) }
    if let (z, scale) = factor(negative) { return (z, -scale) }
    return exp.input(0).map { ($0, -1) }
  }

  /// 2u of tanh(u).
  private func logit(tanh name: String) -> (source: String, scale: Double)? {
    guard let node = maker(name), node.kind == "Tanh" else { return nil }
    return node.input(0).map { ($0, 2) }
  }

  /// z where a node makes e^z/Σe^z by hand, or e^(z − max)/Σe^(z − max).
  private func softmax(_ node: Graph.Node) -> String? {
    guard node.kind == "Div", let top = maker(node.input(0)), top.kind == "Exp",
      let sum = sum(node.input(1)), sum.input(0) == node.input(0)
    else { return nil }
    return top.input(0)
  }

  private func maker(_ name: String?) -> Graph.Node? { name.flatMap { graph.maker(of: $0) } }

  private func sum(_ name: String?) -> Graph.Node? {
    guard let node = maker(name), node.kind == "ReduceSum" else { return nil }
    return node
  }

  /// x and c of x·c, c·x or x/(1/c).
  private func factor(_ node: Graph.Node) -> (name: String, scale: Double)? {
    if node.kind == "Mul" { return operands(node).map { ($0.name, $0.number) } }
    guard node.kind == "Div", let x = node.input(0), let c = number(node.input(1)), c != 0 else {
      return nil
    }
    return (x, 1 / c)
  }

  /// The operands of a node of two, where one is a lone number.
  private func operands(_ node: Graph.Node) -> (name: String, number: Double)? {
    guard let a = node.input(0), let b = node.input(1) else { return nil }
    if let number = number(b) { return (a, number) }
    return number(a).map { (b, $0) }
  }

  /// A lone number that the file gives.
  private func number(_ name: String?) -> Double? {
    guard let name else { return nil }
    if let tensor = graph.initialisers[name] { return Constant(tensor).scalar }
    guard let node = graph.maker(of: name), node.kind == "Constant" else { return nil }
    if node.attributes["value_float"] != nil { return node.number("value_float", 0) }
    return (try? node.tensor("value", path: "")).flatMap(\.self).flatMap { Constant($0).scalar }
  }

  /// Whether a node adds a tensor of the file to a product.
  private func isBiased(_ node: Graph.Node) -> Bool {
    guard node.kind == "Add", node.inputs.count == 2 else { return false }
    return [(0, 1), (1, 0)].contains { tensor, product in
      graph.initialisers[node.inputs[tensor]] != nil
        && ["MatMul", "Gemm", "Conv"].contains(graph.maker(of: node.inputs[product])?.kind ?? "")
    }
  }
}
