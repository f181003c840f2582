/// Builds a network's graph one operation at a time, from its input to its outputs.
///
/// Each verb checks the shapes that it joins, declares nothing twice and gives back the value that the
/// operation makes, so that a reader of any format can follow its own nodes.
public struct NetworkBuilder: Sendable {
  /// What the input or an operation gives for each sample.
  public struct Value: Sendable, Hashable {
    /// 0 is the network's input.
    let index: Int
    /// Its dimensions for one sample, slowest first; numbers stand in row-major order.
    public let shape: [Int]

    /// How many numbers it has for each sample.
    public var count: Int { shape.reduce(1, *) }
  }

  /// A tensor that takes part in training.
  public struct Parameter: Sendable, Hashable {
    /// Its place in the layout.
    let index: Int
    /// Its dimensions, slowest first.
    public let shape: [Int]
  }

  /// One sample.
  public let input: Value
  /// The layer or node whose operations are being added: its number, and what messages call it.
  public var place: (index: Int, kind: String)?

  /// What batch normalisations with running statistics take theirs from.
  public var statistics: [BatchStatistics] = []

  private(set) var layout = ParameterLayout()
  private(set) var nodes: [Network.Node] = []
  private(set) var features: [Int]

  /// Begins a graph.
  ///
  /// - Parameter inputShape: The shape of one sample, such as [64] or [1, 28, 28].
  /// - Throws: ``NetworkError`` where it is empty or too large.
  public init(inputShape: [Int]) throws(NetworkError) {
    input = Value(index: 0, shape: inputShape)
    features = [try Self.size(of: inputShape, at: nil)]
  }

  /// Declares a tensor of the flat vector of weights.
  ///
  /// - Parameters:
  ///   - name: Such as `0.weight`; each name once.
  ///   - shape: The size of each dimension, slowest first.
  ///   - role: What it is for.
  ///   - fanIn: How many inputs each output sums over.
  ///   - fanOut: How many outputs each input takes part in.
  ///   - outputsLast: Whether the last dimension counts the outputs, rather than the first.
  /// - Returns: The tensor, to be given to operations; to several where weights are shared.
  /// - Throws: ``NetworkError`` for an empty or huge shape, or a name that is taken.
  public mutating func parameter(
    _ name: String, shape: [Int], role: ParameterLayout.Role, fanIn: Int = 1, fanOut: Int = 1,
    outputsLast: Bool = false
  ) throws(NetworkError) -> Parameter {
    _ = try Self.size(of: shape, at: place)
    guard layout.entry(named: name) == nil else {
      throw fault("declares the tensor '\(name)' a second time")
    }
    layout.append(
      name, shape: shape, role: role, fanIn: fanIn, fanOut: fanOut, layer: place?.index ?? 0,
      outputsLast: outputsLast)
    return Parameter(index: layout.entries.count - 1, shape: shape)
  }

  /// Adds y = W·x + b to the graph.
  ///
  /// - Parameters:
  ///   - x: All of its numbers are taken as one vector.
  ///   - weight: W [outputs, inputs].
  ///   - bias: b [outputs], where there is one.
  ///   - isTransposed: Whether W stands as [inputs, outputs].
  /// - Returns: y [outputs].
  /// - Throws: ``NetworkError`` where shapes do not fit.
  public mutating func dense(
    _ x: Value, weight: Parameter, bias: Parameter?, isTransposed: Bool = false
  ) throws(NetworkError) -> Value {
    try project(
      Value(index: x.index, shape: [x.count]), weight: weight, bias: bias,
      isTransposed: isTransposed)
  }

  /// Adds y = W·x + b on the last dimension, at each position of those before it.
  ///
  /// - Parameters:
  ///   - x: [positions…, inputs].
  ///   - weight: W [outputs, inputs].
  ///   - bias: b [outputs], where there is one.
  ///   - isTransposed: Whether W stands as [inputs, outputs].
  /// - Returns: y [positions…, outputs].
  /// - Throws: ``NetworkError`` where shapes do not fit.
  public mutating func project(
    _ x: Value, weight: Parameter, bias: Parameter?, isTransposed: Bool = false
  ) throws(NetworkError) -> Value {
    let inputs = x.shape.last ?? 1
    guard weight.shape.count == 2, weight.shape[isTransposed ? 0 : 1] == inputs else {
      throw fault("has a weight of shape \(weight.shape) for an input of \(inputs) numbers")
    }
    let outputs = weight.shape[isTransposed ? 1 : 0]
    if let bias, bias.shape != [outputs] {
      throw fault("has a bias of shape \(bias.shape) for \(outputs) outputs")
    }
    return try append(
      Dense(
        inputs: inputs, outputs: outputs, isTransposed: isTransposed, positions: x.count / inputs),
      of: [x], [weight] + (bias.map { [$0] } ?? []), shape: x.shape.dropLast() + [outputs])
  }

  /// Adds y = f(x), number by number.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - activation: f.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError``.
  public mutating func activate(
    _ x: Value, _ activation: Activation
  ) throws(NetworkError) -> Value {
    try append(Activate(activation, features: x.count), of: [x], shape: x.shape)
  }

  /// Adds y = a + b.
  ///
  /// - Parameters:
  ///   - a: One value.
  ///   - b: Another of the same shape.
  /// - Returns: y.
  /// - Throws: ``NetworkError`` where the shapes differ.
  public mutating func add(_ a: Value, _ b: Value) throws(NetworkError) -> Value {
    guard a.shape == b.shape else { throw fault("adds shape \(b.shape) to \(a.shape)") }
    return try append(Addition(features: a.count), of: [a, b], shape: a.shape)
  }

  /// The same numbers under another shape; nothing is computed.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - shape: As many numbers.
  /// - Returns: The value under its new shape.
  /// - Throws: ``NetworkError`` where the counts differ.
  public func reshape(_ x: Value, to shape: [Int]) throws(NetworkError) -> Value {
    guard try Self.size(of: shape, at: place) == x.count else {
      throw fault("gives \(x.count) numbers the shape \(shape)")
    }
    return Value(index: x.index, shape: shape)
  }

  /// Adds an operation.
  ///
  /// - Parameters:
  ///   - operation: What is computed; its count of features is the shape's.
  ///   - inputs: What it reads.
  ///   - parameters: What it takes from the weights.
  ///   - shape: What it makes of each sample.
  /// - Returns: What it makes.
  /// - Throws: ``NetworkError`` for an empty or huge shape.
  mutating func append(
    _ operation: any Operation, of inputs: [Value], _ parameters: [Parameter] = [], shape: [Int]
  ) throws(NetworkError) -> Value {
    features.append(try Self.size(of: shape, at: place))
    let output = features.count - 1
    nodes.append(
      Network.Node(
        label: place.map { "layer \($0.index) (\($0.kind))" } ?? "network", operation: operation,
        inputs: inputs.map(\.index), output: output, parameters: parameters.map(\.index)))
    return Value(index: output, shape: shape)
  }

  /// An error that names the layer or node being added.
  ///
  /// - Parameter reason: What is wrong, and what would be right.
  /// - Returns: The error.
  public func fault(_ reason: String) -> NetworkError {
    NetworkError(layer: place?.index, kind: place?.kind ?? "network", reason: reason)
  }

  /// The product of a shape, refused where it is empty or beyond what a network of this size of
  /// program can hold (2³¹ numbers).
  static func size(
    of shape: [Int], at place: (index: Int, kind: String)?
  ) throws(NetworkError) -> Int {
    var size = 1
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product < 1 << 31 else {
        throw NetworkError(
          layer: place?.index, kind: place?.kind ?? "network",
          reason: "has a shape of \(shape), which is empty or too large to hold")
      }
      size = product
    }
    return size
  }
}
