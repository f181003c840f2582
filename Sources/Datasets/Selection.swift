import Algebra

extension Dataset {
  /// Some of the samples, or all of them in another order.
  ///
  /// The samples for a smaller count and the same seed are the first of those for a larger one.
  ///
  /// - Parameters:
  ///   - count: How many; nil takes all.
  ///   - seed: Shuffles before taking; nil takes the first ones, in their order.
  /// - Returns: A data set of `count` samples.
  /// - Throws: `DatasetError.impossible` where `count` is less than 1 or more than there are.
  public func subset(count: Int? = nil, seed: UInt64? = nil) throws(DatasetError) -> Dataset {
    let indices = try Self.selection(count, of: self.count, seed: seed, name: name)
    return selecting(indices)
  }

  /// All samples in a random order.
  ///
  /// - Parameter seed: Equal seeds give equal orders.
  /// - Returns: The same samples.
  public func shuffled(seed: UInt64) -> Dataset { selecting(Self.order(count, seed: seed)) }

  /// Splits the samples in two at random: some to train on, the others to judge by.
  ///
  /// - Parameters:
  ///   - count: How many samples are held out; at least one stays for training.
  ///   - seed: Chooses which; nil holds out the last ones, in their order.
  /// - Returns: The two parts.
  /// - Throws: `DatasetError.impossible` where either part would be empty.
  public func split(
    heldOut count: Int, seed: UInt64?
  ) throws(DatasetError) -> (training: Dataset, heldOut: Dataset) {
    guard count >= 1, count < self.count else {
      throw .impossible(
        name: name,
        reason: "\(count) of \(self.count) samples cannot be held out "
          + "(1 to \(self.count - 1))")
    }
    let order = Self.order(self.count, seed: seed)
    return (selecting(Array(order.dropLast(count))), selecting(Array(order.suffix(count))))
  }

  private func selecting(_ indices: [Int]) -> Dataset {
    if indices.elementsEqual(0..<count) { return self }
    var some = Dataset(
      trusted: name, inputShape: inputShape, inputs: indices.flatMap(input),
      targets: targets.selecting(indices), standardisation: standardisation)
    some.notes = notes
    return some
  }

  /// The same samples with other targets, as many.
  public func with(targets: Targets) throws(DatasetError) -> Dataset {
    var other = try Dataset(
      name: name, inputShape: inputShape, inputs: inputs, targets: targets,
      standardisation: standardisation)
    other.notes = notes
    return other
  }

  /// Which samples a subset takes: shared with readers that convert only these.
  static func selection(
    _ count: Int?, of total: Int, seed: UInt64?, name: String
  ) throws(DatasetError) -> [Int] {
    let count = count ?? total
    guard count >= 1 else {
      throw .impossible(name: name, reason: "\(count) samples were asked for; take at least 1")
    }
    guard count <= total else {
      throw .impossible(
        name: name, reason: "\(count) samples were asked for, and there are only \(total)")
    }
    return Array(order(total, seed: seed).prefix(count))
  }

  private static func order(_ count: Int, seed: UInt64?) -> [Int] {
    guard let seed else { return Array(0..<count) }
    var source = RandomSource(seed: seed, purpose: "samples")
    return source.permutation(count)
  }
}
