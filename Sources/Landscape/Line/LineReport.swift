import Algebra
import Datasets
import FoundationEssentials
import Geometry
import Networks
import TensorFiles

/// What a line through weight space found: `line.json` or `interpolation.json`.
struct LineReport: Codable, Sendable, Equatable {
  var program: String
  var command: String
  var scene: String
  var title: String
  /// `line` along a direction, `interpolation` between two models.
  var kind: String
  /// Where the line begins, and where it goes.
  var start: String
  var direction: String
  /// ‖step‖: one unit of α in weight space.
  var stepNorm: Double
  var network: String
  var parameters: Int
  var data: String
  var samples: Int
  var heldOutSamples: Int
  var score: String
  var penaltyScope: String
  var seed: UInt64
  var alphaRange: [Double]
  var points: Int
  var precision: String
  var lambdas: [Record]

  /// One λ.
  struct Record: Codable, Sendable, Equatable {
    var lambda: Double
    /// The total loss at α = 0.
    var centre: Double
    /// dL/dα and d²L/dα² there, the Hessian exact; the same by length: uᵀHu/uᵀu.
    var slope: Double
    var secondDerivative: Double
    var curvature: Double
    var baseCurvature: Double
    /// The lowest point of the grid.
    var minimumAlpha: Double?
    var minimum: Double?
    /// Between two models: max over α in [0, 1] of L(α) − (1 − α)L(0) − αL(1).
    var barrier: Double?
  }

  /// As text, with a line end.
  var text: String {
    get throws { String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self) + "\n" }
  }

  /// The numbers that a person at a terminal wants first.
  var headlines: [String] {
    lambdas.map { record in
      var line = "λ = \(lambdaName(record.lambda)): \(number(record.centre)) at α = 0, curvature "
      line += "\(number(record.curvature)) (base \(number(record.baseCurvature)))"
      if let low = record.minimum, let alpha = record.minimumAlpha {
        line += "; lowest \(number(low)) at α = \(coordinate(alpha))"
      }
      return line + (record.barrier.map { "; barrier \(number($0))" } ?? "")
    }
  }
}

extension LineReport {
  /// Gathers what was found.
  init(
    _ model: Model, _ weights: ModelWeights, _ end: LineEnd, _ line: WeightLine,
    _ samples: LineSamples, _ options: RenderOptions
  ) {
    let scene = model.scene
    let length = dot(line.step, line.step)
    let isBetween = end != .direction
    var start =
      weights.lambda.map { "trained at λ = \(parameter($0))\(scene.training.words)" }
      ?? scene.weights.map { "weights of \(fileName($0))" } ?? "weights from a file"
    if !isBetween, let centre = scene.slice.centre { start = "weights of \(fileName(centre))" }
    let direction =
      switch (end, scene.slice.directions) {
      case (.weights(let path), _): "to those \(LineReport.origin(of: path)) at α = 1"
      case (_, .files): "a direction from a file"
      case (_, .eigen(let u, _)): "eigenvector \(u) of the base loss's Hessian"
      case (_, .path): "the first principal component of the checkpoints"
      case (_, .plane), (_, .line): "towards another model, of length 1 each"
      case (_, .random):
        (scene.slice.normalisation == .none
          ? "" : "\(scene.slice.normalisation.rawValue)-normalised ")
          + "random direction (\(scene.slice.biases ? "biases too" : "biases fixed"), seed \(scene.seed))"
      }
    self.init(
      program: "landscape \(Version.current)", command: options.command, scene: scene.name,
      title: scene.title, kind: isBetween ? "interpolation" : "line", start: start,
      direction: direction, stepNorm: length.squareRoot(), network: model.network.summary,
      parameters: model.network.layout.count, data: model.objective.data.name,
      samples: model.objective.sampleCount, heldOutSamples: model.heldOut?.sampleCount ?? 0,
      score: model.loss.scoreName, penaltyScope: scene.penalty.scope.text, seed: scene.seed,
      alphaRange: [scene.slice.alpha.lowerBound, scene.slice.alpha.upperBound],
      points: samples.alphas.count, precision: scene.slice.precision.rawValue,
      lambdas: samples.lambdas.map { Record($0, samples, length: length, isBetween: isBetween) })
  }
}

extension LineReport {
  /// What a file of weights says of them, and its name: `trained at λ = 10⁻¹ (lambda-0.1.safetensors)`.
  static func origin(of path: String) -> String {
    let texts = (try? Safetensors.read(path))?.metadata ?? [:]
    let isOurs = texts["program"]?.hasPrefix("landscape ") ?? false
    let lambda = isOurs ? texts["lambda"].flatMap(Double.init) : nil
    return lambda.map { "trained at λ = \(parameter($0)) (\(fileName(path)))" }
      ?? "of \(fileName(path))"
  }
}

/// The last part of a path.
private func fileName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

extension LineReport.Record {
  fileprivate init(_ lambda: Double, _ samples: LineSamples, length: Double, isBetween: Bool) {
    let total = samples.total(lambda: lambda)
    let model = samples.model(lambda: lambda)
    let lowest = total.indices.filter { total[$0].isFinite }.min { total[$0] < total[$1] }
    func curvature(_ model: Parabola) -> Double { length > 0 ? 2 * model.square / length : 0 }
    self.init(
      lambda: lambda, centre: model.constant, slope: model.slope,
      secondDerivative: 2 * model.square, curvature: curvature(model),
      baseCurvature: curvature(samples.baseModel), minimumAlpha: lowest.map { samples.alphas[$0] },
      minimum: lowest.map { total[$0] },
      barrier: isBetween ? Self.barrier(samples.alphas, total) : nil)
  }

  /// How far the loss rises above the straight line between both ends; nil where a model is not on the
  /// grid.
  static func barrier(_ alphas: [Double], _ total: [Double]) -> Double? {
    guard let first = alphas.firstIndex(of: 0), let last = alphas.firstIndex(of: 1), first < last
    else { return nil }
    let heights = (first...last).map {
      total[$0] - (1 - alphas[$0]) * total[first] - alphas[$0] * total[last]
    }
    return heights.allSatisfy(\.isFinite) ? heights.max() : nil
  }
}
