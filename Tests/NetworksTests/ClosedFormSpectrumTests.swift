import Algebra
import Datasets
import Networks
import RealModule
import Testing

/// Linear models, whose Hessians are known: their eigenvalues by Lanczos on a network's products
/// against the formula's dense spectrum.
@Suite struct ClosedFormSpectrumTests {
  private static let features = 12

  @Test(arguments: Loss.allCases) func lanczosFindsTheEigenvaluesOfTheFormula(_ loss: Loss) throws {
    let (samples, outputs, features) = (200, 3, Self.features)
    var source = RandomSource(seed: 5, purpose: "linear models")
    // Features of sizes apart, so that eigenvalues are.
    let inputs = (0..<samples * features).map { source.normal() / (1 + Double($0 % features)) }
    let targets: Targets =
      loss == .crossEntropy
      ? .classes((0..<samples).map { _ in source.index(below: outputs) }, count: outputs)
      : .values((0..<samples * outputs).map { _ in source.uniform() }, outputs: outputs)
    let data = try Dataset(
      name: "linear", inputShape: [features], inputs: inputs, targets: targets)
    let network = try Network(
      inputShape: [features], layers: [.dense(units: outputs, bias: true)])
    let objective = try NetworkObjective(network: network, loss: loss, data: data)
    let w = (0..<objective.dimension).map { _ in source.normal() }
    let formula = Self.hessian(loss, inputs: inputs, w: w, outputs: outputs)
    let right = try denseSpectrum(of: formula).eigenvalues
    let hessian = objective.hessian(at: w)
    for (end, right) in [(SpectrumEnd.largest, right.reversed()), (.smallest, right)] {
      let found = try extremeEigenpairs(of: hessian, end, count: 5)
      #expect(found.isConverged)
      for (pair, right) in zip(found.pairs, right) {
        #expect(abs(pair.value - right) <= 1e-8 * abs(right) + 1e-14)
      }
    }
    var options = SpectrumEndsOptions()
    options.tolerance = 1e-9
    let ends = try spectrumEnds(of: hessian, options: options)
    #expect(abs(ends.lowest.value - right[0]) <= 1e-8 * right[right.count - 1])
    #expect(abs(ends.highest.value / right[right.count - 1] - 1) <= 1e-8)
  }

  /// (1/s)Σ C(z)ₖₗ·x̃x̃ᵀ with C the curvature of the loss in the outputs z = Wx + b, x̃ = (x, 1).
  private static func hessian(
    _ loss: Loss, inputs: [Double], w: [Double], outputs: Int
  ) -> ClosureOperator {
    let samples = inputs.count / features
    let rows = (0..<samples).map { Array(inputs[$0 * features..<($0 + 1) * features]) + [1] }
    // A parameter's output and input: the weights of all outputs first, then the biases.
    let places =
      (0..<outputs).flatMap { k in (0..<features).map { (k, $0) } }
      + (0..<outputs).map { ($0, features) }
    let curvatures = rows.map { x -> [[Double]] in
      var z = [Double](repeating: 0, count: outputs)
      for (parameter, (k, i)) in places.enumerated() { z[k] += w[parameter] * x[i] }
      let total = z.reduce(0) { $0 + Double.exp($1) }
      return (0..<outputs).map { k in
        (0..<outputs).map { l in
          switch loss {
          case .squaredError: return k == l ? 2 / Double(outputs) : 0
          case .binaryCrossEntropy:
            let p = 1 / (1 + Double.exp(-z[k]))
            return k == l ? p * (1 - p) / Double(outputs) : 0
          case .crossEntropy:
            let (p, q) = (Double.exp(z[k]) / total, Double.exp(z[l]) / total)
            return (k == l ? p : 0) - p * q
          }
        }
      }
    }
    return ClosureOperator(dimension: w.count) { v in
      var product = [Double](repeating: 0, count: v.count)
      for (x, curvature) in zip(rows, curvatures) {
        var tangent = [Double](repeating: 0, count: outputs)
        for (parameter, (k, i)) in places.enumerated() { tangent[k] += v[parameter] * x[i] }
        for (parameter, (k, i)) in places.enumerated() {
          let slope = (0..<outputs).reduce(0) { $0 + curvature[k][$1] * tangent[$1] }
          product[parameter] += slope * x[i] / Double(samples)
        }
      }
      return product
    }
  }
}
