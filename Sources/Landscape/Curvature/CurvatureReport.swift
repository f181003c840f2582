import Algebra
import FoundationEssentials
import Networks

/// What a run found about curvature: `curvature.json`, and row by row `curvature.csv`.
struct CurvatureReport: Codable, Sendable, Equatable {
  var program: String
  var command: String
  var scene: String
  /// Where the weights come from.
  var weights: String
  var matrix: String
  /// The tensors of the block, or `all`.
  var tensors: String
  var dimension: Int
  var samples: Int
  var penaltyScope: String
  var seed: UInt64
  /// ‖w‖ over all parameters.
  var weightNorm: Double
  var baseLoss: Double
  /// Of the base loss, then of the total loss at each λ.
  var spectra: [SpectrumRecord]
  /// Of the base loss, for each layer's block by itself.
  var layers: [LayerRecord] = []
  /// Of the base loss, then of the total loss at each λ.
  var sharpness: [SharpnessRecord] = []
  var slice: SliceRecord?
  var map: CurvatureMaps.Record?

  /// The curvature of one objective.
  struct SpectrumRecord: Codable, Sendable, Equatable {
    /// `base`, or `total`.
    var objective: String
    var lambda: Double
    /// `exact` (all eigenvalues of the dense matrix), `estimated` (Lanczos, Hutch++, quadrature), or
    /// `shifted` (the base's spectrum plus λ, which is exact where all parameters are penalised).
    var method: String
    var gradientNorm: Double
    var top: [EigenvalueRecord]
    var bottom: [EigenvalueRecord]
    var trace: Double
    /// 0 where exact.
    var traceStandardError: Double?
    /// Half the width of the 95 % interval; 0 where exact.
    var traceError: Double?
    /// How many eigenvalues are below 0; a fraction where estimated.
    var negativeEigenvalues: Double
    /// Their share of Σ|μ|.
    var negativeShare: Double
    /// max |μ| / min |μ|: a lower bound where estimated.
    var conditionNumber: Double
    /// Σ μ/(μ + λ) over the base's μ > 0; only where all parameters are penalised alike.
    var effectiveParameters: Double?
    var effectiveParametersStandardError: Double?
    /// Half the width of the 95 % interval; 0 where exact.
    var effectiveParametersError: Double?
    /// How far the eigenvalues listed are from the base's plus λ, at most; only where the penalty
    /// does not move all alike.
    var differenceFromShift: Double?
    /// Products with the matrix.
    var products: Int
    var probes: Int?
    var lanczosSteps: Int?
  }

  /// An eigenvalue.
  struct EigenvalueRecord: Codable, Sendable, Equatable {
    var value: Double
    /// ‖A·u − θ·u‖; 0 where it is of a whole spectrum.
    var residual: Double
    /// Whether the search's test was passed: the residual at most 1e-8 of the largest |μ|, and for a
    /// layer the error at most a thousandth of μ or 1e-5 of the largest |μ|.
    var isConverged: Bool
    /// How far beyond the number given a layer's eigenvalue may lie.
    var error: Double?
  }

  /// The extreme eigenvalues of one layer's block.
  struct LayerRecord: Codable, Sendable, Equatable {
    var layer: String
    var parameters: Int
    var largest: EigenvalueRecord
    var smallest: EigenvalueRecord
  }

  /// The worst loss found near the weights: lower bounds.
  struct SharpnessRecord: Codable, Sendable, Equatable {
    /// `base`, or `total`.
    var objective: String
    var lambda: Double
    var rho: Double
    /// max L(w + z) − L(w) over ‖z‖ ≤ ρ: SAM's, by Foret and others (2021).
    var sam: Double
    /// The same at the first step, z = ρ·∇L/‖∇L‖.
    var samFirstOrder: Double
    var epsilon: Double
    /// max 100·(L(w + z) − L(w))/(1 + L(w)) over |zᵢ| ≤ ε(|wᵢ| + 1): that of Keskar and others
    /// (2017).
    var keskar: Double
  }

  /// The curvature in the scene's slice.
  struct SliceRecord: Codable, Sendable, Equatable {
    var uNorm: Double
    var vNorm: Double
    var cosine: Double?
    /// uᵀHu, uᵀHv, vᵀHv.
    var matrix: [Double]
    /// uᵀu, uᵀv, vᵀv.
    var metric: [Double]
    /// Eigenvalues of UᵀHU in the metric UᵀU, lower first: curvature per unit of length.
    var curvature: [Double]?
    /// How many of the largest eigenvalues' vectors span the space of the shares.
    var topEigenvectors: Int
    /// ‖Pu‖²/‖u‖², P the projection on those eigenvectors; a random direction has their number over
    /// the dimension.
    var uShareInTop: Double
    var vShareInTop: Double
  }

  /// As text, with a line end.
  var text: String {
    get throws { String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self) + "\n" }
  }
}

extension CurvatureReport {
  /// Gathers what was found.
  init(
    _ point: CurvatureSite, _ weights: ModelWeights, _ spectra: [ObjectiveSpectrum],
    _ options: RenderOptions
  ) {
    let scene = point.model.scene
    let plan = point.plan
    self.init(
      program: "landscape \(Version.current)", command: options.command, scene: scene.name,
      weights: weights.lambda.map { "trained at λ = \(parameter($0))\(scene.training.words)" }
        ?? "from a file",
      matrix: plan.matrix.rawValue, tensors: plan.tensors.isEmpty ? "all" : list(plan.tensors),
      dimension: point.coordinates.count, samples: point.objective.sampleCount,
      penaltyScope: scene.penalty.scope.text, seed: scene.seed, weightNorm: norm(point.w),
      baseLoss: point.baseLoss, spectra: spectra.map { SpectrumRecord($0, at: point) })
  }
}

extension CurvatureReport.SpectrumRecord {
  fileprivate init(_ found: ObjectiveSpectrum, at point: CurvatureSite) {
    let (spectrum, lambda) = (found.spectrum, found.lambda ?? 0)
    let signs = spectrum.effectiveParameters(lambda: 0)
    let isEstimated = spectrum.method == "estimated"
    self.init(
      objective: found.lambda == nil ? "base" : "total", lambda: lambda, method: spectrum.method,
      gradientNorm: point.gradientNorm(lambda: lambda), top: spectrum.top,
      bottom: spectrum.bottom, trace: spectrum.trace.value,
      traceStandardError: spectrum.trace.standardError, traceError: spectrum.trace.error,
      negativeEigenvalues: signs.negativeCount, negativeShare: signs.negativeShare,
      conditionNumber: signs.conditionNumber, effectiveParameters: found.meeting?.value,
      effectiveParametersStandardError: found.meeting?.standardError,
      effectiveParametersError: found.meeting?.error,
      differenceFromShift: found.differenceFromShift, products: spectrum.products,
      probes: isEstimated ? point.plan.probes : nil,
      lanczosSteps: isEstimated ? point.plan.steps : nil)
  }
}
