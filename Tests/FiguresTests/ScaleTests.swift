import Foundation
import Testing

@testable import Figures

@Suite struct ScaleTests {
  static let scales: [(ScaleKind, Double, Double)] = [
    (.linear, -3, 5), (.linear, -1.5e308, 1.5e308), (.linear, 0, .leastNonzeroMagnitude),
    (.log, 1e-3, 1e2),
    (.log, 1e-300, 1e300), (.symlog(threshold: 0.1), -50, 200),
  ]

  @Test(arguments: scales)
  func `the limits are 0 and 1 and the way back gives the value`(
    kind: ScaleKind, lower: Double, upper: Double
  ) throws {
    let scale = try Scale(kind, from: lower, to: upper)
    #expect(scale.unit(lower) == 0)
    #expect(scale.unit(upper) == 1)
    for step in 1..<20 {
      let unit = Double(step) / 20
      let value = scale.value(atUnit: unit)
      guard value > lower, value < upper else { continue }  // the narrowest range has none between
      #expect(abs(scale.unit(value) - unit) < 1e-12)
    }
  }

  @Test func `equal ratios are equal distances on a logarithmic scale`() throws {
    let scale = try Scale(.log, from: 0.01, to: 100)
    #expect(abs(scale.unit(0.1) - 0.25) < 1e-15)
    #expect(abs(scale.unit(10) - 0.75) < 1e-15)
    #expect(scale.unit(0) == -.infinity)
    #expect(scale.unit(-1) == -.infinity)
    #expect(scale.unit(.nan).isNaN)
  }

  @Test func `many values at once are the same as one by one`() throws {
    let values = [-2, 0, 1e-3, 1, 70, .nan, .infinity]
    for (kind, lower, upper) in Self.scales {
      let scale = try Scale(kind, from: lower, to: upper)
      for (value, unit) in zip(values, scale.units(values)) {
        let single = scale.unit(value)
        #expect(unit == single || (unit.isNaN && single.isNaN))
      }
    }
  }

  @Test func `equal scales share a hash and others do not`() throws {
    let scale = try Scale(.log, from: 1, to: 10)
    #expect(try scale.hash == Scale(.log, from: 1, to: 10).hash)
    #expect(try scale.hash != Scale(.linear, from: 1, to: 10).hash)
    #expect(try scale.hash != Scale(.log, from: 1, to: 10.0.nextUp).hash)
    #expect(fingerprint("") == "cbf29ce484222325")  // the published offset basis
    #expect(fingerprint("a") == "af63dc4c8601ec8c")
  }

  @Test func `impossible limits are refused`() {
    #expect(throws: FigureError.self) { try Scale(.linear, from: 1, to: 1) }
    #expect(throws: FigureError.self) { try Scale(.log, from: 0, to: 1) }
    #expect(throws: FigureError.self) { try Scale(.symlog(threshold: 0), from: 0, to: 1) }
    #expect(throws: FigureError.self) { try Scale(.linear, from: .nan, to: 1) }
  }
}
