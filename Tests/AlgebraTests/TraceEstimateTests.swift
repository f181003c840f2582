import RealModule
import Testing

@testable import Algebra

@Suite struct TraceEstimateTests {
  func sum(_ values: [Double]) -> Double { values.reduce(0, +) }

  @Test(arguments: SpectrumShape.allCases) func oneProbeIsExactForADiagonal(_ shape: SpectrumShape)
    throws
  {
    let a = KnownSpectrum(shape.eigenvalues(70), reflections: 0)
    let found = try hutchinsonTrace(of: a, probes: 1, seed: 3)
    #expect(abs(found.value - sum(a.eigenvalues)) <= 1e-14 * sum(a.eigenvalues.map(abs)))
    #expect(found.standardError == nil && found.probes == 1 && found.products == 1)
    let three = try hutchinsonTrace(of: a, probes: 3, seed: 3)
    #expect(three.standardError ?? 1 <= 1e-14 * sum(a.eigenvalues.map(abs)))
  }

  @Test(arguments: SpectrumShape.allCases) func errorsKeepToWhatIsStated(_ shape: SpectrumShape)
    throws
  {
    let a = KnownSpectrum(shape.eigenvalues(60))
    let right = sum(a.eigenvalues)
    let rounding = 1e-12 * sum(a.eigenvalues.map(abs))
    var (plain, plus) = (0, 0)
    for seed in 0..<100 as Range<UInt64> {
      let hutchinson = try hutchinsonTrace(of: a, probes: 20, seed: seed)
      let sketched = try hutchPlusPlusTrace(of: a, products: 60, seed: seed)
      #expect(sketched.products <= 60)
      if abs(hutchinson.value - right) <= 2 * (hutchinson.standardError ?? 0) + rounding {
        plain += 1
      }
      if abs(sketched.value - right) <= 2 * (sketched.standardError ?? 0) + rounding { plus += 1 }
    }
    #expect(plain >= 90)
    #expect(plus >= 90)
  }

  @Test func hutchinsonsErrorHasItsClosedForm() throws {
    // Var zᵀAz = 2·Σᵢ≠ⱼ aᵢⱼ²; for all ones off the diagonal of a 10 × 10 matrix, 180.
    let ones = ClosureOperator(dimension: 10) { x in
      let total = x.reduce(0, +)
      return x.map { total - $0 }
    }
    let found = try hutchinsonTrace(of: ones, probes: 40_000, seed: 1)
    let deviation = (found.standardError ?? 0) * 200
    #expect(abs(deviation * deviation - 180) < 8)
    #expect(abs(found.value) < 4 * (found.standardError ?? 0))
  }

  @Test func hutchPlusPlusWinsWhereFewEigenvaluesDominate() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(1000))
    let right = sum(a.eigenvalues)
    var (plain, plus) = (0.0, 0.0)
    for seed in 0..<10 as Range<UInt64> {
      plain += abs(try hutchinsonTrace(of: a, probes: 99, seed: seed).value - right) / right / 10
      plus +=
        abs(try hutchPlusPlusTrace(of: a, products: 99, seed: seed).value - right) / right / 10
    }
    #expect(plus < plain / 10)
    #expect(plus < 1e-3)
  }

  @Test func enoughProductsAreExact() throws {
    let a = KnownSpectrum(SpectrumShape.spread.eigenvalues(12))
    let found = try hutchPlusPlusTrace(of: a, products: 90, seed: 0)
    #expect(abs(found.value - sum(a.eigenvalues)) < 1e-12)
    #expect(found.standardError == 0 && found.probes == 0 && found.products == 12)
    // Rank 2: the basis holds all that the operator does, and nothing is left to estimate.
    let low = KnownSpectrum([Double](repeating: 0, count: 48) + [2, 5])
    let rank = try hutchPlusPlusTrace(of: low, products: 30, seed: 0)
    #expect(abs(rank.value - 7) < 1e-12 && rank.standardError ?? 1 < 1e-12)
  }

  @Test func threadsAndPrefixesDoNotChangeProbes() throws {
    let a = wishart(samples: 30, dimension: 40, seed: 2)
    let one = try hutchinsonTrace(of: a, probes: 30, seed: 5)
    let plus = try hutchPlusPlusTrace(of: a, products: 45, seed: 5)
    for threads in [2, 5] {
      #expect(try hutchinsonTrace(of: a, probes: 30, seed: 5, threads: threads) == one)
      #expect(try hutchPlusPlusTrace(of: a, products: 45, seed: 5, threads: threads) == plus)
    }
    #expect(try hutchinsonTrace(of: a, probes: 30, seed: 6) != one)
    #expect(
      rademacher(10, seed: 1, probe: 4) == Array(rademacher(100, seed: 1, probe: 4).prefix(10)))
    #expect(Set(rademacher(200, seed: 1, probe: 0)) == [-1, 1])
  }

  @Test func tooLittleIsRefused() {
    let a = ClosureOperator(dimension: 4) { $0 }
    #expect(throws: SpectrumError.tooFew(what: "probes", found: 0, least: 1)) {
      try hutchinsonTrace(of: a, probes: 0, seed: 0)
    }
    #expect(throws: SpectrumError.tooFew(what: "products", found: 2, least: 3)) {
      try hutchPlusPlusTrace(of: a, products: 2, seed: 0)
    }
    let nan = ClosureOperator(dimension: 4) { _ in [0, .nan, 0, 0] }
    #expect(throws: SpectrumError.notFinite(what: "a product", index: 1)) {
      try hutchPlusPlusTrace(of: nan, products: 6, seed: 0, threads: 2)
    }
  }
}
