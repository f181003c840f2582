import Algebra
import Geometry
import Networks
import TensorFiles

/// Studies how weight decay changes a scene's loss: follows the minimum over λ, measures it, samples
/// the slices it is seen on, judges what people say of weight decay, and writes report and figures.
///
/// - Parameters:
///   - scene: What to study, at its λ, two at least, and in `sweep` how exactly.
///   - options: Where to, and on how many threads.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written, and the verdicts line by line.
/// - Throws: As ``render(_:_:reporter:)``, and `SpectrumError`.
public func sweep(
  _ scene: Scene, _ options: RenderOptions, reporter: Reporter = .silent
) throws -> (files: [String], lines: [String]) {
  let scene = try scene.readyToSweep()
  let model = try Model(scene, threads: options.threads, reporter: reporter)
  try model.checkNoStatisticsAwaited("a sweep")
  let study = try Study(
    "sweep", model, trainedAt: [scene.penalty.convention.lambda(scene.penalty.values[0])],
    samples: false, details: "\(scene.sweep)", mainFile: "sweep.json")
  return try inRunFolder(options, study, reporter: reporter) { options in
    let result = try follow(model, options, reporter: reporter)
    return (result, result.files)
  }
}

/// Follows the minimum in the run's folder.
private func follow(
  _ model: Model, _ options: RenderOptions, reporter: Reporter
) throws -> (files: [String], lines: [String]) {
  let scene = model.scene
  let path = try model.minimiserPath(options, reporter: reporter)
  let panels = spread(scene.sweep.panels, over: path.lowest.count)
  let slices = try model.sweepSlices(
    path.lowest.map(\.weights), panels: panels, options, reporter: reporter)
  let records = try model.sweepRecords(path, slices, panels: panels, options, reporter: reporter)
  let report = SweepReport(model, records, slices, options)
  var files = try report.write(to: options.folder)
  files += try model.writeMinima(path, to: "\(options.folder)/minima")
  let figures = try SweepFigures(model, report, path, slices, panels: panels, options)
  let drawn = try figures.write(reporter: reporter)
  files += drawn.files
  files += try report.writePages(drawn.figures, slices, scene, to: options.folder)
  return (files, report.lines)
}

extension Scene {
  /// The scene with its λ ascending; refuses what cannot be swept.
  func readyToSweep() throws(UsageError) -> Scene {
    try sweep.validate()
    guard penalty.values.count > 1 else {
      throw UsageError(
        reason: "a sweep needs at least two λ, such as --lambda '1e-5...1e-1 x 25'")
    }
    guard reparametrisation == nil else {
      throw UsageError(
        reason: "a sweep finds minima of its own; leave out 'reparametrise'")
    }
    guard slice.centre == nil else {
      throw UsageError(
        reason: "a sweep's slices are centred on the minima it finds; leave out 'slice.centre'")
    }
    var scene = self
    scene.penalty.values.sort()
    return scene
  }
}

/// Indices that lie evenly among others, the first and the last among them.
func spread(_ wanted: Int, over count: Int) -> [Int] {
  guard wanted < count else { return Array(0..<count) }
  return (0..<wanted).map { Int((Double($0 * (count - 1)) / Double(wanted - 1)).rounded()) }
}
