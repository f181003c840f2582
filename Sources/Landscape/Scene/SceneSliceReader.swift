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
    directions =
      try fields.parsed("directions") { text throws(ParsingError) in
        try Directions(text, beside: scene.path)
      } ?? .random
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

extension Scene.SlicePlan.Directions {
  /// Reads where directions come from: `random`, `eigen`, `eigen:1,-1`, or two files.
  ///
  /// - Parameters:
  ///   - text: What was written.
  ///   - path: The file that files are looked for beside.
  /// - Throws: ``ParsingError``.
  init(_ text: String, beside path: String) throws(ParsingError) {
    let form = "write 'random', 'eigen:1,2' (-1 for the smallest), or two files of weights"
    let parts = text.split(separator: ":", maxSplits: 1).map(\.trimmed)
    if parts.first == "eigen" {
      let numbers = (parts.count == 1 ? "1,2" : parts[1]).split(separator: ",")
        .map { Int($0.trimmed) }
      // More than a hundred from the end is the bulk, whose vectors nothing tells apart.
      guard numbers.count == 2, let u = numbers[0], let v = numbers[1], u != v,
        (1...100).contains(abs(u)), (1...100).contains(abs(v))
      else {
        throw ParsingError(
          reason: "is '\(text)'; write eigen:1,2 for the two largest eigenvalues' vectors, -1 for "
            + "the smallest's, two of them, up to 100")
      }
      self = .eigen(u: u, v: v)
    } else if text.trimmed == "random" {
      self = .random
    } else {
      let files = text.split(separator: ",").map(\.trimmed)
      guard files.count == 2 else { throw ParsingError(reason: "is '\(text)'; \(form)") }
      self = .files(u: Landscape.beside(path, files[0]), v: Landscape.beside(path, files[1]))
    }
  }
}
