import TensorFiles

/// Which of a file's tensors are which of a network's, as far as that is certain.
struct WeightMapGuess {
  /// The file's name of each of the network's tensors.
  private(set) var names: [(own: String, file: String)] = []
  /// The network's tensors whose axes stand in Keras's order in the file.
  var transposed: [String] = []
  /// What could not be told: the network's tensors.
  private(set) var open: [String] = []

  private var left: [(name: String, tensor: Tensor)]
  private var layout: ParameterLayout
  /// The network's own numbers, where it has some.
  private var weights: [Double]?

  /// Finds what is certain.
  ///
  /// A tensor of the file stands for one of the network's where both hold the same numbers; where one
  /// name ends in the other; where it stands in the module whose bias goes with the network's tensor; or
  /// where nothing else on either side has its shape. Shapes must fit, as they are or transposed, and
  /// what fits both ways is told by numbers alone.
  ///
  /// - Parameters:
  ///   - wanted: The network's tensors that the file does not name.
  ///   - further: The file's tensors that the network does not name.
  ///   - layout: The network's tensors.
  ///   - found: Names of the network's tensors that the file has, and what it calls them.
  ///   - weights: The network's own numbers in the layout's order, where it has some.
  init(
    of wanted: [ParameterLayout.Entry], among further: [(name: String, tensor: Tensor)],
    layout: ParameterLayout, found: [String: String], weights: [Double]?
  ) {
    (self.layout, self.weights, left) = (layout, weights, further)
    var waiting = wanted
    var known = found
    func settle(_ find: (ParameterLayout.Entry) -> Int?) -> Bool {
      var isAny = false
      for entry in waiting {
        guard let index = find(entry), let fit = fit(entry, left[index].tensor) else { continue }
        let name = left.remove(at: index).name
        waiting.removeAll { $0.name == entry.name }
        names.append((entry.name, name))
        known[entry.name] = name
        switch fit {
        case .transposed: transposed.append(entry.name)
        case .either: open.append("'\(entry.name)' (square: whether '\(name)' is its transpose)")
        case .asItIs: break
        }
        isAny = true
      }
      return isAny
    }
    _ = settle { byNumbers($0) }
    _ = settle { byName($0) }
    // Each tensor that is found can tell of its partner, and leaves fewer of its shape.
    while settle({ byPartner($0, known) }) || settle({ byShape($0, among: waiting) }) {}
    let order = wanted.map(\.name)
    names.sort { (order.firstIndex(of: $0.own) ?? 0) < (order.firstIndex(of: $1.own) ?? 0) }
    open += waiting.map { entry in
      let candidates = left.filter { fit(entry, $0.tensor) != nil }.map { "'\($0.name)'" }
      let shown = candidates.prefix(4).joined(separator: ", ")
      return "'\(entry.name)'"
        + (candidates.isEmpty
          ? "" : " (one of \(shown)\(candidates.count > 4 ? ", …" : ""))")
    }
  }

  // MARK: - Shapes

  /// How a file's tensor can stand for one of the network's.
  private enum Fit { case asItIs, transposed, either }

  private func fit(_ entry: ParameterLayout.Entry, _ tensor: Tensor) -> Fit? {
    let isSame = tensor.shape == entry.shape
    let isTransposed = WeightNames.transposed(tensor.shape) == entry.shape
    guard isSame, isTransposed else { return isSame ? .asItIs : isTransposed ? .transposed : nil }
    guard let own = own(entry) else { return .either }
    if equal(own, tensor.doubles) { return .asItIs }
    let turned = WeightNames.transposed(tensor.doubles, shape: tensor.shape)
    return equal(own, turned) ? .transposed : .either
  }

  // MARK: - Signs

  private func own(_ entry: ParameterLayout.Entry) -> [Double]? {
    weights.map { Array($0[entry.range]) }
  }

  /// Whether numbers are equal in the precision of files.
  private func equal(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || Float($0) == Float($1) }
  }

  /// The one tensor with the same numbers, which are not all equal.
  private func byNumbers(_ entry: ParameterLayout.Entry) -> Int? {
    guard let own = own(entry), own.contains(where: { $0 != own[0] }) else { return nil }
    return only { tensor in
      guard tensor.tensor.elements.count == own.count else { return false }
      let numbers = tensor.tensor.doubles
      if tensor.tensor.shape == entry.shape, equal(own, numbers) { return true }
      return WeightNames.transposed(tensor.tensor.shape) == entry.shape
        && equal(own, WeightNames.transposed(numbers, shape: tensor.tensor.shape))
    }
  }

  /// The one tensor of whose name the entry's is the end, or the other way round.
  private func byName(_ entry: ParameterLayout.Entry) -> Int? {
    only { tensor in
      fit(entry, tensor.tensor) != nil
        && (tensor.name.hasSuffix(".\(entry.name)") || entry.name.hasSuffix(".\(tensor.name)"))
    }
  }

  /// The one tensor that fits in the module where the file has the partner: a weight's bias, or a
  /// bias's weight.
  private func byPartner(_ entry: ParameterLayout.Entry, _ known: [String: String]) -> Int? {
    let partners = layout.entries.filter { $0.layer == entry.layer && $0.name != entry.name }
    let modules = Set(
      partners.compactMap { known[$0.name] }.compactMap { name in
        name.lastIndex(of: ".").map { name[..<$0] }
      })
    guard modules.count == 1, let module = modules.first else { return nil }
    return only { tensor in
      fit(entry, tensor.tensor) != nil
        && tensor.name.lastIndex(of: ".").map { tensor.name[..<$0] } == module
    }
  }

  /// The one tensor of a shape that no other of the network's waits for.
  private func byShape(
    _ entry: ParameterLayout.Entry, among waiting: [ParameterLayout.Entry]
  ) -> Int? {
    guard let index = only({ fit(entry, $0.tensor) != nil }),
      waiting.allSatisfy({ $0.name == entry.name || fit($0, left[index].tensor) == nil })
    else { return nil }
    return index
  }

  private func only(_ isMeant: ((name: String, tensor: Tensor)) -> Bool) -> Int? {
    let found = left.indices.filter { isMeant(left[$0]) }
    return found.count == 1 ? found[0] : nil
  }

  // MARK: - Words

  /// What is certain as a map, and what is not; none where there is nothing of a map.
  var lines: [String] {
    guard !names.isEmpty || !transposed.isEmpty else { return [] }
    let pairs = names.map { "\($0.own): \($0.file)" }.joined(separator: ", ")
    let parts =
      (names.isEmpty ? [] : ["names: {\(pairs)}"])
      + (transposed.isEmpty ? [] : ["transpose: [\(transposed.joined(separator: ", "))]"])
    return ["certain, as a map: \(parts.joined(separator: ", "))"]
      + (open.isEmpty ? [] : ["open: \(open.joined(separator: ", "))"])
  }
}
