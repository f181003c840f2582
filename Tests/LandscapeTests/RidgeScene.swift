import Algebra
import Foundation
import Testing

@testable import Landscape

/// Ridge regression as a scene: a dense layer without activation, squared error, and samples whose
/// inputs and target hang together; every number of a sweep over it has a closed form.
struct RidgeScene {
  /// Three inputs and a 1 for the bias.
  let inputs: [[Double]]
  let targets: [Double]
  /// The folder that holds the table.
  let folder: TemporaryFolder

  init() throws {
    inputs = (0..<24).map { row in
      let t = Double(row)
      let first = 2 * sin(1.3 * t)
      return [first, 0.5 * first + cos(2.1 * t), 0.3 * sin(0.7 * t + 1), 1]
    }
    targets = inputs.enumerated().map { row, x in
      0.8 * x[0] - 1.5 * x[1] + 2 * x[2] + 0.4 + 0.1 * sin(5 * Double(row))
    }
    folder = try TemporaryFolder()
    let rows = zip(inputs, targets).map { x, y in
      (x.prefix(3) + [y]).map { "\($0)" }.joined(separator: ",")
    }
    try Data((rows.joined(separator: "\n") + "\n").utf8)
      .write(to: URL(filePath: folder.file("ridge.csv")))
  }

  func scene(_ replaced: [String: String] = [:]) throws -> Scene {
    var sections = [
      "data": "{source: csv, path: ridge.csv, task: regression}", "network": "[{dense: 1}]",
      "loss": "squared-error", "training": "{epochs: 1, polish: 1e-11}",
      "slice": "{grid: 7, precision: float64}", "penalty": "{lambda: [1e-3, 1e-2, 0.1, 1]}",
    ]
    sections.merge(replaced) { $1 }
    var scene = try tinyScene(sections, path: folder.file("ridge.yaml"))
    scene.sweep.tolerance = 1e-12
    scene.sweep.probes = 400
    (scene.sweep.slices, scene.sweep.panels) = (2, 3)
    return scene
  }

  /// 2XᵀX/n + λM, row by row; the Hessian of the base loss at λ = 0.
  func hessian(lambda: Double = 0, mask: [Double] = [1, 1, 1, 1]) -> [[Double]] {
    (0..<4).map { i in
      (0..<4).map { j in
        2 * inputs.reduce(0) { $0 + $1[i] * $1[j] } / Double(inputs.count)
          + (i == j ? lambda * mask[i] : 0)
      }
    }
  }

  /// The solution of the normal equations, (2XᵀX/n + λM)w = 2Xᵀy/n, by elimination.
  func minimum(lambda: Double, mask: [Double] = [1, 1, 1, 1]) -> [Double] {
    var rows = hessian(lambda: lambda, mask: mask)
    for i in 0..<4 {
      rows[i].append(2 * zip(inputs, targets).reduce(0) { $0 + $1.0[i] * $1.1 } / 24)
    }
    for i in 0..<4 {
      for j in 0..<4 where j != i {
        let share = rows[j][i] / rows[i][i]
        for k in 0..<5 { rows[j][k] -= share * rows[i][k] }
      }
    }
    return (0..<4).map { rows[$0][4] / rows[$0][$0] }
  }

  /// The eigenvalues of 2XᵀX/n + λM, ascending, from the matrix itself.
  func eigenvalues(lambda: Double = 0, mask: [Double] = [1, 1, 1, 1]) throws -> [Double] {
    try denseSpectrum(of: Matrix(rows: hessian(lambda: lambda, mask: mask))).eigenvalues
  }

  func base(at w: [Double]) -> Double {
    zip(inputs, targets).reduce(0) { sum, pair in
      let residual = dot(pair.0, w) - pair.1
      return sum + residual * residual
    } / 24
  }
}

/// A matrix by its rows.
struct Matrix: LinearOperator {
  let rows: [[Double]]

  var dimension: Int { rows.count }

  func apply(to x: [Double]) -> [Double] { rows.map { dot($0, x) } }
}
