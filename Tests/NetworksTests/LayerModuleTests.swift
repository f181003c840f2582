import Algebra
import Datasets
import Foundation
import TensorFiles
import Testing

@testable import Networks

/// Layers against the modules of PyTorch that they are named after: loss, gradient and a
/// Hessian-vector product in Float64, by automatic differentiation there.
@Suite struct LayerModuleTests {
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    var layers: [Layer]
  }

  private static func batchNorm(_ statistics: LayerModule.BatchNormStatistics) -> Case {
    let norm = Layer.module(.batchNorm(statistics, epsilon: 1e-5))
    return Case(
      description: "batchnorm-\(statistics.rawValue)",
      layers: [
        .dense(units: 6, bias: true), norm, .activation(.tanh),
        .module(.project(units: 6, bias: true)),
        .reshape([2, 3]), norm, .activation(.silu), .dense(units: 3, bias: true),
      ])
  }

  static let cases = [
    Case(
      description: "transformer",
      layers: [
        .module(.embedding(tokens: 7, width: 4)), .module(.positional), .skip,
        .module(.attention(heads: 2, isCausal: false, bias: true)), .add,
        .module(.layerNorm(epsilon: 1e-5)), .skip, .module(.project(units: 6, bias: true)),
        .activation(.gelu), .module(.project(units: 4, bias: true)), .add,
        .module(.layerNorm(epsilon: 1e-5)), .module(.mean(axis: 0)),
        .dense(units: 3, bias: true),
      ]),
    Case(
      description: "causal",
      layers: [
        .module(.project(units: 4, bias: true)),
        .module(.attention(heads: 1, isCausal: true, bias: true)), .flatten,
        .dense(units: 3, bias: true),
      ]),
  ]

  private func objective(_ name: String, _ arrays: NamedTensors, _ layers: [Layer]) throws
    -> NetworkObjective
  {
    let x = try #require(arrays["x"])
    let y = try #require(arrays["y"])
    guard case .int64(let labels) = y.elements else { throw CancellationError() }
    let data = try Dataset(
      name: name, inputShape: Array(x.shape.dropFirst()), inputs: x.doubles,
      targets: .classes(labels.map(Int.init), count: 3))
    let statistics = arrays.names.filter { $0.hasSuffix("running_mean") }.map { mean in
      let prefix = String(mean.dropLast("running_mean".count))
      return BatchStatistics(
        name: String(prefix.dropFirst(2)), mean: arrays[mean]?.doubles ?? [],
        variance: arrays["\(prefix)running_var"]?.doubles ?? [])
    }
    let network = try Network(
      inputShape: data.inputShape, layers: layers, statistics: statistics)
    return try NetworkObjective(network: network, loss: .crossEntropy, data: data)
  }

  private static let groupNorm = Case(
    description: "groupnorm",
    layers: [
      .dense(units: 12, bias: true), .reshape([4, 3]),
      .module(.groupNorm(groups: 2, epsilon: 1e-5)), .module(.project(units: 5, bias: true)),
      .activation(.tanh), .module(.groupNorm(groups: 4, epsilon: 1e-5)),
      .dense(units: 3, bias: true),
    ])

  @Test(arguments: cases + [batchNorm(.data), batchNorm(.running), groupNorm])
  func lossGradientAndProductArePyTorchs(_ example: Case) throws {
    let folder = try ReferenceCase.folder("modules")
    let arrays = try NPZ.read("\(folder)/\(example.description).npz")
    let objective = try objective(example.description, arrays, example.layers)
    let layout = objective.network.layout
    func vector(_ kind: String) throws -> [Double] {
      var named = NamedTensors()
      for name in arrays.names where name.hasPrefix("\(kind):") {
        named[String(name.dropFirst(2))] = arrays[name]
      }
      return try layout.vector(named, path: example.description)
    }
    let w = try vector("w")
    let (value, gradient) = objective.valueAndGradient(at: w)
    #expect(abs(value - (arrays["loss"]?.doubles[0] ?? .nan)) < 1e-13)
    #expect(distance(gradient, try vector("g")) < 1e-13)
    let product = try vector("h")
    #expect(
      distance(objective.hessian(at: w).apply(to: try vector("v")), product)
        < 1e-12 * max(1, norm(product)))
  }

  @Test(
    arguments: [
      ("exp", .exp), ("square", .square), ("erf", .erf), ("sin", .sin), ("cos", .cos),
      ("abs", .abs), ("hardsigmoid", .hardSigmoid(slope: 1.0 / 6, offset: 0.5)),
      ("hardswish", .hardSwish), ("softsign", .softsign), ("mish", .mish), ("selu", .selu),
      ("celu", .celu(alpha: 0.7)), ("relu6", .clip(0, 6)), ("hardtanh", .clip(-1, 1)),
      ("cube", .power(3)),
    ] as [(String, UnaryFunction)])
  func functionsArePyTorchs(_ name: String, _ function: UnaryFunction) throws {
    let arrays = try NPZ.read("\(ReferenceCase.folder("modules"))/functions.npz")
    let x = try #require(arrays["x"]).doubles
    let right = try #require(arrays[name]).doubles
    var y = x
    function.values(of: x, count: x.count) { y[$0] = $1 }
    for (a, b) in zip(y, right) { #expect(abs(a - b) <= 4e-16 * max(1, abs(b))) }
  }

  @Test func statisticsGoThroughAWeightFile() throws {
    let layers = [
      Layer.dense(units: 3, bias: true), .module(.batchNorm(.data, epsilon: 1e-5)),
      .activation(.tanh), .dense(units: 2, bias: false),
    ]
    let data = try Example.data(samples: 60, inputs: 4, outputs: 2, loss: .squaredError)
    let objective = try NetworkObjective(
      network: Network(inputShape: [4], layers: layers), loss: .squaredError, data: data)
    let w = randomVector(objective.dimension, seed: 3)
    let folder = FileManager.default.temporaryDirectory.path
    let path = "\(folder)/statistics-\(UInt64.random(in: 0 ... .max)).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try objective.network.layout.writeWeights(
      w, to: path, statistics: objective.batchStatistics(at: w))
    #expect(try objective.network.layout.readWeights(path) == w)
    // At inference the network is the same function of the data.
    var running = layers
    running[1] = .module(.batchNorm(.running, epsilon: 1e-5))
    let fixed = try NetworkObjective(
      network: Network(
        inputShape: [4], layers: running, statistics: BatchStatistics.read(path)),
      loss: .squaredError, data: data)
    #expect(abs(fixed.value(at: w) - objective.value(at: w)) < 1e-14)
    #expect(throws: NetworkError.self) { try Network(inputShape: [4], layers: running) }
    // A name that is neither weight nor statistic is still refused.
    var tensors = objective.network.layout.tensors(w)
    tensors["1.running_mode"] = Tensor(shape: [1], [0])
    #expect(throws: FileError.self) {
      try objective.network.layout.vector(tensors, path: "here")
    }
  }

  @Test func dropoutIsLeftOut() throws {
    let layers = [Layer.dense(units: 3, bias: true), .activation(.tanh)]
    let last = Layer.dense(units: 2, bias: true)
    let data = try Example.data(samples: 9, inputs: 4, outputs: 2, loss: .squaredError)
    let values = try [layers + [last], layers + [.module(.dropout(rate: 0.5)), last]].map {
      let objective = try NetworkObjective(
        network: Network(inputShape: [4], layers: $0), loss: .squaredError, data: data)
      return objective.value(at: randomVector(objective.dimension, seed: 1))
    }
    #expect(values[0] == values[1])
    #expect(LayerModule.dropout(rate: 0.5).remark?.contains("left out") == true)
  }

  @Test func trainingNormalisesOverMiniBatches() throws {
    let objective = try StagedPassesTests.objective(.twice, samples: 65)
    // No sample stands alone.
    #expect(objective.miniBatches(of: 16) == [0..<16, 16..<32, 32..<48, 48..<65])
    #expect(objective.miniBatches(of: 1).allSatisfy { $0.count >= 2 })
    let training = Training(optimizer: .adam(.pytorch), epochs: 40, batchSize: 16)
    let start = randomVector(objective.dimension, seed: 5, scale: 0.5)
    let penalty = Penalty(mask: .init(repeating: 0, count: start.count))
    let trained = try objective.train(from: start, training, penalty: penalty, lambda: 0)
    #expect(objective.value(at: trained.weights) < objective.value(at: start) - 0.05)
  }

  @Test func modulesThatDoNotFitAreNamed() throws {
    func error(_ layers: [Layer], _ shape: [Int] = [4]) -> String {
      do throws(NetworkError) {
        _ = try Network(inputShape: shape, layers: layers)
        return ""
      } catch { return error.description }
    }
    #expect(
      error([.module(.attention(heads: 2, isCausal: false, bias: true))]).contains(
        "[length, width]"))
    #expect(
      error([.module(.attention(heads: 3, isCausal: false, bias: true))], [2, 4])
        .contains("3 heads"))
    #expect(error([.module(.groupNorm(groups: 3, epsilon: 1e-5))]).contains("3 groups"))
    #expect(error([.module(.positional)]).contains("layer 0 (positional)"))
    #expect(error([.module(.mean(axis: 3))]).contains("axis 3"))
    #expect(error([.module(.transpose([1, 0]))]).contains("permutes"))
    #expect(error([.module(.batchNorm(.running, epsilon: 1e-5))]).contains("0.running_mean"))
    #expect(
      error([.dense(units: 2, bias: true), .module(.embedding(tokens: 3, width: 2))])
        .contains("not computed"))
  }
}
