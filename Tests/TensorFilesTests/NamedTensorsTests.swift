import Testing

@testable import TensorFiles

@Suite struct NamedTensorsTests {
  private func scalar(_ value: Double) -> Tensor { Tensor(shape: [], [value]) }

  @Test func namesKeepTheirOrder() {
    var tensors: NamedTensors = ["b": scalar(1), "a": scalar(2), "c": scalar(3)]
    tensors["a"] = scalar(4)
    tensors["d"] = scalar(5)
    #expect(tensors.names == ["b", "a", "c", "d"])
    #expect(tensors["a"] == scalar(4))
    #expect(tensors["x"] == nil)
  }

  @Test func aRemovedNameIsGoneAndTheOthersAreFound() {
    var tensors: NamedTensors = ["a": scalar(1), "b": scalar(2), "c": scalar(3)]
    tensors["a"] = nil
    tensors["x"] = nil
    #expect(tensors.map(\.name) == ["b", "c"])
    #expect(tensors["b"] == scalar(2))
    #expect(tensors["c"] == scalar(3))
    #expect(tensors["a"] == nil)
  }
}
