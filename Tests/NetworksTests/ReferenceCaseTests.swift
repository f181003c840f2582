import Algebra
import Testing

@testable import Networks

@Suite struct ReferenceCaseTests {
  @Test(arguments: ReferenceCase.names)
  func surfaceAgreesInFloat64(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let grid = reference.grid
    let samples = reference.objective.sample(
      grid, rows: 0..<grid.betas.count, options: .init(precision: .float64, threads: 2)
    ) { _ in }
    let expected = reference.numbers("base")
    #expect(samples.losses.count == expected.count)
    for (found, right) in zip(samples.losses, expected) {
      #expect(abs(found - right) <= 1e-10 * abs(right))
    }
  }

  @Test(arguments: ReferenceCase.names)
  func surfaceAgreesInFloat32(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let grid = reference.grid
    let samples = reference.objective.sample(
      grid, rows: 0..<grid.betas.count, options: .init(precision: .float32, threads: 2)
    ) { _ in }
    for (found, right) in zip(samples.losses, reference.numbers("base")) {
      #expect(abs(found - right) <= 1e-5 * max(1, abs(right)))
    }
  }

  @Test(arguments: ReferenceCase.names)
  func penaltyCoefficientsAgree(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let found = reference.penalty.quadratic(
      centre: reference.centre, u: reference.u, v: reference.v)
    for (found, right) in zip(found.coefficients, reference.numbers("penalty")) {
      #expect(abs(found - right) <= 1e-12 * max(1, abs(right)))
    }
  }

  @Test(arguments: ReferenceCase.names)
  func centreLossAndGradientAgree(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let (value, gradient) = reference.objective.valueAndGradient(at: reference.centre)
    #expect(abs(value - reference.numbers("centre_loss")[0]) <= 1e-12 * max(1, value))
    let size = reference.numbers("grad_norm")[0]
    #expect(abs(norm(gradient) - size) <= 1e-8 * size)
  }

  @Test(arguments: ReferenceCase.names)
  func sliceHessianAgrees(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let hessian = reference.objective.hessian(at: reference.centre)
    let hu = hessian.apply(to: reference.u)
    let hv = hessian.apply(to: reference.v)
    let found = [
      dot(reference.u, hu), dot(reference.u, hv), dot(reference.v, hu), dot(reference.v, hv),
    ]
    for (found, right) in zip(found, reference.numbers("slice_hessian")) {
      #expect(abs(found - right) <= 1e-8 * max(1, abs(right)))
    }
  }

  @Test func traceOfSmallNetworksAgrees() throws {
    for name in ["gelu-regression", "tanh-2d"] {
      let reference = try ReferenceCase(name)
      let hessian = reference.objective.hessian(at: reference.centre)
      var trace = 0.0
      for i in 0..<hessian.dimension {
        var unit = [Double](repeating: 0, count: hessian.dimension)
        unit[i] = 1
        trace += hessian.apply(to: unit)[i]
      }
      #expect(abs(trace - reference.numbers("trace")[0]) <= 1e-10 * abs(trace))
    }
  }

  @Test(arguments: ["gelu-regression", "tanh-2d"])
  func wholeSpectrumAgrees(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let hessian = reference.objective.hessian(at: reference.centre)
    let found = try denseSpectrum(of: hessian).eigenvalues
    let expected = reference.numbers("spectrum")
    let size = expected.map(abs).max() ?? 0
    #expect(found.count == expected.count)
    for (found, right) in zip(found, expected) { #expect(abs(found - right) <= 1e-13 * size) }
  }

  @Test(arguments: ReferenceCase.names)
  func endsOfTheSpectrumAgreeByLanczos(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let hessian = reference.objective.hessian(at: reference.centre)
    for (end, key, count, tolerance) in [
      (SpectrumEnd.largest, "hessian_top", 10, 1e-8), (.smallest, "hessian_bottom", 5, 1e-6),
    ] {
      let found = try extremeEigenpairs(of: hessian, end, count: count)
      #expect(found.isConverged)
      for (pair, right) in zip(found.pairs, reference.numbers(key)) {
        #expect(abs(pair.value - right) <= tolerance * abs(right))
      }
    }
  }

  /// With every parameter penalised the spectrum shifts by λ; with kernels alone it does not.
  @Test func penaltyShiftsTheSpectrumOnlyWhereItCoversEverything() throws {
    let reference = try ReferenceCase("tanh-2d")
    let hessian = reference.objective.hessian(at: reference.centre)
    let base = try denseSpectrum(of: hessian).eigenvalues
    let lambda = 0.05
    func spectrum(_ mask: [Double]) throws -> [Double] {
      let penalised = PenalisedObjective(
        reference.objective, penalty: Penalty(mask: mask), lambda: lambda)
      return try denseSpectrum(of: penalised.hessian(at: reference.centre)).eigenvalues
    }
    let all = try spectrum(Array(repeating: 1, count: base.count))
    for (found, right) in zip(all, base) { #expect(abs(found - right - lambda) <= 1e-13) }
    var kernels = [Double](repeating: 0, count: base.count)
    for entry in reference.objective.network.layout.entries where entry.role == .kernel {
      for i in entry.range { kernels[i] = 1 }
    }
    let some = try spectrum(kernels)
    let worst = zip(some, base).map { abs($0 - $1 - lambda) }.max() ?? 0
    #expect(worst > 0.01 * lambda)
    // Each eigenvalue still rises by no more than λ, and none falls (Weyl).
    for (found, right) in zip(some, base) {
      #expect(found >= right - 1e-13 && found <= right + lambda + 1e-13)
    }
  }
}
