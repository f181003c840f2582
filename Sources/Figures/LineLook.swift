/// How a line of a graph is told from the others: by colour, and by dash and shape as well.
public struct LineLook: Hashable, Sendable, Codable {
  /// The shape of a line's points.
  public enum Marker: String, Hashable, Sendable, Codable, CaseIterable {
    case disc, square, triangle, diamond, wedge, ring
  }

  /// Of line and points.
  public var color: Color
  /// Lengths of dashes and gaps at text scale 1; empty for a solid line.
  public var dash: [Double]
  /// The shape of its points.
  public var marker: Marker

  /// Lengths that are told apart even in a short legend; none is dotted, which models and
  /// references are.
  static let dashes: [[Double]] = [
    [], [5.5, 2], [2.6, 1.5], [7, 1.6, 1.4, 1.6], [4.5, 1.4, 1.4, 1.4, 1.4, 1.4],
  ]

  /// Of a model beside its truth: fine dots, unlike any line's own.
  static let modelDash: [Double] = [0.9, 1.1]

  /// Of a straight line at a known value: dots farther apart.
  static let referenceDash: [Double] = [1, 2.4]

  /// Looks for a number of lines.
  ///
  /// - Parameters:
  ///   - count: How many lines.
  ///   - palette: Whether colours are as different as can be or follow an order.
  ///   - theme: What they stand on.
  /// - Returns: One look a line, no two the same.
  /// - Throws: `FigureError` if there are more lines than looks.
  static func looks(
    _ count: Int, palette: LinePalette, theme: Theme
  ) throws(FigureError) -> [LineLook] {
    guard count <= maximumCount else {
      throw FigureError(
        "A graph can tell \(maximumCount) lines apart, not \(count); show fewer, or several graphs."
      )
    }
    let colors = palette.colors(count, theme: theme)
    return (0..<count).map { index in
      LineLook(
        color: colors[index % colors.count], dash: dashes[index % dashes.count],
        marker: Marker.allCases[(index + index / 30) % Marker.allCases.count])
    }
  }

  /// Six colours and five dashes make thirty pairs before one comes again.
  static let maximumCount = 30
}

/// Which colours the lines of a graph take.
public enum LinePalette: String, Hashable, Sendable, Codable, CaseIterable {
  /// Six colours as different as can be, for things without an order.
  case distinct
  /// From dark to light along viridis (light to dark on a dark page), for a sweep.
  case ordered

  /// Colours that are read on a theme's page: text needs 4.5 : 1, a line 3 : 1.
  func colors(_ count: Int, theme: Theme) -> [Color] {
    switch self {
    case .distinct:
      let isLight = theme.background.luminance > 0.18
      // Blue, vermilion, green, purple, grey and gold: in these hues the colours that stay
      // farthest apart for every kind of sight while names in them can be read.
      let values: [UInt32] =
        isLight
        ? [0x1c_3eb3, 0x89_2c03, 0x04_8460, 0x75_397b, 0x0c_0b0b, 0x91_6804]
        : [0x37_96fd, 0xe6_5c12, 0x3c_fcc3, 0xc1_63b5, 0xb2_b1b2, 0xfc_d91a]
      return values.map { Color(pixel: $0) }
    case .ordered:
      let readable = ColorMap.viridis.table.filter {
        Contrast.ratio($0, theme.background) >= 1.05 * Contrast.line
      }
      guard let first = readable.first else { return [theme.text] }
      guard count > 1 else { return [first] }
      let ordered = theme.background.luminance > 0.18 ? readable : readable.reversed()
      return (0..<count).map { ordered[$0 * (ordered.count - 1) / (count - 1)] }
    }
  }
}

extension Color {
  /// A colour from 0xRRGGBB.
  init(pixel: UInt32) {
    self.init(
      red: Double(pixel >> 16 & 255) / 255, green: Double(pixel >> 8 & 255) / 255,
      blue: Double(pixel & 255) / 255)
  }

  /// This colour moved toward ink until text in it can be read on a background.
  func readable(on background: Color) -> Color {
    let ink = Contrast.ink(on: [background])
    for step in 0...20 {
      let color = mixed(with: ink, Double(step) / 20)
      if Contrast.ratio(color, background) >= 1.02 * Contrast.text { return color }
    }
    return ink
  }
}

extension Stroke {
  /// The line of a look.
  init(_ look: LineLook, width: Double, scale s: Double) {
    self.init(look.color, width: width * s, dash: look.dash.map { $0 * s })
  }
}

extension Sheet {
  /// Draws a point of a line: its shape in its colour, edged with the page's colour so that points
  /// that overlap stay apart.
  ///
  /// - Parameters:
  ///   - look: Shape and colour.
  ///   - center: Where.
  ///   - background: The page's colour.
  ///   - s: The text scale.
  mutating func point(_ look: LineLook, at center: Point, background: Color, scale s: Double) {
    func shape(_ corners: [(Double, Double)]) -> Path {
      Path(corners.map { Point(center.x + $0.0 * s, center.y + $0.1 * s) }, closed: true)
    }
    let path: Path
    switch look.marker {
    case .disc, .ring: path = Path(circleAt: center, radius: 2 * s)
    case .square: path = shape([(-1.8, -1.8), (1.8, -1.8), (1.8, 1.8), (-1.8, 1.8)])
    case .triangle: path = shape([(0, -2.5), (2.3, 1.6), (-2.3, 1.6)])
    case .diamond: path = shape([(0, -2.7), (2.7, 0), (0, 2.7), (-2.7, 0)])
    case .wedge: path = shape([(0, 2.5), (2.3, -1.6), (-2.3, -1.6)])
    }
    stroke(path, Stroke(background, width: 1.6 * s))
    if look.marker == .ring {
      fill(path, background)
      stroke(path, Stroke(look.color, width: 1 * s))
    } else {
      fill(path, look.color)
    }
  }
}
