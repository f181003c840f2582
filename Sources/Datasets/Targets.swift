/// What a network should say about each sample.
public enum Targets: Sendable, Equatable {
  /// Classification: for each sample a class, from 0 to `count` − 1.
  case classes([Int], count: Int)
  /// Regression: for each sample `outputs` numbers, sample after sample.
  case values([Double], outputs: Int)

  /// The most classes that a data set may have.
  ///
  /// A network has an output for each; ImageNet's largest edition has 21,841.
  public static let maximumClassCount = 65_536

  /// How many numbers a network must put out for a sample: classes or values.
  public var width: Int {
    switch self {
    case .classes(_, let count): count
    case .values(_, let outputs): outputs
    }
  }

  /// How many samples have each class; empty for regression.
  public var classCounts: [Int] {
    guard case .classes(let labels, let count) = self else { return [] }
    var counts = [Int](repeating: 0, count: count)
    for label in labels { counts[label] += 1 }
    return counts
  }

  /// The targets of some samples, in the order of their indices.
  func selecting(_ indices: [Int]) -> Targets {
    switch self {
    case .classes(let labels, let count):
      .classes(indices.map { labels[$0] }, count: count)
    case .values(let values, let outputs):
      .values(indices.flatMap { values[$0 * outputs..<($0 + 1) * outputs] }, outputs: outputs)
    }
  }

  /// Makes class targets from labels as numbers.
  ///
  /// - Parameters:
  ///   - labels: Whole numbers from 0.
  ///   - name: The data set's name, for messages.
  /// - Returns: Classes, one more than the largest label.
  /// - Throws: `DatasetError.invalid`, with the first sample whose label will not do.
  static func classes(_ labels: [Double], name: String) throws(DatasetError) -> Targets {
    var classes: [Int] = []
    classes.reserveCapacity(labels.count)
    var count = 0
    for (sample, value) in labels.enumerated() {
      guard let label = Int(exactly: value), label >= 0 else {
        throw .invalid(
          name: name,
          reason: "the label of sample \(sample) is \(value); labels are whole numbers from 0: "
            + "\(LabelSummary(labels).remedy ?? "with 'task: regression' they are numbers to fit")")
      }
      guard label < maximumClassCount else {
        throw .invalid(
          name: name,
          reason: "the label of sample \(sample) is \(label), and no more than "
            + "\(maximumClassCount) classes are possible")
      }
      classes.append(label)
      count = max(count, label + 1)
    }
    return .classes(classes, count: count)
  }
}
