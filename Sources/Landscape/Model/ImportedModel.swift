import Datasets
import Networks
import ONNX
import TensorFiles

/// A scene's network from a file, and the loss that goes with its output and the data.
struct ImportedModel: Sendable {
  let network: Network
  /// The file's own weights.
  let weights: [Double]
  let loss: Loss
  /// The file's operators, in the order of running.
  let operations: [String]
  /// What became of the file's graph, line by line.
  let lines: [String]
  /// A hash of the file, of what is trained in it, and of how its output is taken.
  let fingerprint: String

  /// How its output is taken, and by what loss.
  var notes: [String] { lines.filter { $0.hasPrefix("output ") || $0.hasPrefix("loss: ") } }

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - plan: The file, and what is trained in it.
  ///   - given: The loss; nil for the one that the output and the targets ask.
  ///   - data: The samples.
  /// - Throws: `FileError` for the file; ``SceneError`` where its output does not go with the loss.
  init(_ plan: Scene.ModelPlan, loss given: Loss?, data: Dataset) throws {
    let file = try ONNXModel(path: plan.path)
    let loss = given ?? Self.loss(of: file.ending, data.targets)
    if let fault = Self.fault(loss, file.ending) {
      throw SceneError(path: plan.path, line: nil, reason: fault)
    }
    let folds = loss != .squaredError
    let imported = try file.network(
      inputShape: data.inputShape, foldsEnding: folds, parameters: plan.parameters)
    guard loss != .crossEntropy || imported.outputShape.filter({ $0 > 1 }).count <= 1 else {
      throw SceneError(
        path: plan.path, line: nil,
        reason:
          "gives out the shape \(imported.outputShape) for each sample; cross-entropy takes one "
          + "number for each class")
    }
    network = imported.network
    weights = imported.weights
    operations = imported.operations
    // One output for two classes is the logit of the second.
    let isLone = network.outputs == 1 && given == nil && loss == .crossEntropy
    self.loss = isLone ? .binaryCrossEntropy : loss
    let isLogits = self.loss != .squaredError && file.ending == .none
    lines =
      imported.lines + [
        "loss: \(self.loss.rawValue)" + (isLogits ? " of the outputs as logits" : "")
          + (given == nil ? " (detected)" : "")
      ]
    var hash = Fingerprint()
    hash.add(file.fingerprint)
    for entry in network.layout.entries { hash.add(entry.name) }
    hash.add("\(folds)")
    fingerprint = hash.text
  }

  /// The loss that an output asks with some targets.
  private static func loss(of ending: Ending, _ targets: Targets) -> Loss {
    switch targets {
    case .classes: ending == .sigmoid ? .binaryCrossEntropy : .crossEntropy
    case .values(let values, _):
      ending == .sigmoid && values.allSatisfy((0...1).contains)
        ? .binaryCrossEntropy : .squaredError
    }
  }

  /// Why a loss of logits cannot be had of an output.
  private static func fault(_ loss: Loss, _ ending: Ending) -> String? {
    switch (loss, ending) {
    case (.crossEntropy, .sigmoid):
      "ends in a sigmoid, whose loss is 'binary-cross-entropy', not 'cross-entropy'"
    case (.binaryCrossEntropy, .softmax), (.binaryCrossEntropy, .logSoftmax),
      (.binaryCrossEntropy, .probabilities):
      "gives probabilities of sum 1, whose loss is 'cross-entropy', not 'binary-cross-entropy'"
    default: nil
    }
  }
}
