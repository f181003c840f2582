import Algebra
import Datasets
import Synchronization
import Testing

@testable import Networks

@Suite struct TileSamplerTests {
  static func grid(_ count: Int, alphas: [Double], betas: [Double]) -> PlaneGrid {
    PlaneGrid(
      centre: randomVector(count, seed: 21, scale: 0.6), u: randomVector(count, seed: 22),
      v: randomVector(count, seed: 23), alphas: alphas, betas: betas)
  }

  static let alphas = [-1.0, -0.3, 0, 0.5]
  static let betas = [-0.8, 0, 0.1, 0.4, 0.9, 1.1, 2]

  static func sample(
    _ objective: NetworkObjective, _ grid: PlaneGrid, rows: Range<Int>? = nil,
    _ precision: SamplingOptions.Precision = .float64, threads: Int = 1
  ) -> PlaneSamples {
    objective.sample(
      grid, rows: rows ?? 0..<grid.betas.count,
      options: SamplingOptions(precision: precision, threads: threads)
    ) { _ in }
  }

  @Test(arguments: Example.all) func samplesAreTheValuesAtTheirPoints(_ example: Example) throws {
    let objective = try example.objective(samples: 23)
    let grid = Self.grid(objective.dimension, alphas: Self.alphas, betas: [-0.8, 0, 0.4])
    let wide = Self.sample(objective, grid)
    let narrow = Self.sample(objective, grid, .float32)
    var index = 0
    for beta in grid.betas {
      for alpha in grid.alphas {
        let right = objective.evaluate(at: grid.point(alpha, beta))
        #expect(abs(wide.losses[index] - right.loss) <= 1e-12 * max(1, right.loss))
        #expect(abs(wide.scores[index] - right.score) <= 1e-12 * max(1, abs(right.score)))
        #expect(abs(narrow.losses[index] - right.loss) <= 1e-5 * max(1, right.loss))
        index += 1
      }
    }
  }

  @Test(arguments: [1, 15, 16, 17, 191, 192, 193, 400], Loss.allCases)
  func anyNumberOfSamplesWillDo(_ samples: Int, _ loss: Loss) throws {
    // Layers wide enough for whole and broken blocks of rows.
    let network = try Network(
      inputShape: [13],
      layers: [
        .dense(units: 37, bias: true), .activation(.relu), .dense(units: 19, bias: true),
        .activation(.silu), .dense(units: 5, bias: true),
      ])
    let data = try Example.data(samples: samples, inputs: 13, outputs: 5, loss: loss)
    let objective = try NetworkObjective(network: network, loss: loss, data: data)
    #expect(objective.sampleCount == samples)
    let grid = PlaneGrid(
      centre: randomVector(objective.dimension, seed: 1, scale: 0.3),
      u: randomVector(objective.dimension, seed: 2, scale: 0.3),
      v: randomVector(objective.dimension, seed: 3, scale: 0.3), alphas: [-1, 0, 0.5],
      betas: [0, 0.7])
    let wide = Self.sample(objective, grid).losses
    let narrow = Self.sample(objective, grid, .float32).losses
    let right = grid.betas.flatMap { b in
      grid.alphas.map { objective.value(at: grid.point($0, b)) }
    }
    for i in right.indices {
      #expect(abs(wide[i] - right[i]) <= 1e-12 * max(1, right[i]))
      #expect(abs(narrow[i] - right[i]) <= 1e-5 * max(1, right[i]))
    }
  }

  @Test(arguments: Example.forms, SamplingOptions.Precision.allCases)
  func threadsRowsAndPassesChangeNoBit(
    _ example: Example, _ precision: SamplingOptions.Precision
  ) throws {
    let objective = try example.objective(samples: 700)
    let grid = Self.grid(objective.dimension, alphas: Self.alphas, betas: Self.betas)
    let whole = Self.sample(objective, grid, precision)
    for threads in [2, 3, 7] {
      let samples = Self.sample(objective, grid, precision, threads: threads)
      #expect(samples.losses.bits == whole.losses.bits)
      #expect(samples.scores.bits == whole.scores.bits)
    }
    let first = Self.sample(objective, grid, rows: 0..<3, precision, threads: 2)
    let rest = Self.sample(objective, grid, rows: 3..<7, precision, threads: 2)
    #expect((first.losses + rest.losses).bits == whole.losses.bits)
    #expect((first.scores + rest.scores).bits == whole.scores.bits)
    #expect(Self.sample(objective, grid, rows: 5..<5, precision).losses.isEmpty)
    // One, two and three of the four tiles at a time.
    for tiles in 1...3 {
      #expect(passes(objective, grid, precision, tiles: tiles).losses.bits == whole.losses.bits)
    }
  }

  @Test(arguments: [1, 2, 3, 8, 50], [0, 1, 2, 7, 101])
  func partsCoverEveryPointOnce(_ threads: Int, _ columns: Int) {
    for rows in [0..<0, 3..<4, 0..<5, 2..<60] {
      let parts = GridPart.parts(of: rows, columns: columns, threads: threads)
      let points = parts.flatMap { part in part.columns.map { (part.row, $0) } }
      let all = rows.flatMap { row in (0..<columns).map { (row, $0) } }
      #expect(points.elementsEqual(all, by: ==))
      // A line keeps every thread busy, where it is long enough.
      if !rows.isEmpty { #expect(parts.count >= min(threads, rows.count * columns)) }
    }
  }

  @Test func aLineIsSharedAmongThreads() throws {
    let objective = try Example.forms[2].objective(samples: 300)
    let line = Self.grid(
      objective.dimension, alphas: (0..<37).map { Double($0) / 20 }, betas: [0.3])
    let one = Self.sample(objective, line)
    #expect(Self.sample(objective, line, threads: 3).losses.bits == one.losses.bits)
  }

  private func passes(
    _ objective: NetworkObjective, _ grid: PlaneGrid, _ precision: SamplingOptions.Precision,
    tiles: Int
  ) -> PlaneSamples {
    func run<E: KernelScalar>(_: E.Type) -> PlaneSamples {
      let rows = SamplingPlan(objective.network).imageRows
      let budget = tiles * 3 * rows * objective.network.blockSize * MemoryLayout<E>.size
      let sampler = TileSampler(
        objective, SampleTiles<E>(objective.data, blockSize: objective.network.blockSize), grid,
        imageBudget: budget)
      return sampler.sample(rows: 0..<grid.betas.count, threads: 2) { _ in }
    }
    return precision == .float64 ? run(Double.self) : run(Float.self)
  }

  @Test func progressCountsEveryPointOnce() throws {
    let objective = try Example.forms[0].objective(samples: 700)
    let grid = Self.grid(objective.dimension, alphas: Self.alphas, betas: Self.betas)
    let told = Mutex(0)
    let sampler = TileSampler(objective, objective.tiles, grid, imageBudget: 1)
    _ = sampler.sample(rows: 1..<7, threads: 3) { points in told.withLock { $0 += points } }
    #expect(told.withLock { $0 } == 6 * 4)
  }

  @Test(arguments: Example.Form.allCases, SamplingOptions.Precision.allCases)
  func aPointThatDivergesLeavesItsNeighboursAlone(
    _ form: Example.Form, _ precision: SamplingOptions.Precision
  ) throws {
    for loss in Loss.allCases {
      let objective = try Example(form: form, activation: .relu, loss: loss)
        .objective(samples: 200)
      let far = precision == .float64 ? 1e307 : 1e37
      let plane = Self.grid(objective.dimension, alphas: [-1, 0, 0.5], betas: Self.betas)
      var wild = plane
      wild.alphas = [-1, far, 0, 0.5, -far]
      let right = Self.sample(objective, plane, precision, threads: 2)
      let found = Self.sample(objective, wild, precision, threads: 2)
      for row in Self.betas.indices {
        let line = Array(found.losses[5 * row..<5 * row + 5])
        #expect(
          [line[0], line[2], line[3]].bits == Array(right.losses[3 * row..<3 * row + 3]).bits)
        #expect(!line[1].isFinite || line[1] > 1e30)
        if form != .activationLast { #expect(!line[1].isFinite || !line[4].isFinite) }
      }
    }
  }

  @Test func theOriginIsTheCentresLoss() throws {
    let objective = try Example.forms[2].objective(samples: 300)
    let grid = Self.grid(objective.dimension, alphas: [0], betas: [0])
    let loss = objective.value(at: grid.centre)
    #expect(abs(Self.sample(objective, grid).losses[0] - loss) <= 1e-14 * loss)
    // Directions of any size leave it alone.
    var steep = grid
    steep.u = grid.u.map { 1e6 * $0 }
    #expect(Self.sample(objective, steep).losses.bits == Self.sample(objective, grid).losses.bits)
  }
}
