import TensorFiles

/// Which of a graph's tensors are trained, and why.
struct WeightChoice: Sendable {
  /// What became of a tensor.
  struct Verdict: Sendable {
    var name: String
    var shape: [Int]
    var isTrained: Bool
    /// Such as `a weight of MatMul 'fc'`.
    var reason: String
    fileprivate var ground: Ground

    /// As it is listed.
    var line: String {
      "tensor: \(name) \(written(shape)), \(isTrained ? "trained" : "constant"): \(reason)"
    }
  }

  /// On what a verdict rests.
  fileprivate enum Ground {
    /// The user's word, the exporter's, or a use that only weights have.
    case certain
    /// A buffer, as the exporter says.
    case buffer
    /// It works on the data before any weight does.
    case standardises
    /// It looks like a constant of arithmetic, or like a weight.
    case looks
    /// A node Constant makes it.
    case constantNode
  }

  /// In the file's order.
  private(set) var verdicts: [Verdict] = []
  /// The graph, trained tensors of nodes Constant among its initialisers.
  private(set) var graph: Graph
  /// What a run must say.
  private(set) var notes: [String] = []
  /// Tensors that the user names in full.
  private(set) var named: Set<String> = []

  /// Who reads what.
  let uses: TensorUses
  private let producer: String
  private let patterns: NamePatterns

  /// The names of those that are trained.
  var trained: Set<String> { Set(verdicts.filter(\.isTrained).map(\.name)) }

  /// Chooses.
  ///
  /// - Parameters:
  ///   - file: The graph as the file has it.
  ///   - nodes: Those that the output depends on, in order.
  ///   - patterns: The user's word.
  ///   - producer: What wrote the file.
  ///   - path: The file.
  /// - Throws: ``Fault`` where a pattern matches nothing, or names what cannot be trained.
  init(
    _ file: Graph, nodes: [Graph.Node], patterns: NamePatterns, producer: String, path: String
  ) throws(Fault) {
    (graph, self.producer, self.patterns) = (file, producer.lowercased(), patterns)
    var tensors = file.initialisers.filter { file.floating.contains($0.name) }
      .map { (name: $0.name, tensor: $0.tensor) }
    var constants: Set<String> = []
    for node in nodes where node.kind == "Constant" && node.domain.isEmpty {
      guard let name = node.outputs.first, let tensor = try node.tensor("value", path: path)
      else { continue }
      switch tensor.elements {
      case .float32, .float64: break
      case .uint8, .int64: continue
      }
      constants.insert(name)
      tensors.append((name, tensor))
    }
    let names = tensors.map(\.name)
    if let idle = patterns.idle(among: names) {
      throw Fault(
        "has no tensor of floating-point numbers that '\(idle)' matches (there are "
          + "\(names.joined(separator: ", ")))")
    }
    uses = TensorUses(
      file, nodes: nodes,
      of: Dictionary(tensors.map { ($0.name, $0.tensor.shape) }) { first, _ in first })
    for (name, tensor) in tensors {
      verdicts.append(try verdict(name, tensor, isNodes: constants.contains(name)))
    }
    takeWhatIsLeft()
    let lifted = trained.intersection(constants)
    if !lifted.isEmpty {
      graph = try file.replacing(
        tensors.filter { lifted.contains($0.name) }.map { ($0.name, $0.tensor) },
        nodes: file.nodes.filter { !lifted.contains($0.outputs.first ?? "") })
    }
    remark(on: tensors)
  }

  // MARK: - One tensor

  private mutating func verdict(
    _ name: String, _ tensor: Tensor, isNodes: Bool
  ) throws(Fault) -> Verdict {
    func constant(_ reason: String, _ ground: Ground = .certain) -> Verdict {
      Verdict(
        name: name, shape: tensor.shape, isTrained: false, reason: reason, ground: ground)
    }
    func trained(_ reason: String, _ ground: Ground = .certain) -> Verdict {
      Verdict(name: name, shape: tensor.shape, isTrained: true, reason: reason, ground: ground)
    }
    let uses = uses.of(name)
    let mention = patterns.mention(of: name)
    if case .name = mention { named.insert(name) }
    guard patterns.contains(name) else { return constant("left out by --parameters") }
    if let obstacle = obstacle(uses) {
      guard mention != .name else {
        throw Fault("cannot train '\(name)', which --parameters names: it is \(obstacle)")
      }
      return constant(obstacle)
    }
    guard let use = uses.first(where: { ![.statistics, .setting].contains($0.role) }) else {
      return constant("read by nothing")
    }
    let words = Self.words(use)
    if mention == .name { return trained("\(words), named by --parameters") }
    let roots = graph.record.roots(of: name)
    let origin =
      roots.isEmpty ? "" : ", computed of \(roots.map { "'\($0)'" }.joined(separator: ", "))"
    switch graph.record.kind(of: name) {
    case .parameter?: return trained("a parameter, as the exporter says\(origin); \(words)")
    case .buffer?: return constant("a buffer, as the exporter says\(origin); \(words)", .buffer)
    case nil: break
    }
    if mention == .pattern { return trained("\(words), matched by --parameters") }
    if isNodes { return constant("a node Constant's; \(words)", .constantNode) }
    return looks(name, tensor, uses, words, trained: trained, constant: constant)
  }

  /// What nobody but the numbers, the name and the readers can tell.
  private func looks(
    _ name: String, _ tensor: Tensor, _ uses: [TensorUses.Use], _ words: String,
    trained: (String, Ground) -> Verdict, constant: (String, Ground) -> Verdict
  ) -> Verdict {
    let learnt = uses.filter { [.weight, .bias, .normalisation].contains($0.role) }
    if !learnt.isEmpty {
      // Exporters give normalisations without scale and shift of their own ones and zeros.
      if Self.isNumbered(name), learnt.allSatisfy({ $0.role == .normalisation }),
        let first = tensor.doubles.first, first == 0 || first == 1,
        tensor.doubles.allSatisfy({ $0 == first })
      {
        return constant("numbered by the exporter, all numbers \(first); \(words)", .looks)
      }
      guard learnt.allSatisfy(\.projects) else {
        return trained(words, .certain)
      }
      return constant("projects the data before any weight", .standardises)
    }
    let scalesData = uses.filter { $0.role == .arithmetic }.allSatisfy { use in
      use.isOnBareData && ["Add", "Sub", "Mul", "Div"].contains(use.node.kind)
    }
    if scalesData {
      return constant("standardises the data: \(words), before any weight", .standardises)
    }
    let numbers = tensor.doubles
    if numbers.count > 1 {
      guard Self.isNumbered(name), numbers.allSatisfy({ $0 == numbers[0] }) else {
        return trained(words, .looks)
      }
      return constant("numbered by the exporter, all numbers equal; \(words)", .looks)
    }
    if Self.isNumbered(name) {
      return constant("a lone number that the exporter numbered; \(words)", .looks)
    }
    if producer.hasPrefix("pytorch") {
      return trained("a lone number under a name of the network's; \(words)", .looks)
    }
    if name.contains("ReadVariableOp") { return trained("a variable; \(words)", .looks) }
    if producer.hasPrefix("tf2onnx") || NumberLooks.isWritten(numbers.first ?? 0) {
      return constant("a lone number, as formulas have; \(words)", .looks)
    }
    return trained("a lone number that no formula would have; \(words)", .looks)
  }

  /// Why a tensor cannot be trained, whatever it is.
  private func obstacle(_ uses: [TensorUses.Use]) -> String? {
    if uses.contains(where: { $0.role == .statistics }) {
      return "the mean or the variance of a batch normalisation"
    }
    guard let first = uses.first, uses.allSatisfy({ $0.role == .setting }) else {
      return uses.isEmpty ? "read by nothing that depends on the data" : nil
    }
    return "a setting of \(first.node.kind) '\(first.node.name)'"
  }

  private static func words(_ use: TensorUses.Use) -> String {
    let role =
      switch use.role {
      case .weight: "a weight"
      case .bias: "the bias"
      case .normalisation: "a scale or shift"
      case .statistics: "a statistic"
      case .arithmetic: "an operand"
      case .setting: "a setting"
      }
    return "\(role) of \(use.node.kind) '\(use.node.name)'"
  }

  /// Whether an exporter made a name of its own, of a number, instead of keeping the network's.
  static func isNumbered(_ name: String) -> Bool {
    (try? /(_?val_|onnx::\w+_|const_fold_opt__|Constant_|const_)?\d+|.*\/Constant(_\d+)?_output_\d+/
      .wholeMatch(in: name)) != nil
  }

  // MARK: - All of them

  /// Takes the next best where nothing is trained for certain or by its looks.
  private mutating func takeWhatIsLeft() {
    let steps: [(Ground, String)] = [
      (.constantNode, "no initialiser is trained: the weights are those of nodes Constant"),
      (.standardises, "nothing else is trained"),
      (.looks, "nothing else is trained"),
    ]
    for (ground, reason) in steps where !verdicts.contains(where: \.isTrained) {
      for index in verdicts.indices where verdicts[index].ground == ground {
        if ground == .constantNode, !isLearnt(verdicts[index].name) { continue }
        verdicts[index].isTrained = true
        verdicts[index].reason += "; \(reason)"
      }
      let names = verdicts.filter(\.isTrained).map(\.name)
      if !names.isEmpty { notes.append("\(reason); trained are \(Self.list(names))") }
    }
  }

  /// Whether any node reads a tensor as only weights are read.
  private func isLearnt(_ name: String) -> Bool {
    uses.of(name).contains { [.weight, .bias, .normalisation].contains($0.role) }
  }

  /// Says what a reader would want to know.
  private mutating func remark(on tensors: [(name: String, tensor: Tensor)]) {
    func names(_ isMeant: (Verdict) -> Bool) -> [String] { verdicts.filter(isMeant).map(\.name) }
    let standardising = names { !$0.isTrained && $0.ground == .standardises }
    if !standardising.isEmpty {
      notes.append(
        "\(Self.list(standardising)) standardise\(standardising.count == 1 ? "s" : "") the data before "
          + "any weight: constant, unless --parameters names \(standardising.count == 1 ? "it" : "them")"
      )
    }
    let buffers = names { $0.ground == .buffer }
    if !buffers.isEmpty {
      notes.append(
        "\(Self.list(buffers)): not trained, buffer\(buffers.count == 1 ? "" : "s") as the exporter says"
      )
    }
    let shapes = Dictionary(tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    let lone = verdicts.filter { verdict in
      verdict.ground == .looks && verdict.shape.allSatisfy { $0 == 1 } && !verdict.isTrained
        && !NumberLooks.isWritten(shapes[verdict.name]?.doubles.first ?? 0)
    }
    if !lone.isEmpty {
      notes.append(
        "\(Self.list(lone.map(\.name))): lone numbers, not trained unless --parameters names them")
    }
    for verdict in verdicts where verdict.isTrained && !named.contains(verdict.name) {
      if graph.record.kind(of: verdict.name) == nil, let tensor = shapes[verdict.name],
        let doubt = NumberLooks.doubt(tensor)
      {
        notes.append(
          "'\(verdict.name)' \(written(verdict.shape)) looks like no weight (\(doubt)), and is trained; "
            + "--parameters '!\(verdict.name)' leaves it out")
      }
      if graph.sparselyKept.contains(verdict.name) {
        notes.append("'\(verdict.name)' is a sparse initialiser: its zeros are trained, too")
      }
    }
  }

  /// Names in a sentence, the first of many.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
  }
}
