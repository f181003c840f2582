/// Where each named tensor of a network stands in its flat vector of parameters.
///
/// Names and shapes are PyTorch's: `<layer>.weight` [out, in], `<layer>.bias` [out], the layers
/// counted from 0 as `torch.nn.Sequential` does.
public struct ParameterLayout: Sendable, Equatable {
  /// What a tensor is for: it decides what is decayed, normalised and initialised, and how.
  public enum Role: String, Sendable {
    /// A matrix or a convolution kernel.
    case kernel
    /// Added to a layer's output.
    case bias
    /// A scale or shift of a normalisation layer.
    case normalisation
  }

  /// One named tensor.
  public struct Entry: Sendable, Equatable {
    /// Such as `0.weight`.
    public var name: String
    /// The size of each dimension, slowest first; the first counts the outputs or filters.
    public var shape: [Int]
    /// What it is for.
    public var role: Role
    /// How many inputs each output sums over.
    public var fanIn: Int
    /// How many outputs each input takes part in.
    public var fanOut: Int
    /// The index of the layer that it belongs to.
    public var layer: Int
    /// Its place in the flat vector.
    public var range: Range<Int>
    /// Whether the last dimension counts the outputs, as in Keras's and scikit-learn's matrices,
    /// rather than the first.
    public var outputsLast = false

    /// The number of outputs or filters: rows of a filter-normalised direction, or its columns.
    public var rows: Int { (outputsLast ? shape.last : shape.first) ?? 1 }
  }

  /// The tensors in the order of the network.
  public private(set) var entries: [Entry] = []
  /// The number of parameters in all.
  public private(set) var count = 0

  /// The tensor of a name.
  ///
  /// - Parameter name: Such as `0.weight`.
  /// - Returns: Where it stands, or nil where the network has none of that name.
  public func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

  mutating func append(
    _ name: String, shape: [Int], role: Role, fanIn: Int, fanOut: Int, layer: Int,
    outputsLast: Bool = false
  ) {
    let size = shape.reduce(1, *)
    entries.append(
      Entry(
        name: name, shape: shape, role: role, fanIn: fanIn, fanOut: fanOut, layer: layer,
        range: count..<count + size, outputsLast: outputsLast))
    count += size
  }
}
