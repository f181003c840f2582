import Algebra
import Figures
import Geometry
import Reports
import TensorFiles

extension SweepReport {
  /// Writes `report.html` and `report.md`: verdicts, the live slice, figures and numbers.
  ///
  /// - Parameters:
  ///   - figures: What was drawn.
  ///   - slices: What was sampled; the decay slice is the one that lives.
  ///   - scene: Its looks.
  ///   - folder: The folder that files are written to.
  /// - Returns: The files.
  /// - Throws: `ReportError`, `FigureError` or `FileError`.
  func writePages(
    _ figures: [SweepFigures.Drawn], _ slices: SweepSlices, _ scene: Scene, to folder: String
  ) throws -> [String] {
    var page = Report(title: "Weight decay and the loss of \(title)")
    page.subtitle =
      "\(network), \(grouped(parameters)) weights, \(loss), on \(data) (\(grouped(samples)) samples); λ from "
      + "\(parameter(lambdas[0].lambda)) to \(parameter(lambdas[lambdas.count - 1].lambda)) on "
      + "\(penaltyScope == "all" ? "all parameters" : penaltyScope)"
    page.figures = try figures.compactMap { try $0.onPage(folder: folder) }
    let shown = Set(page.figures.map(\.id))
    page.claims = claims.map { $0.onPage(shown) }
    page.slice = try liveSlice(slices, scene)
    page.tables = [minimaTable, curvatureTable]
    page.command = command
    page.facts = facts
    page.notes = notes
    let files = ["html", "md"].map { "\(folder)/report.\($0)" }
    try AtomicFile.write(try page.html(), to: files[0])
    try AtomicFile.write(try page.markdown(), to: files[1])
    return files
  }

  private func liveSlice(_ slices: SweepSlices, _ scene: Scene) throws -> LiveSlice {
    let surface = slices.decay.surface
    var slice = try LiveSlice(
      alphas: surface.grid.alphas, betas: surface.grid.betas, base: surface.base,
      penalty: surface.penalty.coefficients, lambdas: lambdas.map(\.lambda),
      scale: scene.figure.scale, colorMap: scene.figure.colorMap)
    slice.title = "The loss as λ moves"
    slice.caption =
      "Total loss in the plane through the first minimum, the last and the origin of weight space; "
      + "coordinates are lengths. The path is that of the true minimisers, at most "
      + "\(number(lambdas.compactMap { $0.decaySlice?.offSlice }.max() ?? 0)) off the plane."
    slice.xTitle = "α, toward the first minimum"
    slice.yTitle = "β, across"
    slice.path = lambdas.compactMap { record in
      record.decaySlice.map { .init(lambda: record.lambda, alpha: $0.alpha, beta: $0.beta) }
    }
    return slice
  }

  private var facts: [Report.Fact] {
    [
      .init("program", program), .init("data", "\(data), hash \(dataFingerprint)"),
      .init("samples", "\(samples), \(heldOutSamples) more held out"),
      .init("network", "\(network), \(grouped(parameters)) parameters"),
      .init("loss", loss),
      .init("penalty", "(λ/2)‖w‖² over \(penaltyScope); λ given as \(convention)"),
      .init("λ", "\(lambdas.count) values"), .init("seed", "\(seed)"),
      .init("‖∇L‖ asked of a minimum", parameter(tolerance)),
      .init("random slices around a minimum", "\(randomSlices)"),
    ]
  }

  private var notes: [String] {
    [
      "Same weights: those of the first λ, and one slice for every λ, which shows what the penalty "
        + "adds. Plane of the path: the minimiser of each λ, followed from both ends. Own slices: each "
        + "minimiser in a slice of its own.",
      "The penalty's second derivative is λ for every penalised parameter, wherever the weights are; "
        + "everything else that changes with λ is the minimum's move over the base loss.",
      lambdas.short(of: tolerance).map {
        "At \($0.count) of \(lambdas.count) λ the search ended earlier, at ‖∇L‖ up to "
          + "\(number($0.worst)): see the table."
      } ?? "Every minimum is followed to ‖∇L‖ ≤ \(parameter(tolerance)).",
      "A slice shows two of \(grouped(parameters)) directions; counts of minima and convex shares are of "
        + "slices, not of the whole space.",
    ]
  }

  private var minimaTable: ReportTable {
    ReportTable(
      title: "The minimum at each λ",
      columns: [
        "λ", "total loss", "base loss", score, "held-out base loss", "‖w*‖", "‖∇L‖", "search ended",
        "from above and below", "step: made / predicted", "cosine",
      ],
      rows: lambdas.map { record in
        let found = record.minimum
        let step = record.step.map {
          "\(number($0.length)) / \($0.predictedLength.map(number) ?? "–")"
            + (record.isJump ? ", jump" : "")
        }
        return [
          parameter(record.lambda), number(found.total), number(found.base), number(found.score),
          found.heldOutBase.map(number) ?? "–", number(found.weightNorm),
          number(found.gradientNorm), found.outcome, record.branches.relation, step ?? "–",
          record.step?.cosine.map(number) ?? "–",
        ]
      })
  }

  private var curvatureTable: ReportTable {
    func text(_ found: CurvatureReport.EigenvalueRecord) -> String {
      number(found.value) + (found.isConverged ? "" : " (unconverged)")
    }
    return ReportTable(
      title: "Curvature at each λ's minimum",
      columns: [
        "λ", "base: largest", "base: smallest", "total: largest", "total: smallest", "base: trace",
        "condition number", "effective parameters", "gradient descent, steps",
      ],
      rows: lambdas.map { record in
        let found = record.curvature
        let trace =
          number(found.baseTrace)
          + (found.baseTraceError.map { $0 == 0 ? "" : " ± \(number($0))" } ?? "")
        return [
          parameter(record.lambda), text(found.baseLargest), text(found.baseSmallest),
          text(found.totalLargest), text(found.totalSmallest), trace,
          found.conditionNumber.map(number) ?? "none: not convex there",
          found.effectiveParameters.map {
            number($0)
              + (found.effectiveParametersError.map { $0 == 0 ? "" : " ± \(number($0))" } ?? "")
          } ?? "–",
          record.descent.map { $0.arrived ? "\($0.steps)" : "not in \($0.steps)" } ?? "–",
        ]
      })
  }
}

extension SweepClaim {
  /// The figures that show it, by name.
  private var figures: [String] {
    switch statement {
    case "Curvature increases": ["curvature"]
    case "The minimum shifts toward smaller weights": ["decay", "minimum"]
    case "The landscape becomes smoother, with fewer minima": ["shape", "slices-shared"]
    case "Training converges faster early on": ["descent"]
    default: []
    }
  }

  /// As the page has it, with references to the figures that are there.
  fileprivate func onPage(_ shown: Set<String>) -> Claim {
    Claim(
      statement, verdict: Claim.Verdict(rawValue: verdict.rawValue) ?? .undecided,
      sentence: finding, evidence: evidence, figures: figures.filter(shown.contains))
  }
}

extension SweepFigures.Drawn {
  /// As the page embeds it: its PNG or SVG; nil where it was written as neither.
  fileprivate func onPage(folder: String) throws -> ReportFigure? {
    guard let path = files.first(where: { $0.hasSuffix(".png") || $0.hasSuffix(".svg") }) else {
      return nil
    }
    return ReportFigure(
      id: name, title: title, caption: caption, alt: description,
      path: String(path.dropFirst(folder.count + 1)), bytes: try readFile(path))
  }
}
