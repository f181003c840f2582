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
  /// Running statistics of normalisation layers, which are no parameters, may stand beside them.
  ///
  /// - Parameters:
  ///   - tensors: One for each entry, of its name and shape.
  ///   - map: Where the file's names and axes are others.
  ///   - path: The file that they come from, for the message.
  /// - Returns: The parameters in the layout's order.
  /// - Throws: `FileError.unfit` that lists every missing, further and misshapen tensor and all that
  ///   are not finite, with a map that would fit where one can be guessed.
  public func vector(
    _ tensors: NamedTensors, map: WeightNames = WeightNames(), path: String
  ) throws(FileError) -> [Double] {
    var w = [Double](repeating: 0, count: count)
    var faults = WeightFaults()
    for name in map.names.keys.sorted() + map.transposed where entry(named: name) == nil {
      faults.unknown.append("'\(name)'")
    }
    var used: Set<String> = []
    for entry in entries {
      let name = map.name(of: entry)
      let label = name == entry.name ? "'\(name)'" : "'\(name)' (for '\(entry.name)')"
      guard let tensor = tensors[name] else {
        faults.missing.append("\(label) \(entry.shape)")
        faults.wanted.append(entry)
        continue
      }
      used.insert(name)
      let isTransposed = map.transposes(entry)
      let shape = isTransposed ? WeightNames.transposed(tensor.shape) : tensor.shape
      guard shape == entry.shape else {
        let other = isTransposed ? tensor.shape : WeightNames.transposed(tensor.shape)
        let hint =
          other != entry.shape ? "" : isTransposed ? " (fits as it is)" : " (fits transposed)"
        if !hint.isEmpty, !isTransposed { faults.transposable.append(entry.name) }
        faults.misshapen.append(
          "\(label) has shape \(tensor.shape), not \(entry.shape)\(isTransposed ? " transposed" : "")"
            + hint)
        continue
      }
      let numbers = tensor.doubles
      if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
        faults.broken.append("\(label) holds \(numbers[bad]) at \(bad)")
      }
      w.replaceSubrange(
        entry.range,
        with: isTransposed ? WeightNames.transposed(numbers, shape: tensor.shape) : numbers)
    }
    for (name, tensor) in tensors.map({ ($0.name, $0.tensor) })
    where !used.contains(name) && !WeightFaults.isRunningStatistic(name) {
      faults.further.append((name, tensor.shape))
    }
    guard faults.isEmpty else {
      throw .unfit(path: path, what: "the weights do not fit the network", faults: faults.lines)
    }
    return w
  }

  /// Reads a weight file: `.npz`, safetensors, or a `.safetensors.index.json` with its files.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - map: Where its names and axes are others than the layout's.
  /// - Returns: The parameters in the layout's order.
  /// - Throws: ``FileError`` where it cannot be read, or does not fit.
  public func readWeights(
    _ path: String, map: WeightNames = WeightNames()
  ) throws(FileError) -> [Double] {
    try vector(TensorFile.read(path), map: map, path: path)
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

/// All that is wrong with a file of weights.
private struct WeightFaults {
  var unknown: [String] = []
  var missing: [String] = []
  /// The entries that are missing.
  var wanted: [ParameterLayout.Entry] = []
  var further: [(name: String, shape: [Int])] = []
  var misshapen: [String] = []
  /// Entries whose shape is right once transposed.
  var transposable: [String] = []
  var broken: [String] = []

  var isEmpty: Bool {
    unknown.isEmpty && missing.isEmpty && further.isEmpty && misshapen.isEmpty && broken.isEmpty
  }

  /// Whether a tensor is what a normalisation layer of PyTorch has counted, not learnt.
  static func isRunningStatistic(_ name: String) -> Bool {
    ["running_mean", "running_var", "num_batches_tracked"].contains {
      name == $0 || name.hasSuffix("." + $0)
    }
  }

  /// A line for each kind of fault.
  var lines: [String] {
    let kinds: [(String, [String])] = [
      ("the map names what is not in the network", unknown), ("missing", missing),
      ("not in the network", further.map { "'\($0.name)' \($0.shape)" }),
      ("wrong shape", misshapen), ("not finite", broken),
    ]
    return kinds.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
      + (guess.map { ["perhaps, as a map: \($0)"] } ?? [])
  }

  /// A map under which everything would have its place: to each tensor that is missing the first of
  /// the further ones that has its shape, as people count.
  private var guess: String? {
    var left = further.sorted { naturallyPrecedes($0.name, $1.name) }
    var pairs: [String] = []
    var transposed = transposable
    for entry in wanted {
      let exact = left.firstIndex { $0.shape == entry.shape }
      guard
        let index = exact
          ?? left.firstIndex(where: { WeightNames.transposed($0.shape) == entry.shape })
      else { return nil }
      if exact == nil { transposed.append(entry.name) }
      pairs.append("\(entry.name): \(left.remove(at: index).name)")
    }
    guard left.isEmpty, misshapen.count == transposable.count, !pairs.isEmpty || !transposed.isEmpty
    else { return nil }
    let names = pairs.isEmpty ? [] : ["names: {\(pairs.joined(separator: ", "))}"]
    let axes = transposed.isEmpty ? [] : ["transpose: [\(transposed.joined(separator: ", "))]"]
    return (names + axes).joined(separator: ", ")
  }
}
