import Datasets
import Networks
import ONNX

/// What targets are to a network's outputs, and the loss that goes with both.
struct TargetReading: Sendable {
  /// What targets are.
  enum Form: Sendable, Equatable {
    /// Labels: each number's class.
    case labels([Double: Int], classes: Int)
    /// A row for each sample, 1 at its class and 0 elsewhere.
    case oneHot
    /// Numbers to fit.
    case values
  }

  var loss: Loss
  var form: Form
  /// What was assumed, in words; empty where nothing had to be.
  var remark = ""

  /// What decides: the outputs, the targets, and what was said of them.
  struct Evidence {
    /// The loss that was asked for.
    var given: Loss?
    /// How many numbers a sample has as outputs, and whether and how they are probabilities; nil before
    /// that is known to matter.
    var width: Int
    var areProbabilities: Bool
    var areTogether: Bool
    /// The targets, and how many a sample has.
    var targets: [Double]
    var count: Int
    var isWholeType: Bool
    /// What the file calls its classes.
    var classLabels: [Int]?
  }

  /// Decides.
  ///
  /// - Parameter evidence: What is known.
  /// - Throws: What is wrong with the targets: to be put after the name of the data.
  init(_ evidence: Evidence) throws(ParsingError) {
    let (width, count) = (evidence.width, evidence.count)
    if count > 1, count != width {
      throw ParsingError(
        reason: "its targets are \(count) numbers a sample; the network gives out \(width)")
    }
    switch evidence.given {
    case .squaredError?:
      guard count == width else {
        throw ParsingError(
          reason: "its targets are one number a sample; for 'squared-error' the network's \(width) "
            + "outputs need as many")
      }
      self.init(loss: .squaredError, form: .values)
    case .crossEntropy?:
      guard width > 1 else {
        throw ParsingError(
          reason: "'cross-entropy' of one output is always 0; of two classes one output is the "
            + "logit of the second: '--loss binary-cross-entropy'")
      }
      guard count == 1 || evidence.isOneHot else {
        throw ParsingError(
          reason:
            "its targets are \(count) numbers a sample, and not 1 for one class and 0 for the "
            + "others, as 'cross-entropy' needs them")
      }
      self.init(loss: .crossEntropy, form: count == 1 ? try evidence.labels() : .oneHot)
    case .binaryCrossEntropy?:
      if evidence.areTogether {
        throw ParsingError(
          reason: "the model gives probabilities of sum 1, whose loss is 'cross-entropy', not "
            + "'binary-cross-entropy'")
      }
      let areShares = evidence.targets.allSatisfy { (0...1).contains($0) }
      if count == width, areShares {
        self.init(loss: .binaryCrossEntropy, form: .values)
      } else if count == 1 {
        self.init(loss: .binaryCrossEntropy, form: try evidence.labels())
      } else {
        throw ParsingError(
          reason: "its targets are not from 0 to 1, as 'binary-cross-entropy' needs")
      }
    case nil: try self.init(detecting: evidence)
    }
  }

  private init(loss: Loss, form: Form, remark: String = "") {
    (self.loss, self.form, self.remark) = (loss, form, remark)
  }

  private init(detecting evidence: Evidence) throws(ParsingError) {
    let width = evidence.width
    let single = evidence.areProbabilities && !evidence.areTogether
    let areShares = evidence.targets.allSatisfy { (0...1).contains($0) }
    let areMarks = evidence.targets.allSatisfy { $0 == 0 || $0 == 1 }
    func ambiguous(_ what: String, _ other: Loss) -> ParsingError {
      ParsingError(
        reason: "its targets are \(what): say '--loss squared-error' for numbers to fit, or "
          + "'--loss \(other.rawValue)'")
    }
    if evidence.count == 1, width > 1 {
      // One number for several outputs can only be a label.
      self.init(
        loss: single ? .binaryCrossEntropy : .crossEntropy, form: try evidence.labels(),
        remark: evidence.isWholeType ? "" : "targets are whole numbers, taken as labels")
    } else if evidence.count == 1, evidence.isWholeType {
      if Set(evidence.targets).count > 2, evidence.classLabels == nil {
        throw ParsingError(
          reason: "its targets are whole numbers (\(LabelSummary(evidence.targets).text)), and the "
            + "network has one output: '--loss squared-error' takes them as numbers to fit; labels "
            + "need an output for each class")
      }
      self.init(loss: .binaryCrossEntropy, form: try evidence.labels())
    } else if areMarks, evidence.areTogether, evidence.isOneHot {
      self.init(loss: .crossEntropy, form: .oneHot, remark: "targets are one-hot rows")
    } else if areMarks, single {
      self.init(
        loss: .binaryCrossEntropy, form: .values, remark: "targets are 0 and 1 as numbers")
    } else if areShares, single {
      throw ambiguous(
        "numbers from 0 to 1, and the outputs probabilities", .binaryCrossEntropy)
    } else if areMarks, evidence.isOneHot, !evidence.areTogether, width > 1 {
      throw ambiguous("one-hot rows, or numbers 0 and 1", .crossEntropy)
    } else if areMarks, !evidence.areTogether, Set(evidence.targets).count > 1 {
      throw ambiguous(
        "0 and 1 as numbers, and the outputs not confined to them", .binaryCrossEntropy)
    } else if areShares, evidence.areTogether, evidence.sumToOne {
      throw ParsingError(
        reason: "its targets are probabilities of sum 1, for which there is no cross-entropy here; "
          + "'--loss squared-error' takes them as numbers to fit")
    } else {
      self.init(loss: .squaredError, form: .values)
    }
  }

  /// The data set with its targets as they were read.
  ///
  /// - Parameters:
  ///   - data: Targets as numbers.
  ///   - outputs: How many the network gives out.
  /// - Returns: The data set with classes, indicators or values.
  /// - Throws: `DatasetError` where they do not fit the outputs.
  func applied(to data: Dataset, outputs: Int) throws -> Dataset {
    guard case .values(let values, let width) = data.targets else { return data }
    switch form {
    case .values: return data
    case .oneHot:
      let labels = stride(from: 0, to: values.count, by: width).map { start in
        (0..<width).first { values[start + $0] == 1 } ?? 0
      }
      return try data.with(targets: .classes(labels, count: width))
    case .labels(let classes, let count):
      let labels = values.map { classes[$0] ?? 0 }
      let result = try data.with(targets: .classes(labels, count: count))
      return loss == .binaryCrossEntropy ? try result.withIndicators(outputs: outputs) : result
    }
  }
}

extension TargetReading.Evidence {
  private func rows(_ test: (ArraySlice<Double>) -> Bool) -> Bool {
    count > 1
      && stride(from: 0, to: targets.count, by: count).allSatisfy {
        test(targets[$0..<$0 + count])
      }
  }

  /// Whether each sample's targets are 1 once and 0 elsewhere.
  var isOneHot: Bool {
    rows { row in row.allSatisfy { $0 == 0 || $0 == 1 } && row.reduce(0, +) == 1 }
  }

  var sumToOne: Bool { rows { abs($0.reduce(0, +) - 1) < 1e-6 } }

  /// The classes of labels: by the file's own names for them, or counted from 0.
  func labels() throws(ParsingError) -> TargetReading.Form {
    let found = LabelSummary(targets)
    let classes = Swift.max(2, width)
    let known = classLabels.flatMap { $0.count == classes ? $0.map(Double.init) : nil }
    if let known, known != (0..<classes).map(Double.init) {
      guard found.values.allSatisfy(known.contains) else {
        throw ParsingError(
          reason: "its labels are \(found.text), and the model calls its classes "
            + "\(LabelSummary(known).text); give the labels as the model calls them")
      }
      return .labels(
        Dictionary(known.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a }),
        classes: classes)
    }
    guard found.areWhole else {
      throw ParsingError(
        reason:
          "its targets are numbers such as \(found.values.first { $0 != $0.rounded() } ?? 0), "
          + "and labels are whole numbers; the network has \(width) outputs")
    }
    guard let least = found.values.first, let most = found.values.last, least >= 0,
      most < Double(classes)
    else {
      throw ParsingError(
        reason: found.values.count > classes
          ? "its labels are \(found.values.count) (\(found.text)), and the network has \(width) outputs"
          : found.remedy.map { "\($0) (the network has \(width) outputs)" }
            ?? "its label is \(found.text), and the network has \(width) outputs")
    }
    return .labels(
      Dictionary(uniqueKeysWithValues: (0..<classes).map { (Double($0), $0) }),
      classes: classes)
  }
}
