import Datasets
import Testing

@Suite struct StandardisationTests {
  private func data(_ inputs: [Double]) throws -> Dataset {
    try Dataset(
      name: "d", inputShape: [2], inputs: inputs,
      targets: .values(.init(repeating: 0, count: inputs.count / 2), outputs: 1))
  }

  @Test func featuresGetMeanZeroAndVarianceOne() throws {
    // Feature 0: 1, 3 (mean 2, deviation 1); feature 1: 0, 8 (mean 4, deviation 4).
    let result = try data([1, 0, 3, 8]).standardised()
    #expect(result.inputs == [-1, -1, 1, 1])
    #expect(result.standardisation?.means == [2, 4])
    #expect(result.standardisation?.deviations == [1, 4])
  }

  @Test func theDigitsBecomeStandard() throws {
    let digits = try Dataset.digits().standardised()
    let again = Standardisation(measuring: digits)
    #expect(again.means.allSatisfy { abs($0) < 1e-13 })
    #expect(again.deviations.allSatisfy { $0 == 0 || abs($0 - 1) < 1e-12 })
    // Three pixels at the left and right edge are never written on.
    #expect(digits.standardisation?.constantCount == 3)
    #expect(digits.input(0).first == 0)
  }

  @Test func aConstantFeatureBecomesZeroThoughItsMeanIsRounded() throws {
    let inputs = (0..<1000).flatMap { [0.1, Double($0)] }
    let result = try data(inputs).standardised()
    #expect((0..<1000).allSatisfy { result.input($0).first == 0 })
    #expect(result.standardisation?.constantCount == 1)
  }

  @Test func heldOutSamplesTakeTheTrainingStatistics() throws {
    let training = try data([1, 5, 3, 5]).standardised()
    let heldOut = try data([4, 6]).standardised(by: training.standardisation)
    #expect(heldOut.inputs == [2, 0])
    let other = Standardisation(measuring: try Dataset.digits())
    #expect(throws: DatasetError.self) { try data([4, 6]).standardised(by: other) }
  }

  @Test func scalingMultipliesInputsAndForgetsStatistics() throws {
    let digits = try Dataset.digits()
    let scaled = try digits.scaled(by: 1 / 16)
    #expect(scaled.inputs.max() == 1)
    #expect(scaled.targets == digits.targets)
    #expect(try digits.standardised().scaled(by: 2).standardisation == nil)
  }

  @Test func overflowIsAnErrorNotANaN() throws {
    let huge = try data([1e308, 0, -1e308, 1])
    #expect(throws: DatasetError.self) { try huge.standardised() }
    #expect(throws: DatasetError.self) { try huge.scaled(by: 10) }
    for factor in [0, .nan, .infinity] {
      #expect(throws: DatasetError.self) { try huge.scaled(by: factor) }
    }
  }
}
