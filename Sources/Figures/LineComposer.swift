/// Lays out and draws graphs of lines.
///
/// Names are first tried at the lines' ends; where they would touch, the page is planned again
/// with a legend.
struct LineComposer {
  private let panels: [LinePanel]
  private let style: LineFigureStyle
  private let x: GraphAxis
  private let y: [GraphAxis]
  private let names: [RichText]
  private let looks: [LineLook]

  private var s: Double { style.page.format.textScale }
  private var theme: Theme { style.page.theme }

  /// Prepares axes and looks.
  ///
  /// - Throws: `FigureError` if there is nothing to draw, a band does not fit its line or an axis
  ///   cannot show its values.
  init(_ panels: [LinePanel], style: LineFigureStyle) throws(FigureError) {
    try style.page.check()
    guard !panels.isEmpty, panels.count <= 16 else {
      throw FigureError("A graph needs 1 to 16 panels, not \(panels.count).")
    }
    for line in panels.flatMap(\.lines) {
      guard let band = line.band else { continue }
      guard band.lower.count == line.points.count, band.upper.count == line.points.count else {
        throw FigureError(
          "The band of “\(line.name.plain)” has \(band.lower.count) lower and "
            + "\(band.upper.count) upper ends for \(line.points.count) points; give one a point.")
      }
    }
    var panels = panels
    for number in panels.indices { panels[number].references += style.references }
    self.panels = panels
    self.style = style
    func references(_ axis: Reference.Axis, _ panel: LinePanel) -> [Double] {
      panel.references.filter { $0.axis == axis }.map(\.value)
    }
    x = try GraphAxis(
      style.x,
      for: panels.flatMap { panel in
        panel.lines.flatMap { $0.points.filter { $0.y.isFinite }.map(\.x) }
          + panel.rugs.flatMap(\.values) + references(.x, panel)
      }, breaksAtZero: true)
    var axes: [GraphAxis] = []
    for panel in panels {
      axes.append(
        try GraphAxis(
          panel.y ?? style.y,
          for: panel.lines.flatMap { line in
            zip(line.points.indices, line.points).flatMap { index, point in
              point.x.isFinite && point.y.isFinite
                ? [point.y] + (line.band.map { [$0.lower[index], $0.upper[index]] } ?? []) : []
            }
          } + references(.y, panel), breaksAtZero: false))
    }
    y = axes
    var names: [RichText] = []
    for line in panels.flatMap(\.lines) where !names.contains(line.modelled ?? line.name) {
      names.append(line.modelled ?? line.name)
    }
    self.names = names
    looks = try LineLook.looks(names.count, palette: style.palette, theme: style.page.theme)
  }

  private func look(of line: Line) -> LineLook {
    if let look = line.look { return look }
    var look = looks[names.firstIndex(of: line.modelled ?? line.name) ?? 0]
    if line.modelled != nil { look.dash = LineLook.modelDash }
    return look
  }

  /// What a line looks like in the legend: a model of several in no colour, as its dash alone means
  /// it.
  private func legendLook(of line: Line) -> LineLook {
    var look = look(of: line)
    let modelled = Set(panels.flatMap(\.lines).filter { $0.name == line.name }.map(\.modelled))
    if line.modelled != nil, modelled.count > 1 { look.color = theme.text }
    return look
  }

  /// The finished figure.
  func figure() throws(FigureError) -> Figure {
    let isNamed = panels.contains { $0.lines.contains { !$0.name.isEmpty } }
    guard style.naming == .automatic, isNamed, let named = try? figure(namesAtEnds: true) else {
      return try figure(namesAtEnds: false).figure
    }
    // On a page of a fixed height names may take the room of whole frames.
    guard style.page.format.height != nil, let other = try? figure(namesAtEnds: false),
      other.merit > 1.3 * named.merit
    else { return named.figure }
    return other.figure
  }

  private func figure(
    namesAtEnds: Bool
  ) throws(FigureError) -> (figure: Figure, merit: Double) {
    var unplaced: [RichText] = []
    while true {
      let plan = try plan(namesAtEnds: namesAtEnds, unplaced: unplaced)
      let plots = zip(plan.frames.indices, plan.frames).map { number, frame in
        LinePlot(
          panels[number], looks: panels[number].lines.map(look), x: x, y: y[number], frame: frame,
          style: style.page)
      }
      var names: [[PlacedName]] = panels.map { _ in [] }
      if namesAtEnds {
        for (number, plot) in plots.enumerated() {
          guard let own = plot.names() else {
            throw FigureError("The lines' names do not fit at their ends.")
          }
          names[number] = own
        }
      }
      // Labels without a free place go under the graph, which may take room from the frames.
      let missing = plots.flatMap(\.unplaced).filter { !unplaced.contains($0) }
      if missing.isEmpty { return (draw(plan, plots: plots, names: names), plan.merit) }
      unplaced += missing
    }
  }

  private func plan(namesAtEnds: Bool, unplaced: [RichText]) throws(FigureError) -> GraphPlan {
    var width = 0.0
    if namesAtEnds {
      width =
        panels.flatMap(\.lines).map {
          TextLine($0.name, size: Size.small * s, typeface: style.page.typeface).width
        }.max() ?? 0
      guard width <= 0.2 * style.page.format.width else {
        throw FigureError("The lines' names are too long for their ends.")
      }
    }
    let legend = namesAtEnds ? [] : legend
    let arrangements = GraphArrangement.candidates(
      panels.count, on: style.page.format, hasLegend: !legend.isEmpty)
    var best: GraphPlan?
    var failure: FigureError?
    for arrangement in arrangements {
      do throws(FigureError) {
        let plan = try GraphPlan(
          panels, columns: arrangement.columns, x: x, y: y, xTitle: style.x.title,
          yTitles: panels.map { ($0.y ?? style.y).title }, namesWidth: width,
          text: PageText(
            style.page, legend: legend, notes: notes + unplaced,
            legendBeside: arrangement.legendBeside), style: style.page)
        if plan.merit > best?.merit ?? 0 { best = plan }
      } catch {
        failure = failure ?? error
      }
    }
    if let best { return best }
    throw failure ?? FigureError("A graph needs at least one frame.")
  }

  private var legend: [Legend.Item] {
    var known: Set<RichText> = []
    return panels.flatMap(\.lines).compactMap { line in
      guard !line.name.isEmpty, known.insert(line.name).inserted else { return nil }
      return (
        .line(
          legendLook(of: line), hasLine: line.points.count > 1, hasPoints: line.hasMarks,
          hasBand: line.band != nil), line.name
      )
    }
  }

  /// What a reader must know about points that are not shown.
  private var notes: [RichText] {
    var (missing, unplaced, all) = (0, 0, 0)
    for (number, panel) in panels.enumerated() {
      for point in panel.lines.filter({ !$0.isFilled }).flatMap(\.points) {
        all += 1
        if !point.x.isFinite || !point.y.isFinite {
          missing += 1
        } else if x.unit(point.x) == nil || y[number].unit(point.y) == nil {
          unplaced += 1
        }
      }
    }
    var notes: [RichText] = []
    if missing > 0 {
      notes.append(RichText(verbatim: "Gaps: \(missing) of \(all) values are not finite."))
    }
    if unplaced > 0 {
      notes.append(
        RichText(
          verbatim: "Not shown: \(unplaced) of \(all) values that have no place on a "
            + "logarithmic axis."))
    }
    return notes
  }

  private func draw(_ plan: GraphPlan, plots: [LinePlot], names: [[PlacedName]]) -> Figure {
    var sheet = Sheet()
    plan.drawTexts(on: &sheet)
    var records: [FigureLayout.PanelRecord] = []
    for (number, plot) in plots.enumerated() {
      plot.drawData(on: &sheet)
      // Under the frame, which the points' edges would break.
      plot.drawPoints(on: &sheet)
      sheet.graphFrame(
        plot.frame, x: (x, plan.xTicks), y: (y[number], plan.yTicks[number]),
        labelsX: plan.labelsX[number], style: style.page)
      let references = plot.drawLabels(on: &sheet)
      for name in names[number] {
        sheet.text(
          name.text, at: name.anchor, color: name.color, on: [theme.background], role: .lineName)
      }
      records.append(
        FigureLayout.PanelRecord(
          title: panels[number].title.plain, frame: plot.frame,
          xRange: [x.scale.lower, x.scale.upper],
          yRange: [y[number].scale.lower, y[number].scale.upper], xTicks: plan.xTicks.major,
          yTicks: plan.yTicks[number].major, scale: nil, contours: [], labels: [], marks: [],
          crowded: 0, missingCount: plot.missingCount,
          graph: FigureLayout.GraphRecord(
            x: x.scale, hasBrokenZero: x.hasBrokenZero, y: y[number].scale, lines: plot.records,
            references: references)))
    }
    return Figure(
      drawing: Drawing(
        width: style.page.format.width, height: plan.height, background: theme.background,
        elements: sheet.elements),
      layout: FigureLayout(
        width: style.page.format.width, height: plan.height, background: theme.background,
        panels: records, texts: sheet.texts))
  }
}
