/// A layer as a scene names it; a network is a list of them.
public enum Layer: Sendable, Hashable {
  /// y = W·x + b with W [units, inputs], after a flattening where the input has several dimensions.
  case dense(units: Int, bias: Bool)
  /// A convolution of [channels, length] or [channels, height, width] with W [channels,
  /// inputs / groups, kernel…].
  case conv(channels: Int, LayerWindow, groups: Int, bias: Bool)
  /// A pooling over windows.
  case pool(Pooling, LayerWindow)
  /// A pooling over all positions: one number a channel.
  case globalPool(Pooling)
  /// A function applied to each number.
  case activation(Activation)
  /// All dimensions in one, row-major.
  case flatten
  /// The same numbers under another shape.
  case reshape([Int])
  /// A normalisation, attention, an embedding, or what else has a module of its own.
  case module(LayerModule)
  /// Remembers its input for the next ``add`` that has no partner yet.
  case skip
  /// Remembers what some layers make of its input, for the next ``add`` that has no partner yet.
  case shortcut([Layer])
  /// Adds what the latest open ``skip`` or ``shortcut(_:)`` remembered: a residual connection.
  case add

  /// The name under which scenes know the layer.
  public var kind: String {
    switch self {
    case .dense: "dense"
    case .conv: "conv"
    case .pool(.maximum, _): "maxpool"
    case .pool(.average, _): "avgpool"
    case .globalPool(.maximum): "globalmaxpool"
    case .globalPool(.average): "globalavgpool"
    case .activation(let activation): activation.name
    case .flatten: "flatten"
    case .reshape: "reshape"
    case .module(let module): module.kind
    case .skip, .shortcut: "skip"
    case .add: "add"
    }
  }
}

/// The windows of a convolution or a pooling, as a scene has them: where there is one number it is that
/// of every dimension.
public struct LayerWindow: Sendable, Hashable {
  /// How a window goes beyond the edges.
  public enum Padding: Sendable, Hashable {
    /// As far as needed for ⌈size / stride⌉ results; an odd number is one more at the end, as in
    /// Keras, and in PyTorch where the stride is 1.
    case same
    /// As many zeros on each side: one number, one for each dimension, or those before the first
    /// position of each dimension and then those after the last.
    case zeros([Int])
  }

  /// Its size.
  public var kernel: [Int]
  /// From one window to the next.
  public var stride: [Int]
  /// Beyond the edges.
  public var padding: Padding
  /// The distance of its places.
  public var dilation: [Int]
  /// Whether a last window may end beyond the padding; poolings only.
  public var ceiling: Bool

  /// Makes a window; a pooling's stride is usually its kernel.
  public init(
    kernel: [Int], stride: [Int] = [1], padding: Padding = .zeros([0]), dilation: [Int] = [1],
    ceiling: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.ceiling = ceiling
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
      case .skip: open.append((x, index))
      case .shortcut(let layers):
        var value = x
        for (inner, layer) in layers.enumerated() {
          place = (index, "skip: \(layer.kind)")
          value = try append(layer, to: value, named: "\(index).\(inner)")
        }
        open.append((value, index))
      case .add:
        guard let partner = open.popLast() else { throw fault("has no 'skip' before it to add") }
        guard partner.value.shape == x.shape else {
          throw fault(
            "adds shape \(partner.value.shape), skipped at layer \(partner.layer), to \(x.shape)")
        }
        x = try add(x, partner.value)
      default: x = try append(layer, to: x, named: "\(index)")
      }
    }
    if let unused = open.last {
      place = (unused.layer, "skip")
      throw fault("has no 'add' after it that uses it")
    }
    return x
  }

  /// Adds one layer that reads one value.
  private mutating func append(
    _ layer: Layer, to x: Value, named name: String
  ) throws(NetworkError) -> Value {
    switch layer {
    case .dense(let units, let bias):
      guard units > 0 else { throw fault("needs at least 1 unit") }
      let weights = try weights(
        name, shape: [units, x.count], bias: bias, fanIn: x.count, fanOut: units)
      return try dense(x, weight: weights.weight, bias: weights.bias)
    case .conv(let channels, let window, let groups, let bias):
      let (kernel, stride, padding, dilation) = try resolve(window, for: x)
      guard channels > 0 else { throw fault("needs at least 1 channel") }
      guard groups > 0, x.shape[0].isMultiple(of: groups), channels.isMultiple(of: groups) else {
        throw fault(
          "cannot cut \(x.shape[0]) channels and \(channels) outputs into \(groups) groups")
      }
      // Sizes are checked before any product of them is formed.
      _ = try axes(of: x, kernel: kernel, stride: stride, padding: padding, dilation: dilation)
      let (inputs, places) = (x.shape[0] / groups, kernel.reduce(1, *))
      // What overflows is refused with the shape.
      let weights = try weights(
        name, shape: [channels, inputs] + kernel, bias: bias,
        fanIn: inputs.multipliedReportingOverflow(by: places).partialValue,
        fanOut: channels.multipliedReportingOverflow(by: places).partialValue)
      return try convolve(
        x, weight: weights.weight, bias: weights.bias, stride: stride, padding: padding,
        dilation: dilation, groups: groups)
    case .pool(let kind, let window):
      let (kernel, stride, padding, dilation) = try resolve(window, for: x)
      return try pool(
        x, kind, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
        ceiling: window.ceiling)
    case .globalPool(let kind):
      guard (2...3).contains(x.shape.count) else { throw needsPositions(x) }
      return try globalPool(x, kind)
    case .activation(let activation): return try activate(x, activation)
    case .flatten: return try reshape(x, to: [x.count])
    case .reshape(let shape): return try reshape(x, to: shape)
    case .module(let module): return try append(module, to: x, named: name)
    case .skip, .shortcut, .add: throw fault("cannot stand within a shortcut")
    }
  }

  /// Declares a layer's weight and, where asked for, its bias.
  private mutating func weights(
    _ name: String, shape: [Int], bias: Bool, fanIn: Int, fanOut: Int
  ) throws(NetworkError) -> (weight: Parameter, bias: Parameter?) {
    let weight = try parameter(
      "\(name).weight", shape: shape, role: .kernel, fanIn: fanIn, fanOut: fanOut)
    guard bias else { return (weight, nil) }
    return (
      weight,
      try parameter(
        "\(name).bias", shape: [shape[0]], role: .bias, fanIn: fanIn, fanOut: fanOut)
    )
  }

  /// A window's numbers for each dimension of a value.
  private func resolve(
    _ window: LayerWindow, for x: Value
  ) throws(NetworkError) -> (kernel: [Int], stride: [Int], padding: [Int], dilation: [Int]) {
    let rank = x.shape.count - 1
    guard (1...2).contains(rank) else { throw needsPositions(x) }
    func each(_ numbers: [Int], _ name: String) throws(NetworkError) -> [Int] {
      guard numbers.count == 1 || numbers.count == rank else {
        throw fault("needs one \(name) or \(rank), not \(numbers.count)")
      }
      let all = numbers.count == rank ? numbers : Array(repeating: numbers[0], count: rank)
      guard all.allSatisfy({ (1...1 << 20).contains($0) }) else {
        throw fault("has a \(name) of \(all); it must be from 1 to \(1 << 20)")
      }
      return all
    }
    let (kernel, stride, dilation) = (
      try each(window.kernel, "kernel"), try each(window.stride, "stride"),
      try each(window.dilation, "dilation")
    )
    switch window.padding {
    case .zeros(let zeros):
      guard [1, rank, 2 * rank].contains(zeros.count) else {
        throw fault("needs 1, \(rank) or \(2 * rank) paddings, not \(zeros.count)")
      }
      let count = 2 * rank / zeros.count
      return (kernel, stride, (0..<count).flatMap { _ in zeros }, dilation)
    case .same:
      let total = (0..<rank).map { i in
        let results = (x.shape[1 + i] + stride[i] - 1) / stride[i]
        let reach = (results - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1
        return max(0, reach - x.shape[1 + i])
      }
      return (kernel, stride, total.map { $0 / 2 } + total.map { $0 - $0 / 2 }, dilation)
    }
  }

  private func needsPositions(_ x: Value) -> NetworkError {
    fault(
      "needs [channels, length] or [channels, height, width], not \(x.shape); a layer before it "
        + "such as 'reshape: [1, 8, 8]' gives the numbers that shape")
  }
}

extension [Layer] {
  /// The layers in a few words, such as `64-64-10, ReLU` or `1×8×8, conv 6-6-6, avgpool, dense 10,
  /// ReLU, residual`.
  func summary(of input: [Int]) -> String {
    // Layers of a kind that follow one another are listed together.
    var parts: [(kind: String, widths: [Int])] = []
    var kinds: [String] = []
    func add(_ kind: String, _ width: Int? = nil) {
      if parts.last?.kind != kind { parts.append((kind, [])) }
      if let width { parts[parts.count - 1].widths.append(width) }
    }
    func name(_ kind: String) {
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    for layer in self {
      switch layer {
      case .dense(let units, _): add(layer.kind, units)
      case .conv(let channels, _, _, _): add(layer.kind, channels)
      case .pool, .globalPool: add(layer.kind)
      case .activation(let activation): name(activation.title)
      case .module(let module): name(module.summary)
      case .add: name("residual")
      case .flatten, .reshape, .skip, .shortcut: break
      }
    }
    if parts.allSatisfy({ $0.kind == "dense" }) {
      let widths = [input.reduce(1, *)] + parts.flatMap(\.widths)
      return ([Self.text(ofWidths: widths)] + kinds).joined(separator: ", ")
    }
    let shape = input.map(String.init).joined(separator: "×")
    let words = parts.map { part in
      part.widths.isEmpty ? part.kind : "\(part.kind) \(Self.text(ofWidths: part.widths))"
    }
    return ([shape] + words + kinds).joined(separator: ", ")
  }

  /// `64-64-10`; a long run of a width is said once, as in `8 (41 times)-16`.
  private static func text(ofWidths widths: [Int]) -> String {
    var runs: [(width: Int, count: Int)] = []
    for width in widths {
      if runs.last?.width == width {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((width, 1))
      }
    }
    // Ten still fit a line of a figure's footer, and are counted at a glance.
    return runs.flatMap { width, count in
      count > 10 ? ["\(width) (\(count) times)"] : [String](repeating: "\(width)", count: count)
    }.joined(separator: "-")
  }
}
