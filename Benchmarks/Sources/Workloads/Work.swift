extension Workload {
  /// Inputs times outputs of each layer: its multiply-adds for one sample.
  private var products: [Double] {
    zip(widths, widths.dropFirst()).map { Double($0 * $1) }
  }

  private var samples: Double { Double(objective.sampleCount) }

  /// Floating-point operations of one pass of all samples through the whole network.
  public var naiveFlops: Double { 2 * samples * products.reduce(0, +) }

  /// Floating-point operations that a point needs: the first layer's outputs as c + αu + βv, and the
  /// products of the layers after it.
  public var pointFlops: Double {
    samples * (4 * Double(widths[1]) + 2 * products.dropFirst().reduce(0, +))
  }

  /// Exponentials, logarithms and activations, but for those that are a comparison, at a point.
  public var pointFunctions: Double {
    let hidden = activation.isPiecewiseLinear ? 0 : widths.dropFirst().dropLast().reduce(0, +)
    return samples * Double(hidden + widths[widths.count - 1] + 1)
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
