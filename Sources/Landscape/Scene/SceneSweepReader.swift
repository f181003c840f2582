import Yams

extension SweepPlan {
  init(_ scene: SceneFields) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("sweep"), path: scene.path, section: "sweep",
      keys: ["tolerance", "iterations", "persistence"] + Self.counts.map(\.name))
    self.init()
    tolerance = try fields.number("tolerance", 1e-15...1e3)
    iterations = try fields.integer("iterations", 1...1_000_000)
    persistence = try fields.number("persistence", 0...1)
    for (name, path, range) in Self.counts {
      if let count = try fields.integer(name, range) { self[keyPath: path] = count }
    }
  }
}
