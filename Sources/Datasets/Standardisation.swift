/// The mean and the spread of each feature of a data set.
public struct Standardisation: Sendable, Equatable {
  /// The mean of each feature.
  public let means: [Double]
  /// The standard deviation of each feature (divided by n); exactly 0 where it is constant.
  public let deviations: [Double]

  /// How many features never change.
  public var constantCount: Int { deviations.count { $0 == 0 } }

  /// Measures the inputs of a data set.
  ///
  /// - Parameter dataset: The samples.
  public init(measuring dataset: Dataset) {
    let size = dataset.inputSize
    let count = Double(dataset.count)
    var sums = [Double](repeating: 0, count: size)
    var least = Array(dataset.input(0))
    var greatest = least
    for (position, value) in dataset.inputs.enumerated() {
      let feature = position % size
      sums[feature] += value
      least[feature] = min(least[feature], value)
      greatest[feature] = max(greatest[feature], value)
    }
    let means = sums.map { $0 / count }
    var squares = [Double](repeating: 0, count: size)
    for (position, value) in dataset.inputs.enumerated() {
      let feature = position % size
      squares[feature] += (value - means[feature]) * (value - means[feature])
    }
    self.means = means
    // Rounding would give a constant feature a tiny spread, and division would blow it up.
    deviations = (0..<size).map {
      least[$0] == greatest[$0] ? 0 : (squares[$0] / count).squareRoot()
    }
  }
}

extension Dataset {
  /// The data set with every feature at mean 0 and variance 1.
  ///
  /// (x − mean) / deviation for each feature on its own, the deviation divided by n as in
  /// scikit-learn's `StandardScaler`. A feature that is constant in the statistics becomes 0.
  ///
  /// - Parameter statistics: Another set's statistics: held-out samples take those of the training
  ///   samples. By default this set's own.
  /// - Returns: The data set, with the statistics in ``standardisation``.
  /// - Throws: `DatasetError` where the statistics have another number of features, or numbers near
  ///   the limit of Float64 overflow.
  public func standardised(
    by statistics: Standardisation? = nil
  ) throws(DatasetError) -> Dataset {
    let statistics = statistics ?? Standardisation(measuring: self)
    let size = inputSize
    guard statistics.means.count == size else {
      throw .impossible(
        name: name,
        reason: "statistics of \(statistics.means.count) features do not fit samples "
          + "of \(size)")
    }
    guard (statistics.means + statistics.deviations).allSatisfy(\.isFinite) else {
      throw .impossible(
        name: name, reason: "its inputs are so large that their spread overflows; scale them first")
    }
    var result = inputs
    for position in result.indices {
      let feature = position % size
      let deviation = statistics.deviations[feature]
      result[position] =
        deviation == 0 ? 0 : (result[position] - statistics.means[feature]) / deviation
    }
    return try Dataset(
      name: name, inputShape: inputShape, inputs: result, targets: targets,
      standardisation: statistics)
  }

  /// The data set with every input multiplied by a number, such as 1/16 for digits.
  ///
  /// - Parameter factor: Not 0.
  /// - Returns: The data set; ``standardisation`` is nil, as it no longer describes the inputs.
  /// - Throws: `DatasetError` where the factor is 0, NaN or infinite, or a product overflows.
  public func scaled(by factor: Double) throws(DatasetError) -> Dataset {
    guard factor.isFinite, factor != 0 else {
      throw .impossible(name: name, reason: "inputs cannot be scaled by \(factor)")
    }
    return try Dataset(
      name: name, inputShape: inputShape, inputs: inputs.map { $0 * factor }, targets: targets)
  }
}
