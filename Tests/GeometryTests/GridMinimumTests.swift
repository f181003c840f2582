import Geometry
import Testing

@Suite struct GridMinimumTests {
  func values(_ grid: Grid, _ f: (Double, Double) -> Double) -> [Double] {
    grid.betas.flatMap { beta in grid.alphas.map { f($0, beta) } }
  }

  let grid = Grid(alpha: -1...1, columns: 21, beta: -2...1, rows: 16)

  @Test(arguments: [
    (0.0, 0.0, 1.0, 2.0, 0.0), (0.234, -0.777, 3, 0.5, 0.8), (-0.51, 0.43, 1, 1, -0.9),
    (0.05, -1.75, 100, 1, 0),
  ])
  func `On a quadratic the minimum between the points is exact`(
    x: Double, y: Double, a: Double, b: Double, c: Double
  ) throws {
    let surface = values(grid) { alpha, beta in
      let (dx, dy) = (alpha - x, beta - y)
      return 7 + (a * dx * dx + 2 * c * dx * dy + b * dy * dy) / 2
    }
    let minimum = try #require(GridMinimum(of: surface, on: grid))
    #expect(!minimum.isOnEdge)
    #expect(abs(minimum.refined.alpha - x) < 1e-9)
    #expect(abs(minimum.refined.beta - y) < 1e-9)
    #expect(abs(minimum.refined.value - 7) < 1e-9)
    #expect(minimum.value == surface.min())
    #expect(minimum.alpha == grid.alphas[minimum.column])
    #expect(minimum.beta == grid.betas[minimum.row])
    #expect(surface[minimum.row * 21 + minimum.column] == minimum.value)
  }

  @Test(arguments: [(-3.0, 0.0), (3, 0), (0, -9), (0, 9), (-3, 9)])
  func `A minimum outside is reported on the edge, unrefined`(x: Double, y: Double) throws {
    let surface = values(grid) { ($0 - x) * ($0 - x) + ($1 - y) * ($1 - y) }
    let minimum = try #require(GridMinimum(of: surface, on: grid))
    #expect(minimum.isOnEdge)
    #expect(minimum.refined == (minimum.alpha, minimum.beta, minimum.value))
  }

  @Test func `NaN and infinities are passed over, and a neighbour of one is not refined`() throws {
    var surface = values(grid) { $0 * $0 + $1 * $1 }
    let lowest = try #require(GridMinimum(of: surface, on: grid))
    surface[lowest.row * 21 + lowest.column + 1] = .nan
    surface[0] = -.infinity
    let beside = try #require(GridMinimum(of: surface, on: grid))
    #expect(beside.value == lowest.value && beside.row == lowest.row)
    #expect(beside.refined == (beside.alpha, beside.beta, beside.value))
    surface[lowest.row * 21 + lowest.column] = .nan
    #expect(try #require(GridMinimum(of: surface, on: grid)).value > lowest.value)
  }

  @Test func `Where nothing is finite there is no minimum`() {
    let count = 21 * 16
    #expect(GridMinimum(of: Array(repeating: .nan, count: count), on: grid) == nil)
    #expect(GridMinimum(of: Array(repeating: .infinity, count: count), on: grid) == nil)
  }

  @Test func `Of equal values the first counts`() throws {
    var surface = [Double](repeating: 2, count: 21 * 16)
    surface[5] = 3
    let minimum = try #require(GridMinimum(of: surface, on: grid))
    #expect(minimum.row == 0 && minimum.column == 0 && minimum.value == 2 && minimum.isOnEdge)
  }

  @Test func `What is flat has no minimum, and one point alone is its own`() throws {
    var surface = [Double](repeating: 1.0986122886681098, count: 21 * 16)
    #expect(GridMinimum(of: surface, on: grid) == nil)
    surface[7] = .nan
    #expect(GridMinimum(of: surface, on: grid) == nil)
    surface = Array(repeating: .nan, count: 21 * 16)
    surface[40] = 5
    let alone = try #require(GridMinimum(of: surface, on: grid))
    #expect((alone.row, alone.column, alone.value) == (1, 19, 5))
  }

  @Test func `A flat valley and a saddle are not refined`() throws {
    let valley = try #require(GridMinimum(of: values(grid) { x, _ in x * x }, on: grid))
    #expect(valley.refined == (valley.alpha, valley.beta, valley.value))
    var surface = values(grid) { x, y in x * x - y * y }
    surface[8 * 21 + 10] = -100
    // The lowest point stands alone in a saddle: the parabola has no minimum within a cell.
    let saddle = try #require(GridMinimum(of: surface, on: grid))
    #expect(saddle.value == -100)
    #expect(abs(saddle.refined.alpha - saddle.alpha) <= 0.1)
    #expect(abs(saddle.refined.beta - saddle.beta) <= 0.2)
  }

  @Test func `Between unevenly spaced points there is no parabola`() throws {
    let uneven = Grid(alphas: [-1, 0, 0.1, 1], betas: [-1, 0, 1])
    let minimum = try #require(
      GridMinimum(of: values(uneven) { ($0 - 0.04) * ($0 - 0.04) + $1 * $1 }, on: uneven))
    #expect(minimum.refined == (0, 0, minimum.value) && !minimum.isOnEdge)
  }

  @Test func `Grids of two points a side have edges alone`() throws {
    let small = Grid(alpha: -1...1, columns: 2, beta: -1...1, rows: 2)
    let minimum = try #require(GridMinimum(of: [4, 3, 2, 1], on: small))
    #expect(minimum.isOnEdge && minimum.alpha == 1 && minimum.beta == 1)
  }
}
