/// How a file's tensors are named and laid out, where that is not as the network's are.
public struct WeightNames: Sendable, Equatable {
  /// The file's name of each of the network's tensors that has another one there.
  public var names: [String: String]
  /// The network's tensors whose axes stand in Keras's order in the file, [spatial…, in, out].
  public var transposed: [String]
  /// Whether the axes of all kernels do.
  public var transposesKernels: Bool

  /// Makes a map; without arguments that of a file which is as the network is.
  ///
  /// - Parameters:
  ///   - names: The file's name of each tensor that has another one there.
  ///   - transposed: Tensors whose axes stand in Keras's order.
  ///   - transposesKernels: Whether the axes of all kernels do.
  public init(
    names: [String: String] = [:], transposed: [String] = [], transposesKernels: Bool = false
  ) {
    self.names = names
    self.transposed = transposed
    self.transposesKernels = transposesKernels
  }

  /// The file's name of a tensor.
  func name(of entry: ParameterLayout.Entry) -> String { names[entry.name] ?? entry.name }

  /// Whether a tensor's axes stand in Keras's order.
  func transposes(_ entry: ParameterLayout.Entry) -> Bool {
    transposed.contains(entry.name)
      || transposesKernels && entry.role == .kernel && entry.shape.count >= 2
  }

  /// The shape that [spatial…, in, out] has as [out, in, spatial…]; nil below two axes.
  static func transposed(_ shape: [Int]) -> [Int]? {
    shape.count < 2 ? nil : shape.suffix(2).reversed() + shape.dropLast(2)
  }

  /// Numbers in the order of [spatial…, in, out], brought into that of [out, in, spatial…].
  static func transposed(_ values: [Double], shape: [Int]) -> [Double] {
    let (inputs, outputs) = (shape[shape.count - 2], shape[shape.count - 1])
    let places = shape.dropLast(2).reduce(1, *)
    var result: [Double] = []
    result.reserveCapacity(values.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for place in 0..<places {
          result.append(values[(place * inputs + input) * outputs + output])
        }
      }
    }
    return result
  }
}
