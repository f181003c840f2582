import Testing

@testable import Algebra

@Suite struct ScalarTests {
  @Test(arguments: [false, true], [false, true])
  func productsAgreeWithTheTripleLoop(_ transposeA: Bool, _ transposeB: Bool) {
    check(Double.self, transposeA, transposeB)
    check(Float.self, transposeA, transposeB)
  }

  private func check<E: Scalar>(_: E.Type, _ transposeA: Bool, _ transposeB: Bool) {
    var source = RandomSource(seed: 1)
    func matrix(_ rows: Int, _ stride: Int) -> [E] {
      (0..<rows * stride).map { _ in E(2 * source.uniform() - 1) }
    }
    for (m, n, k) in [(1, 1, 1), (2, 3, 4), (7, 5, 3), (1, 16, 9), (33, 20, 17), (64, 192, 70)] {
      for (alpha, beta) in [(1.0, 0.0), (1, 1), (-0.5, 2)] {
        // Rows a little farther apart than they are long.
        let lda = (transposeA ? m : k) + 2
        let ldb = (transposeB ? k : n) + 1
        let ldc = n + 3
        let a = matrix(transposeA ? k : m, lda)
        let b = matrix(transposeB ? n : k, ldb)
        let before = beta == 0 ? [E](repeating: .nan, count: m * ldc) : matrix(m, ldc)
        var c = before
        E.multiply(
          m: m, n: n, k: k, alpha: E(alpha), a, lda: lda, transposeA: transposeA, b, ldb: ldb,
          transposeB: transposeB, beta: E(beta), into: &c, ldc: ldc)
        for row in 0..<m {
          for column in 0..<ldc {
            let found = c[row * ldc + column]
            guard column < n else {
              let old = before[row * ldc + column]
              #expect(found == old || found.isNaN && old.isNaN)
              continue
            }
            var right = beta == 0 ? 0 : beta * Double(before[row * ldc + column])
            for i in 0..<k {
              let x = Double(transposeA ? a[i * lda + row] : a[row * lda + i])
              let y = Double(transposeB ? b[column * ldb + i] : b[i * ldb + column])
              right += alpha * x * y
            }
            let bound = Double(k + 2) * Double(E.ulpOfOne)
            #expect(abs(Double(found) - right) <= bound)
          }
        }
      }
    }
  }
}
