public import TensorFiles

extension ParameterLayout {
  /// The named tensors of a flat vector, in the layout's order, Float64.
  ///
  /// - Parameter w: The parameters.
  /// - Returns: One tensor for each entry.
  public func tensors(_ w: [Double]) -> NamedTensors {
    var tensors = NamedTensors()
    for entry in entries { tensors[entry.name] = Tensor(shape: entry.shape, Array(w[entry.range])) }
    return tensors
  }

  /// The flat vector of named tensors.
  ///
  /// - Parameters:
  ///   - tensors: One for each entry, of its name and shape.
  ///   - path: The file that they come from, for the message.
  /// - Returns: The parameters in the layout's order.
  /// - Throws: ``FileError/malformed(path:reason:)`` that lists every missing, unknown and misshapen
  ///   tensor, and the first number that is not finite.
  public func vector(_ tensors: NamedTensors, path: String) throws(FileError) -> [Double] {
    var w = [Double](repeating: 0, count: count)
    var faults: [String] = []
    for entry in entries {
      guard let tensor = tensors[entry.name] else {
        faults.append("'\(entry.name)' \(entry.shape) is missing")
        continue
      }
      guard tensor.shape == entry.shape else {
        faults.append("'\(entry.name)' has shape \(tensor.shape), not \(entry.shape)")
        continue
      }
      let numbers = tensor.doubles
      if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
        faults.append("'\(entry.name)' holds \(numbers[bad]) at \(bad)")
      }
      w.replaceSubrange(entry.range, with: numbers)
    }
    for name in tensors.names where entry(named: name) == nil {
      faults.append("'\(name)' is not in the network")
    }
    guard faults.isEmpty else {
      throw .malformed(path: path, reason: "weights do not fit: " + faults.joined(separator: "; "))
    }
    return w
  }

  /// Reads a weight file: `.npz`, else safetensors.
  ///
  /// - Parameter path: The file.
  /// - Returns: The parameters in the layout's order.
  /// - Throws: ``FileError`` where it cannot be read, or does not fit.
  public func readWeights(_ path: String) throws(FileError) -> [Double] {
    let tensors =
      path.hasSuffix(".npz") ? try NPZ.read(path) : try Safetensors.read(path).tensors
    return try vector(tensors, path: path)
  }

  /// Writes a weight file: `.npz`, else safetensors; Float64, PyTorch's names and shapes.
  ///
  /// - Parameters:
  ///   - w: The parameters.
  ///   - path: The file.
  ///   - metadata: Texts to keep beside them, in safetensors.
  /// - Throws: ``FileError`` where it cannot be written.
  public func writeWeights(
    _ w: [Double], to path: String, metadata: [String: String] = [:]
  ) throws(FileError) {
    if path.hasSuffix(".npz") {
      try NPZ.write(tensors(w), to: path)
    } else {
      try Safetensors.write(.init(tensors: tensors(w), metadata: metadata), to: path)
    }
  }
}
