/// What is asked about the curvature at a point.
public struct CurvaturePlan: Sendable, Equatable {
  /// A matrix that stands for curvature.
  public enum Matrix: String, Sendable, CaseIterable {
    /// ∇²L, exact; the kinks of ReLU contribute nothing.
    case hessian
    /// JᵀH_zJ, positive semidefinite: the Hessian without the network's own curvature.
    case gaussNewton = "gauss-newton"
    /// The mean over samples of ∇ℓᵢ∇ℓᵢᵀ, positive semidefinite: no curvature at all but the
    /// gradients' spread, which is often put in its place.
    case fisher
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
  /// Whether each layer's block is asked about by itself.
  public var layers = true
  /// Whether eigenvectors are written.
  public var vectors = false
  /// Whether the worst loss nearby is searched.
  public var sharpness = true
  /// ρ of SAM's sharpness: 0.05, as in the paper.
  public var rho = 0.05
  /// ε of Keskar's sharpness: 1e-3, as in the paper.
  public var epsilon = 1e-3
  /// Points along both axes of the scene's slice at which the extreme eigenvalues are computed; nil
  /// for no map.
  public var map: Points?
  /// What a map's eigenvalues may be off by, as a share of the larger one: a thousandth, less than
  /// colours show.
  public var mapTolerance = 1e-3

  /// Points of a grid.
  public struct Points: Sendable, Equatable {
    /// Along α.
    public var columns: Int
    /// Along β.
    public var rows: Int
  }

  /// Makes the default plan.
  public init() {}

  /// The flags and keys that hold a count, from the least that makes sense to the most: more vectors
  /// than any machine holds are a slip of the hand.
  static var counts:
    [(name: String, path: WritableKeyPath<CurvaturePlan, Int>, range: ClosedRange<Int>)]
  {
    [
      ("top", \.top, 1...1_000_000), ("bottom", \.bottom, 1...1_000_000),
      ("trace-products", \.traceProducts, 3...1_000_000), ("probes", \.probes, 1...10_000),
      ("steps", \.steps, 1...100_000), ("exact-limit", \.exactLimit, 0...1_000_000),
    ]
  }

  /// Asks a small matrix for no more eigenvalues than it has, where nobody asked for more.
  ///
  /// - Parameter dimension: The matrix's.
  mutating func limitDefaults(dimension: Int) {
    let usual = CurvaturePlan()
    if top == usual.top { top = min(top, dimension) }
    if bottom == usual.bottom { bottom = min(bottom, dimension) }
  }

  /// Refuses counts that make no sense for a matrix.
  ///
  /// - Parameter dimension: The matrix's.
  /// - Throws: ``UsageError`` that names the flag.
  func validate(dimension: Int) throws(UsageError) {
    for (name, path, range) in Self.counts where !range.contains(self[keyPath: path]) {
      throw UsageError(
        reason: "'--\(name)' is \(self[keyPath: path]); it must be from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    for (name, count) in [("top", top), ("bottom", bottom)] where count > dimension {
      throw UsageError(
        reason: "'--\(name)' asks for \(count) eigenvalues of a matrix that has \(dimension)")
    }
    for (name, value) in [("rho", rho), ("epsilon", epsilon), ("map-tolerance", mapTolerance)]
    where !(value > 0 && value.isFinite) {
      throw UsageError(reason: "'--\(name)' is \(value); it must be a number above 0")
    }
    guard mapTolerance <= 0.5 else {
      throw UsageError(
        reason: "'--map-tolerance' is \(mapTolerance), a share of the eigenvalue; give at most 0.5")
    }
  }
}
