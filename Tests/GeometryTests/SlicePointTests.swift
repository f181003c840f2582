import Algebra
import Geometry
import Testing

@Suite struct SlicePointTests {
  func random(_ count: Int, seed: UInt64) -> [Double] {
    var source = RandomSource(seed: seed)
    return (0..<count).map { _ in source.normal() }
  }

  @Test func `Pythagoras holds for points off the slice`() throws {
    let slice = Slice(
      centre: Array(repeating: 0, count: 30), u: (0..<30).map { $0 == 3 ? 1 : 0 },
      v: (0..<30).map { $0 == 8 ? 1 : 0 })
    for seed in 3..<20 as Range<UInt64> {
      let w = random(30, seed: seed)
      let point = try #require(slice.projection(of: w))
      #expect(point.alpha == w[3] && point.beta == w[8])
      let square =
        point.alpha * point.alpha + point.beta * point.beta + point.offSlice * point.offSlice
      #expect(abs(square - dot(w, w)) < 1e-12 * dot(w, w))
    }
  }

  @Test func `On a skew slice the nearest point is found as well`() throws {
    let (u, v) = (random(9, seed: 1), random(9, seed: 2))
    let slice = Slice(centre: random(9, seed: 3), u: u, v: zip(u, v).map { 3 * $0 + 0.1 * $1 })
    let inside = slice.plane(Grid(alphas: [], betas: [])).point(1.5, -0.25)
    let point = try #require(slice.projection(of: inside))
    #expect(abs(point.alpha - 1.5) < 1e-9 && abs(point.beta + 0.25) < 1e-9)
    #expect(point.offSlice < 1e-12)
    let beside = try #require(slice.projection(of: random(9, seed: 4)))
    let foot = slice.plane(Grid(alphas: [], betas: [])).point(beside.alpha, beside.beta)
    let rest = zip(random(9, seed: 4), foot).map { $0 - $1 }
    #expect(abs(dot(rest, slice.u)) < 1e-9 && abs(dot(rest, slice.v)) < 1e-9)
    #expect(abs(norm(rest) - beside.offSlice) < 1e-12)
    #expect(Slice(centre: u, u: u, v: u).projection(of: v) == nil)
  }
}
