import Algebra

/// How a network's weights are drawn before training.
public enum Initialiser: String, Sendable, CaseIterable {
  /// Kernels and biases even on ±1/√fan-in: `torch.nn.Linear` and `torch.nn.Conv2d` as they come.
  case pytorch
  /// Kernels normal with variance 2/fan-in, biases 0 (He et al. 2015).
  case he
  /// Kernels even on ±√(6/(fan-in + fan-out)), biases 0 (Glorot and Bengio 2010): Keras's default.
  case glorot

  /// Draws the weights of a layout.
  ///
  /// - Parameters:
  ///   - layout: The tensors, each drawn in turn.
  ///   - seed: Equal seeds give equal weights.
  /// - Returns: The flat vector.
  public func weights(for layout: ParameterLayout, seed: UInt64) -> [Double] {
    var source = RandomSource(seed: seed, purpose: "weights")
    var w = [Double](repeating: 0, count: layout.count)
    for entry in layout.entries {
      let fanIn = Double(max(entry.fanIn, 1))
      for i in entry.range {
        switch (entry.role, self) {
        case (.normalisation, _): w[i] = entry.name.hasSuffix("weight") ? 1 : 0
        case (_, .pytorch): w[i] = (2 * source.uniform() - 1) / fanIn.squareRoot()
        case (.bias, _): w[i] = 0
        case (.kernel, .he): w[i] = source.normal() * (2 / fanIn).squareRoot()
        case (.kernel, .glorot):
          w[i] = (2 * source.uniform() - 1) * (6 / (fanIn + Double(entry.fanOut))).squareRoot()
        }
      }
    }
    return w
  }
}
