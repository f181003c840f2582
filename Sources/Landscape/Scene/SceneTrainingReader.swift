import Networks
import Yams

extension Training {
  init(_ scene: SceneFields, seed: UInt64) throws(SceneError) {
    enum Name: String, CaseIterable {
      case sgd, adam, adamw
    }
    enum Shape: String, CaseIterable {
      case constant, cosine, step
    }
    let fields = try SceneFields(
      scene.node("training"), path: scene.path, section: "training",
      keys: [
        "optimizer", "framework", "learning-rate", "momentum", "nesterov", "betas", "epsilon",
        "decay", "epochs", "batch", "schedule", "step-epochs", "step-factor", "polish",
        "polish-iterations",
      ])
    let framework = try fields.choice("framework", Optimizer.Framework.self) ?? .pytorch
    let name = try fields.choice("optimizer", Name.self) ?? .adam
    var optimizer: Optimizer
    switch name {
    case .sgd:
      optimizer = .sgd(framework)
      let momentum = try fields.number("momentum", 0...1) ?? 0
      let nesterov = try fields.boolean("nesterov") ?? false
      guard momentum > 0 || !nesterov else {
        throw fields.fault(
          "nesterov",
          "needs a momentum above 0, such as 'momentum: 0.9'; without one it is plain SGD, and "
            + "PyTorch refuses it")
      }
      optimizer.rule = .sgd(momentum: momentum, nesterov: nesterov)
    case .adam: optimizer = .adam(framework)
    case .adamw: optimizer = .adamW(framework)
    }
    if case .adam(var beta1, var beta2, var epsilon) = optimizer.rule {
      if fields.has("betas") {
        let betas = fields.node("betas")?.sequence?.compactMap {
          $0.scalar.flatMap { Double($0.string) }
        }
        guard let betas, betas.count == 2, betas.allSatisfy({ (0..<1).contains($0) }) else {
          throw fields.fault("betas", "must be two numbers below 1, such as [0.9, 0.999]")
        }
        (beta1, beta2) = (betas[0], betas[1])
      }
      epsilon = try fields.number("epsilon", 0...1) ?? epsilon
      optimizer.rule = .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
    let others = name == .sgd ? ["betas", "epsilon"] : ["momentum", "nesterov"]
    if let key = others.first(where: fields.has) {
      throw fields.fault(key, "means nothing to the optimizer \(name.rawValue)")
    }
    if let rate = try fields.number("learning-rate", 0...1e6) { optimizer.learningRate = rate }
    if let decay = try fields.choice("decay", Optimizer.Decay.self) { optimizer.decay = decay }
    let shape = try fields.choice("schedule", Shape.self) ?? .constant
    let schedule: Schedule =
      switch shape {
      case .constant: .constant
      case .cosine: .cosine
      case .step:
        .step(
          epochs: try fields.integer("step-epochs", 1...1_000_000) ?? 30,
          factor: try fields.number("step-factor", 0...1) ?? 0.1)
      }
    if shape != .step, let key = ["step-epochs", "step-factor"].first(where: fields.has) {
      throw fields.fault(key, "needs 'schedule: step'")
    }
    let batch = fields.node("batch")?.scalar?.string == "full"
    let asksForPolish = fields.has("polish") && fields.node("polish")?.scalar?.string != "none"
    // Decoupled decay does not minimise this objective: its minimum is not what was trained.
    let usualPolish = optimizer.decay == .decoupled ? nil : 1e-5
    if fields.has("polish-iterations"), !asksForPolish, fields.has("polish") || usualPolish == nil {
      throw fields.fault("polish-iterations", "needs 'polish', such as 'polish: 1e-5'")
    }
    self.init(
      optimizer: optimizer,
      // 30 epochs bring the digits to the noise of their mini-batches; the polish does the rest.
      epochs: try fields.integer("epochs", 0...1_000_000) ?? 30,
      batchSize: batch ? nil : try fields.integer("batch", 1...100_000_000) ?? 64,
      schedule: schedule, seed: seed,
      polish: fields.node("polish")?.scalar?.string == "none"
        ? nil : try fields.number("polish", 0...1e6) ?? usualPolish,
      polishIterations: try fields.integer("polish-iterations", 0...1_000_000) ?? 500)
  }
}
