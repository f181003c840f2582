import Datasets
import Testing

@Suite struct DatasetTests {
  private static let labels = Targets.classes([0, 1], count: 2)

  @Test func aDatasetKnowsItsCounts() throws {
    let data = try Dataset(
      name: "d", inputShape: [1, 2], inputs: [1, 2, 3, 4], targets: .classes([1, 1], count: 3))
    #expect(data.count == 2)
    #expect(data.inputSize == 2)
    #expect(data.input(1) == [3, 4])
    #expect(data.targets.classCounts == [0, 2, 0])
    #expect(data.targets.width == 3)
    let fit = try Dataset(
      name: "d", inputShape: [], inputs: [1, 2], targets: .values([1, 2, 3, 4], outputs: 2))
    #expect(fit.count == 2)
    #expect(fit.targets.width == 2)
    #expect(fit.targets.classCounts == [])
  }

  @Test(
    arguments: [
      ([2], [], labels, "it has no samples"),
      ([2], [1, 2, 3], labels, "3 inputs are no whole number of samples of shape [2]"),
      ([0], [1, 2], labels, "samples cannot have shape [0]"),
      ([-1], [1, 2], labels, "samples cannot have shape [-1]"),
      ([.max, 2], [1, 2], labels, "samples cannot have shape [9223372036854775807, 2]"),
      ([1], [1, 2, 3], labels, "it has 3 inputs and 2 labels"),
      ([2], [1, 2, 3, .nan], labels, "the input of sample 1, feature 1, is nan"),
      ([2], [1, 2, -.infinity, 4], labels, "the input of sample 1, feature 0, is -inf"),
      ([1], [1, 2], .classes([0, 2], count: 2), "the label of sample 1 is 2, not 0 to 1"),
      ([1], [1, 2], .classes([-1, 1], count: 2), "the label of sample 0 is -1, not 0 to 1"),
      ([1], [1, 2], .classes([0, 0], count: 0), "it cannot have 0 classes (1 to 65536)"),
      (
        [1], [1, 2], .classes([0, 1], count: 1_000_000_000),
        "it cannot have 1000000000 classes (1 to 65536)"
      ),
      ([1], [1, 2], .values([1], outputs: 1), "it has 2 inputs, and 1 targets of 1 each"),
      ([1], [1, 2], .values([1, 2], outputs: 0), "it has 2 inputs, and 2 targets of 0 each"),
      (
        [1], [1, 2], .values([1, 2, 3, .infinity], outputs: 2),
        "the target of sample 1, output 1, is inf"
      ),
    ] as [([Int], [Double], Targets, String)])
  func whatIsNoDatasetIsRefused(
    shape: [Int], inputs: [Double], targets: Targets, reason: String
  ) {
    #expect(throws: DatasetError.invalid(name: "d", reason: reason)) {
      try Dataset(name: "d", inputShape: shape, inputs: inputs, targets: targets)
    }
  }
}
