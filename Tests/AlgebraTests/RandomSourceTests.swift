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

  @Test func bitsAreTheGeneratorsOwn() {
    // As the Rust crate rand_xoshiro gives them for `seed_from_u64(0)`.
    var source = RandomSource(seed: 0)
    #expect(
      (0..<3).map { _ in source.next() } == [
        5_987_356_902_031_041_503, 7_051_070_477_665_621_255, 6_633_766_593_972_829_180,
      ])
  }

  @Test func evenDrawsStayInTheirRangeAndFillIt() {
    var source = RandomSource(seed: 5)
    let draws = (0..<10_000).map { _ in source.uniform() }
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 && ($0 * 0x1p53).rounded() == $0 * 0x1p53 })
    #expect((draws.min() ?? 1) < 0.001 && (draws.max() ?? 0) > 0.999)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[source.index(below: 7)] += 1 }
    // Five standard deviations of a binomial draw.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 463 })
    #expect(source.index(below: 1) == 0)
  }
}
