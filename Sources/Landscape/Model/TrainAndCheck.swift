import Algebra
import Datasets
import Networks
import TensorFiles

/// Trains a scene's network at its λ and writes the weights where ``render(_:_:reporter:)`` finds them.
///
/// - Parameters:
///   - scene: What to train; its first λ counts.
///   - options: Where to, and on how many threads.
///   - reporter: Who is told how far it has come.
/// - Returns: The file, and what was reached, line by line.
/// - Throws: As ``render(_:_:reporter:)``.
public func train(
  _ scene: Scene, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> (file: String, lines: [String]) {
  if scene.takesWeights {
    let files = scene.weights ?? list(scene.checkpoints)
    throw UsageError(reason: "'train' has nothing to train: the weights come from \(files)")
  }
  let trained = try Model(scene, threads: options.threads, reporter: reporter)
  let lambda = scene.penalty.convention.lambda(scene.penalty.values[0])
  let study = try Study(
    "train", trained, trainedAt: [lambda], samples: false, mainFile: "weights.safetensors")
  let (file, weights) = try inRunFolder(options, study, reporter: reporter) { options in
    let file = "\(options.folder)/weights.safetensors"
    let weights = try trained.weights(
      lambda: lambda, file: file, fresh: options.fresh, reporter: reporter)
    return ((file, weights), [file])
  }
  let model = try trained.holdingStatistics(at: weights.values)
  let total = PenalisedObjective(model.objective, penalty: model.penalty, lambda: lambda)
  let (loss, score) = model.objective.evaluate(at: weights.values)
  let (value, gradient) = total.valueAndGradient(at: weights.values)
  var lines = [
    "λ \(lambdaName(lambda)): total loss \(value), base loss \(loss), "
      + "\(model.loss.scoreName) \(score)",
    "‖∇L‖ \(norm(gradient)), ‖w‖ \(norm(weights.values))"
      + (weights.training?.polishOutcome.map { ", polish \($0)" } ?? ""),
  ]
  if let kept = model.heldOut?.evaluate(at: weights.values) {
    lines.append("held out: base loss \(kept.loss), \(model.loss.scoreName) \(kept.score)")
  }
  return (file, lines)
}

/// Reads a scene's data and builds its network, and says what a run would do.
///
/// - Parameters:
///   - scene: What to check.
///   - explains: Whether to list every floating-point tensor of a model's file: whether it is trained,
///     and why.
/// - Returns: What it is, line by line.
/// - Throws: As ``render(_:_:reporter:)``, but for training and writing; ``UsageError`` where there is
///   no file to explain.
public func check(_ scene: Scene, explains: Bool = false) throws -> [String] {
  guard !explains || scene.model != nil else {
    throw UsageError(
      reason: "'--explain' tells what is a weight in an ONNX file; the scene has no 'model'")
  }
  let model = try Model(scene, threads: 1)
  let layout = model.network.layout
  // Every file that the scene names is read.
  let weights =
    try scene.weights.map { try model.readWeights($0) } ?? model.checkpoints?.points.last
  if case .eigen = scene.slice.directions {
    // Eigenvectors are found where the weights are.
  } else {
    _ = try model.slice(
      around: weights ?? scene.initialiser.weights(for: layout, seed: scene.seed))
  }
  let data = model.objective.data
  let plan = scene.slice
  let held = model.heldOut.map { ", \($0.sampleCount) held out" } ?? ""
  return [
    "\(scene.name): \(scene.title)",
    "data: \(data.name), \(data.count) samples of shape \(data.inputShape)\(held)",
    "network: \(model.network.summary), \(layout.count) parameters, "
      + model.loss.rawValue,
    "penalty: \(scene.penalty.convention.rawValue) "
      + "\(list(scene.penalty.values.map(lambdaName))) on \(scene.penalty.scope.text)",
    "slice: \(plan.columns) × \(plan.rows) points, \(plan.precision.rawValue)",
    "memory: about \(Memory.text(model.memoryEstimate))",
  ] + remarks(scene.layers) + model.dataNotes + (model.imported?.lines ?? [])
    + (explains ? model.imported?.explanation ?? [] : [])
}

/// What layers do that their names do not say; what several do is said once.
private func remarks(_ layers: [Layer]) -> [String] {
  var places: [(remark: String, layers: [Int])] = []
  func add(_ remark: String, _ index: Int) {
    if let known = places.firstIndex(where: { $0.remark == remark }) {
      places[known].layers.append(index)
    } else {
      places.append((remark, [index]))
    }
  }
  for (index, layer) in layers.enumerated() {
    switch layer {
    case .module(let module): if let remark = module.remark { add(", \(remark)", index) }
    case .shortcut(let inner): for remark in remarks(inner) { add(", shortcut: \(remark)", index) }
    default: break
    }
  }
  return places.map { remark, layers in
    let more = layers.count > 1 ? " and \(layers.count - 1) more" : ""
    return "layer \(layers[0])\(more)\(remark)"
  }
}

/// In which form each layer of a scene's network is sampled, and on which instruction set.
///
/// - Parameter scene: The scene.
/// - Returns: One line for each.
/// - Throws: As ``check(_:)``.
public func samplingExplanation(_ scene: Scene) throws -> String {
  let model = try Model(scene, threads: 1)
  let lines =
    ["instruction set: \(TileLayout.instructionSet)"] + model.network.samplingForms
    + remarks(scene.layers)
  return lines.joined(separator: "\n")
}
