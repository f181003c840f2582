/// A hash that tells one set of numbers and words from another: the same on every machine.
///
/// XXH64 (Collet's specification, version 0.1.1, seed 0) of a sequence of little-endian 64-bit words.
public struct Fingerprint: Sendable {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5
  )

  // Four lanes take the words in turn; a stripe is one word for each.
  private var lanes: SIMD4<UInt64>
  private var stripe = SIMD4<UInt64>()
  private var count = 0

  /// The hash of nothing yet.
  public init() {
    let p = Self.primes
    lanes = SIMD4(p.0 &+ p.1, p.1, 0, 0 &- p.0)
  }

  /// Adds a word.
  public mutating func add(_ word: UInt64) {
    stripe[count % 4] = word
    count += 1
    if count.isMultiple(of: 4) { lanes = Self.round(lanes, stripe) }
  }

  /// Adds numbers by their bits, their count first.
  public mutating func add(_ numbers: [Double]) {
    add(UInt64(numbers.count))
    for number in numbers { add(number.bitPattern) }
  }

  /// Adds a text by its UTF-8 bytes, their count first.
  public mutating func add(_ text: String) { add(Array(text.utf8)) }

  /// Adds bytes, their count first.
  public mutating func add(_ bytes: [UInt8]) {
    add(UInt64(bytes.count))
    for start in stride(from: 0, to: bytes.count, by: 8) {
      var word: UInt64 = 0
      for byte in bytes[start..<min(start + 8, bytes.count)].reversed() {
        word = word << 8 | UInt64(byte)
      }
      add(word)
    }
  }

  /// The hash of all words so far, as sixteen lower-case hexadecimal digits.
  public var text: String {
    let digits = String(finished, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The hash of all words so far.
  public var finished: UInt64 {
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
