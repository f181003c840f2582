import Testing

@testable import Algebra

@Suite struct SpectrumCheckTests {
  private let matrix: [Double] = [2, 1, 0, 1, 2, 1, 0, 1, 2]
  private var right: [Double] { [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()] }

  @Test func aRightSpectrumPasses() throws {
    let check = SpectrumCheck(matrix, dimension: 3)
    try check.verify(right)
    try check.verifyPairs(HouseholderReduction(of: matrix, dimension: 3), right)
  }

  @Test func aWrongSumIsFoundOut() {
    let check = SpectrumCheck(matrix, dimension: 3)
    let error = #expect(throws: SpectrumError.self) {
      try check.verify([right[0], right[1], right[2] + 1e-9])
    }
    #expect(error?.description.contains("the sum of the eigenvalues") == true)
  }

  @Test func aWrongSumOfSquaresIsFoundOut() {
    let check = SpectrumCheck(matrix, dimension: 3)
    let error = #expect(throws: SpectrumError.self) {
      try check.verify([right[0] + 1e-9, right[1], right[2] - 1e-9])
    }
    #expect(error?.description.contains("the sum of their squares") == true)
  }

  @Test func aWrongEigenvalueIsFoundOut() {
    let check = SpectrumCheck(matrix, dimension: 3)
    let error = #expect(throws: SpectrumError.self) {
      try check.verifyPairs(
        HouseholderReduction(of: matrix, dimension: 3), [right[0], 1.9, right[2]])
    }
    #expect(error?.description.contains("the residual of eigenvalue 2") == true)
  }

  @Test(arguments: SpectrumShape.allCases) func standardShapesPass(_ shape: SpectrumShape) throws {
    for n in [1, 2, 31, 64] {
      let found = try denseSpectrum(of: KnownSpectrum(shape.eigenvalues(n)))
      #expect(found.eigenvalues.count == n)
    }
  }
}
