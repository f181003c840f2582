import Testing

@testable import Algebra

@Suite struct EigenpairTests {
  @Test func aDirectionSharesTheEigenspaceAsPythagorasSays() throws {
    let a = KnownSpectrum(SpectrumShape.network.eigenvalues(100))
    let found = try extremeEigenpairs(of: a, .largest, count: 2)
    let (first, second, other) = (a.eigenvector(99), a.eigenvector(98), a.eigenvector(3))
    let mixed = first.indices.map { 3 * first[$0] - 4 * second[$0] + 12 * other[$0] }
    for (direction, right) in [(first, 1.0), (other, 0), (mixed, 25.0 / 169)] {
      let share = try #require(found.share(of: direction))
      #expect(abs(share - right) < 1e-12)
      #expect(share <= 1)
    }
    #expect(found.share(of: [Double](repeating: 0, count: 100)) == nil)
  }
}
