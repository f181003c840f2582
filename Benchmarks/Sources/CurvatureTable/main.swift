import Algebra
import Datasets
import Geometry
import Networks
import TensorFiles

let data = try Dataset.digits().scaled(by: 0.0625)
let network = try Network(inputShape: [64], layers: [.dense(units: 64, bias: true), .activation(.relu), .dense(units: 10, bias: true)])
print(network.layout.entries.map(\.name), network.layout.count)
let contents = try Safetensors.read("/tmp/o9/digits/weights.safetensors")
let w = try network.layout.vector(contents.tensors, path: "w")
let scaled = data
let objective = try NetworkObjective(network: network, loss: .crossEntropy, data: scaled, threads: 1)
print(objective.evaluate(at: w))
let blocks = network.layout.entries.enumerated().map { i, e in ParameterBlock(parameters: e.range, rows: e.shape[0], layer: i / 2, isKernel: e.shape.count > 1) }
var source = RandomSource(seed: 0, purpose: "directions")
let u = randomDirection(at: w, blocks: blocks, normalisation: .filter, includeBiases: false, using: &source)
let v = randomDirection(at: w, blocks: blocks, normalisation: .filter, includeBiases: false, using: &source)
let slice = Slice(centre: w, u: u, v: v)
let plane = slice.plane(Grid(alpha: -1...1, columns: 11, beta: -1...1, rows: 11))
let clock = ContinuousClock()
for precision in [SamplingOptions.Precision.float32, .float64] {
  var h: any LinearOperator = objective.hessian(at: w, precision: precision)
  print(precision, "make", clock.measure { h = objective.hessian(at: w, precision: precision) })
  for k in [1, 2, 4, 8] {
    let block = [[Double]](repeating: u, count: k)
    _ = h.apply(toBlock: block)
    print("  block", k, clock.measure { for _ in 0..<20 { _ = h.apply(toBlock: block) } } / 20 / k)
  }
}

import Foundation
let points = (0..<121).map { i -> (Int, Int) in let r = i / 11; let c = i % 11; return (r, r % 2 == 0 ? c : 10 - c) }
let file = "/tmp/h/n-curv-truth.txt"
var truth: [(Double, Double)] = []
if let t = try? String(contentsOfFile: file, encoding: .utf8) {
  let x = t.split(separator: " ").map { Double($0)! }
  truth = (0..<121).map { (x[2*$0], x[2*$0+1]) }
} else {
  truth = try concurrentMap(121, threads: 2) { i in
    let h = objective.hessian(at: plane.point(plane.alphas[points[i].1], plane.betas[points[i].0]), precision: .float64)
    var s = RandomSource(seed: 99)
    let p = try lanczos(h, from: w.map { _ in s.normal() }, steps: 220)
    let e = try p.tridiagonal.eigensystem()
    let r = p.remainder * abs(e.vector(0)[219])
    if r > 1e-6 { print("truth residual", i, r, e.values[1] - e.values[0]) }
    return (e.values[0], e.values[219])
  }
  try truth.map { "\($0.0) \($0.1)" }.joined(separator: " ").write(toFile: file, atomically: true, encoding: .utf8)
}
func clock0() -> Double { Double(Foundation.clock()) / Double(CLOCKS_PER_SEC) }
func quantile(_ x: [Double], _ q: Double) -> Double { let s = x.sorted(); return s[min(Int(q * Double(s.count)), s.count - 1)] }
for (warm, tol, basis) in [(true, 1e-3, 60), (false, 1e-3, 60)] {
  let cpu = clock0()
  let start = clock.now
  let halves = try concurrentMap(2, threads: 2) { half in
    var previous: [[Double]] = []
    return try (half == 0 ? 0..<66 : 66..<121).map { i -> SpectrumEnds in
      let h = objective.hessian(at: plane.point(plane.alphas[points[i].1], plane.betas[points[i].0]), precision: .float32)
      var options = SpectrumEndsOptions()
      options.seed = UInt64(i); options.tolerance = tol; options.basisSize = basis
      if warm { options.start = previous }
      let f = try spectrumEnds(of: h, options: options)
      previous = f.vectors
      return f
    }
  }
  let time = (clock.now - start) / .seconds(1)
  let all = halves.flatMap { $0 }
  let errL = zip(all, truth).map { abs($0.lowest.value - $1.0) / abs($1.0) }, errH = zip(all, truth).map { abs($0.highest.value - $1.1) / abs($1.1) }
  let missed = zip(all, truth).filter { abs($0.lowest.value - $1.0) > 1e-3 * max(abs($1.0), $1.1 / 100) }.count
  let p = all.map { Double($0.products) }
  print("warm", warm, tol, basis, "cpu/product ms", (clock0() - cpu) / p.reduce(0, +) * 1e3, "time", time, "products mean", p.reduce(0,+)/121, "median", quantile(p, 0.5), "max", p.max()!, "unconverged", all.filter { !($0.lowest.isConverged && $0.highest.isConverged) }.count, "errL med", quantile(errL, 0.5), "q90", quantile(errL, 0.9), "max", errL.max()!, "missed", missed, "errH max", errH.max()!)
}
