import Foundation
import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct WeightMapTests {
  /// Weights of the tiny scene under other names, kernels in Keras's order; and what they are.
  private func keras(_ path: String) throws -> [Double] {
    let layout = try Model(tinyScene(), threads: 1).network.layout
    let w = (0..<layout.count).map { Double($0) / 16 }
    var tensors = NamedTensors()
    for entry in layout.entries {
      let values = Array(w[entry.range])
      guard entry.role == .kernel else {
        tensors["b\(entry.layer)"] = Tensor(shape: entry.shape, values)
        continue
      }
      let (rows, columns) = (entry.shape[0], entry.shape[1])
      tensors["k\(entry.layer)"] = Tensor(
        shape: [columns, rows],
        (0..<columns).flatMap { j in (0..<rows).map { values[$0 * columns + j] } })
    }
    try TensorFile.write(tensors, to: path)
    return w
  }

  private static let names = "{0.weight: k0, 0.bias: b0, 2.weight: k2, 2.bias: b2}"

  @Test(arguments: ["transpose: [0.weight, 2.weight]", "transpose: kernels"])
  func `A scene's map gives a file's tensors their names and axes`(axes: String) throws {
    let folder = try TemporaryFolder()
    let w = try keras(folder.file("keras.npz"))
    let scene = try tinyScene(
      ["weights": "{file: keras.npz, names: \(Self.names), \(axes)}"],
      path: folder.file("tiny.yaml"))
    #expect(scene.weights == folder.file("keras.npz"))
    let model = try Model(scene, threads: 1)
    let loaded = try model.weights(lambda: 0, file: "", fresh: false, reporter: .silent)
    #expect(loaded.values == w)
    // The same by a file of its own.
    var other = try tinyScene(["weights": folder.file("keras.npz")])
    try Data("names: \(Self.names)\n\(axes)\n".utf8).write(
      to: URL(filePath: folder.file("map.yaml")))
    try other.readWeightNames(folder.file("map.yaml"))
    #expect(other.weightNames == scene.weightNames)
  }

  @Test func `Without a map the file is refused, and the message holds the one that fits`() throws {
    let folder = try TemporaryFolder()
    _ = try keras(folder.file("keras.npz"))
    let scene = try tinyScene(["weights": folder.file("keras.npz")])
    let error = try #require(throws: FileError.self) { try run(scene, in: folder) }
    #expect(
      "\(error)".contains(
        "names: {0.weight: k0, 0.bias: b0, 2.weight: k2, 2.bias: b2}, transpose:"),
      "\(error)")
  }

  @Test(arguments: [
    "{file: a, name: {}}", "{file: a, names: [0.weight]}", "{file: a, names: {0.weight: [k]}}",
    "{file: a, transpose: yes}", "{file: a, transpose: [[a]]}", "[a]",
  ])
  func `A map that is none is refused`(text: String) {
    #expect(throws: SceneError.self) { try tinyScene(["weights": text]) }
  }
}
