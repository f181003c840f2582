extension Workload {
  private var samples: Double { Double(objective.sampleCount) }

  /// Floating-point operations of one pass of all samples through the whole network.
  public var naiveFlops: Double { 2 * samples * products.reduce(0, +) }

  /// Floating-point operations that a point needs: where the first layer's outputs are an image,
  /// c + αu + βv, and the products of the layers after it; else all products.
  public var pointFlops: Double {
    guard let imageOutputs else { return naiveFlops }
    return samples * (4 * Double(imageOutputs) + 2 * products.dropFirst().reduce(0, +))
  }

  /// Exponentials, logarithms and activations, but for those that are a comparison, at a point.
  public var pointFunctions: Double {
    let hidden = activation.isPiecewiseLinear ? 0 : hiddenUnits
    return samples * Double(hidden + objective.network.outputs + 1)
  }

  /// Floating-point operations of a value with its gradient: each layer's product, the gradient of
  /// its weights, and, but for the first, the gradient of its inputs.
  public var gradientFlops: Double {
    2 * samples * (2 * products[0] + 3 * products.dropFirst().reduce(0, +))
  }

  /// Floating-point operations of a product with the Hessian where the passes at w are shared: two
  /// products in the first layer (the tangent, and its gradient), six in the others.
  public var hessianFlops: Double {
    2 * samples * (2 * products[0] + 6 * products.dropFirst().reduce(0, +))
  }
}
