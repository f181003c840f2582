import Testing

@testable import Algebra

@Suite struct RandomSourceTests {
  @Test func equalSeedsGiveEqualStreams() {
    var a = RandomSource(seed: 7, purpose: "data")
    var b = RandomSource(seed: 7, purpose: "data")
    var c = RandomSource(seed: 7, purpose: "weights")
    let first = (0..<10).map { _ in a.next() }
    #expect(first == (0..<10).map { _ in b.next() })
    #expect(first != (0..<10).map { _ in c.next() })
  }

  @Test func normalHasUnitMoments() {
    var source = RandomSource(seed: 1)
    let draws = (0..<100_000).map { _ in source.normal() }
    let mean = draws.reduce(0, +) / 100_000
    let square = draws.reduce(0) { $0 + $1 * $1 } / 100_000
    #expect(abs(mean) < 0.02)
    #expect(abs(square - 1) < 0.02)
  }

  @Test func permutationHoldsEveryIndexOnce() {
    var source = RandomSource(seed: 3)
    for count in [0, 1, 2, 3, 100] {
      #expect(source.permutation(count).sorted() == Array(0..<count))
    }
  }
}
