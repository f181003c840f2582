import Benchmark
import Foundation
import Workloads

let benchmarks: @Sendable () -> Void = {
  let threads = ProcessInfo.processInfo.activeProcessorCount
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident, .mallocCountTotal],
    maxDuration: .seconds(3))

  for make in [Workload.spirals, Workload.digits, Workload.fashion, Workload.residual] {
    guard let workload = try? make(threads) else { continue }
    Benchmark("\(workload.name) surface, \(workload.title)") { _ in
      blackHole(workload.sample(threads: threads))
    }
    Benchmark("\(workload.name) value and gradient") { _ in
      blackHole(workload.objective.valueAndGradient(at: workload.grid.centre))
    }
    let hessian = workload.objective.hessian(at: workload.grid.centre)
    Benchmark("\(workload.name) Hessian-vector product") { _ in
      blackHole(hessian.apply(to: workload.grid.u))
    }
    Benchmark("\(workload.name) eight Hessian-vector products, Float32") { benchmark in
      let hessian = workload.objective.hessian(at: workload.grid.centre, precision: .float32)
      let block = [[Double]](repeating: workload.grid.u, count: 8)
      benchmark.startMeasurement()
      blackHole(hessian.apply(toBlock: block))
    }
  }
}
