import Foundation
import Testing

@testable import Figures

@Suite struct SweepPositionsTests {
  @Test func `a sweep begins and ends exactly where it is told to and never turns`() throws {
    let values = try sweepPositions(frames: 37, from: 1e-4, to: 0.3)
    #expect(values.count == 37)
    #expect(values.first == 1e-4 && values.last == 0.3)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    let falling = try sweepPositions(frames: 5, from: 10, to: 0.1)
    #expect(zip(falling, falling.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func `the middle frame is the geometric mean, and the ends are slow`() throws {
    let values = try sweepPositions(frames: 101, from: 1e-4, to: 1)
    #expect(abs(values[50] - 1e-2) < 1e-12)
    let steps = zip(values, values.dropFirst()).map { log($1 / $0) }
    // The curve's slope in its middle is 15/8 of the mean.
    #expect(abs(steps[50] / (log(1e4) / 100) - 15.0 / 8) < 0.01)
    #expect(steps[0] < 1e-3 * steps[50] && steps[99] < 1e-3 * steps[50])
  }

  @Test(arguments: [2, 3, 8, 9, 60])
  func `the way back has the values of the way there, bit for bit`(frames: Int) throws {
    let values = try sweepPositions(frames: frames, from: 1e-3, to: 2, returns: true)
    for index in 1..<frames { #expect(values[index] == values[frames - index]) }
    #expect(values[0] == 1e-3)
    // The frame after the last is the first: the loop has no frame twice.
    #expect(values[frames - 1] != values[0])
    if frames % 2 == 0 { #expect(values[frames / 2] == 2) }
  }

  @Test(arguments: [
    (1, 0.1, 1.0), (1_000_000, 0.1, 1), (10, 0, 1), (10, -1, 1), (10, 1, .infinity),
    (10, .nan, 1),
  ])
  func `ends without a logarithm and sweeps without steps are refused`(
    frames: Int, first: Double, last: Double
  ) {
    #expect(throws: FigureError.self) {
      try sweepPositions(frames: frames, from: first, to: last)
    }
  }
}
