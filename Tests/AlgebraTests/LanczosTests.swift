import RealModule
import Testing

@testable import Algebra

@Suite struct LanczosTests {
  func randomVector(_ n: Int, seed: UInt64 = 3) -> [Double] {
    var source = RandomSource(seed: seed)
    return (0..<n).map { _ in source.normal() }
  }

  @Test(arguments: SpectrumShape.allCases, [1, 5, 60])
  func theFactorisationHolds(_ shape: SpectrumShape, _ steps: Int) throws {
    let n = 60
    let a = KnownSpectrum(shape.eigenvalues(n))
    let process = try lanczos(a, from: randomVector(n), steps: steps)
    let m = process.steps
    #expect(m <= steps)
    let v = (0..<m).map(process.vector)
    #expect(orthogonalityDefect(v) < 1e-13)
    let scale = max(process.operatorNorm, 1e-300)
    let (alpha, beta) = (process.tridiagonal.diagonal, process.tridiagonal.offDiagonal)
    for j in 0..<m {
      // A·vⱼ = βⱼ₋₁vⱼ₋₁ + αⱼvⱼ + βⱼvⱼ₊₁, the last term of the last row of length `remainder`.
      var row = a.apply(to: v[j])
      for i in 0..<n {
        row[i] -= alpha[j] * v[j][i]
        if j > 0 { row[i] -= beta[j - 1] * v[j - 1][i] }
        if j < m - 1 { row[i] -= beta[j] * v[j + 1][i] }
      }
      #expect(abs(norm(row) - (j == m - 1 ? process.remainder : 0)) < 1e-12 * scale)
    }
  }

  @Test func asManyStepsAsThereAreDistinctEigenvaluesExhaustTheSpace() throws {
    let a = KnownSpectrum(SpectrumShape.multiple.eigenvalues(40))
    let process = try lanczos(a, from: randomVector(40), steps: 40)
    #expect(process.isExhausted && process.steps == 4)
    for (value, right) in zip(try process.tridiagonal.eigenvalues(), [0.0, 1, 2, 3]) {
      #expect(abs(value - right) < 1e-13)
    }
    let identity = try lanczos(
      ClosureOperator(dimension: 9) { $0 }, from: randomVector(9), steps: 100)
    #expect(identity.steps == 1 && identity.isExhausted)
    let zero = try lanczos(
      ClosureOperator(dimension: 9) { $0.map { _ in 0 } }, from: randomVector(9), steps: 9)
    #expect(zero.steps == 1 && zero.isExhausted && zero.tridiagonal.diagonal == [0])
  }

  @Test(arguments: [false, true]) func twoHundredStepsShowNoGhosts(_ rounded: Bool) throws {
    let n = 400
    let right = SpectrumShape.network.eigenvalues(n)
    let a = KnownSpectrum(right)
    let process =
      rounded
      ? try lanczos(a.roundedToFloat, from: randomVector(n), steps: 200)
      : try lanczos(a, from: randomVector(n), steps: 200)
    #expect(process.steps == 200)
    #expect(orthogonalityDefect((0..<200).map(process.vector)) < 1e-13)
    let found = try process.tridiagonal.eigenvalues()
    // Each outlier once, whatever the rounding of the products.
    for value in right.suffix(6) {
      #expect(found.count { abs($0 - value) < 1e-4 * 16 } == 1)
    }
    #expect(found.count { $0 > 0.1 } == 6)
    for (value, right) in zip(found.suffix(6), right.suffix(6)) {
      #expect(abs(value - right) < (rounded ? 2e-5 : 1e-12))
    }
  }

  @Test func fewStepsFindTheTopOfANetworkLikeSpectrum() throws {
    let n = 1000
    let right = SpectrumShape.network.eigenvalues(n)
    let process = try lanczos(KnownSpectrum(right), from: randomVector(n), steps: 20)
    let found = try process.tridiagonal.eigenvalues()
    for (value, right) in zip(found.suffix(5), right.suffix(5)) {
      #expect(abs(value - right) < 1e-13 * right)
    }
  }

  @Test func aShiftMovesTheTridiagonalMatrixsDiagonalAlone() throws {
    let n = 50
    let a = KnownSpectrum(SpectrumShape.spread.eigenvalues(n))
    let shift = 0.75
    let shifted = DiagonallyShifted(a, by: [Double](repeating: shift, count: n))
    let start = randomVector(n)
    let (p, q) = (
      try lanczos(a, from: start, steps: 20), try lanczos(shifted, from: start, steps: 20)
    )
    for (x, y) in zip(p.tridiagonal.diagonal, q.tridiagonal.diagonal) {
      #expect(abs(y - x - shift) < 1e-12)
    }
    for (x, y) in zip(p.tridiagonal.offDiagonal, q.tridiagonal.offDiagonal) {
      #expect(abs(y - x) < 1e-12)
    }
  }

  @Test func whatCannotBeDoneIsRefused() {
    let a = ClosureOperator(dimension: 3) { $0 }
    #expect(throws: SpectrumError.zeroStart) { try lanczos(a, from: [0, 0, 0], steps: 2) }
    #expect(throws: SpectrumError.tooFew(what: "Lanczos steps", found: 0, least: 1)) {
      try lanczos(a, from: [1, 0, 0], steps: 0)
    }
    #expect(
      throws: SpectrumError.length(of: "the vector to start from", found: 2, dimension: 3)
    ) { try lanczos(a, from: [1, 0], steps: 2) }
    #expect(throws: SpectrumError.notFinite(what: "the vector to start from", index: 1)) {
      try lanczos(a, from: [1, .infinity, 0], steps: 2)
    }
    let nan = ClosureOperator(dimension: 3) { $0.map { _ in .nan } }
    #expect(throws: SpectrumError.notFinite(what: "a product", index: 0)) {
      try lanczos(nan, from: [1, 0, 0], steps: 2)
    }
    let huge = ClosureOperator(dimension: 3) { $0.map { $0 * 1e200 } }
    #expect(throws: SpectrumError.overflow) { try lanczos(huge, from: [1, 0, 0], steps: 2) }
  }
}
