import RealModule

@testable import Algebra

/// Cross-entropy of softmax(W·x), the mean over random samples: convex, strictly so with a penalty.
struct SoftmaxRegression: Objective {
  let classes: Int
  let inputs: [[Double]]
  let labels: [Int]

  var dimension: Int { classes * inputs[0].count }

  init(samples: Int, inputs: Int, classes: Int, seed: UInt64) {
    var source = RandomSource(seed: seed, purpose: "softmax")
    self.classes = classes
    self.inputs = (0..<samples).map { _ in (0..<inputs).map { _ in source.normal() } }
    labels = (0..<samples).map { _ in source.index(below: classes) }
  }

  func value(at w: [Double]) -> Double { valueAndGradient(at: w).value }

  func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
    var value = 0.0
    var gradient = [Double](repeating: 0, count: w.count)
    for (x, label) in zip(inputs, labels) {
      let p = probabilities(x, w)
      value -= Double.log(p[label])
      for c in 0..<classes {
        let delta = p[c] - (c == label ? 1 : 0)
        for j in x.indices { gradient[c * x.count + j] += delta * x[j] / Double(inputs.count) }
      }
    }
    return (value / Double(inputs.count), gradient)
  }

  func hessian(at w: [Double]) -> any LinearOperator {
    ClosureOperator(dimension: dimension) { v in
      var product = [Double](repeating: 0, count: v.count)
      for x in inputs {
        let p = probabilities(x, w)
        let z = logits(x, v)
        let mean = dot(p, z)
        for c in 0..<classes {
          let factor = p[c] * (z[c] - mean) / Double(inputs.count)
          for j in x.indices { product[c * x.count + j] += factor * x[j] }
        }
      }
      return product
    }
  }

  private func logits(_ x: [Double], _ w: [Double]) -> [Double] {
    (0..<classes).map { c in dot(Array(w[c * x.count..<(c + 1) * x.count]), x) }
  }

  private func probabilities(_ x: [Double], _ w: [Double]) -> [Double] {
    let powers = logits(x, w).map { Double.exp($0) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
