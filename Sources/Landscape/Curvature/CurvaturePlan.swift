/// What is asked about the curvature at a point.
public struct CurvaturePlan: Sendable, Equatable {
  /// A matrix that stands for curvature.
  public enum Matrix: String, Sendable, CaseIterable {
    /// ∇²L, exact; the kinks of ReLU contribute nothing.
    case hessian
    /// JᵀH_zJ, positive semidefinite: the Hessian without the network's own curvature.
    case gaussNewton = "gauss-newton"
  }

  /// Which matrix.
  public var matrix = Matrix.hessian
  /// The tensors whose block is asked about; all of them if empty.
  public var tensors: [String] = []
  /// Samples that the loss is averaged over, drawn by the scene's seed; nil for all.
  public var samples: Int?
  /// Largest eigenvalues: 10, as many as the digits have classes, which is how many stand out.
  public var top = 10
  /// Smallest eigenvalues: 5, enough to see whether the lowest stands alone.
  public var bottom = 5
  /// Products spent on the trace by Hutch++.
  public var traceProducts = 99
  /// Random vectors of the spectral density: ten give an error band worth its name.
  public var probes = 10
  /// Lanczos steps for each; 80 tell peaks some percent of the spectrum apart.
  public var steps = 80
  /// The most parameters for which the whole spectrum is computed instead of estimated: half a
  /// minute and 0.2 GB at 5000.
  public var exactLimit = 5000

  /// Makes the default plan.
  public init() {}

  /// Reads how many of something are asked for.
  func validate(dimension: Int) throws(UsageError) {
    for (name, count, least) in [
      ("top", top, 1), ("bottom", bottom, 1), ("trace-products", traceProducts, 3),
      ("probes", probes, 1), ("steps", steps, 1), ("exact-limit", exactLimit, 0),
    ] where count < least {
      throw UsageError(reason: "'--\(name)' is \(count); it must be at least \(least)")
    }
    for (name, count) in [("top", top), ("bottom", bottom)] where count > dimension {
      throw UsageError(
        reason: "'--\(name)' asks for \(count) eigenvalues of a matrix that has \(dimension)")
    }
  }
}
