import Algebra

/// What a sweep found at one λ.
struct SweepRecord: Codable, Sendable, Equatable {
  /// λ of (λ/2)‖w‖².
  var lambda: Double
  /// The number as given, in the scene's convention.
  var given: Double
  var minimum: MinimumRecord
  /// From the λ before; nil for the first.
  var step: StepRecord?
  var branches: BranchRecord
  var curvature: CurvatureRecord
  /// How gradient descent gets on from the scene's initial weights; nil where it was not asked.
  var descent: DescentRecord?
  /// Where the minimum lies in the decay slice.
  var decaySlice: SlicePoint?
  /// Of the slice's own shape: the decay slice, the random slices around the first minimum (protocol
  /// A), and those around the minimum of this λ (protocol C).
  var decayShape: ShapeRecord?
  var sharedShapes: [ShapeRecord] = []
  var ownShapes: [ShapeRecord] = []

  /// The lowest minimum found.
  struct MinimumRecord: Codable, Sendable, Equatable {
    var total: Double
    var base: Double
    var penalty: Double
    /// Accuracy or R².
    var score: Double
    var heldOutBase: Double?
    var heldOutScore: Double?
    var gradientNorm: Double
    /// How the polish ended.
    var outcome: String
    /// ‖w‖ over all parameters.
    var weightNorm: Double
    /// ‖w‖_S over what is penalised.
    var penalisedNorm: Double
    /// ‖w*(λ) − w*(first)‖.
    var distanceFromFirst: Double
  }

  /// The step from the lowest minimum of the λ before, and what the implicit function theorem foretold
  /// of it; nothing is foretold of a change from one branch to the other.
  struct StepRecord: Codable, Sendable, Equatable {
    var length: Double
    var predictedLength: Double?
    var lengthRatio: Double?
    var cosine: Double?
    /// Of the linear equation behind the prediction, relative.
    var predictionResidual: Double?
    var isJump: Bool
  }

  /// Whether the path of the lowest minima is broken on the way to this λ from the one before.
  var isJump: Bool { step?.isJump == true }

  /// How the minima found from below and from above compare.
  struct BranchRecord: Codable, Sendable, Equatable {
    /// Which search found the lower one: `ascending` or `descending`.
    var lower: String
    var relation: String
    var distance: Double
    /// Total loss of the descending minus that of the ascending one.
    var lossDifference: Double
    var barrier: Double
  }

  /// The Hessian at the minimum.
  struct CurvatureRecord: Codable, Sendable, Equatable {
    var baseLargest: CurvatureReport.EigenvalueRecord
    var baseSmallest: CurvatureReport.EigenvalueRecord
    var totalLargest: CurvatureReport.EigenvalueRecord
    var totalSmallest: CurvatureReport.EigenvalueRecord
    /// Largest of the base loss at the first λ's minimum: the same weights for every λ.
    var fixedBaseLargest: Double
    /// Largest of the total loss there.
    var fixedTotalLargest: Double
    var baseTrace: Double
    var baseTraceStandardError: Double?
    /// Half the width of the 95 % interval; 0 where the trace is exact.
    var baseTraceError: Double?
    var totalTrace: Double
    /// Largest over smallest of the total loss; nil where the smallest is not above 0 by more than
    /// its rounding.
    var conditionNumber: Double?
    /// Σ μ/(μ + λ); only where all parameters are penalised alike.
    var effectiveParameters: Double?
    var effectiveParametersStandardError: Double?
    /// Half the width of the 95 % interval; 0 where all eigenvalues are known.
    var effectiveParametersError: Double?
    var products: Int
  }

  /// Gradient descent at its best fixed rate.
  struct DescentRecord: Codable, Sendable, Equatable {
    var rate: Double
    /// Steps to the tolerance, or those after which it had not arrived.
    var steps: Int
    var arrived: Bool
    /// The excess over the minimum to be reached, as a share of the start's.
    var share: Double
  }

  /// A point of a slice.
  struct SlicePoint: Codable, Sendable, Equatable {
    var alpha: Double
    var beta: Double
    /// The distance from the slice.
    var offSlice: Double
  }

  /// What is read off one slice at one λ.
  struct ShapeRecord: Codable, Sendable, Equatable {
    /// Local minima deeper than the threshold.
    var minima: Int
    /// Those that do not lie on the slice's edge.
    var innerMinima: Int
    /// How much the loss must rise before a lower minimum is reached.
    var threshold: Double
    /// The share of points where the total loss is convex in the slice.
    var convexShare: Double
    /// The largest |curvature| in the slice per unit of length: the gradient's Lipschitz constant as
    /// far as the grid shows it.
    var lipschitz: Double
  }
}

extension [SweepRecord] {
  /// At how many λ the search ended with a gradient above what was asked, and the largest; nil where
  /// it ended so at none.
  func short(of tolerance: Double) -> (count: Int, worst: Double)? {
    let left = map(\.minimum.gradientNorm).filter { $0 > tolerance }
    return left.max().map { (left.count, $0) }
  }
}
