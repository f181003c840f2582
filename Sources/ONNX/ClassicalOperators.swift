import Networks

extension Operator {
  /// Operators of scikit-learn's models.
  static let classical: [Operator] = [
    Operator("Scaler", domain: "ai.onnx.ml", "offset and scale are constants") {
      var x = try $0.signal(0)
      let offset = $0.node.numbers("offset") ?? [0]
      let scale = $0.node.numbers("scale") ?? [1]
      let shift = try $0.builder.constant(offset, shape: [offset.count])
      let factor = try $0.builder.constant(scale, shape: [scale.count])
      x.value = try $0.builder.combine(x.value, shift, .subtract)
      x.value = try $0.builder.combine(x.value, factor, .multiply)
      return [.value(x)]
    }
  ]
}
