import Algebra
import Datasets

@testable import Networks

/// A small network of every form that a graph can take, with random weights and data.
struct Example: Sendable, CustomStringConvertible {
  enum Form: String, CaseIterable, Sendable {
    case plain
    case withoutBias = "without bias"
    case residual
    case nested
    case activationFirst = "activation first"
    case inputAdded = "input added"
    case inputDoubled = "input doubled"
    case twoActivations = "two activations in a row"
    case branchBeforeActivation = "read twice"
    case activationLast = "activation last"
    case additionLast = "addition last"
  }

  static let inputs = 4

  var form: Form
  var activation: Activation
  var loss: Loss

  var description: String { "\(form.rawValue), \(activation.name), \(loss.rawValue)" }

  var outputs: Int { loss == .crossEntropy ? 3 : 2 }

  var layers: [Layer] {
    let f = Layer.activation(activation)
    func dense(_ units: Int) -> Layer { .dense(units: units, bias: form != .withoutBias) }
    let last = dense(outputs)
    return switch form {
    case .plain, .withoutBias: [dense(5), f, last]
    case .residual: [dense(6), f, .skip, dense(6), f, .add, last]
    case .nested: [dense(5), .skip, f, .skip, dense(5), .add, f, .add, last]
    case .activationFirst: [f, dense(5), f, last]
    case .inputAdded: [.skip, dense(Self.inputs), f, .add, last]
    case .inputDoubled: [.skip, .add, dense(3), f, last]
    case .twoActivations: [dense(5), f, f, dense(3), last]
    case .branchBeforeActivation: [dense(5), .skip, f, .add, last]
    case .activationLast: [dense(5), last, f]
    case .additionLast: [dense(5), f, last, .skip, f, .add]
    }
  }

  func network() throws -> Network {
    try Network(inputShape: [Self.inputs], layers: layers)
  }

  func objective(samples: Int, threads: Int = 1) throws -> NetworkObjective {
    try NetworkObjective(
      network: network(), loss: loss,
      data: Self.data(samples: samples, inputs: Self.inputs, outputs: outputs, loss: loss),
      threads: threads)
  }

  static func data(samples: Int, inputs: Int, outputs: Int, loss: Loss, seed: UInt64 = 1) throws
    -> Dataset
  {
    var source = RandomSource(seed: seed, purpose: "data")
    let x = (0..<samples * inputs).map { _ in source.normal() }
    let targets: Targets =
      switch loss {
      case .crossEntropy:
        .classes((0..<samples).map { _ in source.index(below: outputs) }, count: outputs)
      case .binaryCrossEntropy:
        .values(
          (0..<samples * outputs).map { _ in Double(source.index(below: 2)) }, outputs: outputs)
      case .squaredError:
        .values((0..<samples * outputs).map { _ in source.normal() }, outputs: outputs)
      }
    return try Dataset(name: "random", inputShape: [inputs], inputs: x, targets: targets)
  }

  /// Every form with one loss and activation, the other two coming round.
  static let forms: [Example] = Form.allCases.enumerated().map { index, form in
    Example(
      form: form, activation: Activation.named[(2 * index + 3) % 9].activation,
      loss: Loss.allCases[index % 3])
  }

  /// Every activation, every form, every loss.
  static let all: [Example] = Form.allCases.flatMap { form in
    Activation.named.flatMap { named in
      Loss.allCases.map { Example(form: form, activation: named.activation, loss: $0) }
    }
  }
}

/// Normal numbers times a scale.
func randomVector(_ count: Int, seed: UInt64, scale: Double = 1) -> [Double] {
  var source = RandomSource(seed: seed, purpose: "vector")
  return (0..<count).map { _ in scale * source.normal() }
}

extension LinearOperator {
  /// The whole matrix, row by row.
  var dense: [[Double]] {
    (0..<dimension).map { i in
      apply(to: (0..<dimension).map { $0 == i ? 1 : 0 })
    }
  }

  var trace: Double {
    dense.enumerated().reduce(0) { $0 + $1.element[$1.offset] }
  }
}

/// The greatest difference of two vectors.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

extension [Double] {
  /// What two equal results share, NaN included.
  var bits: [UInt64] { map(\.bitPattern) }
}
