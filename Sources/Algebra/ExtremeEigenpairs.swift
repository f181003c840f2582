import RealModule

/// Eigenpairs at an end of an operator's spectrum, by thick-restart Lanczos (Wu and Simon 2000).
///
/// Priorities: 1. no pair is called converged that is not; 2. eigenvalues come with their
/// multiplicity; 3. bounded memory; 4. few products.
///
/// The operator is projected on a Krylov space that is made fully orthogonal; when the space is
/// full, its best Ritz vectors stay and the process goes on from the remainder. A pair (θ, u) is
/// converged where ‖A·u − θ·u‖ ≤ max(tolerance·|θ|, 64·ε·‖A‖): relative to the eigenvalue itself,
/// not to ‖A‖, so that a small eigenvalue under a large bulk has its own digits and its sign. Where
/// that is more than is asked for, as among thousands of zeros, `scaleTolerance`·‖A‖ will do.
///
/// One vector's Krylov space shows a multiple eigenvalue once, and may miss an eigenvector that the
/// vector does not hold. So when all pairs have converged the search goes on in their orthogonal
/// complement, from a fresh random vector, until that turns up nothing further out.
///
/// - Parameters:
///   - a: The operator.
///   - end: Which eigenvalues.
///   - count: How many, k: 1 to the dimension.
///   - options: Tolerance, limits, and where to begin.
///   - progress: Told after each few products how many were made and how many of the pairs have
///     converged; returns whether to go on.
/// - Returns: k pairs, the outermost first, each with its residual and whether it has converged.
/// - Throws: ``SpectrumError`` for a count that cannot be, or a product that is not finite.
public func extremeEigenpairs(
  of a: some LinearOperator, _ end: SpectrumEnd, count: Int,
  options: EigenpairOptions = EigenpairOptions(),
  progress: (_ products: Int, _ converged: Int) -> Bool = { _, _ in true }
) throws(SpectrumError) -> ExtremeEigenpairs {
  var search = try EigenpairSearch(a, end, count: count, options: options)
  return try search.run(progress)
}

/// How eigenpairs are searched.
public struct EigenpairOptions: Sendable {
  /// ‖A·u − θ·u‖ / |θ| at which a pair has converged.
  ///
  /// 1e-10: it bounds the eigenvalue's relative error, however close its neighbours, and costs a
  /// few products more than 1e-6.
  public var tolerance = 1e-10
  /// ‖A·u − θ·u‖ / ‖A‖ at which a pair has converged as well; 0, so that each eigenvalue has its own
  /// digits.
  public var scaleTolerance = 0.0
  /// Products after which to stop all the same; nil for twice the dimension, which a dense spectrum
  /// would not need, but between 1000 and 10,000.
  public var maxProducts: Int?
  /// Vectors kept in memory; nil for max(3k, k + 80): past that restarts are rare.
  public var basisSize: Int?
  /// Vectors to begin with, such as the eigenvectors at a neighbouring point; none for a random one.
  public var start: [[Double]] = []
  /// Whether to spend a product a pair on ‖A·u − θ·u‖ itself, which also shows errors of the
  /// products; otherwise the residual is Lanczos' own |β·s|.
  public var measuresResiduals = false
  /// Seed of the random vectors.
  public var seed: UInt64 = 0

  /// Makes the default options.
  public init() {}
}

/// The state of a search: a basis, the operator on it, and what that leaves out.
private struct EigenpairSearch<Operator: LinearOperator> {
  /// An eigenpair of the projected operator.
  struct Ritz {
    var value: Double
    /// Along the basis.
    var coefficients: ArraySlice<Double>
    /// A bound of ‖A·u − θ·u‖.
    var residual: Double
    var errorBound: Double
    var isConverged: Bool
  }

  private let a: Operator
  private let end: SpectrumEnd
  private let count: Int
  private let options: EigenpairOptions
  private let capacity: Int
  private let maxProducts: Int
  private var space: KrylovSpace
  private var random: RandomSource
  /// VᵀAV: row j holds what lies along vectors 0 … j.
  private var projected: [[Double]] = []
  /// What was dropped where the process began anew, each time along one direction.
  ///
  /// A·V = V·T + β·v·eᵀ + Σ q·cᵀ; these are the c, with a number for each vector of the basis.
  private var dropped: [[Double]] = []
  /// The length of the newest product's remainder.
  private var beta = 0.0
  /// Steps since the process last began from a random vector.
  private var freshSteps = 0

  init(
    _ a: Operator, _ end: SpectrumEnd, count: Int, options: EigenpairOptions
  ) throws(SpectrumError) {
    let n = a.dimension
    guard 1...max(n, 1) ~= count, n > 0 else { throw .count(requested: count, dimension: n) }
    guard options.tolerance > 0, options.tolerance.isFinite else {
      throw .notPositive(what: "the tolerance", found: options.tolerance)
    }
    // Fewer than this leave no room to search beside the pairs kept.
    let (twice, overflow) = count.multipliedReportingOverflow(by: 2)
    let least = min(n, overflow ? n : twice + 10)
    let affordable = KrylovSpace.memoryLimit / 8 / n
    let size = options.basisSize ?? max(min(max(twice + count, count + 80), affordable), least)
    guard size >= least else { throw .tooFew(what: "basis vectors", found: size, least: least) }
    for vector in options.start { try a.check(vector, "a vector to start from") }
    self.a = a
    self.end = end
    self.count = count
    self.options = options
    capacity = min(size, n)
    maxProducts = options.maxProducts ?? min(max(2 * n, 1000), 10_000)
    random = RandomSource(seed: options.seed, purpose: "eigenpairs")
    space = try KrylovSpace(dimension: n, capacity: capacity)
  }

  mutating func run(_ progress: (Int, Int) -> Bool) throws(SpectrumError) -> ExtremeEigenpairs {
    // What was known when the process last began from a random vector.
    var known: [Ritz]? = try begin()
    while true {
      try expand()
      let ritz = try ritzPairs()
      let wanted = Array(ritz.prefix(count))
      let isFound = wanted.count == count && wanted.allSatisfy(\.isConverged)
      if space.basis.isComplete { return try result(ritz, isConfirmed: true) }
      let isExhausted = space.next == nil
      if isFound, let known, agree(known, wanted), isExhausted || isSettled(ritz) {
        return try result(ritz, isConfirmed: true)
      }
      let converged = wanted.count { $0.isConverged }
      let mayGoOn = progress(space.products, converged) && space.products < maxProducts
      if !mayGoOn, wanted.count == count { return try result(ritz, isConfirmed: false) }

      let isNews = known.map { !agree($0, wanted) } ?? true
      // With memory for everything, going on to the end is the surest search.
      let isDone = isNews && capacity < a.dimension && isFound && wanted.allSatisfy(isWellConverged)
      if isExhausted || isDone {
        // Whatever this space could tell is known: keep the best, and look beside them.
        if isDone || space.basis.isFull {
          let remainders = wanted.map { beta * ($0.coefficients.last ?? 0) }
          restart(wanted)
          drop(remainders)
        }
        known = isFound ? wanted : nil
        guard beginAtRandom() else { return try result(ritz, isConfirmed: false) }
      } else if space.basis.isFull {
        restart(ritz.prefix(count + (capacity - count) * 2 / 5))
      }
    }
  }

  /// Begins with the vectors given, or at random.
  ///
  /// Of the vectors given, those that are eigenvectors already stay, and the process begins from the
  /// sum of the others.
  ///
  /// - Returns: The pairs that need only be confirmed, or nil.
  private mutating func begin() throws(SpectrumError) -> [Ritz]? {
    for vector in options.start where !space.basis.isFull && space.begin(with: vector) {
      try step()
      drop(projected.indices.map { $0 == projected.count - 1 ? beta : 0 })
    }
    guard space.basis.count > 0 else {
      _ = beginAtRandom()
      return nil
    }
    let ritz = try ritzPairs()
    let rest = ritz.filter { !isWellConverged($0) }
    var sum = [Double](repeating: 0, count: a.dimension)
    for pair in rest {
      for (i, x) in space.basis.combination(pair.coefficients).enumerated() { sum[i] += x }
    }
    let good = ritz.filter(isWellConverged).prefix(capacity - 1)
    if !space.basis.isComplete {
      restart(good)
      if !rest.isEmpty, space.begin(with: sum) { return nil }
      _ = beginAtRandom()
    }
    return good.count >= count ? Array(good.prefix(count)) : nil
  }

  /// Goes on from a random vector; false where there is none.
  private mutating func beginAtRandom() -> Bool {
    freshSteps = 0
    return space.begin(using: &random)
  }

  private mutating func step() throws(SpectrumError) {
    let step = try space.step(a)
    projected.append(step.coefficients)
    for index in dropped.indices { dropped[index].append(0) }
    // What exhaustion leaves is rounding, which errorBound holds.
    beta = step.isExhausted ? 0 : step.beta
    // Nothing sticks out of a complete basis.
    if space.basis.isComplete { dropped = [] }
    freshSteps += 1
  }

  /// Forgets the remainder, of which c lies beside each vector of the basis.
  private mutating func drop(_ c: [Double]) {
    if beta > 0 { dropped.append(c) }
    beta = 0
  }

  /// Takes some steps: few enough that convergence is seen soon, and, as a look costs the cube of the
  /// basis, more where that is larger.
  private mutating func expand() throws(SpectrumError) {
    let size = min(space.basis.count + max(2, space.basis.count / 4), capacity)
    while space.next != nil, space.basis.count < size { try step() }
  }

  /// The eigenpairs of the projected operator, the outermost first.
  private func ritzPairs() throws(SpectrumError) -> [Ritz] {
    let m = projected.count
    var matrix = [Double](repeating: 0, count: m * m)
    for (j, row) in projected.enumerated() {
      for (i, value) in row.enumerated() {
        matrix[j * m + i] = value
        matrix[i * m + j] = value
      }
    }
    let system = try symmetricEigensystem(of: matrix, dimension: m, vectors: true)
    let rounding = roundingLevel(space.scale)
    let pairs = (0..<m).map { index in
      let value = system.values[index]
      let s = system.components[index * m..<(index + 1) * m]
      let remainder = beta * abs(s.last ?? 0)
      let residual = dropped.reduce(remainder) { $0 + abs(quickDot($1, Array(s))) }
      return Ritz(
        value: value, coefficients: s, residual: max(residual, .ulpOfOne * space.scale),
        errorBound: max(residual, rounding), isConverged: isConverged(value, residual))
    }
    return pairs.sorted { end.rank($0.value) > end.rank($1.value) }
  }

  private func isConverged(_ value: Double, _ residual: Double) -> Bool {
    residual <= limit(value)
  }

  /// The residual at which a pair has converged.
  private func limit(_ value: Double) -> Double {
    max(
      options.tolerance * abs(value), options.scaleTolerance * space.scale,
      roundingLevel(space.scale))
  }

  /// Whether a pair may be kept while its remainder is dropped.
  ///
  /// The sum of what is dropped, and rotations among equal eigenvalues, must not lift it over the
  /// tolerance again.
  private func isWellConverged(_ pair: Ritz) -> Bool {
    pair.residual <= max(limit(pair.value) / Double(4 * count), .ulpOfOne * space.scale)
  }

  /// Keeps some Ritz vectors.
  private mutating func restart(_ kept: some Collection<Ritz>) {
    space.combine(kept.flatMap(\.coefficients), count: kept.count)
    projected = kept.enumerated().map { index, pair in
      [Double](repeating: 0, count: index) + [pair.value]
    }
    dropped = dropped.map { c in kept.map { quickDot(c, Array($0.coefficients)) } }
  }

  /// Whether two lists are of the same eigenvalues.
  private func agree(_ first: [Ritz], _ second: [Ritz]) -> Bool {
    zip(first, second).allSatisfy {
      abs($0.value - $1.value) <= $0.errorBound + $1.errorBound
    }
  }

  /// Whether the search beside the pairs wanted has gone on long enough to have seen any further out.
  ///
  /// Either the next pair, which only that search has seen, is known well enough to lie further in;
  /// after twenty steps at least, as a random vector's first few Ritz values say little. Or chance
  /// would hardly have left it there: from a random vector, m steps of Lanczos leave a Ritz value
  /// more than ε of the spectrum's width short of the outermost eigenvalue with a probability of at
  /// most 1.648·√n·exp(−(2m − 1)·√ε), whatever the spectrum (Kuczyński and Woźniakowski 1992).
  private func isSettled(_ ritz: [Ritz]) -> Bool {
    guard ritz.count > count else { return false }
    let (last, next) = (ritz[count - 1], ritz[count])
    let gap = end.rank(last.value) - end.rank(next.value)
    if freshSteps >= 20, next.isConverged || next.residual <= gap / 10 { return true }
    let width = end.rank(last.value) - end.rank(ritz[ritz.count - 1].value)
    let exponent = Double(2 * freshSteps - 1) * (gap / width).squareRoot()
    return 1.648 * Double(a.dimension).squareRoot() * .exp(-exponent) <= Self.risk
  }

  /// The probability of missing a pair that counts as none: one in a thousand, and of the worst
  /// spectrum.
  private static var risk: Double { 1e-3 }

  private func result(_ ritz: [Ritz], isConfirmed: Bool) throws(SpectrumError) -> ExtremeEigenpairs
  {
    var pairs: [Eigenpair] = []
    var products = space.products
    for found in ritz.prefix(count) {
      let vector = oriented(space.basis.combination(found.coefficients))
      var pair = Eigenpair(
        value: found.value, vector: vector, residual: found.residual, errorBound: found.errorBound,
        isConverged: found.isConverged)
      if options.measuresResiduals {
        let product = try a.product(with: vector)
        products += 1
        pair.residual = norm(zip(product, vector).map { $0 - pair.value * $1 })
        pair.errorBound = max(pair.residual, roundingLevel(space.scale))
        pair.isConverged = isConverged(pair.value, pair.residual)
      }
      pairs.append(pair)
    }
    return ExtremeEigenpairs(
      pairs: pairs, products: products, isConfirmed: isConfirmed, operatorNorm: space.scale)
  }

  /// A vector of length 1 whose largest component is positive.
  private func oriented(_ vector: [Double]) -> [Double] {
    let largest = vector.max { abs($0) < abs($1) } ?? 1
    let factor = (largest < 0 ? -1 : 1) / norm(vector)
    return vector.map { $0 * factor }
  }
}
