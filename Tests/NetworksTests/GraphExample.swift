import Algebra
import Datasets

@testable import Networks

/// A network around one operation: what it reads depends on weights, and so does what reads it.
struct GraphExample: Sendable, CustomStringConvertible {
  typealias Build =
    @Sendable (inout NetworkBuilder, NetworkBuilder.Value) throws -> NetworkBuilder.Value

  var description: String
  /// The shape of what the operation reads.
  var shape: [Int]
  var build: Build
  /// What weights are multiplied by, so that functions with a domain stay in it.
  var scale = 0.5

  init(_ name: String, _ shape: [Int], scale: Double = 0.5, _ build: @escaping Build) {
    (description, self.shape, self.build, self.scale) = (name, shape, build, scale)
  }

  static let inputs = 3

  /// dense, tanh, the operation, dense.
  func network() throws -> Network {
    var builder = try NetworkBuilder(inputShape: [Self.inputs])
    let size = shape.reduce(1, *)
    var x = try builder.dense(
      builder.input, weight: builder.parameter("a", shape: [size, Self.inputs], role: .kernel),
      bias: builder.parameter("b", shape: [size], role: .bias))
    x = try builder.reshape(try builder.activate(x, .tanh), to: shape)
    x = try build(&builder, x)
    x = try builder.dense(
      x, weight: builder.parameter("z", shape: [2, x.count], role: .kernel), bias: nil)
    return try Network(builder, output: x, summary: description)
  }

  func objective(samples: Int = 5, threads: Int = 1) throws -> NetworkObjective {
    try NetworkObjective(
      network: network(), loss: .squaredError,
      data: Example.data(samples: samples, inputs: Self.inputs, outputs: 2, loss: .squaredError),
      threads: threads)
  }

  func weights(_ objective: NetworkObjective) -> [Double] {
    randomVector(objective.dimension, seed: 21, scale: scale)
  }

  /// x + shift, so that the numbers are above 0.
  private static func raised(
    _ b: inout NetworkBuilder, _ x: NetworkBuilder.Value, by shift: Double = 1.5
  ) throws -> NetworkBuilder.Value {
    try b.map(x, .affine(scale: 1, shift: shift))
  }

  private static let functions: [(UnaryFunction, isPositive: Bool)] = [
    (.exp, false), (.log, true), (.sqrt, true), (.reciprocal, true), (.negate, false),
    (.abs, false), (.square, false), (.power(3), false), (.power(1.5), true), (.power(-2), true),
    (.affine(scale: -2, shift: 0.3), false), (.clip(-0.3, 0.4), false), (.erf, false),
    (.sin, false), (.cos, false), (.hardSigmoid(slope: 1.5, offset: 0.5), false),
    (.hardSwish, false), (.softsign, false), (.mish, false), (.selu, false),
    (.celu(alpha: 0.7), false),
  ]

  static let maps = functions.map { function, isPositive in
    GraphExample("\(function)", [4]) { b, x in
      try b.map(isPositive ? raised(&b, x) : x, function)
    }
  }

  private static let operators: [BinaryFunction] = [
    .add, .subtract, .multiply, .divide, .maximum, .minimum, .power,
  ]

  static let combinations = operators.flatMap { f in
    [
      GraphExample("\(f) of two slices", [2, 3]) { b, x in
        let x = try raised(&b, x)
        return try b.combine(
          b.slice(x, axis: 0, from: 0, to: 1), b.slice(x, axis: 0, from: 1, to: 2), f)
      },
      GraphExample("\(f) with a column and a row", [2, 3]) { b, x in
        let x = try raised(&b, x)
        return try b.combine(
          b.gather(x, axis: 1, indices: [1]),
          b.spread(b.parameter("w", shape: [1, 3], role: .kernel)),
          f == .power ? .multiply : f)
      },
      GraphExample("\(f) with itself", [3]) { b, x in
        let x = try raised(&b, x)
        return try b.combine(x, f == .subtract ? b.map(x, .square) : x, f)
      },
      GraphExample("\(f) with a constant", [3]) { b, x in
        try b.combine(raised(&b, x), b.constant([0.7], shape: []), f)
      },
    ]
  }

  static let tables: [GraphExample] = [
    GraphExample("transposition", [2, 3, 2]) { b, x in try b.transpose(x, [2, 0, 1]) },
    GraphExample("gather with repeats", [3, 2]) { b, x in
      try b.gather(x, axis: 0, indices: [2, 0, -1, 2])
    },
    GraphExample("backward slice", [2, 5]) { b, x in
      try b.slice(x, axis: -1, from: 4, to: -1, by: -2)
    },
    GraphExample("padding", [2, 2]) { b, x in
      try b.map(b.pad(x, before: [1, 0], after: [0, 2], filling: 0.5), .square)
    },
    GraphExample("expansion", [2, 1]) { b, x in try b.map(b.expand(x, to: [3, 2, 2]), .sin) },
    GraphExample("concatenation with itself", [2, 2]) { b, x in
      try b.concatenate([x, b.map(x, .exp), x], axis: 1)
    },
    GraphExample("concatenation with constants and weights", [2]) { b, x in
      let w = try b.spread(b.parameter("w", shape: [3], role: .kernel))
      return try b.map(b.concatenate([x, w, b.constant([0.3], shape: [1])], axis: 0), .square)
    },
    GraphExample("sum", [2, 3, 2]) { b, x in try b.reduce(b.map(x, .square), .sum, axes: [0, 2]) },
    GraphExample("mean of all", [2, 3]) { b, x in
      try b.map(b.reduce(x, .mean, axes: [0, 1]), .exp)
    },
    GraphExample("maximum", [2, 3]) { b, x in
      try b.map(b.reduce(x, .maximum, axes: [-1], keepsDimensions: true), .exp)
    },
  ]

  static let products: [GraphExample] = [
    GraphExample("product of a value with itself", [2, 3]) { b, x in
      try b.multiply(x, b.transpose(x, [1, 0]))
    },
    GraphExample("product with weights, broadcast", [2, 2, 3]) { b, x in
      try b.multiply(x, b.spread(b.parameter("w", shape: [3, 2], role: .kernel)))
    },
    GraphExample("product of broadcast stacks", [2, 1, 2, 3]) { b, x in
      let w = try b.spread(b.parameter("w", shape: [2, 3, 1], role: .kernel))
      return try b.multiply(x, w)
    },
    GraphExample("softmax", [2, 3, 2], scale: 1) { b, x in try b.softmax(x, axis: 1) },
    GraphExample("log softmax", [2, 3], scale: 1) { b, x in try b.logSoftmax(x) },
    GraphExample("attention", [3, 4]) { b, x in
      try b.attention(query: b.map(x, .sin), key: x, value: b.map(x, .exp), heads: 2)
    },
    GraphExample("causal attention", [3, 2], scale: 1) { b, x in
      try b.attention(query: x, key: x, value: x, heads: 1, mask: .causal, scale: 2)
    },
  ]

  static let normalisations: [GraphExample] = [
    GraphExample("layer normalisation", [2, 3], scale: 1) { b, x in
      try b.normaliseLayer(x, scale: scale(&b, [3]), shift: shift(&b, [3]))
    },
    GraphExample("layer normalisation of two dimensions, scale alone", [2, 3], scale: 1) { b, x in
      try b.normaliseLayer(x, dimensions: 2, scale: scale(&b, [2, 3]), shift: nil)
    },
    GraphExample("layer normalisation with neither", [2, 3], scale: 1) { b, x in
      try b.normaliseLayer(x, scale: nil, shift: nil, epsilon: 0.1)
    },
    GraphExample("group normalisation", [4, 3], scale: 1) { b, x in
      try b.normaliseGroups(x, groups: 2, scale: scale(&b, [4]), shift: shift(&b, [4]))
    },
    GraphExample("instance normalisation, shift alone", [2, 3], scale: 1) { b, x in
      try b.normaliseGroups(x, groups: 2, scale: nil, shift: shift(&b, [2]))
    },
    GraphExample("root mean square normalisation", [2, 3], scale: 1) { b, x in
      try b.normaliseRootMeanSquare(x, scale: scale(&b, [3]), epsilon: 0.01)
    },
    GraphExample("batch normalisation at inference", [2, 3]) { b, x in
      try b.normaliseBatch(
        x, scale: scale(&b, [2]), shift: shift(&b, [2]), mean: [0.1, -0.2], variance: [0.3, 2])
    },
  ]

  private static func scale(
    _ b: inout NetworkBuilder, _ shape: [Int]
  ) throws -> NetworkBuilder.Parameter {
    try b.parameter("n.weight", shape: shape, role: .normalisation)
  }

  private static func shift(
    _ b: inout NetworkBuilder, _ shape: [Int]
  ) throws -> NetworkBuilder.Parameter {
    try b.parameter("n.bias", shape: shape, role: .normalisation)
  }

  static let all = maps + combinations + tables + products + normalisations
}
