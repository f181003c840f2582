import Algebra
import Synchronization

/// ½(w − m)ᵀA(w − m) + k, with a symmetric A given row by row: a surface whose every number is known.
struct Quadratic: Objective {
  var matrix: [[Double]]
  var minimum: [Double]
  var constant = 0.0

  var dimension: Int { minimum.count }

  func value(at w: [Double]) -> Double { valueAndGradient(at: w).value }

  func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
    let d = zip(w, minimum).map { $0 - $1 }
    let gradient = matrix.map { row in zip(row, d).reduce(0) { $0 + $1.0 * $1.1 } }
    return (constant + zip(d, gradient).reduce(0) { $0 + $1.0 * $1.1 } / 2, gradient)
  }

  func hessian(at w: [Double]) -> any LinearOperator { Matrix(rows: matrix) }
}

/// A dense matrix as a linear map.
struct Matrix: LinearOperator {
  var rows: [[Double]]

  var dimension: Int { rows.count }

  func apply(to x: [Double]) -> [Double] {
    rows.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}

/// An objective of two numbers by its formula, which counts how often it is asked.
final class Formula: Objective {
  let formula: @Sendable (_ x: Double, _ y: Double) -> Double
  let asked = Atomic(0)

  init(_ formula: @escaping @Sendable (Double, Double) -> Double) { self.formula = formula }

  var dimension: Int { 2 }

  func value(at w: [Double]) -> Double {
    asked.add(1, ordering: .relaxed)
    return formula(w[0], w[1])
  }

  func valueAndGradient(at w: [Double]) -> (value: Double, gradient: [Double]) {
    (value(at: w), [.nan, .nan])
  }

  func hessian(at w: [Double]) -> any LinearOperator {
    Matrix(rows: [[.nan, .nan], [.nan, .nan]])
  }
}
