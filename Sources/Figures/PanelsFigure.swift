/// Draws several fields side by side: the same loss at several λ, or a loss and its parts.
///
/// With a shared scale equal colours are equal values in all panels; a panel that the shared levels
/// leave nearly empty gets dashed, labelled contours of its own.
///
/// - Parameters:
///   - panels: The fields in reading order, each with its title.
///   - style: How they look, and how they share a scale.
/// - Returns: The drawing and its layout.
/// - Throws: `FigureError` if the style cannot show these values or the page is too small.
public func panelsFigure(_ panels: [Panel], style: FigureStyle) throws -> Figure {
  try FigureComposer(panels, style: style, content: .contours).figure()
}

/// Lays out and draws every kind of figure of planes: one panel is a grid of one.
///
/// Three steps: measure what surrounds the frames; give the rest to the frames; draw. They are
/// repeated with fewer levels as long as contours would crowd.
struct FigureComposer {
  /// What a panel's frame holds.
  enum Content {
    case contours
    case cells
  }

  private let panels: [Panel]
  private let style: FigureStyle
  private let content: Content
  private let axes: [Axes]
  /// Whether all panels show the same part of the plane.
  private let sharesAxes: Bool

  private var s: Double { style.page.textScale }
  private var isBanded: Bool { content == .contours }

  /// Prepares the panels.
  ///
  /// - Throws: `FigureError` if there is nothing to draw or the page has no usable size.
  init(_ panels: [Panel], style: FigureStyle, content: Content) throws(FigureError) {
    guard (1...Panel.maximumCount).contains(panels.count) else {
      throw FigureError(
        "A figure has 1 to \(Panel.maximumCount) panels, not \(panels.count); draw fewer, or animate "
          + "them.")
    }
    let page = style.page
    guard (36...7200).contains(page.width), (0.25...8).contains(page.textScale),
      (36...7200).contains(page.height ?? 36)
    else {
      throw FigureError(
        "A page of width \(page.width), height \(page.height.map { "\($0)" } ?? "automatic") and "
          + "text scale \(page.textScale) is unusable; sizes must lie between 36 and 7200 points "
          + "and the text scale between 0.25 and 8.")
    }
    if let range = style.range, !(range.lowerBound.isFinite && range.upperBound.isFinite) {
      throw FigureError("The values' range \(range) must be finite.")
    }
    self.style = FigureComposer.named(style)
    self.content = content
    self.panels =
      try style.sharing == .excess
      ? panels.map { (panel) throws(FigureError) in try FigureComposer.excess(of: panel) } : panels
    axes = panels.map { Axes($0.field, wholeCells: content == .cells && $0.overlay?.field == nil) }
    sharesAxes = Set(axes).count == 1
  }

  /// A style whose colour bar says what is taken off.
  static func named(_ style: FigureStyle) -> FigureStyle {
    guard style.sharing == .excess, !style.colorBarTitle.isEmpty else { return style }
    var named = style
    named.colorBarTitle = style.colorBarTitle + RichText(verbatim: " − min")
    return named
  }

  /// A panel whose least value is 0.
  static func excess(of panel: Panel) throws(FigureError) -> Panel {
    guard let least = panel.field.range?.lowerBound else { return panel }
    var panel = panel
    panel.field = try Field(
      xs: panel.field.xs, ys: panel.field.ys, values: panel.field.values.map { $0 - least })
    return panel
  }

  /// The finished figure: with the fewest thinned levels at which no panel's contours crowd, and of
  /// a frame alone on its page all that have room for it bear a label.
  func figure() throws(FigureError) -> Figure {
    let fields = panels.map(\.field)
    let hasFloor = style.sharing == .excess
    var candidates: [[Norm]]
    if style.sharing == .own {
      candidates = []
      for field in fields {
        candidates.append(
          try Norm.candidates(for: [field], style: style, isBanded: isBanded, hasFloor: false))
      }
    } else {
      let shared = try Norm.candidates(
        for: fields, style: style, isBanded: isBanded, hasFloor: hasFloor)
      candidates = fields.map { _ in shared }
    }
    var choice = candidates.map { _ in 0 }
    var first: Figure?
    while true {
      let norms = zip(candidates, choice).map { $0.isEmpty ? nil : $0[$1] }
      let plan = try PagePlan(
        panels, axes: axes, norms: norms, style: style, isBanded: isBanded,
        sharesAxes: sharesAxes)
      let plots = zip(panels.indices, norms).map { number, norm in
        norm.flatMap {
          panels[number].overlay != nil
            ? nil
            : ContourPlot(
              panels[number].field, norm: $0, axes: axes[number], frame: plan.frames[number],
              style: style, isBanded: isBanded, supplements: panels.count > 1,
              guides: panels[number].guides)
        }
      }
      // C1: at most a tenth of the lines may run within 1 mm of the next.
      let crowded = panels.indices.filter { number in
        style.range == nil && (plots[number]?.crowded ?? 0) > 0.1
          && choice[number] + 1 < candidates[number].count
      }
      if crowded.isEmpty {
        var overlays: [OverlayPlot?] = []
        for (number, panel) in panels.enumerated() {
          guard let overlay = panel.overlay else {
            overlays.append(nil)
            continue
          }
          overlays.append(
            try OverlayPlot(
              overlay, over: panel.field, norm: norms[number], axes: axes[number],
              frame: plan.frames[number], style: style))
        }
        let figure = draw(plan, norms: norms, plots: plots, overlays: overlays)
        guard panels.count == 1, content == .contours, style.levels == .automatic,
          style.range == nil
        else { return figure }
        // C3: where lines lie too near for labels between them, fewer may all be told.
        guard FigureComposer.unlabelled(in: figure.layout.panels[0]) > 0 else { return figure }
        first = first ?? figure
        let next = choice[0] + 1
        guard next < candidates[0].count,
          candidates[0][next].levels.values.count >= FigureComposer.leastLevels
        else { return first ?? figure }
      }
      if style.sharing == .own, panels.count > 1 {
        for number in crowded { choice[number] += 1 }
      } else {
        choice = choice.map { $0 + 1 }
      }
    }
  }

  /// No fewer levels are drawn for the sake of labels (C1).
  private static let leastLevels = 6

  /// How many contours have room for a label along a line, three times its width, but none.
  static func unlabelled(in panel: FigureLayout.PanelRecord) -> Int {
    let labelled = Set(panel.labels.map(\.level))
    return panel.contours.count {
      $0.longest >= 3 * $0.labelWidth && !labelled.contains($0.level)
    }
  }

  private func draw(
    _ plan: PagePlan, norms: [Norm?], plots: [ContourPlot?], overlays: [OverlayPlot?]
  ) -> Figure {
    var sheet = Sheet()
    plan.drawTexts(on: &sheet)
    var bars: [Rectangle?] = []
    for number in panels.indices {
      bars.append(plan.bars[number]?.draw(on: &sheet, at: plan.barSpans[number]))
    }
    let sharedBar = bars.compactMap(\.self).first
    let records = panels.indices.map { number in
      var bar = sharedBar
      if style.sharing == .own { bar = bars[number] }
      return PanelComposer(
        content: content, norm: norms[number], plan: plan, number: number, axes: axes[number],
        style: style
      ).draw(panels[number], plots[number], overlays[number], bar: bar, on: &sheet)
    }
    return plan.figure(sheet, panels: records, style: style)
  }

  /// Boxes along a path that labels must keep off.
  static func obstacles(along points: [Point], width: Double) -> [OrientedBox] {
    zip(points, points.dropFirst()).map { from, to in
      let step = to - from
      return OrientedBox(
        center: (from + to) * 0.5, width: step.length, height: width,
        angle: step.angle)
    }
  }
}
