import Algebra
import Datasets
import Networks

extension Summary {
  /// Gathers the numbers of a run.
  ///
  /// - Parameters:
  ///   - scene: What was rendered.
  ///   - model: Its network, or nil where the surface came from elsewhere.
  ///   - views: The sampled slices.
  ///   - options: How it was run.
  init(_ scene: Scene, _ model: Model?, _ views: [SurfaceView], _ options: RenderOptions) {
    program = "landscape \(Version.current)"
    command = options.command
    self.scene = scene.name
    title = scene.title
    objective = "L(w) + (lambda/2)·Σ m·w², m = 1 on what is penalised (or a factor of its own)"
    penalty = PenaltyRecord(
      scope: scene.penalty.scope.text, convention: scene.penalty.convention.rawValue,
      penalisedParameters: model.map { $0.penalty.mask.count { $0 != 0 } })
    slices = []
    lambdas = []
    protocolName = Self.describe(scene, model, views, options)
    for (index, view) in views.enumerated() {
      if let model {
        let records = (view.origin?.model ?? model).records(of: view, index: index)
        slices.append(records.slice)
        lambdas += records.lambdas
      } else {
        slices.append(SliceRecord(view))
        lambdas += view.given.map {
          LambdaRecord(
            view, given: $0, lambda: scene.penalty.convention.lambda($0), slice: index)
        }
      }
    }
    guard let model else { return }
    let set = model.objective.data
    data = DataRecord(
      name: set.name, samples: set.count, heldOutSamples: model.heldOut?.sampleCount ?? 0,
      inputShape: set.inputShape, fingerprint: set.fingerprint,
      standardised: set.standardisation != nil)
    network = NetworkRecord(
      summary: model.network.summary, layers: model.layerTexts,
      parameters: model.network.layout.count,
      loss: model.loss.rawValue, score: model.loss.scoreName)
    guard !scene.takesWeights else { return }
    let optimizer = scene.training.optimizer
    training = TrainingPlanRecord(
      optimizer: "\(optimizer.rule)", framework: optimizer.framework.rawValue,
      learningRate: optimizer.learningRate, decay: optimizer.decay.rawValue,
      batchSize: scene.training.batchSize,
      initialiser: scene.initialWeights == nil ? scene.initialiser.rawValue : "file",
      seed: scene.training.seed, polishTolerance: scene.training.polish)
  }

  /// What was trained where, and which slice shows what: the design's protocols by name.
  static func describe(
    _ scene: Scene, _ model: Model?, _ views: [SurfaceView], _ options: RenderOptions
  ) -> String {
    guard let model, let view = views.first, let origin = view.origin else {
      return "surface from a file"
    }
    let protocolName = describe(scene, model, view, origin, options)
    return protocolName + (model.imported?.caption ?? "")
  }

  private static func describe(
    _ scene: Scene, _ model: Model, _ view: SurfaceView, _ origin: SurfaceView.Origin,
    _ options: RenderOptions
  ) -> String {
    if scene.takesWeights {
      let source =
        model.checkpoints.map { "last of \($0.points.count) checkpoints" } ?? "weights from a file"
      return "\(source), one slice for every λ"
        + (scene.reparametrisation.map { "; reparametrised, \($0.words(in: scene.layers))" } ?? "")
    }
    func keras(_ lambda: Double) -> String {
      scene.penalty.convention == .keras ? " (Keras: l2(\(lambdaName(lambda / 2))))" : ""
    }
    let how = scene.training.words
    var centre = scene.slice.centre == nil ? "" : ", slice centred on weights from a file"
    if let change = scene.reparametrisation {
      centre += "; reparametrised, \(change.words(in: scene.layers))"
    }
    if options.retrain {
      return "retrained at each λ, each in its own slice\(centre)\(how)"
    }
    let lambda = origin.weights.lambda ?? 0
    let shown = view.given.map(scene.penalty.convention.lambda)
    let slice =
      shown == [lambda]
      ? "in its own slice"
      : "same weights and slice for every λ"
    return "trained at λ = \(parameter(lambda))\(keras(lambda)), \(slice)\(centre)\(how)"
  }
}

extension Training {
  /// What a reader must know of how the weights came to be: decoupled decay, and a polish.
  var words: String {
    let name: String
    switch (optimizer.rule, optimizer.decay) {
    case (.sgd, _): name = "SGD"
    case (.adam, .coupled): name = "Adam"
    case (.adam, .decoupled): name = "AdamW"
    }
    let isDecoupled = optimizer.decay == .decoupled
    guard polish != nil, polishIterations > 0 else {
      return isDecoupled
        ? "; trained with decoupled decay (\(name)), which does not minimise this objective" : ""
    }
    return
      "; trained by \(name)\(isDecoupled ? " with decoupled decay" : ""), then an L-BFGS polish"
      + (isDecoupled ? " of this objective" : "")
  }
}

extension Layer {
  /// As a scene writes it.
  var text: String {
    switch self {
    case .dense(let units, let bias): "dense \(units)\(bias ? "" : " without bias")"
    case .conv(let channels, let window, let groups, let bias):
      "conv \(channels) \(window.text(stride: [1]))\(groups > 1 ? " in \(groups) groups" : "")"
        + (bias ? "" : " without bias")
    case .pool(_, let window): "\(kind) \(window.text(stride: window.kernel))"
    case .module(let module): module.remark ?? kind
    case .reshape(let shape): "reshape \(shape)"
    case .shortcut(let layers): "skip (\(layers.map(\.text).joined(separator: ", ")))"
    default: kind
    }
  }
}

extension LayerWindow {
  /// Its numbers, those that are usual left out.
  fileprivate func text(stride usual: [Int]) -> String {
    func sizes(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: "×") }
    var parts = ["kernel \(sizes(kernel))"]
    if stride != usual { parts.append("stride \(sizes(stride))") }
    switch padding {
    case .same: parts.append("padding same")
    case .zeros(let zeros):
      if zeros.contains(where: { $0 > 0 }) { parts.append("padding \(sizes(zeros))") }
    }
    if dilation.contains(where: { $0 > 1 }) { parts.append("dilation \(sizes(dilation))") }
    if ceiling { parts.append("ceiling") }
    return parts.joined(separator: " ")
  }
}
