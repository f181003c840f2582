import Algebra
import Geometry
import Synchronization
import Testing

@Suite struct SurfaceTests {
  /// Whole numbers throughout: every sum is exact, whatever its order.
  let objective = Quadratic(
    matrix: [[4, 1, 0], [1, 3, -2], [0, -2, 5]], minimum: [1, 2, -1], constant: 3)
  let slice = Slice(centre: [2, -1, 4], u: [1, 2, -1], v: [3, 0, 2])
  let grid = Grid(alpha: -4...4, columns: 9, beta: -2...4, rows: 7)
  let penalty = Penalty(mask: [1, 0, 2])

  func sampled(
    _ objective: some Objective, threads: Int = 1, rowsAtOnce: Int = .max,
    resuming finished: PlaneSamples? = nil
  ) throws -> Surface {
    try Surface.sampled(
      objective, on: slice, grid, penalty: penalty, options: .init(threads: threads),
      rowsAtOnce: rowsAtOnce, resuming: finished)
  }

  @Test func `A quadratic is met exactly at every point`() throws {
    let surface = try sampled(objective)
    let d = zip(slice.centre, objective.minimum).map { $0 - $1 }
    let matrix = Matrix(rows: objective.matrix)
    let (hd, hu, hv) = (matrix.apply(to: d), matrix.apply(to: slice.u), matrix.apply(to: slice.v))
    for (row, beta) in grid.betas.enumerated() {
      for (column, alpha) in grid.alphas.enumerated() {
        let linear = alpha * dot(slice.u, hd) + beta * dot(slice.v, hd)
        let square =
          alpha * alpha * dot(slice.u, hu) + 2 * alpha * beta * dot(slice.u, hv)
          + beta * beta * dot(slice.v, hv)
        #expect(surface.base[row * 9 + column] == 3 + dot(d, hd) / 2 + linear + square / 2)
      }
    }
  }

  @Test func `Rows are β and columns are α, from the lower ends on, each point once`() throws {
    let formula = Formula { x, y in 100 * x + y }
    let plane = Slice(centre: [0, 0], u: [1, 0], v: [0, 1])
    let grid = Grid(alpha: 0...2, columns: 3, beta: 0...1, rows: 2)
    let surface = try Surface.sampled(
      formula, on: plane, grid, penalty: Penalty(mask: [1, 1]), options: .init())
    #expect(surface.base == [0, 100, 200, 1, 101, 201])
    #expect(formula.asked.load(ordering: .relaxed) == 6)
  }

  @Test func `No row is shifted against its neighbours`() throws {
    let formula = Formula { x, _ in x }
    let plane = Slice(centre: [0, 0], u: [1, 0], v: [0, 1])
    let grid = Grid(alpha: -1...1, columns: 5, beta: -1...1, rows: 6)
    let surface = try Surface.sampled(
      formula, on: plane, grid, penalty: Penalty(mask: [1, 1]), options: .init(threads: 3))
    for row in 0..<6 { #expect(Array(surface.base[row * 5..<row * 5 + 5]) == grid.alphas) }
  }

  @Test(arguments: [1, 2, 3, 6, 7, 100])
  func `Any number of threads and of rows at once gives the same bits`(rows: Int) throws {
    let formula = Quadratic(
      matrix: [[0.1, 0.3, 0], [0.3, 0.7, 0.2], [0, 0.2, 1.1]], minimum: [0.3, 0.1, 0.9])
    let reference = try sampled(formula)
    for threads in 1...3 {
      #expect(try sampled(formula, threads: threads, rowsAtOnce: rows) == reference)
    }
  }

  @Test func `A run taken up after any row gives the same bits, and asks for no row twice`() throws
  {
    let whole = try sampled(objective)
    var saved: [PlaneSamples] = []
    _ = try Surface.sampled(
      objective, on: slice, grid, penalty: penalty, options: .init(), rowsAtOnce: 1,
      save: { saved.append($0) })
    #expect(saved.map(\.losses.count) == [9, 18, 27, 36, 45, 54])
    for part in saved {
      let points = Mutex(0)
      let surface = try Surface.sampled(
        objective, on: slice, grid, penalty: penalty, options: .init(), resuming: part,
        progress: { count in points.withLock { $0 += count } })
      #expect(surface == whole)
      #expect(points.withLock { $0 } == 63 - part.losses.count)
    }
  }

  @Test func `Values of 0 or less are kept when a run is taken up`() throws {
    let negative = Quadratic(
      matrix: objective.matrix, minimum: objective.minimum, constant: -1000)
    let part = PlaneSamples(losses: Array(try sampled(negative).base.prefix(27)))
    #expect(try sampled(negative, resuming: part) == sampled(negative))
  }

  @Test func `A save that fails ends the run with its error`() {
    struct Full: Error {}
    #expect(throws: Full.self) {
      try Surface.sampled(
        objective, on: slice, grid, penalty: penalty, options: .init(), rowsAtOnce: 2,
        save: { _ in throw Full() })
    }
  }

  @Test func `The total is base plus (λ/2)‖w‖² over what is penalised, at every λ`() throws {
    let surface = try sampled(objective)
    for lambda in [0, 0.5, 2, 1024] {
      let total = surface.total(lambda: lambda)
      for (row, beta) in grid.betas.enumerated() {
        for (column, alpha) in grid.alphas.enumerated() {
          let w = slice.plane(grid).point(alpha, beta)
          let expected = objective.value(at: w) + lambda / 2 * (w[0] * w[0] + 2 * w[2] * w[2])
          #expect(total[row * 9 + column] == expected)
        }
      }
    }
    #expect(surface.total(lambda: 0) == surface.base)
  }

  @Test func `Two λ differ by half their difference times ‖w‖²`() throws {
    let surface = try sampled(objective)
    let (a, b) = (surface.total(lambda: 3), surface.total(lambda: 1))
    #expect(zip(a, b).map { $0 - $1 } == surface.penaltyValues(lambda: 2))
  }

  @Test func `Diverged points stay what they are`() throws {
    let formula = Formula { x, y in x < 0 ? .nan : y < 0 ? .infinity : 1 }
    let plane = Slice(centre: [0, 0], u: [1, 0], v: [0, 1])
    let grid = Grid(alpha: -1...1, columns: 3, beta: -1...1, rows: 3)
    let surface = try Surface.sampled(
      formula, on: plane, grid, penalty: Penalty(mask: [1, 1]), options: .init())
    for values in [surface.base, surface.total(lambda: 1)] {
      #expect(values.map(\.isNaN) == [true, false, false, true, false, false, true, false, false])
      #expect(values[1] == .infinity && values[2] == .infinity && values[4].isFinite)
    }
  }
}
