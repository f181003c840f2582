import TensorFiles

/// How a network's output is made of its last numbers: what a loss of logits takes instead.
public enum Ending: String, Sendable {
  /// Numbers as they are: logits, or values.
  case none
  /// Probabilities by a softmax over all outputs.
  case softmax
  /// Their logarithms.
  case logSoftmax = "log-softmax"
  /// Probabilities by a sigmoid each.
  case sigmoid
  /// Probabilities made otherwise, as their name says.
  case probabilities
}

extension Graph {
  /// The output to take, where it comes from, and how it ends.
  struct Exit: Sendable {
    /// The graph's output.
    var output: String
    /// What makes it, past operators that change nothing.
    var name: String
    var ending: Ending
    /// What goes into the softmax or sigmoid.
    var logits: String
  }

  /// Finds the output: the first of floating-point numbers, or scikit-learn's probabilities.
  func exit() throws(Fault) -> Exit {
    for output in outputs {
      var name = output.name
      if let zip = maker(of: name), zip.kind == "ZipMap", let source = zip.input(0) {
        name = source
      } else if !TensorReading.isFloating(output.type) && output.type != 0 {
        continue
      }
      name = past(["Identity", "Cast", "Dropout"], name)
      return exit(output.name, name)
    }
    throw Fault("has no output of floating-point numbers")
  }

  private func exit(_ output: String, _ name: String) -> Exit {
    func ends(_ ending: Ending, _ logits: String?) -> Exit {
      Exit(output: output, name: name, ending: ending, logits: logits ?? name)
    }
    var last = maker(of: name)
    // What softmax makes has sum 1 already.
    if let node = last, node.kind == "Normalizer", node.text("norm", "MAX") == "L1",
      let source = node.input(0), maker(of: source)?.kind == "Softmax"
    {
      last = maker(of: source)
    }
    switch last?.kind {
    case "Softmax"?: return ends(.softmax, last?.input(0))
    case "LogSoftmax"?: return ends(.logSoftmax, last?.input(0))
    case "Sigmoid"?: return ends(.sigmoid, last?.input(0))
    case "Concat"?:
      // Both probabilities of two classes, 1 − p and p.
      if let inputs = last?.inputs, inputs.count == 2, let rest = maker(of: inputs[0]),
        rest.kind == "Sub", rest.input(1) == inputs[1], let one = rest.input(0),
        initialisers[one]?.doubles == [1], let sigmoid = maker(of: inputs[1]),
        sigmoid.kind == "Sigmoid"
      {
        return ends(.sigmoid, sigmoid.input(0))
      }
    default: break
    }
    return ends("\(output) \(name)".lowercased().contains("probab") ? .probabilities : .none, nil)
  }

  /// The name before nodes of some kinds, which pass on what they read.
  private func past(_ kinds: Set<String>, _ name: String) -> String {
    var name = name
    while let node = maker(of: name), kinds.contains(node.kind), let source = node.input(0) {
      name = source
    }
    return name
  }
}
