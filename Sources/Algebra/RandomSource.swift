import RealModule

/// A seeded source of random numbers, the same on every machine.
///
/// xoshiro256++ (Blackman and Vigna 2019), its state filled from the seed by SplitMix64, as its
/// authors advise. One seed in a scene serves many purposes: ``init(seed:purpose:)`` gives each
/// purpose a stream of its own, so that asking for more data does not change the weights.
public struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Makes the stream that belongs to a seed and a purpose.
  ///
  /// - Parameters:
  ///   - seed: Any number; equal seeds give equal streams.
  ///   - purpose: What the numbers are for, such as `"directions"`. Streams of different purposes
  ///     are independent: the name is hashed (FNV-1a) into the seed.
  public init(seed: UInt64, purpose: String = "") {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var mixer = purpose.isEmpty ? seed : seed ^ hash
    func splitMix() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var z = mixer
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (splitMix(), splitMix(), splitMix(), splitMix())
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotate(state.0 &+ state.3, 23) &+ state.0
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotate(state.3, 45)
    return result
  }

  /// A number drawn evenly from [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number drawn from the standard normal distribution, by Box and Muller's transform.
  public mutating func normal() -> Double {
    let radius = Double.sqrt(-2 * Double.log(1 - uniform()))
    return radius * Double.cos(2 * .pi * uniform())
  }

  /// A number drawn evenly from 0 ..< bound.
  ///
  /// - Parameter bound: At least 1.
  /// - Returns: A whole number less than `bound`.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an index needs at least one choice")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A random order of 0 ..< count (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, index(below: i + 1)) }
    return order
  }
}
