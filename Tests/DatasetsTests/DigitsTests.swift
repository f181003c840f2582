import Datasets
import Testing

@Suite struct DigitsTests {
  @Test func theDigitsAreTheOnesOfThePublishedSet() throws {
    let digits = try Dataset.digits()
    #expect(digits.count == 1797)
    #expect(digits.inputShape == [1, 8, 8])
    #expect(digits.targets.width == 10)
    #expect(digits.targets.classCounts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect(
      Array(digits.input(0)) == [
        0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0, 0, 4, 12,
        0, 0, 8, 8, 0, 0, 5, 8, 0, 0, 9, 8, 0, 0, 4, 11, 0, 1, 12, 7, 0, 0, 2, 14, 5, 10, 12, 0,
        0, 0, 0, 6, 13, 10, 0, 0, 0,
      ])
    #expect(digits.inputs.min() == 0)
    #expect(digits.inputs.max() == 16)
    #expect(digits.inputs.reduce(0, +) == 561_718)
  }
}
