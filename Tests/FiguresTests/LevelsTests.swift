import Foundation
import Testing

@testable import Figures

@Suite struct LevelsTests {
  @Test func `two to five decades get 1-2-5`() throws {
    let set = try #require(Levels.candidates(in: 0.0763...35, kind: .log).first)
    #expect(set.values == [0.1, 0.2, 0.5, 1, 2, 5, 10, 20])
    #expect(set.below == 0.05)
    #expect(set.above == 50)
    #expect(set.isIndex == [true, false, false, true, false, false, true, false])
  }

  @Test func `there are six to fourteen levels over many ranges and all sets`() {
    var random = TestFields.Seeded(state: 11)
    for _ in 0..<2000 {
      let low = pow(10, random.uniform(-30, 30))
      let high = low * pow(10, random.uniform(0.001, 40))
      for kind in [ScaleKind.log, .linear] {
        let sets = Levels.candidates(in: low...high, kind: kind)
        #expect(!sets.isEmpty)
        for set in sets {
          #expect((6...14).contains(set.values.count), "\(kind) \(low) \(high) \(set.values)")
          #expect(set.values.allSatisfy { low < $0 && $0 < high })
          #expect(set.values == set.values.sorted())
        }
        #expect(zip(sets, sets.dropFirst()).allSatisfy { $0.values.count >= $1.values.count })
      }
    }
  }

  @Test func `signed ranges get levels around zero`() throws {
    let linear = try #require(Levels.candidates(in: -3...7, kind: .linear).first)
    #expect(linear.values.contains(0))
    let symlog = try #require(
      Levels.candidates(in: -40...900, kind: .symlog(threshold: 0.1)).first)
    #expect((6...14).contains(symlog.values.count))
    #expect(symlog.values.contains(0))
    #expect(symlog.values == symlog.values.sorted())
  }

  @Test(arguments: [
    1e16...1e16 + 2, 0...Double.leastNonzeroMagnitude, -1.7e308...1.7e308, 1e-308...1e308,
    1...1.0.nextUp,
  ])
  func `ranges that doubles can hardly divide neither trap nor repeat a level`(
    range: ClosedRange<Double>
  ) {
    for kind in [ScaleKind.linear, .log, .symlog(threshold: 1)] {
      for set in Levels.candidates(in: range, kind: kind) {
        #expect(set.values.count <= 14)
        #expect(set.values.count != 1 || kind != .linear)
        #expect(Set(set.values).count == set.values.count)
        #expect(set.isIndex.count == set.values.count)
      }
    }
  }

  @Test func `published levels can be asked for`() throws {
    let option = try LevelsOption.steps(from: 0.1, to: 1, by: 0.3)
    #expect(option == .values([0.1, 0.4, 0.7]))
    #expect(throws: FigureError.self) { try LevelsOption.steps(from: 0, to: 1, by: 0) }
    #expect(throws: FigureError.self) { try LevelsOption.steps(from: 0, to: 1, by: 1e-9) }
    #expect(throws: FigureError.self) { try LevelsOption.steps(from: 2, to: 1, by: 0.1) }
    #expect(try Levels.explicit([3, 1, 3]).values == [1, 3])
    #expect(throws: FigureError.self) { try Levels.explicit([1, .nan]) }
    // Decades stand out, and so the colour bar prefers them for its labels.
    let decades = try Levels.explicit([0.1, 0.5, 1, 3, 10, 50, 100, 1000])
    #expect(decades.isIndex == [true, false, true, false, true, false, true, true])
    #expect(try Levels.explicit([1, 10, 100]).isIndex == [false, false, false])
    #expect(try Levels.explicit([0.5, 1, 1.5, 2]).isIndex.allSatisfy { !$0 })
  }
}
