import Algebra
import Geometry
import Yams

extension Scene.SlicePlan {
  /// Reads the key `slice`; `path` says whether there is one for the directions to be taken from.
  init(_ scene: SceneFields, path: Bool = false) throws(SceneError) {
    let fields = try SceneFields(
      scene.node("slice"), path: scene.path, section: "slice",
      keys: [
        "directions", "normalise", "biases", "orthogonal", "centre", "span", "grid", "precision",
      ])
    directions =
      try fields.parsed("directions") { text throws(ParsingError) in
        try Directions(text, beside: scene.path)
      } ?? (path ? .path : .random)
    normalisation = try fields.choice("normalise") ?? .filter
    biases = try fields.boolean("biases") ?? false
    orthogonal = try fields.boolean("orthogonal") ?? false
    centre = try fields.string("centre").map { beside(scene.path, $0) }
    hasSpan = fields.has("span")
    (alpha, beta) = try fields.parsed("span", parseSpan) ?? (-1...1, -1...1)
    // 101: odd, so that the centre is a point of the grid, and fine enough for a page.
    (columns, rows) = try fields.parsed("grid", parseGrid) ?? (101, 101)
    precision = try fields.choice("precision") ?? .float32
  }
}

extension Scene.SlicePlan {
  /// Replaces where directions come from: a range for others says nothing about a plane through
  /// models, whose coordinates are of another kind.
  mutating func replaceDirections(_ new: Directions) {
    directions = new
    switch new {
    case .path, .plane, .line: hasSpan = false
    case .random, .files, .eigen: break
    }
  }
}

extension Scene.SlicePlan.Directions {
  /// Reads where directions come from: `random`, `eigen`, `eigen:1,-1`, `path`, `plane:b,c`, `line:b`,
  /// or two files.
  ///
  /// - Parameters:
  ///   - text: What was written.
  ///   - path: The file that files are looked for beside.
  /// - Throws: ``ParsingError``.
  init(_ text: String, beside path: String) throws(ParsingError) {
    let form =
      "write 'random', 'eigen:1,2' (-1 for the smallest), 'path' (of checkpoints), 'plane:b,c' or "
      + "'line:b' (files of weights), or two files of weights"
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
    } else if let name = parts.first, ["plane", "line"].contains(name), parts.count == 2 {
      let files = parts[1].split(separator: ",").map { Landscape.beside(path, $0.trimmed) }
      switch (name, files.count) {
      case ("plane", 2): self = .plane(files[0], files[1])
      case ("line", 1): self = .line(files[0])
      default:
        throw ParsingError(
          reason: "is '\(text)'; write plane:b,c with two files of weights, or line:b with one")
      }
    } else if text.trimmed == "path" {
      self = .path
    } else if text.trimmed == "random" {
      self = .random
    } else {
      let files = text.split(separator: ",").map(\.trimmed)
      guard files.count == 2 else { throw ParsingError(reason: "is '\(text)'; \(form)") }
      self = .files(u: Landscape.beside(path, files[0]), v: Landscape.beside(path, files[1]))
    }
  }
}
