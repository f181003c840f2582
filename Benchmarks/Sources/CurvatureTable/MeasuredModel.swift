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

  /// `flattens` says whether the scene of that name begins with `flatten`, from which its layers are
  /// counted.
  init(
    _ name: String, _ widths: [Int], _ data: Dataset, flattens: Bool = false, weights: String?,
    threads: Int
  ) throws {
    self.name = name
    self.data = data
    self.threads = threads
    let hidden = widths.dropFirst().dropLast()
    var layers: [Layer] = flattens ? [.flatten] : []
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
      (.largest, 5, 1e-4, .float32), (.largest, 5, 1e-10, .float64),
      (.smallest, 1, 1e-10, .float64),
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
      row(
        "\(count == 5 ? "top five" : "smallest"), \(name)", seconds, products: found.products,
        "\(precision.rawValue) to \(tolerance), converged after \(first.map(String.init) ?? "-"), "
          + "confirmed \(found.isConfirmed), \(found.pairs.map { Float($0.value) })")
    }
  }

  func estimates() throws {
    func hutchinson(_ hessian: some LinearOperator) throws -> TraceEstimate {
      try hutchinsonTrace(of: hessian, probes: 100, seed: 0)
    }
    func quadrature(_ hessian: some LinearOperator) throws -> SpectralQuadrature {
      try spectralQuadrature(of: hessian, probes: 10, steps: 50, seed: 0, threads: threads)
    }
    for precision in [SamplingOptions.Precision.float32, .float64] {
      let (trace, seconds) = try timed {
        let hessian = objective.hessian(at: w, precision: precision)
        return try hutchinson(hessian)
      }
      row(
        "100 Hutchinson probes, \(name)", seconds, products: trace.products,
        "\(precision.rawValue), \(trace.value) ± \(trace.standardError ?? .nan)")
    }
    let (density, seconds) = try timed {
      let hessian = objective.hessian(at: w, precision: .float32)
      return try quadrature(hessian)
    }
    row(
      "density 10 x 50, \(name)", seconds, products: density.products,
      "float32, \(density.range)")
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
    row("product, \(name)", product / 20, products: 1, "float32, one thread")
    func ends(
      isWarm: Bool, tolerance: Double, _ precision: SamplingOptions.Precision
    ) throws -> (map: CurvatureMap, seconds: Double) {
      var options = CurvatureMapOptions()
      (options.startsWarm, options.tolerance) = (isWarm, tolerance)
      (options.threads, options.maxProducts) = (threads, 2000)
      return try timed {
        try CurvatureMap.computed(on: slice, grid, options: options) {
          single.hessian(at: $0, precision: precision)
        }
      }
    }
    let right = try ends(isWarm: false, tolerance: 1e-6, .float64).map.lowest
    for isWarm in [true, false] {
      let (map, seconds) = try ends(isWarm: isWarm, tolerance: 1e-3, .float32)
      let errors = zip(map.lowest, right).map { abs($0 - $1) / abs($1) }.sorted()
      row(
        "map 11 x 11 \(isWarm ? "warm" : "cold"), \(name)", seconds, products: map.products,
        "\((Double(map.products) / 12.1).rounded() / 10) a point, \(map.unconvergedCount) unconverged; λmin's error: "
          + "median \(errors[60]), worst \(errors[120]), \(errors.count { $0 > 1e-3 }) above 1e-3")
    }
    let (_, seconds) = try timed {
      try SliceHessianMap.computed(on: slice, grid, threads: threads) {
        single.hessian(at: $0, precision: .float32)
      }
    }
    row("map 11 x 11 in the slice, \(name)", seconds, products: 242, "float32")
  }

  private func row(_ name: String, _ seconds: Double, products: Int, _ notes: String) {
    let columns = String(format: "%10.3f s%8d products", seconds, products)
    print("  " + name.padding(toLength: 32, withPad: " ", startingAt: 0) + columns + "  " + notes)
  }

  private func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    return (result, (clock.now - start) / .seconds(1))
  }
}
