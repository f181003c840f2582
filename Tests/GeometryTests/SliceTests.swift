import Algebra
import Geometry
import Testing

@Suite struct SliceTests {
  @Test(arguments: [(2, -1.0, 1.0), (3, -1, 1), (101, -1, 1), (7, -0.3, 0.3), (11, 0.1, 0.7)])
  func `A range's ends are met exactly`(count: Int, from: Double, to: Double) {
    let grid = Grid(alpha: from...to, columns: count, beta: (from - 1)...to, rows: count + 1)
    #expect(grid.alphas.count == count && grid.betas.count == count + 1)
    #expect(grid.alphas.first == from && grid.alphas.last == to)
    #expect(grid.betas.first == from - 1 && grid.betas.last == to)
    #expect(zip(grid.alphas, grid.alphas.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test(arguments: [3, 9, 51, 101, 1001])
  func `A symmetric range gives symmetric coordinates with an exact 0 between`(count: Int) {
    for half in [1, 0.1, 0.3, 7e-5, 3] {
      let alphas = Grid(alpha: -half...half, columns: count, beta: 0...1, rows: 2).alphas
      #expect(alphas[count / 2] == 0 && alphas[count / 2].sign == .plus)
      for i in alphas.indices { #expect(alphas[i] == -alphas[count - 1 - i] || alphas[i] == 0) }
    }
  }

  @Test func `Steps are even: every point where the formula puts it`() {
    let alphas = Grid(alpha: -1...2, columns: 31, beta: 0...1, rows: 2).alphas
    for (i, alpha) in alphas.enumerated() { #expect(abs(alpha - (-1 + 0.1 * Double(i))) < 1e-15) }
  }

  let slice = Slice(centre: [1, -2, 3], u: [2, 0, 1], v: [0, 1, -1])
  let matrix = [[4.0, 1, 0], [1, 3, -2], [0, -2, 5]]

  @Test func `The Hessian in the slice is UᵀHU, the metric UᵀU`() {
    let inSlice = slice.hessian(Matrix(rows: matrix))
    // By hand: Hu = (8, 0, 5), Hv = (1, 5, -7).
    #expect(inSlice == SymmetricMatrix2(xx: 21, xy: -5, yy: 12))
    #expect(slice.metric == SymmetricMatrix2(xx: 5, xy: -1, yy: 2))
    #expect(inSlice.determinant == 21 * 12 - 25)
    #expect(slice.uNorm == 5.0.squareRoot() && slice.vNorm == 2.0.squareRoot())
    #expect(abs((slice.cosine ?? 2) + 1 / 10.0.squareRoot()) < 1e-15)
  }

  @Test func `A direction without length has no cosine`() {
    #expect(Slice(centre: [0, 0], u: [0, 0], v: [1, 0]).cosine == nil)
  }

  @Test func `Eigenvalues in a metric solve det(A − μB) = 0`() throws {
    let (a, b) = (slice.hessian(Matrix(rows: matrix)), slice.metric)
    let (low, high) = try #require(a.eigenvalues(metric: b))
    #expect(low < high)
    for mu in [low, high] {
      let shifted = SymmetricMatrix2(
        xx: a.xx - mu * b.xx, xy: a.xy - mu * b.xy, yy: a.yy - mu * b.yy)
      #expect(abs(shifted.determinant) < 1e-12 * high * high)
    }
    // Trace and determinant of B⁻¹A.
    #expect(abs(low * high - a.determinant / b.determinant) < 1e-12)
    let trace = (a.xx * b.yy - 2 * a.xy * b.xy + a.yy * b.xx) / b.determinant
    #expect(abs(low + high - trace) < 1e-12)
  }

  @Test func `Curvature per unit length does not depend on the lengths of u and v`() throws {
    func curvature(_ s: Double, _ t: Double, _ shear: Double) -> (low: Double, high: Double)? {
      let v = zip(slice.u, slice.v).map { shear * $0 + t * $1 }
      let scaled = Slice(centre: slice.centre, u: slice.u.map { s * $0 }, v: v)
      return scaled.hessian(Matrix(rows: matrix)).eigenvalues(metric: scaled.metric)
    }
    let (low, high) = try #require(curvature(1, 1, 0))
    for (s, t, shear) in [(10, 0.1, 0), (-3, 7, 0), (1, 1, 5.0), (0.01, -20, -2)] {
      let other = try #require(curvature(s, t, shear))
      #expect(abs(other.low - low) < 1e-10 && abs(other.high - high) < 1e-10)
    }
  }

  @Test func `A penalty on all parameters lifts both eigenvalues by λ exactly`() throws {
    let lambda = 0.7
    let base = slice.hessian(Matrix(rows: matrix))
    let shifted = slice.hessian(
      DiagonallyShifted(Matrix(rows: matrix), by: Array(repeating: lambda, count: 3)))
    let (before, after) = (
      try #require(base.eigenvalues(metric: slice.metric)),
      try #require(shifted.eigenvalues(metric: slice.metric))
    )
    #expect(abs(after.low - before.low - lambda) < 1e-13)
    #expect(abs(after.high - before.high - lambda) < 1e-13)
  }

  @Test func `Parallel directions span no plane, and have no curvature in it`() {
    let flat = Slice(centre: [0, 0, 0], u: [1, 2, 3], v: [2, 4, 6])
    #expect(flat.hessian(Matrix(rows: matrix)).eigenvalues(metric: flat.metric) == nil)
  }

  @Test func `The point at (0, 0) is the centre to the bit`() {
    let plane = slice.plane(Grid(alphas: [0], betas: [0]))
    #expect(plane.point(0, 0) == slice.centre)
    #expect(plane.point(2, -1) == [5, -3, 6])
  }
}
