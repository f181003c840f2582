import Algebra
import Foundation
import Geometry
import TensorFiles
import Testing

@testable import Landscape

@Suite struct DirectionStudyTests {
  @Test func `Quartiles are NumPy's`() throws {
    // numpy.quantile([3, 1, 4, 1.5, 9, 2.6], [0.25, 0.5, 0.75])
    let spread = try #require(DirectionReport.Spread([3, 1, 4, .nan, 1.5, 9, 2.6]))
    #expect(abs(spread.lowerQuartile - 1.775) < 1e-12 && abs(spread.median - 2.8) < 1e-12)
    #expect(abs(spread.upperQuartile - 3.75) < 1e-12 && spread.least == 1 && spread.most == 9)
    #expect(DirectionReport.Spread([.nan]) == nil)
  }

  @Test func `A bowl's width, curvature and convexity are those of the bowl`() throws {
    // 1 + |Ux|² with u = (2, 0), v = (0, 1) in weight space: twice the least at distance 1.
    let grid = Grid(alpha: -1...1, columns: 401, beta: -2...2, rows: 401)
    let base = grid.betas.flatMap { b in grid.alphas.map { a in 1 + 4 * a * a + b * b } }
    let plane = DirectionStudy.SampledPlane(
      slice: Slice(centre: [0, 0], u: [2, 0], v: [0, 1]),
      surface: Surface(
        grid: grid, base: base, penalty: .init(coefficients: [0, 0, 0, 4, 0, 1])),
      hessian: SymmetricMatrix2(xx: 8, xy: 0, yy: 2))
    let found = DirectionReport.SliceNumbers(plane, seed: 1, lambda: 0, valueError: 1e-14)
    #expect(found.minimum == 1 && found.distance == 0 && found.convexPercentage == 100)
    #expect(abs((found.width ?? 0) - 1) < 0.01 && !found.isWidthCut)
    #expect(abs((found.highestCurvature ?? 0) - 2) < 1e-12)
    // The penalty adds exactly λ by length.
    let total = DirectionReport.SliceNumbers(plane, seed: 1, lambda: 3, valueError: 1e-14)
    #expect(abs((total.highestCurvature ?? 0) - 5) < 1e-12)
    #expect(abs((total.lowestCurvature ?? 0) - 5) < 1e-12)
  }

  @Test func `Slice k is that of seed plus k, its numbers are the surface's, and all is drawn`()
    throws
  {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let sections = ["data": "{source: blobs, samples: 40, seed: 1}", "slice": "{grid: 7}"]
    let files = try run(try tinyScene(sections), in: folder) { $0.directionsCount = 3 }
    #expect(
      files.suffix(4) == [
        "directions.json", "directions.csv", "lambda-0.01/directions.png",
        "lambda-0.01/directions.tex",
      ])
    let report = try JSONDecoder().decode(
      DirectionReport.self, from: Data(readFile(folder.file("directions.json"))))
    let slices = try #require(report.lambdas.first).slices
    #expect(slices.map(\.seed) == [1, 2, 3])
    var moved = sections
    (moved["seed"], moved["weights"]) = ("2", folder.file("weights.safetensors"))
    try run(try tinyScene(moved), in: other) { $0.dataOnly = true }
    let theirs = try SurfaceFile.read(other.file("surface.npz")).surface
    #expect(try SurfaceFile.read(folder.file("slices/random-2.npz")).surface == theirs)
    #expect(slices[1].minimum == theirs.total(lambda: 0.01).min())
    #expect(
      slices[0].minimum
        == (try SurfaceFile.read(folder.file("surface.npz"))).surface
        .total(lambda: 0.01).min())
    #expect(report.lambdas[0].spread["minimum"]?.median == slices.compactMap(\.minimum).sorted()[1])
  }

  @Test func `Directions that are not random cannot be drawn again`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: UsageError.self) {
      try run(try tinyScene(["slice": "{grid: 3, directions: eigen}"]), in: folder) {
        $0.directionsCount = 2
      }
    }
    #expect(throws: UsageError.self) {
      try run(try tinyScene(), in: folder) { ($0.directionsCount, $0.retrain) = (2, true) }
    }
  }
}
