import RealModule
import Testing

@testable import Algebra

@Suite struct DenseSpectrumTests {
  @Test(arguments: SpectrumShape.allCases, [1, 2, 17, 120])
  func knownSpectraComeBack(_ shape: SpectrumShape, _ n: Int) throws {
    let right = shape.eigenvalues(n)
    let a = KnownSpectrum(right)
    let scale = right.reduce(0) { max($0, abs($1)) }
    let found = try denseSpectrum(of: a, vectors: true, threads: 2)
    for (value, right) in zip(found.eigenvalues, right) {
      #expect(abs(value - right) <= 1e-14 * scale)
    }
    #expect(found.symmetryDefect < 1e-14)
    let vectors = (0..<n).map(found.system.vector)
    #expect(orthogonalityDefect(vectors) < 1e-12)
    for (value, vector) in zip(found.eigenvalues, vectors) {
      #expect(trueResidual(a, value, vector) <= 1e-13 * scale)
    }
    let valuesAlone = try denseSpectrum(of: a)
    #expect(valuesAlone.system.components.isEmpty)
    for (value, right) in zip(valuesAlone.eigenvalues, right) {
      #expect(abs(value - right) <= 1e-14 * scale)
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(100))
    let one = try denseSpectrum(of: a, vectors: true)
    for threads in [2, 3, 8] {
      #expect(try denseSpectrum(of: a, vectors: true, threads: threads) == one)
    }
  }

  @Test func aWishartMatrixKeepsToItsLaw() throws {
    // Marchenko and Pastur: within (1 ± √(n/s))², mean 1, mean square 1 + n/s.
    let (n, s) = (150, 600)
    let values = try denseSpectrum(of: wishart(samples: s, dimension: n, seed: 5)).eigenvalues
    let mean = values.reduce(0, +) / Double(n)
    let square = values.reduce(0) { $0 + $1 * $1 } / Double(n)
    #expect(abs(mean - 1) < 0.02)
    #expect(abs(square - 1.25) < 0.05)
    #expect(abs(values[0] - 0.25) < 0.05)
    #expect(abs(values[n - 1] - 2.25) < 0.1)
  }

  @Test func anAsymmetricOperatorIsFoundOut() throws {
    let rotation = ClosureOperator(dimension: 2) { [-$0[1], $0[0]] }
    #expect(try denseSpectrum(of: rotation).symmetryDefect == 2)
    let almost = ClosureOperator(dimension: 2) { [$0[0] + 0.25 * $0[1], 2 * $0[1]] }
    #expect(try denseSpectrum(of: almost).symmetryDefect == 0.125)
  }

  @Test func limitsAreStatedBeforeAnythingIsAllocated() throws {
    let huge = ClosureOperator(dimension: 1_000_000_000) { $0 }
    let error = #expect(throws: SpectrumError.self) { try denseSpectrum(of: huge) }
    #expect(error?.description.contains("above the limit of 5000") == true)
    #expect(throws: SpectrumError.self) { try denseSpectrum(of: huge, limit: .max) }
    let small = ClosureOperator(dimension: 11) { $0 }
    #expect(throws: SpectrumError.tooLarge(dimension: 11, limit: 10, bytes: 11 * 14 * 8)) {
      try denseSpectrum(of: small, limit: 10)
    }
    #expect(DenseCost(dimension: 5000, vectors: false).bytes < 210_000_000)
    let (few, many) = (
      DenseCost(dimension: 10, vectors: true), DenseCost(dimension: 20, vectors: true)
    )
    #expect(many.solverSeconds == 8 * few.solverSeconds)
    #expect(many.seconds(secondsPerProduct: 1, threads: 2) == 10 + many.solverSeconds)
  }

  @Test func productsThatAreNoVectorsAreRefused() {
    let nan = ClosureOperator(dimension: 20) { x in x.indices.map { $0 == 17 ? .nan : x[$0] } }
    #expect(throws: SpectrumError.notFinite(what: "a product", index: 17)) {
      try denseSpectrum(of: nan, threads: 2)
    }
    let short = ClosureOperator(dimension: 3) { Array($0.dropLast()) }
    #expect(throws: SpectrumError.length(of: "a product", found: 2, dimension: 3)) {
      try denseSpectrum(of: short)
    }
  }

  @Test func noDimensionsHaveNoSpectrum() throws {
    #expect(try denseSpectrum(of: ClosureOperator(dimension: 0) { $0 }).eigenvalues.isEmpty)
  }
}
