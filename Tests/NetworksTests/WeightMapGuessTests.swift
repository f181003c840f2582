import TensorFiles
import Testing

@testable import Networks

@Suite struct WeightMapGuessTests {
  /// Two square layers of a transformer's kind: the products' matrices are numbered, and their biases
  /// have names.
  private func layout() throws -> ParameterLayout {
    var builder = try NetworkBuilder(inputShape: [3])
    for (place, layer) in ["block.linear1", "block.linear2"].enumerated() {
      builder.place = (place, "MatMul")
      _ = try builder.parameter("val_\(place)", shape: [3, 3], role: .kernel, outputsLast: true)
      _ = try builder.parameter("\(layer).bias", shape: [3], role: .bias)
    }
    return builder.layout
  }

  private func state(_ numbers: (Int) -> [Double]) -> NamedTensors {
    var tensors = NamedTensors()
    for (place, layer) in ["block.linear2", "block.linear1"].enumerated() {
      tensors["\(layer).weight"] = Tensor(shape: [3, 3], numbers(1 - place))
      tensors["\(layer).bias"] = Tensor(shape: [3], [0, 0, 0])
    }
    return tensors
  }

  private func message(_ tensors: NamedTensors, _ own: [Double]?) throws -> String {
    let layout = try layout()
    let error = #expect(throws: FileError.self) {
      try layout.vector(tensors, own: own, path: "state.npz")
    }
    return error.map { "\($0)" } ?? ""
  }

  @Test func `Equal numbers, transposed, tell which is which`() throws {
    let own = (0..<24).map { Double($0) / 8 }
    let layout = try layout()
    let tensors = state { place in
      let entry = layout.entries[2 * place]
      return WeightNames.transposed(Array(own[entry.range]), shape: [3, 3])
    }
    let text = try message(tensors, own)
    #expect(
      text.contains(
        "names: {val_0: block.linear1.weight, val_1: block.linear2.weight}, transpose: [val_0, val_1]"
      ),
      "\(text)")
    #expect(!text.contains("open:"))
  }

  @Test func `Without numbers the bias tells, and the axes of a square stay open`() throws {
    let text = try message(state { place in (0..<9).map { Double($0 + place) } }, nil)
    #expect(
      text.contains("names: {val_0: block.linear1.weight, val_1: block.linear2.weight}"), "\(text)")
    #expect(text.contains("open: 'val_0' (square"), "\(text)")
  }

  @Test func `What several tensors could be is left open`() throws {
    var builder = try NetworkBuilder(inputShape: [3])
    _ = try builder.parameter("a", shape: [3], role: .kernel)
    _ = try builder.parameter("b", shape: [3], role: .kernel)
    _ = try builder.parameter("c", shape: [5], role: .kernel)
    let tensors: NamedTensors = [
      "p": Tensor(shape: [3], [1, 2, 3]), "q": Tensor(shape: [3], [4, 5, 6]),
      "r": Tensor(shape: [5], [1, 2, 3, 4, 5]),
    ]
    let layout = builder.layout
    let error = #expect(throws: FileError.self) { try layout.vector(tensors, path: "w.npz") }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("certain, as a map: names: {c: r}"), "\(text)")
    #expect(text.contains("open: 'a' (one of 'p', 'q'), 'b' (one of 'p', 'q')"), "\(text)")
  }
}
