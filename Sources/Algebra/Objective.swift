/// A twice differentiable function of a vector: what landscapes are drawn of.
public protocol Objective: Sendable {
  /// The number of parameters.
  var dimension: Int { get }

  /// L(w).
  ///
  /// - Parameter w: `dimension` numbers.
  /// - Returns: The value; NaN or ±∞ where the function diverges.
  func value(at w: [Double]) -> Double

  /// L(w) and ∇L(w).
  ///
  /// - Parameter w: `dimension` numbers.
  /// - Returns: The value and the gradient, `dimension` numbers.
  func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double])

  /// H(w) = ∇²L(w), ready for many products at one w.
  ///
  /// - Parameter w: `dimension` numbers.
  /// - Returns: The Hessian as a linear map.
  func hessian(at w: [Double]) -> any LinearOperator

  /// L over a grid of points of a plane.
  ///
  /// The default asks ``value(at:)`` at each point; an objective that can share work between points
  /// does better.
  ///
  /// - Parameters:
  ///   - plane: The plane and the grid on it.
  ///   - rows: Which rows of the grid to evaluate.
  ///   - options: How precisely, and on how many threads.
  ///   - progress: Told how many points have been evaluated since it was last told; called from any
  ///     thread.
  /// - Returns: The values in those rows, row-major.
  func sample(
    _ plane: PlaneGrid, rows: Range<Int>, options: SamplingOptions,
    progress: @escaping @Sendable (_ points: Int) -> Void
  ) -> PlaneSamples
}

/// A grid of points c + α·u + β·v.
public struct PlaneGrid: Sendable, Equatable {
  /// c.
  public var centre: [Double]
  /// u.
  public var u: [Double]
  /// v.
  public var v: [Double]
  /// Coordinates along u, the columns of the grid.
  public var alphas: [Double]
  /// Coordinates along v, the rows of the grid.
  public var betas: [Double]

  /// Makes a grid on a plane.
  ///
  /// - Parameters:
  ///   - centre: c.
  ///   - u: The first direction, as long as `centre`.
  ///   - v: The second direction, as long as `centre`.
  ///   - alphas: Coordinates along u.
  ///   - betas: Coordinates along v.
  public init(centre: [Double], u: [Double], v: [Double], alphas: [Double], betas: [Double]) {
    precondition(
      u.count == centre.count && v.count == centre.count, "directions are as long as the centre")
    self.centre = centre
    self.u = u
    self.v = v
    self.alphas = alphas
    self.betas = betas
  }

  /// The point c + α·u + β·v, formed afresh: no error is carried from point to point.
  ///
  /// - Parameters:
  ///   - alpha: α.
  ///   - beta: β.
  /// - Returns: The point; at (0, 0) it is c to the bit.
  public func point(_ alpha: Double, _ beta: Double) -> [Double] {
    // c + 0 would make 0 of −0.
    if alpha == 0, beta == 0 { return centre }
    return centre.indices.map { centre[$0] + (alpha * u[$0] + beta * v[$0]) }
  }
}

/// How a plane is sampled.
public struct SamplingOptions: Sendable, Equatable {
  /// The type in which the network is evaluated; sums over samples are Float64 in both.
  public enum Precision: String, Sendable, CaseIterable {
    case float32
    case float64

    /// The relative error of a sampled loss, some units in its last place summed over a network.
    public var valueError: Double { self == .float32 ? 1e-6 : 1e-14 }
  }

  /// Float32 by default: its error, some 1e-6 of the loss, is far below what a figure shows.
  public var precision: Precision
  /// The most threads to use; the result does not depend on it.
  public var threads: Int

  /// Makes options.
  public init(precision: Precision = .float32, threads: Int = 1) {
    self.precision = precision
    self.threads = threads
  }
}

/// What a plane's rows hold.
public struct PlaneSamples: Sendable, Equatable {
  /// L at each point, row-major; NaN or ±∞ where it diverged.
  public var losses: [Double]
  /// Accuracy or R² at each point where the objective has one, else empty.
  public var scores: [Double]

  /// Makes samples.
  public init(losses: [Double], scores: [Double] = []) {
    self.losses = losses
    self.scores = scores
  }
}

extension Objective {
  /// L over a grid of points of a plane, each on its own.
  public func sample(
    _ plane: PlaneGrid, rows: Range<Int>, options: SamplingOptions,
    progress: @escaping @Sendable (_ points: Int) -> Void
  ) -> PlaneSamples {
    let columns = plane.alphas.count
    let losses = concurrentMap(rows.count, threads: options.threads) { row in
      let beta = plane.betas[rows.lowerBound + row]
      let values = plane.alphas.map { value(at: plane.point($0, beta)) }
      progress(columns)
      return values
    }
    return PlaneSamples(losses: losses.flatMap(\.self))
  }
}
