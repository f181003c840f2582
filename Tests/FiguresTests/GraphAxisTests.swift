import Foundation
import Images
import Testing

@testable import Figures

@Suite struct GraphAxisTests {
  static func labels(
    _ scale: AxisScale, _ values: [Double], length: Double = 200, isHorizontal: Bool = true
  ) throws -> [String] {
    let axis = try GraphAxis(AxisStyle("x", scale: scale), for: values, breaksAtZero: false)
    return GraphTicks(
      axis, length: length, isHorizontal: isHorizontal, scale: 1,
      typeface: try FontFile.standard()
    ).major.map(\.label.plain)
  }

  @Test func `ticks are decades, 1-2-5 or even numbers, as the range wants`() throws {
    #expect(try Self.labels(.log, [1e-3, 1e2]) == ["10⁻³", "10⁻²", "10⁻¹", "1", "10", "10²"])
    #expect(try Self.labels(.log, [1, 50]) == ["1", "2", "5", "10", "20", "50"])
    #expect(try Self.labels(.log, [1, 3]) == ["1", "1.5", "2", "2.5", "3"])
    #expect(try Self.labels(.linear, [0, 4]) == ["0", "1", "2", "3", "4"])
    #expect(
      try Self.labels(.symlog(linearZone: 0.1), [-10, 100])
        == ["−10", "−1", "0", "1", "10", "10²"])
    #expect(try Self.labels(.symlog(linearZone: 0.1), [-0.5, 1000], length: 80).contains("0"))
  }

  @Test func `four decades are ticked alone, and a low side yields to a wide label`() throws {
    let typeface = try FontFile.standard()
    func ticks(_ axis: GraphAxis, _ length: Double) -> [Double] {
      GraphTicks(axis, length: length, isHorizontal: true, scale: 1, typeface: typeface)
        .major.map(\.value)
    }
    let decades = try GraphAxis(
      AxisStyle("", scale: .log, range: 1e-4...0.1), for: [1e-4, 0.1], breaksAtZero: false)
    #expect(ticks(decades, 400) == [1e-4, 1e-3, 1e-2, 0.1])
    let density = try GraphAxis(
      AxisStyle("", scale: .symlog(linearZone: 5e-4), range: -1.5e-3...0.96), for: [-1e-3, 0.9],
      breaksAtZero: false)
    let few = ticks(density, 73)
    #expect(few.count >= 3 && few.contains(0))
  }

  @Test(arguments: [60.0, 110, 180, 320, 500], [true, false])
  func `ticks never touch and are two to eight`(length: Double, isHorizontal: Bool) throws {
    var random = TestFields.Seeded(state: 11)
    let face = try FontFile.standard()
    for _ in 0..<150 {
      let high = pow(10, random.uniform(-8, 8))
      let low = high * pow(10, random.uniform(-12, -0.1))
      let zone = high * pow(10, random.uniform(-6, -1))
      for (scale, values) in [
        (AxisScale.log, [low, high]), (.linear, [-low, high]),
        (.symlog(linearZone: zone), [-low, high]), (.symlog(linearZone: zone), [-high, low]),
        (.log, [0, low, high]),
      ] {
        let axis = try GraphAxis(AxisStyle("x", scale: scale), for: values, breaksAtZero: true)
        let ticks = GraphTicks(
          axis, length: length, isHorizontal: isHorizontal, scale: 1, typeface: face)
        #expect((length < 100 ? 1...8 : 2...8).contains(ticks.major.count), "\(axis) \(length)")
        #expect(ticks.major.allSatisfy { axis.shows($0.value) })
        let places = try ticks.major.map { try #require(axis.unit($0.value)) * length }
        for index in places.indices.dropFirst() {
          let needed =
            isHorizontal
            ? (ticks.labels[index].width + ticks.labels[index - 1].width) / 2 : 7.0
          #expect(places[index] - places[index - 1] >= needed)
        }
        #expect(Set(ticks.minor).isDisjoint(with: ticks.major.map(\.value)))
      }
    }
  }

  @Test func `values of both signs have a zero line and a logarithm has none`() throws {
    let both = try GraphAxis(
      AxisStyle("x", scale: .symlog(linearZone: 1)), for: [-10, 10], breaksAtZero: false)
    #expect(abs(try #require(both.zeroLine) - 0.5) < 1e-12)
    #expect(
      try GraphAxis(AxisStyle("x", scale: .log), for: [1, 10], breaksAtZero: false).zeroLine == nil)
  }

  @Test func `automatic follows sign and reach`() throws {
    func kind(_ values: [Double], breaksAtZero: Bool = false) throws -> ScaleKind {
      try GraphAxis(AxisStyle("x"), for: values, breaksAtZero: breaksAtZero).scale.kind
    }
    #expect(try kind([1, 100]) == .log)
    #expect(try kind([1, 99]) == .linear)
    #expect(try kind([0, 1, 100]) == .linear)
    #expect(try kind([0, 1, 100], breaksAtZero: true) == .log)
    #expect(try kind([-1, 99]) == .linear)
    #expect(try kind([-1, 100]) == .symlog(threshold: 0.1))
    #expect(try kind([-100, -1]) == .symlog(threshold: 0.1))
    #expect(try kind([-100, 0, 100]) == .linear)
  }

  @Test func `impossible axes are refused`() {
    for (scale, range, values) in [
      (AxisScale.log, nil, [-1.0, 0]), (.log, -1...1, [1]), (.symlog(linearZone: 0), nil, [1, 2]),
      (.linear, -Double.infinity...1, [1]),
    ] as [(AxisScale, ClosedRange<Double>?, [Double])] {
      #expect(throws: FigureError.self) {
        try GraphAxis(
          AxisStyle("x", scale: scale, range: range), for: values, breaksAtZero: false)
      }
    }
  }
}
