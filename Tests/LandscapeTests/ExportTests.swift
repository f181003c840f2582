import Algebra
import Foundation
import Geometry
import TensorFiles
import Testing

@testable import Landscape

@Suite struct ExportTests {
  /// A surface with a NaN and an infinity, in a file.
  private func surface(in folder: TemporaryFolder) throws -> (path: String, surface: Surface) {
    let surface = Surface(
      grid: Grid(alpha: -1...1, columns: 3, beta: 0...1, rows: 2),
      base: [0.1, .nan, 1e-300, .infinity, -2.5, 1 / 3], scores: [0, 0.2, 0.4, 0.6, 0.8, 1],
      penalty: PenaltyQuadratic(coefficients: [4, 1, 0, 2, 0, 3]))
    try SurfaceFile.write(surface, to: folder.file("surface.npz"), fingerprint: 1)
    return (folder.file("surface.npz"), surface)
  }

  @Test func `A row of the CSV is a point, and every number reads back to the bit`() throws {
    let folder = try TemporaryFolder()
    let (path, surface) = try surface(in: folder)
    #expect(try export(path, as: [.csv], lambdas: [0, 0.02]) == [folder.file("surface.csv")])
    let text = try String(contentsOfFile: folder.file("surface.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(
      lines[0] == [
        "alpha", "beta", "base", "accuracy", "penalty_lambda_0", "total_lambda_0",
        "penalty_lambda_0.02", "total_lambda_0.02",
      ])
    #expect(lines.count == 7)
    let total = surface.total(lambda: 0.02)
    for (index, line) in lines.dropFirst().enumerated() {
      let numbers = line.compactMap(Double.init)
      #expect(numbers[0] == surface.grid.alphas[index % 3])
      #expect(numbers[1] == surface.grid.betas[index / 3])
      #expect(numbers[2].bitPattern == surface.base[index].bitPattern || numbers[2].isNaN)
      #expect(numbers[7] == total[index] || numbers[7].isNaN && total[index].isNaN)
    }
    #expect(lines[2][2] == "nan" && lines[4][2] == "inf")
  }

  @Test func `The arrays of the npz are the fields`() throws {
    let folder = try TemporaryFolder()
    let (path, surface) = try surface(in: folder)
    let files = try export(
      path, as: [.npz], lambdas: [0.5], folder: folder.file("a/b"))
    #expect(files == [folder.file("a/b/surface-fields.npz")])
    let arrays = try NPZ.read(files[0])
    #expect(
      arrays.names == [
        "alphas", "betas", "base", "accuracy", "penalty_lambda_0.5", "total_lambda_0.5", "lambdas",
      ])
    #expect(arrays["penalty_lambda_0.5"]?.doubles == surface.penaltyValues(lambda: 0.5))
    #expect(arrays["base"]?.shape == [2, 3] && arrays["lambdas"]?.doubles == [0.5])
    // What was written is itself such a file.
    #expect(try export(files[0], as: [.csv]).count == 1)
  }

  /// What VTK's file holds, read by rules of its own: the arrays of bytes by name.
  private func arrays(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    let text = String(decoding: bytes, as: UTF8.self)
    var arrays: [String: [UInt8]] = [:]
    for match in text.matches(of: /<DataArray type="(\w+)" Name="([^"]*)"[^>]*>([^<]*)</) {
      let data = Array(try #require(Data(base64Encoded: String(match.3))))
      let size = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(size == data.count - 8)
      arrays[String(match.2)] = Array(data.dropFirst(8))
    }
    return arrays
  }

  private func doubles(_ bytes: [UInt8]?) throws -> [Double] {
    let bytes = try #require(bytes)
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      Double(bitPattern: bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
  }

  @Test func `A structured grid has a point for each of the surface's, α fastest, and its fields`()
    throws
  {
    let folder = try TemporaryFolder()
    let (path, surface) = try surface(in: folder)
    let grid = try GridFields(path, lambdas: [0.02])
    let text = String(decoding: grid.vts(), as: UTF8.self)
    #expect(text.contains("<StructuredGrid WholeExtent=\"0 2 0 1 0 0\">"))
    #expect(text.contains("byte_order=\"LittleEndian\" header_type=\"UInt64\""))
    let found = try arrays(grid.vts())
    #expect(
      try doubles(found["points"]) == [-1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 1, 0, 0, 1, 0, 1, 1, 0])
    #expect(try doubles(found["base"]).map(\.bitPattern) == surface.base.map(\.bitPattern))
    #expect(
      try doubles(found["total_lambda_0.02"]).map(\.bitPattern)
        == surface.total(lambda: 0.02).map(\.bitPattern))
    #expect(found["vtkGhostType"] == nil)
  }

  @Test func `A height lifts the points, and hides those that have none`() throws {
    let folder = try TemporaryFolder()
    let (path, _) = try surface(in: folder)
    let found = try arrays(GridFields(path, lambdas: []).vts(height: "base"))
    let z = try doubles(found["points"]).enumerated().filter { $0.offset % 3 == 2 }.map(\.element)
    let third = 1.0 / 3
    #expect(z == [0.1, third, 1e-300, third, -2.5, third] as [Double])
    #expect(found["vtkGhostType"] == [0, 2, 0, 2, 0, 0])
    let error = try #require(throws: UsageError.self) {
      try export(path, as: [.vts], height: "bas")
    }
    #expect(error.reason.contains("did you mean 'base'?"))
  }

  @Test func `Names from a file are text in XML and CSV, whatever they hold`() throws {
    let folder = try TemporaryFolder()
    let name = "a\"<b>,&\u{1}\n"
    try NPZ.write(
      [
        "alphas": Tensor(shape: [2], [0, 1]), "betas": Tensor(shape: [2], [0, 1]),
        name: Tensor(shape: [2, 2], elements: .float32([1, 2, 3, 4])),
      ], to: folder.file("x.npz"))
    let grid = try GridFields(folder.file("x.npz"), lambdas: [])
    let text = String(decoding: grid.vts(), as: UTF8.self)
    #expect(text.contains("Name=\"a&quot;&lt;b&gt;,&amp;  \""))
    #expect(
      String(decoding: grid.csv, as: UTF8.self).hasPrefix("alpha,beta,\"a\"\"<b>,&\u{1}\n\"\n"))
  }

  @Test func `What has no grid, or no penalty for a λ, is refused`() throws {
    let folder = try TemporaryFolder()
    let axis = Tensor(shape: [2], [0, 1])
    try NPZ.write(["alphas": axis, "betas": axis], to: folder.file("a.npz"))
    try NPZ.write(["alphas": axis], to: folder.file("b.npz"))
    try NPZ.write(
      ["alphas": axis, "betas": axis, "base": Tensor(shape: [2, 2], [1, 2, 3, 4])],
      to: folder.file("c.npz"))
    for (name, lambdas, says) in [
      ("a.npz", [], "no array of shape [2, 2]"), ("b.npz", [], "no array 'betas'"),
      ("c.npz", [0.1], "no array 'penalty'"), ("d.npz", [], "no such file"),
    ] as [(String, [Double], String)] {
      let error = try #require(throws: FileError.self) {
        try export(folder.file(name), as: [.csv], lambdas: lambdas)
      }
      #expect("\(error)".contains(says), "\(error)")
    }
    #expect(try export(folder.file("c.npz"), as: [.csv], lambdas: [0]).count == 1)
    for text in ["", "vtk", "csv,xls"] {
      #expect(throws: UsageError.self) { try ExportFormat.list(text, flag: "to") }
    }
  }

  @Test func `A scene's key writes surfaces and maps for other programs, too`() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene([
      "export": "[csv, vts]", "curvature": "{map: 3}", "penalty": "{lambda: [0, 0.1]}",
    ])
    let files = try run(scene, in: folder) { $0.dataOnly = true }
    #expect(files.suffix(2) == ["surface.csv", "surface.vts"])
    let csv = try String(contentsOfFile: folder.file("surface.csv"), encoding: .utf8)
    #expect(csv.hasPrefix("alpha,beta,base,accuracy,penalty_lambda_0,total_lambda_0,penalty_lam"))
    let options = RenderOptions(folder: folder.path, threads: 1, command: "test")
    let maps = try curvature(scene, options).files
    #expect(maps.contains(folder.file("curvature-map.vts")))
    let found = try arrays(Array(Data(contentsOf: URL(filePath: folder.file("curvature-map.vts")))))
    #expect(try doubles(found["lowest"]).count == 9 && found["critical_decay"] != nil)
  }
}
