import Datasets
import Testing

@Suite struct SelectionTests {
  /// Sample i has inputs (i, −i) and targets i.
  private func numbered(_ count: Int) throws -> Dataset {
    try Dataset(
      name: "d", inputShape: [2], inputs: (0..<count).flatMap { [Double($0), -Double($0)] },
      targets: .values((0..<count).map(Double.init), outputs: 1))
  }

  private func order(_ data: Dataset) -> [Int] {
    (0..<data.count).map { Int(data.input($0).first ?? -1) }
  }

  @Test func withoutASeedTheFirstSamplesAreTaken() throws {
    let data = try numbered(10)
    #expect(try order(data.subset(count: 3)) == [0, 1, 2])
    #expect(try data.subset() == data)
  }

  @Test func aSeedShufflesInputsAndTargetsTogether() throws {
    let data = try numbered(100)
    let shuffled = data.shuffled(seed: 5)
    #expect(order(shuffled) != order(data))
    #expect(order(shuffled).sorted() == order(data))
    #expect(shuffled.targets == .values(order(shuffled).map(Double.init), outputs: 1))
    #expect(shuffled.inputs == order(shuffled).flatMap { [Double($0), -Double($0)] })
    #expect(data.shuffled(seed: 5) == shuffled)
    #expect(data.shuffled(seed: 6) != shuffled)
  }

  @Test func aSmallerSubsetBeginsALargerOne() throws {
    let data = try numbered(50)
    let large = try order(data.subset(count: 40, seed: 1))
    #expect(try order(data.subset(count: 7, seed: 1)) == Array(large.prefix(7)))
  }

  @Test func classesKeepTheirCount() throws {
    let digits = try Dataset.digits().subset(count: 3, seed: 2)
    #expect(digits.targets.width == 10)
  }

  @Test(arguments: [nil, 3] as [UInt64?]) func aSplitHasEverySampleOnce(seed: UInt64?) throws {
    let data = try numbered(20)
    let (training, heldOut) = try data.split(heldOut: 6, seed: seed)
    #expect(training.count == 14)
    #expect(heldOut.count == 6)
    #expect((order(training) + order(heldOut)).sorted() == Array(0..<20))
    if seed == nil { #expect(order(heldOut) == Array(14..<20)) }
  }

  @Test func impossibleCountsAreRefused() throws {
    let data = try numbered(4)
    #expect(
      throws: DatasetError.impossible(
        name: "d", reason: "0 samples were asked for; take at least 1")
    ) { try data.subset(count: 0) }
    #expect(
      throws: DatasetError.impossible(
        name: "d", reason: "5 samples were asked for, and there are only 4")
    ) { try data.subset(count: 5, seed: 1) }
    for count in [-1, 0, 4, 5] {
      #expect(throws: DatasetError.self) { try data.split(heldOut: count, seed: 1) }
    }
  }
}
