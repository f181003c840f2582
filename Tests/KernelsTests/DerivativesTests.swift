import Foundation
import Kernels
import Testing

@Suite struct DerivativesTests {
  static let functions =
    Function.all + [
      Function(name: "leaky-relu", code: kernel_leaky_relu, parameter: 0.3),
      Function(name: "elu", code: kernel_elu, parameter: 1.7),
    ]

  static func derivatives(_ x: [Double], _ f: Function) -> (first: [Double], second: [Double]) {
    var (first, second) = (x, x)
    kernel_derivatives_f64(x, x.count, &first, &second, f.code, f.parameter)
    return (first, second)
  }

  @Test(arguments: functions)
  func firstDerivativeIsTheSlope(_ f: Function) {
    let x = stride(from: -12.0, through: 12.0, by: 0.0173).filter { abs($0) > 1e-3 }
    let h = 1e-5
    for (x, slope) in zip(x, Self.derivatives(x, f).first) {
      #expect(abs((f(x + h) - f(x - h)) / (2 * h) - slope) < 1e-9)
    }
  }

  @Test(arguments: functions)
  func secondDerivativeIsTheFirstsSlope(_ f: Function) {
    let x = stride(from: -12.0, through: 12.0, by: 0.0173).filter { abs($0) > 1e-3 }
    let h = 1e-5
    let right = Self.derivatives(x.map { $0 + h }, f).first
    let left = Self.derivatives(x.map { $0 - h }, f).first
    for (i, curvature) in Self.derivatives(x, f).second.enumerated() {
      #expect(abs((right[i] - left[i]) / (2 * h) - curvature) < 1e-9)
    }
  }

  @Test func atAKinkTheyAreWhatPyTorchTakes() {
    func atZero(_ name: String, _ parameter: Double = 0) -> [Double] {
      var f = Function.named(name)
      f.parameter = parameter
      return Self.derivatives([0.0, -0.0], f).first
    }
    #expect(atZero("relu") == [0, 0])
    #expect(atZero("leaky-relu", 0.3) == [0.3, 0.3])
    #expect(atZero("elu", 1.7) == [1.7, 1.7])
  }

  @Test func closedFormsAtZero() {
    func atZero(_ name: String) -> [Double] {
      let (first, second) = Self.derivatives([0], Function.named(name))
      return first + second
    }
    #expect(atZero("tanh") == [1, 0])
    #expect(atZero("sigmoid") == [0.25, 0])
    #expect(atZero("softplus") == [0.5, 0.25])
    #expect(atZero("silu") == [0.5, 0.5])
    let density = 1 / (2 * Double.pi).squareRoot()
    #expect(abs(atZero("gelu")[1] - 2 * density) < 1e-15)
    #expect(abs(atZero("gelu-tanh")[1] - 2 * density) < 1e-15)
  }

  @Test(arguments: Function.all, instructionSets)
  func everyInstructionSetAgrees(_ f: Function, _ name: String) throws {
    let wide = try #require(kernel_table_named_f64(name)?.pointee)
    let narrow = try #require(kernel_table_named_f32(name)?.pointee)
    // 139 numbers: whole vectors and a rest.
    let x: [Float] = stride(from: -9, through: 9, by: 0.13).map { $0 }
    var rounded = f
    rounded.parameter = Double(Float(f.parameter))
    let exact = Self.derivatives(x.map(Double.init), rounded)

    var (first, second) = (x, x)
    narrow.derivatives(x, x.count, &first, &second, f.code, Float(f.parameter))
    for i in x.indices {
      let size = max(1, abs(Double(x[i])))
      #expect(abs(Double(first[i]) - exact.first[i]) <= 8 * 0x1p-23 * size)
      #expect(abs(Double(second[i]) - exact.second[i]) <= 8 * 0x1p-23 * size)
    }
    let points = x.map(Double.init)
    var (slope, curvature) = (points, points)
    wide.derivatives(points, points.count, &slope, &curvature, f.code, rounded.parameter)
    for i in x.indices {
      let size = max(1, abs(points[i]))
      #expect(abs(slope[i] - exact.first[i]) <= 8 * 0x1p-52 * size)
      #expect(abs(curvature[i] - exact.second[i]) <= 8 * 0x1p-52 * size)
    }
    var alone = x
    narrow.derivatives(x, x.count, &alone, nil, f.code, Float(f.parameter))
    #expect(alone == first)
    var sum = points
    wide.add_slopes(points, slope, points.count, &sum, f.code, rounded.parameter)
    for i in x.indices {
      #expect(abs(sum[i] - (points[i] + slope[i] * slope[i])) <= 1e-14 * max(1, abs(points[i])))
    }
  }

  @Test func reluHidesNoNumberThatDiverged() {
    let first = Self.derivatives([-.infinity, .infinity, .nan], Function.named("relu")).first
    #expect(first[0] == 0 && first[1] == 1 && first[2].isNaN)
  }
}
