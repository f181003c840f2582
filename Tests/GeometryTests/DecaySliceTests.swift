import Algebra
import Geometry
import Testing

@Suite struct DecaySliceTests {
  func random(_ count: Int, seed: UInt64) -> [Double] {
    var source = RandomSource(seed: seed)
    return (0..<count).map { _ in source.normal() }
  }

  @Test(arguments: [2, 3, 50, 5000])
  func `Both ends and the origin lie in the slice, where the legend says`(_ n: Int) throws {
    let (first, last) = (random(n, seed: 1), random(n, seed: 2).map { 0.1 * $0 })
    let made = try DecaySlice(through: [first, random(n, seed: 3), last], seed: 0)
    let slice = made.slice
    #expect(made.span == .ends)
    #expect(abs(slice.uNorm - 1) < 1e-14 && abs(slice.vNorm - 1) < 1e-14)
    #expect(abs(slice.cosine ?? 1) < 1e-14)
    let a = try #require(slice.projection(of: first))
    #expect(abs(a.alpha - norm(first)) < 1e-12 * norm(first))
    #expect(abs(a.beta) < 1e-12 * norm(first) && a.offSlice < 1e-12 * norm(first))
    let b = try #require(slice.projection(of: last))
    #expect(b.beta > 0 && b.offSlice < 1e-12 * norm(first))
    let square = b.alpha * b.alpha + b.beta * b.beta
    #expect(abs(square.squareRoot() - norm(last)) < 1e-12)
    #expect(abs(b.alpha - dot(first, last) / norm(first)) < 1e-12)
    let origin = try #require(slice.projection(of: Array(repeating: 0, count: n)))
    #expect(origin.alpha == 0 && origin.beta == 0 && origin.offSlice == 0)
  }

  @Test func `The penalty's contours are circles around the origin`() throws {
    let made = try DecaySlice(through: [random(40, seed: 1), random(40, seed: 2)], seed: 0)
    let penalty = Penalty(mask: Array(repeating: 1, count: 40))
    let form = penalty.quadratic(centre: made.slice.centre, u: made.slice.u, v: made.slice.v)
    for (value, right) in zip(form.coefficients, [0.0, 0, 0, 1, 0, 1]) {
      #expect(abs(value - right) < 1e-14)
    }
  }

  @Test func `Where both ends lie on a line the path's middle gives the plane`() throws {
    let first = random(20, seed: 1)
    let middle = zip(first, random(20, seed: 2)).map { 0.5 * $0 + 0.2 * $1 }
    let near = zip(first, random(20, seed: 3)).map { 0.4 * $0 + 0.01 * $1 }
    for factor in [0.3, -0.3, 1, 0] {
      let last = first.map { factor * $0 }
      let made = try DecaySlice(through: [first, near, middle, last], seed: 0)
      #expect(made.span == .path)
      let point = try #require(made.slice.projection(of: middle))
      #expect(point.beta > 0 && point.offSlice < 1e-12)
      #expect(try #require(made.slice.projection(of: near)).offSlice > 1e-3)
    }
  }

  @Test func `Where the path lies on a line a random direction of the seed is drawn`() throws {
    let first = random(20, seed: 1)
    let path = [first, first.map { $0 / 2 }]
    let made = try DecaySlice(through: path, seed: 5)
    let (same, other) = (
      try DecaySlice(through: path, seed: 5), try DecaySlice(through: path, seed: 6)
    )
    #expect(made.span == .random && made == same && made != other)
    #expect(abs(made.slice.cosine ?? 1) < 1e-14 && abs(made.slice.vNorm - 1) < 1e-14)
    #expect(try DecaySlice(through: [first], seed: 5) == made)
    // A minimiser at the origin leaves its direction to the other.
    let from = try DecaySlice(through: [first.map { 0 * $0 }, first], seed: 5)
    #expect(from == made)
  }

  @Test func `A frame holds all points and the origin, to one scale`() throws {
    let made = try DecaySlice(through: [[3, 0, 0], [1, 1, 0]], seed: 0)
    let points = [[3.0, 0, 0], [2, 0.5, 1], [1, 1, 0]].compactMap(made.slice.projection)
    let (alpha, beta) = made.slice.frame(points)
    for point in points {
      #expect(alpha.contains(point.alpha) && beta.contains(point.beta))
    }
    #expect(alpha.contains(0) && beta.contains(0))
    #expect(abs(alpha.lowerBound + 0.45) < 1e-12 && abs(alpha.upperBound - 3.45) < 1e-12)
    // α spans 3, so β gets 1.5, and 0.45 of room on each side.
    #expect(abs(beta.upperBound - beta.lowerBound - 2.4) < 1e-12)
    #expect(abs(beta.upperBound + beta.lowerBound - 1) < 1e-12)
    let nothing = made.slice.frame([])
    #expect(nothing.alpha == -1...1 && nothing.beta == -1...1)
  }

  @Test func `What gives no plane is refused with the reason`() {
    func error(_ path: [[Double]]) -> DecaySliceError? {
      do {
        _ = try DecaySlice(through: path, seed: 0)
        return nil
      } catch { return error }
    }
    #expect(error([]) == .noPoints)
    #expect(error([[1, 2], [1]]) == .lengths)
    #expect(error([[1], [2]]) == .tooFewParameters(1))
    #expect(error([[1, .nan], [2, 1]]) == .notFinite)
    #expect(error([[0, 0], [1, 1], [0, 0]]) == .atOrigin)
    #expect(DecaySliceError.atOrigin.description.contains("smaller λ"))
  }
}
