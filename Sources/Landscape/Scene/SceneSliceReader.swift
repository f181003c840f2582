import Algebra
import Geometry
import Yams

extension Scene.SlicePlan {
  init(_ scene: SceneFields) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("slice"), path: scene.path, section: "slice",
      keys: [
        "directions", "normalise", "biases", "orthogonal", "centre", "span", "grid", "precision",
      ])
    if let files = fields.node("directions")?.sequence {
      let paths = files.compactMap { $0.scalar?.string }
      guard paths.count == 2 else {
        throw fields.fault("directions", "must be 'random' or two files of weights")
      }
      directions = .files(u: beside(scene.path, paths[0]), v: beside(scene.path, paths[1]))
    } else {
      let name = try fields.string("directions") ?? "random"
      guard name == "random" else {
        throw fields.fault(
          "directions", "is '\(name)'; it must be 'random' or two files of weights")
      }
      directions = .random
    }
    normalisation = try fields.choice("normalise") ?? .filter
    biases = try fields.boolean("biases") ?? false
    orthogonal = try fields.boolean("orthogonal") ?? false
    centre = try fields.string("centre").map { beside(scene.path, $0) }
    (alpha, beta) = try fields.parsed("span", parseSpan) ?? (-1...1, -1...1)
    // 101: odd, so that the centre is a point of the grid, and fine enough for a page.
    (columns, rows) = try fields.parsed("grid", parseGrid) ?? (101, 101)
    precision = try fields.choice("precision") ?? .float32
  }
}
