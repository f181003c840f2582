public import Algebra
public import Datasets
public import Figures
public import Geometry
public import Networks
public import ONNX

/// All that makes a landscape: data, network, training, penalty, slice and looks.
///
/// A scene is read from YAML by ``init(yaml:path:seed:)``; flags of the command line replace parts of it.
public struct Scene: Sendable {
  /// The file that it was read from, or what stands in for it; for messages.
  public var path: String
  /// What folders and lists call it.
  public var name: String
  /// What figures and lists say of it.
  public var title: String
  /// The samples.
  public var data: DataPlan
  /// The layers, from the input on; none where ``model`` is a file.
  public var layers: [Layer]
  /// A file that holds the network, in place of layers.
  public var model: ModelPlan?
  /// How weights are drawn.
  public var initialiser: Initialiser
  /// A file of weights to train from, in place of drawn ones.
  public var initialWeights: String?
  /// What the outputs cost; nil for what the model's output and the data's targets ask.
  public var loss: Loss?
  /// What is penalised, and how strongly.
  public var penalty: PenaltyPlan
  /// How the network is trained.
  public var training: Training
  /// A file of trained weights, in place of training.
  public var weights: String?
  /// How files of weights name and lay out their tensors, where not as the network does.
  public var weightNames: WeightNames
  /// Files of weights along a training, or one folder of them, in place of training; the last one is
  /// what is drawn.
  public var checkpoints: [String]
  /// What is done to the trained weights without changing the function.
  public var reparametrisation: Reparametrisation?
  /// The plane.
  public var slice: SlicePlan
  /// What is asked about curvature.
  public var curvature: CurvaturePlan
  /// What a sweep over λ measures.
  public var sweep: SweepPlan
  /// The looks.
  public var figure: FigurePlan
  /// What the grids of surfaces and maps are written as, for other programs.
  public var exports: [ExportFormat]
  /// Decides initial weights, order of samples and directions, each by a stream of its own.
  public var seed: UInt64
  /// The text that it was read from.
  public var source: String
  /// What its data and files must be, where it was read from a figure that is made again.
  var recorded: RecordedInputs?

  /// Whether the weights come from files, so that nothing is trained.
  public var takesWeights: Bool { weights != nil || !checkpoints.isEmpty }

  /// A network from a file.
  public struct ModelPlan: Sendable, Equatable {
    /// The ONNX file.
    public var path: String
    /// Which of its tensors take part in training; the rest are constants.
    public var parameters: NamePatterns
    /// The graph's output to take; nil for the first of floating-point numbers.
    public var output: String?
    /// What its outputs are, for a loss of logits; nil for what they seem to be.
    public var outputs: OutputKind?
  }

  /// The samples, and what is done to them.
  public struct DataPlan: Sendable, Equatable {
    /// Where they come from.
    public var source: DatasetSource
    /// How many; nil takes all.
    public var samples: Int?
    /// Whether they are shuffled before some are taken or held out, by the scene's seed.
    public var shuffle: Bool
    /// How many more are kept apart from training and landscape, to measure on.
    public var heldOut: Int
    /// Whether every feature is brought to mean 0 and variance 1.
    public var standardise: Bool
    /// What every input is multiplied by, before it is standardised.
    public var scale: Double
  }

  /// The penalty.
  public struct PenaltyPlan: Sendable, Equatable {
    /// Which tensors are penalised.
    public enum Scope: Sendable, Equatable {
      /// All parameters, biases too, as `weight_decay` in PyTorch.
      case all
      /// Kernels only.
      case weights
      /// Some tensors by name, each with a factor of its own.
      case tensors([(name: String, factor: Double)])

      /// Whether two scopes are the same.
      public static func == (a: Scope, b: Scope) -> Bool { a.text == b.text }

      /// `all`, `weights`, or the tensors with their factors where these are not 1.
      public var text: String {
        switch self {
        case .all: "all"
        case .weights: "weights"
        case .tensors(let tensors):
          tensors.map { $0.factor == 1 ? $0.name : "\($0.name) × \($0.factor)" }
            .joined(separator: ", ")
        }
      }
    }

    /// What the numbers given mean.
    public enum Convention: String, Sendable, CaseIterable {
      /// λ of (λ/2)‖w‖².
      case lambda
      /// PyTorch's `weight_decay`: the gradient gets λw; the same λ.
      case pytorch
      /// Keras's `l2(c)`: adds c·Σw², so λ = 2c.
      case keras

      /// λ for a number given.
      ///
      /// - Parameter given: λ, `weight_decay` or c.
      /// - Returns: λ of (λ/2)‖w‖².
      public func lambda(_ given: Double) -> Double { self == .keras ? 2 * given : given }
    }

    /// The numbers given, in the order given.
    public var values: [Double]
    /// What they mean.
    public var convention: Convention
    /// Which tensors are penalised.
    public var scope: Scope
  }

  /// The plane and the grid on it.
  public struct SlicePlan: Sendable, Equatable {
    /// Where directions come from.
    public enum Directions: Sendable, Equatable {
      /// Drawn by the scene's seed.
      case random
      /// Read from two files of weights.
      case files(u: String, v: String)
      /// Eigenvectors of the base loss's Hessian at the centre, each of length 1: k counts from the
      /// largest eigenvalue down, −k from the smallest up.
      case eigen(u: Int, v: Int)
      /// The two principal components of the path that the checkpoints are.
      case path
      /// Through the centre and two models, each of length 1.
      case plane(String, String)
      /// From the centre to another model, and a random one as long.
      case line(String)
    }

    /// Where directions come from.
    public var directions: Directions
    /// How the lengths of random directions are set.
    public var normalisation: DirectionNormalisation
    /// Whether biases move along random directions.
    public var biases: Bool
    /// Whether the second is made orthogonal to the first.
    public var orthogonal: Bool
    /// A file of weights to centre the slice on, in place of the trained ones.
    public var centre: String?
    /// Whether the ranges are given; if not, a plane through models is framed around them.
    public var hasSpan: Bool
    /// The range along u.
    public var alpha: ClosedRange<Double>
    /// The range along v.
    public var beta: ClosedRange<Double>
    /// Points along u.
    public var columns: Int
    /// Points along v.
    public var rows: Int
    /// The type in which the network is evaluated.
    public var precision: SamplingOptions.Precision

    /// The coordinates.
    public var grid: Grid { Grid(alpha: alpha, columns: columns, beta: beta, rows: rows) }
  }

  /// The looks of the figures.
  public struct FigurePlan: Sendable {
    /// A kind of file that figures are written as.
    public enum Format: String, Sendable, CaseIterable {
      case png
      case pdf
      case svg
    }

    /// The page's colours.
    public enum Theme: String, Sendable, CaseIterable {
      case light
      case dark
    }

    /// The page; if nil, a journal's column for one panel and its full width for several.
    public var page: PageFormat?
    /// The font file to letter with; nil for DejaVu Sans.
    public var font: String?
    /// A figure of a slice.
    public enum Kind: String, Sendable, CaseIterable {
      /// Filled contours; with several λ also side by side.
      case contour
      case heatmap
      /// Base loss, penalty and total.
      case parts
      /// A surface; with several λ also side by side.
      case surface
      /// Surfaces of several λ over one another.
      case sheets
    }

    /// The figures of a slice that are drawn.
    public var kinds: [Kind]
    /// Where surfaces are looked at from, in degrees; nil for where each minimum is seen.
    public var azimuth: Double?
    /// Degrees above the plane; nil for as many as needed to see each minimum.
    public var elevation: Double?
    /// Pixels to an inch.
    public var dpi: Double
    /// The colours of the data.
    public var colorMap: ColorMap
    /// The transformation of values.
    public var scale: ScaleOption
    /// How the panels of a row compare.
    public var sharing: Sharing
    /// The contours.
    public var levels: LevelsOption
    /// Whether the page is dark.
    public var dark: Bool
    /// The files to write.
    public var formats: [Format]
  }
}
