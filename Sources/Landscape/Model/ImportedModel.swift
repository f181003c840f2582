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
  /// How the data's targets are taken.
  let targets: TargetReading
  /// The file's operators, in the order of running.
  let operations: [String]
  /// What became of the file's graph, line by line.
  let lines: [String]
  /// A hash of the file, of what is trained in it, and of how its output is taken.
  let fingerprint: String

  /// What was taken as a weight and what was not, and why, tensor by tensor.
  let explanation: [String]
  /// What captions say of its weights; empty where there is nothing to say.
  let caption: String

  /// How its output is taken, by what loss, and what is to be known of its weights.
  var notes: [String] {
    lines.filter { line in ["output ", "loss: ", "weights: "].contains(where: line.hasPrefix) }
  }

  /// How many outputs are looked at in order to know what they are: 128 MiB of them.
  private static let outputLimit = 1 << 24

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - plan: The file, what is trained in it, and what its outputs are.
  ///   - given: The loss; nil for the one that the output and the targets ask.
  ///   - numbers: The samples, with targets as numbers.
  ///   - path: What messages about the data name.
  /// - Throws: `FileError` for the file; ``SceneError`` where its output does not go with the loss.
  init(_ plan: Scene.ModelPlan, loss given: Loss?, data numbers: Numbers, path: String) throws {
    let data = numbers.data
    func fault(_ reason: String, _ path: String? = nil) -> SceneError {
      SceneError(path: path ?? plan.path, line: nil, reason: reason)
    }
    let file = try ONNXModel(path: plan.path, output: plan.output)
    func network(_ change: ONNXModel.OutputChange) throws -> ONNXModel.Imported {
      try file.network(
        inputShape: data.inputShape, outputs: change, parameters: plan.parameters)
    }
    let plain = try network(.none)
    guard case .values(let values, let count) = data.targets else {
      throw fault("has targets that are no numbers", path)
    }
    let isError = given == .squaredError
    if isError, plan.outputs != nil {
      throw fault("takes its outputs as they are for 'squared-error'; leave out '--outputs'")
    }
    // What the outputs are matters to losses of logits, and to the choice of one.
    func survey(_ imported: ONNXModel.Imported) throws(SceneError) -> OutputValues {
      let width = imported.network.outputs
      do {
        let some = try data.subset(count: min(data.count, max(1, Self.outputLimit / width)))
        return OutputValues(
          try imported.network.outputs(of: some, at: imported.weights), width: width)
      } catch { throw fault("\(error)") }
    }
    var width = plain.network.outputs
    var reading: Result<OutputReading, ParsingError>?
    if !isError {
      let outputs = try survey(plain)
      let without = file.ending == .none ? nil : try? network(.withoutEnding)
      // Rows of targets go with the rows of outputs that the graph gives.
      let logits = without.flatMap {
        count == 1 || $0.network.outputs == count ? try? survey($0) : nil
      }
      do throws(ParsingError) {
        reading = .success(
          try OutputReading(file, given: plan.outputs, outputs, logits: logits))
      } catch { reading = .failure(error) }
      if let logits, case .success(let found)? = reading, found.change == .withoutEnding {
        width = logits.width
      }
    }
    let known = try? reading?.get()
    if given == .crossEntropy, let known, known.areProbabilities, !known.areTogether {
      throw fault(
        file.ending == .sigmoid
          ? "ends in a sigmoid, whose loss is 'binary-cross-entropy', not 'cross-entropy'"
          : "gives out probabilities whose sum is not 1, of which there is no 'cross-entropy'")
    }
    do throws(ParsingError) {
      targets = try TargetReading(
        TargetReading.Evidence(
          given: given, width: width,
          areProbabilities: known?.areProbabilities ?? false,
          areTogether: known?.areTogether ?? false, targets: values, count: count,
          isWholeType: numbers.task == .classification, classLabels: file.classLabels))
    } catch { throw fault(error.reason, path) }
    loss = targets.loss
    var change = ONNXModel.OutputChange.none
    var outputText = "as it is"
    if loss != .squaredError, let reading {
      do throws(ParsingError) {
        let reading = try reading.get()
        (change, outputText) = (reading.change, reading.text)
      } catch { throw fault(error.reason) }
    }
    let imported = change == .none ? plain : try network(change)
    guard loss != .crossEntropy || imported.outputShape.filter({ $0 > 1 }).count <= 1 else {
      throw fault(
        "gives out the shape \(imported.outputShape) for each sample; cross-entropy takes one "
          + "number for each class")
    }
    self.network = imported.network
    weights = imported.weights
    operations = imported.operations
    explanation = imported.explanation
    caption =
      imported.foldedNormalisations.isEmpty
      ? ""
      : "; the file's batch normalisation is folded into its weights, so that ‖w‖ is not the trained "
        + "network's"
    let others = file.outputs.filter { $0 != file.output }
    let choice =
      others.isEmpty
      ? ""
      : " (of \(file.outputs.count); '--output' takes another: "
        + others.map { "'\($0)'" }.joined(separator: ", ") + ")"
    var lines = imported.lines
    lines.append("output '\(file.output)'\(choice): \(outputText)")
    lines.append(
      "loss: \(loss.rawValue)" + (given == nil ? " (detected; '--loss' overrules)" : "")
        + (targets.remark.isEmpty ? "" : "; \(targets.remark)")
        + (targets.renames(file.classLabels).map { "; \($0)" } ?? ""))
    self.lines = lines
    var hash = Fingerprint()
    hash.add(file.fingerprint)
    for entry in imported.network.layout.entries { hash.add(entry.name) }
    hash.add("\(file.output) \(change)")
    fingerprint = hash.text
  }
}

extension TargetReading {
  /// Says that labels are the file's own names of the classes, where these do not count from 0.
  fileprivate func renames(_ labels: [Int]?) -> String? {
    guard case .labels(let classes, let count) = form, let labels, labels.count == count,
      labels != Array(0..<count), classes[Double(labels[0])] == 0
    else { return nil }
    return "labels are the file's classes \(LabelSummary(labels.map(Double.init)).text)"
  }
}
