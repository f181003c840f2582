import RealModule
import Testing

@testable import Algebra

@Suite struct TridiagonalTests {
  @Test(arguments: [1, 2, 3, 10, 57]) func secondDifferencesHaveTheirSineSpectrum(_ m: Int) throws {
    // 2 on the diagonal, −1 beside it: 4 sin²(kπ / 2(m + 1)).
    let matrix = Tridiagonal(
      diagonal: [Double](repeating: 2, count: m),
      offDiagonal: [Double](repeating: -1, count: m - 1))
    let right = (1...m).map { k in
      4 * Double.pow(Double.sin(Double(k) * .pi / Double(2 * (m + 1))), 2)
    }
    let system = try matrix.eigensystem()
    for (a, b) in zip(system.values, right) { #expect(abs(a - b) < 1e-14) }
    for (a, b) in zip(try matrix.eigenvalues(), right) { #expect(abs(a - b) < 1e-14) }
    #expect(orthogonalityDefect((0..<m).map(system.vector)) < 1e-13)
    for k in 0..<m {
      let v = system.vector(k)
      for i in 0..<m {
        let row = 2 * v[i] - (i > 0 ? v[i - 1] : 0) - (i < m - 1 ? v[i + 1] : 0)
        #expect(abs(row - system.values[k] * v[i]) < 1e-14)
      }
    }
  }

  @Test func anEmptyMatrixHasNoEigenvalues() throws {
    #expect(try Tridiagonal(diagonal: [], offDiagonal: []).eigensystem().values.isEmpty)
  }

  @Test func entriesThatAreNotNumbersAreRefused() {
    for bad in [Double.nan, .infinity] {
      #expect(throws: SpectrumError.notFinite(what: "a tridiagonal matrix", index: 1)) {
        try Tridiagonal(diagonal: [1, bad], offDiagonal: [0]).eigenvalues()
      }
      #expect(throws: SpectrumError.notFinite(what: "a tridiagonal matrix", index: 0)) {
        try Tridiagonal(diagonal: [1, 1], offDiagonal: [bad]).eigensystem()
      }
    }
  }
}
