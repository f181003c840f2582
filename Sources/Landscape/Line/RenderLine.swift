import Algebra
import Geometry
import Networks
import TensorFiles

/// Draws the loss along a line through weight space: the scene's first direction, or from its weights
/// to others.
///
/// Training and held-out base loss, the penalty, the total loss at each λ with the quadratic model of
/// its Hessian, and the score; all λ from one pass along the line.
///
/// - Parameters:
///   - scene: Data, network, λ, weights, and in `slice` the direction, the range of α and its points.
///   - end: What the line is.
///   - options: Where to, and which parts.
///   - reporter: Who is told how far it has come.
/// - Returns: The files written.
/// - Throws: As ``render(_:_:reporter:)``.
public func renderLine(
  _ scene: Scene, _ end: LineEnd = .direction, _ options: RenderOptions,
  reporter: Reporter = .silent
) throws -> [String] {
  try options.check(against: scene)
  guard !options.retrain else {
    throw UsageError(reason: "a line is through the weights of one λ; leave out '--retrain'")
  }
  let trained = try Model(scene, threads: options.threads, reporter: reporter)
  let given = options.trainLambda ?? scene.penalty.values[0]
  var (kind, target) = ("line", "")
  if case .weights(let path) = end {
    (kind, target) = ("interpolation", try InputHash.of([("to", path)])[0].text)
  }
  let study = try Study(
    kind, trained, trainedAt: [scene.penalty.convention.lambda(given)], samples: false,
    details: target, mainFile: "\(kind).json")
  return try inRunFolder(options, study, reporter: reporter) { options in
    let files = try drawLine(trained, end, options, reporter: reporter)
    return (files, files)
  }
}

/// Draws the line in the run's folder.
private func drawLine(
  _ trained: Model, _ end: LineEnd, _ options: RenderOptions, reporter: Reporter
) throws -> [String] {
  let scene = trained.scene
  let given = options.trainLambda ?? scene.penalty.values[0]
  let weights = try trained.weights(
    lambda: scene.penalty.convention.lambda(given), file: "\(options.folder)/weights.safetensors",
    fresh: options.fresh, reporter: reporter)
  let model = try trained.holdingStatistics(at: weights.values)
  var provenance = try Provenance(model)
  let line: WeightLine
  switch end {
  case .direction:
    let placed = try model.slice(around: weights.values, reporter: reporter)
    line = WeightLine(start: placed.slice.centre, step: placed.slice.u)
  case .weights(let path):
    let other = try InputHash.of([("to", path)])
    for hash in other { try scene.recorded?.check(hash, of: path) }
    provenance.add(other)
    let last = try model.network.layout.readWeights(path)
    line = WeightLine(start: weights.values, step: zip(last, weights.values).map { $0 - $1 })
  }
  reporter.begin("sampling", scene.slice.columns)
  let samples = model.samples(along: line, options, reporter: reporter)
  let report = LineReport(model, weights, end, line, samples, options)
  let stem = "\(options.folder)/\(report.kind)"
  var files = ["\(stem).json", "\(stem).csv"]
  try AtomicFile.write(try report.text, to: files[0])
  try AtomicFile.write(samples.csv, to: files[1])
  for line in report.headlines { reporter.headline(line) }
  if scene.weights == nil { files.append("\(options.folder)/weights.safetensors") }
  guard !options.dataOnly else { return files }
  let figures = try LineFigures(report, samples, FigureFiles(scene, options, provenance))
  return files + (try figures.write())
}

/// Where a line through a scene's weights goes.
public enum LineEnd: Sendable, Equatable {
  /// Along the first direction of the scene's slice.
  case direction
  /// To the weights of a file: α = 0 is the scene's model, α = 1 the file's.
  case weights(path: String)

  /// The range of α where none is asked for: the line between two models, and a quarter beyond each.
  public static let betweenModels = -0.25...1.25

  /// The points of a line where only a plane's are given: four times as dense, as a curve shows its
  /// corners where a map does not, and still a small part of what the plane costs.
  ///
  /// - Parameter columns: The plane's points along u.
  /// - Returns: The line's.
  public static func points(forColumns columns: Int) -> Int { 4 * (columns - 1) + 1 }
}

/// A line: w(α) = start + α·step.
struct WeightLine: Sendable {
  var start: [Double]
  var step: [Double]
}

extension Model {
  /// Samples the line at the columns of the scene's grid.
  func samples(
    along line: WeightLine, _ options: RenderOptions, reporter: Reporter
  ) -> LineSamples {
    let still = [Double](repeating: 0, count: line.start.count)
    let plan = scene.slice
    let grid = Grid(alpha: plan.alpha, columns: plan.columns, beta: plan.alpha, rows: 2)
    // Both models are points of the line, whatever its range.
    let ends = [0.0, 1].filter { plan.alpha.contains($0) && !grid.alphas.contains($0) }
    let alphas = (grid.alphas + ends).sorted()
    let plane = Slice(centre: line.start, u: line.step, v: still)
      .plane(Grid(alphas: alphas, betas: [0]))
    let sampling = SamplingOptions(precision: plan.precision, threads: options.threads)
    func sampled(_ objective: NetworkObjective) -> PlaneSamples {
      objective.sample(plane, rows: 0..<1, options: sampling, progress: { _ in })
    }
    let training = sampled(objective)
    reporter.advance(plan.columns)
    let kept = heldOut.map(sampled)
    let (value, gradient) = objective.valueAndGradient(at: line.start)
    let product = objective.hessian(at: line.start).apply(toBlock: [line.step])[0]
    let coefficients = penalty.quadratic(centre: line.start, u: line.step, v: still).coefficients
    return LineSamples(
      alphas: alphas, base: training.losses, scores: training.scores,
      heldOutBase: kept?.losses, heldOutScores: kept?.scores,
      squaredNorm: Parabola(coefficients[0], coefficients[1], coefficients[3]),
      baseModel: Parabola(value, dot(gradient, line.step), dot(line.step, product) / 2),
      lambdas: scene.penalty.values.map(scene.penalty.convention.lambda))
  }
}

extension Provenance {
  /// Adds files to those that must be the same.
  mutating func add(_ files: [InputHash]) {
    let text = files.map(\.text).joined(separator: "\n")
    if let index = entries.firstIndex(where: { $0.key == "landscape:inputs" }) {
      entries[index].text += "\n" + text
    } else {
      entries.append(("landscape:inputs", text))
    }
  }
}
