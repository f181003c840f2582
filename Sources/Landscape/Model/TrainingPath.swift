import Networks
import TensorFiles

/// The weights that training went through.
struct TrainingPath: Sendable, Equatable {
  /// The weights before the first epoch, after each that was kept, and along the polish.
  var points: [[Double]]
  /// How many epochs each point has behind it.
  var epochs: [Int]
  /// How many steps of the polish each point has behind it.
  var polishSteps: [Int]

  /// The path that checkpoints are.
  init(_ checkpoints: Checkpoints) {
    points = checkpoints.points
    epochs = checkpoints.numbers
    polishSteps = points.map { _ in 0 }
  }

  init(points: [[Double]], epochs: [Int], polishSteps: [Int]) {
    (self.points, self.epochs, self.polishSteps) = (points, epochs, polishSteps)
  }

  /// Whether a polish follows the epochs.
  var isPolished: Bool { trainedCount < points.count }

  /// How many points the epochs have; the polish has the rest.
  var trainedCount: Int { polishSteps.count { $0 == 0 } }
}

extension Model {
  /// Takes the path of training from an earlier run, or trains: the weights at its end are those of
  /// ``weights(lambda:file:fresh:reporter:)``, and are kept for it.
  ///
  /// - Parameters:
  ///   - lambda: λ to train at.
  ///   - folder: Where `training-path.safetensors` and `weights.safetensors` are kept.
  ///   - fresh: Whether to train even where an earlier run has.
  ///   - reporter: Who is told.
  /// - Returns: The path.
  /// - Throws: `FileError` or `TrainingError`.
  func trainingPath(
    lambda: Double, folder: String, fresh: Bool, reporter: Reporter
  ) throws -> TrainingPath {
    let file = "\(folder)/training-path.safetensors"
    let interval = pathInterval
    let training = try trainingKey(lambda: lambda)
    let key = "\(training) every \(interval)"
    if !fresh, let path = readPath(file, key: key) {
      reporter.note("path: trained before, read from \(file)")
      return path
    }
    let trained = try train(lambda: lambda, keepingPathEvery: interval, reporter: reporter)
    _ = try keep(trained, lambda: lambda, key: training, file: "\(folder)/weights.safetensors")
    let path = TrainingPath(
      points: trained.path, epochs: trained.pathEpochs, polishSteps: trained.pathPolishSteps)
    try Safetensors.write(
      .init(
        tensors: [
          "weights": Tensor(
            shape: [path.points.count, objective.dimension], path.points.flatMap(\.self)),
          "epochs": Tensor(path.epochs),
          "polish_steps": Tensor(path.polishSteps),
        ],
        metadata: [
          "fingerprint": key, "lambda": lambdaName(lambda),
          "parameters": network.layout.order,
          "program": "landscape \(Version.current)",
        ]), to: file)
    return path
  }

  /// A path of an earlier run, if it is just what would be made now.
  private func readPath(_ file: String, key: String) -> TrainingPath? {
    guard fileExists(file), let kept = try? Safetensors.read(file),
      kept.metadata["fingerprint"] == key, let weights = kept.tensors["weights"],
      let epochs = kept.tensors["epochs"]?.integers,
      let polishSteps = kept.tensors["polish_steps"]?.integers, epochs.count >= 2,
      polishSteps.count == epochs.count, weights.shape == [epochs.count, objective.dimension]
    else { return nil }
    let (numbers, n) = (weights.doubles, objective.dimension)
    guard numbers.allSatisfy(\.isFinite) else { return nil }
    return TrainingPath(
      points: epochs.indices.map { Array(numbers[$0 * n..<($0 + 1) * n]) },
      epochs: epochs, polishSteps: polishSteps)
  }

  /// After how many epochs the weights are kept.
  ///
  /// 500 points are more than a picture can show; a quarter of a gigabyte is what a path may take.
  private var pathInterval: Int {
    let most = max(2, min(500, (1 << 25) / max(objective.dimension, 1)))
    return max(1, (scene.training.epochs + most - 1) / most)
  }
}

extension ParameterLayout {
  /// The tensors in the order of a flat vector, such as `0.weight[64,64] 0.bias[64]`.
  fileprivate var order: String {
    entries.map { "\($0.name)[\($0.shape.map(String.init).joined(separator: ","))]" }
      .joined(separator: " ")
  }
}

extension Tensor {
  /// Whole numbers.
  fileprivate init(_ numbers: [Int]) {
    self.init(shape: [numbers.count], elements: .int64(numbers.map(Int64.init)))
  }

  /// Whole numbers, if it holds a list of them.
  fileprivate var integers: [Int]? {
    guard case .int64(let numbers) = elements, shape.count == 1 else { return nil }
    return numbers.map(Int.init)
  }
}
