import Networks
import Yams

/// Reads the layers: `relu`, `dense: 64`, `dense: {units: 64, bias: false}`, `leaky-relu: 0.2`,
/// `conv: {channels: 8, kernel: 3}`, `maxpool: 2`, `skip: [...]`, `repeat: {times: 9, layers: [...]}`.
func readLayers(_ scene: SceneFields) throws(SceneError) -> [Layer] {
  guard let sequence = scene.node("network")?.sequence, !sequence.isEmpty else {
    throw SceneError(
      path: scene.path, line: scene.node("network")?.mark?.line,
      reason: "'network' must be a list of layers, such as '- dense: 64'")
  }
  return try readLayers(Array(sequence), path: scene.path, section: "network")
}

private func readLayers(
  _ sequence: [Node], path: String, section: String
) throws(SceneError) -> [Layer] {
  var layers: [Layer] = []
  for (index, node) in sequence.enumerated() {
    layers += try LayerReader(node, path: path, section: "\(section)[\(index)]").layers()
  }
  return layers
}

/// Reads one entry of a list of layers.
private struct LayerReader {
  private static let plain: [String: Layer] = [
    "flatten": .flatten, "skip": .skip, "add": .add, "globalmaxpool": .globalPool(.maximum),
    "globalavgpool": .globalPool(.average(countsPadding: true)),
  ]
  private static let names =
    ["dense", "conv", "maxpool", "avgpool", "globalmaxpool", "globalavgpool", "flatten", "reshape"]
    + ["skip", "add", "repeat"] + LayerModule.kinds + Activation.named.map(\.name)

  let node: Node
  let path: String
  let section: String
  private let name: String
  private let argument: Node?

  init(_ node: Node, path: String, section: String) throws(SceneError) {
    (self.node, self.path, self.section) = (node, path, section)
    if let scalar = node.scalar {
      (name, argument) = (scalar.string, nil)
    } else if let mapping = node.mapping, mapping.count == 1, let pair = mapping.first {
      (name, argument) = (pair.key.scalar?.string ?? "?", pair.value.isNull ? nil : pair.value)
    } else {
      throw SceneError(
        path: path, line: node.mark?.line,
        reason: "'\(section)' must be a layer, such as 'relu' or 'dense: 64' "
          + "(there are \(list(Self.names)))")
    }
  }

  /// The layer, or those that are repeated.
  func layers() throws(SceneError) -> [Layer] {
    name == "repeat" ? try repeated() : [try layer()]
  }

  // More would be a slip of the pen; repeats within repeats multiply.
  private static let mostRepeated = 10_000

  private func repeated() throws(SceneError) -> [Layer] {
    guard let fields = try fields(["times", "layers"]),
      let times = try fields.integer("times", 1...Self.mostRepeated),
      let inner = fields.node("layers")?.sequence, !inner.isEmpty
    else {
      throw fault(
        "needs how often and what, such as 'repeat: {times: 9, layers: [dense: 8, relu]}'")
    }
    let layers = try readLayers(Array(inner), path: path, section: "\(section).repeat")
    guard layers.count <= Self.mostRepeated / times else {
      throw fault(
        "repeats \(layers.count) layers \(times) times; there may be \(Self.mostRepeated) in all")
    }
    return Array(repeatElement(layers, count: times).joined())
  }

  private func layer() throws(SceneError) -> Layer {
    switch (name, argument) {
    case ("dense", _): return try dense()
    case ("conv", _): return try convolution()
    case ("maxpool", _): return .pool(.maximum, try window(ofPool: []))
    case ("avgpool", _):
      let counts = try fields(Self.poolKeys + ["count-padding"])?.boolean("count-padding") ?? true
      return .pool(.average(countsPadding: counts), try window(ofPool: ["count-padding"]))
    case ("reshape", _): return .reshape(try shape())
    case ("skip", let inner?):
      guard let layers = inner.sequence, !layers.isEmpty else {
        throw fault("(skip) takes a list of layers for its shortcut, or nothing")
      }
      return .shortcut(try readLayers(Array(layers), path: path, section: "\(section).skip"))
    case ("leaky-relu", _): return .activation(.leakyReLU(slope: try number(0.01)))
    case ("elu", _): return .activation(.elu(alpha: try number(1)))
    default:
      if let module = try readModule(
        name, argument, path: path, section: section, line: node.mark?.line)
      {
        return .module(module)
      }
      let plain =
        Self.plain[name]
        ?? Activation.named.first { $0.name == name }.map { .activation($0.activation) }
      guard let plain else {
        let guess = nearest(name, in: Self.names).map { "; did you mean '\($0)'?" } ?? ""
        throw fault("is '\(name)'\(guess) (there are \(list(Self.names)))")
      }
      guard argument == nil else { throw fault("(\(name)) takes no value") }
      return plain
    }
  }

  private func dense() throws(SceneError) -> Layer {
    guard let argument else { throw fault("needs its number of units, such as 'dense: 64'") }
    let fields = try fields(["units", "bias"])
    let units =
      try fields?.integer("units", 1...1_000_000)
      ?? argument.scalar.flatMap { wholeNumber($0.string) }
    guard let units, (1...1_000_000).contains(units) else {
      throw fault("(dense) needs its number of units, 1 to 1000000, such as 'dense: 64'")
    }
    return .dense(units: units, bias: try fields?.boolean("bias") ?? true)
  }

  private func convolution() throws(SceneError) -> Layer {
    let keys = ["channels", "kernel", "stride", "padding", "dilation", "groups", "bias"]
    guard let fields = try fields(keys),
      let channels = try fields.integer("channels", 1...1_000_000)
    else {
      throw fault(
        "(conv) needs its channels and its kernel, such as 'conv: {channels: 8, kernel: 3}'")
    }
    return .conv(
      channels: channels, try window(fields, stride: [1]),
      groups: try fields.integer("groups", 1...1_000_000) ?? 1,
      bias: try fields.boolean("bias") ?? true)
  }

  private static let poolKeys = ["kernel", "stride", "padding", "dilation", "ceiling"]

  /// `maxpool: 2`, `maxpool: [2, 3]` or `maxpool: {kernel: 3, stride: 2, padding: 1}`.
  private func window(ofPool more: [String]) throws(SceneError) -> LayerWindow {
    if let fields = try fields(Self.poolKeys + more) { return try window(fields, stride: nil) }
    guard let argument, let kernel = numbers(argument), kernel.allSatisfy({ $0 > 0 }) else {
      throw fault("(\(name)) needs its kernel, such as '\(name): 2'")
    }
    return LayerWindow(kernel: kernel, stride: kernel)
  }

  // `stride` is what it is where none is given, nil for the kernel.
  private func window(_ fields: SceneFields, stride: [Int]?) throws(SceneError) -> LayerWindow {
    func sizes(_ key: String, from least: Int) throws(SceneError) -> [Int]? {
      guard let node = fields.node(key) else { return nil }
      guard let numbers = numbers(node), numbers.allSatisfy({ $0 >= least }) else {
        throw fields.fault(key, "must be a whole number from \(least), or a list of them")
      }
      return numbers
    }
    guard let kernel = try sizes("kernel", from: 1) else {
      throw fault("(\(name)) needs its kernel, such as 'kernel: 3'")
    }
    let padding: LayerWindow.Padding =
      fields.node("padding")?.scalar?.string == "same"
      ? .same : .zeros(try sizes("padding", from: 0) ?? [0])
    return LayerWindow(
      kernel: kernel, stride: try sizes("stride", from: 1) ?? stride ?? kernel, padding: padding,
      dilation: try sizes("dilation", from: 1) ?? [1],
      ceiling: try fields.boolean("ceiling") ?? false)
  }

  private func shape() throws(SceneError) -> [Int] {
    guard let argument, let shape = numbers(argument), shape.allSatisfy({ $0 > 0 }) else {
      throw fault("(reshape) needs a shape, such as 'reshape: [1, 8, 8]'")
    }
    return shape
  }

  private func number(_ otherwise: Double) throws(SceneError) -> Double {
    guard let argument else { return otherwise }
    guard let value = argument.scalar.flatMap({ Double($0.string) }), value.isFinite, value >= 0
    else { throw fault("(\(name)) needs a number from 0") }
    return value
  }

  /// A whole number, or up to eight.
  private func numbers(_ node: Node) -> [Int]? {
    let nodes = node.sequence.map(Array.init) ?? [node]
    let numbers = nodes.compactMap { $0.scalar.flatMap { wholeNumber($0.string) } }
    return numbers.count == nodes.count && (1...8).contains(numbers.count) ? numbers : nil
  }

  /// The layer's keys, where it has any.
  private func fields(_ keys: [String]) throws(SceneError) -> SceneFields? {
    guard let argument, argument.mapping != nil else { return nil }
    return try SceneFields(argument, path: path, section: "\(section).\(name)", keys: keys)
  }

  private func fault(_ reason: String) -> SceneError {
    SceneError(path: path, line: node.mark?.line, reason: "'\(section)' \(reason)")
  }
}
