import Algebra
import Datasets
import RealModule
import Testing

@testable import Networks

@Suite struct NetworkObjectiveTests {
  @Test(arguments: Example.all) func gradientIsTheSlope(_ example: Example) throws {
    let objective = try example.objective(samples: 7)
    let w = randomVector(objective.dimension, seed: 11, scale: 0.7)
    let (value, gradient) = objective.valueAndGradient(at: w)
    #expect(value == objective.value(at: w))
    let h = 1e-5
    for i in w.indices {
      var (right, left) = (w, w)
      right[i] += h
      left[i] -= h
      let slope = (objective.value(at: right) - objective.value(at: left)) / (2 * h)
      #expect(abs(slope - gradient[i]) <= 2e-8 * max(1, abs(slope)))
    }
  }

  @Test(arguments: Loss.allCases)
  func aNetworkOfNoughtsHasAKnownLoss(_ loss: Loss) throws {
    let example = Example(form: .plain, activation: .tanh, loss: loss)
    let objective = try example.objective(samples: 50)
    let (value, score) = objective.evaluate(at: .init(repeating: 0, count: objective.dimension))
    switch (loss, objective.data.targets) {
    case (.crossEntropy, .classes(let labels, _)):
      #expect(abs(value - Double.log(3)) < 1e-14)
      // All logits are equal, and the first is the answer.
      #expect(score == Double(labels.count { $0 == 0 }) / 50)
    case (.binaryCrossEntropy, .values(let values, _)):
      #expect(abs(value - Double.log(2)) < 1e-14)
      #expect(score == Double(values.count { $0 == 0 }) / 100)
    case (.squaredError, .values(let values, _)):
      #expect(abs(value - dot(values, values) / 100) < 1e-14)
    default: Issue.record("targets of another kind")
    }
  }

  @Test func rSquaredIs1WhereTheFitIsRightAnd0AtTheMean() throws {
    let data = try Dataset(
      name: "line", inputShape: [1], inputs: [0, 1, 2, 3],
      targets: .values([1, 0, 3, 2, 5, 4, 7, 6], outputs: 2))
    let network = try Network(inputShape: [1], layers: [.dense(units: 2, bias: true)])
    let objective = try NetworkObjective(network: network, loss: .squaredError, data: data)
    #expect(objective.evaluate(at: [2, 2, 1, 0]) == (0, 1))
    let mean = objective.evaluate(at: [0, 0, 4, 3])
    #expect(mean.loss == 5 && mean.score == 0)
  }

  @Test(arguments: Example.forms) func threadsChangeNoBit(_ example: Example) throws {
    let one = try example.objective(samples: 4000)
    let w = randomVector(one.dimension, seed: 2)
    let right = one.valueAndGradient(at: w)
    for threads in [2, 3, 7] {
      var objective = one
      objective.threads = threads
      #expect([objective.value(at: w)].bits == [right.value].bits)
      #expect(objective.valueAndGradient(at: w).gradient.bits == right.gradient.bits)
    }
  }

  @Test func fillingDoesNotCount() throws {
    // The mean over 20 samples is the mean of the means over 5 and 15.
    let data = try Example.data(samples: 20, inputs: 4, outputs: 3, loss: .crossEntropy)
    guard case .classes(let labels, _) = data.targets else { return }
    let network = try Example.forms[0].network()
    let w = randomVector(network.layout.count, seed: 3)
    func part(_ samples: Range<Int>) throws -> (value: Double, gradient: [Double]) {
      try NetworkObjective(
        network: network, loss: .crossEntropy,
        data: Dataset(
          name: "part", inputShape: [4],
          inputs: Array(data.inputs[samples.lowerBound * 4..<samples.upperBound * 4]),
          targets: .classes(Array(labels[samples]), count: 3))
      ).valueAndGradient(at: w)
    }
    let (whole, first, rest) = (try part(0..<20), try part(0..<5), try part(5..<20))
    #expect(abs(whole.value - (first.value * 5 + rest.value * 15) / 20) < 1e-14)
    let mean = zip(first.gradient, rest.gradient).map { ($0 * 5 + $1 * 15) / 20 }
    #expect(distance(whole.gradient, mean) < 1e-14)
  }

  @Test(arguments: [1e200, .infinity, .nan])
  func weightsThatDivergedAreSeenInTheLoss(_ bad: Double) throws {
    let objective = try Example(form: .plain, activation: .relu, loss: .squaredError)
      .objective(samples: 30)
    var w = randomVector(objective.dimension, seed: 4)
    for i in 0..<20 { w[i] = bad }
    #expect(!objective.value(at: w).isFinite)
  }

  @Test(arguments: Loss.allCases) func anOutputThatIsNotANumberHasNoScore(_ loss: Loss) throws {
    let objective = try Example(form: .plain, activation: .tanh, loss: loss)
      .objective(samples: 30)
    let w = [Double](repeating: .nan, count: objective.dimension)
    let (value, score) = objective.evaluate(at: w)
    #expect(value.isNaN && score.isNaN)
    let grid = PlaneGrid(centre: w, u: w, v: w, alphas: [0, 1], betas: [0])
    let samples = objective.sample(grid, rows: 0..<1, options: SamplingOptions()) { _ in }
    #expect(samples.losses.allSatisfy(\.isNaN) && samples.scores.allSatisfy(\.isNaN))
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let classes = try Example.data(samples: 5, inputs: 4, outputs: 3, loss: .crossEntropy)
    let values = try Example.data(samples: 5, inputs: 4, outputs: 2, loss: .squaredError)
    func message(_ outputs: Int, _ loss: Loss, _ data: Dataset, inputs: Int = 4) throws -> String {
      let network = try Network(
        inputShape: [inputs], layers: [.dense(units: outputs, bias: true)])
      do throws(NetworkError) {
        _ = try NetworkObjective(network: network, loss: loss, data: data)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(try message(3, .crossEntropy, classes) == "")
    #expect(try message(4, .crossEntropy, classes) == "")
    #expect(try message(2, .squaredError, values) == "")
    #expect(try message(2, .crossEntropy, classes).contains("2 outputs; the data has 3 classes"))
    #expect(try message(3, .crossEntropy, classes, inputs: 5).contains("[5]; the data has [4]"))
    #expect(try message(3, .squaredError, classes).contains("targets are classes"))
    #expect(try message(2, .crossEntropy, values).contains("needs classes"))
    #expect(try message(3, .squaredError, values).contains("3 outputs; the data has 2 targets"))
    #expect(try message(2, .binaryCrossEntropy, values).contains("not from 0 to 1"))
  }
}
