import Algebra
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
      large32: product(Float.self, 1024, 1024, 1024),
      large64: product(Double.self, 1024, 1024, 1024),
      small32: product(Float.self, 500, 128, 128), small64: product(Double.self, 500, 128, 128))
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

  private static func product<E: Scalar>(_: E.Type, _ m: Int, _ n: Int, _ k: Int) -> Double {
    let a = [E](repeating: 1, count: m * k)
    let b = [E](repeating: 1, count: k * n)
    var c = [E](repeating: 0, count: m * n)
    let flops = 2 * Double(m * n * k)
    let rounds = max(1, Int(1e9 / flops))
    let time = seconds {
      for _ in 0..<rounds {
        E.multiply(
          m: m, n: n, k: k, alpha: 1, a, lda: k, transposeA: false, b, ldb: n, transposeB: false,
          beta: 0, into: &c, ldc: n)
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
