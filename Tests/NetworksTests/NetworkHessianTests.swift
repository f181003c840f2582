import Algebra
import Datasets
import RealModule
import Testing

@testable import Networks

@Suite struct NetworkHessianTests {
  @Test(arguments: Example.all) func productIsTheGradientsSlope(_ example: Example) throws {
    let objective = try example.objective(samples: 7)
    let w = randomVector(objective.dimension, seed: 11, scale: 0.7)
    let hessian = objective.hessian(at: w)
    let h = 1e-5
    for seed in 1...3 as ClosedRange<UInt64> {
      let v = randomVector(w.count, seed: seed, scale: 0.3)
      let right = objective.valueAndGradient(at: zip(w, v).map { $0 + h * $1 }).gradient
      let left = objective.valueAndGradient(at: zip(w, v).map { $0 - h * $1 }).gradient
      let slope = zip(right, left).map { ($0 - $1) / (2 * h) }
      #expect(distance(hessian.apply(to: v), slope) <= 5e-8 * max(1, norm(slope)))
    }
  }

  @Test(arguments: Example.forms) func itIsSymmetricAndLinear(_ example: Example) throws {
    let objective = try example.objective(samples: 30)
    let w = randomVector(objective.dimension, seed: 5)
    for map in [
      objective.hessian(at: w), objective.gaussNewton(at: w), objective.empiricalFisher(at: w),
    ] {
      let matrix = map.dense
      let size = matrix.flatMap(\.self).map { abs($0) }.max() ?? 0
      for i in matrix.indices {
        for j in 0..<i { #expect(abs(matrix[i][j] - matrix[j][i]) <= 1e-14 * max(1, size)) }
      }
      let (a, b) = (randomVector(w.count, seed: 6), randomVector(w.count, seed: 7))
      let sum = map.apply(to: zip(a, b).map { 2 * $0 - 3 * $1 })
      let parts = zip(map.apply(to: a), map.apply(to: b)).map { 2 * $0 - 3 * $1 }
      #expect(distance(sum, parts) <= 1e-13 * max(1, norm(parts)))
      #expect(map.apply(to: .init(repeating: 0, count: w.count)).allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: Example.forms) func threadsChangeNoBit(_ example: Example) throws {
    let one = try example.objective(samples: 4000)
    let w = randomVector(one.dimension, seed: 2)
    let v = randomVector(one.dimension, seed: 3)
    let right = one.hessian(at: w).apply(to: v)
    let gaussNewton = one.gaussNewton(at: w).apply(to: v)
    let fisher = one.empiricalFisher(at: w).apply(to: v)
    for threads in [2, 3, 7] {
      var objective = one
      objective.threads = threads
      let hessian = objective.hessian(at: w)
      #expect(hessian.apply(to: v).bits == right.bits)
      #expect(hessian.apply(to: v).bits == right.bits, "a second product repeats the first")
      #expect(objective.gaussNewton(at: w).apply(to: v).bits == gaussNewton.bits)
      #expect(objective.empiricalFisher(at: w).apply(to: v).bits == fisher.bits)
    }
  }

  @Test(arguments: Example.forms) func blocksAndFloat32Agree(_ example: Example) throws {
    let objective = try example.objective(samples: 700, threads: 2)
    let w = randomVector(objective.dimension, seed: 11, scale: 0.7)
    let block = (1...5 as ClosedRange<UInt64>).map { randomVector(w.count, seed: $0) }
    let hessian = objective.hessian(at: w)
    let narrow = objective.hessian(at: w, precision: .float32)
    let products = hessian.apply(toBlock: block)
    let rounded = narrow.apply(toBlock: block)
    #expect(products.count == 5 && hessian.apply(toBlock: []).isEmpty)
    for i in block.indices {
      #expect(products[i].bits == hessian.apply(to: block[i]).bits)
      #expect(rounded[i].bits == narrow.apply(to: block[i]).bits)
      #expect(distance(rounded[i], products[i]) <= 1e-5 * max(1, norm(products[i])))
    }
  }

  @Test(arguments: Example.forms) func memoryChangesNoBit(_ example: Example) throws {
    // Eleven blocks, the last of them short.
    var objective = try example.objective(samples: 2000)
    let w = randomVector(objective.dimension, seed: 2)
    let block = [randomVector(w.count, seed: 3), randomVector(w.count, seed: 4)]
    for kind in [CurvatureKind.hessian, .gaussNewton, .empiricalFisher] {
      let whole = HessianPasses(objective, objective.tiles, at: w, kind)
      let right = whole.products(of: block).map(\.bits)
      let one = whole.bytesHeld / 11
      #expect(one > 0)
      for (threads, kept) in [(1, 0), (1, 3), (2, 10), (3, 5), (3, 0)] {
        objective.threads = threads
        objective.hessianMemory = kept * one + one / 2
        let bounded = HessianPasses(objective, objective.tiles, at: w, kind)
        #expect(bounded.bytesHeld == kept * one)
        #expect(bounded.products(of: block).map(\.bits) == right)
        // The short block's pass, too, is used for the others.
        #expect(bounded.products(of: [block[1]])[0].bits == right[1])
        #expect(bounded.bytesHeld <= (kept + threads) * one)
      }
      objective.hessianMemory = 1 << 30
    }
  }

  @Test(arguments: Example.Form.allCases, Loss.allCases)
  func empiricalFisherIsTheSumOfOuterProducts(_ form: Example.Form, _ loss: Loss) throws {
    let example = Example(form: form, activation: .gelu, loss: loss)
    let samples = 23
    let objective = try example.objective(samples: samples, threads: 2)
    let w = randomVector(objective.dimension, seed: 15)
    // Each sample's gradient as that of an objective of this sample alone.
    let gradients = try (0..<samples).map { sample in
      let data = objective.data
      let targets: Targets =
        switch data.targets {
        case .classes(let labels, let count): .classes([labels[sample]], count: count)
        case .values(let values, let outputs):
          .values(Array(values[sample * outputs..<(sample + 1) * outputs]), outputs: outputs)
        }
      let one = try Dataset(
        name: "one", inputShape: data.inputShape, inputs: Array(data.input(sample)),
        targets: targets)
      return try NetworkObjective(network: objective.network, loss: loss, data: one)
        .valueAndGradient(at: w).gradient
    }
    let mean = w.indices.map { i in gradients.reduce(0) { $0 + $1[i] } / Double(samples) }
    let whole = objective.valueAndGradient(at: w).gradient
    #expect(distance(mean, whole) <= 1e-14 * max(1, norm(whole)))

    let fisher = objective.empiricalFisher(at: w)
    let right = w.indices.map { i in
      w.indices.map { j in
        gradients.reduce(0) { $0 + $1[i] * $1[j] } / Double(samples)
      }
    }
    let size = norm(right.flatMap(\.self))
    #expect(distance(fisher.dense.flatMap(\.self), right.flatMap(\.self)) <= 1e-14 * max(1, size))
    // Its trace is the mean of the squared norms of the gradients.
    let trace = gradients.reduce(0) { $0 + dot($1, $1) } / Double(samples)
    #expect(abs(fisher.trace - trace) <= 1e-12 * max(1, trace))
    for seed in 1...3 as ClosedRange<UInt64> {
      let v = randomVector(w.count, seed: seed)
      #expect(dot(v, fisher.apply(to: v)) >= 0)
    }
  }

  /// A single dense layer: its inputs with a 1 for the bias, and its Hessian.
  struct Linear {
    var objective: NetworkObjective
    var inputs: [[Double]]
    var outputs: Int

    init(_ loss: Loss, outputs: Int, samples: Int = 250) throws {
      let data = try Example.data(samples: samples, inputs: 4, outputs: outputs, loss: loss)
      let network = try Network(inputShape: [4], layers: [.dense(units: outputs, bias: true)])
      objective = try NetworkObjective(network: network, loss: loss, data: data)
      inputs = (0..<samples).map { Array(data.input($0)) + [1] }
      self.outputs = outputs
    }

    /// z for a sample.
    func logits(_ x: [Double], _ w: [Double]) -> [Double] {
      (0..<outputs).map { k in
        dot(Array(w[4 * k..<4 * k + 4]), Array(x[..<4])) + w[4 * outputs + k]
      }
    }

    /// Σ over samples of curvature(z)[k][l]·x̃ᵢx̃ⱼ, in the layout's order.
    func hessian(_ w: [Double], _ curvature: ([Double], Int, Int) -> Double) -> [[Double]] {
      // Weights of all outputs first, then the biases.
      let places =
        (0..<outputs).flatMap { k in (0..<4).map { (k, $0) } }
        + (0..<outputs).map { ($0, 4) }
      let z = inputs.map { logits($0, w) }
      return places.map { k, i in
        places.map { l, j in
          var sum = CompensatedSum()
          for (x, z) in zip(inputs, z) { sum.add(curvature(z, k, l) * x[i] * x[j]) }
          return sum.value / Double(inputs.count)
        }
      }
    }
  }

  private func expectEqual(_ a: [[Double]], _ b: [[Double]]) {
    #expect(distance(a.flatMap(\.self), b.flatMap(\.self)) < 1e-12)
  }

  @Test(arguments: [1, 3]) func leastSquaresIsItsGramMatrix(_ outputs: Int) throws {
    let linear = try Linear(.squaredError, outputs: outputs)
    let w = randomVector(5 * outputs, seed: 8)
    let right = linear.hessian(w) { _, k, l in k == l ? 2 / Double(outputs) : 0 }
    expectEqual(linear.objective.hessian(at: w).dense, right)
    expectEqual(linear.objective.gaussNewton(at: w).dense, right)
  }

  @Test(arguments: [1, 3]) func logisticRegressionsIsInClosedForm(_ outputs: Int) throws {
    let linear = try Linear(.binaryCrossEntropy, outputs: outputs)
    let w = randomVector(5 * outputs, seed: 9)
    let right = linear.hessian(w) { z, k, l in
      let p = 1 / (1 + Double.exp(-z[k]))
      return k == l ? p * (1 - p) / Double(outputs) : 0
    }
    expectEqual(linear.objective.hessian(at: w).dense, right)
    expectEqual(linear.objective.gaussNewton(at: w).dense, right)
  }

  @Test(arguments: [2, 4]) func softmaxRegressionsIsInClosedForm(_ classes: Int) throws {
    let linear = try Linear(.crossEntropy, outputs: classes)
    let w = randomVector(5 * classes, seed: 10)
    let right = linear.hessian(w) { z, k, l in
      let total = z.reduce(0) { $0 + Double.exp($1) }
      let (p, q) = (Double.exp(z[k]) / total, Double.exp(z[l]) / total)
      return (k == l ? p : 0) - p * q
    }
    expectEqual(linear.objective.hessian(at: w).dense, right)
    expectEqual(linear.objective.gaussNewton(at: w).dense, right)
  }

  @Test(arguments: Example.forms) func gaussNewtonIsPositiveSemidefinite(
    _ example: Example
  ) throws {
    let objective = try example.objective(samples: 40)
    let matrix = objective.gaussNewton(at: randomVector(objective.dimension, seed: 12)).dense
    // Cholesky, with a little added: it ends at the first pivot that is not positive.
    var l = matrix
    let size = matrix.indices.map { matrix[$0][$0] }.max() ?? 0
    for j in l.indices {
      for i in j..<l.count {
        var sum = matrix[i][j] + (i == j ? 1e-12 * size : 0)
        for k in 0..<j { sum -= l[i][k] * l[j][k] }
        if i == j { #expect(sum > 0) }
        l[i][j] = i == j ? max(sum, 1e-300).squareRoot() : sum / l[j][j]
      }
    }
  }

  @Test(arguments: Example.Form.allCases, [Activation.relu, .leakyReLU(slope: 0.2)])
  func tracesAgreeInPiecewiseLinearNetworks(_ form: Example.Form, _ f: Activation) throws {
    for loss in Loss.allCases {
      let objective = try Example(form: form, activation: f, loss: loss).objective(samples: 40)
      let w = randomVector(objective.dimension, seed: 13)
      let (h, g) = (objective.hessian(at: w).trace, objective.gaussNewton(at: w).trace)
      #expect(abs(h - g) <= 1e-13 * max(1, abs(g)))
    }
  }

  @Test func theyDifferInCurvedNetworks() throws {
    let objective = try Example(form: .plain, activation: .tanh, loss: .squaredError)
      .objective(samples: 40)
    let w = randomVector(objective.dimension, seed: 13)
    let (h, g) = (objective.hessian(at: w).trace, objective.gaussNewton(at: w).trace)
    #expect(abs(h - g) > 1e-3 * abs(g))
  }

  @Test(arguments: Example.Form.allCases)
  func gaussNewtonIsTheHessianWhereNothingIsLeftToLearn(_ form: Example.Form) throws {
    // Targets that are the network's own outputs: no gradient is left for its curvature to bend.
    let example = Example(form: form, activation: .gelu, loss: .squaredError)
    let first = try example.objective(samples: 20)
    let w = randomVector(first.dimension, seed: 14)
    let block = first.tiles.blocks[0]
    let pass = Pass<Double>(first.network, lanes: block.lanes)
    w.withUnsafePointers(first.network) { pass.forward(block, $0) }
    let z = pass.values[first.network.outputValue]
    let values = (0..<20).flatMap { sample in (0..<2).map { z.base[$0 * z.lanes + sample] } }
    let data = try Dataset(
      name: "taught", inputShape: [4], inputs: first.data.inputs,
      targets: .values(values, outputs: 2))
    let objective = try NetworkObjective(
      network: first.network, loss: .squaredError, data: data)
    #expect(objective.value(at: w) == 0)
    expectEqual(objective.hessian(at: w).dense, objective.gaussNewton(at: w).dense)
  }
}
