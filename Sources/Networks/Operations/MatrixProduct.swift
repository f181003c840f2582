/// Y = A·B of two values, sample by sample, matrix by matrix.
///
/// Ẏ = ȦB + AḂ; Ā += ȲBᵀ, B̄ += AᵀȲ; dĀ/dt += Ȳ̇Bᵀ + ȲḂᵀ, dB̄/dt += AᵀȲ̇ + ȦᵀȲ.
struct MatrixProduct: Operation {
  /// A is rows × depth, B depth × columns.
  var rows: Int
  var depth: Int
  var columns: Int
  /// Where A and B of each product begin, in features.
  var starts: [(a: Int, b: Int)]

  var outputFeatures: Int { starts.count * rows * columns }
  var isPiecewiseLinear: Bool { false }

  /// Matrices of rows of lanes: element (i, j) is the feature i·rowStep + j·columnStep.
  private struct Lanes<E: KernelScalar> {
    var tile: Tile<E>
    var rowStep: Int
    var columnStep: Int
    var transposed: Lanes { Lanes(tile: tile, rowStep: columnStep, columnStep: rowStep) }
  }

  /// Y += P·Q for each product, by the features at which its matrices begin.
  @inline(__always)
  private func add<E: KernelScalar>(
    _ p: Lanes<E>, _ q: Lanes<E>, to y: Lanes<E>, size: (rows: Int, depth: Int, columns: Int),
    _ starts: (_ product: Int) -> (p: Int, q: Int, y: Int)
  ) {
    let lanes = y.tile.lanes
    for product in self.starts.indices {
      let start = starts(product)
      for i in 0..<size.rows {
        for j in 0..<size.columns {
          let sum = y.tile[start.y + i * y.rowStep + j * y.columnStep]
          for k in 0..<size.depth {
            E.Loops.multiplyAdd(
              p.tile[start.p + i * p.rowStep + k * p.columnStep],
              q.tile[start.q + k * q.rowStep + j * q.columnStep], count: lanes, into: sum)
          }
        }
      }
    }
  }

  private func a<E>(_ tile: Tile<E>) -> Lanes<E> {
    Lanes(tile: tile, rowStep: depth, columnStep: 1)
  }
  private func b<E>(_ tile: Tile<E>) -> Lanes<E> {
    Lanes(tile: tile, rowStep: columns, columnStep: 1)
  }

  /// Y += A·B.
  private func addProduct<E>(_ a: Tile<E>, _ b: Tile<E>, to y: Tile<E>) {
    add(self.a(a), self.b(b), to: self.b(y), size: (rows, depth, columns)) {
      (starts[$0].a, starts[$0].b, $0 * rows * columns)
    }
  }

  /// Ā += Ȳ·Bᵀ.
  private func addToA<E>(_ y: Tile<E>, _ b: Tile<E>, _ sum: Tile<E>) {
    add(self.b(y), self.b(b).transposed, to: a(sum), size: (rows, columns, depth)) {
      ($0 * rows * columns, starts[$0].b, starts[$0].a)
    }
  }

  /// B̄ += Aᵀ·Ȳ.
  private func addToB<E>(_ a: Tile<E>, _ y: Tile<E>, _ sum: Tile<E>) {
    add(self.a(a).transposed, self.b(y), to: b(sum), size: (depth, rows, columns)) {
      (starts[$0].a, $0 * rows * columns, starts[$0].b)
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    y.zero()
    addProduct(x[0], x[1], to: y)
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    if let sum = inputGradients[0]?.begun() { addToA(outputGradient, x[1], sum) }
    if let sum = inputGradients[1]?.begun() { addToB(x[0], outputGradient, sum) }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    outputTangent.zero()
    if let along = inputTangents[0] { addProduct(along, x[1], to: outputTangent) }
    if let along = inputTangents[1] { addProduct(x[0], along, to: outputTangent) }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradientTangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], outputGradient: Tile<E>?,
    outputGradientTangent: Tile<E>, into inputGradientTangents: [GradientSum<E>?],
    _ parameterGradientTangents: [UnsafeMutablePointer<E>]
  ) {
    gradient(
      of: x, parameters: parameters, outputGradient: outputGradientTangent,
      into: inputGradientTangents, parameterGradientTangents)
    guard let outputGradient else { return }
    if let sum = inputGradientTangents[0]?.tile, let along = inputTangents[1] {
      addToA(outputGradient, along, sum)
    }
    if let sum = inputGradientTangents[1]?.tile, let along = inputTangents[0] {
      addToB(along, outputGradient, sum)
    }
  }
}

extension NetworkBuilder {
  /// Adds the matrix product of two values, as NumPy's `matmul`.
  ///
  /// - Parameters:
  ///   - a: A [.., m, k].
  ///   - b: B [.., k, n]; the dimensions before the matrices are broadcast.
  /// - Returns: A·B [.., m, n].
  /// - Throws: ``NetworkError`` where the shapes do not go together.
  public mutating func multiply(_ a: Value, _ b: Value) throws(NetworkError) -> Value {
    guard a.shape.count >= 2, b.shape.count >= 2, a.shape.last == b.shape[b.shape.count - 2],
      let batch = Shape.broadcast(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    else {
      throw fault("multiplies shapes \(a.shape) and \(b.shape); it needs [.., m, k] and [.., k, n]")
    }
    let (m, k, n) = (
      a.shape[a.shape.count - 2], b.shape[b.shape.count - 2], b.shape[b.shape.count - 1]
    )
    try check(batch + [m, n])
    let first = Shape.sources(of: batch, in: Array(a.shape.dropLast(2)))
    let second = Shape.sources(of: batch, in: Array(b.shape.dropLast(2)))
    let starts = zip(first, second).map { (a: $0 * m * k, b: $1 * k * n) }
    return try append(
      MatrixProduct(rows: m, depth: k, columns: n, starts: starts), of: [a, b],
      shape: batch + [m, n])
  }
}
