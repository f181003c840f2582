import Networks
import Yams

/// Reads the layers: `relu`, `dense: 64`, `dense: {units: 64, bias: false}`, `leaky-relu: 0.2`.
func readLayers(_ scene: SceneFields) throws(SceneError) -> [Layer] {
  guard let sequence = scene.node("network")?.sequence, !sequence.isEmpty else {
    throw SceneError(
      path: scene.path, line: scene.node("network")?.mark?.line,
      reason: "'network' must be a list of layers, such as '- dense: 64'")
  }
  let plain = ["flatten", "skip", "add"]
  let names = ["dense"] + plain + LayerModule.kinds + Activation.named.map(\.name)
  var layers: [Layer] = []
  for (index, node) in sequence.enumerated() {
    func fault(_ reason: String) -> SceneError {
      SceneError(path: scene.path, line: node.mark?.line, reason: "'network[\(index)]' \(reason)")
    }
    let name: String
    let argument: Node?
    if let scalar = node.scalar {
      (name, argument) = (scalar.string, nil)
    } else if let mapping = node.mapping, mapping.count == 1, let pair = mapping.first {
      (name, argument) = (pair.key.scalar?.string ?? "?", pair.value)
    } else {
      throw fault("must be a layer, such as 'relu' or 'dense: 64' (there are \(list(names)))")
    }
    func number(_ otherwise: Double) throws(SceneError) -> Double {
      guard let argument else { return otherwise }
      guard let value = argument.scalar.flatMap({ Double($0.string) }), value.isFinite, value >= 0
      else { throw fault("(\(name)) needs a number from 0") }
      return value
    }
    switch (name, argument) {
    case ("dense", let argument?):
      var bias = true
      var units = argument.scalar.flatMap { Int($0.string) }
      if argument.mapping != nil {
        let fields = try SceneFields(
          argument, path: scene.path, section: "network[\(index)].dense", keys: ["units", "bias"])
        units = try fields.integer("units", 1...1_000_000)
        bias = try fields.boolean("bias") ?? true
      }
      guard let units, (1...1_000_000).contains(units) else {
        throw fault("(dense) needs its number of units, 1 to 1000000, such as 'dense: 64'")
      }
      layers.append(.dense(units: units, bias: bias))
    case ("dense", nil): throw fault("needs its number of units, such as 'dense: 64'")
    case ("flatten", nil): layers.append(.flatten)
    case ("skip", nil): layers.append(.skip)
    case ("add", nil): layers.append(.add)
    case ("leaky-relu", _): layers.append(.activation(.leakyReLU(slope: try number(0.01))))
    case ("elu", _): layers.append(.activation(.elu(alpha: try number(1))))
    default:
      if let module = try readModule(
        name, argument, path: scene.path, section: "network[\(index)]", line: node.mark?.line)
      {
        layers.append(.module(module))
        continue
      }
      guard let named = Activation.named.first(where: { $0.name == name }) else {
        let guess = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
        throw fault("is '\(name)'\(guess) (there are \(list(names)))")
      }
      guard argument == nil else { throw fault("(\(name)) takes no value") }
      layers.append(.activation(named.activation))
    }
  }
  return layers
}
