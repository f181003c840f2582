import Foundation

/// How an axis of a graph turns values into places.
public enum AxisScale: Hashable, Sendable {
  /// Logarithmic where no value is negative and they span two decades; symlog where some are and
  /// their sizes span as much; otherwise linear.
  case automatic
  /// Equal steps.
  case linear
  /// Equal ratios. A value 0 on a horizontal axis stands at a broken left end; other values that
  /// have no logarithm leave gaps.
  case log
  /// asinh(value / zone): linear within ±zone, logarithmic beyond, both signs; a thousandth of the
  /// reach if nil.
  case symlog(linearZone: Double?)
}

/// What an axis of a graph shows, and how.
public struct AxisStyle: Hashable, Sendable {
  /// The quantity with its symbol.
  public var title: RichText
  /// The transformation; automatic, as sweeps over λ span decades and traces may not.
  public var scale = AxisScale.automatic
  /// The values at its ends; those of the data and a little more if nil.
  public var range: ClosedRange<Double>?
  /// Whether only whole numbers mean something, as of a count: no tick stands between two.
  public var isWhole = false
  /// Whether the quantity is a parameter such as λ, whose values are written on its axis as in
  /// titles: 3×10⁻³ beside 10⁻³.
  public var isParameter = false

  /// Makes an axis.
  ///
  /// - Parameters:
  ///   - title: The quantity with its symbol.
  ///   - scale: The transformation.
  ///   - range: The values at its ends, or nil for those of the data.
  public init(
    _ title: RichText, scale: AxisScale = .automatic, range: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.scale = scale
    self.range = range
  }

  /// An axis of weight decay: logarithmic, as its values are decades apart.
  public static func weightDecay(_ title: RichText) -> AxisStyle {
    var axis = AxisStyle(title, scale: .log)
    axis.isParameter = true
    return axis
  }
}

/// An axis resolved: where each value lies between its ends.
struct GraphAxis: Hashable, Sendable {
  /// The transformation and the values at the ends, without a broken end.
  let scale: Scale
  /// Whether 0 stands before a break at the left end of a logarithmic axis.
  let hasBrokenZero: Bool
  /// Whether only whole numbers mean something.
  let isWhole: Bool
  /// Whether numbers are written as parameters are.
  let isParameter: Bool

  /// The share of the axis before and at the break.
  static let brokenShare = 0.11
  /// Where 0 stands before the break.
  static let zeroPlace = 0.04
  /// Beyond this, and below its inverse, doubles leave no room for nice values around the data.
  private static let greatest = 1e150
  /// Data keeps so far from the ends.
  private static let padding = 0.05

  /// Resolves an axis for the values it must show.
  ///
  /// - Parameters:
  ///   - style: Scale and range asked for.
  ///   - values: What to show; values that are not finite take no part.
  ///   - breaksAtZero: Whether 0 may stand at a broken end of a logarithmic axis.
  /// - Throws: `FigureError` if the scale cannot show the range or any of the values.
  init(_ style: AxisStyle, for values: [Double], breaksAtZero: Bool) throws(FigureError) {
    isWhole = style.isWhole
    isParameter = style.isParameter
    let finite = values.filter(\.isFinite)
    let positive = finite.filter { $0 > 0 }
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if let range = style.range {
      (low, high) = (range.lowerBound, range.upperBound)
      guard low.isFinite, high.isFinite, low < high else {
        throw FigureError("An axis cannot run from \(low) to \(high); give two finite ends.")
      }
    }
    let reach = max(abs(low), abs(high))
    guard reach == 0 || (1 / GraphAxis.greatest...GraphAxis.greatest).contains(reach) else {
      throw FigureError(
        "“\(style.title.plain)” reaches from \(low) to \(high); rescale the values to less than "
          + "\(GraphAxis.greatest) and more than \(1 / GraphAxis.greatest).")
    }
    let kind: ScaleKind
    switch style.scale {
    case .linear: kind = .linear
    case .log: kind = .log
    case .symlog(let zone):
      if let zone, !(zone.isFinite && zone > 1e-100 * reach) {
        throw FigureError(
          "The linear zone of “\(style.title.plain)” is \(zone); it must be positive and not "
            + "vanish beside \(reach).")
      }
      let threshold = zone ?? Scale.linearZone(reach: reach)
      kind = threshold > 0 ? .symlog(threshold: threshold) : .linear
    case .automatic:
      let least = finite.lazy.map(abs).filter { $0 > 0 }.min() ?? .infinity
      let reachesZero = finite.contains(0) && !breaksAtZero
      if reach / least < 100 {
        kind = .linear
      } else if low < 0 {
        kind = .symlog(threshold: Scale.linearZone(reach: reach))
      } else {
        kind = reachesZero ? .linear : .log
      }
    }
    if kind == .log, style.range == nil {
      guard let least = positive.min(), let most = positive.max() else {
        throw FigureError(
          "A logarithmic axis needs a positive value, and none of the \(values.count) for "
            + "“\(style.title.plain)” is; choose linear or symlog.")
      }
      (low, high) = (least, most)
    }
    hasBrokenZero = kind == .log && breaksAtZero && finite.contains(0)
    if style.range != nil {
      scale = try Scale(kind, from: low, to: high)
      return
    }
    if low == high {
      // One value stands in the middle.
      let reach = low == 0 || isWhole ? 1 : min(max(abs(low) * 0.1, 1e-300), 1e300)
      (low, high) =
        kind == .log
        ? (max(low / 2, .leastNonzeroMagnitude), min(high * 2, .greatestFiniteMagnitude))
        : (
          max(low - reach, -.greatestFiniteMagnitude), min(low + reach, .greatestFiniteMagnitude)
        )
    }
    let tight = try Scale(kind, from: low, to: high)
    // Values that nearly reach zero are compared best from zero.
    let startsAtZero = kind == .linear && low >= 0 && low < 0.2 * high
    let padded = (
      startsAtZero ? 0 : tight.value(atUnit: -GraphAxis.padding),
      tight.value(atUnit: 1 + GraphAxis.padding)
    )
    scale = (try? Scale(kind, from: padded.0, to: padded.1)) ?? tight
  }

  /// The place of a value: 0 and 1 at the ends, beyond them outside; nil where it has none.
  func unit(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    if hasBrokenZero, value == 0 { return GraphAxis.zeroPlace }
    let unit = scale.unit(value)
    guard unit.isFinite else { return nil }
    // So far outside no slope can be seen; back ends need modest numbers.
    let place = min(max(unit, -50), 50)
    guard hasBrokenZero else { return place }
    return place < 0 ? nil : GraphAxis.brokenShare + (1 - GraphAxis.brokenShare) * place
  }

  /// Whether a value stands on the axis.
  func shows(_ value: Double) -> Bool {
    guard let unit = unit(value) else { return false }
    return (-1e-9...1 + 1e-9).contains(unit)
  }

  /// Where the zero line stands, if values of both signs are shown.
  var zeroLine: Double? {
    guard scale.kind != .log, scale.lower < 0, scale.upper > 0 else { return nil }
    return scale.unit(0)
  }
}

extension Scale {
  /// The half-width of the linear zone that leaves three decades on either side.
  static func linearZone(reach: Double) -> Double {
    decimal(1, exponent: DecimalNumber(reach).exponent - 3)
  }
}
