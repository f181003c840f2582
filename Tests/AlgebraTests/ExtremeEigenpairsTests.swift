import RealModule
import Testing

@testable import Algebra

@Suite struct ExtremeEigenpairsTests {
  func ordered(_ values: [Double], _ end: SpectrumEnd) -> [Double] {
    values.sorted { end.rank($0) > end.rank($1) }
  }

  func options(_ change: (inout EigenpairOptions) -> Void) -> EigenpairOptions {
    var options = EigenpairOptions()
    change(&options)
    return options
  }

  /// Checks what holds of every answer, and returns how many pairs have converged.
  @discardableResult func check(
    _ found: ExtremeEigenpairs, _ a: some LinearOperator, _ right: [Double]
  ) -> Int {
    let scale = right.reduce(0) { max($0, abs($1)) }
    #expect(orthogonalityDefect(found.pairs.map(\.vector)) < 1e-12)
    for (pair, right) in zip(found.pairs, right) where pair.isConverged && found.isConfirmed {
      #expect(abs(pair.value - right) <= max(1e-10 * abs(right), 1e-13 * scale))
    }
    for pair in found.pairs {
      let residual = trueResidual(a, pair.value, pair.vector)
      #expect(residual <= pair.errorBound + 1e-13 * scale)
      #expect(
        pair.isConverged
          == (pair.residual <= max(1e-10 * abs(pair.value), 64 * .ulpOfOne * found.operatorNorm)))
    }
    return found.pairs.count(where: \.isConverged)
  }

  @Test(arguments: SpectrumShape.allCases, SpectrumEnd.allCases)
  func fullMemoryFindsAnyNumberOfPairs(_ shape: SpectrumShape, _ end: SpectrumEnd) throws {
    for (n, count) in [(1, 1), (2, 1), (2, 2), (9, 4), (40, 1), (40, 7), (40, 40)] {
      let a = KnownSpectrum(shape.eigenvalues(n))
      let found = try extremeEigenpairs(of: a, end, count: count)
      #expect(found.pairs.count == count)
      #expect(found.isConverged)
      #expect(found.products <= n + 1)
      check(found, a, ordered(a.eigenvalues, end))
    }
  }

  @Test(arguments: SpectrumShape.allCases, SpectrumEnd.allCases)
  func boundedMemoryAgreesWithTheDenseSpectrum(_ shape: SpectrumShape, _ end: SpectrumEnd) throws {
    let a = KnownSpectrum(shape.eigenvalues(150))
    let dense = ordered(try denseSpectrum(of: a).eigenvalues, end)
    for count in [1, 5] {
      let found = try extremeEigenpairs(
        of: a, end, count: count,
        options: options {
          $0.basisSize = 30; $0.maxProducts = 3000
        })
      let converged = check(found, a, dense)
      // 1e-10 under 100 is beyond thirty vectors; what matters is that it is not called converged.
      let isReachable = shape != .decades || end != .smallest
      #expect((converged == count && found.isConfirmed) == isReachable)
    }
  }

  @Test(arguments: 0..<300 as Range<UInt64>) func anySpectrumWithRepeatsComesBack(_ seed: UInt64)
    throws
  {
    var source = RandomSource(seed: seed, purpose: "spectra")
    let n = 1 + source.index(below: 60)
    let distinct = 1 + source.index(below: n)
    let a = KnownSpectrum(
      (0..<n).map { _ in Double(source.index(below: distinct)) - Double(distinct / 2) }, seed: seed)
    let end = SpectrumEnd.allCases[source.index(below: 3)]
    let count = 1 + source.index(below: min(n, 8))
    let found = try extremeEigenpairs(
      of: a, end, count: count,
      options: options {
        $0.basisSize = min(n, 2 * count + 10 + source.index(below: 10))
        $0.seed = seed
        $0.maxProducts = 5000
        $0.start = (0..<source.index(below: 4)).map { _ in
          source.index(below: 2) == 0
            ? a.eigenvector(source.index(below: n)) : (0..<n).map { _ in source.normal() }
        }
      })
    #expect((found.pairs.count, found.isConverged) == (count, true))
    // By rank, as k and −k are equally large in magnitude.
    let right = ordered(a.eigenvalues, end).map(end.rank)
    for (pair, right) in zip(found.pairs, right) {
      #expect(abs(end.rank(pair.value) - right) < 1e-10 * max(abs(right), 1))
      #expect(trueResidual(a, pair.value, pair.vector) < 1e-8)
    }
    #expect(orthogonalityDefect(found.pairs.map(\.vector)) < 1e-12)
  }

  @Test func multiplicitiesComeOutRight() throws {
    // Four times 7, twice 5, under which a bulk that one vector's Krylov space never exhausts.
    let n = 500
    let bulk = (0..<n - 6).map { Double($0) / Double(n) }
    let a = KnownSpectrum(bulk + [5, 5, 7, 7, 7, 7])
    for (count, right) in [(1, [7.0]), (3, [7, 7, 7]), (6, [7, 7, 7, 7, 5, 5])] {
      let found = try extremeEigenpairs(of: a, .largest, count: count)
      #expect(found.isConverged)
      #expect(check(found, a, right) == count)
    }
    let below = KnownSpectrum(bulk.map { $0 + 1 } + [-1, -1, -1, 9, 9, 9])
    let found = try extremeEigenpairs(of: below, .smallest, count: 4)
    #expect(check(found, below, [-1, -1, -1, 1]) == 4)
  }

  @Test(arguments: 0..<20) func aStartThatMissesTheTopIsFoundOut(_ seed: UInt64) throws {
    let n = 300
    let a = KnownSpectrum((0..<n - 2).map { Double($0) / Double(n) } + [3, 4], seed: seed)
    // Orthogonal to the eigenvectors of 3 and of 4.
    let start = (0..<40).map { a.eigenvector($0 * 7) }
      .reduce([Double](repeating: 0, count: n)) { zip($0, $1).map { $0 + $1 } }
    let found = try extremeEigenpairs(
      of: a, .largest, count: 2,
      options: options {
        $0.start = [start]; $0.seed = seed
      })
    #expect(check(found, a, [4, 3]) == 2)
  }

  @Test(arguments: 0..<5)
  func aTinyNegativeEigenvalueUnderALargeBulkIsNeverReportedWrong(_ seed: UInt64) throws {
    // −1e-6 below a bulk from 1e-3 to 1000: its gap is 1e-6 of the spectrum.
    let n = 400
    let bulk = (0..<n - 1).map { 1e-3 + 1000 * Double.pow(Double($0) / Double(n), 3) }
    let a = KnownSpectrum([-1e-6] + bulk, seed: seed)
    for limit in [30, 60, 100, 200, 399, 1000] {
      let found = try extremeEigenpairs(
        of: a, .smallest, count: 1,
        options: options {
          $0.maxProducts = limit; $0.basisSize = 60; $0.seed = seed
        })
      let pair = found.pairs[0]
      if pair.isConverged { #expect(abs(pair.value + 1e-6) < 1e-10) }
      if found.isConverged { #expect(pair.isConverged && pair.isSignCertain) }
      #expect(found.products <= limit + 10)
    }
    // With memory for it, as many products as dimensions settle it.
    let found = try extremeEigenpairs(
      of: a, .smallest, count: 1,
      options: options {
        $0.basisSize = n
        $0.seed = seed
      })
    #expect(found.isConverged && found.pairs[0].isSignCertain && found.products <= n)
    #expect(abs(found.pairs[0].value + 1e-6) < 1e-11)
  }

  @Test func productsInSinglePrecisionShowNoGhosts() throws {
    let n = 400
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(n))
    let right = ordered(a.eigenvalues, .largest)
    let found = try extremeEigenpairs(
      of: a.roundedToFloat, .largest, count: 8, options: options { $0.measuresResiduals = true })
    for (pair, right) in zip(found.pairs, right) {
      #expect(abs(pair.value - right) < 1e-5)
      #expect(abs(trueResidual(a.roundedToFloat, pair.value, pair.vector) - pair.residual) < 1e-12)
      // Rounding of products shows in the measured residual, and so in the label.
      #expect(!pair.isConverged)
    }
  }

  @Test func aConstantShiftMovesTheValuesAndLeavesTheVectors() throws {
    let n = 200
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(n))
    let shifted = DiagonallyShifted(a, by: [Double](repeating: 0.5, count: n))
    let p = try extremeEigenpairs(of: a, .largest, count: 4)
    let q = try extremeEigenpairs(of: shifted, .largest, count: 4)
    for (x, y) in zip(p.pairs, q.pairs) {
      #expect(abs(y.value - x.value - 0.5) < 1e-12)
      #expect(abs(dot(x.vector, y.vector) - 1) < 1e-12)
    }
    // Warm: the pairs cost a product each, and the rest only looks for others.
    let warm = try extremeEigenpairs(
      of: shifted, .largest, count: 4, options: options { $0.start = p.pairs.map(\.vector) })
    #expect(check(warm, shifted, q.pairs.map(\.value)) == 4)
    #expect(warm.products < q.products)
  }

  @Test func nearbyVectorsSaveProducts() throws {
    let n = 300
    let right = (0..<n).map { Double($0) / Double(n) }
    let a = KnownSpectrum(right)
    let cold = try extremeEigenpairs(of: a, .largest, count: 3)
    var source = RandomSource(seed: 8)
    let near = cold.pairs.map { pair in pair.vector.map { $0 + 1e-6 * source.normal() } }
    let warm = try extremeEigenpairs(
      of: a, .largest, count: 3, options: options { $0.start = near })
    check(warm, a, ordered(right, .largest))
    #expect(warm.isConverged && warm.products < cold.products)
  }

  @Test func everyVectorGivenAtOnceIsComplete() throws {
    let a = KnownSpectrum(SpectrumShape.spread.eigenvalues(6))
    let units = (0..<6).map { i in (0..<6).map { $0 == i ? 1.0 : 0 } }
    let found = try extremeEigenpairs(
      of: a, .largest, count: 2, options: options { $0.start = units + units })
    #expect(found.products == 6)
    #expect(check(found, a, ordered(a.eigenvalues, .largest)) == 2)
  }

  @Test func equalSeedsGiveEqualBitsAndOtherSeedsEqualValues() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(200))
    let first = try extremeEigenpairs(of: a, .largestMagnitude, count: 5)
    #expect(try extremeEigenpairs(of: a, .largestMagnitude, count: 5) == first)
    let other = try extremeEigenpairs(
      of: a, .largestMagnitude, count: 5, options: options { $0.seed = 1 })
    #expect(other != first)
    for (x, y) in zip(first.pairs, other.pairs) { #expect(abs(x.value - y.value) < 1e-12) }
  }

  @Test func stoppingEarlyKeepsWhatThereIs() throws {
    let a = KnownSpectrum((0..<300).map(Double.init))
    var told = 0
    let found = try extremeEigenpairs(of: a, .largest, count: 3) { products, _ in
      told = products
      return products < 20
    }
    #expect(20..<30 ~= told && found.products == told && found.pairs.count == 3)
    #expect(!found.isConverged && found.pairs.allSatisfy { !$0.isConverged })
    check(found, a, (0..<300).reversed().map(Double.init))
  }

  @Test func theImpossibleIsRefusedInOneLine() {
    let a = ClosureOperator(dimension: 3) { $0 }
    for count in [0, -1, 4, .max] {
      #expect(throws: SpectrumError.count(requested: count, dimension: 3)) {
        try extremeEigenpairs(of: a, .largest, count: count)
      }
    }
    #expect(throws: SpectrumError.count(requested: 1, dimension: 0)) {
      try extremeEigenpairs(of: ClosureOperator(dimension: 0) { $0 }, .largest, count: 1)
    }
    let nan = ClosureOperator(dimension: 3) { $0.map { $0 / 0 } }
    #expect(throws: SpectrumError.notFinite(what: "a product", index: 0)) {
      try extremeEigenpairs(of: nan, .smallest, count: 1)
    }
    for tolerance in [0, -1, Double.infinity] {
      #expect(throws: SpectrumError.notPositive(what: "the tolerance", found: tolerance)) {
        try extremeEigenpairs(
          of: a, .largest, count: 1, options: options { $0.tolerance = tolerance })
      }
    }
    #expect(throws: SpectrumError.length(of: "a vector to start from", found: 1, dimension: 3)) {
      try extremeEigenpairs(of: a, .largest, count: 1, options: options { $0.start = [[1]] })
    }
    let wide = ClosureOperator(dimension: 100) { $0 }
    #expect(throws: SpectrumError.tooFew(what: "basis vectors", found: 15, least: 20)) {
      try extremeEigenpairs(of: wide, .largest, count: 5, options: options { $0.basisSize = 15 })
    }
    let huge = ClosureOperator(dimension: 1_000_000_000_000) { $0 }
    let error = #expect(throws: SpectrumError.self) {
      try extremeEigenpairs(of: huge, .largest, count: 1)
    }
    #expect(error?.description.contains("MB allowed") == true)
    for case let error? in [error] { #expect(!error.description.contains("\n")) }
  }
}
