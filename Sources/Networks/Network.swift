/// A network: a graph of operations from an input to its outputs, and the tensors they use.
public struct Network: Sendable {
  /// One operation of the graph.
  struct Node: Sendable {
    /// The index of the layer that it comes from.
    var layer: Int
    var operation: any Operation
    /// Which values it reads; 0 is the network's input.
    var inputs: [Int]
    /// Which value it makes.
    var output: Int
    /// Which tensors of the layout it uses.
    var parameters: [Int]
  }

  /// The layers it was made from.
  public let layers: [Layer]
  /// The shape of one sample.
  public let inputShape: [Int]
  /// The number of outputs.
  public let outputs: Int
  /// The tensors.
  public let layout: ParameterLayout

  /// In an order in which each reads only what earlier ones made.
  let nodes: [Node]
  /// The number of features of each value; the first is the input's.
  let features: [Int]
  /// The value that holds the outputs.
  let outputValue: Int

  /// Builds the graph of a list of layers.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of one sample, such as [64] or [1, 28, 28].
  ///   - layers: In order, from input to output.
  /// - Throws: ``NetworkError`` where shapes do not fit together; it names the layer.
  public init(inputShape: [Int], layers: [Layer]) throws(NetworkError) {
    var layout = ParameterLayout()
    var nodes: [Node] = []
    let inputSize = try Self.size(of: inputShape, layer: nil, kind: "network")
    var features = [inputSize]
    var current = 0
    var shape = inputShape
    var open: [(value: Int, shape: [Int], layer: Int)] = []

    func append(
      _ operation: any Operation, of layer: Int, reading inputs: [Int], parameters: [Int] = []
    ) {
      features.append(operation.outputFeatures)
      let output = features.count - 1
      nodes.append(
        Node(
          layer: layer, operation: operation, inputs: inputs, output: output,
          parameters: parameters))
      current = output
    }

    for (index, layer) in layers.enumerated() {
      switch layer {
      case .dense(let units, let bias):
        let inputs = features[current]
        guard units > 0 else {
          throw NetworkError(layer: index, kind: layer.kind, reason: "needs at least 1 unit")
        }
        _ = try Self.size(of: [units, inputs], layer: index, kind: layer.kind)
        let first = layout.entries.count
        layout.append(
          "\(index).weight", shape: [units, inputs], role: .kernel, fanIn: inputs, fanOut: units,
          layer: index)
        if bias {
          layout.append(
            "\(index).bias", shape: [units], role: .bias, fanIn: inputs, fanOut: units,
            layer: index)
        }
        append(
          Dense(inputs: inputs, outputs: units), of: index, reading: [current],
          parameters: Array(first..<layout.entries.count))
        shape = [units]
      case .activation(let activation):
        append(
          Activate(activation, features: features[current]), of: index, reading: [current])
      case .flatten:
        // Values are flat already: features in row-major order.
        shape = [features[current]]
      case .skip:
        open.append((current, shape, index))
      case .add:
        guard let partner = open.popLast() else {
          throw NetworkError(
            layer: index, kind: layer.kind, reason: "has no 'skip' before it to add")
        }
        guard partner.shape == shape else {
          throw NetworkError(
            layer: index, kind: layer.kind,
            reason: "adds shape \(partner.shape), skipped at layer \(partner.layer), to \(shape)")
        }
        append(
          Addition(features: features[current]), of: index, reading: [current, partner.value])
      }
    }
    if let unused = open.last {
      throw NetworkError(
        layer: unused.layer, kind: "skip", reason: "has no 'add' after it that uses it")
    }
    guard !layout.entries.isEmpty else {
      throw NetworkError(
        layer: nil, kind: "network", reason: "has no parameters; give it a layer such as 'dense'")
    }
    self.layers = layers
    self.inputShape = inputShape
    self.outputs = features[current]
    self.layout = layout
    self.nodes = nodes
    self.features = features
    self.outputValue = current
  }

  /// Whether all its activations are piecewise linear, so that the Hessian's trace equals the
  /// Gauss-Newton matrix's wherever it exists.
  public var isPiecewiseLinear: Bool {
    layers.allSatisfy { layer in
      if case .activation(let activation) = layer { activation.isPiecewiseLinear } else { true }
    }
  }

  /// Its layers in a few words, such as `64-64-10, relu`.
  public var summary: String {
    var widths = [String(features[0])]
    var activations: [String] = []
    for layer in layers {
      switch layer {
      case .dense(let units, _): widths.append(String(units))
      case .activation(let activation):
        if !activations.contains(activation.name) { activations.append(activation.name) }
      case .add:
        if !activations.contains("residual") { activations.append("residual") }
      case .flatten, .skip: break
      }
    }
    return ([widths.joined(separator: "-")] + activations).joined(separator: ", ")
  }

  /// The product of a shape, refused where it is empty or beyond what a network of this size of
  /// program can hold (2³¹ numbers).
  private static func size(
    of shape: [Int], layer: Int?, kind: String
  ) throws(NetworkError) -> Int {
    var size = 1
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product < 1 << 31 else {
        throw NetworkError(
          layer: layer, kind: kind,
          reason: "has a shape of \(shape), which is empty or too large to hold")
      }
      size = product
    }
    return size
  }
}

/// A network that cannot be built.
public struct NetworkError: Error, Equatable, CustomStringConvertible {
  /// The index of the layer at fault, or nil for the network as a whole.
  public var layer: Int?
  /// The layer's name.
  public var kind: String
  /// What is wrong, and what would be right.
  public var reason: String

  /// One line: the layer and what is wrong with it.
  public var description: String {
    layer.map { "layer \($0) (\(kind)) \(reason)" } ?? "\(kind) \(reason)"
  }
}
