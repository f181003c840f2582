/// A layer as a scene names it; a network is a list of them.
public enum Layer: Sendable, Hashable {
  /// y = W·x + b with W [units, inputs], after a flattening where the input has several dimensions.
  case dense(units: Int, bias: Bool)
  /// A function applied to each number.
  case activation(Activation)
  /// All dimensions in one, row-major.
  case flatten
  /// A normalisation, attention, an embedding, or what else has a module of its own.
  case module(LayerModule)
  /// Remembers its input for the next ``add`` that has no partner yet.
  case skip
  /// Adds what the latest open ``skip`` remembered: an identity residual connection.
  case add

  /// The name under which scenes know the layer.
  public var kind: String {
    switch self {
    case .dense: "dense"
    case .activation(let activation): activation.name
    case .flatten: "flatten"
    case .module(let module): module.kind
    case .skip: "skip"
    case .add: "add"
    }
  }
}

extension NetworkBuilder {
  /// Adds a list of layers, tensors named as `torch.nn.Sequential` names them.
  ///
  /// - Parameter layers: In order, from input to output.
  /// - Returns: The last layer's output.
  /// - Throws: ``NetworkError`` where shapes do not fit together; it names the layer.
  mutating func append(_ layers: [Layer]) throws(NetworkError) -> Value {
    var x = input
    var open: [(value: Value, layer: Int)] = []
    for (index, layer) in layers.enumerated() {
      place = (index, layer.kind)
      switch layer {
      case .dense(let units, let bias):
        let (inputs, weight) = (x.count, "\(index).weight")
        guard units > 0 else { throw fault("needs at least 1 unit") }
        x = try dense(
          x,
          weight: parameter(
            weight, shape: [units, inputs], role: .kernel, fanIn: inputs, fanOut: units),
          bias: bias
            ? parameter("\(index).bias", shape: [units], role: .bias, fanIn: inputs, fanOut: units)
            : nil)
      case .activation(let activation): x = try activate(x, activation)
      case .flatten: x = try reshape(x, to: [x.count])
      case .module(let module): x = try append(module, to: x, named: "\(index)")
      case .skip: open.append((x, index))
      case .add:
        guard let partner = open.popLast() else { throw fault("has no 'skip' before it to add") }
        guard partner.value.shape == x.shape else {
          throw fault(
            "adds shape \(partner.value.shape), skipped at layer \(partner.layer), to \(x.shape)")
        }
        x = try add(x, partner.value)
      }
    }
    if let unused = open.last {
      place = (unused.layer, "skip")
      throw fault("has no 'add' after it that uses it")
    }
    return x
  }
}

extension [Layer] {
  /// The layers in a few words, such as `64-64-10, relu`.
  func summary(of inputs: Int) -> String {
    var widths = [String(inputs)]
    var kinds: [String] = []
    func name(_ kind: String) {
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    for layer in self {
      switch layer {
      case .dense(let units, _): widths.append(String(units))
      case .activation(let activation): name(activation.name)
      case .module(let module): name(module.summary)
      case .add: name("residual")
      case .flatten, .skip: break
      }
    }
    return ([widths.joined(separator: "-")] + kinds).joined(separator: ", ")
  }
}
