/// The frames of an animation over λ: filled contours of the total loss on one slice.
///
///     total(λ) = base + λ · penalty,    penalty = ½‖w‖²
///
/// Page, axes, colours and levels are the same in all frames; the data with their labels, the marker on
/// the timeline and the digits of the numbers are all that moves. A label rides on its contour and does
/// not jump; it goes where there is no room for it.
public struct SweepFigure: FilmFrames {
  /// λ of each frame.
  public let lambdas: [Double]

  private let base: Field
  private let penalty: [Double]
  private let minima: [Point]
  /// Whether the minimum moves as far as can be seen.
  private let hasPath: Bool
  private let isExcess: Bool
  private let page: FilmPage
  /// Each frame's labels, the same for the same λ.
  private let labels: [Double: [ContourLabel]]

  /// How many frames there are.
  public var count: Int { lambdas.count }

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
    self.lambdas = lambdas
    self.base = base
    self.penalty = penalty
    let lowest = try SweepFigure.lowest(base, penalty, lambdas)
    let leasts = minima ?? lowest.map(\.at)
    self.minima = leasts
    let width = (base.xs.last ?? 0) - base.xs[0]
    hasPath = leasts.contains { ($0 - leasts[0]).length > 0.01 * width }

    // The total loss is linear in λ, and its excess convex: both are extreme at the ends of the
    // sweep, whose scale therefore holds all frames.
    let isExcess = style.sharing == .excess
    self.isExcess = isExcess
    let middle = lambdas.sorted()[lambdas.count / 2]
    var ends: [Field] = []
    for lambda in [least, middle, most] {
      ends.append(try SweepFigure.total(base, penalty, lambda, isExcess: isExcess))
    }
    // The frame of the least λ, whose least value is that of all frames.
    let place = Point(base.xs[0], base.ys[0])
    let panel = Panel(
      ends[0], marks: [Mark(.minimum, at: place)],
      trails: hasPath ? [Trail([place, place], label: SweepFigure.trailName)] : [])
    let look = FigureComposer.named(style)
    page = try FilmPage(panel, holding: ends, style: look, isSweep: true) {
      (band) throws(FigureError) in
      try Timeline(lambdas, minima: lowest.map(\.value), band: band, style: look)
    }

    // The way back shows what the way there has shown.
    var moving = FilmLabels()
    var order: [Double] = []
    var seen: Set<Double> = []
    let path = hasPath ? [Trail(leasts.filter(page.axes.contains), label: "")] : []
    for (lambda, at) in zip(lambdas, leasts) where seen.insert(lambda).inserted {
      order.append(lambda)
      var panel = Panel(try SweepFigure.total(base, penalty, lambda, isExcess: isExcess))
      if page.axes.contains(at) { panel.marks = [Mark(.minimum, at: at)] }
      panel.trails = path
      page.add(panel, to: &moving)
    }
    labels = Dictionary(uniqueKeysWithValues: zip(order, moving.lasting))
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
    let shown = isExcess ? try SweepFigure.total(base, penalty, lambda, isExcess: true) : total
    var panel = Panel(shown)
    let least = minima[index]
    if page.axes.contains(least) { panel.marks = [Mark(.minimum, at: least)] }
    let start = SweepFigure.turn(of: lambdas, before: index)
    var past = Trail(
      minima[start...index].filter(page.axes.contains), label: SweepFigure.trailName)
    past.fades = true
    if hasPath { panel.trails = [past] }
    return page.figure(
      panel, labels: labels[lambda] ?? [],
      Timeline.Moment(lambda, Timeline.text(lambda), quantity: total.minimum?.value))
  }

  /// Follows the minimum in the legend.
  static let trailName: RichText = "path of the minimum"

  /// The last frame before another at which λ turned: the way back covers the way there, and a trail
  /// begins anew.
  static func turn(of lambdas: [Double], before index: Int) -> Int {
    func isAhead(_ index: Int) -> Bool { index > 0 && lambdas[index] >= lambdas[index - 1] }
    var start = index
    while start > 0, isAhead(start) == isAhead(index) { start -= 1 }
    return start
  }

  /// The lowest sample of the total loss at each λ; NaN where none is finite.
  static func lowest(
    _ base: Field, _ penalty: [Double], _ lambdas: [Double]
  ) throws(FigureError) -> [(at: Point, value: Double)] {
    var lowest: [(at: Point, value: Double)] = []
    for lambda in lambdas {
      let total = try total(base, penalty, lambda, isExcess: false)
      lowest.append(total.minimum ?? (Point(.nan, .nan), .nan))
    }
    return lowest
  }

  /// The total loss at a λ.
  static func total(
    _ base: Field, _ penalty: [Double], _ lambda: Double, isExcess: Bool
  ) throws(FigureError) -> Field {
    // 0 · ∞ would be NaN, and the base loss alone is known.
    var values = zip(base.values, penalty).map { lambda == 0 ? $0 : $0 + lambda * $1 }
    if isExcess, let least = values.filter(\.isFinite).min() { values = values.map { $0 - least } }
    return try Field(xs: base.xs, ys: base.ys, values: values)
  }
}
