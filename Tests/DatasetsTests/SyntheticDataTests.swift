import Datasets
import Foundation
import Testing

@Suite struct SyntheticDataTests {
  @Test(arguments: SyntheticData.Shape.allCases)
  func equalSeedsGiveEqualData(shape: SyntheticData.Shape) throws {
    let data = try SyntheticData(shape, samples: 30, seed: 4).make()
    #expect(data.count == 30)
    #expect(data.name == shape.rawValue)
    #expect(try SyntheticData(shape, samples: 30, seed: 4).make() == data)
    #expect(try SyntheticData(shape, samples: 30, seed: 5).make() != data)
  }

  @Test(arguments: SyntheticData.Shape.allCases)
  func noiseHasTheDeviationAskedFor(shape: SyntheticData.Shape) throws {
    let exact = try SyntheticData(shape, samples: 5000, noise: 0).make()
    let noisy = try SyntheticData(shape, samples: 5000, noise: 0.3).make()
    func values(_ data: Dataset) -> [Double] {
      guard case .values(let values, _) = data.targets else { return data.inputs }
      return values
    }
    let errors = zip(values(noisy), values(exact)).map { $0 - $1 }
    let mean = errors.reduce(0, +) / Double(errors.count)
    let square = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    #expect(abs(mean) < 0.02)
    #expect(abs(square.squareRoot() - 0.3) < 0.01)
    if shape == .sine { #expect(noisy.inputs == exact.inputs) }
  }

  @Test(arguments: [SyntheticData.Shape.spirals, .rings, .blobs], [2, 3, 7])
  func classesAreAsEvenAsCanBe(shape: SyntheticData.Shape, classes: Int) throws {
    let data = try SyntheticData(shape, samples: 100, classes: classes).make()
    #expect(data.targets.width == classes)
    let counts = data.targets.classCounts
    #expect(counts.reduce(0, +) == 100)
    #expect(try #require(counts.max()) - #require(counts.min()) <= 1)
  }

  private func points(_ shape: SyntheticData.Shape, classes: Int? = nil) throws
    -> [(x: Double, y: Double, label: Int)]
  {
    let data = try SyntheticData(shape, samples: 60, noise: 0, classes: classes).make()
    guard case .classes(let labels, _) = data.targets else { return [] }
    return labels.enumerated().map { (data.inputs[2 * $0], data.inputs[2 * $0 + 1], $1) }
  }

  @Test func ringsLieOnTheirCircles() throws {
    for point in try points(.rings, classes: 3) {
      #expect(abs(hypot(point.x, point.y) - Double(point.label + 1) / 3) < 1e-14)
    }
  }

  @Test func spiralArmsTurnAsTheyGrow() throws {
    for point in try points(.spirals, classes: 3) {
      let radius = hypot(point.x, point.y)
      let angle = 2 * Double.pi * (radius + Double(point.label) / 3)
      #expect(abs(point.x - radius * cos(angle)) < 1e-13)
      #expect(abs(point.y - radius * sin(angle)) < 1e-13)
      #expect(radius > 0 && radius < 1)
    }
  }

  @Test func moonsAreTwoHalfCircles() throws {
    for point in try points(.moons) {
      if point.label == 0 {
        #expect(abs(hypot(point.x, point.y) - 1) < 1e-14 && point.y > 0)
      } else {
        #expect(abs(hypot(point.x - 1, point.y - 0.5) - 1) < 1e-14 && point.y < 0.5)
      }
    }
  }

  @Test func blobsSitOnTheUnitCircle() throws {
    for point in try points(.blobs, classes: 4) {
      let corner = [(1.0, 0.0), (0, 1), (-1, 0), (0, -1)][point.label]
      #expect(hypot(point.x - corner.0, point.y - corner.1) < 1e-15)
    }
  }

  @Test func fourSamplesOfXorAreTheTextbookProblem() throws {
    let data = try SyntheticData(.xor, samples: 4, noise: 0).make()
    #expect(data.inputs == [-1, -1, 1, -1, -1, 1, 1, 1])
    #expect(data.targets == .classes([0, 1, 1, 0], count: 2))
  }

  @Test func sineIsRegressionOverOnePeriod() throws {
    let data = try SyntheticData(.sine, samples: 8, noise: 0).make()
    #expect(data.inputShape == [1])
    let fractions: [Double] = [-7, -5, -3, -1, 1, 3, 5, 7]
    #expect(data.inputs == fractions.map { $0 / 8 * Double.pi })
    #expect(data.targets == .values(data.inputs.map { sin($0) }, outputs: 1))
  }

  @Test(arguments: [
    SyntheticData(.spirals, samples: 0), SyntheticData(.spirals, samples: 2, classes: 3),
    SyntheticData(.rings, samples: .max), SyntheticData(.blobs, classes: 1),
    SyntheticData(.blobs, classes: -1), SyntheticData(.rings, classes: .max),
    SyntheticData(.moons, classes: 3), SyntheticData(.xor, classes: 4),
    SyntheticData(.sine, classes: 2), SyntheticData(.sine, noise: -1),
    SyntheticData(.xor, noise: .nan), SyntheticData(.xor, noise: .infinity),
  ])
  func nonsenseIsRefused(data: SyntheticData) {
    #expect(throws: DatasetError.self) { try data.make() }
  }
}
