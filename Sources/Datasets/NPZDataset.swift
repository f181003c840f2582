import TensorFiles

extension DatasetSource {
  /// Reads inputs [n, …] and targets [n], [n, 1] or [n, outputs].
  ///
  /// Without a task, whole-number types are labels and floating-point types are values.
  func loadNPZ(
    _ path: String, _ inputName: String, _ targetName: String, _ task: Task?
  ) throws(FileError) -> Dataset {
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
      let targets: Targets
      switch task ?? y.elements.naturalTask {
      case .classification:
        guard width == 1 else {
          throw .invalid(
            name: path,
            reason: "'\(targetName)' holds \(width) whole numbers a sample; labels are "
              + "one each, and values to fit are floating-point numbers")
        }
        targets = try .classes(y.doubles, name: path)
      case .regression: targets = .values(y.doubles, outputs: width)
      }
      return try Dataset(
        name: fileName(path), inputShape: inputShape, inputs: x.doubles, targets: targets)
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
