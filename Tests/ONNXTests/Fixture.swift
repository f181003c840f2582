import Datasets
import Foundation
import Networks
import ONNX
import TensorFiles
import Testing

/// A model that an exporter wrote, and what its own framework computes of it in Float64.
struct Fixture: Sendable, CustomTestStringConvertible {
  var name: String
  /// The largest error that is allowed, relative to the largest number.
  var tolerance = 1e-13
  var loss = Loss.crossEntropy

  var testDescription: String { name }

  static let folder =
    (Bundle.module.resourcePath ?? ".") + "/Fixtures/"

  var path: String { Self.folder + name + ".onnx" }
  var dataPath: String { Self.folder + name + ".npz" }

  /// The network on its data.
  func objective(_ parameters: NamePatterns = .all) throws -> (
    objective: NetworkObjective, weights: [Double], lines: [String]
  ) {
    let model = try ONNXModel(path: path)
    var data = try DatasetSource.npz(path: dataPath).load()
    // scikit-learn's probabilities are not all a softmax's.
    let isOther =
      model.ending == .none && (name.hasPrefix("sklearn") || name == "weights-negated-pair")
      && loss == .crossEntropy
    let imported = try model.network(
      inputShape: data.inputShape, outputs: isOther ? .logarithm : .withoutEnding,
      parameters: parameters)
    if loss == .binaryCrossEntropy {
      data = try data.withIndicators(outputs: imported.network.outputs)
    }
    return (
      try NetworkObjective(network: imported.network, loss: loss, data: data), imported.weights,
      imported.lines
    )
  }
}
