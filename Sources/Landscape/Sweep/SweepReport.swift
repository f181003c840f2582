import Algebra
import Datasets
import FoundationEssentials
import Geometry
import Networks
import TensorFiles

/// What a sweep found: `sweep.json`, and a row for each λ in `sweep.csv`.
struct SweepReport: Codable, Sendable, Equatable {
  var program: String
  var command: String
  var scene: String
  var title: String
  var data: String
  var dataFingerprint: String
  var samples: Int
  var heldOutSamples: Int
  var network: String
  var parameters: Int
  var loss: String
  var score: String
  var penaltyScope: String
  var convention: String
  var seed: UInt64
  /// ‖∇L‖ asked of each minimum.
  var tolerance: Double
  /// What the decay slice's second direction is taken from.
  var decaySliceSpan: String
  /// How many random slices were sampled around a minimum.
  var randomSlices: Int
  var lambdas: [SweepRecord]
  var claims: [SweepClaim]

  /// As text, with a line end.
  var text: String {
    get throws { String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self) + "\n" }
  }

  /// The names of the columns, and what stands in each.
  private static let columns: [(name: String, value: @Sendable (SweepRecord) -> String)] = [
    ("lambda", { "\($0.lambda)" }), ("given", { "\($0.given)" }),
    ("total", { "\($0.minimum.total)" }), ("base", { "\($0.minimum.base)" }),
    ("penalty", { "\($0.minimum.penalty)" }), ("score", { "\($0.minimum.score)" }),
    ("held_out_base", { cell($0.minimum.heldOutBase) }),
    ("held_out_score", { cell($0.minimum.heldOutScore) }),
    ("gradient_norm", { "\($0.minimum.gradientNorm)" }), ("outcome", { $0.minimum.outcome }),
    ("weight_norm", { "\($0.minimum.weightNorm)" }),
    ("distance_from_first", { "\($0.minimum.distanceFromFirst)" }),
    ("step", { cell($0.step?.length) }), ("predicted_step", { cell($0.step?.predictedLength) }),
    ("prediction_cosine", { cell($0.step?.cosine) }),
    ("jump", { "\($0.isJump)" }), ("branches", { $0.branches.relation }),
    ("base_largest", { "\($0.curvature.baseLargest.value)" }),
    ("base_smallest", { "\($0.curvature.baseSmallest.value)" }),
    ("total_largest", { "\($0.curvature.totalLargest.value)" }),
    ("total_smallest", { "\($0.curvature.totalSmallest.value)" }),
    ("fixed_base_largest", { "\($0.curvature.fixedBaseLargest)" }),
    ("fixed_total_largest", { "\($0.curvature.fixedTotalLargest)" }),
    ("base_trace", { "\($0.curvature.baseTrace)" }),
    ("base_trace_error", { cell($0.curvature.baseTraceError) }),
    ("condition_number", { cell($0.curvature.conditionNumber) }),
    ("effective_parameters", { cell($0.curvature.effectiveParameters) }),
    ("effective_parameters_error", { cell($0.curvature.effectiveParametersError) }),
    ("descent_steps", { $0.descent.map { $0.arrived ? "\($0.steps)" : "" } ?? "" }),
    ("off_slice", { cell($0.decaySlice?.offSlice) }),
    ("decay_minima", { $0.decayShape.map { "\($0.minima)" } ?? "" }),
    ("shared_convex_share", { cell(medianOf($0.sharedShapes, \.convexShare)) }),
    ("own_convex_share", { cell(medianOf($0.ownShapes, \.convexShare)) }),
  ]

  /// A row for each λ.
  var csv: String {
    let rows = lambdas.map { record in
      Self.columns.map { $0.value(record) }.map { $0.contains(",") ? "\"\($0)\"" : $0 }
        .joined(separator: ",")
    }
    return ([Self.columns.map(\.name).joined(separator: ",")] + rows)
      .joined(separator: "\n") + "\n"
  }

  /// What a person reads first: the verdicts.
  var lines: [String] {
    claims.map { "\($0.statement): \($0.verdict.rawValue). \($0.finding)" }
  }

  /// Writes the numbers.
  func write(to folder: String) throws -> [String] {
    let files = ["json", "csv"].map { "\(folder)/sweep.\($0)" }
    try AtomicFile.write(try text, to: files[0])
    try AtomicFile.write(csv, to: files[1])
    return files
  }
}

/// A number, or nothing.
private func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

/// The middle of what slices show, or nil without any.
func medianOf(
  _ shapes: [SweepRecord.ShapeRecord], _ path: KeyPath<SweepRecord.ShapeRecord, Double>
) -> Double? {
  shapes.isEmpty ? nil : median(shapes.map { $0[keyPath: path] })
}

extension SweepReport {
  /// Gathers what was found.
  init(_ model: Model, _ records: [SweepRecord], _ slices: SweepSlices, _ options: RenderOptions) {
    let scene = model.scene
    let set = model.objective.data
    let judge = SweepJudge(
      records: records, tolerance: model.polishTolerance,
      penaltyIsUniform: model.commonPenaltyFactor == 1,
      penaltyCurvature: penaltyCurvature(on: slices.decay.surface, slices.decay.slice))
    self.init(
      program: "landscape \(Version.current)", command: options.command, scene: scene.name,
      title: scene.title, data: set.name, dataFingerprint: set.fingerprint, samples: set.count,
      heldOutSamples: model.heldOut?.sampleCount ?? 0, network: model.network.summary,
      parameters: model.network.layout.count, loss: model.loss.rawValue,
      score: model.loss.scoreName, penaltyScope: scene.penalty.scope.text,
      convention: scene.penalty.convention.rawValue, seed: scene.seed,
      tolerance: model.polishTolerance, decaySliceSpan: slices.span.rawValue,
      randomSlices: slices.shared.count,
      lambdas: records, claims: judge.claims)
  }
}
