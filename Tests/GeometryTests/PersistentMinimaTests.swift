import Algebra
import Geometry
import RealModule
import Testing

@Suite struct PersistentMinimaTests {
  func values(_ grid: Grid, _ f: (Double, Double) -> Double) -> [Double] {
    grid.betas.flatMap { beta in grid.alphas.map { f($0, beta) } }
  }

  @Test(arguments: [1, 2, 3, 5]) func `cos πx · cos πy has a minimum in every other cell`(_ n: Int)
  {
    // On [½, n + ½]² the extrema lie at whole x, y: minima where x + y is odd.
    let steps = 20 * n + 1
    let grid = Grid(
      alpha: 0.5...Double(n) + 0.5, columns: steps, beta: 0.5...Double(n) + 0.5, rows: steps)
    let surface = values(grid) { Double.cos(.pi * $0) * Double.cos(.pi * $1) }
    let found = PersistentMinima(of: surface, on: grid)
    let interior = found.minima.filter { $0.birth < -0.5 }
    #expect(interior.count == n * n / 2)
    for minimum in interior {
      #expect(abs(minimum.birth + 1) < 1e-12)
      #expect(
        minimum.alpha.rounded() == minimum.alpha
          || abs(minimum.alpha.rounded() - minimum.alpha) < 1e-12)
      #expect((Int(minimum.alpha.rounded()) + Int(minimum.beta.rounded())) % 2 == 1)
      // The passes lie at 0, the lowest of the equal minima never dies.
      #expect(abs(minimum.death) < 1e-12 || minimum.death == .infinity)
      #expect(!minimum.isOnEdge)
    }
    #expect(found.minima.count { $0.death == .infinity } == 1)
  }

  @Test(arguments: [(0.0, 0.0, 1.0, 1.0, 0.0), (0.3, -0.2, 1, 50, 6.9), (0, 0, 400, 1, -19.5)])
  func `A bowl has one, however narrow and skew`(
    x: Double, y: Double, a: Double, b: Double, c: Double
  ) throws {
    let grid = Grid(alpha: -1...1, columns: 41, beta: -1...1, rows: 31)
    let surface = values(grid) { alpha, beta in
      let (dx, dy) = (alpha - x, beta - y)
      return 3 + (a * dx * dx + 2 * c * dx * dy + b * dy * dy) / 2
    }
    let found = PersistentMinima(of: surface, on: grid)
    #expect(found.count == 1 && found.interiorCount == 1)
    #expect(found.minima[0].birth == surface.min() && found.minima[0].persistence == .infinity)
    let lowest = try #require(GridMinimum(of: surface, on: grid))
    #expect(found.minima[0].column == lowest.column && found.minima[0].row == lowest.row)
  }

  @Test func `Persistence is the height of the pass above the minimum`() throws {
    // Wells at x = ∓1 of depth 0 and 0.25 under the pass, which lies at x near 0.
    let grid = Grid(alpha: -2...2, columns: 401, beta: -1...1, rows: 21)
    let well = { (x: Double) in (x * x - 1) * (x * x - 1) + 0.25 * x }
    let surface = values(grid) { well($0) + 3 * $1 * $1 }
    let found = PersistentMinima(of: surface, on: grid)
    #expect(found.count == 2)
    let line = grid.alphas.map(well)
    let pass = try #require(line[150..<250].max())
    let right = try #require(line[250...].min())
    #expect(abs(found.minima[0].birth - (line.min() ?? 0)) < 1e-12)
    #expect(abs(found.minima[1].birth - right) < 1e-12)
    #expect(abs(found.minima[1].persistence - (pass - right)) < 1e-12)
    // A threshold at the persistence leaves the lowest alone, one below keeps both.
    let depth = found.minima[1].persistence
    #expect(PersistentMinima(of: surface, on: grid, threshold: depth).count == 1)
    #expect(PersistentMinima(of: surface, on: grid, threshold: depth * 0.999).count == 2)
  }

  @Test func `Ripples below the threshold are no minima, and are found when asked for`() {
    let grid = Grid(alpha: -1...1, columns: 101, beta: -1...1, rows: 101)
    let surface = values(grid) {
      $0 * $0 + $1 * $1 + 3e-3 * Double.cos(40 * $0) * Double.cos(40 * $1)
    }
    #expect(PersistentMinima(of: surface, on: grid).count == 1)
    #expect(PersistentMinima(of: surface, on: grid, threshold: 1e-6).count > 1)
    // Single precision alone makes none either.
    let rounded = values(grid) { Double(Float(2.3 + $0 * $0 + $1 * $1)) }
    #expect(PersistentMinima(of: rounded, on: grid).count == 1)
  }

  @Test func `A diagonal valley is one, a plateau is one, a plain is one`() {
    let grid = Grid(alpha: 0...4, columns: 5, beta: 0...4, rows: 5)
    let diagonal = values(grid) { $0 == $1 ? $0 / 100 : 9 }
    #expect(PersistentMinima(of: diagonal, on: grid, threshold: 0).count == 1)
    let plateau = values(grid) { abs($0 - 2) <= 1 && abs($1 - 2) <= 1 ? 1 : 2 }
    #expect(PersistentMinima(of: plateau, on: grid, threshold: 0).count == 1)
    let plain = PersistentMinima(of: Array(repeating: 7, count: 25), on: grid, threshold: 0)
    #expect(plain.count == 1 && plain.minima[0].column == 0 && plain.minima[0].row == 0)
  }

  @Test func `What has diverged is a wall`() {
    let grid = Grid(alpha: -2...2, columns: 5, beta: -1...1, rows: 3)
    for bad in [Double.nan, .infinity, -.infinity] {
      let surface = values(grid) { x, y in x == 0 ? bad : x * x + y * y }
      let found = PersistentMinima(of: surface, on: grid, threshold: 0)
      #expect(found.count == 2)
      #expect(found.minima.allSatisfy { $0.death == .infinity && $0.birth == 1 })
      // A gap in the wall: the later one dies there.
      var open = surface
      open[2] = 8
      let joined = PersistentMinima(of: open, on: grid, threshold: 0)
      #expect(joined.minima.map(\.persistence) == [.infinity, 7])
      let none = PersistentMinima(of: Array(repeating: bad, count: 15), on: grid)
      #expect(none.count == 0 && none.threshold == 0)
    }
  }

  @Test func `A slope has its minimum on the edge`() {
    let grid = Grid(alpha: -1...1, columns: 9, beta: -1...1, rows: 9)
    let found = PersistentMinima(of: values(grid) { $0 + 2 * $1 }, on: grid)
    #expect(found.count == 1 && found.interiorCount == 0 && found.minima[0].isOnEdge)
  }

  @Test func `Every lowest point of its eight neighbours is found, by brute force`() {
    var source = RandomSource(seed: 8)
    for (columns, rows) in [(2, 2), (3, 7), (30, 20)] {
      let grid = Grid(
        alpha: 0...1, columns: columns, beta: 0...1, rows: rows)
      let surface = (0..<columns * rows).map { _ in source.uniform() }
      var expected = Set<Int>()
      for row in 0..<rows {
        for column in 0..<columns {
          let here = surface[row * columns + column]
          let isLowest = (max(row - 1, 0)...min(row + 1, rows - 1)).allSatisfy { r in
            (max(column - 1, 0)...min(column + 1, columns - 1)).allSatisfy { c in
              surface[r * columns + c] >= here
            }
          }
          if isLowest { expected.insert(row * columns + column) }
        }
      }
      let found = PersistentMinima(of: surface, on: grid, threshold: 0)
      #expect(Set(found.minima.map { $0.row * columns + $0.column }) == expected)
      #expect(found.count == expected.count)
      #expect(found.minima.map(\.birth) == found.minima.map(\.birth).sorted())
    }
  }
}
