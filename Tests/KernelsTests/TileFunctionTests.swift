import Foundation
import Kernels
import Testing

/// The activations, against the C library.
@Suite struct TileFunctionTests {
  /// Numbers on [-40, 40], and small ones of both signs down to 1e-30.
  static let numbers: [Double] =
    stride(from: -40.0, through: 40.0, by: 1 / 1024.0 + 1e-7).map { $0 }
    + stride(from: -30.0, through: 0, by: 0.01).flatMap { [pow(10, $0), -pow(10, $0)] }

  /// The greatest relative error that Kernels.h promises, in units of the type's epsilon.
  static func bound(_ f: Function, single: Bool) -> Double {
    switch f.name {
    case "identity", "relu": 0
    case "leaky-relu": 1
    case "softplus": single ? 2.5 : 3.5
    default: single ? 1.5 : 2.5
    }
  }

  @Test(arguments: instructionSets, Function.all)
  func activationsAreWithinTheirBoundOfTheLibrary(_ set: String, _ f: Function) throws {
    try check(KernelSet<Float>(set), f, single: true)
    try check(KernelSet<Double>(set), f, single: false)
  }

  private func check<R: BinaryFloatingPoint & Sendable>(
    _ kernels: KernelSet<R>?, _ f: Function, single: Bool
  ) throws {
    let kernels = try #require(kernels)
    let epsilon = Double(R.ulpOfOne)
    let x = Self.numbers.map { R($0) }
    var worst = 0.0
    for (x, y) in zip(x.map(Double.init), kernels.activated(x, f).map(Double.init)) {
      let right = f(x)
      // GELU's left tail is a product with a small difference: its error is relative to x.
      let size = f.name.hasPrefix("gelu") ? max(1, abs(x)) : abs(right)
      guard size >= Double(R.leastNormalMagnitude) else { continue }
      worst = max(worst, abs(y - right) / size / epsilon)
    }
    #expect(worst <= Self.bound(f, single: single))
  }

  @Test(arguments: instructionSets, Function.all)
  func notANumberStaysOneInEveryLane(_ set: String, _ f: Function) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      for lane in 0..<35 {
        var x = [R](repeating: 0.5, count: 35)
        x[lane] = .nan
        let y = kernels.activated(x, f)
        #expect(y.indices.allSatisfy { y[$0].isNaN == ($0 == lane) })
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  /// f(−∞) and f(∞), as PyTorch has them: where the formula is −∞ · 0, not a number.
  static let limits: [(String, Double, Double)] = [
    ("identity", -.infinity, .infinity), ("relu", 0, .infinity),
    ("leaky-relu", -.infinity, .infinity), ("elu", -1, .infinity), ("gelu", .nan, .infinity),
    ("gelu-tanh", .nan, .infinity), ("silu", .nan, .infinity), ("tanh", -1, 1),
    ("sigmoid", 0, 1), ("softplus", 0, .infinity),
  ]

  @Test(arguments: instructionSets)
  func infinityGoesWherePyTorchSendsIt(_ set: String) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      for (name, left, right) in Self.limits {
        let y = kernels.activated([-.infinity, .infinity], Function.named(name)).map(Double.init)
        for (y, limit) in zip(y, [left, right]) {
          #expect(y == limit || y.isNaN && limit.isNaN, "\(name): \(y), not \(limit)")
        }
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  @Test(arguments: instructionSets)
  func leftTailsVanishHoweverFarOut(_ set: String) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?, _ far: [R]) throws {
      let kernels = try #require(kernels)
      for name in ["gelu", "gelu-tanh", "silu", "sigmoid", "softplus"] {
        let y = kernels.activated(far, Function.named(name))
        #expect(y.allSatisfy { abs($0) < 1e-30 }, "\(name): \(y)")
      }
    }
    try check(KernelSet<Float>(set), [-90, -1e3, -1e10, -1e20, -3e38])
    try check(KernelSet<Double>(set), [-710, -1e3, -1e100, -1e200, -1e308])
  }

  @Test(arguments: instructionSets)
  func theyAreMonotonousWhereTheFunctionsAre(_ set: String) throws {
    let kernels = try #require(KernelSet<Double>(set))
    let x = stride(from: -40.0, through: 40.0, by: 1e-3).map { $0 }
    for name in ["relu", "leaky-relu", "elu", "tanh", "sigmoid", "softplus"] {
      let y = kernels.activated(x, Function.named(name))
      // An ulp of noise apart.
      #expect(zip(y, y.dropFirst()).allSatisfy { $1 >= $0 - 4 * $0.ulp }, "\(name)")
    }
  }
}
