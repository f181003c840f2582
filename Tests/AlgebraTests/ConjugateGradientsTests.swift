import RealModule
import Testing

@testable import Algebra

@Suite struct ConjugateGradientsTests {
  func randomVector(_ n: Int) -> [Double] {
    var source = RandomSource(seed: 12)
    return (0..<n).map { _ in source.normal() }
  }

  @Test(arguments: [SpectrumShape.spread, .clustered, .constant], [1, 2, 50])
  func definiteSystemsAreSolvedByBoth(_ shape: SpectrumShape, _ n: Int) {
    let a = KnownSpectrum(shape.eigenvalues(n))
    let right = randomVector(n)
    let b = a.apply(to: right)
    for found in [conjugateGradients(a, b), minres(a, b)] {
      #expect(found.outcome == .converged)
      #expect(found.relativeResidual <= 1.01e-10)
      #expect(found.iterations <= n + 5)
      #expect(norm(zip(found.solution, right).map { $0 - $1 }) <= 1e-8 * norm(right))
    }
  }

  @Test func threeDistinctEigenvaluesTakeThreeSteps() {
    let a = KnownSpectrum((0..<60).map { [1.0, 2, 5][$0 % 3] })
    let b = randomVector(60)
    #expect(conjugateGradients(a, b).iterations == 3)
    #expect(minres(a, b).iterations == 3)
  }

  @Test func indefiniteSystemsAreFoundOutByOneAndSolvedByTheOther() {
    let a = KnownSpectrum([-3, -0.5] + (1...40).map(Double.init))
    let right = randomVector(42)
    let b = a.apply(to: right)
    let refused = conjugateGradients(a, b)
    #expect(refused.outcome == .indefinite)
    let found = minres(a, b)
    #expect(found.outcome == .converged)
    #expect(norm(zip(found.solution, right).map { $0 - $1 }) <= 1e-8 * norm(right))
    let negative = KnownSpectrum(SpectrumShape.negative.eigenvalues(20))
    #expect(conjugateGradients(negative, randomVector(20)).outcome == .indefinite)
    let zero = ClosureOperator(dimension: 1) { _ in [0] }
    #expect(conjugateGradients(zero, [1]).outcome == .indefinite)
    #expect(minres(negative, randomVector(20)).outcome == .converged)
  }

  @Test func limitsAreKeptAndSaid() {
    let a = KnownSpectrum((0..<200).map { Double.exp(-0.1 * Double($0)) })
    let b = randomVector(200)
    for found in [
      conjugateGradients(a, b, maxIterations: 7), minres(a, b, maxIterations: 7),
    ] {
      #expect(found.outcome == .outOfIterations && found.iterations == 7)
      #expect(found.relativeResidual > 1e-10)
    }
  }

  @Test func nothingIsSolvedByNothingAndNaNByNone() {
    let a = ClosureOperator(dimension: 2) { $0 }
    for found in [conjugateGradients(a, [0, 0]), minres(a, [0, 0])] {
      #expect(found.outcome == .converged && found.solution == [0, 0] && found.iterations == 0)
    }
    for found in [conjugateGradients(a, [.nan, 0]), minres(a, [.infinity, 0])] {
      #expect(found.outcome == .diverged)
    }
    let nan = ClosureOperator(dimension: 2) { _ in [.nan, .nan] }
    for found in [conjugateGradients(nan, [1, 0]), minres(nan, [1, 0])] {
      #expect(found.outcome == .diverged && found.solution == [0, 0])
    }
  }

  @Test func aMinimumMovesAsTheyPredict() {
    // ½(w − m)ᵀA(w − m) + (λ/2)‖w‖² has its minimum at (A + λ)⁻¹Am; dw/dλ = −(A + λ)⁻¹w.
    let a = KnownSpectrum(SpectrumShape.spread.eigenvalues(30))
    let target = a.apply(to: randomVector(30))
    func minimum(_ lambda: Double) -> [Double] {
      let shifted = DiagonallyShifted(a, by: [Double](repeating: lambda, count: 30))
      return conjugateGradients(shifted, target, tolerance: 1e-14).solution
    }
    let (before, after) = (minimum(0.999), minimum(1.001))
    let shifted = DiagonallyShifted(a, by: [Double](repeating: 1, count: 30))
    let slope = minres(shifted, minimum(1)).solution
    for i in 0..<30 { #expect(abs((after[i] - before[i]) / 0.002 + slope[i]) < 1e-6) }
  }
}
