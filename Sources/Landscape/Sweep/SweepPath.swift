import Algebra
import FoundationEssentials
import Networks
import TensorFiles

extension Model {
  /// The minima over λ: from an earlier run where nothing they depend on has changed, else followed
  /// now from weights trained at the first λ, or from the scene's file.
  ///
  /// - Parameters:
  ///   - options: Where to, and how exactly.
  ///   - reporter: Who is told.
  /// - Returns: The path.
  /// - Throws: `FileError` or `TrainingError`.
  func minimiserPath(_ options: RenderOptions, reporter: Reporter) throws -> MinimiserPath {
    let lambdas = scene.penalty.values.map(scene.penalty.convention.lambda)
    let start = try weights(
      lambda: lambdas[0], file: "\(options.folder)/weights.safetensors", fresh: options.fresh,
      reporter: reporter)
    var how = PathOptions()
    how.polish.gradientTolerance = polishTolerance
    how.polish.quasiNewtonIterations =
      scene.sweep.iterations ?? max(scene.training.polishIterations, 200)
    // Where the loss has kinks its minima lie on them, and Newton's method does not get on.
    if objective.network.hasKinks { how.polish.newton.maxIterations = 0 }
    var log = try PathLog(
      file: "\(options.folder)/path.safetensors", key: pathKey(start.values, lambdas, how),
      dimension: objective.dimension, fresh: options.fresh)
    if log.known > 0 {
      reporter.note("path: \(log.known) minima found before, read from \(log.file)")
    }
    reporter.begin("following the minimum", 1)
    var stage = 0
    var failure: (any Error)?
    let path = Algebra.minimiserPath(
      objective, penalty: penalty, lambdas: lambdas, from: start.values, at: 0, options: how,
      known: log.minima,
      save: { minimum in
        guard failure == nil else { return }
        do { try log.append(minimum) } catch { failure = error }
      }
    ) { progress in
      if stage == 0 { reporter.begin("following the minimum", progress.total) }
      if progress.done > stage { reporter.advance(progress.done - stage) }
      stage = max(progress.done, 1)
    }
    if let failure { throw failure }
    try log.finish()
    return path
  }

  /// ‖∇L‖ asked of a sweep's minima.
  var polishTolerance: Double {
    scene.sweep.tolerance ?? min(scene.training.polish ?? 1e-4, 1e-4)
  }

  /// Writes w*(λ), each as weights.
  func writeMinima(_ path: MinimiserPath, to folder: String) throws -> [String] {
    try AtomicFile.prepareFolder(folder)
    return try zip(path.lowest, scene.penalty.values).map { point, given in
      let file = "\(folder)/lambda-\(lambdaName(given)).safetensors"
      try network.layout.writeWeights(
        point.weights, to: file,
        metadata: [
          "lambda": lambdaName(point.lambda), "program": "landscape \(Version.current)",
          "gradientNorm": "\(point.minimum.gradientNorm)",
        ])
      return file
    }
  }

  /// A hash of all that a path depends on.
  private func pathKey(_ start: [Double], _ lambdas: [Double], _ options: PathOptions) -> String {
    var hash = fingerprint
    hash.add(start)
    hash.add(lambdas)
    hash.add(penalty.mask)
    hash.add("\(options)")
    return hash.text
  }
}

extension JSONDecoder {
  /// Reads what `JSONEncoder.sorted` writes.
  static var sorted: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}

/// The minima of a path that is still being followed, kept so that an interrupted run can go on.
private struct PathLog {
  let file: String
  private let key: String
  private let dimension: Int
  private(set) var minima: [Minimum] = []
  /// Minima that an earlier run has left.
  let known: Int
  private var lastSave = ContinuousClock.now

  /// Saving takes a hundredth of this at most; losing it costs less than noticing.
  private let interval = Duration.seconds(10)

  init(file: String, key: String, dimension: Int, fresh: Bool) throws {
    self.file = file
    self.key = key
    self.dimension = dimension
    if !fresh, fileExists(file), let kept = try? Safetensors.read(file),
      kept.metadata["fingerprint"] == key, let text = kept.metadata["minima"],
      let records = try? JSONDecoder.sorted.decode([Minimum].self, from: Data(text.utf8)),
      let points = kept.tensors["minima"]?.doubles, points.count == records.count * dimension
    {
      minima = records.enumerated().map { index, record in
        var minimum = record
        minimum.point = Array(points[index * dimension..<(index + 1) * dimension])
        return minimum
      }
    }
    known = minima.count
  }

  mutating func append(_ minimum: Minimum) throws {
    minima.append(minimum)
    guard ContinuousClock.now - lastSave > interval else { return }
    try write()
    lastSave = .now
  }

  func finish() throws {
    if minima.count > known { try write() }
  }

  private func write() throws {
    let records = minima.map { minimum in
      var record = minimum
      record.point = []
      return record
    }
    let text = String(decoding: try JSONEncoder.sorted.encode(records), as: UTF8.self)
    let points = Tensor(shape: [minima.count, dimension], minima.flatMap(\.point))
    try Safetensors.write(
      .init(tensors: ["minima": points], metadata: ["fingerprint": key, "minima": text]), to: file)
  }
}
