import Figures
import Networks

/// How an animation runs, and which files are made of it.
public struct AnimationPlan: Sendable, Equatable {
  /// A kind of file.
  public enum Format: String, Sendable, CaseIterable {
    /// An animated PNG: exact colours, played by browsers, a still elsewhere.
    case apng
    case gif
    case mp4
    case webm
    /// A folder of numbered stills.
    case frames
  }

  /// What moves.
  public enum Path: String, Sendable, CaseIterable {
    /// λ, and with it the loss.
    case lambda
    /// The weights, from the first ones through every epoch to the polished ones, or along the scene's
    /// checkpoints.
    case training
    /// The camera, once around the surface of the first λ.
    case turntable
  }

  /// What is drawn in each frame.
  public enum Figure: String, Sendable, CaseIterable {
    /// Filled contours.
    case contour
    /// A surface, from one camera.
    case surface
  }

  /// The plane that is shown as λ moves.
  public enum Plane: String, Sendable, CaseIterable {
    /// The scene's slice around weights trained at the first λ (protocol A).
    case scene
    /// The plane through the minima of the first and the last λ and the origin (protocol B).
    case decay
  }

  /// What moves.
  public var path = Path.lambda
  /// What is drawn as λ moves; a turntable shows a surface.
  public var figure = Figure.contour
  /// Pictures; the usual number if nil.
  ///
  /// As λ moves 60, three seconds at the default speed; of training one for each epoch, or several
  /// where that makes fewer than 60, and never more than 301.
  public var frames: Int?
  /// Frames of an animation over λ where no number is given.
  static let usualFrames = 60
  /// Frames of a turntable where no number is given: 4° each.
  static let usualTurn = 90
  /// Pictures a second: 20, which looks smooth, and which GIF can tell exactly.
  public var framesPerSecond = 20
  /// How often it is played; 0 for ever.
  public var plays = 0
  /// Whether λ goes back to where it began, so that the next round begins without a jump.
  public var returns = false
  /// The plane that is shown as λ moves.
  public var plane = Plane.scene
  /// The files to write.
  public var formats: [Format] = [.apng]
  /// Whether colours show the excess over each frame's least value: otherwise a large λ leaves few
  /// contours on the one scale.
  public var showsExcess = true
  /// Pictures for which the first and the last are held: three quarters of a second, to be read.
  public var held = 15
  /// Width in pixels: 800, a slide's half and a page's whole.
  public var pixels = 800

  /// Makes the default plan.
  public init() {}

  /// Reads the kinds of files from a flag.
  ///
  /// - Parameter text: Names with commas.
  /// - Throws: ``UsageError``.
  public mutating func setFormats(_ text: String) throws(UsageError) {
    var found: [Format] = []
    for name in text.split(separator: ",").map(\.trimmed) {
      guard let format = Format(rawValue: name) else {
        throw UsageError(
          reason: "'--format' has '\(name)' (there are \(list(Format.allCases.map(\.rawValue))))")
      }
      if !found.contains(format) { found.append(format) }
    }
    guard !found.isEmpty else { throw UsageError(reason: "'--format' is empty") }
    formats = found
  }

  /// Refuses what no animation can be.
  func check(against scene: Scene) throws(UsageError) {
    guard (1...1000).contains(framesPerSecond), plays >= 0, (64...16_000).contains(pixels) else {
      throw UsageError(
        reason: "'--fps' must be from 1 to 1000, '--loop' from 0, '--pixels' from 64 to 16000")
    }
    if let frames, !(2...100_000).contains(frames) {
      throw UsageError(reason: "'--frames' is \(frames); it must be from 2 to 100000")
    }
    if scene.reparametrisation != nil, path == .training || plane != .scene {
      throw UsageError(
        reason: "what trains or follows minima has weights of its own; leave out 'reparametrise'")
    }
    guard path != .lambda else { return }
    if path == .training, let weights = scene.weights {
      throw UsageError(
        reason: "'--path training' shows training, and the weights come from \(weights)")
    }
    if returns || plane != .scene {
      throw UsageError(
        reason: "'\(returns ? "--there-and-back" : "--plane")' is for '--path lambda'")
    }
    guard path == .training else { return }
    if figure != .contour {
      throw UsageError(reason: "'--figure surface' is for '--path lambda' and '--path turntable'")
    }
    if let weights = scene.weights {
      throw UsageError(
        reason: "'--path training' shows training, and the weights come from \(weights)")
    }
    if scene.training.epochs < 1, scene.checkpoints.isEmpty {
      throw UsageError(reason: "'--path training' needs an epoch at least, and the scene has none")
    }
  }

  /// λ of each frame.
  func lambdas(_ scene: Scene) throws -> [Double] {
    let given = scene.penalty.values.filter { $0 > 0 }.map(scene.penalty.convention.lambda)
    guard let least = given.min(), let most = given.max(), least < most else {
      throw UsageError(
        reason: "an animation needs two λ above 0 to run between, such as --lambda 1e-5,1e-1")
    }
    return try sweepPositions(
      frames: frames ?? Self.usualFrames, from: least, to: most, returns: returns)
  }

  /// How many frames show training of so many epochs, the polish among them.
  func trainingFrames(epochs: Int) -> Int {
    if let frames { return frames }
    guard epochs <= 300 else { return 301 }
    // As many to an epoch as bring them to 60, so that each epoch has a frame of its own.
    return epochs * max(1, (59 + epochs - 1) / max(epochs, 1)) + 1
  }
}
