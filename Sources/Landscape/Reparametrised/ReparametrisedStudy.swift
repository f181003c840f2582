import Algebra
import Figures
import FoundationEssentials
import Geometry
import Networks
import TensorFiles

/// Weights and other weights of the same function, side by side: base loss and total loss in the same
/// directions, and in directions normalised by each one's own filters.
struct ReparametrisedStudy: Sendable {
  let report: ReparametrisedReport
  private let scene: Scene
  private let views: [View]
  private let options: RenderOptions
  private let provenance: Provenance

  /// A slice around one of both, sampled.
  private struct View: Sendable {
    var title: String
    var surface: Surface
  }

  /// Samples and measures.
  ///
  /// - Parameters:
  ///   - model: Data and network; its scene says what is done.
  ///   - change: What is done.
  ///   - own: The run's own slice, around the scaled weights.
  ///   - options: Where to.
  ///   - provenance: What it is made of.
  ///   - reporter: Who is told.
  /// - Throws: `FileError`.
  init(
    _ model: Model, _ change: Reparametrisation, own: SurfaceView, _ options: RenderOptions,
    _ provenance: Provenance, reporter: Reporter
  ) throws {
    let scene = model.scene
    (self.scene, self.options, self.provenance) = (scene, options, provenance)
    guard let origin = own.origin, let original = origin.weights.original else {
      throw UsageError(reason: "a surface from a file has no weights to reparametrise")
    }
    let scaled = origin.weights.values
    let first = try model.slice(around: original, reporter: reporter).slice
    let folder = "\(options.folder)/slices"
    try AtomicFile.prepareFolder(folder)
    func sampled(_ slice: Slice, _ name: String) throws -> Surface {
      try model.surface(
        on: slice, file: "\(folder)/\(name).npz",
        options: SamplingOptions(precision: scene.slice.precision, threads: options.threads),
        fresh: options.fresh, reporter: reporter)
    }
    views = [
      View(title: "as trained", surface: try sampled(first, "original")),
      View(
        title: "scaled",
        surface: try sampled(Slice(centre: scaled, u: first.u, v: first.v), "same-directions")),
      View(title: "renormalised", surface: own.surface),
    ]
    let lambdas = own.given.map(scene.penalty.convention.lambda)
    report = ReparametrisedReport(
      program: "landscape \(Version.current)", command: options.command, scene: scene.name,
      layer: change.layer, factor: change.factor,
      nextLayer: try change.partner(in: scene.layers, scene: scene.path),
      original: .init(model, original, lambdas), scaled: .init(model, scaled, lambdas))
  }

  /// Writes `reparametrised.json`, the scaled weights, and for each λ a figure.
  ///
  /// - Parameters:
  ///   - scaled: The weights that are written.
  ///   - network: Whose.
  ///   - reporter: Who is told the numbers.
  /// - Returns: The files.
  /// - Throws: `FigureError`, `ImageError` or `FileError`.
  func write(_ scaled: [Double], of network: Network, reporter: Reporter) throws -> [String] {
    var written = ["json", "safetensors"].map { "\(options.folder)/reparametrised.\($0)" }
    try AtomicFile.write(try report.text, to: written[0])
    try network.layout.writeWeights(
      scaled, to: written[1], metadata: ["program": "landscape \(Version.current)"])
    reporter.headline(report.words)
    guard !options.dataOnly else { return written }
    let files = try FigureFiles(scene, options, provenance)
    for (index, given) in scene.penalty.values.enumerated() {
      written += try write(index, given: given, files)
    }
    return written
  }

  private func write(_ index: Int, given: Double, _ files: FigureFiles) throws -> [String] {
    let lambda = scene.penalty.convention.lambda(given)
    func panels(_ name: String, _ values: (Surface) -> [Double]) throws -> [Panel] {
      try views.map { view in
        let grid = view.surface.grid
        let field = try Field(xs: grid.alphas, ys: grid.betas, values: values(view.surface))
        return Panel(
          field, title: RichText(verbatim: "\(name), \(view.title)"),
          marks: [Mark(.centre, at: Point(0, 0))] + [Mark.minimum(of: field)].compactMap(\.self))
      }
    }
    let change = scene.reparametrisation?.words(in: scene.layers) ?? ""
    let base = try panels("base", \.base)
    let total = lambda == 0 ? [] : try panels("total") { $0.total(lambda: lambda) }
    var style = files.panelsStyle(base.count + total.count)
    // A row for each loss, or on a page too narrow for three frames a row for each set of weights.
    let isNarrow = style.page.width < 300 * style.page.textScale && !total.isEmpty
    style.columns = isNarrow ? 2 : base.count
    let all = isNarrow ? zip(base, total).flatMap { [$0, $1] } : base + total
    style.title =
      "The same function, other weights,  *λ* = " + RichText(parameter: lambda)
    style.subtitle = RichText(
      verbatim: "\(scene.name): \(change); renormalised: in directions as long as the scaled "
        + "weights' own"
    )
    style.footer = RichText(prose: report.words)
    (style.xTitle, style.yTitle) = ("*α*, direction 1", "*β*, direction 2")
    style.colorBarTitle = "loss"
    let reliefs = all.map { panel in
      let grid = Grid(alphas: panel.field.xs, betas: panel.field.ys)
      return "\(panel.title.plain.capitalised): "
        + (Relief(panel.field.values, on: grid)?.range ?? "nowhere finite") + "."
    }
    return try files.write(
      panelsFigure(all, style: style), "lambda-\(lambdaName(given))/reparametrised",
      FigureWords(
        title: style.title.plain,
        caption:
          "Base loss\(lambda == 0 ? "" : " and total loss L(w) + ½λ‖w‖²") around trained weights "
          + "and around other weights of the same function (Dinh et al. 2017: \(change)), at λ = "
          + "\(parameter(lambda)) on one scale: as trained, scaled in the same directions, and scaled in "
          + "directions normalised by the scaled weights (renormalised). \(report.words)",
        description: "\(all.count) contour plots. \(reliefs.joined(separator: " ")) \(report.words)"
      ),
      entries: [("landscape:lambda", lambdaName(lambda))])
  }
}

/// What changes and what does not: `reparametrised.json`.
struct ReparametrisedReport: Codable, Sendable, Equatable {
  var program: String
  var command: String
  var scene: String
  /// The layer multiplied by `factor`, and the one divided.
  var layer: Int
  var factor: Double
  var nextLayer: Int
  var original: Record
  var scaled: Record

  /// One of both.
  struct Record: Codable, Sendable, Equatable {
    var baseLoss: Double
    var score: Double
    /// ‖w‖² over all parameters, and over what is penalised.
    var squaredNorm: Double
    var penalisedSquaredNorm: Double
    /// Of the base loss's Hessian.
    var hessian: Summary.HessianRecord?
    /// The total loss at each λ.
    var totals: [Double]

    /// Measures weights.
    init(_ model: Model, _ w: [Double], _ lambdas: [Double]) {
      (baseLoss, score) = model.objective.evaluate(at: w)
      let square = model.penalty.squaredNorm(w)
      (squaredNorm, penalisedSquaredNorm) = (dot(w, w), square)
      hessian = model.hessianRecords(at: w, lambdas: []).base
      let base = baseLoss
      totals = lambdas.map { base + $0 / 2 * square }
    }
  }

  /// As text, with a line end.
  var text: String {
    get throws { String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self) + "\n" }
  }

  /// The numbers, in a sentence or two.
  var words: String {
    func pair(_ path: KeyPath<Record, Double>) -> String {
      "\(number(original[keyPath: path])) and \(number(scaled[keyPath: path]))"
    }
    var text = "As trained and scaled: base loss \(pair(\.baseLoss)), ‖w‖² \(pair(\.squaredNorm))"
    if let before = original.hessian, let after = scaled.hessian {
      text +=
        ", largest eigenvalue of the base Hessian \(number(before.largest)) and "
        + number(after.largest)
    }
    let totals = zip(original.totals, scaled.totals).map { "\(number($0)) and \(number($1))" }
    if !totals.isEmpty { text += ", total loss \(totals.joined(separator: "; "))" }
    return text + "."
  }
}
