import Kernels

/// The windows of a convolution or a pooling over one or two dimensions: which positions each result
/// reads.
///
/// Positions are counted row by row. What is asked for is the same for every channel, so it is worked
/// out once, as *runs*: neighbours in a row whose windows differ only by their place. Padding is not
/// read: windows at the edges have fewer taps.
struct Windows: Sendable {
  /// What makes windows, for each dimension.
  struct Axis: Sendable, Equatable {
    /// How many positions there are to read.
    var size: Int
    var kernel: Int
    var stride: Int
    var dilation: Int
    /// The padding before the first position and after the last.
    var padding: (before: Int, after: Int)
    /// Whether a last window may begin where it does not end within the padding.
    var ceiling = false

    /// How many windows there are; none or fewer where the kernel is wider than what it reads.
    var results: Int {
      let room = size + padding.before + padding.after - dilation * (kernel - 1) - 1
      guard room >= 0 else { return 0 }
      guard ceiling else { return room / stride + 1 }
      let count = (room + stride - 1) / stride + 1
      // As PyTorch has it, the last window begins within the input or the padding before it.
      return (count - 1) * stride >= size + padding.before ? count - 1 : count
    }

    static func == (a: Axis, b: Axis) -> Bool {
      (a.size, a.kernel, a.stride, a.dilation) == (b.size, b.kernel, b.stride, b.dilation)
        && a.padding == b.padding && a.ceiling == b.ceiling
    }
  }

  /// Which weight each tap is multiplied by.
  enum Weights {
    /// The kernel's own, one for each place in the window.
    case kernel
    /// The reciprocal of the number of the window's places: n for 1/n.
    case reciprocals(countsPadding: Bool)
  }

  /// The most places of a window, and the most windows: a picture of 4096 × 4096.
  static let placeLimit = 1 << 24
  /// The most numbers that all windows read of one channel: 11 × 11 places over 1024 × 1024 positions.
  static let readLimit = 1 << 27

  /// The results' shape, of one or two dimensions.
  let shape: [Int]
  /// How many positions are read from, and how many results there are.
  let sources: Int
  let results: Int
  /// How many places a window has.
  let places: Int
  /// From each result to what it reads.
  let forward: WindowTable
  /// From each position to the results that read it: the transpose.
  let backward: WindowTable
  /// Whether a window reads nothing but padding.
  let hasEmptyWindows: Bool

  /// Works the windows out.
  ///
  /// - Parameters:
  ///   - axes: One or two dimensions, each with at least one result.
  ///   - weights: What the taps are multiplied by.
  init(_ axes: [Axis], weights: Weights) {
    let trivial = Axis(size: 1, kernel: 1, stride: 1, dilation: 1, padding: (0, 0))
    let (y, x) = axes.count > 1 ? (axes[0], axes[1]) : (trivial, axes[0])
    shape = axes.map(\.results)
    sources = y.size * x.size
    results = y.results * x.results
    places = y.kernel * x.kernel
    func weight(_ a: AxisTap, _ b: AxisTap) -> Int {
      switch weights {
      case .kernel: a.place * x.kernel + b.place
      case .reciprocals(true): a.padded * b.padded
      case .reciprocals(false): a.inside * b.inside
      }
    }
    forward = WindowTable(
      rows: (0..<y.results).map(y.taps(ofResult:)), columns: x.forwardRuns, width: x.results,
      sourceWidth: x.size, resultStep: 1, sourceStep: x.stride, weight: weight)
    backward = WindowTable(
      rows: (0..<y.size).map(y.taps(ofSource:)), columns: x.backwardRuns, width: x.size,
      sourceWidth: x.results, resultStep: x.stride, sourceStep: 1, weight: weight)
    hasEmptyWindows = forward.runs.contains { $0.taps == 0 }
  }
}

/// Windows as the kernels read them.
struct WindowTable: Sendable {
  private(set) var runs: [kernel_run] = []
  private(set) var taps: [kernel_tap] = []
  let resultStep: Int
  let sourceStep: Int

  /// Joins the taps of a row's windows with those of each run of columns.
  fileprivate init(
    rows: [[AxisTap]], columns: [AxisRun], width: Int, sourceWidth: Int, resultStep: Int,
    sourceStep: Int, weight: (AxisTap, AxisTap) -> Int
  ) {
    self.resultStep = resultStep
    self.sourceStep = sourceStep
    for (index, row) in rows.enumerated() {
      for run in columns {
        let first = taps.count
        for a in row {
          for b in run.taps {
            taps.append(
              kernel_tap(
                place: Int32(a.source * sourceWidth + b.source), weight: Int32(weight(a, b))))
          }
        }
        runs.append(
          kernel_run(
            first: Int32(index * width + run.first), count: Int32(run.count),
            first_tap: Int32(first), taps: Int32(taps.count - first)))
      }
    }
  }

  /// Lends the table to a kernel.
  func withWindows<R>(_ body: (UnsafePointer<kernel_windows>) -> R) -> R {
    runs.withUnsafeBufferPointer { runs in
      taps.withUnsafeBufferPointer { taps in
        var windows = kernel_windows(
          runs: runs.baseAddress, run_count: runs.count, taps: taps.baseAddress,
          result_step: resultStep, source_step: sourceStep)
        return withUnsafePointer(to: &windows, body)
      }
    }
  }
}

/// One place of a window along one dimension.
private struct AxisTap: Equatable {
  /// Which place of the window it is.
  var place: Int
  /// Where it reads.
  var source: Int
  /// How many places of the window there are up to the padding's end, and within the input.
  var padded: Int
  var inside: Int
}

/// Windows side by side along one dimension that differ only by their place.
private struct AxisRun {
  var first: Int
  var count: Int
  /// Of the first window.
  var taps: [AxisTap]
}

extension Windows.Axis {
  /// What a result reads.
  fileprivate func taps(ofResult result: Int) -> [AxisTap] {
    let start = result * stride - padding.before
    return places(from: start, in: 0..<size).map { tap(result, $0, source: start + $0 * dilation) }
  }

  /// Which results read a position: the taps have the results as their sources.
  fileprivate func taps(ofSource position: Int) -> [AxisTap] {
    let end = position + padding.before
    // A place p is one of result r where end - p · dilation = r · stride.
    let first = max(0, (end - (results - 1) * stride + dilation - 1) / dilation)
    let last = min(kernel - 1, end / dilation)
    guard first <= last else { return [] }
    return (first...last).compactMap { place in
      let (result, rest) = (end - place * dilation).quotientAndRemainder(dividingBy: stride)
      guard rest == 0, result < results else { return nil }
      return tap(result, place, source: result)
    }
  }

  private func tap(_ result: Int, _ place: Int, source: Int) -> AxisTap {
    let start = result * stride - padding.before
    return AxisTap(
      place: place, source: source,
      padded: places(from: start, in: -padding.before..<size + padding.after).count,
      inside: places(from: start, in: 0..<size).count)
  }

  /// The places of a window that lie within some positions.
  private func places(from start: Int, in range: Range<Int>) -> Range<Int> {
    func first(from bound: Int) -> Int {
      min(max(0, (bound - start + dilation - 1) / dilation), kernel)
    }
    let lower = first(from: range.lowerBound)
    return lower..<max(lower, first(from: range.upperBound))
  }

  fileprivate var forwardRuns: [AxisRun] {
    runs(0..<results, every: 1, sourceStep: stride, taps(ofResult:))
  }

  fileprivate var backwardRuns: [AxisRun] {
    (0..<min(stride, size)).flatMap { first in
      runs(first..<size, every: stride, sourceStep: 1, taps(ofSource:))
    }
  }

  private func runs(
    _ positions: Range<Int>, every step: Int, sourceStep: Int, _ taps: (Int) -> [AxisTap]
  ) -> [AxisRun] {
    var runs: [AxisRun] = []
    for position in Swift.stride(from: positions.lowerBound, to: positions.upperBound, by: step) {
      let here = taps(position)
      if let last = runs.last {
        let expected = last.taps.map { tap in
          var tap = tap
          tap.source += last.count * sourceStep
          return tap
        }
        if expected == here {
          runs[runs.count - 1].count += 1
          continue
        }
      }
      runs.append(AxisRun(first: position, count: 1, taps: here))
    }
    return runs
  }
}
