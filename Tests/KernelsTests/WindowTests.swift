import Kernels
import Testing

/// The kernels over windows, against plain loops: one row of positions, with an edge, a run and a stride.
@Suite struct WindowTests {
  /// Windows of three places over nine positions, stride 2, padding 1, as they are after it: five
  /// results, the first and the last without the place that is padding.
  static let taps = [
    kernel_tap(place: 0, weight: 1), kernel_tap(place: 1, weight: 2),
    kernel_tap(place: 1, weight: 0), kernel_tap(place: 2, weight: 1),
    kernel_tap(place: 3, weight: 2),
    kernel_tap(place: 7, weight: 0), kernel_tap(place: 8, weight: 1),
  ]
  static let runs = [
    kernel_run(first: 0, count: 1, first_tap: 0, taps: 2),
    kernel_run(first: 1, count: 3, first_tap: 2, taps: 3),
    kernel_run(first: 4, count: 1, first_tap: 5, taps: 2),
  ]
  static let (sources, results, places) = (9, 5, 3)

  /// Which position a result's place reads, if it is not padding.
  static func source(_ result: Int, _ place: Int) -> Int? {
    let position = 2 * result - 1 + place
    return (0..<sources).contains(position) ? position : nil
  }

  static func withWindows(_ body: (UnsafePointer<kernel_windows>) -> Void) {
    runs.withUnsafeBufferPointer { runs in
      taps.withUnsafeBufferPointer { taps in
        var windows = kernel_windows(
          runs: runs.baseAddress, run_count: runs.count, taps: taps.baseAddress, result_step: 1,
          source_step: 2)
        withUnsafePointer(to: &windows, body)
      }
    }
  }

  @Test(arguments: instructionSets, [(1, 1), (3, 2), (8, 5), (19, 4)])
  func aConvolutionAgreesWithTheLoops(_ set: String, _ size: (rows: Int, channels: Int)) throws {
    let convolve = try #require(kernel_table_named_f64(set)?.pointee.convolve)
    let gradient = try #require(kernel_table_named_f64(set)?.pointee.convolve_weights)
    var numbers = Numbers(seed: 11)
    let (rows, channels) = size
    let (sources, results, places) = (Self.sources, Self.results, Self.places)
    for lanes in [16, 48] {
      let a: [Double] = numbers.array(rows * channels * places)
      let bias: [Double] = numbers.array(rows)
      let x: [Double] = numbers.array(channels * sources * lanes)
      let added: [Double] = numbers.array(rows * results * lanes)
      for f in [Function.named("identity"), .named("relu"), .named("tanh")] {
        var y = [Double](repeating: .nan, count: added.count)
        Self.withWindows {
          convolve(
            a, channels * places, places, bias, x, sources * lanes, $0, added, &y,
            results * lanes, rows, channels, lanes, f.code, 0)
        }
        var worst = 0.0
        for row in 0..<rows {
          for result in 0..<results {
            for lane in 0..<lanes {
              let to = (row * results + result) * lanes + lane
              var z = bias[row] + added[to]
              for channel in 0..<channels {
                for place in 0..<places {
                  guard let source = Self.source(result, place) else { continue }
                  z +=
                    a[(row * channels + channel) * places + place]
                    * x[(channel * sources + source) * lanes + lane]
                }
              }
              worst = max(worst, abs(f(z) - y[to]))
            }
          }
        }
        #expect(worst <= 1e-14, "\(f.name)")
      }

      let before: [Double] = numbers.array(a.count)
      var g = before
      Self.withWindows {
        gradient(
          added, results * lanes, x, sources * lanes, $0, &g, channels * places, places, rows,
          channels, lanes)
      }
      var worst = 0.0
      for row in 0..<rows {
        for channel in 0..<channels {
          for place in 0..<places {
            let index = (row * channels + channel) * places + place
            var sum = before[index]
            for result in 0..<results {
              guard let source = Self.source(result, place) else { continue }
              for lane in 0..<lanes {
                sum +=
                  added[(row * results + result) * lanes + lane]
                  * x[(channel * sources + source) * lanes + lane]
              }
            }
            worst = max(worst, abs(sum - g[index]))
          }
        }
      }
      #expect(worst <= 1e-12)
    }
  }

  @Test(arguments: instructionSets) func theMaximumIsTheFirstOfEqualsAndNaNWins(
    _ set: String
  ) throws {
    let table = try #require(kernel_table_named_f32(set)?.pointee)
    let maximum = try #require(table.pool_maximum)
    let choose = try #require(table.pool_choose)
    let giveBack = try #require(table.pool_return)
    var x = [Float](repeating: 0, count: Self.sources * 16)
    for position in 0..<Self.sources { for lane in 0..<16 { x[16 * position + lane] = -1 } }
    // Lane 0: all equal. Lane 1: the middle of window 2 is greatest. Lane 2: a NaN at position 5.
    x[16 * 4 + 1] = 3
    x[16 * 5 + 2] = .nan
    var y = [Float](repeating: 7, count: Self.results * 16)
    var choice = y
    Self.withWindows { maximum(x, 16 * Self.sources, $0, &y, &choice, 16 * Self.results, 1, 16) }
    func column(_ values: [Float], _ lane: Int) -> [Float] {
      stride(from: lane, to: values.count, by: 16).map { values[$0] }
    }
    #expect(column(y, 0) == [-1, -1, -1, -1, -1])
    #expect(column(choice, 0) == [1, 0, 0, 0, 0])
    #expect(column(y, 1) == [-1, -1, 3, -1, -1] && column(choice, 1) == [1, 0, 1, 0, 0])
    #expect(column(y, 2).map(\.isNaN) == [false, false, true, true, false])
    #expect(column(choice, 2) == [1, 0, 2, 0, 0])
    let positions = (0..<Self.sources * 16).map { Float($0 / 16) }
    Self.withWindows {
      choose(positions, 16 * Self.sources, $0, choice, &y, 16 * Self.results, 1, 16)
    }
    #expect(column(y, 1) == [0, 1, 4, 5, 7])
    var back = [Float](repeating: 1, count: x.count)
    let ones = [Float](repeating: 1, count: y.count)
    Self.withWindows {
      giveBack(ones, 16 * Self.results, $0, choice, &back, 16 * Self.sources, 1, 16)
    }
    #expect(column(back, 1) == [2, 2, 1, 1, 2, 2, 1, 2, 1])
  }
}
