import Foundation
import Testing

@testable import Figures
@testable import Reports

/// The page's script against the Swift that draws the same in files.
@Suite(.enabled(if: PageScript.node != nil)) struct PageScriptTests {
  /// A grid and levels on it, as the script takes them.
  struct Case: Encodable {
    var xs: [Double]
    var ys: [Double]
    var units: [Double]
    var factor: Int
    var levels: [Double]
  }

  struct Outcome: Decodable {
    var xs: [Double]
    var units: [Double?]
    var missing: [Bool]?
    var contours: [Shape]

    struct Shape: Decodable {
      var rings: [[Double]]
      var lines: [[Double]]
    }
  }

  static let fields: [(name: String, field: @Sendable () throws -> Field)] = [
    (
      "a curved valley with a hole",
      {
        let slice = try SampleReport.slice(31) { a, b in hypot(a - 0.2, b - 0.3) < 0.25 }
        return try Field(xs: slice.alphas, ys: slice.betas, values: slice.base)
      }
    ),
    (
      "noise, with a saddle in every fifth cell",
      {
        var state: UInt64 = 7
        let values = (0..<23 * 19).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return exp(Double(state >> 40) / Double(1 << 24) * 6 - 3)
        }
        return try Field(
          xs: (0..<23).map { pow(Double($0), 1.2) }, ys: (0..<19).map(Double.init), values: values)
      }
    ),
    (
      "whole numbers that equal levels",
      {
        try Field(
          xs: [0, 1, 2, 3], ys: [0, 1, 2],
          values: [1, 2, 1, 4, 2, 1, 2, 4, 1, 2, 2, .infinity])
      }
    ),
  ]

  @Test(arguments: fields.indices)
  func `refines and cuts like the figures`(index: Int) throws {
    let field = try Self.fields[index].field()
    let scale = try Scale(.log, from: 0.01, to: 100)
    let relief = Relief(field, scale: scale)
    let levels = ((1..<12).map { Double($0) / 12 } + [scale.unit(1), scale.unit(2)]).sorted()
    let outcome: Outcome = try PageScript.value(
      """
      const { xs, ys, factor } = input;
      const [fx, fy] = [refineAxis(xs, factor), refineAxis(ys, factor)];
      const units = refine(input.units, xs, ys, factor);
      const missing = fillMissing(units, fx.length);
      const found = contours(fx, fy, units, missing, input.levels, (v) => v);
      return { xs: fx, units, missing, contours: found };
      """,
      input: Case(
        xs: field.xs, ys: field.ys,
        units: field.values.map { $0.isFinite ? scale.unit($0) : .nan }, factor: 4, levels: levels))
    #expect(outcome.xs == relief.xs)
    #expect((outcome.missing ?? []) == relief.missing)
    let isExact = zip(outcome.units, relief.units).enumerated().allSatisfy { index, pair in
      (!relief.missing.isEmpty && relief.missing[index]) || abs((pair.0 ?? .nan) - pair.1) < 1e-12
    }
    #expect(isExact)
    var lineCount = 0
    for (level, found) in zip(levels, outcome.contours) {
      let expected = relief.contour(at: level)
      lineCount += expected.lines.count
      try #require(found.lines.count == expected.lines.count)
      for (line, other) in zip(found.lines, expected.lines) {
        try #require(line.count == 2 * other.count)
        let points = other.flatMap { [$0.x, $0.y] }
        #expect(zip(line, points).allSatisfy { abs($0 - $1) < 1e-9 })
      }
      // Inside the hole the two may fill differently; rings elsewhere are the same.
      if relief.missing.isEmpty {
        #expect(found.rings.map(\.count) == expected.rings.map { 2 * $0.count })
      }
    }
    #expect(lineCount > 1)
  }

  @Test(arguments: [0, 0.01, 1, 30])
  func `finds the minimum of a quadratic`(lambda: Double) throws {
    // base = 1 + (α − 0.7)² + 2(β + 0.3)², ‖w‖² = |(α, β)|² + 3.
    let axis = SampleReport.axis(21, from: -1, to: 1)
    let base = axis.flatMap { b in axis.map { a in 1 + pow(a - 0.7, 2) + 2 * pow(b + 0.3, 2) } }
    let slice = try LiveSlice(
      alphas: axis, betas: axis, base: base, penalty: [3, 0, 0, 1, 0, 1], lambdas: [0, 30])
    struct Minimum: Decodable {
      var alpha: Double
      var beta: Double
      var value: Double
      var isOnEdge: Bool
    }
    struct Input: Encodable {
      var data: SliceData
      var lambda: Double
    }
    let found: Minimum = try PageScript.value(
      "return makeModel(input.data).minimum(input.lambda);",
      input: Input(data: SliceData(slice), lambda: lambda))
    let (a, b) = (1.4 / (2 + lambda), -1.2 / (4 + lambda))
    let total =
      1 + pow(a - 0.7, 2) + 2 * pow(b + 0.3, 2) + lambda / 2 * (a * a + b * b + 3)
    #expect(abs(found.alpha - a) < 1e-5)
    #expect(abs(found.beta - b) < 1e-5)
    #expect(abs(found.value - total) < 1e-5)
    #expect(!found.isOnEdge)
  }

  @Test func `reads values between the samples`() throws {
    let slice = try SampleReport.slice(81)
    struct Input: Encodable {
      var data: SliceData
      var places: [[Double]]
    }
    let places = [[0.31, 0.2], [-0.77, 1.1], [1.6, 1.8], [-1.6, -1]]
    let found: [Double] = try PageScript.value(
      "const m = makeModel(input.data); return input.places.map(([a, b]) => m.baseAt(a, b));",
      input: Input(data: SliceData(slice), places: places))
    for (place, value) in zip(places, found) {
      let (a, b) = (place[0], place[1])
      let exact = 0.02 + pow(1 - a, 2) / 4 + 5 * pow(b - a * a, 2)
      #expect(abs(value / exact - 1) < 0.01)
    }
  }

  @Test func `writes numbers as the figures do`() throws {
    let values = [
      0, 1, -3.4, 0.0210, 0.00099951, 123_456, 99_999, 1.2e-5, 9.999e-4, 5, 1234, 1e-12, 4.5e12,
    ]
    let found: [[String]] = try PageScript.value(
      "return [input.map((v) => format(v)), input.map((v) => formatLambda(Math.abs(v)))];",
      input: values)
    #expect(found[0] == values.map { RichText(measured: $0).plain })
    #expect(found[1] == values.map { RichText(parameter: abs($0)).plain })
  }

  @Test(arguments: [[0, 1e-4, 3e-4, 1e-2, 1], [0.01], [0], [0, 0.5], [2e-5, 7]])
  func `the slider meets every λ`(lambdas: [Double]) throws {
    struct Stops: Decodable {
      var count: Int
      var met: [Double]
      var all: [Double]
    }
    let stops: Stops = try PageScript.value(
      """
      const s = makeStops(input);
      const all = Array.from({ length: s.count + 1 }, (_, k) => s.lambda(k));
      return { count: s.count, met: input.map((l) => s.lambda(s.place(l))), all };
      """, input: lambdas)
    #expect(stops.met == lambdas)
    #expect(stops.all.first == 0)
    #expect(stops.all.last == lambdas.last)
    #expect(zip(stops.all, stops.all.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(stops.count < 500)
  }

  @Test(arguments: [0, 0.003, 0.03, 0.3, 1])
  func `labels touch nothing`(lambda: Double) throws {
    struct Input: Encodable {
      var data: SliceData
      var lambda: Double
    }
    struct Placed: Decodable {
      var labels: [Label]
      var lines: [[Double]]

      struct Label: Decodable {
        var x: Double
        var y: Double
        var width: Double
        var height: Double
        var angle: Double
        var line: Int
        var from: Double
        var to: Double
      }
    }
    let slice = try SampleReport.slice(61)
    let placed: Placed = try PageScript.value(
      """
      const { total, fine, scale } = makeModel(input.data), lines = [];
      const [x, y] = [(a) => (a + 1.6) * 150, (b) => (1.8 - b) * 150];
      const values = input.data.levels.map((l) => l.value);
      const found = contours(fine.xs, fine.ys, total(input.lambda), fine.missing, values, scale.unit);
      found.forEach((contour, n) => {
        for (const line of contour.lines)
          lines.push(makeLine(line.map((v, i) => (i % 2 ? y(v) : x(v))), n));
      });
      const texts = input.data.levels.map((l) => ({ value: l.value, width: 8 * l.label.length }));
      const labels = placeLabels(lines, texts, 9, { x: 0, y: 0, width: 480, height: 420 }, [], [], [], []);
      return { labels, lines: lines.map((l) => l.points) };
      """, input: Input(data: SliceData(slice), lambda: lambda))
    let lines = placed.lines.map { flat in
      Polyline(stride(from: 0, to: flat.count, by: 2).map { Point(flat[$0], flat[$0 + 1]) })
    }
    let frame = Rectangle(x: 0, y: 0, width: 480, height: 420)
    let index = SegmentIndex(lines, frame: frame)
    // The page's angles grow clockwise.
    let boxes = placed.labels.map {
      OrientedBox(
        center: Point($0.x, $0.y), width: $0.width, height: $0.height, angle: -$0.angle)
    }
    #expect(boxes.count >= 4)
    for (number, box) in boxes.enumerated() {
      let label = placed.labels[number]
      #expect(box.corners.allSatisfy(frame.inset(by: 1).contains))
      #expect(boxes[(number + 1)...].allSatisfy { !$0.intersects(box) })
      #expect(
        !index.touches(
          box, except: label.line, within: label.from...label.to, of: lines[label.line].length))
    }
  }
}
