extension Reparametrisation {
  /// Reads `reparametrise: {layer: 0, by: 10}`; nil where a scene has none.
  init?(_ scene: SceneFields) throws(SceneError) {
    guard scene.has("reparametrise") else { return nil }
    let fields = try SceneFields(
      scene.node("reparametrise"), path: scene.path, section: "reparametrise",
      keys: ["layer", "by"])
    guard let factor = try fields.number("by", 1e-6...1e6) else {
      throw fields.fault("by", "is missing: the factor that the layer is multiplied by, such as 10")
    }
    self.init(layer: try fields.integer("layer", 0...10_000) ?? 0, by: factor)
  }
}
