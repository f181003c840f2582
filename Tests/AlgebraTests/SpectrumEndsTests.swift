import Testing

@testable import Algebra

@Suite struct SpectrumEndsTests {
  func options(_ change: (inout SpectrumEndsOptions) -> Void) -> SpectrumEndsOptions {
    var options = SpectrumEndsOptions()
    change(&options)
    return options
  }

  /// Checks what holds of every answer that calls itself converged.
  func check(_ found: SpectrumEnds, _ a: KnownSpectrum, tolerance: Double) {
    let right = (low: a.eigenvalues.min() ?? 0, high: a.eigenvalues.max() ?? 0)
    let scale = max(abs(right.low), abs(right.high))
    for (end, right) in [(found.lowest, right.low), (found.highest, right.high)] {
      let limit = tolerance * max(abs(right), scale / 100) + 1e-13 * scale
      #expect(end.isConverged)
      #expect(abs(end.value - right) <= limit)
      #expect(end.residual <= tolerance * scale * 1.01 + 1e-13 * scale)
      #expect(end.error <= limit * 1.01)
    }
    // From inside.
    #expect(found.lowest.value >= right.low - 1e-13 * scale)
    #expect(found.highest.value <= right.high + 1e-13 * scale)
  }

  // Where eigenvalues lie over decades, those at the low end are none to 1e-8 of the largest.
  @Test(arguments: SpectrumShape.allCases.filter { $0 != .decades }, [1e-3, 1e-8])
  func bothEndsOfAnySpectrumComeBack(_ shape: SpectrumShape, _ tolerance: Double) throws {
    for n in [1, 2, 3, 9, 40, 150] {
      let a = KnownSpectrum(shape.eigenvalues(n))
      let found = try spectrumEnds(
        of: a,
        options: options {
          $0.tolerance = tolerance
          $0.maxProducts = 5000
          $0.basisSize = 160
        })
      check(found, a, tolerance: tolerance)
      #expect(found.products <= n)
      #expect(found.vectors.count == min(n, 5))
      #expect(orthogonalityDefect(found.vectors) < 1e-11)
    }
  }

  @Test func decadesComeBackToADigitLess() throws {
    let a = KnownSpectrum(SpectrumShape.decades.eigenvalues(150))
    for tolerance in [1e-3, 1e-6] {
      let found = try spectrumEnds(
        of: a,
        options: options {
          $0.tolerance = tolerance
          $0.basisSize = 150
        })
      #expect(found.lowest.isConverged && found.highest.isConverged)
      #expect(abs(found.lowest.value - 1e-10) <= 10 * tolerance)
      #expect(abs(found.highest.value - 100) <= 100 * tolerance)
    }
  }

  @Test(arguments: [SpectrumShape.spread, .negative, .network])
  func restartsLoseNothing(_ shape: SpectrumShape) throws {
    let a = KnownSpectrum(shape.eigenvalues(300))
    let found = try spectrumEnds(
      of: a,
      options: options {
        $0.basisSize = 20
        $0.maxProducts = 3000
      })
    check(found, a, tolerance: 1e-3)
    #expect(found.products > 20)
  }

  @Test func whatIsNotConvergedIsNotCalledSo() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(600))
    var wasShort = false
    for limit in [1, 5, 10, 20, 40, 80, 160] {
      let found = try spectrumEnds(of: a, options: options { $0.maxProducts = limit })
      #expect(found.products <= max(limit, 2))
      for (end, right) in [(found.lowest, a.eigenvalues[0]), (found.highest, a.eigenvalues[599])] {
        if end.isConverged { #expect(abs(end.value - right) <= 1e-3 * max(abs(right), 0.16)) }
        // Some eigenvalue is within the residual, converged or not.
        #expect(a.eigenvalues.contains { abs($0 - end.value) <= end.residual + 1e-13 })
        wasShort = wasShort || !end.isConverged
      }
    }
    #expect(wasShort)
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func aNeighboursVectorsSaveProducts(_ seed: UInt64)
    throws
  {
    // The neighbour's eigenvectors are turned by some percent.
    let eigenvalues = SpectrumShape.network.eigenvalues(400)
    let a = KnownSpectrum(eigenvalues, seed: seed)
    let cold = try spectrumEnds(
      of: a,
      options: options {
        $0.tolerance = 1e-6
        $0.seed = seed
      })
    var source = RandomSource(seed: seed)
    let turned = cold.vectors.map { vector in vector.map { $0 + 0.002 * source.normal() } }
    let warm = try spectrumEnds(
      of: a,
      options: options {
        $0.tolerance = 1e-6
        $0.start = turned
        $0.seed = seed
      })
    check(warm, a, tolerance: 1e-6)
    #expect(warm.products < cold.products)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func eigenvectorsThatAreNoLongerAtTheEndsDoNotMislead(_ seed: UInt64) throws {
    // Exact eigenvectors, which no residual gives away, and none of them at an end.
    let n = 400
    let a = KnownSpectrum(
      [-1.2, 3.3] + (0..<n - 2).map { -1 + 4 * Double($0) / Double(n) }, seed: seed)
    let start = [2, 3, 4, 5, n - 1].map(a.eigenvector)
    let found = try spectrumEnds(
      of: a,
      options: options {
        $0.start = start
        $0.seed = seed
      })
    check(found, a, tolerance: 1e-3)
  }

  @Test func singlePrecisionIsInTheResiduals() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(300))
    let found = try spectrumEnds(of: a.roundedToFloat)
    #expect(found.lowest.isConverged && found.highest.isConverged)
    #expect(abs(found.lowest.value - a.eigenvalues[0]) <= 1e-3 * 0.16)
    // A tolerance below what Float32 can tell is never called reached.
    let fine = try spectrumEnds(
      of: a.roundedToFloat,
      options: options {
        $0.tolerance = 1e-11
        $0.basisSize = 300
      })
    #expect(fine.highest.residual > 1e-11 * 16 || !fine.highest.isConverged || fine.products == 300)
  }

  @Test func equalSeedsGiveEqualBits() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(200))
    let first = try spectrumEnds(of: a)
    let again = try spectrumEnds(of: a)
    #expect(again == first)
    let other = try spectrumEnds(of: a, options: options { $0.seed = 1 })
    #expect(other != first)
  }

  @Test func whatCannotBeDoneIsRefused() {
    let a = ClosureOperator(dimension: 3) { $0 }
    #expect(throws: SpectrumError.count(requested: 2, dimension: 0)) {
      try spectrumEnds(of: ClosureOperator(dimension: 0) { $0 })
    }
    for tolerance in [0, -1, Double.infinity] {
      #expect(throws: SpectrumError.notPositive(what: "the tolerance", found: tolerance)) {
        try spectrumEnds(of: a, options: options { $0.tolerance = tolerance })
      }
    }
    #expect(throws: SpectrumError.tooFew(what: "basis vectors", found: 15, least: 16)) {
      try spectrumEnds(of: a, options: options { $0.basisSize = 15 })
    }
    #expect(throws: SpectrumError.length(of: "a vector to start from", found: 1, dimension: 3)) {
      try spectrumEnds(of: a, options: options { $0.start = [[1]] })
    }
    #expect(throws: SpectrumError.notFinite(what: "a product", index: 0)) {
      try spectrumEnds(of: ClosureOperator(dimension: 3) { $0.map { _ in .nan } })
    }
    #expect(throws: SpectrumError.overflow) {
      try spectrumEnds(of: ClosureOperator(dimension: 3) { $0.map { $0 * 1e200 } })
    }
    let huge = ClosureOperator(dimension: 1_000_000_000_000) { $0 }
    #expect(throws: SpectrumError.self) { try spectrumEnds(of: huge) }
  }
}
