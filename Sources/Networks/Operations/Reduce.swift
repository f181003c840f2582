/// How many numbers become one.
public enum Reduction: String, Sendable, Hashable {
  /// Σx.
  case sum
  /// Σx/n.
  case mean
  /// max x; the derivative belongs to the first of equals.
  case maximum
}

/// Each row of y is the sum or the mean of some rows of x.
struct SumOfRows: LinearOperation {
  /// The rows of x for each row of y, one after the other.
  var members: [Int]
  /// How many there are for each.
  var size: Int
  /// What a sum is multiplied by: 1, or 1/size.
  var scale: Double

  var outputFeatures: Int { members.count / size }

  @specialized(where E == Double) @specialized(where E == Float)
  func apply<E>(_ x: [Tile<E>?], constants: Bool, into y: Tile<E>) {
    y.zero()
    guard let x = x[0] else { return }
    for (place, row) in members.enumerated() {
      let y = y[place / size]
      E.Loops.add(x[row], y, count: x.lanes, into: y)
    }
    guard scale != 1 else { return }
    let (scale, y, count) = (E(scale), y.base, y.count)
    for i in 0..<count { y[i] *= scale }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func applyTransposed<E>(_ y: Tile<E>, into x: [GradientSum<E>?]) {
    guard let sums = x[0]?.begun() else { return }
    let scale = E(scale)
    for (place, row) in members.enumerated() {
      let (y, sum) = (y[place / size], sums[row])
      for i in 0..<sums.lanes { sum[i] += scale * y[i] }
    }
  }
}

/// Each row of y is the greatest of some rows of x, sample by sample.
struct MaximumOfRows: Operation {
  /// The rows of x for each row of y, one after the other.
  var members: [Int]
  /// How many there are for each.
  var size: Int

  var outputFeatures: Int { members.count / size }
  var hasKinks: Bool { true }

  /// Gives the row of the greatest number to `use`, for each row of y and lane.
  @inline(__always)
  private func greatest<E: KernelScalar>(
    of x: Tile<E>, _ use: (_ output: Int, _ row: Int, _ lane: Int) -> Void
  ) {
    for output in 0..<outputFeatures {
      for lane in 0..<x.lanes {
        var best = members[output * size]
        var most = x[best][lane]
        for row in members[output * size + 1..<(output + 1) * size] {
          let number = x[row][lane]
          // A NaN is kept once it is found.
          if number > most || number.isNaN && !most.isNaN { (best, most) = (row, number) }
        }
        use(output, best, lane)
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    let x = x[0]
    greatest(of: x) { output, row, lane in y[output][lane] = x[row][lane] }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    guard let sums = inputGradients[0]?.begun() else { return }
    greatest(of: x[0]) { output, row, lane in sums[row][lane] += outputGradient[output][lane] }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    guard let along = inputTangents[0] else { return outputTangent.zero() }
    greatest(of: x[0]) { output, row, lane in outputTangent[output][lane] = along[row][lane] }
  }

  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    gradient(
      of: x, parameters: parameters, outputGradient: outputGradientTangent,
      into: inputGradientTangents, parameterGradientTangents)
  }
}

extension NetworkBuilder {
  /// Adds the sum, mean or maximum over some axes.
  ///
  /// - Parameters:
  ///   - x: The value.
  ///   - reduction: Which of them.
  ///   - axes: The axes that go; -1 is the last.
  ///   - keepsDimensions: Whether they stay with an extent of 1.
  /// - Returns: What is left; one number has the shape [1].
  /// - Throws: ``NetworkError`` for an axis that x does not have, or names twice.
  public mutating func reduce(
    _ x: Value, _ reduction: Reduction, axes: [Int], keepsDimensions: Bool = false
  ) throws(NetworkError) -> Value {
    var gone: Set<Int> = []
    for axis in axes {
      guard gone.insert(try self.axis(axis, of: x.shape)).inserted else {
        throw fault("reduces axis \(axis) of shape \(x.shape) twice")
      }
    }
    let kept = x.shape.indices.filter { !gone.contains($0) }
    let steps = Shape.steps(x.shape)
    let inner = (shape: gone.sorted().map { x.shape[$0] }, steps: gone.sorted().map { steps[$0] })
    let members = Shape.offsets(kept.map { x.shape[$0] }, steps: kept.map { steps[$0] })
      .flatMap { Shape.offsets(inner.shape, steps: inner.steps, from: $0) }
    let size = inner.shape.reduce(1, *)
    let shape =
      keepsDimensions
      ? x.shape.indices.map { gone.contains($0) ? 1 : x.shape[$0] } : kept.map { x.shape[$0] }
    let operation: any Operation =
      switch reduction {
      case .sum: SumOfRows(members: members, size: size, scale: 1)
      case .mean: SumOfRows(members: members, size: size, scale: 1 / Double(size))
      case .maximum: MaximumOfRows(members: members, size: size)
      }
    return try append(operation, of: [x], shape: shape.isEmpty ? [1] : shape)
  }
}
