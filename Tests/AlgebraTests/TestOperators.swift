import Algebra
import RealModule

/// Q·D·Q with Q a product of reflections: a full matrix of which the spectrum is known.
struct KnownSpectrum: LinearOperator {
  let eigenvalues: [Double]
  private let reflectors: [[Double]]

  var dimension: Int { eigenvalues.count }

  /// Three reflections mix all coordinates; with none, the matrix is diagonal.
  init(_ eigenvalues: [Double], reflections: Int = 3, seed: UInt64 = 1) {
    self.eigenvalues = eigenvalues
    var source = RandomSource(seed: seed, purpose: "reflections")
    reflectors = (0..<reflections).map { _ in
      let v = eigenvalues.map { _ in source.normal() }
      let size = norm(v)
      return v.map { $0 / size }
    }
  }

  func apply(to x: [Double]) -> [Double] {
    var y = reflect(x, reflectors)
    for i in y.indices { y[i] *= eigenvalues[i] }
    return reflect(y, reflectors.reversed())
  }

  /// The eigenvector of `eigenvalues[index]`.
  func eigenvector(_ index: Int) -> [Double] {
    reflect(eigenvalues.indices.map { $0 == index ? 1 : 0 }, reflectors.reversed())
  }

  private func reflect(_ x: [Double], _ reflectors: some Sequence<[Double]>) -> [Double] {
    var y = x
    for v in reflectors {
      let factor = 2 * dot(v, y)
      for i in y.indices { y[i] -= factor * v[i] }
    }
    return y
  }
}

extension LinearOperator {
  /// The same operator with its products rounded to single precision.
  var roundedToFloat: ClosureOperator {
    ClosureOperator(dimension: dimension) { apply(to: $0).map { Double(Float($0)) } }
  }
}

/// XᵀX/s, X an s × n matrix of normal numbers: its spectrum follows Marchenko and Pastur (1967).
func wishart(samples: Int, dimension: Int, seed: UInt64) -> ClosureOperator {
  var source = RandomSource(seed: seed, purpose: "wishart")
  let rows = (0..<samples).map { _ in (0..<dimension).map { _ in source.normal() } }
  return ClosureOperator(dimension: dimension) { x in
    var y = [Double](repeating: 0, count: dimension)
    for row in rows {
      let factor = dot(row, x) / Double(samples)
      for i in y.indices { y[i] += factor * row[i] }
    }
    return y
  }
}

/// max |⟨vᵢ, vⱼ⟩ − δᵢⱼ|.
func orthogonalityDefect(_ vectors: [[Double]]) -> Double {
  var defect = 0.0
  for (i, v) in vectors.enumerated() {
    for (j, w) in vectors.enumerated() where j <= i {
      defect = max(defect, abs(dot(v, w) - (i == j ? 1 : 0)))
    }
  }
  return defect
}

/// ‖A·v − θv‖.
func trueResidual(_ a: some LinearOperator, _ value: Double, _ vector: [Double]) -> Double {
  norm(zip(a.apply(to: vector), vector).map { $0 - value * $1 })
}

/// The standard shapes of spectra: what every algorithm is to cope with.
enum SpectrumShape: String, CaseIterable, Sendable {
  case spread, clustered, multiple, decades, negative, network, constant, zero

  /// Ascending.
  func eigenvalues(_ n: Int) -> [Double] {
    let values = (0..<n).map { i -> Double in
      let t = Double(i) / Double(max(n - 1, 1))
      return switch self {
      case .spread: 1 + t * 9
      case .clustered: (i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 5) + 1e-7 * t
      case .multiple: Double(i % 4)
      case .decades: pow10(12 * t - 10)
      case .negative: -1 - 9 * t * t
      case .network: i < n - 6 ? 0.02 * (t - 0.15) : 0.5 * Double(1 << (i - (n - 6)))
      case .constant: 3
      case .zero: 0
      }
    }
    return values.sorted()
  }

  private func pow10(_ x: Double) -> Double { .exp(x * 2.302585092994046) }
}
