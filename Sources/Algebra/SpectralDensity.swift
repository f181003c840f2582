import RealModule

/// Spectral measures of an operator by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017).
///
/// For a random vector z of length 1, T's eigenvalues θᵢ and the squared *first* components τᵢ² of
/// its eigenvectors are the Gauss quadrature of z's spectral measure: Σ τᵢ²·p(θᵢ) = zᵀp(A)z for
/// every polynomial p of degree up to 2·steps − 1. Over random signs z the mean of n·zᵀf(A)z is
/// tr f(A).
///
/// - Parameters:
///   - a: The operator, of dimension n > 0.
///   - probes: How many vectors z. Ten and more give an error band worth its name.
///   - steps: Lanczos steps for each, one product each; 80 tell apart peaks that are some percent
///     of the spectrum apart.
///   - seed: Seed of the probes, which are those of ``hutchinsonTrace(of:probes:seed:threads:)``:
///     with one seed, both have the same first moment.
///   - threads: The most threads to use beside those that the operator's products take themselves;
///     the result does not depend on it. Up to eight probes of `steps` vectors are in memory at a
///     time, but no more than 1 GB where one probe takes less.
/// - Returns: The nodes and weights of each probe.
/// - Throws: ``SpectrumError`` for no probes or steps, or a product that is not finite.
public func spectralQuadrature(
  of a: some LinearOperator, probes: Int, steps: Int, seed: UInt64, threads: Int = 1
) throws(SpectrumError) -> SpectralQuadrature {
  guard probes > 0 else { throw .tooFew(what: "probes", found: probes, least: 1) }
  guard a.dimension > 0 else { throw .tooFew(what: "dimensions", found: 0, least: 1) }
  let n = Double(a.dimension)
  // As many probes in step as an operator gains from, and as 1 GB holds.
  let most = max(1, min(8, 1_000_000_000 / 8 / (min(max(steps, 1), a.dimension) * a.dimension)))
  let blocks = (probes + most - 1) / most
  let width = (probes + blocks - 1) / blocks
  let measures = try concurrentBlocks(probes, width: width, threads: 1) {
    range throws(SpectrumError) in
    let starts = range.map { rademacher(a.dimension, seed: seed, probe: $0) }
    var measures: [(fine: SpectralMeasure, coarse: SpectralMeasure)] = []
    for process in try lanczos(a, fromEach: starts, steps: steps, threads: threads) {
      let steps = process.steps
      // What is exhausted is exact.
      let fewer = process.isExhausted ? steps : max(1, steps / 2)
      let fine = try process.tridiagonal.measure(mass: n)
      let coarse =
        fewer == steps ? fine : try process.tridiagonal.leading(fewer).measure(mass: n)
      measures.append((fine, coarse))
    }
    return measures
  }
  var result = SpectralQuadrature(dimension: a.dimension, probes: measures.map(\.fine))
  result.coarse = measures.map(\.coarse)
  return result
}

extension Tridiagonal {
  /// The Gauss quadrature of the first unit vector's spectral measure.
  fileprivate func measure(mass: Double) throws(SpectrumError) -> SpectralMeasure {
    let system = try eigensystem()
    let m = system.values.count
    let weights = (0..<m).map { i in
      let first = system.components[i * m]
      return mass * first * first
    }
    return SpectralMeasure(nodes: system.values, weights: weights)
  }

  /// The first rows and columns: T after as many steps.
  fileprivate func leading(_ count: Int) -> Tridiagonal {
    Tridiagonal(
      diagonal: Array(diagonal.prefix(count)),
      offDiagonal: Array(offDiagonal.prefix(max(count - 1, 0))))
  }
}

/// Masses on a line: the eigenvalues, each of mass 1, or an estimate of them.
public struct SpectralMeasure: Sendable, Equatable {
  /// Where the masses are.
  public var nodes: [Double]
  /// How much each is; together the operator's dimension.
  public var weights: [Double]

  /// Makes a measure.
  ///
  /// - Parameters:
  ///   - nodes: Where the masses are.
  ///   - weights: How much each is.
  public init(nodes: [Double], weights: [Double]) {
    precondition(nodes.count == weights.count, "each node has a weight")
    self.nodes = nodes
    self.weights = weights
  }

  /// The measure of a whole spectrum: each eigenvalue counts once.
  ///
  /// - Parameter eigenvalues: All of them.
  public init(eigenvalues: [Double]) {
    self.init(nodes: eigenvalues, weights: [Double](repeating: 1, count: eigenvalues.count))
  }

  /// Σ weight · f(node): tr f(A).
  ///
  /// - Parameter f: A function of an eigenvalue.
  /// - Returns: The sum.
  public func sum(_ f: (Double) -> Double) -> Double {
    var total = CompensatedSum()
    for (node, weight) in zip(nodes, weights) where weight != 0 { total.add(weight * f(node)) }
    return total.value
  }
}

/// Spectral measures of random vectors: an estimate of the spectrum, with its scatter.
public struct SpectralQuadrature: Sendable, Equatable {
  /// The operator's dimension n: each probe's weights add up to it.
  public var dimension: Int
  /// The measure of each probe.
  public var probes: [SpectralMeasure]
  /// The same after half the Lanczos steps, by which the error of the quadrature is told;
  /// none for a whole spectrum.
  public var coarse: [SpectralMeasure] = []
  /// Whether these are all eigenvalues, and nothing is estimated.
  public private(set) var isWhole = false

  /// Makes an estimate from measures.
  ///
  /// - Parameters:
  ///   - dimension: The operator's dimension.
  ///   - probes: The measure of each probe; a whole spectrum is one.
  public init(dimension: Int, probes: [SpectralMeasure]) {
    self.dimension = dimension
    self.probes = probes
  }

  /// A whole spectrum, as one measure of which nothing is estimated.
  ///
  /// What the eigensolver's rounding can make of a zero is one: directions that a loss does not depend
  /// on, of which ReLU has many, are neither up nor down.
  ///
  /// - Parameter eigenvalues: All of them.
  public init(wholeSpectrum eigenvalues: [Double]) {
    let rounding =
      Double(eigenvalues.count) * .ulpOfOne * eigenvalues.reduce(0) { max($0, abs($1)) }
    self.init(
      dimension: eigenvalues.count,
      probes: [SpectralMeasure(eigenvalues: eigenvalues.map { abs($0) <= rounding ? 0 : $0 })])
    isWhole = true
  }

  /// Products made.
  public var products: Int { probes.reduce(0) { $0 + $1.nodes.count } }

  /// tr f(A), estimated.
  ///
  /// - Parameter f: A function of an eigenvalue: 1 gives the dimension, the identity the trace.
  /// - Returns: The mean over probes and its standard error.
  public func trace(of f: (Double) -> Double) -> TraceEstimate {
    TraceEstimate(samples: probes.map { $0.sum(f) }, products: products)
  }

  /// The least and the greatest node: the ends of the spectrum, from inside.
  public var range: ClosedRange<Double> {
    let nodes = probes.flatMap(\.nodes)
    return (nodes.min() ?? 0)...(nodes.max() ?? 0)
  }

  /// The density of eigenvalues on a grid, smoothed by a Gaussian in a stated variable.
  ///
  /// - Parameters:
  ///   - grid: Eigenvalues, ascending.
  ///   - width: The Gaussian's standard deviation, in units of the variable.
  ///   - variable: On which axis it is smoothed, and of which it is the density.
  /// - Returns: The density, which integrates to 1 over the variable.
  /// - Throws: ``SpectrumError/notPositive(what:found:)`` for a width or scale that is not.
  public func density(
    on grid: [Double], width: Double, variable: SpectralVariable = .eigenvalue
  ) throws(SpectrumError) -> SpectralDensity {
    try smoothed(probes, dimension: dimension, on: grid, width: width, variable: variable)
  }
}

extension SpectralMeasure {
  /// The density of a whole spectrum on a grid, smoothed as an estimate's is; without scatter.
  ///
  /// - Parameters:
  ///   - grid: Eigenvalues, ascending.
  ///   - width: The Gaussian's standard deviation, in units of the variable.
  ///   - variable: On which axis it is smoothed, and of which it is the density.
  /// - Returns: The density, its standard error 0.
  /// - Throws: ``SpectrumError/notPositive(what:found:)`` for a width or scale that is not.
  public func density(
    on grid: [Double], width: Double, variable: SpectralVariable = .eigenvalue
  ) throws(SpectrumError) -> SpectralDensity {
    var density = try smoothed(
      [self], dimension: nodes.count, on: grid, width: width, variable: variable)
    density.standardErrors = grid.map { _ in 0 }
    return density
  }
}

/// The axis on which a density is smoothed and drawn.
public enum SpectralVariable: Sendable, Equatable {
  /// The eigenvalue x itself.
  case eigenvalue
  /// t = asinh(x / scale): linear within ±scale, logarithmic beyond, on both sides of 0.
  case asinh(scale: Double)

  /// t for an eigenvalue.
  ///
  /// - Parameter x: The eigenvalue.
  /// - Returns: Where it is on the axis.
  public func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .eigenvalue: x
    case .asinh(let scale): Double.asinh(x / scale)
    }
  }

  /// The eigenvalue at t.
  ///
  /// - Parameter t: A place on the axis.
  /// - Returns: The eigenvalue there.
  public func inverse(_ t: Double) -> Double {
    switch self {
    case .eigenvalue: t
    case .asinh(let scale): scale * Double.sinh(t)
    }
  }

  /// A grid even in t that covers a range of eigenvalues and five widths beyond: a Gaussian has
  /// 6e-7 of its mass past that.
  ///
  /// - Parameters:
  ///   - range: The eigenvalues to cover.
  ///   - width: The width of smoothing, in units of t.
  ///   - count: Points; at least 2.
  /// - Returns: Eigenvalues, ascending.
  public func grid(covering range: ClosedRange<Double>, width: Double, count: Int) -> [Double] {
    let first = self(range.lowerBound) - 5 * width
    let last = self(range.upperBound) + 5 * width
    return (0..<count).map { i in
      inverse(first + (last - first) * Double(i) / Double(max(count - 1, 1)))
    }
  }
}

/// A density of eigenvalues on a grid.
public struct SpectralDensity: Sendable, Equatable {
  /// Eigenvalues.
  public var grid: [Double]
  /// The share of eigenvalues per unit of the variable, at each point of the grid.
  public var values: [Double]
  /// The standard error over probes, at each point of the grid; empty with one probe.
  ///
  /// The band of one sigma is values ± standardErrors.
  public var standardErrors: [Double]
  /// The Gaussian's standard deviation, in units of the variable.
  public var width: Double
  /// Of what it is the density.
  public var variable: SpectralVariable

  /// ∫ density over the grid by trapezoids: 1 where the grid covers the spectrum and is finer than
  /// the width.
  public var mass: Double {
    let t = grid.map { variable($0) }
    var sum = CompensatedSum()
    for i in t.indices.dropFirst() {
      sum.add((t[i] - t[i - 1]) * (values[i] + values[i - 1]) / 2)
    }
    return sum.value
  }
}

/// The mean of the probes' smoothed measures.
private func smoothed(
  _ probes: [SpectralMeasure], dimension: Int, on grid: [Double], width: Double,
  variable: SpectralVariable
) throws(SpectrumError) -> SpectralDensity {
  guard width > 0, width.isFinite else { throw .notPositive(what: "the width", found: width) }
  if case .asinh(let scale) = variable, !(scale > 0 && scale.isFinite) {
    throw .notPositive(what: "the scale of asinh", found: scale)
  }
  let height = 1 / (width * Double.sqrt(2 * .pi) * Double(max(dimension, 1)))
  let placed = probes.map { (nodes: $0.nodes.map { variable($0) }, weights: $0.weights) }
  let samples = grid.map { x in
    let t = variable(x)
    return Sample(
      placed.map { probe in
        var sum = 0.0
        for (node, weight) in zip(probe.nodes, probe.weights) {
          let u = (t - node) / width
          sum += weight * Double.exp(-u * u / 2)
        }
        return sum * height
      })
  }
  return SpectralDensity(
    grid: grid, values: samples.map(\.mean), standardErrors: samples.compactMap(\.standardError),
    width: width, variable: variable)
}
