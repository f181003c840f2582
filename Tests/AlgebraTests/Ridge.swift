import Algebra

/// A quadratic with a penalty on some of its coordinates: its path of minimisers in closed form.
struct Ridge {
  let base = Quadratic(
    matrix: [[3, 1, 0.5, 0], [1, 2, 0, 0.3], [0.5, 0, 1, 0.2], [0, 0.3, 0.2, 0.7]],
    minimum: [1, -2, 3, 0.5])

  /// w*(λ) = (A + λM)⁻¹A·m for ½(w − m)ᵀA(w − m).
  func minimiser(_ lambda: Double, _ mask: [Double]) -> [Double] {
    solve(lambda, mask, base.matrix.map { dot($0, base.minimum) })
  }

  /// dw*/dλ = −(A + λM)⁻¹Mw*.
  func derivative(_ lambda: Double, _ mask: [Double]) -> [Double] {
    solve(lambda, mask, zip(mask, minimiser(lambda, mask)).map { -$0 * $1 })
  }

  /// (A + λM)⁻¹x, by Gaussian elimination.
  private func solve(_ lambda: Double, _ mask: [Double], _ right: [Double]) -> [Double] {
    var (a, x) = (base.matrix, right)
    for i in mask.indices { a[i][i] += lambda * mask[i] }
    for k in x.indices {
      for i in x.indices where i > k {
        let factor = a[i][k] / a[k][k]
        for j in k..<x.count { a[i][j] -= factor * a[k][j] }
        x[i] -= factor * x[k]
      }
    }
    for k in x.indices.reversed() {
      for j in k + 1..<x.count { x[k] -= a[k][j] * x[j] }
      x[k] /= a[k][k]
    }
    return x
  }
}
