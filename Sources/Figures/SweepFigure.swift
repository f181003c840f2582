/// The frames of an animation over λ: filled contours of the total loss on one slice.
///
///     total(λ) = base + λ · penalty,    penalty = ½‖w‖²
///
/// Page, axes, colours and levels are the same in all frames; the data, the marker on the timeline and
/// the digits of the numbers are all that moves. Contours have no labels, which would jump: each
/// level is read from the colour bar.
public struct SweepFigure: Sendable {
  /// λ of each frame.
  public let lambdas: [Double]

  private let base: Field
  private let penalty: [Double]
  private let minima: [Point]
  private let style: FigureStyle
  private let axes: Axes
  private let norm: Norm?
  private let plan: PagePlan
  private let timeline: Timeline
  /// What all frames have under their data, drawn once.
  private let ground: Sheet
  private let bar: Rectangle?

  /// Plans the page that all frames share.
  ///
  /// - Parameters:
  ///   - base: The base loss.
  ///   - penalty: ½‖w‖² at the same samples, in the same order.
  ///   - lambdas: λ of each frame, not negative.
  ///   - minima: Where the total loss is least at each frame, in the plane's coordinates and finer
  ///     than its grid; the lowest sample of each frame if nil.
  ///   - style: How it looks. With `sharing` as the excess over each frame's minimum, the contours
  ///     around it stay in sight though λ lifts the whole loss.
  /// - Throws: `FigureError` if counts disagree, a λ is unusable, the style cannot show these values
  ///   or the page is too small.
  public init(
    base: Field, penalty: [Double], lambdas: [Double], minima: [Point]? = nil, style: FigureStyle
  ) throws(FigureError) {
    guard penalty.count == base.values.count else {
      throw FigureError(
        "A sweep needs a penalty for each of the \(base.values.count) samples, not "
          + "\(penalty.count).")
    }
    guard let least = lambdas.min(), let most = lambdas.max(), least >= 0, most.isFinite,
      lambdas.allSatisfy(\.isFinite), most > 0
    else {
      throw FigureError("A sweep needs values of λ that are finite, not negative, and not all 0.")
    }
    guard minima?.count ?? lambdas.count == lambdas.count else {
      throw FigureError(
        "A sweep of \(lambdas.count) frames needs as many minima, not \(minima?.count ?? 0).")
    }
    var style = style
    if style.sharing == .excess, !style.colorBarTitle.isEmpty {
      style.colorBarTitle = style.colorBarTitle + RichText(verbatim: " − min")
    }
    self.lambdas = lambdas
    self.base = base
    self.penalty = penalty
    self.style = style
    let axes = Axes(base, wholeCells: false)
    self.axes = axes
    if let minima {
      self.minima = minima
    } else {
      var found: [Point] = []
      for lambda in lambdas {
        let least = try SweepFigure.total(base, penalty, lambda, isExcess: false).minimum
        found.append(least?.at ?? Point(.nan, .nan))
      }
      self.minima = found
    }

    // The total loss is linear in λ, and its excess convex: both are extreme at the ends of the
    // sweep, whose scale therefore holds all frames.
    let isExcess = style.sharing == .excess
    let middle = lambdas.sorted()[lambdas.count / 2]
    var ends: [Field] = []
    for lambda in [least, middle, most] {
      ends.append(try SweepFigure.total(base, penalty, lambda, isExcess: isExcess))
    }
    let candidates = try Norm.candidates(
      for: ends, style: style, isBanded: true, hasFloor: isExcess, isSweep: true)
    var chosen: (norm: Norm?, plan: PagePlan)?
    for norm in candidates.isEmpty ? [nil] : candidates.map(Optional.some) {
      let plan = try SweepFigure.plan(ends[0], axes, norm, style)
      chosen = (norm, plan)
      let page = style
      let isCrowded = ends.contains { field in
        norm.map { norm in
          ContourPlot(
            field, norm: norm, axes: axes, frame: plan.frames[0], style: page, isBanded: true,
            supplements: false
          ).crowded > 0.1
        } ?? false
      }
      if !isCrowded { break }
    }
    guard let chosen else { throw FigureError("There is nothing to draw.") }
    (norm, plan) = chosen
    timeline = try Timeline(lambdas, band: plan.band, style: style)
    var ground = Sheet()
    plan.drawTexts(on: &ground)
    bar = plan.bars[0]?.draw(on: &ground, beside: plan.barSpans[0])
    timeline.drawAxis(on: &ground)
    self.ground = ground
  }

  /// Draws a frame.
  ///
  /// - Parameter index: Its number, from 0.
  /// - Returns: The drawing and its layout.
  /// - Throws: `FigureError` if there is no such frame.
  public func figure(at index: Int) throws(FigureError) -> Figure {
    guard lambdas.indices.contains(index) else {
      throw FigureError("The sweep has \(lambdas.count) frames, and none of number \(index).")
    }
    let lambda = lambdas[index]
    let total = try SweepFigure.total(base, penalty, lambda, isExcess: false)
    let shown =
      style.sharing == .excess
      ? try SweepFigure.total(base, penalty, lambda, isExcess: true) : total
    var panel = Panel(shown)
    let least = minima[index]
    if axes.contains(least) { panel.marks = [Mark(.minimum, at: least)] }
    // The way back covers the way there: the trail begins anew where λ turns.
    var start = index
    while start > 0, isAhead(start) == isAhead(index) { start -= 1 }
    var past = Trail(minima[start...index].filter(axes.contains), label: SweepFigure.trailName)
    past.fades = true
    panel.trails = [past]

    var sheet = ground
    let plot = norm.map {
      ContourPlot(
        shown, norm: $0, axes: axes, frame: plan.frames[0], style: style, isBanded: true,
        supplements: false)
    }
    let record = PanelComposer(
      content: .contours, norm: norm, plan: plan, number: 0, axes: axes, style: style,
      isLabelled: false
    ).draw(panel, plot, nil, bar: bar, on: &sheet)
    timeline.drawPresent(lambda, minimum: total.minimum?.value, on: &sheet)
    return plan.figure(sheet, panels: [record], style: style)
  }

  /// Follows the minimum in the legend.
  private static let trailName: RichText = "path of the minimum"

  /// Whether λ has grown since the frame before.
  private func isAhead(_ index: Int) -> Bool { index > 0 && lambdas[index] >= lambdas[index - 1] }

  /// Plans a page for the frame of the least λ, whose least value is that of all frames.
  private static func plan(
    _ field: Field, _ axes: Axes, _ norm: Norm?, _ style: FigureStyle
  ) throws(FigureError) -> PagePlan {
    let place = Point(axes.x.lowerBound, axes.y.lowerBound)
    let panel = Panel(
      field, marks: [Mark(.minimum, at: place)], trails: [Trail([place, place], label: trailName)])
    return try PagePlan(
      [panel], axes: [axes], norms: [norm], style: style, isBanded: true, sharesAxes: true,
      bandHeight: Timeline.height * style.page.textScale)
  }

  /// The total loss at a λ.
  private static func total(
    _ base: Field, _ penalty: [Double], _ lambda: Double, isExcess: Bool
  ) throws(FigureError) -> Field {
    // 0 · ∞ would be NaN, and the base loss alone is known.
    var values = zip(base.values, penalty).map { lambda == 0 ? $0 : $0 + lambda * $1 }
    if isExcess, let least = values.filter(\.isFinite).min() { values = values.map { $0 - least } }
    return try Field(xs: base.xs, ys: base.ys, values: values)
  }
}
