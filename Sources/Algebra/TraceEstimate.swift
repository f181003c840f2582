/// The trace of an operator by Hutchinson's estimator (1990): the mean of zᵀAz over random signs z.
///
/// Exact with one probe for a diagonal operator. The variance of a probe is twice the sum of the
/// squared entries off the diagonal, so the error falls as 1/√probes and no faster.
///
/// - Parameters:
///   - a: The operator.
///   - probes: How many vectors z: one product each.
///   - seed: Seed of the probes; more probes of one seed begin with the same ones.
///   - threads: The most threads to apply the operator on; the result does not depend on it.
/// - Returns: The estimate with its standard error.
/// - Throws: ``SpectrumError`` for no probes, or a product that is not finite.
public func hutchinsonTrace(
  of a: some LinearOperator, probes: Int, seed: UInt64, threads: Int = 1
) throws(SpectrumError) -> TraceEstimate {
  guard probes > 0 else { throw .tooFew(what: "probes", found: probes, least: 1) }
  let values = try quadraticForms(a, count: probes, threads: threads) { index in
    rademacher(a.dimension, seed: seed, probe: index)
  }
  return TraceEstimate(samples: values, products: probes)
}

/// The trace of an operator by Hutch++ (Meyer, Musco, Musco and Woodruff 2021).
///
/// A third of the products finds a basis Q of what the operator does most, a third takes the trace
/// there exactly, and a third estimates the rest as Hutchinson does: tr QᵀAQ plus the mean of
/// gᵀ(I − QQᵀ)A(I − QQᵀ)g. With a few large eigenvalues over a small bulk, as the Hessians of
/// networks have, the error falls as 1/products. Without bias. Where the products suffice for every
/// unit vector, the diagonal is summed instead, and nothing is estimated.
///
/// - Parameters:
///   - a: The operator.
///   - products: How many products to make; at least 3. What a third leaves over is not used.
///   - seed: Seed of the random signs.
///   - threads: The most threads to apply the operator on; the result does not depend on it.
/// - Returns: The estimate; its standard error is that of the estimated part.
/// - Throws: ``SpectrumError`` for too few products, a product that is not finite, or a basis that
///   takes more than 4 GB.
public func hutchPlusPlusTrace(
  of a: some LinearOperator, products: Int, seed: UInt64, threads: Int = 1
) throws(SpectrumError) -> TraceEstimate {
  guard products >= 3 else { throw .tooFew(what: "products", found: products, least: 3) }
  let n = a.dimension
  guard products < n else {
    let diagonal = try quadraticForms(a, count: n, threads: threads) { index in
      (0..<n).map { $0 == index ? 1 : 0 }
    }
    return TraceEstimate(value: total(diagonal), standardError: 0, probes: 0, products: n)
  }
  let third = products / 3
  var space = try KrylovSpace(dimension: n, capacity: third)
  let images = try concurrentBlocks(third, threads: threads) { range throws(SpectrumError) in
    try a.products(with: range.map { rademacher(n, seed: seed, probe: $0, purpose: "sketch") })
  }
  for image in images { space.extend(by: image) }
  let basis = space.basis

  let exact = try quadraticForms(a, count: basis.count, threads: threads) { basis[$0] }
  let rest = try quadraticForms(a, count: third, threads: threads) { index in
    var g = rademacher(n, seed: seed, probe: index)
    _ = basis.orthogonalise(&g)
    return g
  }
  var estimate = TraceEstimate(samples: rest, products: third + basis.count + third)
  estimate.value += total(exact)
  return estimate
}

/// A trace, and how well it is known.
public struct TraceEstimate: Sendable, Equatable {
  /// The estimate.
  public var value: Double
  /// s/√probes, s the probes' sample deviation: 0 where the value is exact, nil with one probe, from
  /// which no error can be told.
  public var standardError: Double?
  /// Half the width of the 95 % interval: ``standardError`` times Student's t for as many probes.
  public var error: Double? { intervalError(standardError, probes: probes) }
  /// Random vectors that the standard error stands on.
  public var probes: Int
  /// Products made.
  public var products: Int

  /// Makes a record of an estimate.
  ///
  /// - Parameters:
  ///   - value: The estimate.
  ///   - standardError: Its standard error, nil if it cannot be told.
  ///   - probes: Random vectors that it stands on.
  ///   - products: Products made.
  public init(value: Double, standardError: Double?, probes: Int, products: Int) {
    self.value = value
    self.standardError = standardError
    self.probes = probes
    self.products = products
  }

  /// The mean of independent estimates, of which there is at least one.
  init(samples: [Double], products: Int) {
    let mean = Sample(samples)
    self.init(
      value: mean.mean, standardError: mean.standardError, probes: samples.count,
      products: products)
  }
}

/// The mean of a sample, and its standard error.
struct Sample {
  var mean: Double
  /// nil for fewer than two values.
  var standardError: Double?

  init(_ values: some Collection<Double>) {
    let count = Double(values.count)
    let mean = total(values) / count
    let squares = total(values.map { ($0 - mean) * ($0 - mean) })
    self.mean = mean
    standardError = values.count < 2 ? nil : (squares / (count - 1) / count).squareRoot()
  }
}

/// Half the width of the 95 % interval of a mean: what ± stands for wherever the program writes it.
///
/// 95, not 90, as probes' values are not quite normal: over ten networks and 20 seeds each the interval
/// then holds the exact value in nine of ten.
///
/// - Parameters:
///   - standardError: Of the mean; nil gives nil, and 0 gives 0.
///   - probes: How many values it stands on.
/// - Returns: The standard error times the 97.5 % quantile of Student's t.
func intervalError(_ standardError: Double?, probes: Int) -> Double? {
  guard let standardError else { return nil }
  return standardError == 0 ? 0 : standardError * studentQuantile(degrees: probes - 1)
}

/// The 97.5 % quantile of Student's t: tabled to two degrees of freedom, then by the expansion in
/// 1/degrees (Abramowitz and Stegun 26.7.5), whose error is below 1 %.
func studentQuantile(degrees: Int) -> Double {
  if degrees <= 1 { return 12.706 }
  if degrees == 2 { return 4.303 }
  let (z, n) = (1.959964, Double(degrees))
  let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z)
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
    + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
}

/// Σ values, by compensated summation.
private func total(_ values: some Sequence<Double>) -> Double {
  values.reduce(into: CompensatedSum()) { $0.add($1) }.value
}

/// The random signs of a probe: a stream of its own for each, whatever thread draws it.
func rademacher(
  _ count: Int, seed: UInt64, probe: Int, purpose: String = "probe"
) -> [Double] {
  var source = RandomSource(seed: seed, purpose: "\(purpose) \(probe)")
  var bits: UInt64 = 0
  return (0..<count).map { i in
    if i.isMultiple(of: 64) { bits = source.next() }
    defer { bits >>= 1 }
    return bits & 1 == 0 ? -1 : 1
  }
}

/// xᵀAx for each x of a list.
private func quadraticForms(
  _ a: some LinearOperator, count: Int, threads: Int, _ vector: @Sendable (Int) -> [Double]
) throws(SpectrumError) -> [Double] {
  try concurrentBlocks(count, threads: threads) { range throws(SpectrumError) in
    let block = range.map(vector)
    return zip(block, try a.products(with: block)).map { dot($0, $1) }
  }
}

/// The results for 0 ..< count, made some at a time.
///
/// Eight by default: wide enough for an operator that shares work between vectors, narrow enough to
/// keep all threads busy.
func concurrentBlocks<Result: Sendable>(
  _ count: Int, width: Int = 8, threads: Int,
  _ body: @Sendable (_ range: Range<Int>) throws(SpectrumError) -> [Result]
) throws(SpectrumError) -> [Result] {
  let blocks = try concurrentMap((count + width - 1) / width, threads: threads) {
    block throws(SpectrumError) in
    try body(block * width..<min((block + 1) * width, count))
  }
  return blocks.flatMap(\.self)
}
