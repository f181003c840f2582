/// How a network is evaluated at many points of a plane: each layer in the form that costs least.
///
/// - An *image* layer is affine in the weights and reads only data. Its outputs at c + α·u + β·v are
///   X·c + (α·X·u + β·X·v): the three products are made once for a slice, and each point costs an
///   addition of three tiles.
/// - A *product* layer is a dense layer further on.
/// - A *line product* is a dense layer with few outputs that alone reads an image with ReLU or without
///   activation: the image's values are formed as the product reads them, and never stored.
/// - A *general* step asks the operation itself, so that any graph runs.
///
/// An activation that alone reads a layer's output is applied before that output is stored.
struct SamplingPlan: Sendable {
  enum Form: Sendable {
    /// The offset of the layer's three images among all images, in rows; whether its values are
    /// stored, or left to a line product.
    case image(row: Int, activation: Activation?, isStored: Bool)
    /// The offsets of the weights and of the bias among the point's numbers.
    case product(weights: Int, bias: Int?, activation: Activation?)
    /// The offset of the image that is read, in rows, and whether ReLU comes after it; the offsets of
    /// the weights and of the bias; the activation after the product.
    case lineProduct(row: Int, relu: Bool, weights: Int, bias: Int?, activation: Activation?)
    /// The offsets of the operation's parameters among the point's numbers.
    case general([Int])
  }

  struct Step: Sendable {
    var node: Network.Node
    var form: Form
    /// The value that the step makes: the activation's where one is fused on.
    var output: Int
  }

  /// Where numbers of the flat parameter vector go among a point's numbers.
  struct Piece: Sendable {
    var parameters: Range<Int>
    var offset: Int
  }

  var steps: [Step] = []
  /// The rows of all images of one tile.
  var imageRows = 0
  /// The parameters that are formed at each point.
  var pieces: [Piece] = []
  /// How many numbers are formed at each point.
  var pointCount = 0

  init(_ network: Network) {
    var fused = Set<Int>()
    for (index, node) in network.nodes.enumerated() where !fused.contains(index) {
      var output = node.output
      var activation: Activation?
      if let dense = node.operation as? Dense, dense.positions == 1, !dense.isTransposed {
        // The one reader of this layer, if it is an activation, is fused onto it.
        let readers = network.nodes.indices.filter {
          network.nodes[$0].inputs.contains(node.output)
        }
        if readers.count == 1, node.output != network.outputValue,
          let activate = network.nodes[readers[0]].operation as? Activate
        {
          activation = activate.activation
          output = network.nodes[readers[0]].output
          fused.insert(readers[0])
        }
        if node.inputs == [0] {
          steps.append(
            Step(
              node: node, form: .image(row: imageRows, activation: activation, isStored: true),
              output: output))
          imageRows += dense.outputs
        } else {
          let entries = node.parameters.map { network.layout.entries[$0] }
          let weights = add(entries[0].range)
          let bias = entries.count > 1 ? add(entries[1].range) : nil
          var form = Form.product(weights: weights, bias: bias, activation: activation)
          if let image = soleSource(of: node, in: network), dense.outputs <= Self.mostLineOutputs,
            case .image(let row, let before, _) = steps[image].form,
            before == nil || before == .relu
          {
            steps[image].form = .image(row: row, activation: before, isStored: false)
            form = .lineProduct(
              row: row, relu: before == .relu, weights: weights, bias: bias, activation: activation)
          }
          steps.append(Step(node: node, form: form, output: output))
        }
      } else {
        let offsets = node.parameters.map { add(network.layout.entries[$0].range) }
        steps.append(Step(node: node, form: .general(offsets), output: output))
      }
    }
  }

  /// With more outputs, forming an image's values again for every few of them costs more than
  /// storing them once: ten gain with AVX-512, which takes 8 rows at a time, and lose with AVX2 (3).
  private static var mostLineOutputs: Int { 2 * TileLayout.productRows }

  /// The step of the value that a node reads, where no other node does.
  private func soleSource(of node: Network.Node, in network: Network) -> Int? {
    let readers = network.nodes.filter { $0.inputs.contains(node.inputs[0]) }
    return readers.count == 1 ? steps.firstIndex { $0.output == node.inputs[0] } : nil
  }

  private mutating func add(_ range: Range<Int>) -> Int {
    let offset = pointCount
    pieces.append(Piece(parameters: range, offset: offset))
    // Pieces start on whole lanes, so that one loop forms them all.
    pointCount += TileLayout.padded(range.count)
    return offset
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
      func with(_ activation: Activation?) -> String {
        activation.map { ", \($0.name) fused on" } ?? ""
      }
      switch step.form {
      case .image(_, let activation, _):
        return "\(layer): image, made once for the slice\(with(activation))"
      case .product(_, _, let activation):
        return "\(layer): product\(with(activation))"
      case .lineProduct(_, _, _, _, let activation):
        return "\(layer): product that forms the image as it reads it\(with(activation))"
      case .general:
        return "\(layer): general form"
      }
    }
  }
}
