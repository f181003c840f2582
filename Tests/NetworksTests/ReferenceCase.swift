import Algebra
import Datasets
import Foundation
import Networks
import TensorFiles

/// A network, its data, a slice, and what the right answers are, as computed by other programs.
struct ReferenceCase {
  static let names = ["gelu-regression", "keras-digits", "residual-conv", "tanh-2d"]

  let objective: NetworkObjective
  let centre: [Double]
  let u: [Double]
  let v: [Double]
  let expected: NamedTensors
  let penalised: Description.Scope

  struct Description: Decodable {
    struct LayerDescription: Decodable {
      var kind: String
      var units: Int?
      var bias: Bool?
      var channels: Int?
      var kernel: Int?
      var padding: Int?
    }

    enum Scope: Decodable {
      case named(String)
      case tensors([String])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
          self = .named(name)
        } else {
          self = .tensors(try container.decode([String].self))
        }
      }
    }

    var input: [Int]
    var loss: String
    var layers: [LayerDescription]
    var penalised: Scope
  }

  static func folder(_ name: String) throws -> String {
    guard let url = Bundle.module.url(forResource: "Cases/\(name)", withExtension: nil) else {
      throw FileError.unreadable(path: name, reason: "no such case")
    }
    return url.path
  }

  init(_ name: String, threads: Int = 2) throws {
    let folder = try Self.folder(name)
    let description = try JSONDecoder().decode(
      Description.self, from: Data(try readFile("\(folder)/case.json")))
    let layers = description.layers.compactMap { layer -> Layer? in
      switch layer.kind {
      case "dense": .dense(units: layer.units ?? 0, bias: layer.bias ?? true)
      case "conv":
        WindowedNetwork.conv(
          layer.channels ?? 0, [layer.kernel ?? 0], padding: .zeros([layer.padding ?? 0]))
      case "avgpool":
        WindowedNetwork.pool(.average(countsPadding: true), [layer.kernel ?? 0])
      case "flatten": .flatten
      case "skip": .skip
      case "add": .add
      default:
        Activation.named.first { $0.name == layer.kind }.map { .activation($0.activation) }
      }
    }
    let network = try Network(inputShape: description.input, layers: layers)
    let loss: Loss = description.loss == "mse" ? .squaredError : .crossEntropy
    objective = try NetworkObjective(
      network: network, loss: loss, data: try Self.data("\(folder)/data.npz"), threads: threads)
    centre = try network.layout.readWeights("\(folder)/model.safetensors")
    u = try network.layout.readWeights("\(folder)/direction1.safetensors")
    v = try network.layout.readWeights("\(folder)/direction2.safetensors")
    expected = try NPZ.read("\(folder)/expected.npz")
    penalised = description.penalised
  }

  static func data(_ path: String) throws -> Dataset {
    let arrays = try NPZ.read(path)
    guard let x = arrays["x"], let y = arrays["y"] else {
      throw FileError.malformed(path: path, reason: "needs x and y")
    }
    let targets: Targets
    if case .int64(let labels) = y.elements {
      targets = .classes(labels.map(Int.init), count: 1 + Int(labels.max() ?? 0))
    } else {
      targets = .values(y.doubles, outputs: y.shape.count > 1 ? y.shape[1] : 1)
    }
    return try Dataset(
      name: path, inputShape: Array(x.shape.dropFirst()), inputs: x.doubles, targets: targets)
  }

  func numbers(_ name: String) -> [Double] { expected[name]?.doubles ?? [] }

  var penalty: Penalty {
    var mask = [Double](repeating: 0, count: centre.count)
    for entry in objective.network.layout.entries {
      let inside =
        switch penalised {
        case .named("all"): true
        case .named: entry.role == .kernel
        case .tensors(let names): names.contains(entry.name)
        }
      if inside { for i in entry.range { mask[i] = 1 } }
    }
    return Penalty(mask: mask)
  }

  var grid: PlaneGrid {
    PlaneGrid(centre: centre, u: u, v: v, alphas: numbers("alphas"), betas: numbers("betas"))
  }
}
