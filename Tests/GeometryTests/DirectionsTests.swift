import Algebra
import Geometry
import Testing

@Suite struct DirectionsTests {
  /// Two layers: a 3 × 4 kernel whose second row is 0, its bias, a 2 × 3 kernel, its bias.
  let blocks = [
    ParameterBlock(parameters: 0..<12, rows: 3, layer: 0, isKernel: true),
    ParameterBlock(parameters: 12..<15, rows: 3, layer: 0, isKernel: false),
    ParameterBlock(parameters: 15..<21, rows: 2, layer: 1, isKernel: true),
    ParameterBlock(parameters: 21..<23, rows: 2, layer: 1, isKernel: false),
  ]
  let centre: [Double] = {
    var source = RandomSource(seed: 3, purpose: "centre")
    return (0..<23).map { (4..<8).contains($0) ? 0 : 5 * source.normal() }
  }()

  func draw(
    _ normalisation: DirectionNormalisation, biases: Bool = false, seed: UInt64 = 1,
    at centre: [Double]? = nil
  ) -> [Double] {
    var source = RandomSource(seed: seed, purpose: "directions")
    return randomDirection(
      at: centre ?? self.centre, blocks: blocks, normalisation: normalisation,
      includeBiases: biases, using: &source)
  }

  func size(_ w: [Double], _ range: Range<Int>) -> Double { norm(Array(w[range])) }

  func expectEqual(_ a: Double, _ b: Double) { #expect(abs(a - b) <= 1e-14 * max(a, b)) }

  @Test func `Filter: each row has the norm of the centre's row, and a row of zeros stays zero`() {
    let d = draw(.filter)
    for row in [0..<4, 8..<12, 15..<18, 18..<21] {
      expectEqual(size(d, row), size(centre, row))
      #expect(size(d, row) > 0)
    }
    #expect(d[4..<8].allSatisfy { $0 == 0 })
  }

  @Test func `Filter: rows are scaled apart from each other, not the tensor as a whole`() {
    let (d, raw) = (draw(.filter), draw(.none))
    let factors = [0, 8].map { d[$0] / raw[$0] }
    #expect(abs(factors[0] / factors[1] - 1) > 0.01)
    // Within a row one factor serves all.
    for i in 1..<4 { expectEqual(abs(d[i] / raw[i]), abs(factors[0])) }
  }

  @Test func `Filter of a transposed kernel: each column has the norm of the centre's column`() {
    let block = ParameterBlock(
      parameters: 0..<12, rows: 3, isTransposed: true, layer: 0, isKernel: true)
    var source = RandomSource(seed: 1, purpose: "directions")
    let d = randomDirection(
      at: centre, blocks: [block], normalisation: .filter, includeBiases: false, using: &source)
    func column(_ w: [Double], _ j: Int) -> Double { norm((0..<4).map { w[3 * $0 + j] }) }
    for j in 0..<3 {
      expectEqual(column(d, j), column(centre, j))
      #expect(column(d, j) > 0)
    }
    // Rows have norms of their own.
    #expect(abs(size(d, 0..<3) - size(centre, 0..<3)) > 1e-3)
  }

  @Test func `Filter with biases: a bias is one row`() {
    let d = draw(.filter, biases: true)
    expectEqual(size(d, 12..<15), size(centre, 12..<15))
    expectEqual(size(d, 21..<23), size(centre, 21..<23))
  }

  @Test func `Tensor: each tensor has the centre's norm`() {
    let d = draw(.tensor)
    expectEqual(size(d, 0..<12), size(centre, 0..<12))
    expectEqual(size(d, 15..<21), size(centre, 15..<21))
    #expect(size(d, 4..<8) > 0)
  }

  @Test func `Layer: all tensors of a layer together have the centre's norm`() {
    let d = draw(.layer, biases: true)
    expectEqual(size(d, 0..<15), size(centre, 0..<15))
    expectEqual(size(d, 15..<23), size(centre, 15..<23))
  }

  @Test(arguments: DirectionNormalisation.allCases)
  func `Biases do not move unless asked for`(normalisation: DirectionNormalisation) {
    let still = draw(normalisation)
    #expect((Array(12..<15) + Array(21..<23)).allSatisfy { still[$0] == 0 })
    let moving = draw(normalisation, biases: true)
    #expect((Array(12..<15) + Array(21..<23)).allSatisfy { moving[$0] != 0 })
  }

  @Test func `The kernels' numbers do not depend on whether biases move`() {
    for normalisation in [DirectionNormalisation.filter, .tensor, .none] {
      let (still, moving) = (draw(normalisation), draw(normalisation, biases: true))
      for i in Array(0..<12) + Array(15..<21) { #expect(still[i] == moving[i]) }
    }
  }

  @Test func `Equal seeds give equal numbers, other seeds and a second draw give others`() {
    #expect(draw(.filter) == draw(.filter))
    #expect(draw(.filter) != draw(.filter, seed: 2))
    var source = RandomSource(seed: 1, purpose: "directions")
    func next() -> [Double] {
      randomDirection(
        at: centre, blocks: blocks, normalisation: .filter, includeBiases: false, using: &source)
    }
    #expect(next() != next())
  }

  @Test func `Lengths do not depend on the drawn length: a direction taken twice stays`() {
    // A known fault of others: the scale of a bias grows with every draw.
    let once = draw(.filter, biases: true)
    let twice = draw(.filter, biases: true, at: once)
    for (a, b) in zip(once, twice) { #expect(abs(a - b) <= 1e-14 * abs(a)) }
  }

  @Test func `Numbers are normal, not uniform over positive values`() {
    let count = 100_000
    let block = ParameterBlock(parameters: 0..<count, rows: 1, layer: 0, isKernel: true)
    var source = RandomSource(seed: 5)
    let d = randomDirection(
      at: Array(repeating: 1, count: count), blocks: [block], normalisation: .none,
      includeBiases: false, using: &source)
    let mean = d.reduce(0, +) / Double(count)
    let fourth = d.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(count)
    // Four standard errors: 1/√n, and √(96/n) for the fourth moment, which is 3.
    #expect(abs(mean) < 4 / Double(count).squareRoot())
    #expect(abs(dot(d, d) / Double(count) - 1) < 4 * (2 / Double(count)).squareRoot())
    #expect(abs(fourth - 3) < 4 * (96 / Double(count)).squareRoot())
  }

  @Test func `Orthogonalised vectors have no part along the other, however long it is`() {
    for scale in [1e-6, 1, 1e6] {
      var source = RandomSource(seed: 8)
      let u = (0..<500).map { _ in scale * source.normal() }
      // Nearly parallel: the hard case for one pass.
      let v = u.map { $0 / scale + 1e-6 * source.normal() }
      let w = orthogonalised(v, to: u)
      #expect(abs(dot(u, w)) <= 1e-15 * norm(u) * norm(v))
      // What is taken out lies along u alone.
      let gone = zip(v, w).map { $0 - $1 }
      #expect(abs(abs(dot(gone, u)) / (norm(gone) * norm(u)) - 1) < 1e-12)
    }
    #expect(orthogonalised([1, 2], to: [0, 0]) == [1, 2])
    #expect(orthogonalised([1, 2], to: [3, 0]) == [0, 2])
  }
}
