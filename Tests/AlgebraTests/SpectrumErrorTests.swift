import Testing

@testable import Algebra

@Suite struct SpectrumErrorTests {
  @Test(arguments: [
    (SpectrumError.count(requested: 0, dimension: 3), "ask for 1 to 3"),
    (.count(requested: 1, dimension: 0), "the operator has no dimensions"),
    (.tooFew(what: "probes", found: 0, least: 1), "0 probes are too few: ask for at least 1"),
    (.tooLarge(dimension: 6000, limit: 5000, bytes: 288_000_001), "needs 289 MB"),
    (.memory(vectors: 5, dimension: 7, limit: 4_000_000_000), "the 4000 MB allowed"),
    (.length(of: "a product", found: 2, dimension: 3), "a product has 2 numbers"),
    (.notFinite(what: "a product", index: 4), "a product holds NaN or infinity at index 4"),
    (.overflow, "scale the operator down"),
    (.zeroStart, "give one with a direction"),
    (.notPositive(what: "the width", found: -1), "the width is -1.0"),
    (.noConvergence(routine: "implicit QL", info: 3), "did not converge at eigenvalue 4"),
    (
      .wrongSpectrum(what: "the sum of the eigenvalues", found: 1, right: 2),
      "a dense spectrum is wrong: the sum of the eigenvalues is 1.0, where the matrix says 2.0"
    ),
  ])
  func eachSaysInOneLineWhatWasFoundAndWhatToDo(_ error: SpectrumError, _ part: String) {
    #expect(error.description.contains(part))
    #expect(!error.description.contains("\n"))
  }

  @Test(arguments: [0, 1, 7, 8, 9, 16, 100]) func anyPlaceOfANaNIsFound(_ count: Int) throws {
    let a = ClosureOperator(dimension: count) { $0 }
    let x = (0..<count).map { Double($0) - 1e300 }
    try a.check(x, "x")
    for index in 0..<count {
      for bad in [Double.nan, .infinity, -.infinity] {
        var y = x
        y[index] = bad
        #expect(throws: SpectrumError.notFinite(what: "x", index: index)) { try a.check(y, "x") }
      }
    }
  }
}
