import CBLAS
import Foundation
import Kernels
import Peak

/// What the processor can do on one core, measured in this process.
struct Machine {
  /// Multiply-adds in registers, in GFLOP/s.
  var peak32: Double
  var peak64: Double
  /// Exponentials and hyperbolic tangents of numbers in the first-level cache, in 10⁹ a second.
  var exponentials: Double
  var tangents: Double
  /// The BLAS's Float32 and Float64 products, in GFLOP/s.
  var large32: Double
  var large64: Double
  var small32: Double
  var small64: Double

  static func measured() -> Machine {
    Machine(
      peak32: rate { peak_run_f32(2_000_000) }, peak64: rate { peak_run_f64(2_000_000) },
      exponentials: functions(kernel_elu), tangents: functions(kernel_tanh),
      large32: product(1024, 1024, 1024, singlePrecision),
      large64: product(1024, 1024, 1024, doublePrecision),
      small32: product(500, 128, 128, singlePrecision),
      small64: product(500, 128, 128, doublePrecision))
  }

  private static func rate(_ run: () -> Double) -> Double {
    var flops = 0.0
    let time = seconds { flops = run() }
    return flops / time / 1e9
  }

  private static func functions(_ f: kernel_activation) -> Double {
    var x = (0..<2048).map { Float($0) / 512 - 2 }
    var time = 0.0
    x.withUnsafeMutableBufferPointer { x in
      let y = UnsafeMutablePointer<Float>.allocate(capacity: x.count)
      defer { y.deallocate() }
      time = seconds {
        for _ in 0..<100 { kernel_activate_f32(x.baseAddress, x.count, y, f, 1) }
      }
    }
    return Double(100 * x.count) / time / 1e9
  }

  private typealias Product<E> = (
    _ m: blas_integer, _ n: blas_integer, _ k: blas_integer, [E], [E], inout [E]
  ) -> Void

  private static func singlePrecision(
    _ m: blas_integer, _ n: blas_integer, _ k: blas_integer, a: [Float], b: [Float],
    c: inout [Float]
  ) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, &c, n)
  }

  private static func doublePrecision(
    _ m: blas_integer, _ n: blas_integer, _ k: blas_integer, a: [Double], b: [Double],
    c: inout [Double]
  ) {
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, &c, n)
  }

  private static func product<E: BinaryFloatingPoint>(
    _ m: Int, _ n: Int, _ k: Int, _ multiply: Product<E>
  ) -> Double {
    blas_use_one_thread()
    let a = [E](repeating: 1, count: m * k)
    let b = [E](repeating: 1, count: k * n)
    var c = [E](repeating: 0, count: m * n)
    let flops = 2 * Double(m * n * k)
    let rounds = max(1, Int(1e9 / flops))
    let time = seconds {
      for _ in 0..<rounds {
        multiply(blas_integer(m), blas_integer(n), blas_integer(k), a, b, &c)
      }
    }
    return flops * Double(rounds) / time / 1e9
  }

  /// The processor's name, where the system tells it.
  static var processor: String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
      return "unknown processor"
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown processor"
  }
}
