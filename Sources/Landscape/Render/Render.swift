import Algebra
import Geometry
import Networks
import TensorFiles

/// Renders a scene: trains or loads its network, samples the base loss over a slice, adds the penalty
/// of each λ, and writes surfaces, numbers and figures.
///
/// - Parameters:
///   - scene: What to render.
///   - options: Where to, and which parts.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written, in the order of writing.
/// - Throws: `FileError`, `DatasetError`, `TrainingError`, ``SceneError``,
///   ``UsageError``, `FigureError` or `ImageError`; each says in one line what is wrong and where.
public func render(
  _ scene: Scene, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> [String] {
  try DirectionStudy.check(scene, options)
  let run = try PreparedRun(scene, options, reporter: reporter)
  return try inRunFolder(options, run.study, reporter: reporter) { options in
    let files = try render(run.render(options, reporter: reporter), options, reporter: reporter)
    return (files, files)
  }
}

/// Adds what is asked for besides the scene's own slices.
private func render(
  _ run: RenderRun, _ options: RenderOptions, reporter: Reporter
) throws -> [String] {
  let (model, views, provenance) = (run.model, run.views, run.provenance)
  let scene = model.scene
  var files = run.files
  if let change = scene.reparametrisation, !options.retrain, let origin = views[0].origin {
    let study = try ReparametrisedStudy(
      model, change, own: views[0], options, provenance, reporter: reporter)
    files += try study.write(origin.weights.values, of: model.network, reporter: reporter)
  }
  guard options.directionsCount > 1 else { return files }
  let study = try DirectionStudy(
    model, first: views[0], protocolName: Summary.describe(scene, model, views, options),
    options, provenance,
    reporter: reporter)
  return files + (try study.write(reporter: reporter))
}

/// A scene that is ready to be rendered: all that can be seen to be wrong with it has been seen.
struct PreparedRun {
  let study: Study
  private let scene: Scene
  private let model: Model

  init(_ scene: Scene, _ options: RenderOptions, reporter: Reporter) throws {
    try options.check(against: scene)
    model = try Model(scene, threads: options.threads, reporter: reporter)
    if !options.dataOnly { try FigureSet.rehearse(scene, options) }
    self.scene = scene
    let values = scene.penalty.values
    let given = options.retrain ? values : [options.trainLambda ?? values[0]]
    study = try Study(
      "render", model, trainedAt: given.map(scene.penalty.convention.lambda),
      in: options.retrain ? values.map { "lambda-\(lambdaName($0))/" } : [""],
      samples: !options.retrain,
      details: "\(options.retrain) \(options.directionsCount)", mainFile: "summary.json")
  }

  /// Trains, samples, writes and draws.
  func render(_ options: RenderOptions, reporter: Reporter) throws -> RenderRun {
    try RenderRun(scene, model, options, reporter: reporter)
  }
}

/// A scene trained or loaded, sampled, written and, unless data alone are wanted, drawn.
struct RenderRun {
  let model: Model
  /// The sampled slices.
  let views: [SurfaceView]
  let provenance: Provenance
  let summary: Summary
  /// The files written.
  let files: [String]

  fileprivate init(
    _ scene: Scene, _ trained: Model, _ options: RenderOptions, reporter: Reporter
  ) throws {
    views = try trained.views(options, reporter: reporter)
    model = views.first?.origin?.model ?? trained
    provenance = try Provenance(model)
    summary = Summary(scene, model, views, options)
    files = try finish(
      scene, summary, views, options, provenance: provenance, reporter: reporter)
  }
}

/// Draws a surface that was sampled before, here or by another program.
///
/// - Parameters:
///   - path: The surface, as ``SurfaceFile`` describes it.
///   - scene: The λ and the looks; its data and network have no part.
///   - options: Where to, and which parts.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written.
/// - Throws: `FileError`, `FigureError` or `ImageError`.
public func render(
  surface path: String, _ scene: Scene, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> [String] {
  let (surface, hasPenalty) = try SurfaceFile.read(path)
  try scene.recorded?.check(InputHash(surface), of: path)
  if !hasPenalty, scene.penalty.values.contains(where: { $0 != 0 }) {
    throw FileError.malformed(
      path: path, reason: "has no array 'penalty', so that only λ = 0 can be drawn (--lambda 0)")
  }
  let view = SurfaceView(given: scene.penalty.values, surface: surface)
  var scene = scene
  // What the scene says of data and network is not about this surface.
  scene.title = path.split(separator: "/").last.map(String.init) ?? path
  let (drawn, hash) = (scene, InputHash(surface).text)
  let study = Study(
    "render",
    of: [hash, scene.penalty.convention.rawValue] + scene.penalty.values.map(lambdaName),
    weights: hash, mainFile: "summary.json")
  return try inRunFolder(options, study, reporter: reporter) { options in
    let files = try finish(
      drawn, Summary(drawn, nil, [view], options), [view], options,
      provenance: Provenance(surface), reporter: reporter)
    return (files, files)
  }
}

/// Where a run writes to, and which parts of it are wanted.
public struct RenderOptions: Sendable {
  /// The folder that files are written to.
  public var folder: String
  /// What happens where the folder holds the results of another study.
  public var others = OtherResults.refuse
  /// Whether the results are made to be compared, and give way to the next that are.
  public var isScratch = false
  /// Folders besides those of the same name whose weights may be used again.
  var siblings: [String] = []
  /// The most threads.
  public var threads: Int
  /// λ to train at, in the scene's convention, where not the first that is drawn.
  public var trainLambda: Double?
  /// Whether each λ has a network trained at it and a slice of its own (protocol C).
  public var retrain = false
  /// How many random slices are drawn around the same weights; more than 1 shows how much depends on
  /// the directions.
  public var directionsCount = 1
  /// Whether earlier runs are left out of account.
  public var fresh = false
  /// Whether to end before figures are drawn.
  public var dataOnly = false
  /// Whether each figure's layout is written beside it.
  public var layout = false
  /// The command that makes the run again, for figures and summary.
  public var command: String

  /// Makes options.
  public init(folder: String, threads: Int, command: String) {
    self.folder = folder
    self.threads = threads
    self.command = command
  }

  /// Refuses to train what the scene takes from a file.
  func check(against scene: Scene) throws(UsageError) {
    guard scene.takesWeights, retrain || trainLambda != nil else { return }
    throw UsageError(
      reason:
        "'\(retrain ? "--retrain" : "--train-lambda")' trains, but the weights come from a file")
  }

  /// The folder of what belongs to one λ.
  func folder(given: Double) -> String { "\(folder)/lambda-\(lambdaName(given))" }
}

extension Model {
  /// The sampled slices: one for all λ (protocol A), or one for each (protocol C).
  fileprivate func views(_ options: RenderOptions, reporter: Reporter) throws -> [SurfaceView] {
    let values = scene.penalty.values
    func view(trainedAt given: Double, showing shown: [Double], in folder: String) throws
      -> SurfaceView
    {
      try AtomicFile.prepareFolder(folder)
      let weights = try weights(
        lambda: scene.penalty.convention.lambda(given), file: "\(folder)/weights.safetensors",
        fresh: options.fresh, reporter: reporter)
      let model = try holdingStatistics(at: weights.values)
      let placed = try model.slice(around: weights.values, reporter: reporter)
      let slice = placed.slice
      let sampling = SamplingOptions(precision: scene.slice.precision, threads: options.threads)
      let surface = try model.surface(
        on: slice, placed.grid, file: "\(folder)/surface.npz", options: sampling,
        fresh: options.fresh,
        reporter: reporter)
      return SurfaceView(
        given: shown, surface: surface,
        origin: .init(model: model, weights: weights, slice: slice, placed: placed))
    }
    if options.retrain {
      return try values.map {
        try view(trainedAt: $0, showing: [$0], in: options.folder(given: $0))
      }
    }
    return [
      try view(
        trainedAt: options.trainLambda ?? values[0], showing: values, in: options.folder)
    ]
  }
}

/// Writes the summary and the figures of sampled slices.
private func finish(
  _ scene: Scene, _ summary: Summary, _ views: [SurfaceView], _ options: RenderOptions,
  provenance: Provenance, reporter: Reporter
) throws -> [String] {
  let path = "\(options.folder)/summary.json"
  try AtomicFile.write(try summary.text, to: path, createFolders: true)
  for line in summary.headlines { reporter.headline(line) }
  var files = [path]
  // A surface from a file was not sampled here, and has nothing beside it.
  if views.first?.origin != nil {
    let folders = options.retrain ? views.map { options.folder(given: $0.given[0]) } : []
    for folder in folders.isEmpty ? [options.folder] : folders {
      files += ["\(folder)/surface.npz"]
      if !scene.takesWeights { files += ["\(folder)/weights.safetensors"] }
    }
    for (folder, view) in zip(folders.isEmpty ? [options.folder] : folders, views) {
      files += try export(
        "\(folder)/surface.npz", as: scene.exports,
        lambdas: view.given.map(scene.penalty.convention.lambda))
    }
  }
  guard !options.dataOnly else { return files }
  let figures = FigureSet(scene, summary, views, options, provenance)
  return files + (try figures.write(reporter: reporter))
}
