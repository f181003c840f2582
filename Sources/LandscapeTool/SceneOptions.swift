import ArgumentParser
import Foundation
import Landscape

/// The scene, and the flags that replace parts of it; shared by the commands that run one.
struct SceneOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A scene by name (see 'landscape scenes') or the path of a .yaml file (default: digits).",
      discussion: "May be left out with --model."),
    completion: .file(extensions: ["yaml", "yml"]))
  var scene: String?

  @OptionGroup(title: "A network from a file") var model: ModelOptions

  @Option(
    name: [.long, .short],
    help: ArgumentHelp(
      "λ: one value, a list such as 0,1e-4,1e-2, or a range such as 1e-5...1e-1 x 13.",
      discussion: "Read in the scene's convention: λ, PyTorch's weight_decay, or Keras's l2.",
      valueName: "values"))
  var lambda: String?

  @Option(help: "Decides initial weights, order of samples and directions.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("The most threads (default: all cores).", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The folder that files are written to (default: output/<scene>, or output/<scene>-2 and so on "
        + "where that holds other results).", valueName: "folder"),
    completion: .directory)
  var out: String?

  @OptionGroup var replacement: ReplaceOption

  /// The figure that is made again, where one is: the scene is then what it carries.
  @TaskLocal static var recorded: RecordedFigure?

  func validate() throws { try checkThreads(threads) }

  /// The scene with its parts replaced.
  func load() throws -> Scene {
    var scene = try model.scene(scene, seed: seed, recorded: Self.recorded)
    if let lambda { try scene.set(.lambda, lambda) }
    return scene
  }

  /// Threads to use.
  var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  /// Where files go, and on how many threads they are made.
  ///
  /// - Parameters:
  ///   - name: What the folder is called below `output`, where none is given.
  ///   - command: The command that makes the run again.
  /// - Returns: The options.
  func options(named name: String, command: String) -> RenderOptions {
    var options = RenderOptions(
      folder: out ?? "output/\(name)", threads: threadCount, command: command)
    replacement.apply(to: &options, isNamed: out != nil)
    return options
  }

  /// The flags that decide what comes out, as they were given; files without their folders.
  var words: [String] {
    // A run without a name repeats as one with the default's.
    var words = (scene ?? (model.model == nil ? "digits" : nil)).map { [Self.fileName($0)] } ?? []
    words += model.words
    if let lambda { words += ["--lambda", lambda] }
    if let seed { words += ["--seed", String(seed)] }
    return words
  }

  static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// A figure that is made again, and the folder of the files that its scene names.
struct RecordedFigure: Sendable {
  var figure: FigureRecord
  var folder: String
  /// The most multiplications that a run may take; nil for any number.
  var workLimit: Double?

  func place(_ file: String) -> String { folder == "." ? file : "\(folder)/\(file)" }

  func scene(named name: String, seed: UInt64?, place: Int = 1) throws -> Scene {
    try figure.scene(
      named: name, in: folder, seed: seed, place: place, workLimit: workLimit)
  }
}

/// The flag by which a run takes the place of another study's results.
struct ReplaceOption: ParsableArguments {
  @Flag(help: "Remove the results of another study that the folder holds.")
  var replace = false

  /// Says what happens where the folder holds other results.
  func apply(to options: inout RenderOptions, isNamed: Bool) {
    options.others = replace ? .replace : isNamed ? .refuse : .beside
    options.isScratch = SceneOptions.recorded != nil
  }
}

/// Weights from files; shared by the commands that need trained ones.
struct WeightsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Trained weights, .safetensors, its .index.json or .npz, in place of training.",
      valueName: "file"),
    completion: .file(extensions: ["safetensors", "json", "npz"]))
  var weights: String?

  @Option(
    name: .customLong("weights-map"),
    help: ArgumentHelp(
      "YAML with 'names: {0.weight: fc1.weight}' and 'transpose: [0.weight]' (or 'kernels'), where "
        + "weight files name or lay out tensors otherwise than the network.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var weightsMap: String?

  @Option(
    help: ArgumentHelp(
      "A training from files: a folder of .safetensors and .npz, or files in their order.",
      discussion:
        "The last one is drawn, in the plane of the path's principal components unless "
        + "--directions names another.", valueName: "folder"),
    completion: .directory)
  var checkpoints: String?

  /// The flag that takes the place of training, where one was given.
  var given: String? {
    weights != nil ? "--weights" : checkpoints != nil ? "--checkpoints" : nil
  }

  func validate() throws {
    if weights != nil, checkpoints != nil {
      throw ValidationError(
        "'--checkpoints' end in the weights that are drawn; leave out '--weights'")
    }
  }

  /// Replaces the scene's weights and their map, where some were given.
  func apply(to scene: inout Scene) throws {
    if let weights { (scene.weights, scene.checkpoints) = (weights, []) }
    if let checkpoints {
      scene.weights = nil
      try scene.setCheckpoints(checkpoints)
    }
    if let weightsMap { try scene.readWeightNames(weightsMap) }
  }

  /// The flags as they were given; files without their folders.
  var words: [String] {
    [
      ("--weights", weights), ("--weights-map", weightsMap), ("--checkpoints", checkpoints),
    ].flatMap { flag, files -> [String] in
      guard let files else { return [] }
      let names = files.split(separator: ",").map { SceneOptions.fileName(String($0)) }
      return [flag, names.joined(separator: ",")]
    }
  }
}

/// Refuses a count of threads, or of what runs at once, that makes no sense.
func checkThreads(_ count: Int?, flag: String = "--threads") throws {
  if let count, !(1...1024).contains(count) {
    throw ValidationError("'\(flag)' is \(count); it must be from 1 to 1024")
  }
}
