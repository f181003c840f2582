import Synchronization
import Testing

@testable import Algebra

@Suite struct ObjectiveTests {
  @Test func theOriginOfAPlaneIsItsCentreToTheBit() {
    let centre = [1.5, -0.0, 0.0, 0x1p-1070, -1e300]
    let grid = PlaneGrid(
      centre: centre, u: [1, 2, 3, 4, 5], v: [-1, 5, 0, 2, 1], alphas: [0], betas: [0])
    for (alpha, beta) in [(0.0, 0.0), (-0.0, 0.0), (0.0, -0.0)] {
      #expect(grid.point(alpha, beta).map(\.bitPattern) == centre.map(\.bitPattern))
    }
  }

  @Test func pointsAreFormedAfresh() {
    let grid = PlaneGrid(centre: [1, 2], u: [1, 0], v: [0, 10], alphas: [], betas: [])
    #expect(grid.point(0.25, 0.5) == [1.25, 7])
  }

  @Test(arguments: [1, 2, 7]) func rowsAreBetasAndColumnsAlphas(_ threads: Int) {
    let base = Quadratic(diagonal: [2, 8])
    let grid = PlaneGrid(
      centre: [1, -1], u: [1, 0], v: [0, 1], alphas: [-1, 0, 2], betas: [0, 1, 3, 5])
    let told = Atomic(0)
    let samples = base.sample(grid, rows: 1..<4, options: SamplingOptions(threads: threads)) {
      told.add($0, ordering: .relaxed)
    }
    // a² + 4b² over a = −1, 0, 2 for b = 1, 3, 5.
    #expect(samples.losses == [5, 4, 8, 37, 36, 40, 101, 100, 104])
    #expect(samples.scores.isEmpty)
    #expect(told.load(ordering: .relaxed) == 9)
    #expect(base.sample(grid, rows: 2..<2, options: .init()) { _ in }.losses.isEmpty)
  }
}
