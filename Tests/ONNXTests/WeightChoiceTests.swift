import Datasets
import Foundation
import Networks
import ONNX
import Testing

/// Which numbers of a file are weights.
@Suite struct WeightChoiceTests {
  private func imported(
    _ name: String, _ inputShape: [Int], _ patterns: String = "",
    outputs: ONNXModel.OutputChange = .none
  ) throws -> ONNXModel.Imported {
    try ONNXModel(path: Fixture.folder + name + ".onnx").network(
      inputShape: inputShape, outputs: outputs,
      parameters: patterns.isEmpty ? .all : NamePatterns(patterns))
  }

  private func imported(_ test: TestModel, _ patterns: String = "") throws -> ONNXModel.Imported {
    try ONNXModel(bytes: test.bytes, path: "test.onnx").network(
      inputShape: [3],
      parameters: patterns.isEmpty ? .all : NamePatterns(patterns))
  }

  private func names(_ imported: ONNXModel.Imported) -> [String] {
    imported.network.layout.entries.map(\.name)
  }

  /// Files, the number of their parameters, and ‖w‖ over them.
  @Test(arguments: [
    ("weights-negated-pair", 4, 1.160949870), ("weights-tied", 10, 4.138236523),
    ("weights-lone-slope", 13, 4.620183945), ("weights-lone", 1, 0.7),
    ("weights-standardised", 6, 3.102418423),
  ])
  func `Files have the weights that were trained`(_ name: String, _ count: Int, _ norm: Double)
    throws
  {
    let data = try DatasetSource.npz(path: Fixture.folder + name + ".npz").load()
    let imported = try imported(name, data.inputShape)
    #expect(imported.network.layout.count == count)
    let squares = imported.weights.reduce(0) { $0 + $1 * $1 }
    #expect(abs(squares.squareRoot() - norm) < 1e-6)
  }

  @Test(arguments: [
    ("weights-negated-pair", 0.5585930433434413), ("weights-tied", 2.111305530772665),
    ("weights-sparse", 2.001441463), ("weights-constants", 0.7053504018429901),
    ("weights-lone-slope", 1.212125876198968), ("weights-standardised", 2.706514841742179),
  ])
  func `Losses do not depend on what is tied, lifted or left out`(_ name: String, _ loss: Double)
    throws
  {
    let (objective, weights, _) = try Fixture(name: name).objective()
    #expect(abs(objective.value(at: weights) - loss) < 1e-8)
  }

  @Test(arguments: ["dynamo", "torchscript"])
  func `The documentation's exports keep batch normalisation, and others are known as folded`(
    _ exporter: String
  ) throws {
    // PyTorch counts 86 parameters; the older exporter does not say that A is a buffer.
    let kept = try imported("normalised-\(exporter)-kept", [1, 4, 4], "!A")
    #expect(kept.network.layout.count == 86)
    #expect(kept.foldedNormalisations.isEmpty)
    let folded = try imported("normalised-\(exporter)-folded", [1, 4, 4], "!A")
    #expect(!folded.foldedNormalisations.isEmpty)
    #expect(folded.lines.contains { $0.hasPrefix("weights: batch normalisation is folded") })
  }

  @Test func `A buffer is trained only where it is named`() throws {
    let name = "normalised-dynamo-kept"
    #expect(try !names(imported(name, [1, 4, 4])).contains("A"))
    #expect(try !names(imported(name, [1, 4, 4], "*")).contains("A"))
    #expect(try names(imported(name, [1, 4, 4], "A,fc.*")).contains("A"))
    let error = #expect(throws: (any Error).self) {
      try imported(name, [1, 4, 4], "norm.running_mean")
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("mean or the variance"))
  }

  @Test func `A tensor that looks like a constant is said to be one, and lone numbers are kept`()
    throws
  {
    var test = TestModel(output: "y")
    test.initialiser("A", [3, 3], [1, 0, 1, 0, 1, 1, 1, 1, 0])
    test.initialiser("w", [3, 2], [1, 2, 3, 4, 5, 6.5])
    test.initialiser("t", [], [1.2345678])
    test.initialiser("half", [], [0.5])
    test.node("MatMul", ["x", "A"], ["a"])
    test.node("MatMul", ["a", "w"], ["b"])
    test.node("Mul", ["b", "t"], ["c"])
    test.node("Mul", ["c", "half"], ["y"])
    let imported = try imported(test)
    #expect(names(imported) == ["A", "w", "t"])
    #expect(imported.lines.contains { $0.hasPrefix("weights: 'A' [3, 3] looks like no weight") })
    #expect(imported.explanation.count == 4)
    #expect(try names(self.imported(test, "half")) == ["half"])
  }

  @Test func `Zeros and ones tie nothing, and two that are named move apart`() throws {
    func pair(_ first: [Float], _ second: [Float]) -> TestModel {
      var test = TestModel(output: "y")
      test.initialiser("a", [3, 2], first)
      test.initialiser("b", [3, 2], second)
      test.node("MatMul", ["x", "a"], ["p"])
      test.node("Relu", ["p"], ["q"])
      test.node("MatMul", ["x", "b"], ["r"])
      test.node("Add", ["q", "r"], ["y"])
      return test
    }
    let ones = [Float](repeating: 1, count: 6)
    #expect(try names(imported(pair(ones, ones))) == ["a", "b"])
    let numbers: [Float] = [1.5, 2, -3, 4, 5.25, 6]
    #expect(try names(imported(pair(numbers, numbers))) == ["a"])
    #expect(try names(imported(pair(numbers, numbers.map { -$0 }))) == ["a"])
    #expect(try names(imported(pair(numbers, numbers), "a,b")) == ["a", "b"])
    var other = numbers
    other[3] = 4.5
    #expect(try names(imported(pair(numbers, other))) == ["a", "b"])
  }
}
