import Algebra
import Datasets
import Geometry
import Networks
import ONNX
import TensorFiles

/// A scene's data and network, joined to the objective that landscapes are drawn of.
struct Model: Sendable {
  var scene: Scene
  private(set) var objective: NetworkObjective
  /// The loss on the samples kept apart, where there are any.
  private(set) var heldOut: NetworkObjective?
  /// Whether the network is as in training, and its batch normalisations are to run on the statistics of
  /// weights that are yet to be trained: ``holdingStatistics(at:)``.
  private(set) var awaitsStatistics: Bool
  /// ‖·‖²_S.
  let penalty: Penalty
  /// The path of a training that the scene takes from files.
  private(set) var checkpoints: Checkpoints?
  /// The scene's file, where the network comes from one.
  let imported: ImportedModel?
  /// What was taken for granted about the data.
  let dataNotes: [String]

  var network: Network { objective.network }
  var loss: Loss { objective.loss }

  /// Loads the data and builds the network.
  ///
  /// - Parameters:
  ///   - scene: What to load and build.
  ///   - threads: The most threads for one evaluation.
  ///   - reporter: Who is told what was taken for granted about the data and a model's output.
  /// - Throws: `FileError`, `DatasetError` or ``SceneError``.
  init(_ scene: Scene, threads: Int, reporter: Reporter = .silent) throws {
    self.scene = scene
    let plan = scene.data
    let count = plan.samples.map { $0 + plan.heldOut }
    let seed = plan.shuffle ? scene.seed : nil
    let numbers = try scene.model.map { _ in try plan.source.loadNumbers(count: count, seed: seed) }
    var data = try numbers?.data ?? plan.source.load(count: count, seed: seed)
    dataNotes = data.notes
    dataNotes.forEach(reporter.note)
    if plan.scale != 1 { data = try data.scaled(by: plan.scale) }
    var kept: Dataset?
    if plan.heldOut > 0 {
      let parts = try data.split(heldOut: plan.heldOut, seed: scene.seed)
      (data, kept) = (parts.training, parts.heldOut)
    }
    if plan.standardise {
      data = try data.standardised()
      kept = try kept?.standardised(by: data.standardisation)
    }
    try scene.recorded?.check(scene.inputs, data: nil, scene: scene.path)
    let dataPath = plan.source.path ?? data.name
    if let model = scene.model, let numbers {
      let imported = try ImportedModel(
        model, loss: scene.loss, data: Numbers(data: data, task: numbers.task), path: dataPath)
      let outputs = imported.network.outputs
      data = try imported.targets.applied(to: data, outputs: outputs)
      kept = try kept.map { try imported.targets.applied(to: $0, outputs: outputs) }
      self.imported = imported
      imported.notes.forEach(reporter.note)
    } else {
      imported = nil
    }
    let loss = imported?.loss ?? scene.loss ?? .crossEntropy
    try scene.recorded?.check([], data: data.fingerprint, scene: scene.path)
    // A model's statistics are in its graph.
    let statistics =
      imported == nil && scene.layers.needStatistics
      ? try scene.weights.map { path throws(FileError) in
        try BatchStatistics.read(path, map: scene.weightNames)
      } : nil
    awaitsStatistics = imported == nil && scene.layers.needStatistics && !scene.takesWeights
    do throws(NetworkError) {
      let network: Network
      if let imported {
        network = imported.network
      } else {
        network = try Network(
          inputShape: data.inputShape,
          layers: awaitsStatistics ? scene.layers.normalisedOverBatches : scene.layers,
          statistics: statistics ?? [])
      }
      func objective(_ data: Dataset) throws(NetworkError) -> NetworkObjective {
        try NetworkObjective(network: network, loss: loss, data: data, threads: threads)
      }
      self.objective = try objective(data)
      if let kept { heldOut = try objective(kept) } else { heldOut = nil }
    } catch {
      throw SceneError(
        path: scene.model?.path ?? scene.path, line: nil, reason: error.description)
    }
    _ = try scene.reparametrisation?.partner(in: scene.layers, scene: scene.path)
    if objective.network.couplesSamples, scene.weights == nil, scene.training.batchSize == 1 {
      throw SceneError(
        path: scene.path, line: nil,
        reason: "'training.batch' is 1; batch normalisation needs at least 2 samples in a batch")
    }
    penalty = try scene.penalty.scope.penalty(for: objective.network.layout, scene: scene.path)
    try checkMemory()
    try checkWork()
    guard !scene.checkpoints.isEmpty else { return }
    guard scene.weights == nil else {
      throw UsageError(
        reason: "the last of the checkpoints is what is drawn; leave out 'weights'")
    }
    checkpoints = try Checkpoints(
      scene.checkpoints, dimension: network.layout.count, read: readWeights)
  }

  /// The model as at inference: where batch normalisations run on statistics and no weight file has
  /// any, they are given those of all training samples at the trained weights, and keep them wherever
  /// the loss is evaluated.
  ///
  /// - Parameter weights: The trained weights.
  /// - Returns: The model; itself where nothing awaits statistics.
  /// - Throws: ``SceneError`` where a statistic is not finite.
  func holdingStatistics(at weights: [Double]) throws -> Model {
    guard awaitsStatistics else { return self }
    var model = self
    model.awaitsStatistics = false
    do throws(NetworkError) {
      let network = try Network(
        inputShape: network.inputShape, layers: scene.layers,
        statistics: objective.batchStatistics(at: weights))
      func holding(_ objective: NetworkObjective) throws(NetworkError) -> NetworkObjective {
        try NetworkObjective(
          network: network, loss: objective.loss, data: objective.data, threads: objective.threads)
      }
      model.objective = try holding(objective)
      if let heldOut { model.heldOut = try holding(heldOut) }
    } catch {
      throw SceneError(path: scene.path, line: nil, reason: error.description)
    }
    return model
  }

  /// Refuses what has no one place whose statistics could be held.
  func checkNoStatisticsAwaited(_ command: String) throws(SceneError) {
    guard awaitsStatistics else { return }
    throw SceneError(
      path: scene.path, line: nil,
      reason:
        "\(command) goes through many weights; 'batchnorm: {statistics: running}' holds those "
        + "of one point: write 'statistics: data', or give a file of 'weights'")
  }

  /// The parameters as directions are normalised by.
  var blocks: [ParameterBlock] {
    network.layout.entries.map {
      ParameterBlock(
        parameters: $0.range, rows: $0.rows, isTransposed: $0.outputsLast, layer: $0.layer,
        isKernel: $0.role == .kernel)
    }
  }

  /// The network's layers or nodes in words, for summaries.
  var layerTexts: [String] { imported?.operations ?? scene.layers.map(\.text) }

  /// Reads a weight file, which may be the model's own.
  ///
  /// - Parameter path: `.npz`, `.safetensors`, or the scene's model.
  /// - Returns: The parameters in the layout's order.
  /// - Throws: `FileError` where it cannot be read, or does not fit.
  func readWeights(_ path: String) throws(FileError) -> [Double] {
    if let imported, path == scene.model?.path { return imported.weights }
    return try network.layout.readWeights(
      path, map: scene.weightNames, own: imported?.weights)
  }

  /// What the base loss depends on, but for the weights.
  var fingerprint: Fingerprint {
    var hash = Fingerprint()
    hash.add(Version.current)
    hash.add(objective.data.fingerprint)
    hash.add("\(scene.layers)")
    if let imported { hash.add(imported.fingerprint) }
    hash.add(loss.rawValue)
    for kept in network.fixedStatistics { hash.add(kept.mean + kept.variance) }
    return hash
  }
}

extension Scene.PenaltyPlan.Scope {
  /// The penalty's weights mᵢ: 1, 0, or a tensor's own factor.
  fileprivate func penalty(for layout: ParameterLayout, scene: String) throws -> Penalty {
    var mask = [Double](repeating: 0, count: layout.count)
    switch self {
    case .all: mask = Array(repeating: 1, count: layout.count)
    case .weights:
      for entry in layout.entries where entry.role == .kernel {
        for i in entry.range { mask[i] = 1 }
      }
    case .tensors(let tensors):
      for (name, factor) in tensors {
        guard let entry = layout.entry(named: name) else {
          let names = layout.entries.map(\.name)
          let guess = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
          throw SceneError(
            path: scene, line: nil,
            reason: "'penalty.scope' names '\(name)'\(guess) (there are \(list(names)))")
        }
        for i in entry.range { mask[i] = factor }
      }
    }
    return Penalty(mask: mask)
  }
}
