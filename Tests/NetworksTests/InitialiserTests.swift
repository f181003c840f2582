import Testing

@testable import Networks

@Suite struct InitialiserTests {
  static func layout() throws -> ParameterLayout {
    try Network(
      inputShape: [300],
      layers: [.dense(units: 200, bias: true), .activation(.relu), .dense(units: 90, bias: true)]
    ).layout
  }

  /// Mean, variance and greatest size of each tensor.
  static func moments(_ initialiser: Initialiser) throws -> [(
    entry: ParameterLayout.Entry, mean: Double, variance: Double, most: Double
  )] {
    let layout = try layout()
    let w = initialiser.weights(for: layout, seed: 1)
    #expect(w.count == layout.count)
    return layout.entries.map { entry in
      let x = w[entry.range]
      let mean = x.reduce(0, +) / Double(x.count)
      return (
        entry, mean, x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count),
        x.map { abs($0) }.max() ?? 0
      )
    }
  }

  /// Five standard errors of a mean of numbers of this spread.
  static func slack(_ variance: Double, _ entry: ParameterLayout.Entry) -> Double {
    5 * (variance / Double(entry.range.count)).squareRoot()
  }

  @Test func pytorchsIsEvenWithinOneOverTheRootOfTheFanIn() throws {
    for (entry, mean, variance, most) in try Self.moments(.pytorch) {
      let bound = 1 / Double(entry.fanIn).squareRoot()
      let spread = bound * bound / 3
      #expect(most <= bound && most > 0.9 * bound)
      #expect(abs(mean) <= Self.slack(spread, entry))
      #expect(abs(variance - spread) <= 5 * spread / Double(entry.range.count).squareRoot())
    }
  }

  @Test func hesIsNormalWithVarianceTwoOverTheFanIn() throws {
    for (entry, mean, variance, most) in try Self.moments(.he) {
      guard entry.role == .kernel else {
        #expect(most == 0)
        continue
      }
      let spread = 2 / Double(entry.fanIn)
      #expect(abs(mean) <= Self.slack(spread, entry))
      #expect(abs(variance - spread) <= 8 * spread / Double(entry.range.count).squareRoot())
      #expect(most > 3 * spread.squareRoot())
    }
  }

  @Test func glorotsIsEvenWithinRootSixOverBothFans() throws {
    for (entry, mean, variance, most) in try Self.moments(.glorot) {
      guard entry.role == .kernel else {
        #expect(most == 0)
        continue
      }
      let bound = (6 / Double(entry.fanIn + entry.fanOut)).squareRoot()
      let spread = bound * bound / 3
      #expect(most <= bound && most > 0.99 * bound)
      #expect(abs(mean) <= Self.slack(spread, entry))
      #expect(abs(variance - spread) <= 5 * spread / Double(entry.range.count).squareRoot())
    }
  }

  @Test(arguments: Initialiser.allCases) func theSeedAloneDecides(
    _ initialiser: Initialiser
  ) throws {
    let layout = try Self.layout()
    let w = initialiser.weights(for: layout, seed: 3)
    #expect(initialiser.weights(for: layout, seed: 3) == w)
    #expect(initialiser.weights(for: layout, seed: 4) != w)
  }
}
