import Foundation
import Networks
import ONNX
import TensorFiles
import Testing

@Suite struct ONNXModelTests {
  static let kinds = ["mlp", "vgg", "resnet", "vit", "norms"]
  static let exporters = ["torchscript-11", "torchscript-17", "dynamo-18", "dynamo-21"]

  static let fixtures: [Fixture] =
    exporters.flatMap { exporter in
      kinds.map {
        Fixture(
          name: "\($0)-\(exporter)", loss: $0 == "norms" ? .binaryCrossEntropy : .crossEntropy)
      }
    } + [
      Fixture(name: "preactivated-torchscript-14"), Fixture(name: "preactivated-dynamo-20"),
      Fixture(name: "double-torchscript-17"),
      Fixture(name: "line-dynamo-18", loss: .squaredError),
    ]
    // Their graphs hold √½ for the attention, √(2/π) or SELU's numbers in Float32.
    + exporters.map { Fixture(name: "functions-\($0)", tolerance: 2e-6) }
    + exporters.dropFirst().map { Fixture(name: "encoder-\($0)", tolerance: 2e-6) }

  @Test("loss and gradients are those of the framework that wrote the file", arguments: fixtures)
  func agrees(_ fixture: Fixture) throws {
    let (objective, weights, _) = try fixture.objective()
    let expected = try NPZ.read(fixture.dataPath)
    let loss = try #require(expected["loss"]?.doubles.first)
    let (value, gradient) = objective.valueAndGradient(at: weights)
    var worst = abs(value - loss) / abs(loss)
    #expect(worst <= fixture.tolerance)
    let largest = gradient.map(abs).max() ?? 0
    var compared: Set<String> = []
    for entry in objective.network.layout.entries {
      guard let reference = expected["grad:" + entry.name] else { continue }
      #expect(reference.shape == entry.shape)
      compared.insert(entry.name)
      for (mine, its) in zip(gradient[entry.range], reference.doubles) {
        worst = max(worst, abs(mine - its) / largest)
      }
    }
    #expect(worst <= fixture.tolerance, "\(fixture.name): \(worst)")
    // Every gradient that the framework has is one of the network's parameters, and the other way
    // round, but for what exporters have folded.
    let theirs = Set(
      expected.names.filter { $0.hasPrefix("grad:") }.map { String($0.dropFirst(5)) })
    #expect(compared == theirs)
    if !fixture.name.hasPrefix("resnet") {
      #expect(compared == Set(objective.network.layout.entries.map(\.name)))
    }
    print("agreement", fixture.name, worst, objective.dimension)
  }
}
