import Testing

@testable import Networks

/// Steps on one weight, by hand.
@Suite struct OptimizerTests {
  static func run(
    _ optimizer: Optimizer, gradients: [Double], from start: Double = 1, decay: Double = 0
  ) -> [Double] {
    var state = OptimizerState(optimizer, count: 1)
    var w = [start]
    return gradients.map { gradient in
      state.step(&w, [gradient], learningRate: optimizer.learningRate, decay: [decay])
      return w[0]
    }
  }

  static func sgd(_ framework: Optimizer.Framework, momentum: Double = 0, nesterov: Bool = false)
    -> Optimizer
  {
    Optimizer(
      rule: .sgd(momentum: momentum, nesterov: nesterov), learningRate: 0.5, framework: framework)
  }

  @Test(arguments: Optimizer.Framework.allCases)
  func plainStepsGoDownTheGradient(_ framework: Optimizer.Framework) {
    #expect(Self.run(Self.sgd(framework), gradients: [1, -2, 0]) == [0.5, 1.5, 1.5])
  }

  @Test(arguments: Optimizer.Framework.allCases)
  func momentumAddsHalfOfTheLastStep(_ framework: Optimizer.Framework) {
    // Velocities 1, 2.5, 1.25 in PyTorch; −0.5, −1.25, −0.625 in Keras.
    let steps = Self.run(Self.sgd(framework, momentum: 0.5), gradients: [1, 2, 0])
    #expect(steps == [0.5, -0.75, -1.375])
  }

  @Test(arguments: Optimizer.Framework.allCases)
  func nesterovLooksAStepAhead(_ framework: Optimizer.Framework) {
    // PyTorch: steps η(g + ½v): v = 1, 2.5; g + ½v = 1.5, 3.25. Keras: the same, η taken in.
    let steps = Self.run(Self.sgd(framework, momentum: 0.5, nesterov: true), gradients: [1, 2])
    #expect(steps == [0.25, -1.375])
  }

  @Test(arguments: Optimizer.Framework.allCases)
  func coupledDecayIsPartOfTheGradient(_ framework: Optimizer.Framework) {
    // 1 − ½(1 + ½·1) = 0.25.
    #expect(Self.run(Self.sgd(framework), gradients: [1], decay: 0.5) == [0.25])
  }

  @Test(arguments: Optimizer.Framework.allCases)
  func decoupledDecayShrinksBesideTheStep(_ framework: Optimizer.Framework) {
    var optimizer = Self.sgd(framework)
    optimizer.decay = .decoupled
    #expect(Self.run(optimizer, gradients: [0, 0], decay: 0.5) == [0.75, 0.5625])
    var adam = Optimizer.adamW(framework)
    adam.learningRate = 0.5
    #expect(Self.run(adam, gradients: [0, 0], decay: 0.5) == [0.75, 0.5625])
  }

  @Test(arguments: Optimizer.Framework.allCases, [1e-3, 1, 1e3])
  func adamsFirstStepsAreTheLearningRateWhateverTheGradient(
    _ framework: Optimizer.Framework, _ size: Double
  ) {
    let optimizer = Optimizer.adam(framework)
    let steps = Self.run(optimizer, gradients: [size, size, size], from: 0)
    for (step, w) in steps.enumerated() {
      #expect(abs(w + 0.001 * Double(step + 1)) < 1e-5)
    }
  }

  @Test func defaultsAreTheFrameworks() {
    #expect(Optimizer.sgd(.pytorch).learningRate == 0.001)
    #expect(Optimizer.sgd(.keras).learningRate == 0.01)
    #expect(Optimizer.adam(.pytorch).rule == .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
    #expect(Optimizer.adam(.keras).rule == .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7))
    #expect(Optimizer.adam(.pytorch).decay == .coupled)
    #expect(Optimizer.adamW(.pytorch).decay == .decoupled)
  }
}
