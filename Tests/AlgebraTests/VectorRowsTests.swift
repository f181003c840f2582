import Testing

@testable import Algebra

@Suite struct VectorRowsTests {
  private func vectors(_ count: Int, _ dimension: Int) -> [[Double]] {
    var source = RandomSource(seed: UInt64(count * 1000 + dimension))
    return (0..<count).map { _ in (0..<dimension).map { _ in source.normal() } }
  }

  private func rows(_ vectors: [[Double]], _ dimension: Int) -> VectorRows {
    var rows = VectorRows(dimension: dimension, capacity: vectors.count)
    for vector in vectors { rows.append(vector) }
    return rows
  }

  static let sizes = [(1, 1), (2, 7), (3, 8), (4, 9), (5, 64), (9, 1023), (13, 1024), (17, 2051)]

  @Test(arguments: sizes)
  func `Products are those of one row after the other`(count: Int, dimension: Int) {
    let (some, x) = (vectors(count, dimension), vectors(1, dimension + 1)[0].dropLast())
    let found = rows(some, dimension).products(with: Array(x))
    for (row, product) in zip(some, found) {
      let right = zip(row, x).reduce(0) { $0 + $1.0 * $1.1 }
      let size = zip(row, x).reduce(0) { $0 + abs($1.0 * $1.1) }
      #expect(abs(product - right) <= 4 * .ulpOfOne * Double(dimension).squareRoot() * size)
    }
    #expect(rows(some, dimension).products(with: Array(x), last: 1) == [found[count - 1]])
  }

  @Test(arguments: sizes)
  func `Rows are added with their factors`(count: Int, dimension: Int) {
    let some = vectors(count, dimension)
    let factors = (0..<count).map { Double($0) - 1.5 }
    var x = some[0]
    rows(some, dimension).add(2, times: factors, to: &x)
    for j in 0..<dimension {
      let right = some[0][j] + 2 * (0..<count).reduce(0) { $0 + factors[$1] * some[$1][j] }
      #expect(abs(x[j] - right) <= 1e-13 * Double(count * count) * 10)
    }
  }

  @Test(arguments: sizes)
  func `Rows are combined in place`(count: Int, dimension: Int) {
    let some = vectors(count, dimension)
    let fewer = (count + 1) / 2
    let factors = vectors(fewer, count)
    var combined = rows(some, dimension)
    combined.combine(factors.flatMap(\.self), count: fewer)
    #expect(combined.count == fewer)
    for i in 0..<fewer {
      for j in 0..<dimension {
        let right = (0..<count).reduce(0) { $0 + factors[i][$1] * some[$1][j] }
        #expect(abs(combined[i][j] - right) <= 1e-12)
      }
    }
  }
}
