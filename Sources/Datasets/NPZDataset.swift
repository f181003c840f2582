import TensorFiles

extension DatasetSource {
  /// Reads inputs [n, …] and targets [n], [n, 1] or [n, outputs], as numbers.
  ///
  /// Whole-number types are labels and floating-point types are values.
  func readNPZ(
    _ path: String, _ inputName: String, _ targetName: String
  ) throws(FileError) -> Numbers {
    func fail(_ reason: String) -> FileError { .malformed(path: path, reason: reason) }

    let tensors = try NPZ.read(path, only: [inputName, targetName])
    guard let x = tensors[inputName], let y = tensors[targetName] else {
      throw fail("array '\(inputName)' or '\(targetName)' is missing")
    }
    guard let count = x.shape.first, let targetCount = y.shape.first else {
      throw fail("'\(inputName)' and '\(targetName)' need a first dimension, the samples")
    }
    guard count == targetCount else {
      throw fail("'\(inputName)' holds \(count) samples and '\(targetName)' \(targetCount)")
    }
    guard count > 0 else { throw fail("it has no samples") }
    let width = y.elements.count / count
    guard y.shape.count <= 2, width >= 1 else {
      throw fail(
        "'\(targetName)' has shape \(y.shape); [\(count)] or [\(count), outputs] is needed")
    }
    // A feature of its own is made of one number for each sample.
    let inputShape = x.shape.count == 1 ? [1] : Array(x.shape.dropFirst())
    return try about(path) { () throws(DatasetError) in
      Numbers(
        data: try Dataset(
          name: fileName(path), inputShape: inputShape, inputs: x.doubles,
          targets: .values(y.doubles, outputs: width)),
        task: y.elements.naturalTask)
    }
  }
}

extension Tensor.Elements {
  fileprivate var naturalTask: DatasetSource.Task {
    switch self {
    case .uint8, .int64: .classification
    case .float32, .float64: .regression
    }
  }
}
