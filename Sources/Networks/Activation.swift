/// A function applied to each number on its own.
public enum Activation: Sendable, Hashable {
  /// max(x, 0); derivative 0 at 0.
  case relu
  /// x where x > 0, else slope·x.
  case leakyReLU(slope: Double)
  /// x where x > 0, else α(eˣ − 1).
  case elu(alpha: Double)
  /// x·Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016).
  case gelu
  /// ½x(1 + tanh(√(2/π)(x + 0.044715x³))), the usual approximation of ``gelu``.
  case geluTanh
  /// x·σ(x).
  case silu
  /// tanh(x).
  case tanh
  /// σ(x) = 1/(1 + e⁻ˣ).
  case sigmoid
  /// log(1 + eˣ).
  case softplus

  /// The names under which scenes know the activations; slope and α are PyTorch's defaults.
  public static let named: [(name: String, activation: Activation)] = [
    ("relu", .relu), ("leaky-relu", .leakyReLU(slope: 0.01)), ("elu", .elu(alpha: 1)),
    ("gelu", .gelu), ("gelu-tanh", .geluTanh), ("silu", .silu), ("tanh", .tanh),
    ("sigmoid", .sigmoid), ("softplus", .softplus),
  ]

  /// The name under which scenes know it.
  public var name: String {
    switch self {
    case .relu: "relu"
    case .leakyReLU: "leaky-relu"
    case .elu: "elu"
    case .gelu: "gelu"
    case .geluTanh: "gelu-tanh"
    case .silu: "silu"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    case .softplus: "softplus"
    }
  }

  /// The name as papers write it.
  public var title: String {
    switch self {
    case .relu: "ReLU"
    case .leakyReLU: "leaky ReLU"
    case .elu: "ELU"
    case .gelu: "GELU"
    case .geluTanh: "GELU (tanh)"
    case .silu: "SiLU"
    case .tanh, .sigmoid, .softplus: name
    }
  }

  /// Whether f″ = 0 wherever it exists: the network's Hessian then has no part from this layer, and
  /// its kinks contribute nothing.
  public var isPiecewiseLinear: Bool {
    switch self {
    case .relu, .leakyReLU: true
    default: false
    }
  }

  var parameter: Double {
    switch self {
    case .leakyReLU(let slope): slope
    case .elu(let alpha): alpha
    default: 0
    }
  }
}
