import Foundation

/// An axis's ticks with their labels measured.
struct GraphTicks: Hashable, Sendable {
  /// Ticks with labels.
  let major: [Tick]
  /// Their labels.
  let labels: [TextLine]
  /// Values of the short ticks between them.
  let minor: [Double]

  /// Chooses ticks: as many as fit without touching, at most eight.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - length: Its length in points.
  ///   - isHorizontal: Whether labels stand side by side rather than above one another.
  ///   - scale: The text scale.
  ///   - typeface: The letters.
  ///   - isWhole: Whether only whole numbers mean something.
  init(
    _ axis: GraphAxis, length: Double, isHorizontal: Bool, scale: Double, typeface: any Typeface,
    isWhole: Bool = false
  ) {
    let size = Size.small * scale
    let range = axis.scale.lower...axis.scale.upper
    func measured(_ ticks: [Tick]) -> [TextLine]? {
      let labels = ticks.map { TextLine($0.label, size: size, typeface: typeface) }
      let places = ticks.map { (axis.unit($0.value) ?? 0) * length }
      let fits = places.indices.dropFirst().allSatisfy { index in
        let room = places[index] - places[index - 1]
        return isHorizontal
          ? room >= (labels[index].width + labels[index - 1].width) / 2 + 0.5 * size
          : room >= 1.4 * size
      }
      return fits ? labels : nil
    }
    let zero = axis.hasBrokenZero ? [Tick(value: 0, label: "0")] : []
    let sets = GraphTicks.sets(of: axis.scale).map { values in
      let hasDecadesOnly = values.allSatisfy { $0 == 0 || DecimalNumber($0).isPowerOfTen }
      return zero
        + values.map {
          Tick(
            value: $0,
            label: hasDecadesOnly || axis.isParameter
              ? RichText(parameter: $0) : RichText(number: $0, among: values))
        }
    }
    let wanted = min(max(Int(length / (36 * scale)) + 1, 3), 6)
    let even = (2...wanted).reversed().map { count in
      zero + Figures.ticks(in: range, count: count).filter { axis.shows($0.value) }
    }
    // Where labels are as wide as half of the axis, the ends of a set may still fit.
    let all = (axis.isWhole ? GraphTicks.wholeSets(in: range) : []) + sets + even
    // The one set of whole numbers that is always there: both ends of the axis.
    let whole =
      isWhole || axis.isWhole
      ? all.filter { $0.allSatisfy { $0.value == $0.value.rounded() } }
        + [
          [range.lowerBound, range.upperBound].map { Tick(value: $0, label: RichText(number: $0)) }
        ]
      : all
    let ends = whole.flatMap { set -> [[Tick]] in
      let other = set.dropFirst(zero.count)
      guard let first = other.first, let last = other.last else { return [] }
      let parts = [zero + other.dropFirst(), zero + [first, last], zero + [last]]
      // Between the arms of a symlog axis zero says more than an end.
      guard case .symlog = axis.scale.kind, let middle = other.first(where: { $0.value == 0 })
      else { return parts }
      return [Array(other.dropFirst()), [middle, last], [first, middle]]
    }
    // Of these the ones that say most.
    let richest = ends.enumerated()
      .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    for ticks in whole + richest where (2...8).contains(ticks.count) {
      guard let labels = measured(ticks) else { continue }
      (major, self.labels) = (ticks, labels)
      minor = GraphTicks.minor(of: axis, beside: ticks, length: length, scale: scale)
      return
    }
    let last = (whole.lazy.compactMap(\.last).first).map { [$0] } ?? []
    major = last
    labels = last.map { TextLine($0.label, size: size, typeface: typeface) }
    minor = []
  }

  /// The widest label.
  var width: Double { labels.map(\.width).max() ?? 0 }

  /// How far raised digits reach above a capital's height.
  func raise(above capHeight: Double) -> Double {
    max(0, (labels.map(\.ascent).max() ?? 0) - capHeight)
  }

  /// Sets of nice values on a logarithmic scale, the richest first; none on a linear one, and none
  /// where there are too few decades.
  private static func sets(of scale: Scale) -> [[Double]] {
    let range = scale.lower...scale.upper
    let inside = { (value: Double) in range.contains(value) }
    switch scale.kind {
    case .linear: return []
    case .log:
      guard scale.upper / scale.lower >= 8 else { return [] }
      let exponents = exponents(from: scale.lower, to: scale.upper)
      let rich = [[1, 2, 5], [1, 3]].map { digits in
        exponents.flatMap { exponent in digits.map { decimal($0, exponent: exponent) } }
      }
      let sparse = [1, 2, 3, 4, 5, 10, 20, 25, 50, 100].map { every in
        exponents.filter { $0 % every == 0 }.map { decimal(1, exponent: $0) }
      }
      // Four decades need no ticks between them, which points at halves of a decade just miss.
      let decades = sparse[0].filter(inside).count
      return ((decades < 4 ? rich : []) + sparse).map { $0.filter(inside) }
        .filter { $0.count >= 2 }
    case .symlog(let threshold):
      let reach = max(abs(scale.lower), abs(scale.upper))
      guard reach / threshold >= 10 else { return [] }
      let first = Int(log10(threshold).rounded(.up))
      let arm = Array(first...Int(log10(reach).rounded(.down)) + 1)
      var sets: [[Double]] = []
      // A side without a decade of its own ends at its last 1, 2 or 5.
      func end(_ limit: Double) -> Double? {
        exponents(from: threshold, to: reach).flatMap { exponent in
          [1, 2, 5].map { decimal($0, exponent: exponent) }
        }.last { $0 <= abs(limit) && $0 >= threshold }
      }
      // On one side of zero, or with few decades, also the values between these.
      for digits in [[1, 2, 5], [1, 3]] {
        let steps = arm.flatMap { exponent in digits.map { decimal($0, exponent: exponent) } }
          .filter { $0 >= threshold }
        let values = (steps.reversed().map { -$0 } + [0] + steps).filter(inside)
        if values.count <= 8 { sets.append(values) }
      }
      for every in [1, 2, 3, 4, 5, 10, 20, 50, 100] {
        for start in 0..<min(arm.count, 12) {
          let steps = arm.filter { $0 - first >= start && ($0 - first - start) % every == 0 }
            .map { decimal(1, exponent: $0) }
          let values = (steps.reversed().map { -$0 } + [0] + steps).filter(inside)
          sets.append(values)
          // A short side may go without a tick, where it would leave the other none.
          if abs(scale.lower) < scale.upper / 10 {
            let risen = values.filter { $0 >= 0 }
            sets.append(risen)
            if let end = end(scale.upper), end > 4 * (risen.last ?? end) {
              sets.append(risen + [end])
            }
          }
          if values.first == 0, let end = end(scale.lower) { sets.append([-end] + values) }
          if values.last == 0, let end = end(scale.upper) { sets.append(values + [end]) }
        }
      }
      return sets.filter { $0.count >= 3 }.enumerated()
        .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    }
  }

  /// Whole numbers in even steps, the smallest step first.
  private static func wholeSets(in range: ClosedRange<Double>) -> [[Tick]] {
    (0..<16).flatMap { exponent in [1, 2, 5].map { decimal($0, exponent: exponent) } }
      .filter { (range.upperBound - range.lowerBound) / $0 <= 8 }
      .map { step in
        let first = (range.lowerBound / step).rounded(.up)
        let last = (range.upperBound / step).rounded(.down)
        guard first <= last else { return [] }
        return stride(from: first, through: last, by: 1).map {
          Tick(value: $0 * step, label: RichText(number: $0 * step))
        }
      }
  }

  private static func exponents(from low: Double, to high: Double) -> [Int] {
    Array(Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up)))
  }

  /// Short ticks at 2 to 9 of each decade, or at decades without a label, where there is room.
  private static func minor(
    of axis: GraphAxis, beside ticks: [Tick], length: Double, scale: Double
  ) -> [Double] {
    let kind = axis.scale.kind
    var arm: [Int]
    switch kind {
    case .linear: return []
    case .log: arm = exponents(from: axis.scale.lower, to: axis.scale.upper)
    case .symlog(let threshold):
      let reach = max(abs(axis.scale.lower), abs(axis.scale.upper))
      guard reach > threshold else { return [] }
      arm = exponents(from: threshold, to: reach)
    }
    guard arm.count < 60 else { return [] }
    for digits in [Array(1...9), [1]] {
      let values = arm.flatMap { exponent in digits.map { decimal($0, exponent: exponent) } }
      let both = kind == .log ? values : values + values.map { -$0 }
      let shown = both.filter { axis.shows($0) }.sorted()
      let places = shown.compactMap { axis.unit($0).map { $0 * length } }
      let isClear = zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 1.1 * scale }
      let known = Set(ticks.map(\.value))
      if isClear { return shown.filter { !known.contains($0) } }
    }
    return []
  }
}
