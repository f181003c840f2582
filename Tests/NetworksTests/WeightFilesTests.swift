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
    #expect(
      message == """
        some.npz: the weights do not fit the network:
          missing: '0.bias' [4]
          not in the network: 'fc.weight' [1], 'fc.bias' [1]
          wrong shape: '0.weight' has shape [3, 4], not [4, 3] (fits transposed)
          not finite: '2.weight' holds nan at 3
          certain, as a map: transpose: [0.weight]
          open: '0.bias'
        """)
  }

  @Test func `A map gives tensors their names and axes, and what is learnt is the same`() throws {
    let layout = try Self.layout()
    let w = randomVector(layout.count, seed: 2)
    // Keras's kernels are [in, out].
    func turned(_ range: Range<Int>, _ rows: Int, _ columns: Int) -> [Double] {
      (0..<columns).flatMap { j in (0..<rows).map { w[range.lowerBound + $0 * columns + j] } }
    }
    let tensors: NamedTensors = [
      "fc1.kernel": Tensor(shape: [3, 4], turned(0..<12, 4, 3)),
      "fc1.bias": Tensor(shape: [4], Array(w[12..<16])),
      "fc2.kernel": Tensor(shape: [4, 2], turned(16..<24, 2, 4)),
    ]
    var map = WeightNames(
      names: ["0.weight": "fc1.kernel", "0.bias": "fc1.bias", "2.weight": "fc2.kernel"],
      transposed: ["0.weight", "2.weight"])
    #expect(try layout.vector(tensors, map: map, path: "p") == w)
    (map.transposed, map.transposesKernels) = ([], true)
    #expect(try layout.vector(tensors, map: map, path: "p") == w)
  }

  @Test func `A file under other names is refused with the map that fits it`() throws {
    let layout = try Self.layout()
    let tensors: NamedTensors = [
      "fc2.weight": Tensor(shape: [4, 2], .init(repeating: 0, count: 8)),
      "fc1.bias": Tensor(shape: [4], .init(repeating: 0, count: 4)),
      "fc1.weight": Tensor(shape: [4, 3], .init(repeating: 0, count: 12)),
    ]
    let error = try #require(throws: FileError.self) { try layout.vector(tensors, path: "p") }
    #expect(
      error.description.hasSuffix(
        "certain, as a map: names: {0.weight: fc1.weight, 0.bias: fc1.bias, 2.weight: fc2.weight}, "
          + "transpose: [2.weight]"), "\(error)")
    let map = WeightNames(
      names: ["0.weight": "fc1.weight", "0.bias": "fc1.bias", "2.weight": "fc2.weight"],
      transposed: ["2.weight"])
    #expect(try layout.vector(tensors, map: map, path: "p").count == layout.count)
  }

  @Test func `A map that names nothing of the network, or turns what fits as it is, is refused`()
    throws
  {
    let layout = try Self.layout()
    let tensors = layout.tensors(randomVector(layout.count, seed: 1))
    for (map, complaint) in [
      (
        WeightNames(names: ["1.weight": "x"]),
        "the map names what is not in the network: '1.weight'"
      ),
      (WeightNames(transposed: ["x"]), "the map names what is not in the network: 'x'"),
      (WeightNames(transposed: ["0.weight"]), "not [4, 3] transposed (fits as it is)"),
      (WeightNames(transposed: ["0.bias"]), "'0.bias' has shape [4], not [4] transposed"),
      (WeightNames(names: ["0.bias": "b"]), "missing: 'b' (for '0.bias') [4]"),
    ] {
      let error = try #require(throws: FileError.self) {
        try layout.vector(tensors, map: map, path: "p")
      }
      #expect(error.description.contains(complaint), "\(error)")
    }
  }

  @Test func `Keras's convolution kernels turn from [h, w, in, out] into [out, in, h, w]`() {
    let shape = [2, 3, 4, 5]
    #expect(WeightNames.transposed(shape) == [5, 4, 2, 3])
    let turned = WeightNames.transposed((0..<120).map(Double.init), shape: shape)
    for (o, i, h, w) in [(0, 0, 0, 0), (4, 3, 1, 2), (2, 1, 0, 2), (1, 3, 1, 0)] {
      #expect(
        turned[((o * 4 + i) * 2 + h) * 3 + w] == Double(((h * 3 + w) * 4 + i) * 5 + o))
    }
    #expect(WeightNames.transposed([4]) == nil)
  }

  @Test func `What a normalisation layer has counted may stand beside the parameters`() throws {
    let layout = try Self.layout()
    let w = randomVector(layout.count, seed: 1)
    var tensors = layout.tensors(w)
    tensors["1.running_mean"] = Tensor(shape: [4], [1, 2, 3, .nan])
    tensors["running_var"] = Tensor(shape: [4], [1, 2, 3, 4])
    tensors["bn.num_batches_tracked"] = Tensor(shape: [], elements: .int64([7]))
    #expect(try layout.vector(tensors, path: "p") == w)
    tensors["1.my_running_mean"] = Tensor(shape: [4], [1, 2, 3, 4])
    #expect(throws: FileError.self) { try layout.vector(tensors, path: "p") }
  }

  @Test func `A name that is not text for a line, or a thousand of them, do no harm`() throws {
    let layout = try Self.layout()
    var tensors: NamedTensors = ["a\nb\u{1B}[2J": Tensor(shape: [1], [0])]
    for i in 0..<1000 { tensors["further.\(i)"] = Tensor(shape: [1], [0]) }
    let error = try #require(throws: FileError.self) { try layout.vector(tensors, path: "p") }
    let lines = error.description.split(separator: "\n")
    #expect(lines.count == 3 && !error.description.contains("\u{1B}"))
    #expect(lines.allSatisfy { $0.count < 4100 } && lines[2].contains("…"))
  }

  @Test(arguments: ["none.npz", "none.safetensors"])
  func aFileThatIsNotThereIsSaidToBeMissing(_ name: String) throws {
    let layout = try Self.layout()
    try withPath(name) { path in
      #expect(throws: FileError.self) { try layout.readWeights(path) }
    }
  }
}
