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
    guard !panels.isEmpty, panels.count <= 64 else {
      throw FigureError("A figure needs 1 to 64 panels, not \(panels.count).")
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
    self.style = {
      guard style.sharing == .excess, !style.colorBarTitle.isEmpty else { return style }
      var named = style
      named.colorBarTitle = style.colorBarTitle + RichText(verbatim: " − min")
      return named
    }()
    self.content = content
    self.panels =
      try style.sharing == .excess
      ? panels.map { (panel) throws(FigureError) in try FigureComposer.excess(of: panel) } : panels
    axes = panels.map { Axes($0.field, wholeCells: content == .cells) }
    sharesAxes = Set(axes).count == 1
  }

  private static func excess(of panel: Panel) throws(FigureError) -> Panel {
    guard let least = panel.field.range?.lowerBound else { return panel }
    var panel = panel
    panel.field = try Field(
      xs: panel.field.xs, ys: panel.field.ys, values: panel.field.values.map { $0 - least })
    return panel
  }

  /// The finished figure: with the fewest thinned levels at which no panel's contours crowd.
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
              style: style, isBanded: isBanded, supplements: panels.count > 1)
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
              overlay, over: panel.field, axes: axes[number], frame: plan.frames[number],
              style: style))
        }
        return draw(plan, norms: norms, plots: plots, overlays: overlays)
      }
      if style.sharing == .own {
        for number in crowded { choice[number] += 1 }
      } else {
        choice = choice.map { $0 + 1 }
      }
    }
  }

  private func draw(
    _ plan: PagePlan, norms: [Norm?], plots: [ContourPlot?], overlays: [OverlayPlot?]
  ) -> Figure {
    var sheet = Sheet()
    plan.drawTexts(on: &sheet)
    var bars: [Rectangle?] = []
    for number in panels.indices {
      bars.append(plan.bars[number]?.draw(on: &sheet, beside: plan.barSpans[number]))
    }
    let sharedBar = bars.compactMap(\.self).first
    var records: [FigureLayout.PanelRecord] = []
    for (number, panel) in panels.enumerated() {
      let frame = plan.frames[number]
      if content == .cells {
        Cells(panel.field, norm: norms[number], axes: axes[number], theme: style.theme)
          .draw(on: &sheet, in: frame, style: style)
      } else if let plot = plots[number] {
        plot.fill(on: &sheet)
      } else {
        sheet.hatch(frame.path, in: frame, style: style)
      }
      let shown = panel.marks.filter { axes[number].contains($0.at) }
      let places = shown.map { axes[number].place($0.at, in: frame) }
      let trails = panel.trails.map { trail in
        trail.points.map { axes[number].place($0, in: frame) }
      }
      let obstacles =
        places.map {
          OrientedBox(center: $0, width: 13 * s, height: 13 * s, angle: 0)
        }
        + trails.flatMap { FigureComposer.obstacles(along: $0, width: 3 * s) }
      let drawn =
        overlays[number]?.drawLines(on: &sheet, avoiding: obstacles, width: 3 * s)
        ?? plots[number]?.drawLines(on: &sheet, avoiding: obstacles)
      var paths = Sheet()
      for trail in trails { paths.trail(trail, scale: s) }
      sheet.elements.append(.clip(frame.path, paths.elements))
      for (mark, place) in zip(shown, places) { sheet.mark(mark.kind, at: place, scale: s) }
      let (labelsX, labelsY) = plan.labelsTicks[number]
      sheet.axes(
        axes[number], in: frame, x: plan.xTicks[number], y: plan.yTicks[number],
        labelsX: labelsX, labelsY: labelsY, style: style)
      records.append(
        FigureLayout.PanelRecord(
          title: panel.title.plain, frame: frame,
          xRange: [axes[number].x.lowerBound, axes[number].x.upperBound],
          yRange: [axes[number].y.lowerBound, axes[number].y.upperBound],
          xTicks: plan.xTicks[number].ticks, yTicks: plan.yTicks[number].ticks,
          scale: norms[number].map { norm in
            FigureLayout.ScaleRecord(
              scale: norm.scale, levels: norm.levels.values, colors: norm.colors,
              hasLowerArrow: norm.hasLowerArrow, hasUpperArrow: norm.hasUpperArrow,
              hash: norm.hash, bar: style.sharing == .own ? bars[number] : sharedBar)
          },
          contours: drawn?.contours ?? [], labels: drawn?.labels ?? [],
          marks: zip(shown, places).map {
            FigureLayout.MarkRecord(kind: $0.kind, at: $0.at, position: $1, value: $0.value)
          }, crowded: overlays[number]?.crowded ?? plots[number]?.crowded ?? 0,
          missingCount: panel.field.missingCount))
    }
    return Figure(
      drawing: Drawing(
        width: plan.width, height: plan.height, background: style.theme.background,
        elements: sheet.elements),
      layout: FigureLayout(
        width: plan.width, height: plan.height, background: style.theme.background,
        panels: records, texts: sheet.texts))
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
