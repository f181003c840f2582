import Testing

@testable import Algebra

@Suite struct VectorsTests {
  @Test func smallTermsSurviveLargeOnes() {
    var sum = CompensatedSum()
    for term in [1, 1e100, 1, -1e100] { sum.add(term) }
    #expect(sum.value == 2)
  }

  @Test func tenthsAddUpToTheNearestNumber() {
    var sum = CompensatedSum()
    for _ in 0..<1_000_000 { sum.add(0.1) }
    // A million times the number nearest to 0.1 is 100000.0000000000055….
    #expect(sum.value == 100_000)
  }

  @Test func whatIsNotFiniteStaysSo() {
    func sum(_ terms: Double...) -> Double {
      terms.reduce(into: CompensatedSum()) { $0.add($1) }.value
    }
    #expect(sum() == 0)
    #expect(sum(1, .infinity, 1) == .infinity)
    #expect(sum(1, -.infinity, 1e300) == -.infinity)
    #expect(sum(.infinity, -.infinity).isNaN)
    #expect(sum(1, .nan, 1).isNaN)
    #expect(sum(1e308, 1e308) == .infinity)
  }

  @Test func innerProductsOfWholeNumbersAreExact() {
    let a = (1...100).map(Double.init)
    #expect(dot(a, a) == 338_350)
    #expect(dot(a, a, weights: a) == 25_502_500)
    #expect(norm([3, 4]) == 5)
    #expect(dot([], []) == 0)
  }

  @Test func cancellationCostsNoMoreThanTheProductsRounding() {
    #expect(dot([1e17, 1, -1e17], [1, 1, 1]) == 1)
  }

  @Test func whatWeighsNothingDoesNotCount() {
    #expect(dot([.nan, 2], [1, 3], weights: [0, 1]) == 6)
  }
}
