import RealModule
import Testing

@testable import Algebra

@Suite struct EffectiveParametersTests {
  @Test func aSpectrumByHand() {
    let found = effectiveParameters(SpectralMeasure(eigenvalues: [3, 1, 0, -1]), lambda: 1)
    #expect(found.value == 0.75 + 0.5)
    #expect(found.standardError == 0)
    #expect(found.negativeCount == 1)
    #expect(found.negativeShare == 0.2)
    #expect(found.shiftedNegativeCount == 0)
    #expect(found.conditionNumber == .infinity)
    let less = effectiveParameters(SpectralMeasure(eigenvalues: [3, 1, 0, -1]), lambda: 0.5)
    #expect(less.shiftedNegativeCount == 1)
    #expect(less.conditionNumber == 7)
  }

  @Test func withoutDecayTheRankIsCountedAndWithMuchNothing() {
    let spectrum = SpectralMeasure(eigenvalues: [5, 1e-3, 0, 0])
    #expect(effectiveParameters(spectrum, lambda: 0).value == 2)
    #expect(effectiveParameters(spectrum, lambda: 1e12).value < 1e-11)
    let zero = effectiveParameters(SpectralMeasure(eigenvalues: [0, 0]), lambda: 0)
    #expect(zero.value == 0 && zero.negativeShare == 0 && zero.conditionNumber == .infinity)
  }

  @Test func moreDecayLeavesFewer() {
    let spectrum = SpectralMeasure(eigenvalues: SpectrumShape.network.eigenvalues(50))
    let lambdas = [0, 1e-6, 1e-4, 1e-2, 1, 100]
    let values = lambdas.map { effectiveParameters(spectrum, lambda: $0).value }
    for (a, b) in zip(values, values.dropFirst()) { #expect(a > b) }
  }

  @Test func anEstimateLiesWithinItsErrorNineTimesInTen() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(40))
    let exact = effectiveParameters(SpectralMeasure(eigenvalues: a.eigenvalues), lambda: 1e-2)
    var inside = 0
    var bias = 0.0
    for seed in 0..<400 as Range<UInt64> {
      let quadrature = try spectralQuadrature(of: a, probes: 20, steps: 25, seed: seed)
      let found = effectiveParameters(quadrature, lambda: 1e-2)
      bias += found.value - exact.value
      if abs(found.value - exact.value) <= 2 * (found.standardError ?? 0) { inside += 1 }
      #expect(found.conditionNumber <= exact.conditionNumber * (1 + 1e-9))
      #expect(abs(found.negativeCount - exact.negativeCount) < 10)
    }
    // A sample of twenty lies within two standard errors 94 times in 100.
    #expect(inside >= 360 && abs(bias / 400) < 0.06)
  }
}
