import TensorFiles

extension Dataset {
  /// A hash of the shape, the inputs and the targets, which tells one data set from another.
  ///
  /// XXH64 with seed 0 over little-endian 64-bit words: the number of dimensions, the dimensions,
  /// the bits of the inputs, then 0 and the number of classes and the labels, or 1 and the number
  /// of outputs and the bits of the values. Sixteen lower-case hexadecimal digits, the same on
  /// every machine; the name has no part in it. Each use costs a pass over the data.
  public var fingerprint: String {
    var hash = Fingerprint()
    hash.add(UInt64(inputShape.count))
    for dimension in inputShape { hash.add(UInt64(dimension)) }
    for value in inputs { hash.add(value.bitPattern) }
    switch targets {
    case .classes(let labels, let count):
      hash.add(0)
      hash.add(UInt64(count))
      for label in labels { hash.add(UInt64(label)) }
    case .values(let values, let outputs):
      hash.add(1)
      hash.add(UInt64(outputs))
      for value in values { hash.add(value.bitPattern) }
    }
    return hash.text
  }
}
