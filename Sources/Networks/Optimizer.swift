import RealModule

/// A rule that turns gradients into steps, with the defaults and the arithmetic of the framework
/// that it names.
public struct Optimizer: Sendable, Hashable {
  /// Whose arithmetic is followed where the two differ.
  public enum Framework: String, Sendable, CaseIterable {
    case pytorch
    case keras
  }

  /// The rule.
  public enum Rule: Sendable, Hashable {
    /// Gradient descent, with momentum where it is above 0; Nesterov's form on request.
    case sgd(momentum: Double, nesterov: Bool)
    /// Adam (Kingma and Ba 2015).
    case adam(beta1: Double, beta2: Double, epsilon: Double)
  }

  /// How weight decay enters.
  public enum Decay: String, Sendable, CaseIterable {
    /// λmᵢwᵢ is added to the gradient: the L2 penalty.
    case coupled
    /// Weights shrink by the factor 1 − ηλmᵢ beside the step (Loshchilov and Hutter 2019): not the
    /// gradient of any fixed objective.
    case decoupled
  }

  /// The rule.
  public var rule: Rule
  /// η, the learning rate.
  public var learningRate: Double
  /// How weight decay enters.
  public var decay: Decay
  /// Whose arithmetic is followed.
  public var framework: Framework

  /// Makes an optimiser.
  public init(rule: Rule, learningRate: Double, decay: Decay = .coupled, framework: Framework) {
    self.rule = rule
    self.learningRate = learningRate
    self.decay = decay
    self.framework = framework
  }

  /// SGD with the framework's defaults: η = 0.01 in Keras and, since 2.2, in PyTorch 0.001.
  ///
  /// - Parameter framework: Whose defaults.
  /// - Returns: The optimiser.
  public static func sgd(_ framework: Framework) -> Optimizer {
    Optimizer(
      rule: .sgd(momentum: 0, nesterov: false),
      learningRate: framework == .keras ? 0.01 : 0.001, framework: framework)
  }

  /// Adam with the framework's defaults: η = 0.001, β = (0.9, 0.999), ε = 1e-8 in PyTorch and 1e-7
  /// in Keras.
  ///
  /// - Parameter framework: Whose defaults.
  /// - Returns: The optimiser.
  public static func adam(_ framework: Framework) -> Optimizer {
    Optimizer(
      rule: .adam(beta1: 0.9, beta2: 0.999, epsilon: framework == .keras ? 1e-7 : 1e-8),
      learningRate: 0.001, framework: framework)
  }

  /// AdamW: ``adam(_:)`` with decoupled decay.
  ///
  /// - Parameter framework: Whose defaults.
  /// - Returns: The optimiser.
  public static func adamW(_ framework: Framework) -> Optimizer {
    var optimizer = adam(framework)
    optimizer.decay = .decoupled
    return optimizer
  }
}

/// What an optimiser remembers from step to step.
struct OptimizerState {
  private let optimizer: Optimizer
  private var steps = 0
  private var first: [Double]
  private var second: [Double]

  init(_ optimizer: Optimizer, count: Int) {
    self.optimizer = optimizer
    first = Array(repeating: 0, count: count)
    second = Array(repeating: 0, count: count)
  }

  /// One step at a learning rate; `decay` is λm, one number for each weight.
  mutating func step(
    _ w: inout [Double], _ gradient: [Double], learningRate: Double, decay: [Double]
  ) {
    steps += 1
    let coupled = optimizer.decay == .coupled
    switch optimizer.rule {
    case .sgd(let momentum, let nesterov):
      for i in w.indices {
        let g = coupled ? gradient[i] + decay[i] * w[i] : gradient[i]
        if !coupled { w[i] -= learningRate * decay[i] * w[i] }
        switch optimizer.framework {
        case .pytorch where momentum == 0:
          w[i] -= learningRate * g
        case .pytorch:
          // The first velocity is the gradient itself.
          first[i] = steps == 1 ? g : momentum * first[i] + g
          w[i] -= learningRate * (nesterov ? g + momentum * first[i] : first[i])
        case .keras:
          // The velocity carries the learning rate at which it was made.
          first[i] = momentum * first[i] - learningRate * g
          w[i] += nesterov ? momentum * first[i] - learningRate * g : first[i]
        }
      }
    case .adam(let beta1, let beta2, let epsilon):
      let correction1 = 1 - power(beta1, steps)
      let correction2 = (1 - power(beta2, steps)).squareRoot()
      for i in w.indices {
        let g = coupled ? gradient[i] + decay[i] * w[i] : gradient[i]
        if !coupled { w[i] *= 1 - learningRate * decay[i] }
        first[i] += (1 - beta1) * (g - first[i])
        second[i] = beta2 * second[i] + (1 - beta2) * g * g
        switch optimizer.framework {
        case .pytorch:
          let scale = second[i].squareRoot() / correction2 + epsilon
          w[i] -= learningRate / correction1 * (first[i] / scale)
        case .keras:
          // ε is added before the bias of the second moment is taken out.
          let rate = learningRate * correction2 / correction1
          w[i] -= rate * first[i] / (second[i].squareRoot() + epsilon)
        }
      }
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double { Double.pow(base, exponent) }
}
