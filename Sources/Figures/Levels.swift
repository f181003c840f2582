import Foundation

/// Which contours to draw.
public enum LevelsOption: Hashable, Sendable {
  /// Nice values, 6 to 14 of them, thinned where lines would crowd.
  case automatic
  /// Exactly these.
  case values([Double])

  /// The values from `lowest` in steps, below `highest`.
  ///
  /// These are the `vmin:vmax:vlevel` of Li and others 2018.
  ///
  /// - Parameters:
  ///   - lowest: The first level.
  ///   - highest: No level reaches it.
  ///   - step: The difference of neighbouring levels.
  /// - Returns: The levels as an explicit list.
  /// - Throws: `FigureError` if the step is not positive or there would be more than 200 levels.
  public static func steps(
    from lowest: Double, to highest: Double, by step: Double
  ) throws(FigureError) -> LevelsOption {
    let count = ((highest - lowest) / step).rounded(.up)
    guard step > 0, lowest < highest, count.isFinite, count <= Double(Levels.maximumCount) else {
      throw FigureError(
        "Levels \(lowest):\(highest):\(step) are unusable: give lowest < highest and a positive "
          + "step that makes at most \(Levels.maximumCount) levels.")
    }
    return .values((0..<Int(count)).map { lowest + Double($0) * step })
  }
}

/// Where contours lie, and the nice values on either side that end the colour bar.
struct Levels: Hashable, Sendable {
  /// More than these cannot be told apart.
  static let maximumCount = 200

  /// Increasing.
  var values: [Double]
  /// The nice value below the first level; nil if there is none (explicit levels, floor).
  var below: Double?
  /// The nice value above the last level; nil if there is none.
  var above: Double?
  /// Marked by wider lines: decades on a logarithmic scale, zero on others.
  var isIndex: [Bool]
  /// How the levels were spaced.
  var density = Density.other

  /// How levels were spaced.
  enum Density: Hashable, Sendable {
    /// Equal steps.
    case even
    /// 1, 2 and 5 of each decade.
    case oneTwoFive
    /// Anything else.
    case other
  }

  /// Sets of 6 to 14 nice levels inside a range, best first, each later one coarser.
  ///
  /// On a logarithmic scale 1-2-5 per decade is best whenever it fits; a finer set is for short
  /// ranges only.
  ///
  /// - Parameters:
  ///   - range: The values to show, of positive length.
  ///   - kind: The scale they are shown on.
  ///   - pictures: The values of each picture of a sweep, which shows but a part of the range: then up
  ///     to 30 levels, the best the finest of which each picture shows three to 14, or else the finest
  ///     of all.
  /// - Returns: At least one set, possibly of no level.
  static func candidates(
    in range: ClosedRange<Double>, kind: ScaleKind, pictures: [ClosedRange<Double>] = []
  ) -> [Levels] {
    guard pictures.isEmpty else {
      let sets = all(in: range, kind: kind, counts: 6...30)
      let best = sets.firstIndex { levels in
        pictures.allSatisfy { (3...14).contains(levels.values.count(where: $0.contains)) }
      }
      return sets.isEmpty ? [Levels(values: [], isIndex: [])] : Array(sets[(best ?? 0)...])
    }
    let sets = all(in: range, kind: kind, counts: 6...14)
    if let classic = sets.firstIndex(where: { $0.density == .oneTwoFive }) {
      return Array(sets[classic...])
    }
    // On even steps, nearest to ten first.
    let best = sets.indices.min { left, right in
      abs(sets[left].values.count - 10) < abs(sets[right].values.count - 10)
    }
    guard kind != .log || sets.first?.density == .even, let best else {
      return sets.isEmpty ? [Levels(values: [], isIndex: [])] : sets
    }
    return Array(sets[best...])
  }

  /// All sets of nice levels inside a range that have a number of levels, from the finest to the
  /// coarsest.
  ///
  /// On a range under a decade, and on scales that are not logarithmic, steps are 1, 2, 2.5 or
  /// 5 × 10^k.
  ///
  /// - Parameters:
  ///   - range: The values to show, of positive length.
  ///   - kind: The scale they are shown on.
  ///   - counts: How many levels a set may have.
  /// - Returns: The sets; none where doubles cannot tell so many values apart.
  static func all(
    in range: ClosedRange<Double>, kind: ScaleKind, counts: ClosedRange<Int>
  ) -> [Levels] {
    var sets: [Levels] = []
    switch kind {
    case .log where range.lowerBound > 0 && range.upperBound / range.lowerBound >= 10:
      let mantissas = [[10, 15, 20, 30, 50, 70], [10, 20, 50], [10, 30], [10]]
      sets = mantissas.map { logarithmic(in: range, mantissas: $0, decades: 1) }
      sets[1].density = .oneTwoFive
      for decades in [2, 3, 5, 10, 20, 25, 50, 100] {
        sets.append(logarithmic(in: range, mantissas: [10], decades: decades))
      }
    case .symlog(let threshold): sets = symmetric(in: range, threshold: threshold)
    default: break
    }
    sets = sets.filter { counts.contains($0.values.count) }
    return sets.isEmpty ? linear(in: range, counts: counts) : sets
  }

  /// Explicit levels, sorted, without doubles; powers of ten are index contours where the levels
  /// span two decades, as in levels chosen for a logarithmic scale.
  static func explicit(_ values: [Double]) throws(FigureError) -> Levels {
    guard values.count <= maximumCount else {
      throw FigureError("\(values.count) levels are too many: at most \(maximumCount) can be seen.")
    }
    if let bad = values.first(where: { !$0.isFinite }) {
      throw FigureError("A contour level is \(bad); levels must be finite.")
    }
    let unique = Set(values).sorted()
    let least = unique.first ?? 0
    let spansDecades = least > 0 && (unique.last ?? 0) / least >= 100
    let isPower = unique.map { spansDecades && DecimalNumber($0).digits == [1] }
    // Where every level is a power of ten none stands out.
    let isIndex = isPower.contains(false) ? isPower : unique.map { _ in false }
    return Levels(values: unique, isIndex: isIndex)
  }

  private static func logarithmic(
    in range: ClosedRange<Double>, mantissas: [Int], decades: Int
  ) -> Levels {
    let low = Int(log10(range.lowerBound).rounded(.down)) - 1
    let high = Int(log10(range.upperBound).rounded(.up)) + 1
    var marks: [(value: Double, isIndex: Bool)] = []
    var exponent = Int((Double(low) / Double(decades)).rounded(.down)) * decades
    while exponent <= high + decades {
      for mantissa in mantissas {
        let value = decimal(mantissa, exponent: exponent - 1)
        if value > 0, value.isFinite { marks.append((value, mantissa == 10)) }
      }
      exponent += decades
    }
    let inside = marks.filter { range.lowerBound < $0.value && $0.value < range.upperBound }
    return Levels(
      values: inside.map(\.value), below: marks.last { $0.value <= range.lowerBound }?.value,
      above: marks.first { $0.value >= range.upperBound }?.value,
      isIndex: inside.map { $0.isIndex && mantissas.count > 1 })
  }

  /// Steps 1, 2, 2.5, 5 × 10^k, from the finest to the coarsest; zero is marked.
  private static func linear(
    in range: ClosedRange<Double>, counts: ClosedRange<Int>
  ) -> [Levels] {
    let (low, high) = (range.lowerBound, range.upperBound)
    let quarter = high / 16 - low / 16  // the span itself may overflow
    guard quarter > 0 else { return [] }
    var sets: [Levels] = []
    let magnitude = Int(log10(quarter).rounded(.down))
    for exponent in (magnitude - 1)...(magnitude + 2) {
      for mantissa in [10, 20, 25, 50] {
        let step = decimal(mantissa, exponent: exponent - 1)
        let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
        // Beyond 2⁵³ steps from zero neighbouring levels are the same double.
        guard step > 0, abs(first) < 1e15, abs(last) < 1e15, last - first <= 17 else { continue }
        let marks = (Int(first)...Int(last)).map { decimal($0 * mantissa, exponent: exponent - 1) }
        let inside = marks.filter { low < $0 && $0 < high }
        guard counts.contains(inside.count) else { continue }
        sets.append(
          Levels(
            values: inside, below: marks.last { $0 <= low && $0.isFinite },
            above: marks.first { $0 >= high && $0.isFinite }, isIndex: inside.map { $0 == 0 },
            density: .even))
      }
    }
    return sets
  }

  /// 0 and ±(1 or 1-2-5 per decade) from the threshold outward.
  private static func symmetric(in range: ClosedRange<Double>, threshold: Double) -> [Levels] {
    let reach = max(abs(range.lowerBound), abs(range.upperBound))
    // Near the ends of the doubles' range there is no room for decades on both sides.
    guard threshold > 1e-290, reach < 1e290, reach / threshold >= 10 else { return [] }
    let steps = [([10, 20, 50], 1), ([10, 30], 1), ([10], 1), ([10], 2), ([10], 3), ([10], 5)]
    return steps.map { mantissas, decades in
      let arm = logarithmic(
        in: threshold.nextDown...reach.nextUp, mantissas: mantissas, decades: decades)
      let outside = [arm.above].compactMap(\.self)
      let marks = (outside + arm.values.reversed()).map { -$0 } + [0] + arm.values + outside
      let inside = marks.filter { range.lowerBound < $0 && $0 < range.upperBound }
      return Levels(
        values: inside, below: marks.last { $0 <= range.lowerBound },
        above: marks.first { $0 >= range.upperBound }, isIndex: inside.map { $0 == 0 })
    }
  }
}
