import Figures

/// The curves of a sweep over λ: curvature, minimum, shape of the slices, descent.
struct SweepCurves: Sendable {
  let report: SweepReport

  /// A figure of panels above one another.
  struct Plot: Sendable {
    var name: String
    var title: String
    var footer: String
    var panels: [LinePanel]

    /// The panels as they are drawn: one alone is named by the figure's title.
    var drawn: [LinePanel] {
      guard panels.count == 1, var only = panels.first else { return panels }
      only.title = ""
      return [only]
    }
  }

  /// Every figure that there are numbers for.
  var plots: [Plot] { [curvature, conditioning, minimum, shape, descent].compactMap(\.self) }

  private var records: [SweepRecord] { report.lambdas }

  private func line(
    _ name: RichText, _ value: (SweepRecord) -> Double?, error: ((SweepRecord) -> Double?)? = nil
  ) -> Line {
    let values = records.map { value($0) ?? .nan }
    let errors = records.map { error?($0) ?? .nan }
    return Line(
      name, zip(records, values).map { Point($0.lambda, $1) },
      band: error == nil
        ? nil
        : Line.Band(
          lower: zip(values, errors).map { $0 - $1 }, upper: zip(values, errors).map { $0 + $1 }))
  }

  private var curvature: Plot {
    let largest = LinePanel(
      [
        line("base, weights of the first *λ*") { $0.curvature.fixedBaseLargest },
        line("base, at *w*^{\u{2217}}(*λ*)") { $0.curvature.baseLargest.value },
        line("total, at *w*^{\u{2217}}(*λ*)") { $0.curvature.totalLargest.value },
      ], title: "largest eigenvalue of the Hessian")
    let smallest = LinePanel(
      [
        line("base, at *w*^{\u{2217}}(*λ*)") { $0.curvature.baseSmallest.value },
        line("total, at *w*^{\u{2217}}(*λ*)") { $0.curvature.totalSmallest.value },
      ], title: "smallest eigenvalue of the Hessian")
    let trace = LinePanel(
      [
        line(
          "base, at *w*^{\u{2217}}(*λ*)", { $0.curvature.baseTrace },
          error: { $0.curvature.baseTraceError }),
        line(
          "total, at *w*^{\u{2217}}(*λ*)", { $0.curvature.totalTrace },
          error: { $0.curvature.baseTraceError }),
      ], title: "trace of the Hessian")
    return Plot(
      name: "curvature", title: "Curvature against λ",
      footer: unconverged + "Traces by Hutch++, with 95 % intervals.",
      panels: [largest, smallest, trace])
  }

  /// Eigenvalues that are not sure, named.
  private var unconverged: String {
    let unsure = records.filter {
      let found = $0.curvature
      return ![found.baseLargest, found.baseSmallest, found.totalLargest, found.totalSmallest]
        .allSatisfy(\.isConverged)
    }
    return unsure.isEmpty
      ? "All eigenvalues converged. "
      : "Eigenvalues not converged at λ = \(list(unsure.map { parameter($0.lambda) })). "
  }

  private var conditioning: Plot? {
    var panels: [LinePanel] = []
    let count = records.count { $0.curvature.conditionNumber != nil }
    let sum: RichText = "Σ\u{A0}*μ*/(*μ*\u{A0}+\u{A0}*λ*)"
    if count > 0 {
      panels.append(
        LinePanel(
          [line("") { $0.curvature.conditionNumber }],
          y: AxisStyle("", scale: .log), title: "condition number of the total loss"))
    }
    if records.contains(where: { $0.curvature.effectiveParameters != nil }) {
      panels.append(
        LinePanel(
          [
            line(
              "", { $0.curvature.effectiveParameters },
              error: { $0.curvature.effectiveParametersError })
          ], title: "effective parameters " + sum))
    }
    guard !panels.isEmpty else { return nil }
    return Plot(
      name: "conditioning",
      title: count > 0 ? "Conditioning against λ" : "Effective parameters \(sum.plain) against λ",
      footer:
        "At each minimum; μ: the positive eigenvalues of the base loss's Hessian; band: 95 % interval."
        + (count == records.count
          ? ""
          : " The total loss has a condition number at \(count == 0 ? "none" : "\(count)") of the "
            + "\(records.count) minima: its smallest eigenvalue must be above 0."),
      panels: panels)
  }

  /// How near to its minimum each search came.
  private var gradients: String {
    let bound = "‖∇(L + ½λ‖w‖²)‖ ≤ \(parameter(report.tolerance))"
    guard let short = records.short(of: report.tolerance) else {
      return "Each minimum was followed until \(bound)."
    }
    return
      "\(records.count - short.count) of \(records.count) minima reached \(bound); the largest "
      + "gradient left is \(number(short.worst))."
  }

  private var minimum: Plot {
    let hasHeldOut = records.contains { $0.minimum.heldOutBase != nil }
    func pair(
      _ training: @escaping (SweepRecord) -> Double?, _ heldOut: @escaping (SweepRecord) -> Double?
    ) -> [Line] {
      hasHeldOut
        ? [line("training", training), line("held out", heldOut)] : [line("", training)]
    }
    return Plot(
      name: "minimum", title: "The minimum against λ",
      footer: gradients,
      panels: [
        LinePanel(
          [
            line("‖*w*^{\u{2217}}‖") { $0.minimum.weightNorm },
            line("distance from *w*^{\u{2217}} of the least *λ*") { $0.minimum.distanceFromFirst },
          ], y: AxisStyle("length"), title: "weights at the minimum"),
        LinePanel(
          pair({ $0.minimum.base }, { $0.minimum.heldOutBase }), title: "base loss at the minimum"),
        LinePanel(
          pair({ $0.minimum.score }, { $0.minimum.heldOutScore }),
          title: RichText(verbatim: "\(report.score) at the minimum")),
      ])
  }

  /// Nil where the grid is too small for second differences.
  private var shape: Plot? {
    guard records.contains(where: { $0.decayShape != nil || !$0.sharedShapes.isEmpty }) else {
      return nil
    }
    let sets: [(name: RichText, shapes: (SweepRecord) -> [SweepRecord.ShapeRecord])] = [
      ("around the same weights", { $0.sharedShapes }),
      ("plane of the path", { $0.decayShape.map { [$0] } ?? [] }),
      ("around each minimum", { $0.ownShapes }),
    ]
    func panel(
      _ title: RichText, _ axis: AxisStyle, _ path: KeyPath<SweepRecord.ShapeRecord, Double>
    ) -> LinePanel {
      LinePanel(
        sets.compactMap { name, shapes in
          let known = records.filter { !shapes($0).isEmpty }
          guard !known.isEmpty else { return nil }
          let all = known.map { shapes($0).map { $0[keyPath: path] } }
          return Line(
            name, zip(known, all).map { Point($0.lambda, median($1)) },
            band: all.contains { $0.count > 1 }
              ? Line.Band(lower: all.map { $0.min() ?? .nan }, upper: all.map { $0.max() ?? .nan })
              : nil)
        }, y: axis, title: title)
    }
    let sampled = records.count { !$0.ownShapes.isEmpty }
    // From none to one more than there are, so that one minimum stands apart from none.
    let most = records.flatMap { record in sets.flatMap { $0.shapes(record) } }.map(\.minimaCount)
    var count = AxisStyle("", scale: .linear, range: 0...(most.max() ?? 1) + 1)
    count.isWhole = true
    return Plot(
      name: "shape", title: "Shape of the slices against λ",
      footer: "Medians over \(report.randomSlices) random slices with their range: lasting local "
        + "minima of the total loss, share of points where it is convex in the slice, its greatest "
        + "curvature there."
        + (0 < sampled && sampled < records.count
          ? " Around each minimum: measured at \(sampled) of \(records.count) λ." : ""),
      panels: [
        panel("local minima", count, \.minimaCount),
        panel("convex share", AxisStyle("", scale: .linear), \.convexShare),
        panel("greatest curvature", AxisStyle(""), \.lipschitz),
      ])
  }

  private var descent: Plot? {
    let asked = records.filter { $0.descent != nil }
    let known = asked.compactMap(\.descent)
    // A curve needs two points.
    guard known.count(where: \.arrived) > 1 else { return nil }
    let missing = known.count { !$0.arrived }
    return Plot(
      name: "descent", title: "Gradient descent against λ",
      footer:
        "On the total loss, from the scene's initial weights at the best fixed rate, until the "
        + "excess over the minimum is \(parameter(100 * known[0].share))\u{A0}% of the initial one."
        + (asked.count < records.count
          ? " Measured at \(asked.count) of \(records.count) λ." : "")
        + (missing > 0 ? " Gaps: it did not arrive." : ""),
      panels: [
        LinePanel(
          [
            Line(
              "",
              zip(asked, known).map { Point($0.lambda, $1.arrived ? Double($1.steps) : .nan) })
          ], title: "steps"),
        LinePanel(
          [Line("", zip(asked, known).map { Point($0.lambda, $1.arrived ? $1.rate : .nan) })],
          title: "best fixed rate"),
      ])
  }
}

extension SweepRecord.ShapeRecord {
  fileprivate var minimaCount: Double { Double(minima) }
}
