import RealModule
import Testing

@testable import Algebra

@Suite struct MINRESTests {
  func randomVector(_ n: Int) -> [Double] {
    var source = RandomSource(seed: 13)
    return (0..<n).map { _ in source.normal() }
  }

  @Test func singularSystemsWithASolutionAreSolved() {
    let a = KnownSpectrum([0, 0, 0] + (1...30).map(Double.init) + [-2])
    let b = a.apply(to: randomVector(34))
    let found = minres(a, b)
    #expect(found.outcome == .converged)
    // Of least length: nothing of the null space is in it.
    for i in 0..<3 { #expect(abs(dot(found.solution, a.eigenvector(i))) < 1e-9) }
  }

  @Test func singularSystemsWithoutOneGiveLeastSquares() {
    let a = KnownSpectrum([0, 0] + (1...20).map(Double.init) + [-2])
    let b = randomVector(23)
    let found = minres(a, b)
    #expect(found.outcome == .leastSquares)
    // The residual is b's part in the null space, which A sends to 0.
    let rest = (0..<2).map { dot(b, a.eigenvector($0)) }
    #expect(abs(found.relativeResidual - norm(rest) / norm(b)) < 1e-9)
    let residual = zip(b, a.apply(to: found.solution)).map { $0 - $1 }
    #expect(norm(a.apply(to: residual)) < 1e-8)
    let zero = minres(ClosureOperator(dimension: 3) { $0.map { _ in 0 } }, [1, 2, 3])
    #expect(zero.outcome == .leastSquares && zero.solution == [0, 0, 0])
    #expect(zero.relativeResidual == 1)
  }

  @Test func theResidualNeverGrows() {
    let a = KnownSpectrum((0..<200).map { Double.exp(-0.1 * Double($0)) * ($0 % 7 == 0 ? -1 : 1) })
    let b = randomVector(200)
    var last = 1.0
    for limit in 1...30 {
      let residual = minres(a, b, maxIterations: limit).relativeResidual
      #expect(residual <= last * (1 + 1e-12))
      last = residual
    }
  }
}
