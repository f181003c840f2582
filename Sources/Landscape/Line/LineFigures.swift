import Figures

/// The loss along a line, drawn: total loss with its quadratic model, base loss and penalty, score.
struct LineFigures: Sendable {
  private let report: LineReport
  private let samples: LineSamples
  private let files: FigureFiles

  init(_ report: LineReport, _ samples: LineSamples, _ files: FigureFiles) {
    (self.report, self.samples, self.files) = (report, samples, files)
  }

  /// Draws and writes the figure.
  func write() throws -> [String] {
    let style = LineFigureStyle(
      page, x: AxisStyle(xTitle, scale: .linear, range: samples.alphas[0]...lastAlpha),
      y: AxisStyle(""))
    return try files.write(
      lineFigure(panels, style: style), report.kind, words,
      entries: [("landscape:lambda", list(report.lambdas.map { lambdaName($0.lambda) }))])
  }

  private var lastAlpha: Double { samples.alphas[samples.alphas.count - 1] }
  private var isBetween: Bool { report.kind == "interpolation" }
  private var xTitle: RichText {
    isBetween
      ? "*α*  (0: first model, 1: second)" : "*α*, along *u*"
  }

  /// λ that are drawn: four at most, so that all lines differ in colour; the tables have all.
  private var shown: [Double] {
    let ordered = samples.lambdas.sorted()
    return spread(4, over: ordered.count).map { ordered[$0] }
  }

  // MARK: - Panels

  private var panels: [LinePanel] {
    var panels = [totals, parts]
    if !samples.scores.isEmpty { panels.append(scores) }
    return panels
  }

  /// What the lines on the samples trained on, and on those held out, are called in the legend.
  private var sampleNames: (training: RichText, heldOut: RichText) {
    let score = samples.scores.isEmpty ? "" : " and \(report.score)"
    return (RichText(verbatim: "base loss" + score), "the same, held out")
  }

  private func line(_ name: RichText, _ values: [Double]) -> Line {
    Line(name, zip(samples.alphas, values).map { Point($0, $1) }, marksPoints: false)
  }

  private func name(_ lambda: Double) -> RichText { "*λ* = " + RichText(parameter: lambda) }

  private var totals: LinePanel {
    let values = shown.map(samples.total)
    let finite = values.flatMap(\.self).filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let room = 0.05 * (high - low)
    let truths = zip(shown, values).map { line(name($0), $1) }
    let models = shown.map { lambda in
      var model = Line(
        "quadratic model at *α* = 0", points(of: samples.model(lambda: lambda), low - room...high),
        marksPoints: false)
      model.modelled = name(lambda)
      return model
    }
    // Its title names the axis.
    return LinePanel(
      truths + models, references: ends, title: "total loss *L* + ½*λ*‖*w*‖^2")
  }

  /// The barrier at each λ drawn, in a sentence; nothing where there is none.
  private var barriers: String {
    let found = shown.compactMap { lambda in
      report.lambdas.first { $0.lambda == lambda }?.barrier.map {
        "\(number($0)) at λ = \(parameter(lambda))"
      }
    }
    return found.isEmpty
      ? ""
      : " Barrier, the most by which the total loss rises above the straight line between both: "
        + "\(list(found))."
  }

  /// A model as far from α = 0 as it stays where the truth is.
  private func points(of model: Parabola, _ range: ClosedRange<Double>) -> [Point] {
    let middle =
      samples.alphas.indices.min { abs(samples.alphas[$0]) < abs(samples.alphas[$1]) } ?? 0
    func isSeen(_ index: Int) -> Bool { range.contains(model(samples.alphas[index])) }
    guard isSeen(middle) else { return [] }
    let first = samples.alphas[..<middle].indices.last { !isSeen($0) }.map { $0 + 1 } ?? 0
    let last =
      samples.alphas[middle...].indices.first { !isSeen($0) }.map { $0 - 1 }
      ?? samples.alphas.count - 1
    return (first...last).map { Point(samples.alphas[$0], model(samples.alphas[$0])) }
  }

  private var parts: LinePanel {
    var lines = [line(sampleNames.training, samples.base)]
    if let kept = samples.heldOutBase { lines.append(line(sampleNames.heldOut, kept)) }
    for lambda in shown where lambda != 0 {
      lines.append(
        line(name(lambda), samples.penalty(lambda: lambda)))
    }
    return LinePanel(
      lines, references: ends.map(\.unnamed),
      title: "base loss *L*, and penalty ½*λ*‖*w*‖^2")
  }

  private var scores: LinePanel {
    var lines = [line(sampleNames.training, samples.scores)]
    if let kept = samples.heldOutScores { lines.append(line(sampleNames.heldOut, kept)) }
    return LinePanel(
      lines, y: AxisStyle("", scale: .linear),
      references: ends.map(\.unnamed), title: RichText(verbatim: report.score))
  }

  /// Where the models are.
  private var ends: [Reference] {
    let all = isBetween ? [(0.0, "first model"), (1.0, "second model")] : [(0.0, "the weights")]
    return all.filter { $0.0 > samples.alphas[0] && $0.0 < lastAlpha }
      .map { Reference(.x, at: $0.0, label: RichText(verbatim: $0.1)) }
  }

  // MARK: - Words

  private var page: PageStyle {
    files.page(
      title: isBetween ? "The loss between two models" : "The loss along a direction",
      subtitle: "\(report.data): \(report.start); \(report.direction)",
      footer:
        "Length \(stepName) = \(number(report.stepNorm))." + barriers
        + (shown.count < samples.lambdas.count
          ? " \(shown.count) of \(samples.lambdas.count) λ are drawn." : ""))
  }

  /// The length of a unit of α.
  private var stepName: String { isBetween ? "‖w₁ − w₀‖" : "‖u‖" }

  private var words: FigureWords {
    let lambdas = list(shown.map(parameter))
    let caption =
      "Loss along the line \(isBetween ? "(1 − α)w₀ + αw₁" : "w + αu"): \(report.start); "
      + "\(report.direction), length \(stepName) = \(number(report.stepNorm)); "
      + "\(report.points) points, α from "
      + "\(report.alphaRange.map(coordinate).joined(separator: " to ")), \(report.precision). First the "
      + "total loss L(w) + ½λ‖w‖² at λ = \(lambdas) with the quadratic model of gradient and Hessian at "
      + "α = 0 (dotted); then base loss and penalty"
      + (samples.heldOutBase == nil ? "" : ", on \(report.heldOutSamples) held-out samples too")
      + (samples.scores.isEmpty ? "." : "; then \(report.score).") + barriers
    return FigureWords(
      title: page.title.plain, caption: caption,
      description: "Curves over α. \(report.headlines.joined(separator: ". ")). "
        + describe(panels.map(spoken), over: "α", place: coordinate))
  }

  /// A panel as it is told: without models of its lines, and each line by what it shows there.
  private func spoken(_ panel: LinePanel) -> LinePanel {
    var panel = panel
    panel.lines.removeAll { $0.modelled != nil }
    for index in panel.lines.indices {
      if panel.lines[index].name == sampleNames.training {
        panel.lines[index].name = "on the samples"
      } else if panel.lines[index].name == sampleNames.heldOut {
        panel.lines[index].name = "on held-out samples"
      }
    }
    return panel
  }
}

extension Reference {
  /// The same line without its words, for further panels.
  fileprivate var unnamed: Reference { Reference(axis, at: value, label: "") }
}
