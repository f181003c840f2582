import Foundation
import Testing

@testable import Figures

@Suite struct TicksTests {
  @Test func `the symmetric plane gets halves or wholes`() {
    #expect(ticks(in: -1...1, count: 5).map(\.label.plain) == ["−1", "−0.5", "0", "0.5", "1"])
    #expect(ticks(in: -1...1, count: 3).map(\.label.plain) == ["−1", "0", "1"])
  }

  @Test func `the published example comes out`() {
    #expect(
      ticks(in: 8.1...14.1, count: 4).map(\.value) == [9, 10, 11, 12, 13, 14]
        || ticks(in: 8.1...14.1, count: 4).map(\.value) == [10, 12, 14])
  }

  @Test func `ticks are nice, even, inside and few over many ranges`() {
    var random = TestFields.Seeded(state: 3)
    for _ in 0..<300 {
      let low = random.uniform(-5, 5) * pow(10, random.uniform(-6, 6))
      let span = pow(10, random.uniform(-6, 6))
      guard span > 1e-9 * abs(low) else { continue }
      let range = low...(low + span)
      let count = Int.random(in: 3...6, using: &random)
      let marks = ticks(in: range, count: count)
      #expect((2...8).contains(marks.count))
      let steps = zip(marks, marks.dropFirst()).map { $1.value - $0.value }
      for step in steps {
        #expect(abs(step - steps[0]) <= 1e-6 * abs(steps[0]) + 4 * abs(low).ulp)
        // 10, 20, 30, never 15, 25, 35; steps too small beside the values are not known so exactly.
        let first = marks[0].value / step
        if abs(first) < 1e6 { #expect(abs(first - first.rounded()) < 1e-3) }
      }
      for mark in marks {
        #expect(mark.value >= range.lowerBound - 1e-6 * span)
        #expect(mark.value <= range.upperBound + 1e-6 * span)
      }
    }
  }

  @Test func `labels never have trailing zeros or hyphens`() {
    for range in [-0.3...0.3, 0...100, -250...250, 0.001...0.009] {
      for mark in ticks(in: range, count: 5) {
        let text = mark.label.plain
        #expect(!text.contains("-"))
        #expect(!(text.contains(".") && text.hasSuffix("0")))
      }
    }
  }

  @Test(arguments: [
    0...0, 1e300...1.7e308, 0...Double.leastNonzeroMagnitude, 1e16...1e16 + 4, -1e-300...1e-300,
  ])
  func `extreme ranges still end`(range: ClosedRange<Double>) {
    #expect(!ticks(in: range, count: 5).isEmpty)
  }
}
