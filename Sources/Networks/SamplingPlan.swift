/// How a network is evaluated at many points of a plane: each layer in the form that costs least.
///
/// - An *image* layer is affine in the weights and reads only data. Its outputs at c + α·u + β·v are
///   X·c + (α·X·u + β·X·v): the three products are made once for a slice, and each point costs an
///   addition of three tiles.
/// - A *product* layer is a dense layer or a convolution further on; a residual connection's addition
///   is done before a convolution's one store.
/// - A *line product* is a dense layer with few outputs that alone reads an image with ReLU or without
///   activation: the image's values are formed as the product reads them, and never stored.
/// - A *general* step asks the operation itself, so that any graph runs.
///
/// An activation that alone reads a layer's output is applied before that output is stored. Values
/// that nothing later reads make room for others, so that a deep network needs few tiles.
struct SamplingPlan: Sendable {
  enum Form: Sendable {
    /// The offset of the layer's three images among all images, in rows; whether its values are
    /// stored, or left to a line product.
    case image(any AffineOperation, row: Int, activation: Activation?, isStored: Bool)
    /// The offsets of the weights and of the bias among the point's numbers; the value that is added.
    case product(
      any AffineOperation, weights: Int, bias: Int?, added: Int?, activation: Activation?)
    /// The offset of the image that is read, in rows, and whether ReLU comes after it; the offsets of
    /// the weights and of the bias; the activation after the product.
    case lineProduct(row: Int, relu: Bool, weights: Int, bias: Int?, activation: Activation?)
    /// The offsets of the operation's parameters among the point's numbers.
    case general([Int])
  }

  struct Step: Sendable {
    var node: Network.Node
    var form: Form
    /// The value that the step makes: that of the last operation that is fused on.
    var output: Int

    /// The values that it reads.
    var inputs: [Int] {
      switch form {
      case .image, .lineProduct: []
      case .product(_, _, _, let added, _): node.inputs + (added.map { [$0] } ?? [])
      case .general: node.inputs
      }
    }
  }

  /// Where numbers of the flat parameter vector go among a point's numbers.
  struct Piece: Sendable {
    var parameters: Range<Int>
    var offset: Int
  }

  private(set) var steps: [Step] = []
  /// The rows of all images of one tile.
  private(set) var imageRows = 0
  /// Where each value that a step makes stands, in rows; values share room.
  private(set) var places: [Int?]
  /// The rows of all values of one tile.
  private(set) var valueRows = 0
  /// The parameters that are formed at each point.
  private(set) var pieces: [Piece] = []
  /// How many numbers are formed at each point.
  private(set) var pointCount = 0

  init(_ network: Network) {
    places = network.features.map { _ in nil }
    var fused = Set<Int>()
    for (index, node) in network.nodes.enumerated() where !fused.contains(index) {
      guard let affine = node.operation as? any AffineOperation else {
        let offsets = node.parameters.map { add(network.layout.entries[$0].range) }
        steps.append(Step(node: node, form: .general(offsets), output: node.output))
        continue
      }
      let isImage = node.inputs == [0] && affine.isWorthAnImage
      var output = node.output
      var added: Int?
      // The one reader of this layer, if it is an addition, and then an activation, is fused onto it.
      if affine.adds, !isImage, let reader = network.soleReader(of: output),
        let other = network.nodes[reader].partner(of: output), isMade(other)
      {
        added = other
        output = network.nodes[reader].output
        fused.insert(reader)
      }
      var activation: Activation?
      if let reader = network.soleReader(of: output),
        let activate = network.nodes[reader].operation as? Activate
      {
        activation = activate.activation
        output = network.nodes[reader].output
        fused.insert(reader)
      }
      if isImage {
        steps.append(
          Step(
            node: node,
            form: .image(affine, row: imageRows, activation: activation, isStored: true),
            output: output))
        imageRows += affine.outputFeatures
        continue
      }
      let entries = node.parameters.map { network.layout.entries[$0] }
      let weights = add(entries[0].range)
      let bias = entries.count > 1 ? add(entries[1].range) : nil
      var form = Form.product(
        affine, weights: weights, bias: bias, added: added, activation: activation)
      if let image = soleSource(of: node, in: network), let dense = affine as? Dense,
        dense.positions == 1, !dense.isTransposed, dense.outputs <= Self.mostLineOutputs,
        case .image(let source, let row, let before, _) = steps[image].form,
        before == nil || before == .relu
      {
        steps[image].form = .image(source, row: row, activation: before, isStored: false)
        form = .lineProduct(
          row: row, relu: before == .relu, weights: weights, bias: bias, activation: activation)
      }
      steps.append(Step(node: node, form: form, output: output))
    }
    placeValues(of: network)
  }

  /// With more outputs, forming an image's values again for every few of them costs more than
  /// storing them once: ten gain with AVX-512, which takes 8 rows at a time, and lose with AVX2 (3).
  private static var mostLineOutputs: Int { 2 * TileLayout.productRows }

  /// The step of the value that a node reads, where no other node does.
  private func soleSource(of node: Network.Node, in network: Network) -> Int? {
    let readers = network.nodes.filter { $0.inputs.contains(node.inputs[0]) }
    return readers.count == 1 ? steps.firstIndex { $0.output == node.inputs[0] } : nil
  }

  /// Whether a value is there before the next step.
  private func isMade(_ value: Int) -> Bool {
    value == 0 || steps.contains { $0.output == value }
  }

  private mutating func add(_ range: Range<Int>) -> Int {
    let offset = pointCount
    pieces.append(Piece(parameters: range, offset: offset))
    // Pieces start on whole lanes, so that one loop forms them all.
    pointCount += TileLayout.padded(range.count)
    return offset
  }

  /// Gives every value room that no value needs at the same time.
  private mutating func placeValues(of network: Network) {
    var lastReader: [Int: Int] = [:]
    for (index, step) in steps.enumerated() {
      for value in step.inputs { lastReader[value] = index }
    }
    lastReader[network.outputValue] = steps.count
    var room = TileRoom()
    var slots: [Int: Int] = [:]
    for (index, step) in steps.enumerated() {
      if case .image(_, _, _, isStored: false) = step.form { continue }
      if case .product(_, _, _, let added?, _) = step.form, lastReader[added] == index,
        !step.node.inputs.contains(added), let slot = slots.removeValue(forKey: added)
      {
        // The sum takes the place of what is added, number by number.
        slots[step.output] = slot
      } else {
        slots[step.output] = room.take(network.features[step.output])
      }
      places[step.output] = slots[step.output]
      for value in Set(step.inputs + [step.output]) where (lastReader[value] ?? 0) <= index {
        if let slot = slots.removeValue(forKey: value) { room.giveBack(slot) }
      }
    }
    places = places.map { $0.map { room.starts[$0] } }
    valueRows = room.rows
  }

  /// The numbers of a point as the steps read them.
  func arrange<E: KernelScalar>(_ w: [Double]) -> [E] {
    var result = [E](repeating: 0, count: pointCount)
    for piece in pieces {
      for (place, number) in zip(piece.offset..., w[piece.parameters]) { result[place] = E(number) }
    }
    return result
  }
}

extension Network {
  /// The one node that reads a value, and reads it once; nil where the value is the network's output.
  fileprivate func soleReader(of value: Int) -> Int? {
    let readers = nodes.indices.filter { nodes[$0].inputs.contains(value) }
    guard readers.count == 1, value != outputValue,
      nodes[readers[0]].inputs.count(where: { $0 == value }) == 1
    else { return nil }
    return readers[0]
  }

  /// The form in which each layer is sampled, one line a layer.
  public var samplingForms: [String] {
    if couplesSamples {
      return [
        "all layers: general form, in stages that end where statistics of all samples are taken"
      ]
    }
    return forms
  }

  private var forms: [String] {
    SamplingPlan(self).steps.map { step in
      let layer = step.node.label
      func with(_ activation: Activation?, adds: Bool = false) -> String {
        let fused = (adds ? ["add"] : []) + (activation.map { [$0.name] } ?? [])
        return fused.isEmpty ? "" : ", \(fused.joined(separator: " and ")) fused on"
      }
      switch step.form {
      case .image(_, _, let activation, _):
        return "\(layer): image, made once for the slice\(with(activation))"
      case .product(let operation, _, _, let added, let activation):
        let name = operation is Convolution ? "direct convolution" : "product"
        return "\(layer): \(name)\(with(activation, adds: added != nil))"
      case .lineProduct(_, _, _, _, let activation):
        return "\(layer): product that forms the image as it reads it\(with(activation))"
      case .general:
        return "\(layer): general form"
      }
    }
  }
}

extension Network.Node {
  /// What this node adds to a value, if it is an addition.
  fileprivate func partner(of value: Int) -> Int? {
    guard operation is Addition else { return nil }
    return inputs.first { $0 != value }
  }
}
