import Algebra
import Geometry
import RealModule
import Testing

@Suite struct SurfaceCurvatureTests {
  let orthonormal = SymmetricMatrix2(xx: 1, xy: 0, yy: 1)
  let grid = Grid(alpha: -1...1, columns: 41, beta: -1...1, rows: 31)

  func surface(
    on grid: Grid, penalty: [Double] = [0, 0, 0, 1, 0, 1], _ f: (Double, Double) -> Double
  ) -> Surface {
    Surface(
      grid: grid, base: grid.betas.flatMap { beta in grid.alphas.map { f($0, beta) } },
      penalty: PenaltyQuadratic(coefficients: penalty))
  }

  @Test(arguments: [(2.0, 0.5, 3.0), (1, 0, -4), (-1, 0.3, -2), (1, 1, 1)])
  func `A quadratic's curvature is exact at every λ`(a: Double, b: Double, c: Double) throws {
    let sampled = surface(on: grid) { (a * $0 * $0 + 2 * b * $0 * $1 + c * $1 * $1) / 2 }
    let curvature = try #require(SurfaceCurvature(sampled, metric: orthonormal))
    #expect(curvature.points.count == 39 * 29 && curvature.maskedCount == 0)
    let radius = ((a - c) * (a - c) / 4 + b * b).squareRoot()
    for lambda in [0, 0.5, 1, 3, 5] {
      let found = try #require(curvature.convexity(lambda: lambda, valueError: 1e-14))
      let (low, high) = ((a + c) / 2 - radius + lambda, (a + c) / 2 + radius + lambda)
      #expect(abs(found.lowest - low) < 1e-9 && abs(found.highest - high) < 1e-9)
      #expect(abs(found.gradientLipschitz - max(abs(low), abs(high))) < 1e-9)
      #expect(found.convexShare == (low >= -1e-12 ? 1 : 0))
    }
  }

  @Test func `The convex share of x³ + y² is a half, and grows with λ as it must`() throws {
    let fine = Grid(alpha: -1...1, columns: 201, beta: -1...1, rows: 5)
    let curvature = try #require(
      SurfaceCurvature(surface(on: fine) { $0 * $0 * $0 + $1 * $1 }, metric: orthonormal))
    // 6x + λ ≥ 0 from x = −λ/6 on; differences of a cubic are exact.
    for lambda in [0, 1.5, 3, 6] {
      let found = try #require(curvature.convexity(lambda: lambda, valueError: 1e-14))
      let expected = min((1 + lambda / 6) / 2, 1)
      #expect(abs(found.convexShare - expected) < 0.01)
      #expect(abs(found.lowest - (lambda - 6 * 0.99)) < 1e-8)
    }
  }

  @Test func `Of a saddle's points none is convex until λ reaches its depth`() throws {
    let curvature = try #require(
      SurfaceCurvature(surface(on: grid) { $0 * $0 - 3 * $1 * $1 / 2 }, metric: orthonormal))
    #expect(curvature.convexity(lambda: 2.99, valueError: 1e-14)?.convexShare == 0)
    let found = try #require(curvature.convexity(lambda: 3.0, valueError: 1e-12))
    #expect(found.convexShare == 1 && found.undecidedShare == 1)
    #expect(curvature.convexity(lambda: 3.01, valueError: 1e-14)?.convexShare == 1)
  }

  @Test func `The gradient of cos x + cos y turns no faster than 1`() throws {
    let wide = Grid(alpha: -6...6, columns: 241, beta: -6...6, rows: 241)
    let curvature = try #require(
      SurfaceCurvature(surface(on: wide) { Double.cos($0) + Double.cos($1) }, metric: orthonormal))
    let found = try #require(curvature.convexity(lambda: 0))
    #expect(abs(found.gradientLipschitz - 1) < 1e-3 && found.gradientLipschitz <= 1)
    // Convex where both cosines are negative: the square of the share of one axis.
    let share = Double(wide.alphas.dropFirst().dropLast().count { Double.cos($0) <= 0 }) / 239
    #expect(abs(found.convexShare - share * share) < 0.01)
  }

  @Test func `Curvature is by length in weight space, whatever the directions' lengths`() throws {
    // L = (3x² + y²)/2 on the slice of u = (4, 0), v = (1, 2).
    let (u, v) = ([4.0, 0], [1.0, 2])
    let slice = Slice(centre: [0.5, -1], u: u, v: v)
    let form = Penalty(mask: [1, 0]).quadratic(centre: slice.centre, u: u, v: v)
    let sampled = surface(on: grid, penalty: form.coefficients) { a, b in
      let w = slice.plane(grid).point(a, b)
      return (3 * w[0] * w[0] + w[1] * w[1]) / 2
    }
    let curvature = try #require(SurfaceCurvature(sampled, metric: slice.metric))
    for lambda in [0.0, 2] {
      let found = try #require(curvature.convexity(lambda: lambda))
      #expect(abs(found.lowest - 1) < 1e-8 && abs(found.highest - 3 - lambda) < 1e-8)
    }
  }

  @Test func `Noise of single precision leaves a bowl convex`() throws {
    let flat = surface(on: grid) { Double(Float(2.3 + 1e-5 * ($0 * $0 + $1 * $1))) }
    let curvature = try #require(SurfaceCurvature(flat, metric: orthonormal))
    #expect(curvature.convexity(lambda: 0)?.convexShare == 1)
    #expect((curvature.convexity(lambda: 0, valueError: 1e-15)?.convexShare ?? 1) < 1)
  }

  @Test func `Points beside a diverged one are masked`() throws {
    var sampled = surface(on: grid) { $0 * $0 + $1 * $1 }
    sampled.base[15 * 41 + 20] = .nan
    sampled.base[0] = .infinity
    let curvature = try #require(SurfaceCurvature(sampled, metric: orthonormal))
    #expect(curvature.maskedCount == 10 && curvature.points.count == 39 * 29 - 10)
    #expect(curvature.convexity(lambda: 0)?.convexShare == 1)
    sampled.base = sampled.base.map { _ in .nan }
    #expect(SurfaceCurvature(sampled, metric: orthonormal)?.convexity(lambda: 0) == nil)
  }

  @Test func `Uneven grids and slices that are no plane have no curvature`() {
    let uneven = Grid(alphas: [-1, 0, 0.1], betas: [-1, 0, 1])
    #expect(SurfaceCurvature(surface(on: uneven) { $0 + $1 }, metric: orthonormal) == nil)
    let small = Grid(alpha: -1...1, columns: 2, beta: -1...1, rows: 2)
    #expect(SurfaceCurvature(surface(on: small) { $0 + $1 }, metric: orthonormal) == nil)
    let line = SymmetricMatrix2(xx: 1, xy: 1, yy: 1)
    #expect(SurfaceCurvature(surface(on: grid) { $0 + $1 }, metric: line) == nil)
  }
}
