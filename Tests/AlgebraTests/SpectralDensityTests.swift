import RealModule
import Testing

@testable import Algebra

@Suite struct SpectralDensityTests {
  @Test(arguments: SpectrumShape.allCases, [1, 7, 200])
  func weightsAddUpToTheDimensionAndMomentsToTheProbes(_ shape: SpectrumShape, _ steps: Int) throws
  {
    let n = 64
    let a = KnownSpectrum(shape.eigenvalues(n))
    let scale = a.eigenvalues.reduce(1e-300) { max($0, abs($1)) }
    let quadrature = try spectralQuadrature(of: a, probes: 5, steps: steps, seed: 9)
    for probe in quadrature.probes {
      #expect(probe.nodes.count <= min(steps, n))
      #expect(probe.weights.allSatisfy { $0 >= 0 })
      #expect(abs(probe.sum { _ in 1 } - 64) < 1e-11)
    }
    #expect(quadrature.products == quadrature.probes.reduce(0) { $0 + $1.nodes.count })
    // With one seed the first moment is Hutchinson's estimate from the same probes.
    let trace = try hutchinsonTrace(of: a, probes: 5, seed: 9)
    let moment = quadrature.trace { $0 }
    #expect(abs(moment.value - trace.value) <= 1e-12 * scale * 64)
    #expect(abs((moment.standardError ?? 0) - (trace.standardError ?? 0)) <= 1e-12 * scale * 64)
  }

  @Test func momentsUpToTwiceTheStepsAreExact() throws {
    let a = KnownSpectrum((0..<50).map { Double($0) / 50 })
    let quadrature = try spectralQuadrature(of: a, probes: 1, steps: 4, seed: 2)
    let z = rademacher(50, seed: 2, probe: 0)
    var x = z
    for power in 0...9 {
      let direct = dot(z, x)
      let estimate = quadrature.probes[0].sum { node in Double.pow(node, power) }
      // 2·4 − 1 = 7: the eighth power is the first that is off.
      #expect((abs(estimate - direct) < 1e-12) == (power <= 7))
      x = a.apply(to: x)
    }
  }

  @Test(arguments: [SpectralVariable.eigenvalue, .asinh(scale: 0.01)])
  func theExactDensityLiesInTheBandNineTimesInTen(_ variable: SpectralVariable) throws {
    let n = 60
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(n))
    let width = variable == .eigenvalue ? 0.5 : 0.4
    let grid = variable.grid(covering: -0.01...16, width: width, count: 41)
    let right = try SpectralMeasure(eigenvalues: a.eigenvalues)
      .density(on: grid, width: width, variable: variable)
    let highest = right.values.max() ?? 0
    var (inside, all) = (0, 0)
    for seed in 0..<100 as Range<UInt64> {
      let found = try spectralQuadrature(of: a, probes: 20, steps: 40, seed: seed)
        .density(on: grid, width: width, variable: variable)
      for (i, error) in found.standardErrors.enumerated() where right.values[i] > 1e-6 * highest {
        all += 1
        if abs(found.values[i] - right.values[i]) <= 2 * error { inside += 1 }
      }
    }
    #expect(Double(inside) >= 0.9 * Double(all))
  }

  @Test(arguments: [SpectralVariable.eigenvalue, .asinh(scale: 0.05)], [0.02, 0.3])
  func densitiesIntegrateToOne(_ variable: SpectralVariable, _ width: Double) throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(80))
    let quadrature = try spectralQuadrature(of: a, probes: 3, steps: 40, seed: 1)
    let grid = variable.grid(covering: quadrature.range, width: width, count: 4001)
    let density = try quadrature.density(on: grid, width: width, variable: variable)
    #expect(abs(density.mass - 1) < 1e-5)
    #expect(density.values.allSatisfy { $0 >= 0 })
    let exact = try SpectralMeasure(eigenvalues: a.eigenvalues)
      .density(on: grid, width: width, variable: variable)
    #expect(abs(exact.mass - 1) < 1e-5)
    #expect(exact.standardErrors.allSatisfy { $0 == 0 })
    #expect(grid == grid.sorted())
  }

  @Test func aWishartMatrixFollowsMarchenkoAndPastur() throws {
    // n/s = 1/4: density 2/(πx)·√((9/4 − x)(x − 1/4)) between 1/4 and 9/4.
    let a = wishart(samples: 800, dimension: 200, seed: 4)
    let quadrature = try spectralQuadrature(of: a, probes: 10, steps: 40, seed: 0, threads: 2)
    let grid = (0..<9).map { 0.5 + 0.2 * Double($0) }
    let found = try quadrature.density(on: grid, width: 0.05)
    for (x, value) in zip(grid, found.values) {
      let law = 2 / (.pi * x) * Double.sqrt(max((2.25 - x) * (x - 0.25), 0))
      #expect(abs(value - law) < 0.1)
    }
    #expect(abs(quadrature.range.lowerBound - 0.25) < 0.05)
    #expect(abs(quadrature.range.upperBound - 2.25) < 0.1)
  }

  @Test func aShiftMovesNodesAndLeavesWeights() throws {
    let a = KnownSpectrum(SpectrumShape.spread.eigenvalues(40))
    let shifted = DiagonallyShifted(a, by: [Double](repeating: 2, count: 40))
    let p = try spectralQuadrature(of: a, probes: 2, steps: 10, seed: 3)
    let q = try spectralQuadrature(of: shifted, probes: 2, steps: 10, seed: 3)
    for (x, y) in zip(p.probes, q.probes) {
      for (x, y) in zip(x.nodes, y.nodes) { #expect(abs(y - x - 2) < 1e-11) }
      for (x, y) in zip(x.weights, y.weights) { #expect(abs(y - x) < 1e-9) }
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(90))
    let one = try spectralQuadrature(of: a, probes: 7, steps: 20, seed: 4)
    for threads in [2, 6] {
      #expect(try spectralQuadrature(of: a, probes: 7, steps: 20, seed: 4, threads: threads) == one)
    }
  }

  @Test func variablesInvert() {
    for variable in [SpectralVariable.eigenvalue, .asinh(scale: 0.01)] {
      for x in [-100, -0.01, 0, 1e-6, 3] {
        #expect(abs(variable.inverse(variable(x)) - x) <= 1e-13 * abs(x))
      }
    }
    #expect(
      SpectralVariable.eigenvalue.grid(covering: 0...1, width: 0.1, count: 3) == [-0.5, 0.5, 1.5])
  }

  @Test func whatCannotBeDoneIsRefused() throws {
    let a = ClosureOperator(dimension: 4) { $0 }
    #expect(throws: SpectrumError.tooFew(what: "probes", found: 0, least: 1)) {
      try spectralQuadrature(of: a, probes: 0, steps: 3, seed: 0)
    }
    #expect(throws: SpectrumError.tooFew(what: "Lanczos steps", found: 0, least: 1)) {
      try spectralQuadrature(of: a, probes: 1, steps: 0, seed: 0)
    }
    #expect(throws: SpectrumError.self) {
      try spectralQuadrature(of: ClosureOperator(dimension: 0) { $0 }, probes: 1, steps: 1, seed: 0)
    }
    let quadrature = try spectralQuadrature(of: a, probes: 1, steps: 3, seed: 0)
    for bad in [0, -1, Double.infinity] {
      #expect(throws: SpectrumError.notPositive(what: "the width", found: bad)) {
        try quadrature.density(on: [0, 1], width: bad)
      }
      #expect(throws: SpectrumError.notPositive(what: "the scale of asinh", found: bad)) {
        try quadrature.density(on: [0, 1], width: 1, variable: .asinh(scale: bad))
      }
    }
    #expect(try quadrature.density(on: [0, 1], width: 1).standardErrors.isEmpty)
  }
}
