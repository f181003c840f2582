import Foundation
import Kernels
import Testing

/// The kernels of one instruction set in one type, taking arrays.
struct KernelSet<R: BinaryFloatingPoint & Sendable> {
  typealias In = UnsafePointer<R>?
  typealias Out = UnsafeMutablePointer<R>?

  let product:
    (In, Int, Int, In, In, Int, Int32, Out, Int, Int, Int, Int, Int32, kernel_activation, R) -> Void
  let combine: (In, In, In, R, R, Int, Out, kernel_activation, R) -> Void
  let add: (In, In, Int, Out) -> Void
  let activate: (In, Int, Out, kernel_activation, R) -> Void
  let crossEntropy: (In, UnsafePointer<Int32>?, Int, Int, Int) -> kernel_loss
  let binaryCrossEntropy: (In, In, Int, Int, Int) -> kernel_loss
  let squaredError: (In, In, Int, Int, Int) -> kernel_loss

  func activated(_ x: [R], _ f: Function) -> [R] {
    var y = [R](repeating: .nan, count: x.count)
    activate(x, x.count, &y, f.code, R(f.parameter))
    return y
  }
}

extension KernelSet<Float> {
  init?(_ name: String) {
    guard let table = kernel_table_named_f32(name)?.pointee else { return nil }
    guard let product = table.product, let combine = table.combine,
      let add = table.add, let activate = table.activate, let cross = table.cross_entropy,
      let binary = table.binary_cross_entropy, let squared = table.squared_error
    else { return nil }
    self.init(
      product: product, combine: combine, add: add, activate: activate, crossEntropy: cross,
      binaryCrossEntropy: binary, squaredError: squared)
  }
}

extension KernelSet<Double> {
  init?(_ name: String) {
    guard let table = kernel_table_named_f64(name)?.pointee else { return nil }
    guard let product = table.product, let combine = table.combine,
      let add = table.add, let activate = table.activate, let cross = table.cross_entropy,
      let binary = table.binary_cross_entropy, let squared = table.squared_error
    else { return nil }
    self.init(
      product: product, combine: combine, add: add, activate: activate, crossEntropy: cross,
      binaryCrossEntropy: binary, squaredError: squared)
  }
}

/// The instruction sets that this processor has.
let instructionSets: [String] = ["AVX-512", "AVX2", "portable"].filter { (name: String) in
  kernel_table_named_f32(name) != nil
}

/// An activation with what it should compute, by the C library in Float64.
struct Function: Sendable, CustomTestStringConvertible {
  var name: String
  var code: kernel_activation
  var parameter = 0.0
  var testDescription: String { name }

  static let all = [
    Function(name: "identity", code: kernel_identity),
    Function(name: "relu", code: kernel_relu),
    Function(name: "leaky-relu", code: kernel_leaky_relu, parameter: 0.01),
    Function(name: "elu", code: kernel_elu, parameter: 1),
    Function(name: "gelu", code: kernel_gelu),
    Function(name: "gelu-tanh", code: kernel_gelu_tanh),
    Function(name: "silu", code: kernel_silu),
    Function(name: "tanh", code: kernel_tanh),
    Function(name: "sigmoid", code: kernel_sigmoid),
    Function(name: "softplus", code: kernel_softplus),
  ]

  static func named(_ name: String) -> Function {
    all.first { $0.name == name } ?? all[0]
  }

  /// f(x), each formula in a form without cancellation.
  func callAsFunction(_ x: Double) -> Double {
    switch name {
    case "relu": x < 0 ? 0 : x
    case "leaky-relu": x < 0 ? parameter * x : x
    case "elu": x < 0 ? parameter * expm1(x) : x
    case "gelu": 0.5 * x * erfc(-x / 2.0.squareRoot())
    case "gelu-tanh": x / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case "silu": x / (1 + exp(-x))
    case "tanh": tanh(x)
    case "sigmoid": 1 / (1 + exp(-x))
    case "softplus": max(x, 0) + log1p(exp(-abs(x)))
    default: x
    }
  }
}

/// Numbers even on [-1, 1), the same on every run.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int64(bitPattern: state) >> 11) * 0x1p-52
  }

  mutating func array<R: BinaryFloatingPoint>(_ count: Int, scale: Double = 1) -> [R] {
    (0..<count).map { _ in R(scale * next()) }
  }
}
