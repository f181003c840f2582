import Algebra
import Networks

/// Other weights of the same function, as Dinh and others (2017) found them.
///
/// One layer's weights and biases are multiplied by a factor, and the next layer's weights divided by it.
/// Between the two stand only functions with f(a·x) = a·f(x) for a > 0: ReLU and leaky ReLU. What the
/// network computes stays; curvature, norm and what the penalty costs do not.
public struct Reparametrisation: Sendable, Equatable {
  /// The layer that is multiplied, by the number in its tensors' names: 0 of `0.weight`.
  public var layer: Int
  /// By what, above 0.
  public var factor: Double

  /// Makes a reparametrisation.
  public init(layer: Int, by factor: Double) {
    self.layer = layer
    self.factor = factor
  }

  /// The layer that undoes it.
  ///
  /// - Parameters:
  ///   - layers: The network's.
  ///   - scene: For messages.
  /// - Returns: The next dense layer's number.
  /// - Throws: ``SceneError`` where the function would change.
  func partner(in layers: [Layer], scene: String) throws(SceneError) -> Int {
    func fault(_ reason: String) -> SceneError {
      SceneError(path: scene, line: nil, reason: "'reparametrise.layer' \(reason)")
    }
    let dense = layers.indices.filter { if case .dense = layers[$0] { true } else { false } }
    guard dense.contains(layer) else {
      throw fault(
        "is \(layer), which is no dense layer (there are \(list(dense.map(String.init))))")
    }
    for index in layers.indices where index > layer {
      switch layers[index] {
      case .dense: return index
      case .activation(.relu), .activation(.leakyReLU), .flatten: continue
      default:
        throw fault(
          "is \(layer), and \(layers[index].kind) (layer \(index)) follows before the next dense "
            + "layer: only relu and leaky-relu let a factor pass, f(a·x) = a·f(x)")
      }
    }
    throw fault("is \(layer), after which no dense layer comes that could undo the factor")
  }

  /// Applies it.
  ///
  /// - Parameters:
  ///   - weights: All parameters.
  ///   - network: Whose.
  ///   - scene: For messages.
  /// - Returns: The same function's other weights.
  /// - Throws: ``SceneError`` where the function would change.
  func applied(to weights: [Double], of network: Network, scene: Scene) throws(SceneError)
    -> [Double]
  {
    let next = try partner(in: scene.layers, scene: scene.path)
    var scaled = weights
    for entry in network.layout.entries {
      if entry.layer == layer {
        for i in entry.range { scaled[i] *= factor }
      } else if entry.layer == next, entry.role == .kernel {
        for i in entry.range { scaled[i] /= factor }
      }
    }
    return scaled
  }

  /// As figures say it: dense layers counted from 1.
  ///
  /// - Parameter layers: All layers.
  /// - Returns: Which is multiplied and which divided.
  func words(in layers: [Layer]) -> String {
    let before = layers.prefix(layer).count { if case .dense = $0 { true } else { false } }
    return "dense layer \(before + 1) × \(parameter(factor)), "
      + "dense layer \(before + 2) ÷ \(parameter(factor))"
  }
}
