import Algebra
import Figures
import FoundationEssentials
import Geometry
import Networks

/// Every number that a report would quote of a run: `summary.json`.
///
/// Keys are sorted and numbers as short as exact, so that equal runs give equal files. What cannot
/// be known, because the surface came from elsewhere, is left out.
struct Summary: Codable, Sendable, Equatable {
  /// Such as `landscape 0.1.0`.
  var program: String
  /// The command that makes it again.
  var command: String
  var scene: String
  var title: String
  /// What was trained where, and which slice shows what.
  var protocolName: String
  /// `L(w) + (lambda/2)·‖w‖²`, over what is penalised.
  var objective: String
  var data: DataRecord?
  var network: NetworkRecord?
  var training: TrainingPlanRecord?
  var penalty: PenaltyRecord
  var slices: [SliceRecord]
  var lambdas: [LambdaRecord]

  struct DataRecord: Codable, Sendable, Equatable {
    var name: String
    var samples: Int
    var heldOutSamples: Int
    var inputShape: [Int]
    /// Hash of the samples that the landscape is drawn of.
    var fingerprint: String
    var standardised: Bool
  }

  struct NetworkRecord: Codable, Sendable, Equatable {
    /// Such as `64-64-10, ReLU`.
    var summary: String
    var layers: [String]
    var parameters: Int
    var loss: String
    var score: String
  }

  struct TrainingPlanRecord: Codable, Sendable, Equatable {
    var optimizer: String
    var framework: String
    var learningRate: Double
    var decay: String
    var batchSize: Int?
    var initialiser: String
    var seed: UInt64
    var polishTolerance: Double?
  }

  struct PenaltyRecord: Codable, Sendable, Equatable {
    var scope: String
    var convention: String
    var penalisedParameters: Int?
  }

  struct SliceRecord: Codable, Sendable, Equatable {
    /// λ that the centre was trained at; nil where it comes from a file.
    var trainedAtLambda: Double?
    /// That of the file of weights, where they were trained: its metadata have it too.
    var weightsFingerprint: String?
    var training: TrainingRecord?
    var directions: String
    var normalisation: String?
    var seed: UInt64?
    /// Of the base loss's Hessian at the centre, where the directions are its eigenvectors.
    var directionEigenvalues: [CurvatureReport.EigenvalueRecord]?
    var cosine: Double?
    var uNorm: Double?
    var vNorm: Double?
    var alphaRange: [Double]
    var betaRange: [Double]
    var columns: Int
    var rows: Int
    var precision: String?
    /// ⟨c,c⟩, 2⟨c,u⟩, 2⟨c,v⟩, ⟨u,u⟩, 2⟨u,v⟩, ⟨v,v⟩ over what is penalised.
    var penaltyCoefficients: [Double]
    /// Points where the base loss is NaN or infinite.
    var divergedPoints: Int
    /// uᵀHu, uᵀHv, vᵀHv of the base loss at the centre, in units of the plot.
    var baseHessian: [Double]?
    /// The path of the checkpoints, where there are any.
    var path: PathRecord?
    /// The models that the directions run between, the centre first.
    var models: [ModelRecord]?
  }

  struct PathRecord: Codable, Sendable, Equatable {
    var checkpoints: Int
    /// What the directions are, where they are the path's own.
    var span: String?
    /// Each direction's share of the sum of the squared distances to the last checkpoint, where the
    /// directions are the path's principal components.
    var explainedShares: [Double]?
    /// √(Σ‖distance to the slice‖² / Σ‖distance to the centre‖²): 0 where the slice holds the path.
    var projectionError: Double
    /// The greatest distance of a checkpoint to the slice.
    var farthest: Double
    /// The greatest distance of a checkpoint to the centre.
    var length: Double
    var points: [ModelRecord]
  }

  /// Weights from a file, and where they lie on the slice.
  struct ModelRecord: Codable, Sendable, Equatable {
    var name: String
    /// A checkpoint's number.
    var number: Int?
    var alpha: Double
    var beta: Double
    /// The distance to the slice.
    var offSlice: Double
    /// The base loss of the weights themselves, not of their place on the slice.
    var base: Double
  }

  struct LambdaRecord: Codable, Sendable, Equatable {
    /// λ of (λ/2)‖w‖².
    var lambda: Double
    /// The number as given, in the scene's convention.
    var given: Double
    /// Which slice, as an index into `slices`.
    var slice: Int
    var centre: PointRecord?
    /// ‖w‖ at the centre, over all parameters.
    var weightNorm: Double?
    /// Curvature of the total loss in the slice at the centre, per unit length of weight space: the
    /// eigenvalues of UᵀHU in the metric UᵀU, lower first.
    var sliceCurvature: [Double]?
    /// The same for the base loss alone.
    var baseSliceCurvature: [Double]?
    /// Of the whole Hessian at the centre: the total loss's, and the base loss's.
    var hessian: HessianRecord?
    var baseHessian: HessianRecord?
    var minimum: MinimumRecord?
  }

  /// The ends and the sum of a Hessian's spectrum; `landscape curvature` gives more.
  struct HessianRecord: Codable, Sendable, Equatable {
    var largest: Double
    var smallest: Double
    /// How far beyond the numbers given the ends may lie: the spectrum's ends are within this of them in
    /// nine of ten cases at least.
    var largestError: Double
    var smallestError: Double
    /// Whether both ends have passed their tests.
    var isConverged: Bool
    var trace: Double
    /// Of Hutch++'s estimate; 0 where it is exact.
    var traceStandardError: Double?
    /// Half the width of its 95 % interval.
    var traceError: Double?
    /// Products with the Hessian; 0 where it is another spectrum, shifted by λ.
    var products: Int
  }

  struct PointRecord: Codable, Sendable, Equatable {
    var base: Double
    var penalty: Double
    var total: Double
    /// Accuracy or R².
    var score: Double
    /// ‖∇(total loss)‖.
    var gradientNorm: Double
    var heldOutBase: Double?
    var heldOutScore: Double?
  }

  struct MinimumRecord: Codable, Sendable, Equatable {
    /// The lowest point of the grid.
    var alpha: Double
    var beta: Double
    var total: Double
    var base: Double
    var penalty: Double
    /// Between the grid's points: where a parabola has its minimum, with the loss there (of a surface
    /// from elsewhere, and with more than 16 λ, the parabola's).
    var refinedAlpha: Double
    var refinedBeta: Double
    var refinedTotal: Double
    /// ‖w‖_S there.
    var penalisedNorm: Double
    /// Whether it lies on the grid's edge, so that the loss may fall further outside.
    var isOnEdge: Bool
  }

  /// The numbers that a person at a terminal wants first, line by line.
  var headlines: [String] {
    func short(_ value: Double) -> String { RichText(measured: value).plain }
    let directions = slices.compactMap { slice -> String? in
      guard let u = slice.uNorm, let v = slice.vNorm else { return nil }
      let cosine = slice.cosine.map { ", cos(u, v) = \(short($0))" } ?? ""
      return "slice: ‖u‖ = \(short(u)), ‖v‖ = \(short(v))\(cosine)"
    }
    let placed = slices.flatMap { slice -> [String] in
      let path = slice.path.map { path in
        let shares = path.explainedShares.map {
          ", directions hold \(short(100 * $0[0])) % and \(short(100 * $0[1])) %"
        }
        return
          "path: \(path.checkpoints) checkpoints\(shares ?? ""); up to \(short(path.farthest)) "
          + "off the slice and \(short(path.length)) from its centre"
      }
      let models = (slice.models ?? []).map {
        "\($0.name) at (\(short($0.alpha)), \(short($0.beta))): base \(short($0.base))"
      }
      return (path.map { [$0] } ?? []) + models
    }
    let minima = lambdas.map { record in
      var line = "λ = \(lambdaName(record.lambda)):"
      if let centre = record.centre {
        line += " at the centre \(short(centre.total)) (base \(short(centre.base)), "
        line += "\(network?.score ?? "score") \(short(centre.score)), "
        line += "‖∇‖ \(short(centre.gradientNorm)));"
      }
      guard let lowest = record.minimum else {
        let slice = slices[record.slice]
        let hasFinite = slice.divergedPoints < slice.columns * slice.rows
        return line + (hasFinite ? " the same everywhere, no minimum" : " no finite value")
      }
      return line + " minimum \(short(lowest.refinedTotal)) at "
        + "(\(short(lowest.refinedAlpha)), \(short(lowest.refinedBeta)))"
        + (lowest.isOnEdge ? ", on the grid's edge" : "")
    }
    return directions + placed + minima
  }

  /// As text, with a line end.
  var text: String {
    get throws { String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self) + "\n" }
  }
}

extension Summary.LambdaRecord {
  /// The numbers of one λ on one surface.
  init(_ view: SurfaceView, given: Double, lambda: Double, slice: Int) {
    self.init(lambda: lambda, given: given, slice: slice)
    let total = view.surface.total(lambda: lambda)
    if let lowest = GridMinimum(of: total, on: view.surface.grid) {
      let squared = view.surface.penalty.squaredNorm(lowest.alpha, lowest.beta)
      minimum = Summary.MinimumRecord(
        alpha: lowest.alpha, beta: lowest.beta, total: lowest.value,
        base: view.surface.base[lowest.row * view.surface.grid.alphas.count + lowest.column],
        penalty: lambda / 2 * squared, refinedAlpha: lowest.refined.alpha,
        refinedBeta: lowest.refined.beta, refinedTotal: lowest.refined.value,
        penalisedNorm: max(squared, 0).squareRoot(), isOnEdge: lowest.isOnEdge)
    }
  }

  private init(lambda: Double, given: Double, slice: Int) {
    self.lambda = lambda
    self.given = given
    self.slice = slice
  }
}
