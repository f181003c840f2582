import Algebra
import Foundation
import Networks
import Workloads

/// Times the workloads and prints what they reach beside what the processor can do.
@main struct Table {
  static func main() throws {
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let machine = Machine.measured()
    print("\(Machine.processor), \(threads) cores, kernels: \(TileLayout.instructionSet)")
    print("one core, GFLOP/s               float32  float64")
    line("  multiply-adds in registers", machine.peak32, machine.peak64)
    line("  BLAS 1024 × 1024 × 1024", machine.large32, machine.large64)
    line("  BLAS 500 × 128 × 128", machine.small32, machine.small64)
    print(
      "one core, 10⁹ a second          exp \(number(machine.exponentials)), "
        + "tanh \(number(machine.tangents))")

    let workloads = try [Workload.spirals, Workload.digits, Workload.fashion, Workload.residual].map
    {
      try $0(threads)
    }
    print("\nsurfaces, Float32: points a second; GFLOP/s of whole passes and really done")
    print("      on all cores   on one  ratio    whole     done   of roofline   of BLAS")
    for workload in workloads { surface(workload, machine, threads: threads) }
    print("\nderivatives: times a second on all cores, GFLOP/s, share of peak and of BLAS 500")
    for workload in workloads { derivatives(workload, machine, threads: threads) }
    if CommandLine.arguments.count > 1 { process(Array(CommandLine.arguments.dropFirst())) }
  }

  private static func surface(_ workload: Workload, _ machine: Machine, threads: Int) {
    let all = seconds { _ = workload.sample(threads: threads) }
    let one = seconds { _ = workload.sample(threads: 1) }
    let points = Double(workload.points)
    let functions = workload.activation.isPiecewiseLinear ? machine.exponentials : machine.tangents
    let least =
      (workload.pointFlops / machine.peak32 + workload.pointFunctions / functions)
      / Double(threads) * points / 1e9
    let done = workload.pointFlops * points / all / 1e9
    print(
      "\(workload.name)  " + padded(Int(points / all), 12) + padded(Int(points / one), 9)
        + padded(number(one / all), 7)
        + padded(number(workload.naiveFlops * points / all / 1e9), 9) + padded(number(done), 9)
        + padded(percent(least / all), 14)
        + padded(percent(done / machine.small32 / Double(threads)), 10)
        + "   \(workload.title)")
  }

  private static func derivatives(_ workload: Workload, _ machine: Machine, threads: Int) {
    let w = workload.grid.centre
    func report(
      _ title: String, _ flops: Double, times: Double = 1, _ peak: Double, _ small: Double,
      _ time: Double
    ) {
      let rate = flops * times / time / 1e9
      print(
        "\(workload.name)  \(title.padding(toLength: 38, withPad: " ", startingAt: 0))"
          + padded(number(times / time), 9) + padded(number(rate), 9)
          + padded(percent(rate / peak / Double(threads)), 7)
          + padded(percent(rate / small / Double(threads)), 7))
    }
    report(
      "value and gradient, Float64", workload.gradientFlops, machine.peak64, machine.small64,
      seconds { _ = workload.objective.valueAndGradient(at: w) })
    let block = [[Double]](repeating: workload.grid.u, count: 8)
    for (precision, name, peak, small) in [
      (.float64, "Float64", machine.peak64, machine.small64),
      (.float32, "Float32", machine.peak32, machine.small32),
    ] as [(SamplingOptions.Precision, String, Double, Double)] {
      let hessian = workload.objective.hessian(at: w, precision: precision)
      report(
        "Hessian-vector product, \(name)", workload.hessianFlops, peak, small,
        seconds { _ = hessian.apply(to: workload.grid.u) })
      report(
        "eight products at once, \(name)", workload.hessianFlops, times: 8, peak, small,
        seconds { _ = hessian.apply(toBlock: block) })
    }
  }

  /// The seconds and the memory of a whole process.
  private static func process(_ command: [String]) {
    var best = Double.infinity
    for _ in 0..<3 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: command[0])
      process.arguments = Array(command.dropFirst())
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      let clock = ContinuousClock()
      let start = clock.now
      guard (try? process.run()) != nil else {
        print("\ncannot run \(command[0]); build it first")
        return
      }
      process.waitUntilExit()
      best = min(best, (clock.now - start) / .seconds(1))
    }
    var usage = rusage()
    #if os(Linux)
      getrusage(RUSAGE_CHILDREN.rawValue, &usage)
      let megabytes = Double(usage.ru_maxrss) / 1024
    #else
      getrusage(RUSAGE_CHILDREN, &usage)
      let megabytes = Double(usage.ru_maxrss) / 1_048_576
    #endif
    let name = (command[0] as NSString).lastPathComponent
    print(
      "\n\(([name] + command.dropFirst()).joined(separator: " ")): \(number(best)) s, "
        + "\(Int(megabytes)) MB at most")
  }

  private static func line(_ title: String, _ a: Double, _ b: Double) {
    print(
      title.padding(toLength: 32, withPad: " ", startingAt: 0) + padded(number(a), 7)
        + padded(number(b), 9))
  }

  private static func number(_ x: Double) -> String { String(format: x < 10 ? "%.2f" : "%.1f", x) }
  private static func percent(_ x: Double) -> String { "\(Int((100 * x).rounded())) %" }

  private static func padded(_ text: some CustomStringConvertible, _ width: Int) -> String {
    let text = text.description
    return String(repeating: " ", count: max(width - text.count, 0)) + text
  }
}
