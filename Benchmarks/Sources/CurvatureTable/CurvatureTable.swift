import Algebra
import Datasets
import Foundation
import Geometry
import Networks
import TensorFiles

/// Times what is asked of a Hessian: eigenpairs, trace, density, maps; `peers/curvature.py` does the
/// same by others' means.
///
/// `CurvatureTable [digits.safetensors [fashion.safetensors]]`: the weights that `landscape render
/// digits` and `landscape render fashion` leave; initial weights without.
@main struct CurvatureTable {
  static func main() throws {
    let files = Array(CommandLine.arguments.dropFirst())
    let threads = ProcessInfo.processInfo.activeProcessorCount
    print("\(threads) cores")
    let digits = try Dataset.digits().scaled(by: 0.0625)
    let small = try Model("digits", [64, 64, 10], digits, weights: files.first, threads: threads)
    try small.eigenpairs()
    try small.map()
    let images =
      try (try? DatasetSource.fashionMNIST().load(count: 10_000).scaled(by: 1 / 255.0))
      ?? noise(samples: 10_000, inputs: 784)
    let large = try Model(
      "fashion", [784, 128, 128, 10], images, flattens: true, weights: files.dropFirst().first,
      threads: threads)
    try large.eigenpairs()
    try large.estimates()
  }

  private static func noise(samples: Int, inputs: Int) throws -> Dataset {
    var source = RandomSource(seed: 0, purpose: "images")
    let values = (0..<samples * inputs).map { _ in source.uniform() }
    let labels = (0..<samples).map { _ in source.index(below: 10) }
    return try Dataset(
      name: "noise", inputShape: [inputs], inputs: values,
      targets: .classes(labels, count: 10))
  }
}
