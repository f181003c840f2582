import Algebra
import Datasets
import Foundation
import Geometry
import Networks
import TensorFiles

/// A network with ReLU, its data and weights.
struct Model {
  let name: String
  let network: Network
  let data: Dataset
  let objective: NetworkObjective
  let w: [Double]
  let threads: Int

  init(_ name: String, _ widths: [Int], _ data: Dataset, weights: String?, threads: Int) throws {
    self.name = name
    self.data = data
    self.threads = threads
    let hidden = widths.dropFirst().dropLast()
    var layers: [Layer] = data.inputShape.count > 1 ? [.flatten] : []
    layers += hidden.flatMap { [Layer.dense(units: $0, bias: true), .activation(.relu)] }
    layers.append(.dense(units: widths[widths.count - 1], bias: true))
    network = try Network(inputShape: data.inputShape, layers: layers)
    objective = try NetworkObjective(
      network: network, loss: .crossEntropy, data: data, threads: threads)
    let layout = network.layout
    w =
      try weights.map { try layout.vector(Safetensors.read($0).tensors, path: $0) }
      ?? Initialiser.pytorch.weights(for: layout, seed: 0)
    print("\n\(name): \(w.count) parameters, \(data.count) samples, loss \(objective.value(at: w))")
  }

  func eigenpairs() throws {
    for (end, count, tolerance, precision) in [
      (.largest, 5, 1e-10, .float64), (.largest, 5, 1e-4, .float64), (.largest, 5, 1e-4, .float32),
      (.smallest, 1, 1e-10, .float64), (.smallest, 5, 1e-4, .float64),
    ] as [(SpectrumEnd, Int, Double, SamplingOptions.Precision)] {
      var options = EigenpairOptions()
      options.tolerance = tolerance
      var first: Int?
      let (found, seconds) = try timed {
        let hessian = objective.hessian(at: w, precision: precision)
        return try extremeEigenpairs(of: hessian, end, count: count, options: options) {
          if $1 == count, first == nil { first = $0 }
          return true
        }
      }
      print(
        "  \(count) \(end.rawValue) to \(tolerance), \(precision.rawValue): \(seconds), "
          + "\(found.products) products, converged after \(first ?? -1), "
          + "confirmed \(found.isConfirmed), \(found.pairs.map { Float($0.value) })")
    }
  }

  func estimates() throws {
    func hutchinson(_ hessian: some LinearOperator) throws -> TraceEstimate {
      try hutchinsonTrace(of: hessian, probes: 100, seed: 0)
    }
    func quadrature(_ hessian: some LinearOperator) throws -> SpectralQuadrature {
      try spectralQuadrature(of: hessian, probes: 10, steps: 50, seed: 0)
    }
    for precision in [SamplingOptions.Precision.float32, .float64] {
      let (trace, traceSeconds) = try timed {
        let hessian = objective.hessian(at: w, precision: precision)
        return try hutchinson(hessian)
      }
      print(
        "  100 Hutchinson probes, \(precision.rawValue): \(traceSeconds), "
          + "\(trace.value) ± \(trace.standardError ?? .nan)")
    }
    let (density, densitySeconds) = try timed {
      let hessian = objective.hessian(at: w, precision: .float32)
      return try quadrature(hessian)
    }
    print("  density, 10 probes of 50 steps, float32: \(densitySeconds), \(density.range)")
  }

  /// 11 × 11 points over ± the weights' own length, filter-normalised.
  func map() throws {
    let single = try NetworkObjective(
      network: network, loss: .crossEntropy, data: data, threads: 1)
    let blocks = network.layout.entries.enumerated().map { index, entry in
      ParameterBlock(
        parameters: entry.range, rows: entry.shape[0], layer: index / 2,
        isKernel: entry.shape.count > 1)
    }
    var source = RandomSource(seed: 0, purpose: "directions")
    func direction() -> [Double] {
      randomDirection(
        at: w, blocks: blocks, normalisation: .filter, includeBiases: false, using: &source)
    }
    let slice = Slice(centre: w, u: direction(), v: direction())
    let grid = Grid(alpha: -1...1, columns: 11, beta: -1...1, rows: 11)
    let one = single.hessian(at: w, precision: .float32)
    let (_, product) = timed { for _ in 0..<20 { _ = one.apply(to: slice.u) } }
    print("  product on one thread, float32: \(product / 20)")
    var maps: [CurvatureMap] = []
    for (startsWarm, tolerance) in [(true, 1e-3), (false, 1e-3), (true, 2e-3), (true, 1e-5)] {
      var options = CurvatureMapOptions()
      options.startsWarm = startsWarm
      options.tolerance = tolerance
      options.threads = threads
      let (map, seconds) = try timed {
        try CurvatureMap.computed(on: slice, grid, options: options) {
          single.hessian(at: $0, precision: tolerance < 1e-4 ? .float64 : .float32)
        }
      }
      maps.append(map)
      print(
        "  map 11 × 11 to \(tolerance), \(startsWarm ? "warm" : "cold"): \(seconds), "
          + "\(Double(map.products) / 121) products a point, \(map.unconvergedCount) unconverged")
    }
    for map in maps.dropLast() {
      let errors = zip(map.lowest, maps[3].lowest).map { abs($0 - $1) / abs($1) }.sorted()
      print("    λmin against 1e-5: median \(errors[60]), worst \(errors[120])")
    }
    let (_, seconds) = try timed {
      try SliceHessianMap.computed(on: slice, grid, threads: threads) {
        single.hessian(at: $0, precision: .float32)
      }
    }
    print("  2 × 2 map 11 × 11: \(seconds)")
  }

  private func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    return (result, (clock.now - start) / .seconds(1))
  }
}
