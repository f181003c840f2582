public import Figures

/// Pictures of one size that follow one another, drawn when they are asked for.
///
///     let animation = Animation(count: 60) { try frames[$0].drawing.raster(dpi: 96, typeface: font) }
///     let file = try animation.apng(dpi: 96, threads: 4)
///
/// Pictures are drawn and compressed on several threads, but no more of them are in memory than
/// there are threads, and one: the length of an animation costs no memory.
public struct Animation: Sendable {
  /// How many pictures there are; at least 1.
  public var count: Int
  /// How long each picture is shown, in frames; 1 for those beyond the list's end.
  public var durations: [Int] = []
  /// Frames in a second; 20, which looks smooth, and which GIF can tell exactly.
  public var framesPerSecond = 20
  /// How often it is played; 0, as readers expect of a figure, is for ever.
  public var plays = 0
  /// The picture shown where nothing moves, such as in print; the first one, with which the
  /// animation begins.
  public var still = 0
  /// Draws the picture of a number, the same whenever it is asked; called on several threads.
  public var picture: @Sendable (_ index: Int) throws -> Raster

  /// More pictures than these are no animation: at 20 in a second, an hour.
  public static let largestCount = 72_000

  /// Makes an animation.
  ///
  /// - Parameters:
  ///   - count: How many pictures there are.
  ///   - picture: Draws the picture of a number, the same whenever it is asked.
  public init(count: Int, picture: @escaping @Sendable (_ index: Int) throws -> Raster) {
    self.count = count
    self.picture = picture
  }

  /// For how many frames a picture is shown.
  func duration(of index: Int) -> Int { index < durations.count ? durations[index] : 1 }

  /// Refuses what no format can say, before anything is drawn.
  func validate() throws {
    guard (1...Self.largestCount).contains(count) else {
      throw ImageError.size(
        "an animation of \(count) pictures cannot be written: it must have 1 to "
          + "\(Self.largestCount)")
    }
    guard (0..<count).contains(still) else {
      throw ImageError.unusable(
        "the still picture \(still) of the animation is not one of its \(count)")
    }
    guard (1...1000).contains(framesPerSecond) else {
      throw ImageError.unusable(
        "\(framesPerSecond) frames in a second cannot be shown: say 1 to 1000")
    }
    guard (0...1_000_000).contains(plays) else {
      throw ImageError.unusable(
        "an animation cannot be played \(plays) times: say 1 to 1000000, or 0 for ever")
    }
    for duration in durations where !(1...60_000).contains(duration) {
      throw ImageError.unusable(
        "a picture of the animation is shown for \(duration) frames: say 1 to 60000")
    }
  }
}

extension Raster {
  /// Refuses a picture that is not of another's size.
  func validate(likeWidth width: Int, height: Int) throws {
    try validate()
    guard self.width == width, self.height == height else {
      throw ImageError.unusable(
        "an animation's pictures must all have one size: one has \(self.width) × \(self.height) "
          + "pixels, another \(width) × \(height)")
    }
  }
}
