/// What numbers that should be labels are, in words.
public struct LabelSummary: Sendable {
  /// The different numbers, sorted.
  public let values: [Double]

  /// Collects the different numbers.
  public init(_ labels: [Double]) { values = Set(labels).sorted() }

  /// Whether all are whole numbers.
  public var areWhole: Bool { values.allSatisfy { $0 == $0.rounded() && abs($0) < 0x1p53 } }

  /// The numbers as a sentence has them: all of a few, else the first and the last.
  public var text: String {
    let names = values.map { $0 == $0.rounded() && abs($0) < 1e15 ? "\(Int($0))" : "\($0)" }
    let isRun = areWhole && zip(values, values.dropFirst()).allSatisfy { $1 - $0 == 1 }
    if values.count <= 6 { return names.joined(separator: ", ") }
    let ends = "\(names.first ?? "") to \(names.last ?? "")"
    return isRun ? ends : "\(values.count) numbers from \(ends)"
  }

  /// What to do with labels that do not count from 0; nil for numbers that look like no labels.
  public var remedy: String? {
    guard areWhole, let least = values.first, let most = values.last, values.count > 1 else {
      return nil
    }
    let isRun = most - least == Double(values.count - 1)
    if values == [-1, 1] {
      return "the labels are -1 and 1; in NumPy y = (y + 1) // 2 makes 0 and 1"
    }
    if isRun, least != 0 {
      return
        "the labels run from \(Int(least)) to \(Int(most)), and classes are counted from 0; in "
        + "NumPy y = y \(least < 0 ? "+" : "-") \(Int(abs(least)))"
    }
    if !isRun {
      return "the labels are \(text), and classes are counted 0, 1, 2, …; in NumPy "
        + "y = numpy.unique(y, return_inverse=True)[1]"
    }
    return nil
  }
}
