/// A network: a graph of operations from an input to its outputs, and the tensors they use.
public struct Network: Sendable {
  /// One operation of the graph.
  struct Node: Sendable {
    /// What messages call it, such as `layer 0 (dense)`.
    var label: String
    /// What it computes.
    var operation: any Operation
    /// Which values it reads; 0 is the network's input.
    var inputs: [Int]
    /// Which value it makes.
    var output: Int
    /// Which tensors of the layout it uses.
    var parameters: [Int]
  }

  /// The shape of one sample.
  public let inputShape: [Int]
  /// The number of outputs.
  public let outputs: Int
  /// The tensors.
  public let layout: ParameterLayout
  /// What it is made of in a few words, such as `64-64-10, relu`.
  public let summary: String

  /// In an order in which each reads only what earlier ones made.
  let nodes: [Node]
  /// The number of features of each value; the first is the input's.
  let features: [Int]
  /// The value that holds the outputs.
  let outputValue: Int

  /// Takes a graph as it is built.
  ///
  /// - Parameters:
  ///   - builder: The graph.
  ///   - output: The value that holds the outputs.
  ///   - summary: The network in a few words.
  /// - Throws: ``NetworkError`` where nothing could be trained.
  public init(
    _ builder: NetworkBuilder, output: NetworkBuilder.Value, summary: String
  ) throws(NetworkError) {
    guard !builder.layout.entries.isEmpty else {
      throw NetworkError(
        layer: nil, kind: "network", reason: "has no parameters; give it a layer such as 'dense'")
    }
    guard output.index < builder.features.count, builder.features[output.index] == output.count
    else {
      throw NetworkError(
        layer: nil, kind: "network", reason: "has an output that another builder made")
    }
    inputShape = builder.input.shape
    outputs = output.count
    layout = builder.layout
    self.summary = summary
    // Nodes that the outputs do not depend on would have no gradient to hand back.
    var needed: Set = [output.index]
    nodes = builder.nodes.reversed().filter { node in
      guard needed.contains(node.output) else { return false }
      needed.formUnion(node.inputs)
      return true
    }.reversed()
    features = builder.features
    outputValue = output.index
  }

  /// Builds the graph of a list of layers.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of one sample, such as [64] or [1, 28, 28].
  ///   - layers: In order, from input to output.
  ///   - statistics: Those of a weight file, for batch normalisations that run on them.
  /// - Throws: ``NetworkError`` where shapes do not fit together; it names the layer.
  public init(
    inputShape: [Int], layers: [Layer], statistics: [BatchStatistics] = []
  ) throws(NetworkError) {
    var builder = try NetworkBuilder(inputShape: inputShape)
    builder.statistics = statistics
    let output = try builder.append(layers)
    try self.init(builder, output: output, summary: layers.summary(of: inputShape))
  }

  /// Whether it is piecewise linear in the weights of each layer, so that the Hessian's trace equals
  /// the Gauss-Newton matrix's wherever it exists.
  public var isPiecewiseLinear: Bool {
    // A tensor in two places multiplies itself.
    let used = nodes.flatMap(\.parameters)
    return Set(used).count == used.count && nodes.allSatisfy(\.operation.isPiecewiseLinear)
  }

  /// Whether the samples are coupled by statistics of them all, as in batch normalisation.
  public var couplesSamples: Bool { nodes.contains { $0.operation is NormaliseOverBatch } }

  /// Whether its loss has kinks, where the gradient jumps.
  public var hasKinks: Bool { nodes.contains(where: \.operation.hasKinks) }
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
