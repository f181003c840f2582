/// The smallest and the largest eigenvalue of an operator, from vectors that are nearly right.
///
/// Made for many operators that change little from one to the next, such as a loss's Hessians over
/// the points of a grid: each search begins with what the last has found. The operator is projected
/// on a space (Rayleigh and Ritz) that grows by the residual of the pair sought (Davidson 1975,
/// without a preconditioner). From a random vector alone that is Lanczos' process; unlike it, it
/// takes any space to begin with, and measures every residual on the products themselves. Two random
/// vectors are always in the space, so that an eigenvector which all vectors given are orthogonal to,
/// or which chance has left out of one of them, is not out of reach. Where no vectors were given, the
/// search goes on from a third one when both ends have been found, and must find nothing beyond.
///
/// Products in Float32 find the vectors; one product an end by the exact operator then makes value,
/// residual and error right to Float64.
///
/// Each end has two tests. Its residual r = ‖A·u − θ·u‖, within which some eigenvalue lies for
/// certain, is to be at most tolerance·max(|λmin|, |λmax|). And its error, by Kato and Temple's
/// bound (1949) min(r, r²/gap), is to be at most the limit tolerance·|θ|, or, for a θ near 0,
/// tolerance·max(|λmin|, |λmax|)/100. The gap reaches from θ to the next Ritz value less the
/// error of that one. A gap of less than four limits counts as four: eigenvalues as close as that
/// are one cluster, whose members need not be told apart, and a residual of twice the limit will do.
/// An error that needs this is an estimate, not a bound, as θ may lie within the cluster. The smallest
/// eigenvalue passes its own tests, which it does last: a network's lies at the edge of a bulk, with
/// dozens of others within a hundredth of its size.
///
/// - Parameters:
///   - a: The operator.
///   - exact: The same operator with products in Float64, where those of `a` are rounded to Float32; it
///     is applied once for each end. nil: the products of `a` are taken as they are.
///   - options: Tolerance, limits, and vectors to begin with.
/// - Returns: Both ends, and the vectors for the next search.
/// - Throws: ``SpectrumError`` for a tolerance or size that cannot be, or a product that is not
///   finite.
public func spectrumEnds(
  of a: some LinearOperator, measuredBy exact: (any LinearOperator)? = nil,
  options: SpectrumEndsOptions = SpectrumEndsOptions()
) throws(SpectrumError) -> SpectrumEnds {
  var search = try EndsSearch(a, exact, options)
  return try search.run()
}

/// How both ends of a spectrum are searched.
public struct SpectrumEndsOptions: Sendable {
  /// The error of each end over its own size.
  ///
  /// 1e-3: below what a colour scale or a contour shows.
  public var tolerance = 1e-3
  /// Vectors to begin with, such as ``SpectrumEnds/vectors`` at a neighbouring point.
  public var start: [[Double]] = []
  /// Steps past the vectors given and a random one, before which no test counts.
  ///
  /// Vectors given may be eigenvectors already and not at the ends any more, as where eigenvalues
  /// cross; their residuals would not tell, what grows from the random vector beside them does. 20:
  /// of 3630 points where eigenvalues cross and eigenvectors stay, without this 45 in a hundred went
  /// wrong, with 12 steps 2, with 20 one in two hundred; most searches take more all the same.
  public var leastSteps = 20
  /// Products after which to stop all the same: 500, five times what a network's Hessian needs from
  /// a cold start.
  public var maxProducts = 500
  /// Vectors kept in memory with their products, at least 16; when there are as many, the best stay.
  ///
  /// 60: past that they fall out of a core's cache.
  public var basisSize = 60
  /// Seed of the random vectors.
  public var seed: UInt64 = 0

  /// Makes the default options.
  public init() {}
}

/// Both ends of a spectrum.
public struct SpectrumEnds: Sendable, Equatable {
  /// One end.
  public struct End: Sendable, Equatable {
    /// θ: from inside, so that λmin ≤ θ ≤ λmax but for rounding.
    public var value: Double
    /// ‖A·u − θ·u‖, measured.
    public var residual: Double
    /// How far beyond θ the end may lie: an estimate, of which ``residual`` is the certain part.
    ///
    /// See ``spectrumEnds(of:options:)``; an eigenvalue that was missed altogether is not in it.
    public var error: Double
    /// Whether residual and error have passed their tests.
    public var isConverged: Bool
  }

  /// λmin.
  public var lowest: End
  /// λmax.
  public var highest: End
  /// Ritz vectors to begin a neighbour's search with: the lowest four, ascending, and the highest.
  ///
  /// Four, as eigenvalues at the edge of the bulk change places from one point to the next.
  public var vectors: [[Double]]
  /// Products made.
  public var products: Int
}

/// The state of a search: a space, the operator's products with it, and the operator on it.
private struct EndsSearch<Operator: LinearOperator> {
  /// An eigenpair of the projected operator.
  private struct Ritz {
    var value: Double
    /// A·u − θ·u.
    var remainder: [Double]
    var residual: Double
  }

  /// Limits within which eigenvalues count as one cluster: 4.
  ///
  /// Of 121 points of the digits network's map, without this 2 were off by more than 1e-3, after 48
  /// products each; with 4 as many after 43, with 10 five times as many after 38.
  private static var clusterWidth: Double { 4 }

  private let a: Operator
  private let exact: (any LinearOperator)?
  private let options: SpectrumEndsOptions
  private var random: RandomSource
  private var basis: OrthonormalBasis
  private var images: VectorRows
  /// VᵀAV: row j holds what lies along vectors 0 … j.
  private var projected: [[Double]] = []
  private var products = 0
  /// The largest |θ|.
  private var scale = 0.0

  init(
    _ a: Operator, _ exact: (any LinearOperator)?, _ options: SpectrumEndsOptions
  ) throws(SpectrumError) {
    let n = a.dimension
    guard n > 0 else { throw .count(requested: 2, dimension: 0) }
    guard options.tolerance > 0, options.tolerance.isFinite else {
      throw .notPositive(what: "the tolerance", found: options.tolerance)
    }
    guard options.basisSize >= 16 else {
      throw .tooFew(what: "basis vectors", found: options.basisSize, least: 16)
    }
    let capacity = min(options.basisSize, n)
    guard capacity <= KrylovSpace.memoryLimit / 16 / n else {
      throw .memory(vectors: 2 * capacity, dimension: n, limit: KrylovSpace.memoryLimit)
    }
    for vector in options.start { try a.check(vector, "a vector to start from") }
    self.a = a
    self.exact = exact
    self.options = options
    random = RandomSource(seed: options.seed, purpose: "spectrum ends")
    basis = OrthonormalBasis(dimension: n, capacity: capacity)
    images = VectorRows(dimension: n, capacity: capacity)
  }

  mutating func run() throws(SpectrumError) -> SpectrumEnds {
    for vector in options.start where basis.count < basis.capacity - 1 {
      _ = try extend(by: vector)
    }
    for _ in 0..<2 where !basis.isFull { _ = try extend(by: randomSigns()) }
    var least = products + options.leastSteps
    // Vectors given have been searched beside once already.
    var isConfirmed = !options.start.isEmpty
    // The largest first: its residuals bring most of what the smallest needs, too.
    var end = SpectrumEnd.largest
    while true {
      let system = try ritzPairs()
      let isLast = basis.isComplete || products >= options.maxProducts
      var (pair, record) = examined(system, end)
      var isFound = false
      if record.isConverged || isLast {
        let other = end == .largest ? SpectrumEnd.smallest : .largest
        let (otherPair, otherRecord) = examined(system, other)
        isFound = record.isConverged && otherRecord.isConverged
        if isFound && products >= least && isConfirmed || isLast {
          let vectors = vectors(system)
          return SpectrumEnds(
            lowest: try measured(.smallest, vectors[0], system, end, record, otherRecord),
            highest: try measured(
              .largest, vectors[vectors.count - 1], system, end, record, otherRecord),
            vectors: vectors, products: products)
        }
        if isFound && products >= least {
          isConfirmed = true
          if basis.isFull { restart(system) }
          if try extend(by: randomSigns()) {
            least = products + options.leastSteps
            continue
          }
        }
        if !isFound { (pair, end) = (otherPair, other) }
      }
      if isFound { pair.remainder = images[images.count - 1] }
      if basis.isFull { restart(system) }
      // What is exhausted, but for rounding, goes on from a random vector beside it.
      if try !extend(by: pair.remainder) {
        guard try extend(by: randomSigns()) else { continue }
      }
      // The product's own image as well, as a look at the Ritz pairs costs nearly as much.
      if !basis.isFull, products < options.maxProducts {
        _ = try extend(by: images[images.count - 1])
      }
    }
  }

  /// Adds what a vector has beside the space; false where that is nothing but rounding.
  private mutating func extend(by vector: [Double]) throws(SpectrumError) -> Bool {
    let size = quickNorm(vector)
    guard size > 0, size.isFinite, !basis.isComplete else { return false }
    var v = vector.map { $0 / size }
    let beta = basis.orthogonalise(&v).beta
    guard beta > roundingLevel(1) else { return false }
    for i in v.indices { v[i] /= beta }
    basis.append(v)
    let image = try a.product(with: v)
    guard quickNorm(image).isFinite else { throw .overflow }
    products += 1
    images.append(image)
    projected.append(basis.rows.products(with: image))
    return true
  }

  private mutating func randomSigns() -> [Double] {
    var bits: UInt64 = 0
    return (0..<a.dimension).map { i in
      if i.isMultiple(of: 64) { bits = random.next() }
      defer { bits >>= 1 }
      return bits & 1 == 0 ? -1 : 1
    }
  }

  private mutating func ritzPairs() throws(SpectrumError) -> Eigensystem {
    let m = basis.count
    var matrix = [Double](repeating: 0, count: m * m)
    for (j, row) in projected.enumerated() {
      for (i, value) in row.enumerated() {
        matrix[j * m + i] = value
        matrix[i * m + j] = value
      }
    }
    let system = try symmetricEigensystem(of: matrix, dimension: m, vectors: true)
    scale = max(abs(system.values[0]), abs(system.values[m - 1]))
    return system
  }

  /// A Ritz pair with its residual, measured.
  private func ritz(_ system: Eigensystem, _ index: Int) -> Ritz {
    let s = system.vector(index)
    var remainder = images.combination(s)
    basis.rows.add(-system.values[index], times: s, to: &remainder)
    return Ritz(
      value: system.values[index], remainder: remainder, residual: quickNorm(remainder))
  }

  /// The pair at an end, and how it does in its tests.
  private func examined(_ system: Eigensystem, _ end: SpectrumEnd) -> (Ritz, SpectrumEnds.End) {
    let m = system.values.count
    func index(_ fromEnd: Int) -> Int { end == .smallest ? fromEnd : m - 1 - fromEnd }
    let pair = ritz(system, index(0))
    return (pair, record(pair.value, pair.residual, system, end))
  }

  /// How an end with some residual does in its tests.
  private func record(
    _ value: Double, _ residual: Double, _ system: Eigensystem, _ end: SpectrumEnd
  ) -> SpectrumEnds.End {
    let m = system.values.count
    func index(_ fromEnd: Int) -> Int { end == .smallest ? fromEnd : m - 1 - fromEnd }
    let rounding = roundingLevel(scale)
    let limit = max(options.tolerance * max(abs(value), scale / 100), rounding)
    var error = residual
    let gap = m > 2 ? abs(system.values[index(1)] - system.values[index(0)]) : 0
    let square = residual * residual
    // Only where the whole gap would do is the neighbour worth a look.
    if error > limit, square <= limit * gap {
      let next = ritz(system, index(1))
      let beyond = abs(system.values[index(2)] - next.value)
      let nextError = min(next.residual, next.residual * next.residual / beyond)
      if nextError < gap { error = min(error, square / (gap - nextError)) }
    }
    if error > limit { error = min(error, square / (Self.clusterWidth * limit)) }
    let isConverged =
      basis.isComplete && exact == nil
      || residual <= max(options.tolerance * scale, rounding) && error <= limit
    // What rounding may hide is never 0, but for the zero operator.
    return SpectrumEnds.End(
      value: value, residual: residual, error: max(error, rounding), isConverged: isConverged)
  }

  /// An end as the exact operator has it, by one product.
  private mutating func measured(
    _ wanted: SpectrumEnd, _ vector: [Double], _ system: Eigensystem, _ end: SpectrumEnd,
    _ record: SpectrumEnds.End, _ otherRecord: SpectrumEnds.End
  ) throws(SpectrumError) -> SpectrumEnds.End {
    guard let exact else { return wanted == end ? record : otherRecord }
    let image = try exact.product(with: vector)
    products += 1
    let square = dot(vector, vector)
    let value = dot(vector, image) / square
    let residual = norm(zip(image, vector).map { $0 - value * $1 }) / square.squareRoot()
    return self.record(value, residual, system, wanted)
  }

  /// Keeps the best two fifths of the space, three at the low end for each at the high one.
  private mutating func restart(_ system: Eigensystem) {
    let m = basis.count
    let kept = 2 * m / 5
    let low = 3 * kept / 4
    let indices = Array(0..<low) + Array(m - (kept - low)..<m)
    let coefficients = indices.flatMap { system.vector($0) }
    basis.combine(coefficients, count: kept)
    images.combine(coefficients, count: kept)
    projected = indices.enumerated().map { position, index in
      [Double](repeating: 0, count: position) + [system.values[index]]
    }
  }

  private func vectors(_ system: Eigensystem) -> [[Double]] {
    let m = system.values.count
    let low = min(4, m - 1)
    return (Array(0..<low) + [m - 1]).map { basis.combination(system.vector($0)) }
  }
}
