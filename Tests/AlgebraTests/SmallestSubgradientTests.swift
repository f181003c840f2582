import RealModule
import Testing

@testable import Algebra

@Suite struct SmallestSubgradientTests {
  @Test func theNearestPointOfASegmentOrATriangleIsFound() {
    // The foot of the perpendicular from the origin; a corner where that lies outside.
    let foot = smallestCombination([[1, 2], [1, -3]])
    #expect(abs(foot[0] - 0.6) < 1e-12 && abs(foot[1] - 0.4) < 1e-12)
    #expect(smallestCombination([[1, 2], [2, 5]]) == [1, 0])
    let inside = smallestCombination([[3, 0], [-1, 2], [-1, -1]])
    let x = zip(inside, [3.0, -1, -1]).reduce(0) { $0 + $1.0 * $1.1 }
    let y = zip(inside, [0.0, 2, -1]).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(x) < 1e-2 && abs(y) < 1e-2 && abs(inside.reduce(0, +) - 1) < 1e-12)
    #expect(smallestCombination([[3, 4]]) == [1])
  }

  @Test func noVectorOfTheHullIsShorter() {
    // Wolfe's criterion: ⟨x, v⟩ ≥ ‖x‖² for every v, to the tolerance.
    var source = RandomSource(seed: 3)
    for count in [2, 5, 40] {
      let vectors = (0..<count).map { _ in (0..<20).map { _ in 0.3 + source.normal() } }
      let weights = smallestCombination(vectors)
      #expect(weights.allSatisfy { $0 >= 0 } && abs(weights.reduce(0, +) - 1) < 1e-12)
      var x = [Double](repeating: 0, count: 20)
      for (v, weight) in zip(vectors, weights) {
        for i in x.indices { x[i] += weight * v[i] }
      }
      for v in vectors { #expect(dot(x, v) >= dot(x, x) * (1 - 1e-5)) }
    }
  }

  @Test(arguments: [1, 3, 10]) func atACornerItVanishesWhereTheGradientDoesNot(_ dimension: Int) {
    let corner = ClosureObjective(dimension: dimension) { w in
      (w.reduce(0) { $0 + abs($1) }, w.map { $0 >= 0 ? 1 : -1 })
    }
    let w = [Double](repeating: 0, count: dimension)
    let found = smallestSubgradient(of: corner, at: w, radius: 1e-3)
    #expect((found?.norm ?? 1) < 1e-2)
    #expect(found?.gradientNorm == Double(dimension).squareRoot())
    #expect((found?.active ?? 0) > 1)
    // Beside the corner, and out of its reach.
    let beside = smallestSubgradient(
      of: corner, at: w.map { _ in 1 }, radius: 1e-3)
    #expect(abs((beside?.norm ?? 0) - Double(dimension).squareRoot()) < 1e-12)
  }

  @Test func aSlopeAlongTheKinkRemains() {
    // |x| + y/4: (0, ¼) is the shortest.
    let fold = ClosureObjective(dimension: 2) { w in
      (abs(w[0]) + w[1] / 4, [w[0] >= 0 ? 1 : -1, 0.25])
    }
    let found = smallestSubgradient(of: fold, at: [1e-9, 3], radius: 1e-6)
    #expect(abs((found?.norm ?? 0) - 0.25) < 1e-6)
    #expect(abs(found?.vector[0] ?? 1) < 1e-3)
  }

  @Test func onASmoothLossItIsTheGradient() {
    let bowl = Quadratic(diagonal: [1, 10, 100])
    let found = smallestSubgradient(of: bowl, at: [2, 2, 2], radius: 1e-6)
    let size = norm(bowl.valueAndGradient(at: [2, 2, 2]).gradient)
    #expect(abs((found?.norm ?? 0) - size) <= 1e-4)
    #expect((found?.norm ?? .infinity) <= size)
  }

  @Test func threadsAndRunsAgreeToTheBitAndNaNIsRefused() {
    let base = SoftmaxRegression(samples: 20, inputs: 3, classes: 3, seed: 1)
    let w = [Double](repeating: 0.2, count: base.dimension)
    let one = smallestSubgradient(of: base, at: w, radius: 0.5, samples: 30)
    #expect(one == smallestSubgradient(of: base, at: w, radius: 0.5, samples: 30, threads: 7))
    #expect(one != smallestSubgradient(of: base, at: w, radius: 0.5, samples: 30, seed: 1))
    let broken = ClosureObjective(dimension: 1) { w in (0, [w[0] > 0 ? .nan : 1]) }
    #expect(smallestSubgradient(of: broken, at: [0], radius: 1) == nil)
    #expect(smallestSubgradient(of: broken, at: [0], radius: 1, samples: 0)?.norm == 1)
  }
}
