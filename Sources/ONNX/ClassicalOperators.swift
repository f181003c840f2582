import Networks

extension Operator {
  /// Operators of scikit-learn's models.
  static let classical: [Operator] = [
    // Graphs take these two apart before they are converted.
    Operator("LinearClassifier", domain: "ai.onnx.ml", "its scores; labels are left out") { _ in
      throw Fault("gives labels, which no loss is made of")
    },
    Operator("LinearRegressor", domain: "ai.onnx.ml") { _ in
      throw Fault("is a linear model that was not taken apart")
    },
    Operator("Normalizer", domain: "ai.onnx.ml", "with norm L1, of what is positive") {
      guard $0.node.text("norm", "MAX") == "L1" else { throw Fault("has another norm than L1") }
      var x = try $0.signal(0)
      let axis = x.shape.count - 1
      try $0.keepSamplesApart(x.isBatch, [axis])
      let sizes = try $0.builder.map(x.value, .abs)
      let sum = try $0.builder.reduce(sizes, .sum, axes: [axis], keepsDimensions: true)
      x.value = try $0.builder.combine(x.value, sum, .divide)
      return [.value(x)]
    },
    Operator("Scaler", domain: "ai.onnx.ml", "offset and scale are constants") {
      var x = try $0.signal(0)
      let offset = $0.node.numbers("offset") ?? [0]
      let scale = $0.node.numbers("scale") ?? [1]
      let shift = try $0.builder.constant(offset, shape: [offset.count])
      let factor = try $0.builder.constant(scale, shape: [scale.count])
      x.value = try $0.builder.combine(x.value, shift, .subtract)
      x.value = try $0.builder.combine(x.value, factor, .multiply)
      return [.value(x)]
    },
  ]
}
