import Figures

/// What people say of weight decay, and what a sweep's numbers say to it.
struct SweepClaim: Codable, Sendable, Equatable {
  /// Whether the numbers bear it out.
  enum Verdict: String, Codable, Sendable {
    case holds
    case fails
    /// Some numbers say so, others do not.
    case mixed
    /// There are no numbers for it.
    case undecided
  }

  /// As it is usually put.
  var statement: String
  var verdict: Verdict
  /// What was found, in a sentence.
  var finding: String
  /// The numbers, one sentence each.
  var evidence: [String]
}

/// Judges the claims by what a sweep found; no text without its number.
struct SweepJudge: Sendable {
  let records: [SweepRecord]
  /// The gradient norm that the search for each minimum was to reach.
  let tolerance: Double
  /// Whether the penalty covers all parameters alike.
  let penaltyIsUniform: Bool
  /// By how much the penalty at λ = 1 curves the slice, at the grid's point of smallest and of
  /// largest ‖w‖: measured on the sampled surface, per unit of length.
  let penaltyCurvature: (atSmallest: Double, atLargest: Double, smallest: Double, largest: Double)?

  /// All claims, in the order in which they are usually made.
  var claims: [SweepClaim] {
    guard let first = records.first, let last = records.last, records.count > 1 else { return [] }
    return [
      curvatureIncreases(first, last), mostWhereWeightsAreLarge, minimumShifts(first, last),
      landscapeIsSmoother(first, last), convergesFaster(first, last),
    ]
  }

  // MARK: - Curvature

  private func curvatureIncreases(_ first: SweepRecord, _ last: SweepRecord) -> SweepClaim {
    let (a, b) = (first.curvature, last.curvature)
    let total = Measure.total.map { (ends: change($0, first, last), falls: falls($0)) }
    let base = Measure.base.map { change($0, first, last) }
    let rises = total.allSatisfy { $0.ends == .up }
    let verdict: SweepClaim.Verdict =
      rises && !total.contains { $0.falls }
      ? .holds : total.contains { $0.ends == .up } ? .mixed : .fails
    var evidence = [
      "At fixed weights (those of λ = \(name(first))) the largest eigenvalue of the total loss "
        + "goes from \(number(a.fixedTotalLargest)) to \(number(b.fixedTotalLargest)): the penalty "
        + (penaltyIsUniform
          ? "adds exactly λ to every eigenvalue, \(number(last.lambda)) at the last."
          : "adds up to λ, \(number(b.fixedTotalLargest - b.fixedBaseLargest)) at the last, and "
            + "nothing to what it does not cover."),
      "At the minimum of each λ the base loss's own largest eigenvalue goes from "
        + "\(value(a.baseLargest)) to \(value(b.baseLargest)), its trace from "
        + "\(number(a.baseTrace)) to \(number(b.baseTrace))"
        + errorText(a.baseTraceStandardError, b.baseTraceStandardError) + ".",
      "There the total loss's largest eigenvalue goes from \(value(a.totalLargest)) to "
        + "\(value(b.totalLargest)), its smallest from \(value(a.totalSmallest)) to "
        + "\(value(b.totalSmallest)), its trace from \(number(a.totalTrace)) to "
        + "\(number(b.totalTrace)).",
    ]
    evidence += (Measure.total + Measure.base).flatMap(turns)
    evidence += nearMinima
    let moved =
      switch (base.contains(.up), base.contains(.down)) {
      case (true, true): "what its moving does to the base loss's curvature goes both ways"
      case (true, false): "it ends where the base loss is more curved"
      case (false, true): "it ends where the base loss is less curved"
      case (false, false): "it ends where the base loss is curved as before"
      }
    let finding =
      switch verdict {
      case .holds: "At the minimum every measure of the total loss's curvature grows; \(moved)."
      case .mixed where rises:
        "At the minimum every measure of the total loss's curvature is greater at the last λ than "
          + "at the first, but not all grow at every step; \(moved)."
      case .mixed:
        "At the minimum some measures of the total loss's curvature grow and others do not; "
          + "\(moved)."
      default: "At the minimum no measure of the total loss's curvature grows; \(moved)."
      }
    return SweepClaim(
      statement: "Curvature increases", verdict: verdict, finding: finding, evidence: evidence)
  }

  private var mostWhereWeightsAreLarge: SweepClaim {
    let statement = "Curvature increases most where weights are large"
    guard let measured = penaltyCurvature else {
      return SweepClaim(
        statement: statement, verdict: .undecided,
        finding: "No slice holds points of different norms.", evidence: [])
    }
    let (low, high) = (measured.atSmallest, measured.atLargest)
    // The two differ by the rounding of second differences.
    let isEqual = abs(high - low) <= 1e-5 * max(abs(low), abs(high))
    let verdict: SweepClaim.Verdict = isEqual || high < low ? .fails : .holds
    return SweepClaim(
      statement: statement, verdict: verdict,
      finding: isEqual
        ? "The penalty curves the loss by the same amount everywhere; only its gradient, λw, grows "
          + "with the weights."
        : "What the penalty adds differs over the slice.",
      evidence: [
        "Second differences of total minus base loss in the decay slice, per unit of λ and of "
          + "length: \(number(low)) where ‖w‖ = \(number(measured.smallest)), \(number(high)) where "
          + "‖w‖ = \(number(measured.largest))."
      ])
  }

  // MARK: - Minimum

  private func minimumShifts(_ first: SweepRecord, _ last: SweepRecord) -> SweepClaim {
    let norms = records.map(\.minimum.penalisedNorm)
    let growing = zip(records, records.dropFirst()).filter {
      $1.minimum.penalisedNorm > $0.minimum.penalisedNorm * (1 + 1e-3)
    }
    let falls = norms[norms.count - 1] < norms[0] * (1 - 1e-3)
    let verdict: SweepClaim.Verdict = !falls ? .fails : growing.isEmpty ? .holds : .mixed
    let what = penaltyIsUniform ? "‖w*‖" : "‖w*‖ over what is penalised"
    var evidence = [
      "\(what) goes from \(number(norms[0])) at λ = \(name(first)) to "
        + "\(number(norms[norms.count - 1])) at λ = \(name(last)); the last minimum lies "
        + "\(number(last.minimum.distanceFromFirst)) from the first.",
      "Its base loss goes from \(number(first.minimum.base)) to \(number(last.minimum.base)).",
    ]
    let scores = (first.minimum.heldOutScore, last.minimum.heldOutScore)
    if let before = scores.0, let after = scores.1 {
      evidence.append(
        "On held-out samples the score goes from \(number(before)) to \(number(after)); on the "
          + "training samples from \(number(first.minimum.score)) to \(number(last.minimum.score))."
      )
    }
    if !growing.isEmpty {
      evidence.append(
        "It grows on the way to λ = \(growing.map { name($0.1) }.joined(separator: ", ")): of true "
          + "minima of one valley it cannot, so another minimum was found there, or the "
          + "search ended before it.")
    }
    let jumps = records.filter(\.isJump)
    if !jumps.isEmpty {
      evidence.append(
        "The path jumps on the way to λ = \(jumps.map(name).joined(separator: ", ")).")
    }
    let apart = records.filter { $0.branches.relation == "two minima" }
    if !apart.isEmpty {
      evidence.append(
        "From above and from below the search ends in different minima at \(apart.count) of "
          + "\(records.count) λ.")
    }
    evidence += nearMinima
    let finding =
      switch verdict {
      case .holds: "The minimum moves toward smaller weights, and at no step away from them."
      case .mixed: "The minimum moves toward smaller weights on the whole, but not at every step."
      default: "The minimum does not move toward smaller weights."
      }
    return SweepClaim(
      statement: "The minimum shifts toward smaller weights", verdict: verdict, finding: finding,
      evidence: evidence)
  }

  // MARK: - Smoothness

  private func landscapeIsSmoother(_ first: SweepRecord, _ last: SweepRecord) -> SweepClaim {
    let sets: [(name: String, shapes: (SweepRecord) -> [SweepRecord.ShapeRecord])] = [
      ("around the same weights", { $0.sharedShapes }),
      ("around each minimum", { $0.ownShapes }),
      ("in the plane of the path", { $0.decayShape.map { [$0] } ?? [] }),
    ]
    var evidence: [String] = []
    var convexity: [Sign] = []
    var bends: [Sign] = []
    for (name, shapes) in sets {
      let known = records.filter { !shapes($0).isEmpty }
      guard let from = known.first, let to = known.last, known.count > 1 else { continue }
      let (a, b) = (shapes(from), shapes(to))
      let minima = (median(a.map { Double($0.minima) }), median(b.map { Double($0.minima) }))
      let convex = (median(a.map(\.convexShare)), median(b.map(\.convexShare)))
      let steepest = (median(a.map(\.lipschitz)), median(b.map(\.lipschitz)))
      let spread =
        a.count > 1
        ? " (medians of \(a.count) slices; convex share from \(percent(b.map(\.convexShare).min() ?? 0))"
          + " to \(percent(b.map(\.convexShare).max() ?? 0)) at the last)" : ""
      evidence.append(
        "Slices \(name), λ = \(self.name(from)) to \(self.name(to))\(spread): local minima "
          + "\(parameter(minima.0)) to \(parameter(minima.1)), convex share \(percent(convex.0)) to "
          + "\(percent(convex.1)), greatest curvature \(number(steepest.0)) to "
          + "\(number(steepest.1)).")
      // A hundredth of the points is what one row of them may do.
      convexity += [
        minima.1 < minima.0 ? .better : minima.1 > minima.0 ? .worse : .same,
        convex.1 > convex.0 + 0.01 ? .better : convex.1 < convex.0 - 0.01 ? .worse : .same,
      ]
      let bend = change(steepest.0, steepest.1)
      bends.append(bend == .up ? .worse : bend == .down ? .better : .same)
    }
    let signs = convexity + bends
    let (better, worse) = (signs.count { $0 == .better }, signs.count { $0 == .worse })
    let verdict: SweepClaim.Verdict =
      signs.isEmpty
      ? .undecided : better > 0 && worse > 0 ? .mixed : better > 0 ? .holds : .fails
    let finding =
      switch verdict {
      case .holds:
        better == signs.count
          ? "The slices become smoother by every measure taken."
          : "The slices become smoother by \(better) of \(signs.count) measures, rougher by none."
      case .mixed:
        "The slices become smoother by \(better) of \(signs.count) measures, rougher by \(worse)"
          + (convexity.contains(.worse) || bends.contains(.better)
            ? "." : ": more convex, but more sharply curved where they are curved most.")
      case .fails:
        worse > 0
          ? "The slices become smoother by no measure, rougher by \(worse) of \(signs.count)."
          : "The slices change by none of \(signs.count) measures."
      case .undecided: "No slice was sampled at more than one λ."
      }
    return SweepClaim(
      statement: "The landscape becomes smoother, with fewer minima", verdict: verdict,
      finding: finding, evidence: evidence)
  }

  // MARK: - Convergence

  private func convergesFaster(_ first: SweepRecord, _ last: SweepRecord) -> SweepClaim {
    let statement = "Training converges faster early on"
    let known = records.filter { $0.descent != nil }
    guard let from = known.first, let to = known.last, known.count > 1, let a = from.descent,
      let b = to.descent
    else {
      return SweepClaim(
        statement: statement, verdict: .undecided, finding: "It was not measured.", evidence: [])
    }
    func told(_ record: SweepRecord.DescentRecord) -> String {
      record.arrived ? "\(record.steps)" : "more than \(record.steps)"
    }
    let verdict: SweepClaim.Verdict =
      !a.arrived && !b.arrived
      ? .undecided
      : a.steps == b.steps && a.arrived == b.arrived
        ? .fails : b.arrived && (!a.arrived || b.steps < a.steps) ? .holds : .fails
    var evidence = [
      "Gradient descent at its best fixed rate, from the scene's initial weights, until the excess "
        + "over the minimum has fallen to \(parameter(100 * a.share)) % of the start's: "
        + known.map { "\($0.descent.map(told) ?? "") steps at λ = \(name($0))" }
        .joined(separator: ", ") + "."
    ]
    if let before = from.curvature.conditionNumber, let after = to.curvature.conditionNumber {
      evidence.append(
        "The total loss's condition number at the minimum goes from \(number(before)) to "
          + "\(number(after)).")
    } else {
      evidence.append(
        "The condition number at the minimum exists only where its smallest eigenvalue is above 0: "
          + "at \(records.count { $0.curvature.conditionNumber != nil }) of \(records.count) λ.")
    }
    let finding =
      switch verdict {
      case .holds: "It takes fewer steps at the last λ than at the first."
      case .undecided:
        "In \(max(a.steps, b.steps)) steps it arrives neither at the first λ nor at the last."
      default: "It takes no fewer steps at the last λ than at the first."
      }
    return SweepClaim(
      statement: statement, verdict: verdict, finding: finding, evidence: evidence)
  }

  /// How far from minima the points are that stand for them.
  ///
  /// Gradients left over, and directions in which the loss still falls away; nothing where there are
  /// none.
  private var nearMinima: [String] {
    // Below 0 by more than an eigenvalue is sure.
    let saddles = records.map(\.curvature).filter { found in
      found.totalSmallest.isConverged
        && found.totalSmallest.value
          < -max(found.totalSmallest.residual, 1e-6 * abs(found.totalLargest.value))
    }.map(\.totalSmallest)
    var found: [String] = []
    if let short = records.short(of: tolerance) {
      found.append(
        "at \(short.count) of \(records.count) λ the search ended with a gradient above "
          + "\(parameter(tolerance)), \(number(short.worst)) at most")
    }
    if let lowest = saddles.map(\.value).min() {
      found.append(
        "at \(saddles.count) of \(records.count) λ the total loss curves downward in some "
          + "direction, with an eigenvalue of \(number(lowest)) at the lowest")
    }
    guard !found.isEmpty else { return [] }
    return [
      "Read these as points near minima: " + found.joined(separator: ", and ") + "."
    ]
  }

  // MARK: - Words

  private enum Sign { case better, worse, same }

  func name(_ record: SweepRecord) -> String { parameter(record.lambda) }

  private func value(_ found: CurvatureReport.EigenvalueRecord) -> String {
    number(found.value) + (found.isConverged ? "" : " (unconverged)")
  }

  private func percent(_ share: Double) -> String { number((share * 1000).rounded() / 10) + " %" }

  private func errorText(_ a: Double?, _ b: Double?) -> String {
    guard let a, let b, a > 0 || b > 0 else { return "" }
    return " (standard errors \(number(a)) and \(number(b)))"
  }
}

/// A number that was chosen, such as λ, to three digits.
func parameter(_ value: Double) -> String { RichText(parameter: value).plain }

/// A measured number to three digits.
func number(_ value: Double) -> String { RichText(measured: value).plain }

/// The middle value, or the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let half = sorted.count / 2
  return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
}
