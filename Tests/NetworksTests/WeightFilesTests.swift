import Foundation
import TensorFiles
import Testing

@testable import Networks

@Suite struct WeightFilesTests {
  static func layout() throws -> ParameterLayout {
    try Network(
      inputShape: [3],
      layers: [.dense(units: 4, bias: true), .activation(.relu), .dense(units: 2, bias: false)]
    ).layout
  }

  /// A path that is removed after use.
  private func withPath(_ name: String, _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent(name).path)
  }

  @Test(arguments: ["w.npz", "w.safetensors", "w"])
  func weightsComeBackToTheBit(_ name: String) throws {
    let layout = try Self.layout()
    var w = randomVector(layout.count, seed: 1)
    (w[0], w[1], w[2]) = (-0.0, 0x1p-1070, 1.7976931348623157e308)
    try withPath(name) { path in
      try layout.writeWeights(w, to: path, metadata: ["made by": "a test"])
      #expect(try layout.readWeights(path).bits == w.bits)
      let tensors =
        name.hasSuffix("npz") ? try NPZ.read(path) : try Safetensors.read(path).tensors
      #expect(tensors.names.sorted() == ["0.bias", "0.weight", "2.weight"])
      #expect(tensors["2.weight"]?.shape == [2, 4])
      if !name.hasSuffix("npz") {
        #expect(try Safetensors.read(path).metadata["made by"] == "a test")
      }
    }
  }

  @Test func tensorsMayStandInAnyOrderAndType() throws {
    let layout = try Self.layout()
    let tensors: NamedTensors = [
      "2.weight": Tensor(shape: [2, 4], elements: .float32((0..<8).map { Float($0) / 4 })),
      "0.bias": Tensor(shape: [4], elements: .int64([1, 2, 3, 4])),
      "0.weight": Tensor(shape: [4, 3], (0..<12).map(Double.init)),
    ]
    let w = try layout.vector(tensors, path: "")
    #expect(Array(w[..<12]) == (0..<12).map(Double.init))
    #expect(Array(w[12..<16]) == [1, 2, 3, 4])
    #expect(Array(w[16...]) == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75])
  }

  @Test func everyFaultIsListed() throws {
    let layout = try Self.layout()
    let tensors: NamedTensors = [
      "0.weight": Tensor(shape: [3, 4], .init(repeating: 0, count: 12)),
      "2.weight": Tensor(shape: [2, 4], [0, 1, 2, .nan, 4, .infinity, 6, 7]),
      "fc.weight": Tensor(shape: [1], [0]),
      "fc.bias": Tensor(shape: [1], [0]),
    ]
    let error = #expect(throws: FileError.self) { try layout.vector(tensors, path: "some.npz") }
    let message = try #require(error).description
    for part in [
      "some.npz", "'0.weight' has shape [3, 4], not [4, 3]", "'0.bias' [4] is missing",
      "'2.weight' holds nan at 3", "'fc.weight' is not in the network",
      "'fc.bias' is not in the network",
    ] {
      #expect(message.contains(part), "\(message)")
    }
  }

  @Test(arguments: ["none.npz", "none.safetensors"])
  func aFileThatIsNotThereIsSaidToBeMissing(_ name: String) throws {
    let layout = try Self.layout()
    try withPath(name) { path in
      #expect(throws: FileError.self) { try layout.readWeights(path) }
    }
  }
}
