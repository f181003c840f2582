import Algebra

/// ½(w − m)ᵀA(w − m), A symmetric: everything about it is known.
struct Quadratic: Objective {
  var matrix: [[Double]]
  var minimum: [Double]

  var dimension: Int { minimum.count }

  init(matrix: [[Double]], minimum: [Double]) {
    self.matrix = matrix
    self.minimum = minimum
  }

  /// A diagonal matrix, minimum at (1, −1, 1, …).
  init(diagonal: [Double]) {
    matrix = diagonal.indices.map { i in diagonal.indices.map { $0 == i ? diagonal[i] : 0 } }
    minimum = diagonal.indices.map { $0.isMultiple(of: 2) ? 1 : -1 }
  }

  func value(at w: [Double]) -> Double { valueAndGradient(at: w).value }

  func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
    let x = zip(w, minimum).map { $0 - $1 }
    let gradient = matrix.map { dot($0, x) }
    return (dot(x, gradient) / 2, gradient)
  }

  func hessian(at w: [Double]) -> any LinearOperator {
    ClosureOperator(dimension: dimension) { [matrix] x in matrix.map { dot($0, x) } }
  }
}

/// A function of a closure, for functions with faults.
struct ClosureObjective: Objective {
  var dimension: Int
  var body: @Sendable ([Double]) -> (value: Double, gradient: [Double])

  func value(at w: [Double]) -> Double { body(w).value }

  func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) { body(w) }

  func hessian(at w: [Double]) -> any LinearOperator {
    ClosureOperator(dimension: dimension) { $0 }
  }
}
