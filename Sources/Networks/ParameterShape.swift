extension NetworkBuilder {
  /// The same tensor under another shape; its place in the flat vector stays.
  ///
  /// - Parameters:
  ///   - parameter: The tensor.
  ///   - shape: As many numbers.
  /// - Returns: The tensor under its new shape.
  /// - Throws: ``NetworkError`` where the counts differ.
  public func reshape(
    _ parameter: Parameter, to shape: [Int]
  ) throws(NetworkError) -> Parameter {
    guard shape != parameter.shape else { return parameter }
    guard shape.reduce(1, *) == parameter.shape.reduce(1, *) else {
      throw fault("gives a tensor of shape \(parameter.shape) the shape \(shape)")
    }
    return Parameter(index: parameter.index, shape: shape)
  }
}
