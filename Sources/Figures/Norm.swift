/// From values to colours: a scale, the levels that cut it, and the colours of the parts.
///
/// One such object serves a panel's pixels, its contours and its colour bar, and all panels that
/// are to be compared.
struct Norm: Hashable, Sendable {
  /// Positions of values; 0 and 1 are the ends of the colour bar.
  let scale: Scale
  /// The contours.
  let levels: Levels
  /// Colours of the parts between levels, one more than there are levels.
  let colors: [Color]
  /// Whether the lowest part is drawn as an arrow under the bar, since it has no lower end.
  let hasLowerArrow: Bool
  /// Whether the highest part is drawn as an arrow over the bar.
  let hasUpperArrow: Bool
  /// Whether the levels' names have powers of ten.
  private let hasPowers: Bool
  /// Where colours of single values come from.
  let map: ColorMap
  /// The only value of the data, if there is just one.
  let constant: Double?

  /// The norms for some fields, best first, each later one with fewer levels.
  ///
  /// - Parameters:
  ///   - fields: What is to be compared.
  ///   - style: Scale, levels, range and colours.
  ///   - isBanded: Whether the bar ends at nice levels (contours) or at the data's ends (heatmaps).
  ///   - hasFloor: Whether zeros are expected and belong below a floor (excess over a minimum).
  ///   - isSweep: Whether each picture shows but a part of the range, and bears finer levels.
  /// - Returns: The norms; none if no sample is finite.
  /// - Throws: `FigureError` if the style's scale or levels cannot show these values.
  static func candidates(
    for fields: [Field], style: FigureStyle, isBanded: Bool, hasFloor: Bool,
    isSweep: Bool = false
  ) throws(FigureError) -> [Norm] {
    let ranges = fields.compactMap(\.range)
    guard var low = ranges.map(\.lowerBound).min(), var high = ranges.map(\.upperBound).max() else {
      return []
    }
    if let range = style.range { (low, high) = (range.lowerBound, range.upperBound) }
    let (dataLow, dataHigh) = (
      min(low, ranges.map(\.lowerBound).min() ?? low),
      max(high, ranges.map(\.upperBound).max() ?? high)
    )
    guard low < high else {
      // One value only: a bar of one colour, ticked at that value.
      let reach = low == 0 ? 1 : min(max(abs(low) * 0.1, 1e-300), 1e300)
      let scale = try Scale(
        .linear, from: max(low - reach, -.greatestFiniteMagnitude),
        to: min(low + reach, .greatestFiniteMagnitude))
      return [
        Norm(
          scale: scale, levels: Levels(values: [], isIndex: []),
          colors: [style.colorMap.color(at: 0.5)], hasLowerArrow: dataLow < low,
          hasUpperArrow: dataHigh > high, map: style.colorMap, constant: low)
      ]
    }

    // A field that is 0 everywhere, such as the penalty without weight decay, has no place on a
    // logarithmic scale and needs none.
    let shaped = ranges.filter { $0 != 0...0 }.map(\.lowerBound).min()
    let least = style.range == nil && style.scale == .automatic ? shaped ?? low : low
    let kind = try kind(of: style.scale, low: least, high: high, fields: fields, hasFloor: hasFloor)
    if kind == .log {
      if style.colorMap.isDiverging {
        throw FigureError(
          "A diverging colour map is centred on 0, which a logarithmic scale does not have; "
            + "choose another map, or the scale linear or symlog.")
      }
      if style.range == nil { low = floor(of: fields, low: low, high: high) }
      guard low < high else {
        throw FigureError(
          "A logarithmic scale needs two different positive values; \(high) is the only one.")
      }
    } else if style.colorMap.isDiverging, !isBanded {
      let reach = max(abs(low), abs(high))
      (low, high) = (-reach, reach)
    }

    let sets: [Levels]
    switch style.levels {
    case .automatic:
      sets = Levels.candidates(in: low...high, kind: kind, pictures: isSweep ? ranges : [])
    case .values(let values): sets = [try Levels.explicit(values)]
    }
    var norms: [Norm] = []
    for levels in sets {
      norms.append(
        try Norm(
          kind, levels: levels, low: low, high: high, dataLow: dataLow, dataHigh: dataHigh,
          isBanded: isBanded, hasRange: style.range != nil, map: style.colorMap))
    }
    return norms
  }

  private init(
    _ kind: ScaleKind, levels: Levels, low: Double, high: Double, dataLow: Double, dataHigh: Double,
    isBanded: Bool, hasRange: Bool, map: ColorMap
  ) throws(FigureError) {
    var (lower, upper) = (low, high)
    if isBanded {
      // The bar ends at the nice value beyond the data; without one, at the outermost level, or at
      // the range's ends if one was asked for.
      let values = levels.values.filter { kind != .log || $0 > 0 }
      if let below = levels.below {
        lower = below
      } else if values.count > 1, !hasRange || values[0] < low {
        lower = values[0]
      }
      if let above = levels.above {
        upper = above
      } else if values.count > 1, !hasRange || values[values.count - 1] > high {
        upper = values[values.count - 1]
      }
    }
    let scale = try Scale(kind, from: lower, to: upper)
    self.scale = scale
    self.levels = levels
    self.map = map
    constant = nil
    hasPowers = RichText.needPowers(Norm.marks(levels, nil))
    hasLowerArrow = dataLow < lower
    hasUpperArrow = dataHigh > upper

    let inner = levels.values.map(scale.unit).map { $0.isFinite ? $0 : 0 }
    // A part without an end is taken as long as its neighbour.
    let first = inner.first ?? 0.5
    let last = inner.last ?? 0.5
    let start = first > 0 ? 0 : first - (inner.count > 1 ? inner[1] - first : 0.1)
    let end = last < 1 ? 1 : last + (inner.count > 1 ? last - inner[inner.count - 2] : 0.1)
    let edges = [start] + inner + [end]
    let zero = scale.unit(0)
    let arm = max(abs(start - zero), abs(end - zero))
    colors = zip(edges, edges.dropFirst()).map { from, to in
      let middle = (from + to) / 2
      if map.isDiverging {
        return map.color(at: 0.5 + 0.5 * (middle - zero) / arm)
      }
      return map.color(at: (middle - start) / (end - start))
    }
  }

  private init(
    scale: Scale, levels: Levels, colors: [Color], hasLowerArrow: Bool, hasUpperArrow: Bool,
    map: ColorMap, constant: Double?
  ) {
    self.scale = scale
    self.levels = levels
    self.colors = colors
    self.hasLowerArrow = hasLowerArrow
    self.hasUpperArrow = hasUpperArrow
    self.map = map
    self.constant = constant
    hasPowers = RichText.needPowers(Norm.marks(levels, constant))
  }

  /// The colour of one value in a heatmap.
  func color(of value: Double) -> Color {
    if constant != nil { return colors[0] }
    return color(atUnit: scale.unit(value))
  }

  /// The colour of a place on a heatmap's bar.
  func color(atUnit unit: Double) -> Color {
    guard map.isDiverging else { return map.color(at: unit) }
    let zero = scale.unit(0)
    return map.color(at: 0.5 + 0.5 * (unit - zero) / max(abs(zero), abs(1 - zero)))
  }

  /// The values that a bar may be ticked at, in increasing order: the levels, the nice values that
  /// bound them, or the only value there is.
  var marks: [Double] { Norm.marks(levels, constant) }

  private static func marks(_ levels: Levels, _ constant: Double?) -> [Double] {
    [levels.below].compactMap(\.self) + levels.values
      + [levels.above, constant].compactMap(\.self)
  }

  /// A level's name, in one notation with the others'; of the only value there is, four digits.
  func name(of level: Double) -> RichText {
    constant == level ? RichText(constant: level) : RichText(number: level, hasPowers: hasPowers)
  }

  /// The name of an end of the scale: a level's, or three digits of a value that none is at.
  func name(ofEnd end: Double) -> RichText {
    marks.contains(end) ? name(of: end) : RichText(measured: end)
  }

  /// The same for equal norms only.
  var hash: String {
    fingerprint(
      "\(scale.hash) \(levels.values) \(colors.map(\.pixel)) \(hasLowerArrow) \(hasUpperArrow)")
  }

  private static func kind(
    of option: ScaleOption, low: Double, high: Double, fields: [Field], hasFloor: Bool
  ) throws(FigureError) -> ScaleKind {
    switch option {
    case .linear: return .linear
    case .log:
      guard low >= 0 else {
        throw FigureError(
          "A logarithmic scale cannot show negative values, and the smallest here is \(low); "
            + "choose linear or symlog.")
      }
      return high > 0 ? .log : .linear
    case .symlog:
      // A thousandth of the reach is linear: three decades on either side stay apart.
      let reach = max(abs(low), abs(high))
      let threshold = Scale.linearZone(reach: reach)
      return threshold > 0 ? .symlog(threshold: threshold) : .linear
    case .automatic:
      if hasFloor {
        let least = floor(of: fields, low: low, high: high)
        return least > 0 && high / least >= 10 ? .log : .linear
      }
      return low > 0 && high / low >= 10 ? .log : .linear
    }
  }

  /// The least value a logarithmic scale should reach down to.
  ///
  /// A deep, narrow minimum can take up half of the decades and a hundredth of the picture. If the
  /// value that one sample in two hundred lies under is more than a decade above the least, the
  /// scale starts there; the rest is told by the bar's arrow and a note.
  private static func floor(of fields: [Field], low: Double, high: Double) -> Double {
    var positive = fields.flatMap { $0.values.filter { $0 > 0 && $0.isFinite && $0 <= high } }
    guard !positive.isEmpty else { return high }
    positive.sort()
    let least = max(positive[0], low)
    let common = positive[positive.count / 200]
    return common / least > 10 ? common : least
  }
}
