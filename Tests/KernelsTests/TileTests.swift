import Foundation
import Kernels
import Testing

/// The products and sums over a tile, against plain loops in Float64.
@Suite struct TileTests {
  struct Shape: Sendable {
    var rows: Int
    var depth: Int
    var columns: Int

    /// All rows with each of some depths, all columns coming round; one deeper than what is done in
    /// a go.
    static let all: [Shape] =
      (1...19).flatMap { rows in
        [1, 2, 3, 5, 16, 31, 64, 70].map { depth in
          Shape(rows: rows, depth: depth, columns: 1 + (7 * rows + 5 * depth) % 101)
        }
      } + [600, 1100].map { Shape(rows: 5, depth: $0, columns: 50) }
  }

  /// The forms that the factors of a product can have.
  struct Form: Sendable {
    var leftTransposed: Bool
    var rightTransposed: Bool
    var adding: Bool

    static let all = (0..<8).map {
      Form(leftTransposed: $0 & 1 != 0, rightTransposed: $0 & 2 != 0, adding: $0 & 4 != 0)
    }
  }

  @Test(arguments: instructionSets, Function.all)
  func productAgreesWithTheTripleLoop(_ set: String, _ f: Function) throws {
    func check<R: BinaryFloatingPoint & Sendable>(_ kernels: KernelSet<R>?) throws {
      let kernels = try #require(kernels)
      var numbers = Numbers(seed: 1)
      for (index, shape) in Shape.all.enumerated() {
        expectProduct(kernels, shape, Form.all[index % 8], f, &numbers)
        expectProduct(kernels, shape, Form.all[(index / 8 + 3) % 8], f, &numbers)
      }
    }
    try check(KernelSet<Float>(set))
    try check(KernelSet<Double>(set))
  }

  private func expectProduct<R: BinaryFloatingPoint & Sendable>(
    _ kernels: KernelSet<R>, _ shape: Shape, _ form: Form, _ f: Function, _ numbers: inout Numbers
  ) {
    let (rows, depth, columns) = (shape.rows, shape.depth, shape.columns)
    let a: [R] = numbers.array(rows * depth, scale: 2)
    let bias: [R]? = rows % 3 == 0 ? nil : numbers.array(rows)
    // As it stands, the right factor is readable up to whole lanes.
    let xRow = form.rightTransposed ? depth + 3 : (columns + 15) / 16 * 16
    let x: [R] = numbers.array(form.rightTransposed ? columns * xRow : depth * xRow, scale: 2)
    // A number before, so that rows are not aligned, and some between the rows that must stay.
    let yRow = columns + 2
    let before: [R] = numbers.array(1 + rows * yRow, scale: 3)
    var y = before
    y.withUnsafeMutableBufferPointer {
      kernels.product(
        a, form.leftTransposed ? 1 : depth, form.leftTransposed ? rows : 1, bias, x, xRow,
        form.rightTransposed ? 1 : 0, $0.baseAddress.map { $0 + 1 }, yRow, rows, columns, depth,
        form.adding ? 1 : 0, f.code, R(f.parameter))
    }

    let epsilon = Double(R.ulpOfOne)
    var wrong = y[0] == before[0] ? 0 : 1
    for row in 0..<rows {
      for column in 0..<yRow {
        let place = 1 + row * yRow + column
        guard column < columns else {
          if y[place] != before[place] { wrong += 1 }
          continue
        }
        var z = (bias.map { Double($0[row]) } ?? 0) + (form.adding ? Double(before[place]) : 0)
        var size = abs(z)
        for i in 0..<depth {
          let left = form.leftTransposed ? a[i * rows + row] : a[row * depth + i]
          let right = form.rightTransposed ? x[column * xRow + i] : x[i * xRow + column]
          z += Double(left) * Double(right)
          size += abs(Double(left) * Double(right))
        }
        // Each step of the sum rounds once or twice; no activation stretches by more than 1.13.
        let bound = epsilon * (0.7 * Double(depth + 3) * size + 2 * max(1, abs(z)))
        if !(abs(Double(y[place]) - f(z)) <= bound) { wrong += 1 }
      }
    }
    #expect(wrong == 0, "\(shape), \(form)")
  }

  @Test(arguments: instructionSets)
  func productLeavesALaneThatDivergesAlone(_ set: String) throws {
    let kernels = try #require(KernelSet<Float>(set))
    var numbers = Numbers(seed: 2)
    let weights: [Float] = numbers.array(5 * 3)
    var x: [Float] = numbers.array(3 * 48)
    x[48 + 17] = .nan
    var y = [Float](repeating: 0, count: 5 * 48)
    kernels.product(weights, 3, 1, nil, x, 48, 0, &y, 48, 5, 48, 3, 0, kernel_relu, 0)
    #expect(y.indices.allSatisfy { y[$0].isNaN == ($0 % 48 == 17) })
  }

  @Test(arguments: instructionSets, [0, 1])
  func lineProductIsTheProductOfAPoint(_ set: String, _ relu: Int32) throws {
    let kernels = try #require(KernelSet<Double>(set))
    let lineProduct = try #require(kernel_table_named_f64(set)?.pointee.line_product)
    var numbers = Numbers(seed: 7)
    for (rows, depth, lanes) in [(1, 1, 16), (3, 7, 48), (10, 64, 192), (16, 5, 80)] {
      let a: [Double] = numbers.array(rows * depth)
      let bias: [Double] = numbers.array(rows)
      let (x, u): ([Double], [Double]) = (
        numbers.array(depth * lanes), numbers.array(depth * lanes)
      )
      var point = x
      kernels.combine(
        x, u, nil, 0.7, 0, x.count, &point, relu == 1 ? kernel_relu : kernel_identity, 0)
      var right = [Double](repeating: .nan, count: rows * lanes)
      var y = right
      kernels.product(
        a, depth, 1, bias, point, lanes, 0, &right, lanes, rows, lanes, depth, 0, kernel_identity,
        0)
      lineProduct(a, bias, x, u, 0.7, relu, &y, rows, lanes, depth)
      #expect(zip(y, right).allSatisfy { abs($0 - $1) <= 1e-14 * Double(depth) })
    }
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
