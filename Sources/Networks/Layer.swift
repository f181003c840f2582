/// A layer as a scene names it; a network is a list of them.
public enum Layer: Sendable, Hashable {
  /// y = W·x + b with W [units, inputs], after a flattening where the input has several dimensions.
  case dense(units: Int, bias: Bool)
  /// A function applied to each number.
  case activation(Activation)
  /// All dimensions in one, row-major.
  case flatten
  /// Remembers its input for the next ``add`` that has no partner yet.
  case skip
  /// Adds what the latest open ``skip`` remembered: an identity residual connection.
  case add

  /// The name under which scenes know the layer.
  public var kind: String {
    switch self {
    case .dense: "dense"
    case .activation(let activation): activation.name
    case .flatten: "flatten"
    case .skip: "skip"
    case .add: "add"
    }
  }
}
