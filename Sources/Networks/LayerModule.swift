/// A layer that is named and laid out as a module of `torch.nn`: normalisations, attention,
/// embeddings and what else a sequence needs.
public enum LayerModule: Sendable, Hashable {
  /// Where a batch normalisation has its means and variances from.
  public enum BatchNormStatistics: String, Sendable, Hashable, CaseIterable {
    /// All samples at once wherever the loss, a derivative or a surface is evaluated, and the
    /// mini-batch in training: `torch.nn.BatchNorm1d` in train mode on one full batch.
    case data
    /// The weight file's `running_mean` and `running_var`, or those of the training set at the
    /// trained weights, fixed: eval mode.
    case running
  }

  /// Layer normalisation over the last dimension.
  case layerNorm(epsilon: Double)
  /// Group normalisation of channels, the first dimension.
  case groupNorm(groups: Int, epsilon: Double)
  /// Batch normalisation of channels, the first dimension.
  case batchNorm(BatchNormStatistics, epsilon: Double)
  /// Nothing: dropout as it is at inference, whatever its rate.
  case dropout(rate: Double)
  /// A vector for each of the input's whole numbers.
  case embedding(tokens: Int, width: Int)
  /// Self-attention with several heads over [length, width]: `torch.nn.MultiheadAttention`.
  case attention(heads: Int, isCausal: Bool, bias: Bool)
  /// A trained vector added at each position of [length, width].
  case positional
  /// y = W·x + b on the last dimension, at each position.
  case project(units: Int, bias: Bool)
  /// softmax over the last dimension.
  case softmax
  /// The dimensions in another order.
  case transpose([Int])
  /// The mean over one dimension, which goes; -1 is the last.
  case mean(axis: Int)

  /// The name under which scenes know it.
  public var kind: String {
    switch self {
    case .layerNorm: "layernorm"
    case .groupNorm: "groupnorm"
    case .batchNorm: "batchnorm"
    case .dropout: "dropout"
    case .embedding: "embedding"
    case .attention: "attention"
    case .positional: "positional"
    case .project: "project"
    case .softmax: "softmax"
    case .transpose: "transpose"
    case .mean: "mean"
    }
  }

  /// The names under which scenes know them.
  public static let kinds = [
    "layernorm", "groupnorm", "batchnorm", "dropout", "embedding", "attention", "positional",
    "project", "softmax", "transpose", "mean",
  ]

  /// What a figure's reader must know of it, or nil.
  public var remark: String? {
    switch self {
    case .batchNorm(.data, _):
      "batchnorm: means and variances of all samples at each point, of the mini-batch in training"
    case .batchNorm(.running, _):
      "batchnorm: means and variances of the trained weights at every point, as at inference"
    case .dropout(let rate):
      "dropout \(rate): left out, as at inference; training here goes without it, too"
    default: nil
    }
  }

  /// In the network's summary.
  var summary: String {
    switch self {
    case .batchNorm(.data, _): "batchnorm over all samples"
    case .batchNorm(.running, _): "batchnorm with running statistics"
    default: kind
    }
  }
}

extension NetworkBuilder {
  /// Adds a module.
  ///
  /// - Parameters:
  ///   - module: The module.
  ///   - x: What it reads.
  ///   - name: What its tensors' names begin with, without the dot.
  /// - Returns: What it makes.
  /// - Throws: ``NetworkError`` where shapes do not fit.
  mutating func append(
    _ module: LayerModule, to x: Value, named name: String
  ) throws(NetworkError) -> Value {
    switch module {
    case .layerNorm(let epsilon):
      let (scale, shift) = try normalisation(name, count: x.shape.last ?? 1)
      return try normaliseLayer(x, scale: scale, shift: shift, epsilon: epsilon)
    case .groupNorm(let groups, let epsilon):
      let (scale, shift) = try normalisation(name, count: x.shape[0])
      return try normaliseGroups(x, groups: groups, scale: scale, shift: shift, epsilon: epsilon)
    case .batchNorm(let source, let epsilon):
      let (scale, shift) = try normalisation(name, count: x.shape[0])
      guard source == .running else {
        return try normaliseOverBatch(
          x, scale: scale, shift: shift, name: "\(name).", epsilon: epsilon)
      }
      guard let kept = statistics.first(where: { $0.name == "\(name)." }) else {
        throw fault(
          "needs '\(name).running_mean' and '\(name).running_var' of a weight file; "
            + "'statistics: data' takes those of the samples")
      }
      return try normaliseBatch(
        x, scale: scale, shift: shift, mean: kept.mean, variance: kept.variance, epsilon: epsilon)
    case .dropout(let rate):
      guard (0..<1).contains(rate) else { throw fault("needs a rate from 0 to below 1") }
      return x
    case .embedding(let tokens, let width):
      guard tokens > 0, width > 0 else { throw fault("needs at least 1 token and a width of 1") }
      return try embed(
        x, table: parameter("\(name).weight", shape: [tokens, width], role: .kernel, fanOut: width))
    case .attention(let heads, let isCausal, let bias):
      return try selfAttention(x, named: name, heads: heads, isCausal: isCausal, bias: bias)
    case .positional:
      guard x.shape.count == 2 else { throw needsSequence(x) }
      let vectors = try parameter(
        "\(name).weight", shape: x.shape, role: .kernel, fanIn: x.shape[1], fanOut: x.shape[1])
      return try add(x, try spread(vectors))
    case .project(let units, let bias):
      guard units > 0 else { throw fault("needs at least 1 unit") }
      return try project(x, named: name, units: units, bias: bias)
    case .softmax: return try softmax(x)
    case .transpose(let permutation): return try transpose(x, permutation)
    case .mean(let axis): return try reduce(x, .mean, axes: [axis])
    }
  }

  private mutating func normalisation(
    _ name: String, count: Int
  ) throws(NetworkError) -> (scale: Parameter, shift: Parameter) {
    (
      try parameter("\(name).weight", shape: [count], role: .normalisation),
      try parameter("\(name).bias", shape: [count], role: .normalisation)
    )
  }

  private func needsSequence(_ x: Value) -> NetworkError {
    fault("needs [length, width], such as 'embedding' makes of tokens, not \(x.shape)")
  }

  private mutating func project(
    _ x: Value, named name: String, units: Int, bias: Bool
  ) throws(NetworkError) -> Value {
    let width = x.shape.last ?? 1
    let weight = try parameter(
      "\(name).weight", shape: [units, width], role: .kernel, fanIn: width, fanOut: units)
    let shift =
      bias
      ? try parameter("\(name).bias", shape: [units], role: .bias, fanIn: width, fanOut: units)
      : nil
    return try project(x, weight: weight, bias: shift)
  }

  /// Query, key and value by one matrix, attention, and a matrix after it: tensors named and laid
  /// out as `torch.nn.MultiheadAttention` has them.
  private mutating func selfAttention(
    _ x: Value, named name: String, heads: Int, isCausal: Bool, bias: Bool
  ) throws(NetworkError) -> Value {
    guard x.shape.count == 2 else { throw needsSequence(x) }
    let width = x.shape[1]
    guard heads > 0, width.isMultiple(of: heads) else {
      throw fault("has \(heads) heads, which do not divide a width of \(width)")
    }
    let weight = try parameter(
      "\(name).in_proj_weight", shape: [3 * width, width], role: .kernel, fanIn: width,
      fanOut: width)
    let shift =
      bias
      ? try parameter(
        "\(name).in_proj_bias", shape: [3 * width], role: .bias, fanIn: width, fanOut: width)
      : nil
    let all = try project(x, weight: weight, bias: shift)
    let query = try slice(all, axis: 1, from: 0, to: width)
    let key = try slice(all, axis: 1, from: width, to: 2 * width)
    let value = try slice(all, axis: 1, from: 2 * width, to: 3 * width)
    let mixed = try attention(
      query: query, key: key, value: value, heads: heads, mask: isCausal ? .causal : .none)
    return try project(mixed, named: "\(name).out_proj", units: width, bias: bias)
  }
}

extension [Layer] {
  /// Whether a batch normalisation among them takes its statistics from a weight file.
  public var needStatistics: Bool {
    contains { layer in
      switch layer {
      case .module(.batchNorm(.running, _)): true
      case .shortcut(let layers): layers.needStatistics
      default: false
      }
    }
  }

  /// The layers in training, where batch normalisations take the statistics of the batch.
  public var normalisedOverBatches: [Layer] {
    map { layer in
      switch layer {
      case .module(.batchNorm(.running, let epsilon)): .module(.batchNorm(.data, epsilon: epsilon))
      case .shortcut(let layers): .shortcut(layers.normalisedOverBatches)
      default: layer
      }
    }
  }
}
