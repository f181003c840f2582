import ONNX

/// What a network's outputs are, for a loss of logits.
public enum OutputKind: String, Sendable, CaseIterable {
  /// Numbers that a softmax or a sigmoid is yet to be taken of.
  case logits
  /// Numbers from 0 to 1; of several classes, of sum 1.
  case probabilities
  /// Their logarithms.
  case logProbabilities = "log-probabilities"
  /// Distances from a boundary, such as a support vector machine's: taken as logits, and of two that
  /// are opposite the second.
  case scores
}

/// How the outputs of a model are taken, and why.
struct OutputReading: Sendable {
  var kind: OutputKind
  /// What is made of them for a loss of logits.
  var change: ONNXModel.OutputChange
  /// In words.
  var text: String

  /// Whether they are probabilities or their logarithms, of several classes together.
  var areTogether: Bool

  var areProbabilities: Bool { kind == .probabilities || kind == .logProbabilities }

  /// Decides what outputs are by the graph's end and by the values.
  ///
  /// - Parameters:
  ///   - file: The model.
  ///   - given: What they are said to be; nil for what they seem.
  ///   - values: What they are over the data.
  ///   - logits: What they are where the graph's last softmax or sigmoid is left out; nil where it has
  ///     none, or the rest makes something else.
  /// - Throws: What is wrong with them: to be put after the file's name.
  init(
    _ file: ONNXModel, given: OutputKind?, _ values: OutputValues, logits: OutputValues?
  ) throws(ParsingError) {
    let isTogether = file.ending == .softmax || file.ending == .logSoftmax
    let isLogarithm = file.ending == .logSoftmax || file.ending == .logSigmoid
    let folds =
      logits.map { values.come(from: $0, isSoftmax: isTogether, isLogarithm: isLogarithm) } ?? false
    func reading(
      _ kind: OutputKind, _ change: ONNXModel.OutputChange, _ text: String, together: Bool = false
    ) -> OutputReading {
      OutputReading(
        kind: kind, change: change,
        text: text + (given == nil ? " (detected; '--outputs' overrules)" : ""),
        areTogether: together)
    }
    let isOwn = isLogarithm ? OutputKind.logProbabilities : .probabilities
    if folds, given == nil || given == isOwn {
      self = reading(
        isOwn, .withoutEnding,
        "\(isOwn.rawValue); its last \(file.ending.rawValue) is left to the loss",
        together: isTogether)
      return
    }
    switch given {
    case .logits: self = reading(.logits, .none, "logits")
    case .scores:
      self = reading(
        .scores, values.areOpposite ? .halved : .none,
        values.areOpposite
          ? "scores, one the negative of the other; the second is the logit of class 1"
          : "scores, taken as logits")
    case .probabilities:
      guard values.areShares else {
        throw ParsingError(
          reason:
            "gives out numbers \(values.text), which are no probabilities ('--outputs' says so)")
      }
      self = try Self.probabilities(values, reading)
    case .logProbabilities:
      guard values.areLogarithms else {
        throw ParsingError(
          reason: "gives out numbers \(values.text), which are no logarithms of probabilities "
            + "('--outputs' says so)")
      }
      self = Self.logarithms(values, reading)
    case nil:
      if values.sumToOne {
        self = try Self.probabilities(values, reading)
      } else if values.exponentialsSumToOne {
        self = Self.logarithms(values, reading)
      } else if values.areOpposite {
        throw ParsingError(
          reason: "gives out two numbers a sample, one the negative of the other: with "
            + "'--outputs scores' the second is the logit of class 1, as a decision function is; with "
            + "'--outputs logits' a softmax is taken of both, which doubles it")
      } else if values.areShares, !values.areConstant, file.ending == .sigmoid || !file.isLinear {
        guard file.ending == .sigmoid || file.ending == .softmax else {
          throw ParsingError(
            reason:
              "gives out numbers from 0 to 1 (\(values.text)), and its graph does not end in a "
              + "sigmoid or softmax: say '--outputs probabilities' or '--outputs logits'")
        }
        self = try Self.probabilities(values, reading)
      } else {
        self = reading(.logits, .none, "logits")
      }
    }
  }

  private init(
    kind: OutputKind, change: ONNXModel.OutputChange, text: String, areTogether: Bool
  ) {
    (self.kind, self.change, self.text) = (kind, change, text)
    self.areTogether = areTogether
  }

  private typealias Make = (OutputKind, ONNXModel.OutputChange, String, Bool) -> OutputReading

  private static func probabilities(
    _ values: OutputValues, _ make: Make
  ) throws(ParsingError) -> OutputReading {
    if values.sumToOne {
      return make(
        .probabilities, .logarithm, "probabilities; the loss takes their logarithms as logits", true
      )
    }
    return make(
      .probabilities, .logit,
      "probabilities, each for itself; the loss takes log p − log(1 − p) as logits", false)
  }

  private static func logarithms(_ values: OutputValues, _ make: Make) -> OutputReading {
    if values.exponentialsSumToOne {
      return make(.logProbabilities, .none, "log-probabilities, which are logits as they are", true)
    }
    return make(
      .logProbabilities, .logitOfLogarithm,
      "log-probabilities l, each for itself; the loss takes l − log(1 − eˡ) as logits", false)
  }
}
