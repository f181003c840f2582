import Algebra
import FoundationEssentials
import Networks
import TensorFiles

/// Weights, and where they come from.
struct ModelWeights: Sendable {
  var values: [Double]
  /// λ that they were trained at; nil where they come from a file.
  var lambda: Double?
  /// The weights before they were reparametrised, where they were.
  var original: [Double]?
  /// What they depend on, as a hash; nil where they come from a file.
  var fingerprint: String?
  /// How training went, where there was any.
  var training: TrainingRecord?
}

/// How training went.
struct TrainingRecord: Codable, Sendable, Equatable {
  /// Passes over the samples.
  var epochs: Int
  /// The total loss on average over the first epoch's mini-batches.
  var firstLoss: Double?
  /// The same for the last epoch.
  var lastLoss: Double?
  /// Steps of the polish.
  var polishIterations: Int?
  /// How the polish ended.
  var polishOutcome: String?
}

extension Model {
  /// Takes weights from the scene's file, from an earlier run, or trains them.
  ///
  /// Where the scene says so they are reparametrised; what is kept in the file is as trained.
  ///
  /// - Parameters:
  ///   - lambda: λ to train at.
  ///   - file: Where trained weights are kept for the next run.
  ///   - fresh: Whether to train even where an earlier run has.
  ///   - reporter: Who is told.
  /// - Returns: The weights.
  /// - Throws: `FileError` or `TrainingError`.
  func weights(
    lambda: Double, file: String, fresh: Bool, reporter: Reporter
  ) throws -> ModelWeights {
    var weights = try trainedWeights(lambda: lambda, file: file, fresh: fresh, reporter: reporter)
    guard let change = scene.reparametrisation else { return weights }
    weights.original = weights.values
    weights.values = try change.applied(to: weights.values, of: network, scene: scene)
    return weights
  }

  /// The weights as they were trained.
  private func trainedWeights(
    lambda: Double, file: String, fresh: Bool, reporter: Reporter
  ) throws -> ModelWeights {
    if let path = scene.weights {
      return ModelWeights(values: try readWeights(path), lambda: nil, training: nil)
    }
    if let last = checkpoints?.points.last {
      return ModelWeights(values: last, lambda: nil, training: nil)
    }
    let key = try trainingKey(lambda: lambda)
    if !fresh, fileExists(file), let kept = try? Safetensors.read(file),
      kept.metadata["fingerprint"] == key,
      let values = try? network.layout.vector(kept.tensors, path: file),
      let text = kept.metadata["training"],
      let record = try? JSONDecoder().decode(TrainingRecord.self, from: Data(text.utf8))
    {
      reporter.note("weights: trained before, read from \(file)")
      return ModelWeights(values: values, lambda: lambda, fingerprint: key, training: record)
    }
    let trained = try train(lambda: lambda, reporter: reporter)
    return try keep(trained, lambda: lambda, key: key, file: file)
  }

  /// Writes trained weights for the next run.
  func keep(
    _ trained: TrainedWeights, lambda: Double, key: String, file: String
  ) throws -> ModelWeights {
    let record = TrainingRecord(
      epochs: scene.training.epochs, firstLoss: trained.history.first,
      lastLoss: trained.history.last, polishIterations: trained.polish?.iterations,
      polishOutcome: trained.polish?.outcome.rawValue)
    let text = String(decoding: try JSONEncoder.sorted.encode(record), as: UTF8.self)
    try network.layout.writeWeights(
      trained.weights, to: file,
      metadata: [
        "fingerprint": key, "lambda": lambdaName(lambda), "training": text,
        "program": "landscape \(Version.current)",
      ], statistics: objective.batchStatistics(at: trained.weights))
    return ModelWeights(
      values: trained.weights, lambda: lambda, fingerprint: key, training: record)
  }

  /// Trains from fresh weights at one λ, keeping the path's weights after every few epochs if asked.
  func train(
    lambda: Double, keepingPathEvery interval: Int? = nil, reporter: Reporter
  ) throws -> TrainedWeights {
    let steps = 1000
    var stage = ""
    var done = 0
    return try objective.train(
      from: initialWeights(), scene.training,
      penalty: penalty, lambda: lambda, keepingPathEvery: interval
    ) { fraction, name in
      if name != stage {
        reporter.begin("\(name) at λ = \(lambdaName(lambda))", steps)
        (stage, done) = (name, 0)
      }
      let now = Int(fraction * Double(steps))
      reporter.advance(now - done)
      done = now
    }
  }

  /// What training starts from: the scene's file, or fresh draws.
  func initialWeights() throws -> [Double] {
    try scene.initialWeights.map { try readWeights($0) }
      ?? scene.initialiser.weights(for: network.layout, seed: scene.seed)
  }

  /// What trained weights depend on.
  func trainingKey(lambda: Double) throws -> String {
    var hash = fingerprint
    hash.add("\(scene.training) \(scene.seed)")
    hash.add(try initialWeights())
    hash.add([lambda])
    hash.add(penalty.mask)
    return hash.text
  }
}

extension JSONEncoder {
  /// The same text for the same value, laid out for people; NaN and infinities as texts.
  static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }
}
