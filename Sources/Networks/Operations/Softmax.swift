import RealModule

/// y = softmax(x) or log softmax(x) over groups of rows.
///
/// With p = softmax(x) and ⟨·,·⟩ the sum over a group:
///
/// - softmax: ẏ = p(ẋ − ⟨p, ẋ⟩), x̄ += p(ȳ − s) with s = ⟨p, ȳ⟩, and
///   dx̄/dt += ṗ(ȳ − s) + p(ȳ̇ − ṡ) with ṗ = ẏ and ṡ = ⟨ṗ, ȳ⟩ + ⟨p, ȳ̇⟩.
/// - log softmax: ẏ = ẋ − ⟨p, ẋ⟩, x̄ += ȳ − p·Σȳ, and dx̄/dt += ȳ̇ − p·Σȳ̇ − ṗ·Σȳ with
///   ṗ = p(ẋ − ⟨p, ẋ⟩).
struct Softmax: Operation {
  var outputFeatures: Int
  /// How many numbers make a group, and how many rows lie between neighbours.
  var size: Int
  var step: Int
  var isLogarithm: Bool

  /// p.
  var savedTiles: Int { 1 }
  var isPiecewiseLinear: Bool { false }

  /// The first row of each group.
  @inline(__always)
  private func eachGroup(_ body: (_ first: Int) -> Void) {
    for outer in stride(from: 0, to: outputFeatures, by: size * step) {
      for inner in 0..<step { body(outer + inner) }
    }
  }

  /// max x and Σ exp(x − max x) over a group, for each lane.
  @inline(__always)
  private func sums<E: KernelScalar>(
    _ x: Tile<E>, _ first: Int, most: UnsafeMutablePointer<E>, sum: UnsafeMutablePointer<E>
  ) {
    let lanes = x.lanes
    most.update(from: x[first], count: lanes)
    for row in 1..<max(size, 1) {
      let x = x[first + row * step]
      for i in 0..<lanes { most[i] = x[i] > most[i] ? x[i] : most[i] }
    }
    sum.update(repeating: 0, count: lanes)
    for row in 0..<size {
      let x = x[first + row * step]
      for i in 0..<lanes { sum[i] += .exp(x[i] - most[i]) }
    }
  }

  /// p, or log p.
  @inline(__always)
  private func fill<E: KernelScalar>(_ y: Tile<E>, of x: Tile<E>, logarithm: Bool) {
    let lanes = x.lanes
    withUnsafeTemporaryAllocation(of: E.self, capacity: 2 * lanes) { room in
      guard let most = room.baseAddress else { return }
      let sum = most + lanes
      eachGroup { first in
        sums(x, first, most: most, sum: sum)
        if logarithm {
          for i in 0..<lanes { most[i] += .log(sum[i]) }
          for row in 0..<size {
            let (x, y) = (x[first + row * step], y[first + row * step])
            for i in 0..<lanes { y[i] = x[i] - most[i] }
          }
        } else {
          for i in 0..<lanes { sum[i] = 1 / sum[i] }
          for row in 0..<size {
            let (x, y) = (x[first + row * step], y[first + row * step])
            for i in 0..<lanes { y[i] = .exp(x[i] - most[i]) * sum[i] }
          }
        }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    fill(y, of: x[0], logarithm: isLogarithm)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    guard let result = inputGradients[0]?.begun() else { return }
    let (x, lanes) = (x[0], outputGradient.lanes)
    withUnsafeTemporaryAllocation(of: E.self, capacity: 3 * lanes) { room in
      guard let most = room.baseAddress else { return }
      let (sum, s) = (most + lanes, most + 2 * lanes)
      eachGroup { first in
        sums(x, first, most: most, sum: sum)
        for i in 0..<lanes { sum[i] = 1 / sum[i] }
        s.update(repeating: 0, count: lanes)
        for row in 0..<size {
          let (x, gradient) = (x[first + row * step], outputGradient[first + row * step])
          if isLogarithm {
            for i in 0..<lanes { s[i] += gradient[i] }
          } else {
            for i in 0..<lanes { s[i] += .exp(x[i] - most[i]) * sum[i] * gradient[i] }
          }
        }
        for row in 0..<size {
          let (x, gradient) = (x[first + row * step], outputGradient[first + row * step])
          let result = result[first + row * step]
          for i in 0..<lanes {
            let p = E.exp(x[i] - most[i]) * sum[i]
            result[i] += isLogarithm ? gradient[i] - p * s[i] : p * (gradient[i] - s[i])
          }
        }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func linearise<E>(of x: [Tile<E>], outputGradient: Tile<E>?, into saved: [Tile<E>]) {
    fill(saved[0], of: x[0], logarithm: false)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    guard let along = inputTangents[0] else { return outputTangent.zero() }
    let (p, lanes) = (saved[0], along.lanes)
    withUnsafeTemporaryAllocation(of: E.self, capacity: lanes) { room in
      guard let s = room.baseAddress else { return }
      eachGroup { first in
        addProducts(p, along, first, to: s)
        for row in 0..<size {
          let row = first + row * step
          let (p, along, y) = (p[row], along[row], outputTangent[row])
          for i in 0..<lanes { y[i] = (isLogarithm ? 1 : p[i]) * (along[i] - s[i]) }
        }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    guard let result = inputGradientTangents[0]?.begun() else { return }
    let (p, lanes) = (saved[0], outputGradientTangent.lanes)
    withUnsafeTemporaryAllocation(of: E.self, capacity: 3 * lanes) { room in
      guard let s = room.baseAddress else { return }
      let (slope, bend) = (s + lanes, s + 2 * lanes)
      eachGroup { first in
        // s = Σȳ or ⟨p, ȳ⟩; slope = ⟨p, ẋ⟩; bend = Σȳ̇ or ⟨p, ȳ̇⟩ + ⟨ṗ, ȳ⟩.
        room.update(repeating: 0)
        if let along = inputTangents[0] { addProducts(p, along, first, to: slope) }
        for row in 0..<size {
          let row = first + row * step
          let (p, change) = (p[row], outputGradientTangent[row])
          for i in 0..<lanes { bend[i] += (isLogarithm ? 1 : p[i]) * change[i] }
          guard let gradient = outputGradient?[row] else { continue }
          for i in 0..<lanes { s[i] += (isLogarithm ? 1 : p[i]) * gradient[i] }
          guard !isLogarithm, let along = inputTangents[0]?[row] else { continue }
          for i in 0..<lanes { bend[i] += p[i] * (along[i] - slope[i]) * gradient[i] }
        }
        for row in 0..<size {
          let row = first + row * step
          let (p, change, result) = (p[row], outputGradientTangent[row], result[row])
          if isLogarithm {
            for i in 0..<lanes { result[i] += change[i] - p[i] * bend[i] }
          } else {
            for i in 0..<lanes { result[i] += p[i] * (change[i] - bend[i]) }
          }
          guard let gradient = outputGradient?[row], let along = inputTangents[0]?[row] else {
            continue
          }
          for i in 0..<lanes {
            let moved = p[i] * (along[i] - slope[i])
            result[i] += isLogarithm ? -moved * s[i] : moved * (gradient[i] - s[i])
          }
        }
      }
    }
  }

  /// ⟨p, x⟩ over a group, for each lane.
  @inline(__always)
  private func addProducts<E: KernelScalar>(
    _ p: Tile<E>, _ x: Tile<E>, _ first: Int, to sum: UnsafeMutablePointer<E>
  ) {
    sum.update(repeating: 0, count: x.lanes)
    for row in 0..<size {
      let row = first + row * step
      E.Loops.multiplyAdd(p[row], x[row], count: x.lanes, into: sum)
    }
  }
}

extension NetworkBuilder {
  /// Adds y = softmax(x): yᵢ = exp(xᵢ)/Σⱼ exp(xⱼ) along an axis.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - axis: The axis; -1 is the last.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` for an axis that x does not have.
  public mutating func softmax(_ x: Value, axis: Int = -1) throws(NetworkError) -> Value {
    try softmax(x, axis: axis, isLogarithm: false)
  }

  /// Adds y = log softmax(x): yᵢ = xᵢ − log Σⱼ exp(xⱼ) along an axis.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - axis: The axis; -1 is the last.
  /// - Returns: y, of the shape of x.
  /// - Throws: ``NetworkError`` for an axis that x does not have.
  public mutating func logSoftmax(_ x: Value, axis: Int = -1) throws(NetworkError) -> Value {
    try softmax(x, axis: axis, isLogarithm: true)
  }

  private mutating func softmax(
    _ x: Value, axis: Int, isLogarithm: Bool
  ) throws(NetworkError) -> Value {
    let axis = try self.axis(axis, of: x.shape)
    return try append(
      Softmax(
        outputFeatures: x.count, size: x.shape[axis], step: Shape.steps(x.shape)[axis],
        isLogarithm: isLogarithm),
      of: [x], shape: x.shape)
  }
}
