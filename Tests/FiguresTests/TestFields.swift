import Foundation

@testable import Figures

/// Fields to draw, all from seeds.
enum TestFields {
  /// A small generator with the same numbers everywhere (SplitMix64).
  struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return z ^ z >> 31
    }

    mutating func uniform(_ low: Double, _ high: Double) -> Double {
      Double.random(in: low...high, using: &self)
    }
  }

  /// Even coordinates from −1 to 1.
  static func axis(_ count: Int, from: Double = -1, to: Double = 1) -> [Double] {
    (0..<count).map { from + (to - from) * Double($0) / Double(count - 1) }
  }

  /// Samples of a function over a square from −1 to 1.
  static func field(_ count: Int, _ value: (Double, Double) -> Double) throws -> Field {
    let axis = axis(count)
    return try Field(xs: axis, ys: axis, values: axis.flatMap { y in axis.map { value($0, y) } })
  }

  /// What a trained classifier's slice looks like: the mean of softplus margins, which is flat and
  /// near zero around the centre and rises ever faster, plus λ/2 times a quadratic ‖w‖².
  static func loss(seed: UInt64, lambda: Double = 0) -> (Double, Double) -> Double {
    var random = Seeded(state: seed)
    let terms = (0..<14).map { _ in
      let turn = random.uniform(0, 2 * .pi)
      let slope = random.uniform(4, 16)
      return (slope * cos(turn), slope * sin(turn), random.uniform(3, 8), random.uniform(0, 7))
    }
    let (shiftX, shiftY) = (random.uniform(-0.1, 0.1), random.uniform(-0.1, 0.1))
    return { x, y in
      let base = terms.reduce(0.0) { sum, term in
        let z = term.0 * x + term.1 * y + term.3 * (x * x + y * y) - term.2
        return sum + max(z, 0) + log1p(exp(-abs(z)))
      }
      let norm = 40 * (1 + pow(x - shiftX, 2) + pow(y - shiftY, 2) + 0.5 * x * y)
      return base / 14 + lambda / 2 * norm
    }
  }

  /// One of many landscapes for the label tests: a sum of random waves over a random bowl.
  static func landscape(seed: UInt64, count: Int = 33) throws -> Field {
    var random = Seeded(state: seed &* 7919 &+ 17)
    let (a, b) = (random.uniform(0.5, 3), random.uniform(0.5, 3))
    let tilt = random.uniform(-0.8, 0.8)
    let (cx, cy) = (random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5))
    let waves = (0..<4).map { _ in
      (
        random.uniform(-4, 4), random.uniform(-4, 4), random.uniform(0, 6),
        random.uniform(0, 0.25)
      )
    }
    let decades = random.uniform(1, 3)
    return try field(count) { x, y in
      let (u, v) = (x - cx, y - cy)
      let bowl = a * u * u + b * v * v + tilt * u * v
      let rough = waves.reduce(0) { $0 + $1.3 * sin($1.0 * x + $1.1 * y + $1.2) }
      return pow(10, decades * 0.5 * (bowl + rough)) * 0.01
    }
  }
}
