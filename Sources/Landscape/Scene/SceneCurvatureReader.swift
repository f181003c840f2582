import Yams

extension CurvaturePlan {
  init(_ scene: SceneFields) throws(SceneError) {
    let counts = Self.counts.map(\.name)
    let fields = try SceneFields(
      scene.node("curvature"), path: scene.path, section: "curvature",
      keys: [
        "matrix", "tensors", "samples", "layers", "vectors", "sharpness", "rho", "epsilon", "map",
        "map-tolerance",
      ] + counts)
    self.init()
    matrix = try fields.choice("matrix") ?? matrix
    tensors =
      try fields.parsed("tensors") { text throws(ParsingError) in
        text.split(separator: ",").map(\.trimmed)
      } ?? []
    samples = try fields.integer("samples", 1...Int.max)
    for (name, path, range) in Self.counts {
      if let count = try fields.integer(name, range) { self[keyPath: path] = count }
    }
    layers = try fields.boolean("layers") ?? layers
    vectors = try fields.boolean("vectors") ?? vectors
    sharpness = try fields.boolean("sharpness") ?? sharpness
    rho = try fields.number("rho", 1e-12...1e12) ?? rho
    epsilon = try fields.number("epsilon", 1e-12...1e12) ?? epsilon
    map = try fields.parsed("map") { text throws(ParsingError) in try parseMap(text) }
    mapTolerance = try fields.number("map-tolerance", 1e-12...0.5) ?? mapTolerance
  }

  /// Reads the points of a map from a flag.
  ///
  /// - Parameter text: As a grid's size.
  /// - Throws: ``UsageError``.
  public mutating func setMap(_ text: String) throws(UsageError) {
    do throws(ParsingError) { map = try parseMap(text) } catch {
      throw UsageError(reason: "'--map' \(error.reason)")
    }
  }
}

/// Reads the points of a map, as those of a grid.
private func parseMap(_ text: String) throws(ParsingError) -> CurvaturePlan.Points {
  let (columns, rows) = try parseGrid(text)
  return CurvaturePlan.Points(columns: columns, rows: rows)
}
