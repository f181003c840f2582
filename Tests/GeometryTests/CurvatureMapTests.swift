import Algebra
import Foundation
import Synchronization
import Testing

@testable import Geometry

/// Σ cₖ·log(1 + tₖ²)/2, tₖ = ⟨aₖ, w⟩ + bₖ: smooth, neither convex nor concave.
private struct Ridges: Sendable {
  var directions: [[Double]]
  var offsets: [Double]
  var factors: [Double]

  /// Three ridges stand out.
  init(dimension: Int, count: Int, seed: UInt64) {
    var source = RandomSource(seed: seed, purpose: "ridges")
    directions = (0..<count).map { _ in
      (0..<dimension).map { _ in source.normal() / Double(dimension).squareRoot() }
    }
    offsets = (0..<count).map { _ in source.normal() }
    factors = (0..<count).map { k in (k < 3 ? 10 : 1) * source.normal() }
  }

  func hessian(at w: [Double]) -> ClosureOperator {
    let weights = directions.indices.map { k in
      let t = dot(directions[k], w) + offsets[k]
      return factors[k] * (1 - t * t) / ((1 + t * t) * (1 + t * t))
    }
    return ClosureOperator(dimension: w.count) { [directions] x in
      var y = [Double](repeating: 0, count: x.count)
      for (direction, weight) in zip(directions, weights) {
        let part = weight * dot(direction, x)
        for i in y.indices { y[i] += part * direction[i] }
      }
      return y
    }
  }
}

/// Σ (Qw)ᵢ³/6, Q = 1 − 2qqᵀ: H = Q·diag(Qw)·Q, eigenvalues that are linear on a slice and so cross,
/// and eigenvectors that stay.
private struct Crossing: Sendable {
  var q: [Double]

  init(dimension: Int, seed: UInt64) {
    var source = RandomSource(seed: seed, purpose: "reflector")
    let v = (0..<dimension).map { _ in source.normal() }
    let size = norm(v)
    q = v.map { $0 / size }
  }

  func reflected(_ w: [Double]) -> [Double] {
    let factor = 2 * dot(q, w)
    return zip(w, q).map { $0 - factor * $1 }
  }

  func hessian(at w: [Double]) -> ClosureOperator {
    let diagonal = reflected(w)
    return ClosureOperator(dimension: w.count) { x in
      reflected(zip(diagonal, reflected(x)).map { $0 * $1 })
    }
  }
}

private func randomSlice(_ n: Int, seed: UInt64, step: Double) -> Slice {
  var source = RandomSource(seed: seed, purpose: "slice")
  func vector(_ size: Double) -> [Double] { (0..<n).map { _ in size * source.normal() } }
  return Slice(centre: vector(1), u: vector(step), v: vector(step))
}

@Suite struct CurvatureMapTests {
  func options(_ change: (inout CurvatureMapOptions) -> Void) -> CurvatureMapOptions {
    var options = CurvatureMapOptions()
    change(&options)
    return options
  }

  @Test func theCurvatureOfAQuadraticIsTheSameEverywhere() throws {
    let quadratic = Quadratic(matrix: [[2, 1], [1, 2]], minimum: [0, 0])
    let slice = Slice(centre: [0, 0], u: [1, 0], v: [0, 1])
    let grid = Grid(alpha: -1...1, columns: 3, beta: 0...1, rows: 2)
    let map = try CurvatureMap.computed(on: slice, grid) { quadratic.hessian(at: $0) }
    for point in map.points {
      #expect(abs(point.lowest - 1) < 1e-14 && abs(point.highest - 3) < 1e-14)
      #expect(point.isConverged && point.products == 2)
    }
    #expect(map.products == 12 && map.unconvergedCount == 0)
    for ratio in map.ratios { #expect(abs(ratio - 1.0 / 3) < 1e-14) }
    #expect(map.criticalDecays == [0, 0, 0, 0, 0, 0])
  }

  @Test func rowsAreBetasAndColumnsAlphas() throws {
    // Σ wᵢ⁴/12 − y²/2: the Hessian is diagonal, x² and y² − 1.
    let grid = Grid(alphas: [0, 1, 2], betas: [0, 0.5])
    let slice = Slice(centre: [0, 0], u: [1, 0], v: [0, 1])
    let map = try CurvatureMap.computed(on: slice, grid) { w in
      ClosureOperator(dimension: 2) { [w[0] * w[0] * $0[0], (w[1] * w[1] - 1) * $0[1]] }
    }
    for (i, high) in [0.0, 1, 4, 0, 1, 4].enumerated() {
      let low = i < 3 ? -1 : -0.75
      #expect(abs(map.lowest[i] - low) < 1e-14 && abs(map.highest[i] - high) < 1e-14)
      #expect(abs(map.criticalDecays[i] + low) < 1e-14)
    }
    #expect(abs(map.ratios[2] - 0.25) < 1e-14)
  }

  @Test(arguments: 0..<3 as Range<UInt64>)
  func everyPointOfASmoothObjectiveAgreesWithItsDenseSpectrum(_ seed: UInt64) throws {
    let n = 120
    let objective = Ridges(dimension: n, count: 200, seed: seed)
    let slice = randomSlice(n, seed: seed, step: 0.5)
    let grid = Grid(alpha: -1...1, columns: 9, beta: -1...1, rows: 7)
    for tolerance in [1e-3, 1e-7] {
      let map = try CurvatureMap.computed(
        on: slice, grid,
        options: options {
          $0.tolerance = tolerance
          $0.threads = 2
          $0.seed = seed
        }
      ) { objective.hessian(at: $0) }
      #expect(map.unconvergedCount == 0)
      let plane = slice.plane(grid)
      for (i, point) in map.points.enumerated() {
        let w = plane.point(grid.alphas[i % 9], grid.betas[i / 9])
        let right = try denseSpectrum(of: objective.hessian(at: w)).eigenvalues
        let scale = max(abs(right[0]), abs(right[n - 1]))
        for (value, error, right) in [
          (point.lowest, point.lowestError, right[0]),
          (point.highest, point.highestError, right[n - 1]),
        ] {
          #expect(abs(value - right) <= tolerance * max(abs(right), scale / 100))
          #expect(abs(value - right) <= error + 1e-12 * scale)
        }
        #expect(max(point.lowestResidual, point.highestResidual) <= tolerance * scale * 1.001)
      }
    }
  }

  @Test(arguments: 0..<3 as Range<UInt64>) func nearlyEqualEndsAgreeWithTheirDenseSpectrum(
    _ seed: UInt64
  ) throws {
    // What a network's Hessian is like: dozens of eigenvalues within a hundredth of the lowest, two
    // highest within a thousandth, and vectors that turn from point to point.
    let n = 200
    let ridges = Ridges(dimension: n, count: 3 * n, seed: seed)
    var source = RandomSource(seed: seed, purpose: "reflectors")
    let reflectors = (0..<2).map { _ in (0..<n).map { _ in source.normal() } }
    let low = (0..<40).map { -1 + 0.0003 * Double($0) }
    let bulk = (0..<n - 42).map { Double($0) / Double(n) - 0.5 }
    let spread = low + bulk + [8.995, 9]
    let slice = randomSlice(n, seed: seed, step: 0.1)
    let grid = Grid(alpha: -1...1, columns: 7, beta: -1...1, rows: 6)
    @Sendable func hessian(at w: [Double]) -> ClosureOperator {
      // A reflection that depends on w turns a fixed spectrum; the ridges blur it.
      let axis = zip(zip(reflectors[0], reflectors[1]), w).map { $0.0 + 0.2 * $0.1 * $1 }
      let size = dot(axis, axis)
      @Sendable func reflected(_ x: [Double]) -> [Double] {
        let factor = 2 * dot(axis, x) / size
        return zip(x, axis).map { $0 - factor * $1 }
      }
      let blur = ridges.hessian(at: w)
      return ClosureOperator(dimension: n) { x in
        let turned = reflected(zip(spread, reflected(x)).map { $0 * $1 })
        return zip(turned, blur.apply(to: x)).map { $0 + 1e-4 * $1 }
      }
    }
    let map = try CurvatureMap.computed(
      on: slice, grid, options: options { $0.seed = seed }, hessian: hessian)
    #expect(map.unconvergedCount == 0)
    let plane = slice.plane(grid)
    for (i, point) in map.points.enumerated() {
      let w = plane.point(grid.alphas[i % 7], grid.betas[i / 7])
      let right = try denseSpectrum(of: hessian(at: w)).eigenvalues
      #expect(abs(point.lowest - right[0]) <= 1e-3 * abs(right[0]))
      #expect(abs(point.highest - right[n - 1]) <= 1e-3 * right[n - 1])
      // Some eigenvalue is within the residual, for certain.
      for (value, residual) in [
        (point.lowest, point.lowestResidual), (point.highest, point.highestResidual),
      ] {
        #expect(right.contains { abs($0 - value) <= residual + 1e-12 })
      }
    }
  }

  @Test func neighboursSaveProducts() throws {
    // The same at each point, with no gap at the low end: hard from a cold start.
    let n = 400
    let diagonal = (0..<n).map { i in i < n - 3 ? Double(i) / Double(n) - 0.1 : Double(i) / 40 }
    let hessian = ClosureOperator(dimension: n) { x in zip(diagonal, x).map { $0 * $1 } }
    let slice = randomSlice(n, seed: 0, step: 1)
    let grid = Grid(alpha: -1...1, columns: 6, beta: -1...1, rows: 4)
    func products(_ startsWarm: Bool) throws -> Int {
      let map = try CurvatureMap.computed(
        on: slice, grid, options: options { $0.startsWarm = startsWarm }
      ) { _ in hessian }
      #expect(map.unconvergedCount == 0)
      return map.products
    }
    let (warm, cold) = (try products(true), try products(false))
    #expect(Double(warm) < 0.7 * Double(cold))
  }

  @Test(arguments: 0..<5 as Range<UInt64>) func crossingEigenvaluesAreFollowedAcross(
    _ seed: UInt64
  ) throws {
    let n = 200
    let objective = Crossing(dimension: n, seed: seed)
    let slice = randomSlice(n, seed: seed, step: 0.3)
    let grid = Grid(alpha: -1...1, columns: 11, beta: -1...1, rows: 11)
    let map = try CurvatureMap.computed(
      on: slice, grid,
      options: options {
        $0.seed = seed
        $0.threads = 2
      }
    ) { objective.hessian(at: $0) }
    #expect(map.unconvergedCount == 0)
    let plane = slice.plane(grid)
    var (ends, missed) = (Set<Int>(), 0)
    for (i, point) in map.points.enumerated() {
      let w = plane.point(grid.alphas[i % 11], grid.betas[i / 11])
      let right = objective.reflected(w)
      let (low, high) = (right.min() ?? 0, right.max() ?? 0)
      ends.formUnion([right.firstIndex(of: low) ?? 0, right.firstIndex(of: high) ?? 0])
      for (value, right) in [(point.lowest, low), (point.highest, high)] {
        if abs(value - right) > 1e-3 * abs(right) { missed += 1 }
        #expect(abs(value - right) < 0.05 * abs(right))
      }
    }
    // An end is one vector's here and another's there. Vectors that stay exact
    // eigenvectors are the worst that can be handed on: one end in a hundred may still be the next
    // one to it.
    #expect(ends.count > 2)
    #expect(missed <= 2)
  }

  @Test func anyNumberOfThreadsAndAnyInterruptionGivesTheSameBits() throws {
    struct Stop: Error {}
    let n = 60
    let objective = Ridges(dimension: n, count: 90, seed: 4)
    let slice = randomSlice(n, seed: 4, step: 0.5)
    // Bands of two rows, the last of one.
    let grid = Grid(alpha: -1...1, columns: 16, beta: -1...1, rows: 7)
    func map(
      _ threads: Int, resuming: [CurvaturePoint] = [],
      save: @escaping @Sendable ([CurvaturePoint]) throws -> Void = { _ in },
      counting: @escaping @Sendable (Int) -> Void = { _ in },
      visiting: @escaping @Sendable ([Double]) -> Void = { _ in }
    ) throws -> CurvatureMap {
      try CurvatureMap.computed(
        on: slice, grid, options: options { $0.threads = threads }, resuming: resuming, save: save,
        progress: counting
      ) { w in
        visiting(w)
        return objective.hessian(at: w)
      }
    }
    let plane = slice.plane(grid)
    let lastRow = grid.alphas.map { plane.point($0, grid.betas[6]) }
    let whole = try map(1)
    for threads in [2, 3, 8] {
      let same = try map(threads)
      #expect(same == whole)
    }
    for threads in [1, 3] {
      let kept = Mutex<[CurvaturePoint]>([])
      // The last band waits for the interruption: on a busy machine the first one may be the last
      // to be ready, and then all four would be, with nothing left to interrupt.
      let isStopped = Atomic(false)
      #expect(throws: Stop.self) {
        try map(
          threads,
          save: { points in
            kept.withLock { $0 = points }
            guard points.count >= 64 else { return }
            isStopped.store(true, ordering: .relaxed)
            throw Stop()
          },
          visiting: { w in
            let latest = Date(timeIntervalSinceNow: 60)
            while lastRow.contains(w), !isStopped.load(ordering: .relaxed), Date() < latest {
              Thread.sleep(forTimeInterval: 0.001)
            }
          })
      }
      let saved = kept.withLock { $0 }
      #expect(saved.count.isMultiple(of: 32) && saved.count >= 64 && saved.count < 112)
      #expect(saved == Array(whole.points.prefix(saved.count)))
      let visited = Atomic(0)
      let resumed = try map(
        threads, resuming: saved, counting: { visited.add($0, ordering: .relaxed) })
      #expect(resumed == whole)
      #expect(visited.load(ordering: .relaxed) == 112 - saved.count)
      // Half a band is no band.
      let partly = try map(threads, resuming: Array(saved.prefix(48)))
      #expect(partly == whole)
    }
    let visited = Atomic(0)
    let again = try map(
      2, resuming: whole.points, counting: { visited.add($0, ordering: .relaxed) })
    #expect(again == whole)
    #expect(visited.load(ordering: .relaxed) == 0)
  }

  @Test func aDivergedPointIsNaNAndTheWalkGoesOn() throws {
    let grid = Grid(alphas: [-1, 0, 1, 2], betas: [0])
    let slice = Slice(centre: [0, 0, 0], u: [1, 0, 0], v: [0, 1, 0])
    let map = try CurvatureMap.computed(on: slice, grid) { w in
      ClosureOperator(dimension: 3) { x in
        w[0] == 0 ? [.nan, 0, 0] : w[0] == 1 ? [.infinity, 0, 0] : [-x[0], 2 * x[1], x[2]]
      }
    }
    #expect(map.lowest.map(\.isNaN) == [false, true, true, false])
    #expect(map.ratios.map(\.isNaN) == [false, true, true, false])
    #expect(map.criticalDecays.map(\.isNaN) == [false, true, true, false])
    #expect(map.points.map(\.isConverged) == [true, false, false, true])
    #expect(map.unconvergedCount == 0)
    #expect(abs(map.lowest[3] + 1) < 1e-14 && abs(map.highest[3] - 2) < 1e-14)
  }

  @Test func whatDoesNotConvergeSaysSo() throws {
    let objective = Ridges(dimension: 120, count: 200, seed: 1)
    let slice = randomSlice(120, seed: 1, step: 0.5)
    let grid = Grid(alpha: -1...1, columns: 3, beta: -1...1, rows: 3)
    let map = try CurvatureMap.computed(on: slice, grid, options: options { $0.maxProducts = 7 }) {
      objective.hessian(at: $0)
    }
    #expect(map.unconvergedCount == 9)
    #expect(map.points.allSatisfy { $0.products == 7 && $0.lowestError > 0 })
    #expect(throws: SpectrumError.notPositive(what: "the tolerance", found: 0)) {
      try CurvatureMap.computed(on: slice, grid, options: options { $0.tolerance = 0 }) {
        objective.hessian(at: $0)
      }
    }
  }
}

@Suite struct SliceHessianMapTests {
  @Test func aCubicHasTheCurvatureOfItsFormula() throws {
    // x³/6 + x·y²/2 + y²: H = [[x, y], [y, x + 2]], in skewed axes that are not of length 1.
    let slice = Slice(centre: [0, 0], u: [2, 0], v: [1, 1])
    let grid = Grid(alphas: [-1, 0, 1], betas: [0, 1])
    for threads in [1, 4] {
      let map = try SliceHessianMap.computed(on: slice, grid, threads: threads) { w in
        Matrix(rows: [[w[0], w[1]], [w[1], w[0] + 2]])
      }
      for (i, matrix) in map.hessians.enumerated() {
        let (x, y) = (
          2 * grid.alphas[i % 3] + grid.betas[i / 3], grid.betas[i / 3]
        )
        #expect(matrix == SymmetricMatrix2(xx: 4 * x, xy: 2 * (x + y), yy: 2 * x + 2 * y + 2))
        // The slice spans the plane: its curvature is the Hessian's.
        let radius = (1 + y * y).squareRoot()
        #expect(abs(map.lowest[i] - (x + 1 - radius)) < 1e-14)
        #expect(abs(map.highest[i] - (x + 1 + radius)) < 1e-14)
      }
    }
  }

  @Test func itLiesWithinTheWholeSpectrumsEnds() throws {
    let objective = Ridges(dimension: 50, count: 80, seed: 2)
    let slice = randomSlice(50, seed: 2, step: 0.5)
    let grid = Grid(alpha: -1...1, columns: 5, beta: -1...1, rows: 4)
    let ends = try CurvatureMap.computed(on: slice, grid) { objective.hessian(at: $0) }
    let saved = Atomic(0)
    let within = try SliceHessianMap.computed(
      on: slice, grid, save: { saved.store($0.count, ordering: .relaxed) }
    ) { objective.hessian(at: $0) }
    #expect(saved.load(ordering: .relaxed) == 15)
    for i in ends.points.indices {
      #expect(within.lowest[i] >= ends.lowest[i] - 1e-3 * abs(ends.lowest[i]))
      #expect(within.highest[i] <= ends.highest[i] + 1e-3 * ends.highest[i])
    }
    let resumed = try SliceHessianMap.computed(
      on: slice, grid, resuming: Array(within.hessians.prefix(7))
    ) { objective.hessian(at: $0) }
    #expect(resumed == within)
  }

  @Test func divergedPointsAndParallelDirectionsAreNaN() throws {
    let grid = Grid(alphas: [0, 1], betas: [0])
    let slice = Slice(centre: [0, 0], u: [1, 0], v: [0, 1])
    let map = try SliceHessianMap.computed(on: slice, grid) { w in
      Matrix(rows: [[w[0] == 0 ? .nan : 1, 0], [0, 2]])
    }
    #expect(map.lowest.map(\.isNaN) == [true, false] && map.highest[1] == 2)
    let flat = Slice(centre: [0, 0], u: [1, 0], v: [2, 0])
    let parallel = try SliceHessianMap.computed(on: flat, grid) { _ in
      Matrix(rows: [[1, 0], [0, 1]])
    }
    #expect(parallel.lowest.map(\.isNaN) == [true, true])
  }
}
