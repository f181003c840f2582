import Testing

@testable import Algebra

@Suite struct OrthonormalBasisTests {
  func basis(_ n: Int, _ m: Int) -> OrthonormalBasis {
    var source = RandomSource(seed: 1)
    var basis = OrthonormalBasis(dimension: n, capacity: m)
    while !basis.isFull {
      var v = (0..<n).map { _ in source.normal() }
      let beta = basis.orthogonalise(&v).beta
      basis.append(v.map { $0 / beta })
    }
    return basis
  }

  @Test func whatIsTakenAndWhatRemainsAddUp() {
    let basis = basis(30, 7)
    let x = (0..<30).map { Double($0 * $0 % 11) - 5 }
    var rest = x
    let (coefficients, beta) = basis.orthogonalise(&rest)
    #expect(abs(norm(rest) - beta) < 1e-14)
    for i in 0..<7 {
      #expect(abs(dot(basis[i], rest)) < 1e-13)
      #expect(abs(coefficients[i] - dot(basis[i], x)) < 1e-13)
    }
    let taken = basis.combination(coefficients)
    for i in 0..<30 { #expect(abs(taken[i] + rest[i] - x[i]) < 1e-13) }
  }

  @Test func nearlyDependentVectorsStillComeOutOrthogonal() {
    // All but 1e-12 of the vector lies along the basis: one pass would leave 1e-4.
    let basis = basis(50, 10)
    var x = basis.combination((0..<10).map { Double($0 + 1) })
    for i in x.indices { x[i] += 1e-12 * Double(i % 3 - 1) }
    let beta = basis.orthogonalise(&x).beta
    for i in 0..<10 { #expect(abs(dot(basis[i], x)) < 1e-14 * beta) }
  }

  @Test(arguments: [1, 511, 512, 513, 1300]) func combinationsReplaceTheBasis(_ n: Int) {
    let m = min(n, 5)
    let before = basis(n, m)
    // A rotation of the first and the last vector, and nothing of the rest.
    let count = min(m, 2)
    var factors = [Double](repeating: 0, count: count * m)
    factors[0] = m == 1 ? 1 : 0.6
    if m > 1 {
      factors[m - 1] = 0.8
      factors[m] = -0.8
      factors[2 * m - 1] = 0.6
    }
    var after = before
    after.combine(factors, count: count)
    #expect(after.count == count)
    for i in 0..<count {
      let right = before.combination(factors[i * m..<(i + 1) * m])
      for (x, y) in zip(after[i], right) { #expect(abs(x - y) < 1e-14) }
    }
    #expect(orthogonalityDefect((0..<count).map { after[$0] }) < 1e-14)
  }
}
