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
    for name in tensors.names where entry(named: name) == nil && !isStatistic(name) {
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
  ///   - statistics: Of batch normalisations, written as `running_mean` and `running_var`.
  /// - Throws: ``FileError`` where it cannot be written.
  public func writeWeights(
    _ w: [Double], to path: String, metadata: [String: String] = [:],
    statistics: [BatchStatistics] = []
  ) throws(FileError) {
    var tensors = tensors(w)
    for kept in statistics {
      tensors["\(kept.name)running_mean"] = Tensor(shape: [kept.mean.count], kept.mean)
      tensors["\(kept.name)running_var"] = Tensor(shape: [kept.variance.count], kept.variance)
    }
    if path.hasSuffix(".npz") {
      try NPZ.write(tensors, to: path)
    } else {
      try Safetensors.write(.init(tensors: tensors, metadata: metadata), to: path)
    }
  }

  /// Whether a tensor is one of those that PyTorch's batch normalisations keep beside the weights.
  private func isStatistic(_ name: String) -> Bool {
    statistics.contains { prefix in
      ["running_mean", "running_var", "num_batches_tracked"].contains { prefix + $0 == name }
    }
  }
}

extension BatchStatistics {
  /// Reads the running statistics that a weight file has: every `running_mean` with its
  /// `running_var`.
  ///
  /// - Parameter path: The file: `.npz`, else safetensors.
  /// - Returns: The statistics by name; none where there are none.
  /// - Throws: ``FileError`` where it cannot be read.
  public static func read(_ path: String) throws(FileError) -> [BatchStatistics] {
    let tensors =
      path.hasSuffix(".npz") ? try NPZ.read(path) : try Safetensors.read(path).tensors
    return tensors.names.compactMap { name in
      guard name.hasSuffix("running_mean"), let mean = tensors[name] else { return nil }
      let prefix = String(name.dropLast("running_mean".count))
      guard let variance = tensors["\(prefix)running_var"] else { return nil }
      return BatchStatistics(name: prefix, mean: mean.doubles, variance: variance.doubles)
    }
  }
}
