import Foundation
import ONNXProto
import SwiftProtobuf
import TensorFiles

/// A small model made by hand: input x [batch, 3], output y.
struct TestModel {
  var model = Onnx_ModelProto()

  init(version: Int64 = 17, input: [Int64?] = [nil, 3], output: String = "y") {
    var set = Onnx_OperatorSetIdProto()
    set.version = version
    model.opsetImport = [set]
    model.graph.input = [Self.port("x", input)]
    model.graph.output = [Self.port(output, [nil, 2])]
  }

  /// y = x·w + b, which is right.
  static var dense: TestModel {
    var test = TestModel()
    test.initialiser("w", [2, 3], [1, 2, 3, 4, 5, 6])
    test.initialiser("b", [2], [0.5, -0.5])
    test.node("Gemm", ["x", "w", "b"], ["y"], integers: ["transB": 1])
    return test
  }

  var bytes: [UInt8] { (try? model.serializedBytes()) ?? [] }

  static func port(_ name: String, _ shape: [Int64?], type: Int32 = 1) -> Onnx_ValueInfoProto {
    var port = Onnx_ValueInfoProto()
    port.name = name
    port.type.tensorType.elemType = type
    port.type.tensorType.shape.dim = shape.map { extent in
      var dimension = Onnx_TensorShapeProto.Dimension()
      if let extent { dimension.dimValue = extent } else { dimension.dimParam = "N" }
      return dimension
    }
    return port
  }

  mutating func initialiser(_ name: String, _ shape: [Int64], _ numbers: [Float]) {
    var tensor = Onnx_TensorProto()
    (tensor.name, tensor.dims, tensor.dataType, tensor.floatData) = (name, shape, 1, numbers)
    model.graph.initializer.append(tensor)
  }

  mutating func initialiser(_ name: String, whole numbers: [Int64]) {
    var tensor = Onnx_TensorProto()
    (tensor.name, tensor.dims, tensor.dataType) = (name, [Int64(numbers.count)], 7)
    tensor.int64Data = numbers
    model.graph.initializer.append(tensor)
  }

  /// A tensor in another file.
  mutating func external(
    _ name: String, _ shape: [Int64], in file: String, offset: String? = nil, length: String? = nil
  ) {
    var tensor = Onnx_TensorProto()
    (tensor.name, tensor.dims, tensor.dataType) = (name, shape, 1)
    tensor.dataLocation = .external
    for (key, value) in [("location", file), ("offset", offset), ("length", length)] {
      guard let value else { continue }
      var entry = Onnx_StringStringEntryProto()
      (entry.key, entry.value) = (key, value)
      tensor.externalData.append(entry)
    }
    model.graph.initializer.append(tensor)
  }

  mutating func node(
    _ kind: String, _ inputs: [String], _ outputs: [String], integers: [String: Int64] = [:],
    domain: String = ""
  ) {
    var node = Onnx_NodeProto()
    (node.opType, node.input, node.output, node.domain) = (kind, inputs, outputs, domain)
    node.name = "n\(model.graph.node.count)"
    for (key, value) in integers.sorted(by: { $0.key < $1.key }) {
      var attribute = Onnx_AttributeProto()
      (attribute.name, attribute.i, attribute.type) = (key, value, .int)
      node.attribute.append(attribute)
    }
    model.graph.node.append(node)
  }
}
