extension Dataset {
  /// A hash of the shape, the inputs and the targets, which tells one data set from another.
  ///
  /// XXH64 with seed 0 over little-endian 64-bit words: the number of dimensions, the dimensions,
  /// the bits of the inputs, then 0 and the number of classes and the labels, or 1 and the number
  /// of outputs and the bits of the values. Sixteen lower-case hexadecimal digits, the same on
  /// every machine; the name has no part in it. Each use costs a pass over the data.
  public var fingerprint: String {
    var hash = XXHash64()
    hash.add(UInt64(inputShape.count))
    for dimension in inputShape { hash.add(UInt64(dimension)) }
    for value in inputs { hash.add(value.bitPattern) }
    switch targets {
    case .classes(let labels, let count):
      hash.add(0)
      hash.add(UInt64(count))
      for label in labels { hash.add(UInt64(label)) }
    case .values(let values, let outputs):
      hash.add(1)
      hash.add(UInt64(outputs))
      for value in values { hash.add(value.bitPattern) }
    }
    let digits = String(hash.finished, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// XXH64 (Collet's specification, version 0.1.1, seed 0) of a sequence of 64-bit words.
struct XXHash64 {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5
  )

  // Four lanes take the words in turn; a stripe is one word for each.
  private var lanes: SIMD4<UInt64>
  private var stripe = SIMD4<UInt64>()
  private var count = 0

  init() {
    let p = Self.primes
    lanes = SIMD4(p.0 &+ p.1, p.1, 0, 0 &- p.0)
  }

  mutating func add(_ word: UInt64) {
    stripe[count % 4] = word
    count += 1
    if count.isMultiple(of: 4) { lanes = Self.round(lanes, stripe) }
  }

  /// The hash of the words so far.
  var finished: UInt64 {
    let p = Self.primes
    var hash: UInt64
    if count >= 4 {
      hash = Self.rotate(lanes[0], 1) &+ Self.rotate(lanes[1], 7)
      hash = hash &+ Self.rotate(lanes[2], 12) &+ Self.rotate(lanes[3], 18)
      for lane in 0..<4 {
        hash = (hash ^ Self.round(SIMD4(), SIMD4(repeating: lanes[lane]))[0]) &* p.0 &+ p.3
      }
    } else {
      hash = p.4
    }
    hash = hash &+ UInt64(count) &* 8
    for index in 0..<count % 4 {
      hash ^= Self.round(SIMD4(), SIMD4(repeating: stripe[index]))[0]
      hash = Self.rotate(hash, 27) &* p.0 &+ p.3
    }
    hash = (hash ^ hash >> 33) &* p.1
    hash = (hash ^ hash >> 29) &* p.2
    return hash ^ hash >> 32
  }

  private static func round(
    _ lanes: SIMD4<UInt64>, _ words: SIMD4<UInt64>
  ) -> SIMD4<UInt64> {
    let sum = lanes &+ words &* primes.1
    return (sum &<< 31 | sum &>> 33) &* primes.0
  }

  private static func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { x << k | x >> (64 - k) }
}
