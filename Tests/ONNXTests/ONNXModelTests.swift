import Foundation
import Networks
import ONNX
import TensorFiles
import Testing

@Suite struct ONNXModelTests {
  static let kinds = ["mlp", "vgg", "resnet", "vit", "norms"]
  static let exporters = ["torchscript-11", "torchscript-17", "dynamo-18", "dynamo-21"]

  static let fixtures: [Fixture] = {
    var fixtures: [Fixture] = []
    for exporter in exporters {
      for kind in kinds {
        fixtures.append(
          Fixture(
            name: "\(kind)-\(exporter)", loss: kind == "norms" ? .binaryCrossEntropy : .crossEntropy
          ))
      }
      // Their graphs hold √½ for the attention, √(2/π) or SELU's numbers in Float32.
      fixtures.append(Fixture(name: "functions-\(exporter)", tolerance: 2e-8))
      if exporter != "torchscript-11" {
        fixtures.append(Fixture(name: "encoder-\(exporter)", tolerance: 2e-8))
      }
    }
    for name in ["preactivated-torchscript-14", "preactivated-dynamo-20", "double-torchscript-17"] {
      fixtures.append(Fixture(name: name))
    }
    fixtures.append(Fixture(name: "line-dynamo-18", loss: .squaredError))
    for opset in [13, 18] {
      fixtures.append(Fixture(name: "keras-mlp-\(opset)", loss: .squaredError))
      fixtures.append(Fixture(name: "keras-cnn-\(opset)"))
      fixtures.append(Fixture(name: "keras-attention-\(opset)"))
    }
    // scikit-learn computes in Float64, and the second kind of file holds Float32.
    for (kind, tolerance) in [("double", 1e-13), ("float", 1e-6)] {
      for name in ["mlp", "pipeline", "logistic"] {
        fixtures.append(Fixture(name: "sklearn-\(name)-\(kind)", tolerance: tolerance))
      }
      let binary = ["binary-\(kind)"] + (kind == "float" ? ["logistic-binary-float"] : [])
      for name in binary {
        fixtures.append(
          Fixture(name: "sklearn-\(name)", tolerance: tolerance, loss: .binaryCrossEntropy))
      }
      fixtures.append(
        Fixture(name: "sklearn-regressor-\(kind)", tolerance: tolerance, loss: .squaredError))
    }
    fixtures.append(Fixture(name: "sklearn-logistic-binary-double"))
    return fixtures
  }()

  @Test(arguments: fixtures)
  func `Loss and gradients are those of the framework that wrote the file`(_ fixture: Fixture)
    throws
  {
    let (objective, weights, _) = try fixture.objective()
    let expected = try NPZ.read(fixture.dataPath)
    let loss = try #require(expected["loss"]?.doubles.first)
    let (value, gradient) = objective.valueAndGradient(at: weights)
    var worst = abs(value - loss) / abs(loss)
    #expect(worst <= fixture.tolerance)
    guard !fixture.name.hasPrefix("sklearn") else { return }
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
    if !fixture.name.hasPrefix("resnet"), !fixture.name.hasPrefix("keras-cnn") {
      #expect(compared == Set(objective.network.layout.entries.map(\.name)))
    }
  }
}
