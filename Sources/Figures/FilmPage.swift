/// Pictures of one page that follow one another: `SweepFigure` over λ, `TrainingFigure` over epochs.
public protocol FilmFrames: Sendable {
  /// How many there are.
  var count: Int { get }
  /// Draws a frame.
  ///
  /// - Parameter index: Its number, from 0.
  /// - Returns: The drawing and its layout.
  /// - Throws: `FigureError` if there is no such frame.
  func figure(at index: Int) throws(FigureError) -> Figure
}

/// The page that all frames of an animation share: its axes, colours, levels and timeline are planned
/// once, for all that the frames will show.
struct FilmPage: Sendable {
  let axes: Axes
  let norm: Norm?
  let timeline: Timeline
  private let style: FigureStyle
  private let plan: PagePlan
  /// What all frames have under their data, drawn once.
  private let ground: Sheet
  private let bar: Rectangle?

  /// Plans a page.
  ///
  /// - Parameters:
  ///   - panel: One of the frames, with every mark and path that the legend is to explain.
  ///   - fields: What the colours must hold.
  ///   - style: How it looks.
  ///   - isSweep: Whether the field itself moves, so that each frame shows but a part of the range.
  ///   - timeline: Makes the timeline for its place on the page.
  /// - Throws: `FigureError` if the style cannot show these values or the page is too small.
  init(
    _ panel: Panel, holding fields: [Field], style: FigureStyle, isSweep: Bool,
    timeline: (_ band: Rectangle) throws(FigureError) -> Timeline
  ) throws(FigureError) {
    let axes = Axes(panel.field, wholeCells: false)
    let candidates = try Norm.candidates(
      for: fields, style: style, isBanded: true, hasFloor: style.sharing == .excess,
      isSweep: isSweep)
    var chosen: (norm: Norm?, plan: PagePlan)?
    for norm in candidates.isEmpty ? [nil] : candidates.map(Optional.some) {
      let plan = try PagePlan(
        [panel], axes: [axes], norms: [norm], style: style, isBanded: true, sharesAxes: true,
        bandHeight: Timeline.height * style.page.textScale)
      chosen = (norm, plan)
      let isCrowded = fields.contains { field in
        norm.map { norm in
          ContourPlot(
            field, norm: norm, axes: axes, frame: plan.frames[0], style: style, isBanded: true,
            supplements: false
          ).crowded > 0.1
        } ?? false
      }
      if !isCrowded { break }
    }
    guard let chosen else { throw FigureError("There is nothing to draw.") }
    self.axes = axes
    self.style = style
    (norm, plan) = chosen
    self.timeline = try timeline(plan.band)
    var ground = Sheet()
    plan.drawTexts(on: &ground)
    bar = plan.bars[0]?.draw(on: &ground, at: plan.barSpans[0])
    self.timeline.drawAxis(on: &ground)
    self.ground = ground
  }

  private func composer(labels: [ContourLabel]? = nil) -> PanelComposer {
    PanelComposer(
      content: .contours, norm: norm, plan: plan, number: 0, axes: axes, style: style,
      labels: labels)
  }

  private func plot(_ field: Field) -> ContourPlot? {
    norm.map {
      ContourPlot(
        field, norm: $0, axes: axes, frame: plan.frames[0], style: style, isBanded: true,
        supplements: false)
    }
  }

  /// Places the labels of a frame whose data move; of none where nothing is finite.
  ///
  /// - Parameters:
  ///   - panel: A frame, with what labels must keep off.
  ///   - labels: Those of the frames before, to which this frame's are added.
  func add(_ panel: Panel, to labels: inout FilmLabels) {
    guard let plot = plot(panel.field) else { return }
    let guests = composer().place(panel, nil)
    labels.add(plot, avoiding: guests.obstacles(scale: style.page.textScale))
  }

  /// A frame whose data move.
  func figure(
    _ panel: Panel, labels: [ContourLabel], _ moment: Timeline.Moment
  ) -> Figure {
    var sheet = ground
    let record = composer(labels: labels)
      .draw(panel, plot(panel.field), nil, bar: bar, on: &sheet)
    timeline.draw(moment, on: &sheet)
    return plan.figure(sheet, panels: [record], style: style)
  }

  /// The data of frames in which they stand still: drawn once, with labels that keep off every mark
  /// and path of a panel.
  func still(_ panel: Panel) -> Still {
    let (composer, plot) = (composer(), plot(panel.field))
    var sheet = ground
    let drawn = composer.drawData(
      panel, plot, nil, avoiding: composer.place(panel, plot), on: &sheet)
    return Still(sheet: sheet, drawn: drawn, crowded: plot?.crowded ?? 0)
  }

  /// A page with data, to which marks and paths are added.
  struct Still: Sendable {
    fileprivate var sheet: Sheet
    fileprivate var drawn: PanelComposer.Drawn?
    fileprivate var crowded: Double
  }

  /// A frame whose data stand still.
  func figure(_ panel: Panel, over still: Still, _ moment: Timeline.Moment) -> Figure {
    let composer = composer()
    var sheet = still.sheet
    let record = composer.finish(
      panel, composer.place(panel, nil), still.drawn, crowded: still.crowded, bar: bar, on: &sheet)
    timeline.draw(moment, on: &sheet)
    return plan.figure(sheet, panels: [record], style: style)
  }
}
