import Algebra
import Foundation
import Geometry
import TensorFiles
import Testing

@testable import Landscape

@Suite struct SurfaceFileTests {
  let grid = Grid(alpha: -1...1, columns: 5, beta: -0.3...0.7, rows: 3)
  var surface: Surface {
    Surface(
      grid: grid, base: [0.1, .nan, .infinity, -.infinity, -0.0] + (5..<15).map { 1 / Double($0) },
      scores: (0..<15).map { Double($0) / 15 },
      penalty: PenaltyQuadratic(coefficients: [1, 2, 3, 4, 5, 6].map { $0 / 7 }))
  }

  @Test func `A surface reads back to the bit`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("surface.npz")
    try SurfaceFile.write(surface, to: path, fingerprint: .max)
    let (read, hasPenalty) = try SurfaceFile.read(path)
    #expect(hasPenalty)
    #expect(read.grid == grid && read.scores == surface.scores && read.penalty == surface.penalty)
    #expect(read.base.map(\.bitPattern) == surface.base.map(\.bitPattern))
    let again = try #require(SurfaceFile.read(path, fingerprint: .max))
    #expect(again.base.map(\.bitPattern) == surface.base.map(\.bitPattern))
    #expect(SurfaceFile.read(path, fingerprint: 1) == nil)
    #expect(SurfaceFile.read(folder.file("none.npz"), fingerprint: 1) == nil)
  }

  @Test func `Every number of a file is Float64, under the names that are promised`() throws {
    let folder = try TemporaryFolder()
    try SurfaceFile.write(surface, to: folder.file("s.npz"), fingerprint: 1)
    let arrays = try NPZ.read(folder.file("s.npz"))
    #expect(arrays.names == ["alphas", "betas", "base", "accuracy", "penalty", "fingerprint"])
    #expect(arrays["alphas"]?.shape == [5] && arrays["betas"]?.shape == [3])
    #expect(arrays["base"]?.shape == [3, 5] && arrays["accuracy"]?.shape == [3, 5])
    #expect(arrays["penalty"]?.shape == [6])
    for name in arrays.names where name != "fingerprint" {
      guard case .float64 = try #require(arrays[name]).elements else {
        Issue.record("\(name) is not Float64")
        continue
      }
    }
  }

  /// NumPy made them of (α − ¼)² + 2(β + ½)² and ‖w‖² = 4 + α + 2β².
  @Test(arguments: ["bowl", "bowl-compressed", "bowl-types"])
  func `NumPy's files are read, whatever their order, type and compression`(name: String) throws {
    let (surface, hasPenalty) = try SurfaceFile.read(fixture(name + ".npz"))
    #expect(hasPenalty && surface.penalty.coefficients == [4, 1, 0, 0, 0, 2])
    #expect(surface.grid.alphas == [-1, -0.5, 0, 0.5, 1] && surface.grid.betas == [-1, -0.5, 0.5])
    for (row, beta) in surface.grid.betas.enumerated() {
      for (column, alpha) in surface.grid.alphas.enumerated() {
        let base = (alpha - 0.25) * (alpha - 0.25) + 2 * (beta + 0.5) * (beta + 0.5)
        #expect(surface.base[row * 5 + column] == base)
        #expect(surface.total(lambda: 2)[row * 5 + column] == base + 4 + alpha + 2 * beta * beta)
      }
    }
  }

  /// The documentation's examples made them; the numbers are the frameworks' own.
  @Test(arguments: [
    ("pytorch", 0.7124605917664781, 0.673317958661139, 4.19462047),
    ("jax", 1.5218372342210293, 1.8091867210962445, 30.6343625),
  ])
  func `The documentation's examples make files that are read and drawn`(
    name: String, middle: Double, corner: Double, square: Double
  ) throws {
    let path = try fixture("surface_\(name).npz")
    let (surface, hasPenalty) = try SurfaceFile.read(path)
    let grid = Grid(alpha: -1...1, columns: 7, beta: -1...1, rows: 5)
    #expect(hasPenalty && surface.grid.alphas.count == 7 && surface.grid.betas.count == 5)
    for (found, right) in zip(surface.grid.alphas + surface.grid.betas, grid.alphas + grid.betas) {
      #expect(abs(found - right) < 1e-15)
    }
    // The centre's row is the third, its column the fourth; the corner is α = 1, β = −1.
    #expect(surface.base[2 * 7 + 3] == middle && surface.base[6] == corner)
    let coefficients = surface.penalty.coefficients
    // Directions have the length of the weights.
    for index in [0, 3, 5] { #expect(abs(coefficients[index] - square) < 1e-7) }
    let folder = try TemporaryFolder()
    let options = RenderOptions(folder: folder.path, threads: 1, command: "test")
    #expect(try render(surface: path, tinyScene(), options).count == 7)
    // The page of the documentation has the very lines.
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "Sources/Landscape/Landscape.docc/Files.md"),
      encoding: .utf8)
    #expect(
      page.contains(try String(contentsOfFile: fixture("surface_\(name).py"), encoding: .utf8)))
  }

  @Test func `A file without penalty is drawn at λ = 0 alone`() throws {
    let folder = try TemporaryFolder()
    let path = try fixture("bowl-plain.npz")
    let options = RenderOptions(folder: folder.path, threads: 1, command: "test")
    var scene = try tinyScene(["penalty": "{lambda: [0, 1]}"])
    let error = try #require(throws: FileError.self) { try render(surface: path, scene, options) }
    #expect("\(error)".contains("only λ = 0"))
    scene.penalty.values = [0]
    #expect(try render(surface: path, scene, options).count == 7)
  }

  @Test func `NaN and infinities of a file are counted, and figures drawn`() throws {
    let folder = try TemporaryFolder()
    let options = RenderOptions(folder: folder.path, threads: 1, command: "test")
    _ = try render(surface: fixture("bowl-diverged.npz"), tinyScene(), options)
    let slices = try #require(summary(folder)["slices"] as? [[String: Any]])
    #expect(slices[0]["divergedPoints"] as? Int == 3)
    #expect(try summary(folder)["title"] as? String == "bowl-diverged.npz")
  }

  typealias Change = @Sendable (inout NamedTensors) -> Void
  static let changes: [(says: String, change: Change)] = [
    ("no array 'alphas'", { $0["alphas"] = nil }), ("no array 'betas'", { $0["betas"] = nil }),
    ("no array 'base'", { $0["base"] = nil }),
    (
      "'base' has shape [5, 3]",
      { $0["base"] = Tensor(shape: [5, 3], Array(repeating: 1, count: 15)) }
    ),
    ("'base' has shape [15]", { $0["base"] = Tensor(shape: [15], Array(repeating: 1, count: 15)) }),
    ("'accuracy' has shape [3]", { $0["accuracy"] = Tensor(shape: [3], [1, 2, 3]) }),
    ("'penalty' must be six", { $0["penalty"] = Tensor(shape: [5], [1, 2, 3, 4, 5]) }),
    ("'penalty' must be six", { $0["penalty"] = Tensor(shape: [6], [1, 2, 3, 4, 5, .nan]) }),
    ("'penalty' must be six", { $0["penalty"] = Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]) }),
    ("'alphas' must be", { $0["alphas"] = Tensor(shape: [5], [1, 2, 3, 3, 4]) }),
    ("'alphas' must be", { $0["alphas"] = Tensor(shape: [5], [5, 4, 3, 2, 1]) }),
    ("'alphas' must be", { $0["alphas"] = Tensor(shape: [5], [0, 1, 2, .nan, 3]) }),
    ("'alphas' must be", { $0["alphas"] = Tensor(shape: [5, 1], [0, 1, 2, 3, 4]) }),
    ("'betas' must be", { $0["betas"] = Tensor(shape: [1], [0]) }),
    ("'betas' must be", { $0["betas"] = Tensor(shape: [0], []) }),
  ]

  @Test(arguments: changes.indices)
  func `A file that is no surface is refused, and the array named`(index: Int) throws {
    let (says, change) = Self.changes[index]
    var arrays = try NPZ.read(fixture("bowl.npz"))
    change(&arrays)
    let folder = try TemporaryFolder()
    try NPZ.write(arrays, to: folder.file("broken.npz"))
    let error = try #require(throws: FileError.self) {
      try SurfaceFile.read(folder.file("broken.npz"))
    }
    #expect("\(error)".contains(says) && "\(error)".contains("broken.npz"), "\(error)")
  }

  @Test func `A file cut anywhere is refused, never half read`() throws {
    let bytes = try Data(contentsOf: URL(filePath: fixture("bowl.npz")))
    let folder = try TemporaryFolder()
    for length in stride(from: 0, to: bytes.count, by: 37) {
      try bytes.prefix(length).write(to: URL(filePath: folder.file("cut.npz")))
      #expect(throws: FileError.self) { try SurfaceFile.read(folder.file("cut.npz")) }
    }
  }
}
