/// How a sweep's numbers go over λ, as far as their errors let one tell.
extension SweepJudge {
  /// Where a number goes.
  enum Change { case up, down, same }

  /// A number of a minimum's curvature.
  struct Measure: Sendable {
    var name: String
    var value: @Sendable (SweepRecord.CurvatureRecord) -> Double
    /// Its standard error.
    var error: @Sendable (SweepRecord.CurvatureRecord) -> Double = { _ in 0 }

    static let total = [
      Measure(name: "total loss's largest eigenvalue") { $0.totalLargest.value },
      Measure(name: "total loss's smallest eigenvalue") { $0.totalSmallest.value },
      Measure(
        name: "total loss's trace", value: { $0.totalTrace },
        error: { $0.baseTraceStandardError ?? 0 }),
    ]
    static let base = [
      Measure(name: "base loss's largest eigenvalue") { $0.baseLargest.value },
      Measure(
        name: "base loss's trace", value: { $0.baseTrace },
        error: { $0.baseTraceStandardError ?? 0 }),
    ]
  }

  /// A change counts from a thousandth on, and from twice the standard errors: less is the error of
  /// what is measured.
  func change(_ a: Double, _ b: Double, error: Double = 0) -> Change {
    let scale = max(abs(a), abs(b))
    return abs(b - a) <= max(1e-3 * scale, 2 * error) ? .same : b > a ? .up : .down
  }

  func change(_ measure: Measure, _ a: SweepRecord, _ b: SweepRecord) -> Change {
    change(
      measure.value(a.curvature), measure.value(b.curvature),
      error: measure.error(a.curvature) + measure.error(b.curvature))
  }

  /// Whether a measure is anywhere below what it was at some λ before.
  func falls(_ measure: Measure) -> Bool {
    var highest = records[0]
    return records.dropFirst().contains { record in
      if change(measure, highest, record) == .down { return true }
      if measure.value(record.curvature) > measure.value(highest.curvature) { highest = record }
      return false
    }
  }

  /// What is least or greatest between the ends, in a sentence each.
  func turns(_ measure: Measure) -> [String] {
    let sorted = records.sorted { measure.value($0.curvature) < measure.value($1.curvature) }
    guard let low = sorted.first, let high = sorted.last else { return [] }
    return [("least", low, Change.up), ("greatest", high, .down)].compactMap { word, turn, way in
      guard
        [records[0], records[records.count - 1]].allSatisfy({ change(measure, turn, $0) == way })
      else { return nil }
      return "The \(measure.name) is \(word) at λ = \(name(turn)), between the ends: "
        + "\(number(measure.value(turn.curvature)))."
    }
  }
}
