import Algebra
import Datasets
import RealModule
import Testing

@testable import Networks

@Suite struct OperationTests {
  @Test(arguments: GraphExample.all) func gradientIsTheSlope(_ example: GraphExample) throws {
    let objective = try example.objective()
    let w = example.weights(objective)
    let (value, gradient) = objective.valueAndGradient(at: w)
    #expect(value.bitPattern == objective.value(at: w).bitPattern)
    #expect(norm(gradient) > 1e-3)
    let h = 1e-6
    for i in w.indices {
      var (right, left) = (w, w)
      right[i] += h
      left[i] -= h
      let slope = (objective.value(at: right) - objective.value(at: left)) / (2 * h)
      #expect(abs(gradient[i] - slope) <= 2e-8 * max(1, value, norm(gradient)), "parameter \(i)")
    }
  }

  @Test(arguments: GraphExample.all) func productIsTheGradientsSlope(
    _ example: GraphExample
  ) throws {
    let objective = try example.objective()
    let w = example.weights(objective)
    let hessian = objective.hessian(at: w)
    let h = 1e-6
    for seed in 1...3 as ClosedRange<UInt64> {
      let v = randomVector(w.count, seed: seed, scale: 0.3)
      let right = objective.valueAndGradient(at: zip(w, v).map { $0 + h * $1 }).gradient
      let left = objective.valueAndGradient(at: zip(w, v).map { $0 - h * $1 }).gradient
      let slope = zip(right, left).map { ($0 - $1) / (2 * h) }
      #expect(distance(hessian.apply(to: v), slope) <= 5e-8 * max(1, norm(slope)))
    }
  }

  @Test(arguments: GraphExample.all) func hessianIsSymmetric(_ example: GraphExample) throws {
    let objective = try example.objective()
    let w = example.weights(objective)
    for map in [objective.hessian(at: w), objective.gaussNewton(at: w)] {
      let matrix = map.dense
      let size = matrix.flatMap(\.self).map { abs($0) }.max() ?? 0
      for i in matrix.indices {
        for j in 0..<i { #expect(abs(matrix[i][j] - matrix[j][i]) <= 2e-14 * max(1, size)) }
      }
    }
  }

  @Test(arguments: GraphExample.all) func gaussNewtonIsTheOutputsJacobianSquared(
    _ example: GraphExample
  ) throws {
    // L = Σ (z − y)²/(2·samples): with targets that are the outputs, H is the Gauss-Newton matrix.
    let first = try example.objective(samples: 1)
    let w = example.weights(first)
    let pass = Pass<Double>(first.network, lanes: first.tiles.blocks[0].lanes)
    w.withUnsafePointers(first.network) { pass.forward(first.tiles.blocks[0], $0) }
    let z = pass.values[first.network.outputValue]
    let data = try Dataset(
      name: "taught", inputShape: [GraphExample.inputs], inputs: first.data.inputs,
      targets: .values([z.base[0], z.base[z.lanes]], outputs: 2))
    let taught = try NetworkObjective(network: first.network, loss: .squaredError, data: data)
    let (h, g) = (taught.hessian(at: w).dense, first.gaussNewton(at: w).dense)
    let size = norm(h.flatMap(\.self))
    #expect(distance(h.flatMap(\.self), g.flatMap(\.self)) <= 1e-13 * max(1, size))
  }

  @Test(arguments: GraphExample.all) func float32AndSamplerAgree(_ example: GraphExample) throws {
    let objective = try example.objective(samples: 210, threads: 2)
    let w = example.weights(objective)
    let v = randomVector(w.count, seed: 4)
    let right = objective.hessian(at: w).apply(to: v)
    if !objective.network.hasKinks {
      let narrow = objective.hessian(at: w, precision: .float32).apply(to: v)
      #expect(distance(narrow, right) <= 3e-5 * max(1, norm(right)))
    }
    let u = randomVector(w.count, seed: 5, scale: 0.1)
    let grid = PlaneGrid(centre: w, u: u, v: v, alphas: [-0.5, 0, 0.3], betas: [0, 0.05])
    for precision in [SamplingOptions.Precision.float64, .float32] {
      var options = SamplingOptions()
      options.precision = precision
      options.threads = 2
      let samples = objective.sample(grid, rows: 0..<2, options: options) { _ in }
      let tolerance = precision == .float64 ? 1e-12 : 1e-4
      for (index, loss) in samples.losses.enumerated() {
        let (alpha, beta) = (grid.alphas[index % 3], grid.betas[index / 3])
        let point = w.indices.map { w[$0] + (alpha * u[$0] + beta * v[$0]) }
        let value = objective.value(at: point)
        #expect(
          abs(loss - value) <= tolerance * max(1, value) || (loss.isNaN && value.isNaN))
      }
    }
  }

  @Test func aFusedNormalisationIsItsComposition() throws {
    func objective(fused: Bool) throws -> NetworkObjective {
      try GraphExample("layer normalisation", [2, 3]) { b, x in
        let weight = try b.parameter("weight", shape: [3], role: .normalisation)
        let bias = try b.parameter("bias", shape: [3], role: .normalisation)
        if fused { return try b.normaliseLayer(x, scale: weight, shift: bias, epsilon: 0.01) }
        let mean = try b.reduce(x, .mean, axes: [1], keepsDimensions: true)
        let centred = try b.combine(x, mean, .subtract)
        let variance = try b.reduce(
          b.map(centred, .square), .mean, axes: [1], keepsDimensions: true)
        let root = try b.map(b.map(variance, .affine(scale: 1, shift: 0.01)), .sqrt)
        let normal = try b.combine(centred, root, .divide)
        return try b.combine(
          b.combine(normal, b.spread(weight), .multiply), b.spread(bias), .add)
      }.objective()
    }
    try expectEqual(objective(fused: true), objective(fused: false))
  }

  @Test(arguments: [false, true]) func softmaxIsItsComposition(_ isLogarithm: Bool) throws {
    func objective(fused: Bool) throws -> NetworkObjective {
      try GraphExample("softmax", [2, 3]) { b, x in
        if fused { return try isLogarithm ? b.logSoftmax(x, axis: 0) : b.softmax(x, axis: 0) }
        let power = try b.map(x, .exp)
        let sum = try b.reduce(power, .sum, axes: [0], keepsDimensions: true)
        return try isLogarithm
          ? b.combine(x, b.map(sum, .log), .subtract) : b.combine(power, sum, .divide)
      }.objective()
    }
    try expectEqual(objective(fused: true), objective(fused: false))
  }

  /// Loss, gradient and Hessian agree.
  private func expectEqual(_ a: NetworkObjective, _ b: NetworkObjective) {
    let w = randomVector(a.dimension, seed: 31)
    let (one, other) = (a.valueAndGradient(at: w), b.valueAndGradient(at: w))
    #expect(abs(one.value - other.value) <= 1e-14 * max(1, one.value))
    #expect(distance(one.gradient, other.gradient) <= 1e-13 * max(1, norm(one.gradient)))
    let (h, k) = (a.hessian(at: w).dense.flatMap(\.self), b.hessian(at: w).dense.flatMap(\.self))
    #expect(distance(h, k) <= 1e-12 * max(1, norm(h)))
  }

  @Test func aDomainsEdgeInFillingLanesDoesNoHarm() throws {
    // One sample of fifteen lanes' filling; log and 1/x of zeros there would spoil the gradient.
    var builder = try NetworkBuilder(inputShape: [2])
    let x = try builder.combine(
      builder.map(builder.input, .log), builder.map(builder.input, .reciprocal), .add)
    let y = try builder.dense(
      x, weight: builder.parameter("w", shape: [1, 2], role: .kernel), bias: nil)
    let network = try Network(builder, output: y, summary: "logarithms")
    let data = try Dataset(
      name: "positive", inputShape: [2], inputs: [1, 2], targets: .values([0], outputs: 1))
    let objective = try NetworkObjective(network: network, loss: .squaredError, data: data)
    // z = 1·w₁ + (log 2 + ½)·w₂.
    let second = Double.log(2) + 0.5
    let z = 0.5 + 2 * second
    let (value, gradient) = objective.valueAndGradient(at: [0.5, 2])
    #expect(abs(value - z * z) < 1e-14)
    #expect(distance(gradient, [2 * z, 2 * z * second]) < 1e-14)
    #expect(
      distance(objective.hessian(at: [0.5, 2]).apply(to: [1, 0]), [2, 2 * second]) < 1e-14)
  }

  @Test func shapesThatDoNotFitAreNamed() throws {
    var builder = try NetworkBuilder(inputShape: [2, 3])
    builder.place = (4, "matmul")
    let x = builder.input
    #expect(throws: NetworkError.self) { try builder.multiply(x, x) }
    #expect(throws: NetworkError.self) { try builder.transpose(x, [0, 0]) }
    #expect(throws: NetworkError.self) { try builder.gather(x, axis: 1, indices: [3]) }
    #expect(throws: NetworkError.self) { try builder.slice(x, axis: 0, from: 1, to: 1) }
    #expect(throws: NetworkError.self) { try builder.reduce(x, .sum, axes: [0, -2]) }
    #expect(throws: NetworkError.self) { try builder.softmax(x, axis: 2) }
    #expect(throws: NetworkError.self) { try builder.constant([1, 2], shape: [3]) }
    #expect(throws: NetworkError.self) { try builder.constant([], shape: [.max, 4]) }
    #expect(throws: NetworkError.self) { try builder.expand(x, to: [1 << 20, 1 << 20, 2, 3]) }
    #expect(throws: NetworkError.self) { try builder.pad(x, before: [-1, 0], after: [0, 0]) }
    #expect(throws: NetworkError.self) {
      try builder.normaliseGroups(x, groups: 3, scale: nil, shift: nil)
    }
    #expect(throws: NetworkError.self) {
      try builder.normaliseLayer(x, scale: nil, shift: nil, epsilon: 0)
    }
    #expect(throws: NetworkError.self) {
      try builder.concatenate([x, try builder.reshape(x, to: [3, 2])], axis: 0)
    }
    #expect(throws: NetworkError.self) {
      try builder.attention(query: x, key: x, value: x, heads: 2)
    }
    #expect(throws: NetworkError.self) {
      try builder.attention(
        query: x, key: x, value: x, heads: 1, mask: .added([-.infinity, -.infinity, 0, 0]))
    }
    #expect(throws: NetworkError.self) { try builder.map(x, .clip(1, 0)) }
    do {
      _ = try builder.combine(x, builder.reshape(x, to: [3, 2]), .add)
    } catch {
      #expect("\(error)".hasPrefix("layer 4 (matmul) combines shapes [2, 3] and [3, 2]"))
    }
  }
}
