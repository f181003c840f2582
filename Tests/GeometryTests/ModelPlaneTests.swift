import Algebra
import Geometry
import Testing

@Suite struct ModelPlaneTests {
  private func draw(_ count: Int, _ source: inout RandomSource) -> [Double] {
    (0..<count).map { _ in source.normal() }
  }

  @Test func `Of a right triangle the legs are the coordinates`() throws {
    // Legs of 3 and 4 from the first model, along axes 0 and 2.
    let plane = try #require(Slice.through([1, 1, 1], [4, 1, 1], [1, 1, 5]))
    #expect(plane == Slice(centre: [1, 1, 1], u: [1, 0, 0], v: [0, 0, 1]))
    #expect(plane.projection(of: [4, 1, 1]) == SlicePoint(alpha: 3, beta: 0, offSlice: 0))
    #expect(plane.projection(of: [1, 1, 5]) == SlicePoint(alpha: 0, beta: 4, offSlice: 0))
    #expect(plane.projection(of: [1, 3, 1])?.offSlice == 2)
  }

  @Test(arguments: [3, 50, 4000])
  func `Distances in the plane of three models are those of weight space`(_ n: Int) throws {
    var source = RandomSource(seed: 1)
    let models = (0..<3).map { _ in draw(n, &source) }
    let plane = try #require(Slice.through(models[0], models[1], models[2]))
    let places = try models.map { try #require(plane.projection(of: $0)) }
    for (a, p) in zip(models, places) {
      #expect(p.offSlice < 1e-12 * norm(a))
      for (b, q) in zip(models, places) {
        let right = norm(zip(a, b).map { $0 - $1 })
        #expect(abs(norm([p.alpha - q.alpha, p.beta - q.beta]) - right) <= 1e-13 * norm(a))
      }
    }
    #expect(abs(places[1].beta) < 1e-12 && places[1].alpha > 0 && places[2].beta > 0)
  }

  @Test func `Three models on a line, or two that are the same, have no plane of their own`() {
    let (a, b) = ([1.0, 2, 3], [2.0, 4, 6])
    #expect(Slice.through(a, b, [0, 0, 0]) == nil)
    #expect(Slice.through(a, b, b) == nil)
    #expect(Slice.through(a, a, b) == nil)
    #expect(Slice.through(a, a, a) == nil)
    #expect(Slice.through(a, b, [1, .nan, 3]) == nil)
    #expect(Slice.through(a, a, along: b) == nil)
    #expect(Slice.through(a, b, along: [-1, -2, -3]) == nil)
    #expect(Slice.through(a, b, along: [0, 0, 0]) == nil)
  }

  @Test func `A line's models are at 0 and 1, and across it a unit is as long`() throws {
    var source = RandomSource(seed: 2)
    let (a, b) = (draw(40, &source), draw(40, &source))
    let plane = try #require(Slice.through(a, b, along: draw(40, &source)))
    let other = try #require(plane.projection(of: b))
    #expect(abs(other.alpha - 1) < 1e-14 && abs(other.beta) < 1e-14 && other.offSlice < 1e-13)
    #expect(abs(plane.vNorm / plane.uNorm - 1) < 1e-14)
    #expect(abs(try #require(plane.cosine)) < 1e-15)
  }

  /// A published tool divides by the norm: of a direction of length 5 its coordinates are five times
  /// too large.
  @Test func `A coordinate is the inner product over the square of the norm, not over the norm`()
    throws
  {
    let slice = Slice(centre: [1, 0, 0], u: [3, 4, 0], v: [0, 0, 0.1])
    let w = [1 + 2 * 3.0, 2 * 4.0, -0.3]
    let place = try #require(slice.projection(of: w))
    #expect(abs(place.alpha - 2) < 1e-15 && abs(place.beta + 3) < 1e-14 && place.offSlice < 1e-15)
    // Of oblique directions neither quotient is right; the point is.
    let oblique = Slice(centre: [0, 0, 0], u: [2, 0, 0], v: [1, 1, 0])
    let other = try #require(oblique.projection(of: [7, 3, 4]))
    #expect(abs(other.alpha - 2) < 1e-14 && abs(other.beta - 3) < 1e-14)
    #expect(abs(other.offSlice - 4) < 1e-14)
  }
}
