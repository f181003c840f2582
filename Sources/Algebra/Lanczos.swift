import Synchronization

/// Tridiagonalises an operator on the Krylov space of a vector (Lanczos 1950).
///
/// A·V = V·T + β·v·eᵀ, where V has orthonormal columns, T is tridiagonal, and the remainder β·v is
/// orthogonal to V. Priorities: 1. no ghosts: every vector is made orthogonal to all before it,
/// again, so no eigenvalue shows more often than it is there (Paige 1976 on why it would);
/// 2. reproducible; 3. few products: one a step.
///
/// The process ends early where the Krylov space is exhausted, that is where β falls to what
/// rounding leaves, 64·ε·‖A‖; T's eigenvalues are then eigenvalues of A.
///
/// - Parameters:
///   - a: The operator.
///   - start: The first vector; its length does not matter.
///   - steps: The most steps; the dimension is the most there can be.
/// - Returns: T, the remainder, and the vectors.
/// - Throws: ``SpectrumError`` where the start or a product is not usable, no step is asked for, or
///   the vectors would take more than 4 GB.
public func lanczos(
  _ a: some LinearOperator, from start: [Double], steps: Int
) throws(SpectrumError) -> LanczosProcess {
  try lanczos(a, fromEach: [start], steps: steps)[0]
}

/// Lanczos processes of several vectors in step, so that each step is one product with a block.
///
/// - Parameters:
///   - a: The operator.
///   - starts: The first vectors.
///   - steps: The most steps of each.
///   - threads: The most threads that make products orthogonal, a process each; the result does not
///     depend on it.
/// - Returns: What ``lanczos(_:from:steps:)`` returns for each vector.
/// - Throws: As ``lanczos(_:from:steps:)``.
func lanczos(
  _ a: some LinearOperator, fromEach starts: [[Double]], steps: Int, threads: Int = 1
) throws(SpectrumError) -> [LanczosProcess] {
  guard steps > 0 else { throw .tooFew(what: "Lanczos steps", found: steps, least: 1) }
  var walks: [LanczosWalk] = []
  for start in starts { walks.append(try LanczosWalk(a, from: start, steps: steps)) }
  while true {
    let active = walks.filter { $0.next != nil }
    if active.isEmpty { return walks.map(\.process) }
    let products = try a.products(with: active.compactMap(\.next))
    try concurrently(active.count, threads: threads) { (index) throws(SpectrumError) in
      try active[index].step(product: products[index])
    }
  }
}

/// A Lanczos process under way; one thread at a time takes its steps.
private final class LanczosWalk: Sendable {
  private struct State {
    var space: KrylovSpace
    var diagonal: [Double] = []
    var offDiagonal: [Double] = []
    /// The last step, once there is none after it.
    var last: KrylovSpace.Step?
  }

  private let state: Mutex<State>

  init(_ a: some LinearOperator, from start: [Double], steps: Int) throws(SpectrumError) {
    try a.check(start, "the vector to start from")
    var space = try KrylovSpace(dimension: a.dimension, capacity: min(steps, a.dimension))
    guard space.begin(with: start) else { throw .zeroStart }
    state = Mutex(State(space: space))
  }

  /// The vector whose product the next step needs; nil at the end.
  var next: [Double]? { state.withLock { $0.last == nil ? $0.space.next : nil } }

  func step(product: [Double]) throws(SpectrumError) {
    try state.withLock { (state) throws(SpectrumError) in
      let step = try state.space.step(product: product)
      state.diagonal.append(step.coefficients.last ?? 0)
      if step.isExhausted || state.space.basis.isFull {
        state.last = step
      } else {
        state.offDiagonal.append(step.beta)
      }
    }
  }

  var process: LanczosProcess {
    state.withLock { state in
      LanczosProcess(
        tridiagonal: Tridiagonal(diagonal: state.diagonal, offDiagonal: state.offDiagonal),
        remainder: state.last?.beta ?? 0, isExhausted: state.last?.isExhausted ?? false,
        operatorNorm: state.space.scale, basis: state.space.basis)
    }
  }
}

/// What the Lanczos process makes of an operator and a vector.
public struct LanczosProcess: Sendable {
  /// T = VᵀAV, a row for each step done: one product each.
  public var tridiagonal: Tridiagonal
  /// β after the last step: a pair (θ, V·s) of T has the residual |β·s_last|.
  public var remainder: Double
  /// Whether β fell to rounding: then T's eigenvalues are eigenvalues of A.
  public var isExhausted: Bool
  /// The largest ‖A·v‖ seen: a lower bound of ‖A‖.
  public var operatorNorm: Double
  let basis: OrthonormalBasis

  /// Steps done.
  public var steps: Int { tridiagonal.diagonal.count }

  /// V's column for a step, of length 1.
  ///
  /// - Parameter index: Which step, from 0.
  /// - Returns: As many numbers as the operator's dimension.
  public func vector(_ index: Int) -> [Double] { basis[index] }
}

/// What rounding leaves of a vector that should vanish, ‖A‖ = `scale`: 64 units in its last place.
func roundingLevel(_ scale: Double) -> Double { 64 * .ulpOfOne * scale }

/// An orthonormal basis that grows by one product at a time.
struct KrylovSpace: Sendable {
  /// One product, split along the basis and what sticks out of it.
  struct Step {
    /// Vᵀ·A·v, v the newest vector: one number for each vector of the basis.
    var coefficients: [Double]
    /// The length of the remainder.
    var beta: Double
    /// Whether the remainder is no more than rounding.
    var isExhausted: Bool
  }

  private(set) var basis: OrthonormalBasis
  /// The largest ‖A·v‖ seen.
  private(set) var scale = 0.0
  private(set) var products = 0
  /// What becomes the next vector of the basis; of length 1.
  private(set) var next: [Double]?

  /// 4 GB: what a small machine can spare.
  static let memoryLimit = 4_000_000_000

  /// An empty space, to hold so many vectors.
  init(dimension: Int, capacity: Int) throws(SpectrumError) {
    guard capacity <= Self.memoryLimit / 8 / max(dimension, 1) else {
      throw .memory(vectors: capacity, dimension: dimension, limit: Self.memoryLimit)
    }
    basis = OrthonormalBasis(dimension: dimension, capacity: capacity)
  }

  /// Goes on from a vector, made orthogonal to the basis; false where nothing of it is left.
  mutating func begin(with vector: [Double]) -> Bool {
    next = nil
    let size = norm(vector)
    guard size > 0, size.isFinite else { return false }
    var v = vector.map { $0 / size }
    let beta = basis.orthogonalise(&v).beta
    guard beta > roundingLevel(1) else { return false }
    next = v.map { $0 / beta }
    return true
  }

  /// Goes on from a random vector orthogonal to the basis; false where the basis spans everything.
  mutating func begin(using random: inout RandomSource) -> Bool {
    // Chance may draw a vector of the span, though never in practice.
    for _ in 0..<3 where !basis.isComplete {
      let vector = (0..<basis.dimension).map { _ in random.normal() }
      if begin(with: vector) { return true }
    }
    next = nil
    return false
  }

  /// Adds the next vector to the basis, applies the operator to it, and splits the product.
  mutating func step(_ a: some LinearOperator) throws(SpectrumError) -> Step {
    guard let v = next else { preconditionFailure("a Krylov space is begun with a vector") }
    return try step(product: try a.product(with: v))
  }

  /// Adds the next vector to the basis, and splits the operator's product with it.
  mutating func step(product: [Double]) throws(SpectrumError) -> Step {
    guard let v = next else { preconditionFailure("a Krylov space is begun with a vector") }
    basis.append(v)
    var w = product
    products += 1
    scale = max(scale, quickNorm(w))
    guard scale.isFinite else { throw .overflow }
    let (coefficients, beta) = basis.orthogonalise(&w, newest: 2)
    let isExhausted = !(beta > roundingLevel(scale)) || basis.isComplete
    next = isExhausted ? nil : w.map { $0 / beta }
    return Step(coefficients: coefficients, beta: beta, isExhausted: isExhausted)
  }

  /// Adds what a vector has beside the basis, if there is anything.
  mutating func extend(by vector: [Double]) {
    guard !basis.isFull, begin(with: vector), let next else { return }
    basis.append(next)
    self.next = nil
  }

  /// Replaces the basis by combinations of its vectors.
  mutating func combine(_ coefficients: [Double], count: Int) {
    basis.combine(coefficients, count: count)
  }
}
