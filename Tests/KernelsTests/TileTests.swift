import Foundation
import Kernels
import Testing

/// The products and sums over a tile, against plain loops in Float64.
@Suite struct TileTests {
  struct Shape: Sendable {
    var rows: Int
    var columns: Int
    var lanes: Int

    /// All rows with each of some columns, all lanes coming round.
    static let all: [Shape] = (1...19).flatMap { rows in
      [1, 2, 3, 5, 16, 31, 64, 70].map { columns in
        Shape(rows: rows, columns: columns, lanes: 16 * (1 + (7 * rows + columns) % 12))
      }
    }
  }

  @Test(arguments: instructionSets, Function.all)
  func denseAgreesWithTheTripleLoop(_ set: String, _ f: Function) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      var numbers = Numbers(seed: 1)
      for shape in Shape.all {
        let weights: [R] = numbers.array(shape.rows * shape.columns, scale: 2)
        let x: [R] = numbers.array(shape.columns * shape.lanes, scale: 2)
        let bias: [R]? = shape.rows % 3 == 0 ? nil : numbers.array(shape.rows)
        expectDense(kernels, shape, weights, bias, x, f)
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  private func expectDense<R: BinaryFloatingPoint & Sendable>(
    _ kernels: KernelSet<R>, _ shape: Shape, _ weights: [R], _ bias: [R]?, _ x: [R], _ f: Function
  ) {
    let (rows, columns, lanes) = (shape.rows, shape.columns, shape.lanes)
    var packed = [R](repeating: .nan, count: weights.count)
    #expect(kernels.pack(weights, columns, rows, &packed) == weights.count)
    #expect(packed.sorted() == weights.sorted())
    // A number before the tile, so that its rows are not aligned, and one after.
    var y = [R](repeating: -7, count: rows * lanes + 2)
    y.withUnsafeMutableBufferPointer {
      kernels.dense(
        packed, bias, columns, rows, x, $0.baseAddress.map { $0 + 1 }, lanes, f.code,
        R(f.parameter))
    }
    #expect(y[0] == -7 && y[rows * lanes + 1] == -7)

    let (w, x) = (weights.map(Double.init), x.map(Double.init))
    let epsilon = Double(R.ulpOfOne)
    var wrong = 0
    for row in 0..<rows {
      for lane in 0..<lanes {
        var z = bias.map { Double($0[row]) } ?? 0
        var size = abs(z)
        for i in 0..<columns {
          let term = w[row * columns + i] * x[i * lanes + lane]
          z += term
          size += abs(term)
        }
        // Each step of the sum rounds once or twice; no activation stretches by more than 1.13.
        let bound = epsilon * (0.7 * Double(columns + 2) * size + 2 * max(1, abs(z)))
        if !(abs(Double(y[1 + row * lanes + lane]) - f(z)) <= bound) { wrong += 1 }
      }
    }
    #expect(wrong == 0, "\(shape)")
  }

  @Test(arguments: instructionSets)
  func denseLeavesALaneThatDivergesAlone(_ set: String) throws {
    let kernels = try #require(KernelSet<Float>(set))
    var numbers = Numbers(seed: 2)
    let weights: [Float] = numbers.array(5 * 3)
    var x: [Float] = numbers.array(3 * 48)
    x[48 + 17] = .nan
    var packed = weights
    _ = kernels.pack(weights, 3, 5, &packed)
    var y = [Float](repeating: 0, count: 5 * 48)
    kernels.dense(packed, nil, 3, 5, x, &y, 48, kernel_relu, 0)
    #expect(y.indices.allSatisfy { y[$0].isNaN == ($0 % 48 == 17) })
  }

  @Test(arguments: instructionSets, Function.all)
  func combineAgreesWithItsFormula(_ set: String, _ f: Function) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      var numbers = Numbers(seed: 3)
      let counts = f.name == "identity" ? Array(0...50) : [0, 16, 48, 176, 192]
      for count in counts {
        let (c, u, v): ([R], [R], [R]) = (
          numbers.array(count, scale: 3), numbers.array(count, scale: 3),
          numbers.array(count, scale: 3)
        )
        for (alpha, beta) in [(R(0), R(0)), (0.75, -1.25), (1, 0)] {
          var y = [R](repeating: -7, count: count + 1)
          kernels.combine(c, u, v, alpha, beta, count, &y, f.code, R(f.parameter))
          #expect(y[count] == -7)
          for i in 0..<count {
            let z = Double(c[i]) + (Double(alpha * u[i]) + Double(beta * v[i]))
            #expect(abs(Double(y[i]) - f(z)) <= 10 * Double(R.ulpOfOne) * max(1, abs(z)))
          }
        }
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  @Test(arguments: instructionSets)
  func combineAtTheOriginIsTheCentreToTheBit(_ set: String) throws {
    let kernels = try #require(KernelSet<Float>(set))
    var numbers = Numbers(seed: 4)
    let (c, u, v): ([Float], [Float], [Float]) = (
      numbers.array(37), numbers.array(37), numbers.array(37)
    )
    var y = c
    kernels.combine(c, u, v, 0, 0, 37, &y, kernel_identity, 0)
    #expect(y == c)
  }

  @Test(arguments: instructionSets, Function.all)
  func aTailIsActivatedAsTheRest(_ set: String, _ f: Function) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      var numbers = Numbers(seed: 5)
      let x: [R] = numbers.array(64, scale: 5)
      let whole = kernels.activated(x, f)
      for count in 0...49 {
        var y = [R](repeating: -7, count: count + 1)
        kernels.activate(x, count, &y, f.code, R(f.parameter))
        #expect(Array(y.dropLast()) == Array(whole.prefix(count)) && y[count] == -7)
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  @Test(arguments: instructionSets)
  func addAddsAnyCount(_ set: String) throws {
    let kernels = try #require(KernelSet<Double>(set))
    var numbers = Numbers(seed: 6)
    for count in 0...49 {
      let (a, b): ([Double], [Double]) = (numbers.array(count), numbers.array(count))
      var y = [Double](repeating: -7, count: count + 1)
      kernels.add(a, b, count, &y)
      #expect(y == zip(a, b).map(+) + [-7])
    }
  }
}
