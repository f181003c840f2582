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
    /// Where, in the plane.
    public var at: Point
    /// The loss there: of the weights, not of their place in the plane.
    public var loss: Double

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - epoch: How many epochs lie behind it.
    ///   - at: Where, in the plane.
    ///   - loss: The loss of the weights.
    public init(epoch: Int, at: Point, loss: Double) {
      (self.epoch, self.at, self.loss) = (epoch, at, loss)
    }
  }

  /// How many frames there are.
  public let count: Int

  private let steps: [Step]
  /// When each step is reached: its epoch, and for a polish some more.
  private let times: [Double]
  private let isPolished: Bool
  private let panel: Panel
  private let page: FilmPage
  private let still: FilmPage.Still

  /// Plans the page that all frames share.
  ///
  /// - Parameters:
  ///   - loss: The loss in the plane.
  ///   - steps: The path, by ascending epochs.
  ///   - isPolished: Whether the last step is a polish, that comes after the last epoch.
  ///   - frames: How many; spread evenly over the epochs, the first on the first step and the last on
  ///     the last.
  ///   - style: How it looks; there is one field, and `sharing` has no part.
  /// - Throws: `FigureError` if there are fewer than two steps or frames, the epochs do not ascend,
  ///   the style cannot show these values or the page is too small.
  public init(
    loss: Field, steps: [Step], isPolished: Bool, frames: Int, style: FigureStyle
  ) throws(FigureError) {
    guard frames >= 2, frames <= 100_000 else {
      throw FigureError("Training in \(frames) frames cannot be shown; give 2 to 100000.")
    }
    let epochs = isPolished ? steps.dropLast().map(\.epoch) : steps.map(\.epoch)
    guard let last = epochs.last, last >= 1, epochs[0] >= 0,
      zip(epochs, epochs.dropFirst()).allSatisfy(<)
    else {
      throw FigureError("A training path needs at least two steps whose epochs ascend.")
    }
    var style = style
    style.sharing = .shared
    let look = style
    let polish = isPolished ? Double(TrainingFigure.polishEpochs(after: last)) : nil
    count = frames
    self.steps = steps
    self.isPolished = isPolished
    times = epochs.map(Double.init) + (polish.map { [Double(last) + $0] } ?? [])

    var panel = Panel(loss, marks: TrainingFigure.ends(of: steps))
    if let minimum = Mark.minimum(of: loss) { panel.marks.append(minimum) }
    panel.marks.append(Mark(.point, at: steps[0].at, label: "present weights"))
    panel.trails = [Trail(steps.map(\.at), label: TrainingFigure.trailName)]
    page = try FilmPage(panel, holding: [loss], style: look, isSweep: false) {
      (band) throws(FigureError) in
      try Timeline(epochs: last, polish: polish, band: band, style: look)
    }
    still = page.still(panel)
    self.panel = panel
  }

  /// How long a polish is shown, in epochs: a sixteenth of all, as it is seen to end there, but is
  /// none of them.
  ///
  /// - Parameter epochs: How many epochs there are.
  /// - Returns: At least one.
  public static func polishEpochs(after epochs: Int) -> Int { max(1, epochs / 16) }

  /// The marks of a path's first and last step.
  public static func ends(of steps: [Step]) -> [Mark] {
    guard let first = steps.first, let last = steps.last else { return [] }
    return [
      Mark(.start, at: first.at, label: "first weights"),
      Mark(.centre, at: last.at, label: "last weights"),
    ]
  }

  /// The path's name in the legend.
  static let trailName: RichText = "training path"

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
    frame.trails[0].fades = true
    let isAtPolish = isPolished && reached == steps.count - 1
    let name: RichText =
      isAtPolish
      ? "polished"
      : Timeline.text(epoch: steps[reached].epoch, of: steps[steps.count - 1].epoch)
    return page.figure(
      frame, over: still,
      Timeline.Moment(time, name, "total loss " + RichText(fixed: steps[reached].loss)))
  }
}
