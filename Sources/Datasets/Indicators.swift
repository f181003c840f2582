extension Dataset {
  /// The same samples with classes as numbers, for losses of probabilities one by one.
  ///
  /// - Parameter outputs: 1 for the class itself, 0 or 1, of two classes; else one number for each
  ///   class, 1 for a sample's own and 0 for the others.
  /// - Returns: The data set; as it is where its targets are numbers.
  /// - Throws: `DatasetError.impossible` where there are more classes than outputs can tell apart.
  public func withIndicators(outputs: Int) throws(DatasetError) -> Dataset {
    guard case .classes(let labels, let classes) = targets else { return self }
    guard classes <= max(2, outputs) else {
      throw .impossible(
        name: name, reason: "it has \(classes) classes, and the network \(outputs) outputs")
    }
    var values = [Double](repeating: 0, count: labels.count * outputs)
    for (sample, label) in labels.enumerated() {
      if outputs == 1 {
        values[sample] = Double(label)
      } else {
        values[sample * outputs + label] = 1
      }
    }
    return Dataset(
      trusted: name, inputShape: inputShape, inputs: inputs,
      targets: .values(values, outputs: outputs), standardisation: standardisation)
  }
}
