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
  ///   - own: The network's own numbers in the layout's order, where it has some: they tell which tensor
  ///     is which in a map that the message suggests.
  ///   - path: The file that they come from, for the message.
  /// - Returns: The parameters in the layout's order.
  /// - Throws: `FileError.unfit` that lists every missing, further and misshapen tensor and all that
  ///   are not finite, with as much of a map as is certain.
  public func vector(
    _ tensors: NamedTensors, map: WeightNames = WeightNames(), own: [Double]? = nil, path: String
  ) throws(FileError) -> [Double] {
    var w = [Double](repeating: 0, count: count)
    var faults = WeightFaults()
    for name in map.names.keys.sorted() + map.transposed
    where entry(named: name) == nil && !isStatistic(name) {
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
      faults.found[entry.name] = name
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
    let mapped = Set(map.names.filter { isStatistic($0.key) }.values)
    for (name, tensor) in tensors.map({ ($0.name, $0.tensor) })
    where !used.contains(name) && !mapped.contains(name) && !isRunningStatistic(name) {
      faults.further.append((name, tensor))
    }
    guard faults.isEmpty else {
      throw .unfit(
        path: path, what: "the weights do not fit the network",
        faults: faults.lines(of: self, own: own))
    }
    return w
  }

  /// Whether a name is that of a running statistic of one of the network's layers.
  private func isStatistic(_ name: String) -> Bool {
    guard isRunningStatistic(name), let end = name.lastIndex(of: ".") else { return false }
    return entries.contains { $0.name.hasPrefix(name[...end]) }
  }

  /// Reads a weight file: `.npz`, safetensors, or a `.safetensors.index.json` with its files.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - map: Where its names and axes are others than the layout's.
  ///   - own: As ``vector(_:map:own:path:)`` takes them.
  /// - Returns: The parameters in the layout's order.
  /// - Throws: ``FileError`` where it cannot be read, or does not fit.
  public func readWeights(
    _ path: String, map: WeightNames = WeightNames(), own: [Double]? = nil
  ) throws(FileError) -> [Double] {
    try vector(TensorFile.read(path), map: map, own: own, path: path)
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
  /// - Parameters:
  ///   - path: The file: `.npz`, else safetensors.
  ///   - map: Where the file's names are others than the network's, such as `{1.running_mean: bn.mean}`.
  /// - Returns: The statistics by the network's names; none where there are none.
  /// - Throws: ``FileError`` where it cannot be read.
  public static func read(
    _ path: String, map: WeightNames = WeightNames()
  ) throws(FileError) -> [BatchStatistics] {
    let tensors =
      path.hasSuffix(".npz") ? try NPZ.read(path) : try Safetensors.read(path).tensors
    let mapped = Set(map.names.values)
    let own = tensors.names.filter { !mapped.contains($0) } + map.names.keys.sorted()
    return own.compactMap { name in
      func tensor(_ own: String) -> Tensor? { tensors[map.names[own] ?? own] }
      guard name.hasSuffix("running_mean"), let mean = tensor(name) else { return nil }
      let prefix = String(name.dropLast("running_mean".count))
      guard let variance = tensor("\(prefix)running_var") else { return nil }
      return BatchStatistics(name: prefix, mean: mean.doubles, variance: variance.doubles)
    }
  }
}

/// Whether a tensor is what a normalisation layer of PyTorch has counted, not learnt.
private func isRunningStatistic(_ name: String) -> Bool {
  ["running_mean", "running_var", "num_batches_tracked"].contains {
    name == $0 || name.hasSuffix("." + $0)
  }
}

/// All that is wrong with a file of weights.
private struct WeightFaults {
  var unknown: [String] = []
  var missing: [String] = []
  /// The entries that are missing.
  var wanted: [ParameterLayout.Entry] = []
  /// What the file calls the entries that it has.
  var found: [String: String] = [:]
  var further: [(name: String, tensor: Tensor)] = []
  var misshapen: [String] = []
  /// Entries whose shape is right once transposed.
  var transposable: [String] = []
  var broken: [String] = []

  var isEmpty: Bool {
    unknown.isEmpty && missing.isEmpty && further.isEmpty && misshapen.isEmpty && broken.isEmpty
  }

  /// A line for each kind of fault.
  func lines(of layout: ParameterLayout, own: [Double]?) -> [String] {
    let kinds: [(String, [String])] = [
      ("the map names what is not in the network", unknown), ("missing", missing),
      ("not in the network", further.map { "'\($0.name)' \($0.tensor.shape)" }),
      ("wrong shape", misshapen), ("not finite", broken),
    ]
    return kinds.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
      + map(of: layout, own: own)
  }

  /// What is certain of a map under which the file would fit, and what is open.
  private func map(of layout: ParameterLayout, own: [Double]?) -> [String] {
    let turned = transposable.isEmpty ? "" : "transpose: [\(transposable.joined(separator: ", "))]"
    guard !wanted.isEmpty, !further.isEmpty else {
      return turned.isEmpty ? [] : ["certain, as a map: \(turned)"]
    }
    var guess = WeightMapGuess(
      of: wanted, among: further, layout: layout, found: found, weights: own)
    guess.transposed = transposable + guess.transposed
    return guess.lines
  }
}
