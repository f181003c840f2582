/// Draws what one frame holds, and its axes.
struct PanelComposer {
  let content: FigureComposer.Content
  /// Nil where nothing is finite.
  let norm: Norm?
  let plan: PagePlan
  /// Which of the plan's frames.
  let number: Int
  let axes: Axes
  let style: FigureStyle
  /// Where contours have labels; wherever there is room if nil.
  var labels: [ContourLabel]?

  private var s: Double { style.page.textScale }
  private var frame: Rectangle { plan.frames[number] }

  /// What lies over the data, on the page.
  struct Guests: Sendable {
    var marks: [Mark]
    var places: [Point]
    var boxes: [OrientedBox]
    var trails: [PlacedTrail]

    /// What labels must not touch.
    func obstacles(scale: Double) -> [OrientedBox] {
      boxes + trails.flatMap { $0.obstacles(scale: scale) }
    }
  }

  /// Labels and contours as drawn.
  typealias Drawn = (labels: [FigureLayout.LabelRecord], contours: [FigureLayout.ContourRecord])

  /// Draws a panel: colours, lines, paths, marks and axes, from the bottom up.
  ///
  /// - Parameters:
  ///   - panel: What to show.
  ///   - plot: Its contours, if it has any.
  ///   - overlay: What is drawn over cells, if anything.
  ///   - bar: Where its colour bar stands, for the record.
  ///   - sheet: The page.
  /// - Returns: What stands where.
  func draw(
    _ panel: Panel, _ plot: ContourPlot?, _ overlay: OverlayPlot?, bar: Rectangle?,
    on sheet: inout Sheet
  ) -> FigureLayout.PanelRecord {
    let guests = place(panel, plot)
    let drawn = drawData(panel, plot, overlay, avoiding: guests, on: &sheet)
    return finish(
      panel, guests, drawn, crowded: overlay?.crowded ?? plot?.crowded ?? 0, bar: bar, on: &sheet)
  }

  /// Places a panel's marks and paths.
  func place(_ panel: Panel, _ plot: ContourPlot?) -> Guests {
    let shown = panel.marks.filter { axes.contains($0.at) }
    let places = shown.map { axes.place($0.at, in: frame) }
    let frames = Mark.Kind.frames(zip(shown, places).map { ($0.kind, $1) }, scale: s)
    let boxes = shown.indices.map { index in
      let reach = frames[index] ? Mark.Kind.frameReach : shown[index].kind.reach
      let side = 2 * (reach + 0.7) * s
      return OrientedBox(center: places[index], width: side, height: side, angle: 0)
    }
    let trails = PlacedTrail.place(
      panel.trails, axes: axes, frame: frame, marks: boxes,
      isFree: { plot?.isFree($0) ?? true }, style: style)
    return Guests(marks: shown, places: places, boxes: boxes, trails: trails)
  }

  /// Draws colours, lines and their labels.
  func drawData(
    _ panel: Panel, _ plot: ContourPlot?, _ overlay: OverlayPlot?, avoiding guests: Guests,
    on sheet: inout Sheet
  ) -> Drawn? {
    if content == .cells {
      Cells(panel.field, norm: norm, axes: axes, theme: style.theme)
        .draw(on: &sheet, in: frame, style: style)
    } else if let plot {
      plot.fill(on: &sheet)
    } else {
      sheet.hatch(frame.path, in: frame, style: style)
    }
    let obstacles = guests.obstacles(scale: s)
    return overlay?.drawLines(on: &sheet, avoiding: obstacles, width: 3 * s)
      ?? plot.map {
        $0.drawLines(labels: labels ?? $0.labels(avoiding: obstacles), on: &sheet)
      }
  }

  /// Draws paths, marks and axes over the data.
  func finish(
    _ panel: Panel, _ guests: Guests, _ drawn: Drawn?, crowded: Double, bar: Rectangle?,
    on sheet: inout Sheet
  ) -> FigureLayout.PanelRecord {
    var paths = Sheet()
    for trail in guests.trails { paths.trail(trail, scale: s) }
    sheet.elements.append(.clip(frame.path, paths.elements))
    for trail in guests.trails { sheet.stationLabels(trail, scale: s) }
    let (labelsX, labelsY) = plan.labelsTicks[number]
    sheet.axes(
      axes, in: frame, x: plan.xTicks[number], y: plan.yTicks[number], labelsX: labelsX,
      labelsY: labelsY, style: style)
    // Over the frame, which would cut through a mark on it.
    sheet.marks(zip(guests.marks, guests.places).map { ($0.kind, $1) }, scale: s)
    return FigureLayout.PanelRecord(
      title: panel.title.plain, frame: frame,
      xRange: [axes.x.lowerBound, axes.x.upperBound],
      yRange: [axes.y.lowerBound, axes.y.upperBound],
      xTicks: plan.xTicks[number].ticks, yTicks: plan.yTicks[number].ticks,
      scale: norm.map { norm in
        FigureLayout.ScaleRecord(
          scale: norm.scale, levels: norm.levels.values, colors: norm.colors,
          hasLowerArrow: norm.hasLowerArrow, hasUpperArrow: norm.hasUpperArrow, hash: norm.hash,
          bar: bar)
      },
      contours: drawn?.contours ?? [], labels: drawn?.labels ?? [],
      marks: zip(guests.marks, guests.places).map {
        FigureLayout.MarkRecord(kind: $0.kind, at: $0.at, position: $1, value: $0.value)
      }, crowded: crowded, missingCount: panel.field.missingCount)
  }
}

extension PagePlan {
  /// The finished page.
  func figure(
    _ sheet: Sheet, panels: [FigureLayout.PanelRecord], style: FigureStyle
  ) -> Figure {
    Figure(
      drawing: Drawing(
        width: width, height: height, background: style.theme.background,
        elements: sheet.elements),
      layout: FigureLayout(
        width: width, height: height, background: style.theme.background, panels: panels,
        texts: sheet.texts))
  }
}
