import Yams

extension Scene.PenaltyPlan {
  init(_ scene: SceneFields) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("penalty"), path: scene.path, section: "penalty",
      keys: ["lambda", "convention", "scope"])
    // λ = 0.01: the value of the question that the program answers.
    values = try fields.parsed("lambda", parseLambdas) ?? [0.01]
    convention = try fields.choice("convention") ?? .lambda
    scope = .all
    guard let node = fields.node("scope") else { return }
    if let mapping = node.mapping {
      var tensors: [(name: String, factor: Double)] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string,
          let factor = value.scalar.flatMap({ Double($0.string) }),
          factor >= 0, factor.isFinite
        else { throw fields.fault("scope", "must give each tensor a factor from 0") }
        tensors.append((name, factor))
      }
      scope = .tensors(tensors)
    } else if let sequence = node.sequence {
      guard !sequence.isEmpty else {
        throw fields.fault("scope", "names no tensor; for no penalty, write 'lambda: 0'")
      }
      scope = .tensors(sequence.map { ($0.scalar?.string ?? "?", 1) })
    } else {
      switch node.scalar?.string {
      case "all": scope = .all
      case "weights": scope = .weights
      case let name:
        throw fields.fault(
          "scope",
          "is '\(name ?? "")'; it must be all, weights, or a list of tensors such as [0.weight]")
      }
    }
  }
}
