/// Draws maps of a signed quantity of curvature over a slice: heatmaps, neutral at 0, with the zero
/// contour in black, the loss's contours in grey and the share of convex area.
///
/// - Parameters:
///   - maps: In reading order, with one scale for all unless the style says otherwise.
///   - style: How they look; a signed map always takes the diverging colours, and on an automatic
///     scale symlog if half of its values lie under a fiftieth of the greatest.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if the style cannot show these values or the page is too small.
public func mapFigure(_ maps: [CurvatureMap], style: FigureStyle) throws -> Figure {
  var style = style
  if maps.contains(where: { $0.convexSign != nil }) { style.colorMap = .diverging }
  if style.scale == .automatic, style.colorMap.isDiverging {
    let sizes = maps.flatMap { $0.field.values.filter(\.isFinite).map(abs) }.sorted()
    let isSteep = sizes.last.map { $0 > 50 * sizes[sizes.count / 2] } ?? false
    style.scale = isSteep ? .symlog : .linear
  }
  // X1: a reader must know how colours follow values.
  if style.sharing != .own,
    let norm = try Norm.candidates(
      for: maps.map(\.field), style: style, isBanded: false, hasFloor: false
    ).first, norm.constant == nil
  {
    let sentence = norm.scale.kind.sentence
    style.footer = style.footer.isEmpty ? sentence : style.footer + " " + sentence
  }
  let panels = maps.map { map in
    var panel = Panel(
      map.field, title: map.title, note: map.note, marks: map.marks, trails: map.trails)
    panel.overlay = Overlay(field: map.loss, name: map.lossName)
    return panel
  }
  return try FigureComposer(panels, style: style, content: .cells).figure()
}

/// A quantity of curvature at every point of a slice.
public struct CurvatureMap: Hashable, Sendable {
  /// The sign that says "convex".
  public enum Sign: Hashable, Sendable {
    /// As of the least eigenvalue.
    case positive
    /// As of the critical decay: where it is negative, no decay is needed.
    case negative
  }

  /// The quantity; a point that could not be computed is hatched.
  public var field: Field
  /// The loss whose contours are drawn over it, on a grid of its own; none if nil.
  public var loss: Field?
  /// Stands above the frame.
  public var title: RichText
  /// Where the loss counts as convex; nil for a quantity without a sign, such as |λmin/λmax|.
  public var convexSign: Sign?
  /// Places.
  public var marks: [Mark]
  /// Paths.
  public var trails: [Trail]
  /// The least eigenvalue at the same points, of which the share of convex area is taken where the
  /// quantity itself has no sign.
  public var leastEigenvalue: Field?
  /// What is convex where the sign says so, as the note above the frame names it; nothing if empty.
  public var convexName: RichText = ""
  /// Which loss's contours are drawn over it.
  public var lossName: RichText = "loss"

  /// Makes a map.
  ///
  /// - Parameters:
  ///   - field: The quantity.
  ///   - loss: The loss whose contours are drawn over it.
  ///   - title: Stands above the frame.
  ///   - convexSign: Where the loss counts as convex; nil for a quantity without a sign.
  ///   - marks: Places.
  ///   - trails: Paths.
  public init(
    _ field: Field, loss: Field? = nil, title: RichText = "", convexSign: Sign? = .positive,
    marks: [Mark] = [], trails: [Trail] = []
  ) {
    self.field = field
    self.loss = loss
    self.title = title
    self.convexSign = convexSign
    self.marks = marks
    self.trails = trails
  }

  /// The share of the area where the loss is convex, between 0 and 1: each sample stands for the
  /// cell around it, and missing ones for none; nil if all are missing or no sign is known.
  public var convexShare: Double? {
    guard let convexSign else {
      return leastEigenvalue.flatMap { CurvatureMap($0).convexShare }
    }
    func widths(_ axis: [Double]) -> [Double] {
      axis.indices.map { index in
        let low = index > 0 ? axis[index - 1] : 2 * axis[0] - axis[1]
        let high =
          index + 1 < axis.count ? axis[index + 1] : 2 * axis[index] - axis[index - 1]
        return (high - low) / 2
      }
    }
    let (columns, rows) = (widths(field.xs), widths(field.ys))
    var (convex, all) = (0.0, 0.0)
    for (index, value) in field.values.enumerated() where !Field.isMissing(value) {
      let area = columns[index % columns.count] * rows[index / columns.count]
      all += area
      if convexSign == .positive ? value > 0 : value < 0 { convex += area }
    }
    return all > 0 ? convex / all : nil
  }

  /// What stands above the frame, under the title.
  var note: RichText? {
    convexShare.map { share in
      // A share that only rounds to all or nothing must not claim it.
      let percent = (share * 1000).rounded() / 10
      let text: RichText =
        percent == 100 && share < 1
        ? "> 99.9" : percent == 0 && share > 0 ? "< 0.1" : RichText(number: percent)
      let name = convexName.isEmpty ? "" : convexName + ": "
      return name + text + RichText(verbatim: "\u{A0}% convex")
    }
  }
}

extension ScaleKind {
  /// How colours follow values, in a sentence.
  fileprivate var sentence: RichText {
    switch self {
    case .linear: "Colour scale linear."
    case .log: "Colour scale logarithmic."
    case .symlog(let threshold):
      "Colour scale asinh, linear within ±" + RichText(parameter: threshold, significantDigits: 2)
        + "."
    }
  }
}

/// What is drawn over a heatmap instead of its own contours: its zero in black and another field's
/// contours in grey.
struct Overlay: Hashable, Sendable {
  var field: Field?
  /// What the other field is.
  var name: RichText = "loss"
}

/// The contours of an overlay on the page.
struct OverlayPlot {
  private let zero: ContourPlot?
  private let loss: ContourPlot?

  /// A map has more to say than the loss over it: no more contours than these.
  private static let mostLevels = 9

  init(
    _ overlay: Overlay, over field: Field, norm: Norm?, axes: Axes, frame: Rectangle,
    style: FigureStyle
  ) throws(FigureError) {
    let colors = norm
    var own = style
    own.levels = .values([0])
    own.range = nil
    own.sharing = .own
    if own.scale == .log { own.scale = .linear }
    let hasZero = field.range.map { $0.lowerBound < 0 && $0.upperBound > 0 } ?? false
    let norm =
      hasZero
      ? try Norm.candidates(for: [field], style: own, isBanded: false, hasFloor: false).first : nil
    zero = norm.map {
      ContourPlot(
        field, norm: $0, axes: axes, frame: frame, style: style, isBanded: false,
        supplements: false, ink: .zero)
    }
    guard let other = overlay.field else {
      loss = nil
      return
    }
    own = style
    (own.scale, own.levels, own.colorMap, own.range) = (.automatic, .automatic, .viridis, nil)
    let norms = try Norm.candidates(for: [other], style: own, isBanded: true, hasFloor: false)
    let few = norms.filter { $0.levels.values.count <= OverlayPlot.mostLevels }
    var chosen: ContourPlot?
    for norm in few.isEmpty ? norms : few {
      let plot = ContourPlot(
        other, norm: norm, axes: axes, frame: frame, style: style, isBanded: false,
        supplements: false, ink: .overlay,
        ground: colors.map { colors in
          { place in
            field.nearest(to: axes.value(at: place, in: frame)).map { colors.color(of: $0) }
              ?? .white
          }
        })
      chosen = plot
      if plot.crowded <= 0.1 { break }
    }
    loss = chosen
  }

  /// The share of the loss's contours that run too near to one another.
  var crowded: Double { loss?.crowded ?? 0 }

  /// Draws the loss's contours with labels, and the zero contour over them.
  func drawLines(
    on sheet: inout Sheet, avoiding obstacles: [OrientedBox], width: Double
  ) -> (labels: [FigureLayout.LabelRecord], contours: [FigureLayout.ContourRecord]) {
    let zeroLines = zero?.levels.flatMap(\.lines) ?? []
    let around = zeroLines.flatMap { FigureComposer.obstacles(along: $0.points, width: width) }
    let grey = loss.map {
      $0.drawLines(labels: $0.labels(avoiding: obstacles + around), on: &sheet)
    }
    let black = zero?.drawLines(labels: [], on: &sheet)
    return (grey?.labels ?? [], (black?.contours ?? []) + (grey?.contours ?? []))
  }
}
