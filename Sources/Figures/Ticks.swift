import Foundation

/// A labelled place on an axis.
public struct Tick: Hashable, Sendable, Codable {
  /// The value.
  public var value: Double
  /// Its label.
  public var label: RichText
}

/// Ticks inside a range by the extended Wilkinson search.
///
/// Every step is q × 10^z with q from 1, 5, 2, 2.5, 4, 3 (best first); the score is
/// 0.25 simplicity + 0.2 coverage + 0.5 density + 0.05 legibility, each at most 1. Talbot, Lin and
/// Hanrahan, "An Extension of Wilkinson's Algorithm for Positioning Tick Labels on Axes", IEEE TVCG
/// 2010. Here ticks never lie outside the range, so coverage only measures the ends left bare, and
/// every label is horizontal and of one size, so legibility is 1 throughout.
///
/// - Parameters:
///   - range: The values at the axis's ends.
///   - count: How many ticks are wanted; the result may differ by a few.
/// - Returns: Ticks in increasing order with the shortest exact labels, at least two where the
///   range has any width.
func ticks(in range: ClosedRange<Double>, count: Int) -> [Tick] {
  let (low, high) = (range.lowerBound, range.upperBound)
  let span = high - low
  guard span > 0, span.isFinite, count >= 2 else {
    return [Tick(value: low, label: RichText(number: low))]
  }
  // Steps as whole numbers of tenths.
  let steps = [10, 50, 20, 25, 40, 30]
  var best: (score: Double, first: Int, step: Int, count: Int, exponent: Int)?
  let slack = 1e-9 * span
  for skip in 1...3 {
    for (rank, q) in steps.enumerated() {
      for n in 2...min(8, count * 2) {
        let density = 1 - max(Double(n) / Double(count), Double(count) / Double(n)) + 1
        let ideal = span / Double(n + 1) / Double(skip * q)
        guard ideal > 1e-300 else { continue }  // too near to the least double to divide
        var exponent = Int(log10(ideal).rounded(.up))
        while exponent < 308 {
          let step = decimal(skip * q, exponent: exponent)
          guard step > 0, step * Double(n - 1) <= span + 2 * slack else { break }
          let unit = decimal(q, exponent: exponent)
          let from = ((low - slack) / unit).rounded(.up)
          let to = ((high + slack) / unit).rounded(.down) - Double((n - 1) * skip)
          guard abs(from) < 1e15, abs(to) < 1e15, from <= to, to - from < 1e4 else {
            exponent += 1
            continue
          }
          for start in Int(from)...Int(to) {
            let first = decimal(start * q, exponent: exponent)
            let last = decimal((start + (n - 1) * skip) * q, exponent: exponent)
            // 10, 20, 30 rather than 15, 25, 35.
            guard start % skip == 0 else { continue }
            let hasZero = first <= 0 && last >= 0
            let simplicity =
              1 - Double(rank) / Double(steps.count - 1) - Double(skip) + 1 + (hasZero ? 1 : 0)
            let bare = (pow(high - last, 2) + pow(first - low, 2)) / pow(0.1 * span, 2)
            let score =
              0.25 * simplicity + 0.2 * (1 - 0.5 * bare) + 0.5 * density + 0.05
            if score > best?.score ?? -.infinity {
              best = (score, start * q, skip * q, n, exponent)
            }
          }
          exponent += 1
        }
      }
    }
  }
  guard let best else { return [low, high].map { Tick(value: $0, label: RichText(number: $0)) } }
  let values = (0..<best.count).map {
    decimal(best.first + $0 * best.step, exponent: best.exponent)
  }
  return values.map { Tick(value: $0, label: RichText(number: $0, among: values)) }
}
