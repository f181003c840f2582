import ONNXProto
import TensorFiles

extension Graph {
  /// A linear model of `ai.onnx.ml` as the product, the sum and the function that it is made of; nil
  /// for other nodes.
  ///
  /// Its weights are settings of the node; here they become the initialisers `<node>.coefficients` and
  /// `<node>.intercepts`.
  ///
  /// - Parameter node: Any node.
  /// - Returns: The nodes that do its work, and its tensors.
  /// - Throws: ``Fault`` where its settings do not go together.
  static func linearModel(
    _ node: Node
  ) throws(Fault) -> (nodes: [Node], tensors: [(name: String, tensor: Tensor)])? {
    guard node.domain == "ai.onnx.ml",
      node.kind == "LinearClassifier" || node.kind == "LinearRegressor"
    else { return nil }
    func fault(_ reason: String) -> Fault { Fault("\(node.label): \(reason)") }
    let isClassifier = node.kind == "LinearClassifier"
    guard let x = node.input(0), node.outputs.count == (isClassifier ? 2 : 1) else {
      throw fault("lacks its input or its outputs")
    }
    let coefficients = node.attributes["coefficients"]?.floats ?? []
    let outputs = max(
      1, node.attributes["intercepts"]?.floats.count ?? node.integer("targets", 1))
    let intercepts =
      node.attributes["intercepts"]?.floats ?? Array(repeating: 0, count: outputs)
    guard !coefficients.isEmpty, coefficients.count.isMultiple(of: outputs) else {
      throw fault("has \(coefficients.count) coefficients for \(outputs) outputs")
    }
    let function: String
    switch node.text("post_transform", "NONE") {
    case "NONE": function = "Identity"
    case "SOFTMAX": function = "Softmax"
    case "LOGISTIC": function = "Sigmoid"
    case let other: throw fault("has the post_transform '\(other)'")
    }
    let (kernel, bias) = ("\(node.name).coefficients", "\(node.name).intercepts")
    var product = node
    (product.kind, product.domain, product.version) = ("Gemm", "", 13)
    product.inputs = [x, kernel, bias]
    product.outputs = ["\(node.name).scores"]
    product.isLinearModel = isClassifier
    product.attributes = ["transB": .integer("transB", 1)]
    var last = product
    (last.kind, last.inputs, last.attributes) = (function, product.outputs, [:])
    last.outputs = [node.outputs[isClassifier ? 1 : 0]]
    var nodes = [product, last]
    if isClassifier {
      // The label: an argument of the maximum, which no loss is made of.
      var label = node
      label.outputs = [node.outputs[0]]
      nodes.append(label)
    }
    return (
      nodes,
      [
        (
          kernel,
          Tensor(
            shape: [outputs, coefficients.count / outputs], elements: .float32(coefficients))
        ),
        (bias, Tensor(shape: [outputs], elements: .float32(intercepts))),
      ]
    )
  }
}
