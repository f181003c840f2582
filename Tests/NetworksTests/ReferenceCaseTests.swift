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
}
