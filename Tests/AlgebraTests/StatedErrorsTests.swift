import RealModule
import Testing

@testable import Algebra

/// Whether errors that are stated hold: in nine of ten cases at least.
@Suite struct StatedErrorsTests {
  /// Spectra as networks have them: a few eigenvalues stand out, a bulk around 0 whose lower edge is
  /// dense, and many zeros.
  private static func spectrum(_ number: Int) -> [Double] {
    var source = RandomSource(seed: UInt64(number), purpose: "spectrum")
    let n = 120 + 20 * number
    let outliers = (0..<3 + number % 5).map { Double(1 << $0) * (0.1 + 0.1 * source.uniform()) }
    let edge = 0.002 * Double(1 + number)
    return (0..<n).map { i -> Double in
      if i < outliers.count { return outliers[i] }
      if i.isMultiple(of: 4) { return 0 }
      // Denser toward the edge.
      let u = source.uniform()
      return edge * (3 * u * u - 1)
    }.sorted()
  }

  private static let networks = 0..<10
  private static let seeds = 0..<4 as Range<UInt64>

  /// In how many of the cases something holds.
  private func share(
    _ holds: (_ spectrum: [Double], _ a: KnownSpectrum, _ seed: UInt64) throws -> Bool
  ) rethrows -> Double {
    var count = 0
    for number in Self.networks {
      let values = Self.spectrum(number)
      for seed in Self.seeds {
        if try holds(values, KnownSpectrum(values, seed: seed), seed) { count += 1 }
      }
    }
    return Double(count) / Double(Self.networks.count * Self.seeds.count)
  }

  @Test func endsLieWithinTheirErrorsThoughProductsAreRounded() throws {
    let share = try share { values, a, seed in
      var options = SpectrumEndsOptions()
      options.seed = seed
      let found = try spectrumEnds(of: a.roundedToFloat, measuredBy: a, options: options)
      #expect(found.lowest.isConverged && found.highest.isConverged)
      return abs(found.lowest.value - values[0]) <= found.lowest.error
        && abs(found.highest.value - values[values.count - 1]) <= found.highest.error
    }
    #expect(share >= 0.9)
  }

  @Test(arguments: [1e-1, 1e-2, 1e-3])
  func effectiveParametersLieWithinTheirErrors(_ lambda: Double) throws {
    let share = try share { values, a, seed in
      let right = effectiveParameters(SpectralMeasure(eigenvalues: values), lambda: lambda).value
      let measure = try spectralQuadrature(of: a, probes: 4, steps: 60, seed: seed)
      let found = effectiveParameters(measure, lambda: lambda)
      let error = try #require(found.error)
      return abs(found.value - right) <= error
    }
    #expect(share >= 0.9)
  }

  @Test func tracesLieWithinTheirErrors() throws {
    let share = try share { values, a, seed in
      let found = try hutchPlusPlusTrace(of: a, products: 48, seed: seed)
      let error = try #require(found.error)
      return abs(found.value - values.reduce(0, +)) <= error
    }
    #expect(share >= 0.9)
  }

  @Test func aWholeSpectrumHasNoError() {
    let found = effectiveParameters(
      SpectralQuadrature(wholeSpectrum: [1e-17, 1, 3]), lambda: 1)
    #expect(found.value == 1.25 && found.error == 0 && found.standardError == 0)
    // What rounding made of a zero is one.
    #expect(
      effectiveParameters(SpectralQuadrature(wholeSpectrum: [1e-17, 1]), lambda: 0).value == 1)
  }

  @Test func quantilesAreThoseOfTheTables() {
    for (degrees, right) in [
      (1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (9, 2.262), (15, 2.131), (100, 1.984),
    ] {
      #expect(abs(studentQuantile(degrees: degrees) - right) <= 0.01 * right)
    }
    #expect(intervalError(nil, probes: 1) == nil)
    #expect(intervalError(0, probes: 1) == 0)
  }
}
