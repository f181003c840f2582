/// Samples for a network: inputs of one shape, and what should come out for each.
///
/// A data set is never empty, all its numbers are finite, and its counts agree: whoever holds one
/// need not check. Samples are counted from 0 in every message.
public struct Dataset: Sendable, Equatable {
  /// What reports call it.
  public var name: String
  /// The shape of one sample's input, such as `[64]` or `[1, 28, 28]`.
  public let inputShape: [Int]
  /// The inputs, sample after sample: `count` × `inputSize` numbers.
  public let inputs: [Double]
  /// The targets, in the order of the samples.
  public let targets: Targets
  /// The statistics that the inputs were standardised with, if they were.
  public let standardisation: Standardisation?
  /// What its reader took for granted on less than certain signs, in sentences for its user.
  public var notes: [String] = []

  /// How many samples there are.
  public var count: Int { inputs.count / inputSize }
  /// How many numbers one sample's input has: the product of `inputShape`.
  public var inputSize: Int { inputShape.reduce(1, *) }

  /// Makes a data set and checks it.
  ///
  /// - Parameters:
  ///   - name: What reports and messages call it.
  ///   - inputShape: The shape of one sample's input.
  ///   - inputs: The inputs, sample after sample.
  ///   - targets: The targets, in the same order.
  /// - Throws: `DatasetError.invalid` where there are no samples, a number is NaN or infinite, a
  ///   label is out of range, or the counts disagree.
  public init(
    name: String, inputShape: [Int], inputs: [Double], targets: Targets
  ) throws(DatasetError) {
    try self.init(
      name: name, inputShape: inputShape, inputs: inputs, targets: targets, standardisation: nil)
  }

  init(
    name: String, inputShape: [Int], inputs: [Double], targets: Targets,
    standardisation: Standardisation?
  ) throws(DatasetError) {
    func fail(_ reason: String) -> DatasetError { .invalid(name: name, reason: reason) }

    var size = 1
    for dimension in inputShape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard dimension > 0, !overflow else { throw fail("samples cannot have shape \(inputShape)") }
      size = product
    }
    guard !inputs.isEmpty else { throw fail("it has no samples") }
    guard inputs.count.isMultiple(of: size) else {
      throw fail("\(inputs.count) inputs are no whole number of samples of shape \(inputShape)")
    }
    let count = inputs.count / size
    if let position = inputs.firstIndex(where: { !$0.isFinite }) {
      throw fail(
        "the input of sample \(position / size), feature \(position % size), is "
          + "\(inputs[position])")
    }
    switch targets {
    case .classes(let labels, let classes):
      guard labels.count == count else {
        throw fail("it has \(count) inputs and \(labels.count) labels")
      }
      guard classes >= 1, classes <= Targets.maximumClassCount else {
        throw fail("it cannot have \(classes) classes (1 to \(Targets.maximumClassCount))")
      }
      if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
        throw fail("the label of sample \(sample) is \(labels[sample]), not 0 to \(classes - 1)")
      }
    case .values(let values, let outputs):
      guard outputs >= 1, values.count.isMultiple(of: outputs), values.count / outputs == count
      else { throw fail("it has \(count) inputs, and \(values.count) targets of \(outputs) each") }
      if let position = values.firstIndex(where: { !$0.isFinite }) {
        throw fail(
          "the target of sample \(position / outputs), output \(position % outputs), is "
            + "\(values[position])")
      }
    }
    self.init(
      trusted: name, inputShape: inputShape, inputs: inputs, targets: targets,
      standardisation: standardisation)
  }

  /// Makes a data set from parts of a checked one.
  init(
    trusted name: String, inputShape: [Int], inputs: [Double], targets: Targets,
    standardisation: Standardisation?
  ) {
    self.name = name
    self.inputShape = inputShape
    self.inputs = inputs
    self.targets = targets
    self.standardisation = standardisation
  }

  /// The input of one sample.
  ///
  /// - Parameter sample: Its index, from 0.
  /// - Returns: `inputSize` numbers.
  public func input(_ sample: Int) -> ArraySlice<Double> {
    inputs[sample * inputSize..<(sample + 1) * inputSize]
  }
}
