/// An operation that is linear in its weights and, apart from its bias, in its input: its first
/// parameter is the weights, the second, where there is one, the bias.
///
/// Its value on data is an image: affine in the weights, made once for a slice. Elsewhere it is one
/// product at each point, with what comes after it done before the one store.
protocol AffineOperation: Operation {
  /// Whether ``apply(weights:bias:to:adding:into:_:)`` can add another value.
  var adds: Bool { get }

  /// y = f(added + W·x + b).
  func apply<E>(
    weights: UnsafePointer<E>, bias: UnsafePointer<E>?, to x: Tile<E>, adding added: Tile<E>?,
    into y: Tile<E>, _ f: Activation?)
}
