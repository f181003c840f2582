/// One run of a batch: a scene, and what is done with it.
public struct BatchJob: Sendable {
  /// What is done with a scene: the command of the same name, as the scene has it.
  public enum Command: String, Sendable, CaseIterable {
    case render
    case sweep
    case curvature
    case animate
  }

  /// What is done.
  public let command: Command
  /// With what.
  public let scene: Scene
  /// The folder that files are written to, or that of one beside it where nobody has named it and it
  /// holds other results.
  public let folder: String
  /// Whether the job names its folder.
  let isNamed: Bool
  /// The command that makes the run by itself, for figures and summaries.
  public let commandLine: String
  /// How λ runs, where the command is `animate`.
  let animation: AnimationPlan
  /// Where the job was written down; nil for the command line.
  let place: Place?

  /// A line of a file of jobs.
  struct Place: Sendable {
    var path: String
    var line: Int?
  }

  /// Reads the scene and sees that the command can run with it; data and weights wait for the run.
  ///
  /// - Parameters:
  ///   - command: What is done.
  ///   - argument: The scene's name, or the path of its file.
  ///   - parts: What replaces parts of the scene, as flags say it.
  ///   - seed: Stands in for the scene's seed.
  ///   - folder: The folder that files are written to; nil for the command's own below `out`.
  ///   - out: The folder of the batch.
  /// - Throws: `FileError` or ``SceneError`` for the scene, ``UsageError`` for the rest.
  public init(
    _ command: Command, scene argument: String,
    replacing parts: [(part: Scene.Override, text: String)] = [], seed: UInt64? = nil,
    folder: String? = nil, out: String = "output"
  ) throws {
    try self.init(
      command, scene: argument, replacing: parts, seed: seed, folder: folder, out: out, place: nil
    ) { part, reason in
      UsageError(reason: part.map { "'--\($0.rawValue)' \(reason)" } ?? "\(argument): \(reason)")
    }
  }

  /// The same for jobs from a file, which names parts otherwise: `fault` makes the error for a part or
  /// for the job, and files that the job names are looked for beside its `place`.
  init(
    _ command: Command, scene argument: String,
    replacing parts: [(part: Scene.Override, text: String)], seed: UInt64?, folder: String?,
    out: String, place: Place?, fault: (_ part: Scene.Override?, _ reason: String) -> any Error
  ) throws {
    var scene = try BuiltInScenes.scene(argument, seed: seed)
    var animation = AnimationPlan()
    for (part, text) in parts {
      // An animation has pixels and kinds of files of its own.
      if command == .animate, part == .dpi || part == .format {
        throw fault(part, "means nothing to 'animate'")
      }
      if [.figure, .azimuth, .elevation].contains(part), command == .sweep || command == .curvature
      {
        throw fault(part, "means nothing to '\(command.rawValue)'")
      }
      if command == .animate, part == .figure {
        guard let figure = AnimationPlan.Figure(rawValue: text) else {
          throw fault(
            part, "is '\(text)' (there are \(list(AnimationPlan.Figure.allCases.map(\.rawValue))))")
        }
        animation.figure = figure
      }
      do throws(ParsingError) {
        try scene.replace(part, text, beside: place?.path ?? "")
      } catch {
        throw fault(part, error.reason)
      }
      if part == .scale { animation.showsExcess = false }
    }
    do {
      switch command {
      case .render, .curvature: break
      case .sweep: _ = try scene.readyToSweep()
      case .animate: _ = try animation.lambdas(scene)
      }
    } catch let error as UsageError {
      throw fault(nil, error.reason)
    }
    self.command = command
    self.scene = scene
    isNamed = folder != nil
    self.folder = folder ?? "\(out)/\(scene.name)" + (command == .sweep ? "/sweep" : "")
    func words(_ isMeant: (Scene.Override) -> Bool) -> [String] {
      parts.filter { isMeant($0.part) }.flatMap {
        ["--\($0.part.rawValue)", $0.part.word($0.text)]
      }
    }
    // λ and the seed first, and files without their folders, as the commands by themselves have it.
    commandLine = shellCommand(
      [
        "landscape", command.rawValue,
        argument.split(separator: "/").last.map(String.init) ?? argument,
      ]
        + words { $0 == .lambda } + (seed.map { ["--seed", String($0)] } ?? [])
        + words { $0 != .lambda })
    self.animation = animation
    self.place = place
  }

  /// Runs the command.
  ///
  /// - Parameters:
  ///   - threads: The most threads.
  ///   - batch: How the batch is run.
  ///   - reporter: Who is told how far it has come.
  /// - Returns: The files written.
  /// - Throws: What the command throws.
  func run(threads: Int, _ batch: BatchOptions, reporter: Reporter) throws -> [String] {
    var options = RenderOptions(folder: folder, threads: threads, command: commandLine)
    options.fresh = batch.fresh
    options.others = batch.replaces ? .replace : isNamed ? .refuse : .beside
    switch command {
    case .render: return try Landscape.render(scene, options, reporter: reporter)
    case .sweep: return try Landscape.sweep(scene, options, reporter: reporter).files
    case .curvature: return try Landscape.curvature(scene, options, reporter: reporter).files
    case .animate:
      return try Landscape.animate(scene, animation, options, reporter: reporter)
    }
  }
}
