import Synchronization
import Testing

@testable import Algebra

@Suite struct ParallelTests {
  struct Refusal: Error, Equatable { var index: Int }

  @Test(arguments: [0, 1, 2, 5, 1000], [-1, 0, 1, 2, 7, 64])
  func resultsComeInOrder(_ count: Int, _ threads: Int) {
    let squares = concurrentMap(count, threads: threads) { $0 * $0 }
    #expect(squares == (0..<count).map { $0 * $0 })
  }

  @Test func aNegativeCountIsNone() {
    #expect(concurrentMap(-3, threads: 4) { $0 }.isEmpty)
  }

  @Test func optionalResultsAreKept() {
    let results = concurrentMap(10, threads: 3) { $0.isMultiple(of: 2) ? $0 : nil }
    #expect(results == (0..<10).map { $0.isMultiple(of: 2) ? $0 : nil })
  }

  @Test(arguments: [1, 2, 8]) func eachIndexIsDoneOnce(_ threads: Int) {
    let done = Mutex([Int](repeating: 0, count: 500))
    concurrently(500, threads: threads) { index in done.withLock { $0[index] += 1 } }
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: 500))
  }

  @Test(arguments: [1, 2, 8]) func anErrorIsThrownAndStopsWhatHasNotBegun(_ threads: Int) {
    let begun = Atomic(0)
    #expect(throws: Refusal(index: 3)) {
      try concurrently(100_000, threads: threads) { index throws(Refusal) in
        begun.add(1, ordering: .relaxed)
        if index == 3 { throw Refusal(index: index) }
      }
    }
    if threads == 1 { #expect(begun.load(ordering: .relaxed) == 4) }
    #expect(begun.load(ordering: .relaxed) < 100_000)
  }

  @Test func callsMayNest() {
    let sums = concurrentMap(8, threads: 4) { row in
      concurrentMap(100, threads: 4) { row * $0 }.reduce(0, +)
    }
    #expect(sums == (0..<8).map { $0 * 4950 })
  }
}
