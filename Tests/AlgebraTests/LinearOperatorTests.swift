import Testing

@testable import Algebra

@Suite struct LinearOperatorTests {
  let matrix = [[2.0, 1, 0], [1, 3, -1], [0, -1, 4]]
  var map: ClosureOperator {
    ClosureOperator(dimension: 3) { [matrix] x in matrix.map { dot($0, x) } }
  }

  @Test func aShiftAddsToTheDiagonalAlone() {
    let shifted = DiagonallyShifted(map, by: [1, 0, -2])
    #expect(shifted.dimension == 3)
    let columns = (0..<3).map { column in
      shifted.apply(to: (0..<3).map { $0 == column ? 1 : 0 })
    }
    #expect(columns == [[3, 1, 0], [1, 3, -1], [0, -1, 2]])
  }

  @Test func aConstantShiftMovesTheSpectrumByExactlyIt() {
    // (1, −1, 0) is an eigenvector of 2 with [[3, 1, 0], [1, 3, 0], [0, 0, 5]].
    let map = ClosureOperator(dimension: 3) { x in
      [3 * x[0] + x[1], x[0] + 3 * x[1], 5 * x[2]]
    }
    let shifted = DiagonallyShifted(map, by: [0.25, 0.25, 0.25])
    #expect(map.apply(to: [1, -1, 0]) == [2, -2, 0])
    #expect(shifted.apply(to: [1, -1, 0]) == [2.25, -2.25, 0])
  }

  @Test func aBlockIsItsVectorsOneByOne() {
    let shifted = DiagonallyShifted(map, by: [1, 0, -2])
    let block = [[1.0, 2, 3], [0, -1, 0.5]]
    #expect(map.apply(toBlock: block) == block.map(map.apply))
    #expect(shifted.apply(toBlock: block) == block.map(shifted.apply))
    #expect(shifted.apply(toBlock: []).isEmpty)
  }
}
