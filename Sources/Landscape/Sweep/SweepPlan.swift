/// What a sweep over λ measures, and how exactly.
public struct SweepPlan: Sendable, Equatable {
  /// ‖∇L‖ to which each minimum is polished; nil for 1e-4, or less where the scene's training says so.
  ///
  /// Neighbouring minima are told apart only where this is below the difference of their penalties'
  /// gradients, Δλ·‖w‖: with less care the search would end where it began.
  public var tolerance: Double?
  /// L-BFGS steps for each minimum at most; nil for the scene's polish, and 200 at least.
  public var iterations: Int?
  /// Random slices for what is read off slices: three, so that no verdict hangs on one plane and
  /// there is a spread.
  public var slices = 3
  /// λ of the small multiples and of the slices of protocol C: five fit into a page's width.
  public var panels = 5
  /// Products spent on each trace by Hutch++.
  public var traceProducts = 48
  /// Random vectors for the effective parameters.
  public var probes = 4
  /// Lanczos steps for each of them.
  public var steps = 60
  /// Steps of gradient descent after which it counts as not arrived: 300; 0 leaves it out.
  public var descentSteps = 300
  /// A minimum of a slice counts where the loss must rise by this share of the slice's range before
  /// a lower one is reached; nil for a hundredth of the way from the lowest value to the median.
  public var persistence: Double?

  /// Makes the default plan.
  public init() {}

  /// The counts, from the least that makes sense to the most: a page holds 12 panels, 100 slices tell
  /// all there is to tell, and more of the others than any machine can do are a slip of the hand.
  static var counts:
    [(name: String, path: WritableKeyPath<SweepPlan, Int>, range: ClosedRange<Int>)]
  {
    [
      ("slices", \.slices, 1...100), ("panels", \.panels, 2...12),
      ("trace-products", \.traceProducts, 3...1_000_000), ("probes", \.probes, 1...10_000),
      ("steps", \.steps, 2...100_000), ("descent-steps", \.descentSteps, 0...1_000_000),
    ]
  }

  /// Refuses what makes no sense.
  func validate() throws(UsageError) {
    for (name, path, range) in Self.counts where !range.contains(self[keyPath: path]) {
      throw UsageError(
        reason: "'--\(name)' is \(self[keyPath: path]); it must be from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    if let iterations, iterations < 1 {
      throw UsageError(reason: "'--iterations' is \(iterations); it must be at least 1")
    }
    if let tolerance, !(tolerance > 0 && tolerance.isFinite) {
      throw UsageError(reason: "'--tolerance' is \(tolerance); it must be a number above 0")
    }
  }
}
