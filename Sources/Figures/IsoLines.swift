/// Iso-lines of another quantity over a field: thin and dashed, labelled on the line.
///
/// In the slice through the origin the lines of ‖w‖ are circles around it; each is where the penalty
/// is the same.
public struct IsoLines: Hashable, Sendable {
  /// The quantity, on a grid of its own.
  public var field: Field
  /// What stands in the legend.
  public var label: RichText
  /// What stands on each line before its value, such as `‖*w*‖ = `.
  public var prefix: RichText
  /// The lines' values; at most five nice ones if nil, as they must not hide the field's own contours.
  public var values: [Double]?

  /// Makes iso-lines.
  ///
  /// - Parameters:
  ///   - field: The quantity.
  ///   - label: What stands in the legend.
  ///   - prefix: What stands on each line before its value.
  ///   - values: The lines' values; at most five nice ones if nil.
  public init(
    _ field: Field, label: RichText, prefix: RichText = "", values: [Double]? = nil
  ) {
    self.field = field
    self.label = label
    self.prefix = prefix
    self.values = values
  }

  /// Each value with its lines in the plane; none where the quantity is the same everywhere.
  var lines: [(value: Double, lines: [[Point]])] {
    guard let range = field.range, range.lowerBound < range.upperBound,
      let scale = try? Scale(.linear, from: range.lowerBound, to: range.upperBound)
    else { return [] }
    let relief = Relief(field, scale: scale)
    let isInside = { (value: Double) in range.lowerBound < value && value < range.upperBound }
    return (values ?? IsoLines.niceValues(in: range)).filter(isInside).map { value in
      (value, relief.contour(at: scale.unit(value)).lines)
    }
  }

  /// The most nice values that are no more than five.
  private static func niceValues(in range: ClosedRange<Double>) -> [Double] {
    let sets = (2...6).reversed().map { ticks(in: range, count: $0).map(\.value) }
    return sets.first { set in
      set.count { range.lowerBound < $0 && $0 < range.upperBound } <= 5
    } ?? []
  }

  /// What stands on a line.
  func name(of value: Double) -> RichText { prefix + RichText(number: value) }
}
