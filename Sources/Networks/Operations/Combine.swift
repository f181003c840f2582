import RealModule

/// A function of two numbers.
public enum BinaryFunction: Sendable, Hashable {
  /// a + b.
  case add
  /// a − b.
  case subtract
  /// a·b.
  case multiply
  /// a/b.
  case divide
  /// max(a, b); where they are equal, half of the derivative belongs to each.
  case maximum
  /// min(a, b); where they are equal, half of the derivative belongs to each.
  case minimum
  /// aᵇ; of a negative a for whole b alone. Where a ≤ 0, the derivative by b is taken as 0.
  case power
  /// 1 where a = b, else 0; like the next two it has derivative 0.
  case equal
  /// 1 where a > b, else 0.
  case greater
  /// 1 where a ≥ b, else 0.
  case greaterOrEqual
}

/// y = f(a, b), number by number, the shapes broadcast.
///
/// With f's derivatives fₐ, f_b, fₐₐ, fₐ_b, f_bb: ẏ = fₐȧ + f_bḃ, ā += fₐȳ, and
/// dā/dt += fₐȳ̇ + (fₐₐȧ + fₐ_bḃ)ȳ, for b likewise; a broadcast operand sums over where it went.
struct Combine: Operation {
  var function: BinaryFunction
  var outputFeatures: Int
  /// The operands' rows that each row of y reads; nil for the same row.
  var rows: [[Int]?]

  var isPiecewiseLinear: Bool {
    switch function {
    case .add, .subtract, .maximum, .minimum, .equal, .greater, .greaterOrEqual: true
    case .multiply, .divide, .power: false
    }
  }
  var hasKinks: Bool { function == .maximum || function == .minimum }

  /// f's derivatives at one point.
  struct Slopes<E: KernelScalar> {
    var a: E
    var b: E
    var aa: E = 0
    var ab: E = 0
    var bb: E = 0
  }

  /// Runs a body for stretches in which all three go side by side: their offsets and the length.
  @inline(__always)
  private func stretches(_ lanes: Int, _ body: (_ a: Int, _ b: Int, _ y: Int, _ n: Int) -> Void) {
    if rows[0] == nil, rows[1] == nil { return body(0, 0, 0, outputFeatures * lanes) }
    for row in 0..<outputFeatures {
      body((rows[0]?[row] ?? row) * lanes, (rows[1]?[row] ?? row) * lanes, row * lanes, lanes)
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func value<E>(of x: [Tile<E>], parameters: [UnsafePointer<E>], into y: Tile<E>) {
    let (a, b, y) = (x[0], x[1], y)
    stretches(y.lanes) { i, j, k, count in
      let (a, b, y) = (a.base + i, b.base + j, y.base + k)
      @inline(__always) func each(_ f: (E, E) -> E) {
        for i in 0..<count { y[i] = f(a[i], b[i]) }
      }
      switch function {
      case .add: each { $0 + $1 }
      case .subtract: each { $0 - $1 }
      case .multiply: each { $0 * $1 }
      case .divide: each { $0 / $1 }
      // A NaN in either stays one.
      case .maximum: each { $0 >= $1 || $0.isNaN ? $0 : $1 }
      case .minimum: each { $0 <= $1 || $0.isNaN ? $0 : $1 }
      case .power: each { raise($0, to: $1) }
      case .equal: each { $0 == $1 ? 1 : 0 }
      case .greater: each { $0 > $1 ? 1 : 0 }
      case .greaterOrEqual: each { $0 >= $1 ? 1 : 0 }
      }
    }
  }

  /// Gives f's derivatives to `use`, for each i.
  @inline(__always)
  private func slopes<E: KernelScalar>(
    _ a: UnsafePointer<E>, _ b: UnsafePointer<E>, _ count: Int,
    _ use: (_ i: Int, _ f: Slopes<E>) -> Void
  ) {
    @inline(__always) func each(_ f: (E, E) -> Slopes<E>) {
      for i in 0..<count { use(i, f(a[i], b[i])) }
    }
    switch function {
    case .add: each { _, _ in Slopes(a: 1, b: 1) }
    case .subtract: each { _, _ in Slopes(a: 1, b: -1) }
    case .multiply: each { Slopes(a: $1, b: $0, ab: 1) }
    case .divide:
      each { a, b in
        let r = 1 / b
        return Slopes(a: r, b: -a * r * r, ab: -r * r, bb: 2 * a * r * r * r)
      }
    case .maximum:
      each { Slopes(a: $0 > $1 ? 1 : $0 < $1 ? 0 : 0.5, b: $0 > $1 ? 0 : $0 < $1 ? 1 : 0.5) }
    case .minimum:
      each { Slopes(a: $0 < $1 ? 1 : $0 > $1 ? 0 : 0.5, b: $0 < $1 ? 0 : $0 > $1 ? 1 : 0.5) }
    case .power:
      each { a, b in
        let y = raise(a, to: b)
        let log = a > 0 ? E.log(a) : 0
        let before = b == 0 ? 0 : raise(a, to: b - 1)
        return Slopes(
          a: b * before, b: y * log,
          aa: b * (b - 1) == 0 ? 0 : b * (b - 1) * raise(a, to: b - 2),
          ab: a > 0 ? raise(a, to: b - 1) * (1 + b * log) : 0, bb: y * log * log)
      }
    case .equal, .greater, .greaterOrEqual: each { _, _ in Slopes(a: 0, b: 0) }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func gradient<E>(
    of x: [Tile<E>], parameters: [UnsafePointer<E>], outputGradient: Tile<E>,
    into inputGradients: [GradientSum<E>?], _ parameterGradients: [UnsafeMutablePointer<E>]
  ) {
    let (a, b, gradient) = (x[0].base, x[1].base, outputGradient.base)
    if let sum = inputGradients[0]?.begun().base {
      stretches(outputGradient.lanes) { i, j, k, count in
        slopes(a + i, b + j, count) { n, f in sum[i + n] += f.a * gradient[k + n] }
      }
    }
    if let sum = inputGradients[1]?.begun().base {
      stretches(outputGradient.lanes) { i, j, k, count in
        slopes(a + i, b + j, count) { n, f in sum[j + n] += f.b * gradient[k + n] }
      }
    }
  }

  @specialized(where E == Double) @specialized(where E == Float)
  func tangent<E>(
    of x: [Tile<E>], along inputTangents: [Tile<E>?], parameters: [UnsafePointer<E>],
    parameterTangents: [UnsafePointer<E>], saved: [Tile<E>], into outputTangent: Tile<E>
  ) {
    let (a, b, y) = (x[0].base, x[1].base, outputTangent.base)
    outputTangent.zero()
    if let along = inputTangents[0]?.base {
      stretches(outputTangent.lanes) { i, j, k, count in
        slopes(a + i, b + j, count) { n, f in y[k + n] += f.a * along[i + n] }
      }
    }
    if let along = inputTangents[1]?.base {
      stretches(outputTangent.lanes) { i, j, k, count in
        slopes(a + i, b + j, count) { n, f in y[k + n] += f.b * along[j + n] }
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
    gradient(
      of: x, parameters: parameters, outputGradient: outputGradientTangent,
      into: inputGradientTangents, parameterGradientTangents)
    guard let gradient = outputGradient?.base, !isPiecewiseLinear else { return }
    let (a, b, lanes) = (x[0].base, x[1].base, outputGradientTangent.lanes)
    let (alongA, alongB) = (inputTangents[0]?.base, inputTangents[1]?.base)
    if let sum = inputGradientTangents[0]?.tile.base {
      stretches(lanes) { i, j, k, count in
        if let along = alongA, function != .multiply {
          slopes(a + i, b + j, count) { n, f in
            sum[i + n] += f.aa * along[i + n] * gradient[k + n]
          }
        }
        if let along = alongB {
          slopes(a + i, b + j, count) { n, f in
            sum[i + n] += f.ab * along[j + n] * gradient[k + n]
          }
        }
      }
    }
    if let sum = inputGradientTangents[1]?.tile.base {
      stretches(lanes) { i, j, k, count in
        if let along = alongA {
          slopes(a + i, b + j, count) { n, f in
            sum[j + n] += f.ab * along[i + n] * gradient[k + n]
          }
        }
        if let along = alongB, function != .multiply {
          slopes(a + i, b + j, count) { n, f in
            sum[j + n] += f.bb * along[j + n] * gradient[k + n]
          }
        }
      }
    }
  }
}

extension NetworkBuilder {
  /// Adds y = f(a, b), number by number.
  ///
  /// - Parameters:
  ///   - a: One value.
  ///   - b: Another; the shapes are broadcast as NumPy does: aligned at their last dimensions, and
  ///     an extent of 1 goes with any.
  ///   - function: f.
  /// - Returns: y, of the broadcast shape.
  /// - Throws: ``NetworkError`` where the shapes do not go together.
  public mutating func combine(
    _ a: Value, _ b: Value, _ function: BinaryFunction
  ) throws(NetworkError) -> Value {
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      throw fault("combines shapes \(a.shape) and \(b.shape), which cannot be broadcast")
    }
    try check(shape)
    let rows = [a, b].map { value in
      value.count == shape.reduce(1, *) ? nil : Shape.sources(of: shape, in: value.shape)
    }
    return try append(
      Combine(function: function, outputFeatures: shape.reduce(1, *), rows: rows), of: [a, b],
      shape: shape)
  }
}
