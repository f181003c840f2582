/// Draws how the eigenvalues of a Hessian are spread: densities over an axis that is linear around 0
/// and logarithmic beyond, with both signs.
///
/// - Parameters:
///   - densities: One an operator: the base loss, the total loss at each λ.
///   - style: Axes, floor, page and texts.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if no density is positive, a value is unusable or the page is too small.
public func densityFigure(
  _ densities: [SpectralDensity], style: DensityFigureStyle
) throws -> Figure {
  var style = style
  if style.arrangement == .automatic {
    if Set(densities.map(\.name)).count > 1 {
      style.arrangement = .stacked
      if let figure = try? DensityComposer(densities, style: style).figure() { return figure }
    }
    style.arrangement = .overlaid
  }
  return try DensityComposer(densities, style: style).figure()
}

/// The density of an operator's eigenvalues and what is known of them.
public struct SpectralDensity: Hashable, Sendable {
  /// Which loss the operator belongs to.
  public enum Part: String, Hashable, Sendable, Codable, CaseIterable {
    /// Without the penalty.
    case base
    /// With the penalty.
    case total
  }

  /// Such as `*λ* = 10^{-2}`; densities of one name share a panel when stacked.
  public var name: RichText
  /// Which loss the operator belongs to.
  public var part: Part
  /// Eigenvalue and density per unit of it, in increasing order of eigenvalues.
  public var points: [Point]
  /// The spread over probes, one interval a point.
  public var band: Line.Band?
  /// The least and the greatest eigenvalue.
  public var extremes: ClosedRange<Double>?
  /// The share of eigenvalues below 0, between 0 and 1.
  public var negativeMass: Double?
  /// All eigenvalues where they are known; strokes up to 400 of them, a histogram beyond.
  public var exact: [Double]
  /// By how much the penalty moves every eigenvalue, if it moves all alike: λ.
  public var shift: Double?

  /// Makes a density.
  ///
  /// - Parameters:
  ///   - name: Such as `*λ* = 10^{-2}`.
  ///   - part: Which loss the operator belongs to.
  ///   - points: Eigenvalue and density per unit of it, in increasing order.
  ///   - band: The spread over probes.
  ///   - extremes: The least and the greatest eigenvalue.
  ///   - negativeMass: The share of eigenvalues below 0.
  ///   - exact: All eigenvalues where they are known.
  ///   - shift: By how much the penalty moves every eigenvalue.
  public init(
    _ name: RichText, part: Part, points: [Point], band: Line.Band? = nil,
    extremes: ClosedRange<Double>? = nil, negativeMass: Double? = nil, exact: [Double] = [],
    shift: Double? = nil
  ) {
    self.name = name
    self.part = part
    self.points = points
    self.band = band
    self.extremes = extremes
    self.negativeMass = negativeMass
    self.exact = exact
    self.shift = shift
  }

  /// ∫ density dμ by the trapezoidal rule over the points; 1 for a whole spectrum.
  var integral: Double {
    zip(points, points.dropFirst()).reduce(0) { sum, pair in
      let part = (pair.1.x - pair.0.x) * (pair.0.y + pair.1.y) / 2
      return part.isFinite ? sum + part : sum
    }
  }

  /// Greatest and least eigenvalue and negative mass, as far as known; lines break between them.
  var facts: RichText {
    var parts: [RichText] = []
    if let extremes {
      parts.append("max\u{A0}" + RichText(measured: extremes.upperBound))
      parts.append("min\u{A0}" + RichText(measured: extremes.lowerBound))
    }
    if let negativeMass {
      parts.append(
        RichText(number: 100 * negativeMass, significantDigits: 3)
          + RichText(verbatim: "\u{A0}%\u{A0}below\u{A0}0"))
    }
    return parts.reduce("") { $0.isEmpty ? $1 : $0 + ", " + $1 }
  }
}

/// How densities share a page.
public enum DensityArrangement: String, Hashable, Sendable, Codable, CaseIterable {
  /// Stacked where there are several names and the page is high enough; otherwise overlaid.
  case automatic
  /// All in one frame.
  case overlaid
  /// A frame a name above one another, on the same axes.
  case stacked
}

/// How a graph of spectral densities looks.
public struct DensityFigureStyle: Sendable {
  /// Page, letters and texts; the footer should tell probes, steps and kernel width.
  public var page: PageStyle
  /// The horizontal axis's title.
  public var xTitle: RichText = "eigenvalue *μ*"
  /// The vertical axis's title; what is drawn is a density over μ, not over the bent axis.
  public var yTitle: RichText = "density per unit *μ*"
  /// Within ± this the horizontal axis is linear; a thousandth of the greatest |μ| if nil.
  public var linearZone: Double?
  /// Densities below are not drawn; if nil, the power of ten six decades under the highest, beyond
  /// which a kernel's tail says nothing of eigenvalues.
  public var floor: Double?
  /// How densities share the page.
  public var arrangement = DensityArrangement.automatic

  /// Makes a style with the defaults.
  public init(_ page: PageStyle) { self.page = page }
}
