/// The frames of an animation of training: the weights walk over the loss in a plane through weight
/// space.
///
/// The contours stand still; the marker, its trail, the timeline's marker and the digits move. From
/// one kept epoch to the next the marker goes straight, and the numbers are those of the last one.
public struct TrainingFigure: FilmFrames {
  /// A point of a training path.
  public struct Step: Hashable, Sendable {
    /// How many epochs lie behind it.
    public var epoch: Int
    /// How many steps of a polish, which follows the epochs, lie behind it.
    public var polishSteps: Int
    /// Where, in the plane.
    public var at: Point
    /// The loss there: of the weights, not of their place in the plane.
    public var loss: Double

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - epoch: How many epochs lie behind it.
    ///   - polishSteps: How many steps of a polish lie behind it; 0 before.
    ///   - at: Where, in the plane.
    ///   - loss: The loss of the weights.
    public init(epoch: Int, polishSteps: Int = 0, at: Point, loss: Double) {
      (self.epoch, self.polishSteps, self.at, self.loss) = (epoch, polishSteps, at, loss)
    }
  }

  /// How many frames there are.
  public let count: Int

  private let steps: [Step]
  /// When each step is reached: its epoch, and for a polish some more.
  private let times: [Double]
  private let panel: Panel
  private let page: FilmPage
  private let still: FilmPage.Still
  private let unit: String

  /// Plans the page that all frames share.
  ///
  /// - Parameters:
  ///   - loss: The loss in the plane.
  ///   - steps: The path, by ascending epochs, then steps of the polish.
  ///   - frames: How many; spread evenly over the epochs, the first on the first step and the last on
  ///     the last.
  ///   - unit: What the steps are counted in: an epoch, or a checkpoint.
  ///   - style: How it looks. With `sharing` as the excess, over the least value in the plane.
  /// - Throws: `FigureError` if there are fewer than two steps or frames, the epochs do not ascend,
  ///   the style cannot show these values or the page is too small.
  public init(
    loss: Field, steps: [Step], frames: Int, unit: String = "epoch", style: FigureStyle
  ) throws(FigureError) {
    guard frames >= 2, frames <= 100_000 else {
      throw FigureError("Training in \(frames) frames cannot be shown; give 2 to 100000.")
    }
    let epochs = steps.filter { $0.polishSteps == 0 }.map(\.epoch)
    let polish = steps.dropFirst(epochs.count)
    guard let last = epochs.last, last >= 1, epochs[0] >= 0,
      zip(epochs, epochs.dropFirst()).allSatisfy(<),
      polish.allSatisfy({ $0.epoch == last && $0.polishSteps > 0 }),
      zip(polish, polish.dropFirst()).allSatisfy({ $0.polishSteps < $1.polishSteps })
    else {
      throw FigureError(
        "A training path needs at least two steps whose epochs ascend, and then those of a polish.")
    }
    let polishEpochs = Double(TrainingFigure.polishEpochs(after: last))
    let polishSteps = polish.last.map(\.polishSteps) ?? 0
    count = frames
    self.unit = unit
    self.steps = steps
    times = steps.map { step in
      guard step.polishSteps > 0 else { return Double(step.epoch) }
      return Double(last) + polishEpochs * (Double(step.polishSteps) / Double(polishSteps))
    }

    let losses = zip(times, steps).map { Point($0, $1.loss) }
    var panel = Panel(loss, marks: TrainingFigure.ends(of: steps))
    if let minimum = Mark.minimum(of: loss) { panel.marks.append(minimum) }
    panel.marks.append(Mark(.point, at: steps[0].at, label: "present weights"))
    var trail = Trail(steps.map(\.at), label: TrainingFigure.trailName)
    trail.jumps = TrainingFigure.polish(in: steps)
    trail.jumpLabel = TrainingFigure.polishName
    panel.trails = [trail]
    if style.sharing == .excess { panel = try FigureComposer.excess(of: panel) }
    let look = FigureComposer.named(style)
    page = try FilmPage(panel, holding: [panel.field], style: look, isSweep: false) {
      (band) throws(FigureError) in
      try Timeline(
        epochs: last, unit: unit, polishSteps: polishSteps, polishEpochs: polishEpochs,
        losses: losses, band: band, style: look)
    }
    still = page.still(panel)
    self.panel = panel
  }

  /// How long a polish is shown, in epochs: an eighth of all, though it is none of them, so that
  /// it can be followed.
  ///
  /// - Parameter epochs: How many epochs there are.
  /// - Returns: At least one.
  public static func polishEpochs(after epochs: Int) -> Int { max(1, epochs / 8) }

  /// The marks of a path's first and last step.
  public static func ends(of steps: [Step]) -> [Mark] {
    guard let first = steps.first, let last = steps.last else { return [] }
    return [
      Mark(.start, at: first.at, label: "first weights"),
      Mark(.centre, at: last.at, label: "last weights"),
    ]
  }

  /// Which parts of a path are steps of the polish.
  public static func polish(in steps: [Step]) -> Set<Int> {
    Set(steps.indices.dropLast().filter { steps[$0 + 1].polishSteps > 0 })
  }

  /// The path's name in the legend.
  static let trailName: RichText = "training path"
  /// What the steps of a polish are called in a legend.
  public static let polishName: RichText = "steps on to the minimum"

  /// Draws a frame.
  ///
  /// - Parameter index: Its number, from 0.
  /// - Returns: The drawing and its layout.
  /// - Throws: `FigureError` if there is no such frame.
  public func figure(at index: Int) throws(FigureError) -> Figure {
    guard (0..<count).contains(index) else {
      throw FigureError("The animation has \(count) frames, and none of number \(index).")
    }
    let start = times[0]
    let end = times[times.count - 1]
    let time = start + (end - start) * Double(index) / Double(count - 1)
    let reached = (times.lastIndex { $0 <= time }) ?? 0
    var way = steps[...reached].map(\.at)
    if reached + 1 < steps.count, time > times[reached] {
      let share = (time - times[reached]) / (times[reached + 1] - times[reached])
      let (from, to) = (steps[reached].at, steps[reached + 1].at)
      way.append(from + (to - from) * share)
    }
    var frame = panel
    frame.marks[frame.marks.count - 1].at = way[way.count - 1]
    frame.trails[0].points = way
    frame.trails[0].jumps = panel.trails[0].jumps.filter { $0 < way.count - 1 }
    frame.trails[0].fades = true
    let (now, last) = (steps[reached], steps[steps.count - 1])
    let name =
      now.polishSteps > 0
      ? Timeline.text(polishStep: now.polishSteps, of: last.polishSteps)
      : Timeline.text(unit, now.epoch, of: last.epoch)
    return page.figure(
      frame, over: still, Timeline.Moment(time, name, quantity: now.loss))
  }
}
