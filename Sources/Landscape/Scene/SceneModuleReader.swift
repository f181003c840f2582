import Networks
import Yams

/// Reads a layer that is a module: `layernorm`, `batchnorm: {statistics: running}`,
/// `attention: {heads: 2}`, `dropout: 0.5`.
///
/// - Parameters:
///   - name: The layer's name.
///   - argument: What stands behind the colon, if anything.
///   - path: The scene's file, for messages.
///   - section: Where the layer stands, such as `network[3]`.
///   - line: The line, for messages.
/// - Returns: The module, or nil for a name that is none.
/// - Throws: ``SceneError`` for an argument that does not fit.
func readModule(
  _ name: String, _ argument: Node?, path: String, section: String, line: Int?
) throws(SceneError) -> LayerModule? {
  guard LayerModule.kinds.contains(name) else { return nil }
  func fault(_ reason: String) -> SceneError {
    SceneError(path: path, line: line, reason: "'\(section)' (\(name)) \(reason)")
  }
  func fields(_ keys: [String]) throws(SceneError) -> SceneFields {
    try SceneFields(
      argument?.mapping == nil ? nil : argument, path: path, section: "\(section).\(name)",
      keys: keys)
  }
  /// One number alone, or that of a key.
  func count(_ key: String, _ fields: SceneFields, _ example: String) throws(SceneError) -> Int {
    let number =
      try fields.integer(key, 1...1_000_000) ?? argument?.scalar.flatMap { wholeNumber($0.string) }
    guard let number, (1...1_000_000).contains(number) else {
      throw fault("needs its \(key), 1 to 1000000, such as '\(example)'")
    }
    return number
  }
  func epsilon(_ fields: SceneFields) throws(SceneError) -> Double {
    // PyTorch's default of all three normalisations.
    let epsilon = try fields.number("epsilon", 0...1) ?? 1e-5
    guard epsilon > 0 else { throw fault("needs an epsilon above 0") }
    return epsilon
  }
  func plain(_ keys: [String]) throws(SceneError) -> SceneFields {
    guard argument == nil || argument?.mapping != nil else {
      throw fault("takes no value of its own")
    }
    return try fields(keys)
  }
  switch name {
  case "layernorm": return .layerNorm(epsilon: try epsilon(plain(["epsilon"])))
  case "groupnorm":
    let fields = try fields(["groups", "epsilon"])
    return .groupNorm(
      groups: try count("groups", fields, "groupnorm: 4"), epsilon: try epsilon(fields))
  case "batchnorm":
    let fields = try plain(["statistics", "epsilon"])
    return .batchNorm(try fields.choice("statistics") ?? .data, epsilon: try epsilon(fields))
  case "dropout":
    guard let rate = argument?.scalar.flatMap({ Double($0.string) }), (0..<1).contains(rate) else {
      throw fault("needs its rate, from 0 to below 1, such as 'dropout: 0.5'")
    }
    return .dropout(rate: rate)
  case "embedding":
    let fields = try plain(["tokens", "width"])
    guard let tokens = try fields.integer("tokens", 1...1 << 24),
      let width = try fields.integer("width", 1...1_000_000)
    else { throw fault("needs 'embedding: {tokens: 100, width: 16}'") }
    return .embedding(tokens: tokens, width: width)
  case "attention":
    let fields = try fields(["heads", "causal", "bias"])
    return .attention(
      heads: try count("heads", fields, "attention: {heads: 2}"),
      isCausal: try fields.boolean("causal") ?? false, bias: try fields.boolean("bias") ?? true)
  case "project":
    let fields = try fields(["units", "bias"])
    return .project(
      units: try count("units", fields, "project: 64"), bias: try fields.boolean("bias") ?? true)
  case "transpose":
    let numbers =
      argument?.sequence.map { $0.map { $0.scalar.flatMap { wholeNumber($0.string) } } } ?? []
    guard !numbers.isEmpty, numbers.count <= 8, !numbers.contains(nil) else {
      throw fault("needs the dimensions in their new order, such as 'transpose: [1, 0]'")
    }
    return .transpose(numbers.compactMap(\.self))
  case "mean":
    guard let axis = argument?.scalar.flatMap({ wholeNumber($0.string) }), (-8...7).contains(axis)
    else {
      throw fault("needs the dimension that goes, such as 'mean: 0'")
    }
    return .mean(axis: axis)
  case "positional":
    guard argument == nil else { throw fault("takes no value") }
    return .positional
  default:
    guard argument == nil else { throw fault("takes no value") }
    return .softmax
  }
}
