import Networks
import TensorFiles
import Testing

@testable import Landscape

@Suite struct SceneNetworkReaderTests {
  static func layers(_ network: String) throws -> [Layer] {
    try tinyScene(["network": network]).layers
  }

  @Test func windowsAreReadInEveryForm() throws {
    #expect(
      try Self.layers("[{conv: {channels: 8, kernel: 3}}, {dense: 1}]")[0]
        == .conv(channels: 8, LayerWindow(kernel: [3]), groups: 1, bias: true))
    let all =
      "{channels: 4, kernel: [3, 5], stride: [1, 2], padding: [1, 2], dilation: 2, groups: 2, "
      + "bias: false}"
    #expect(
      try Self.layers("[{conv: \(all)}]") == [
        .conv(
          channels: 4,
          LayerWindow(kernel: [3, 5], stride: [1, 2], padding: .zeros([1, 2]), dilation: [2]),
          groups: 2, bias: false)
      ])
    #expect(
      try Self.layers("[{conv: {channels: 1, kernel: 2, padding: same}}]") == [
        .conv(channels: 1, LayerWindow(kernel: [2], padding: .same), groups: 1, bias: true)
      ])
    let mean = Pooling.average(countsPadding: true)
    #expect(
      try Self.layers("[{maxpool: 2}, {avgpool: [2, 3]}, globalavgpool, globalmaxpool]") == [
        .pool(.maximum, LayerWindow(kernel: [2], stride: [2])),
        .pool(mean, LayerWindow(kernel: [2, 3], stride: [2, 3])), .globalPool(mean),
        .globalPool(.maximum),
      ])
    #expect(
      try Self.layers(
        "[{maxpool: {kernel: 3, stride: 2, padding: 1, dilation: 2, ceiling: true}}, "
          + "{avgpool: {kernel: 2, count-padding: false}}]") == [
          .pool(
            .maximum,
            LayerWindow(
              kernel: [3], stride: [2], padding: .zeros([1]), dilation: [2], ceiling: true)),
          .pool(.average(countsPadding: false), LayerWindow(kernel: [2], stride: [2])),
        ])
    #expect(
      try Self.layers("[{reshape: [1, 2]}, {skip: [{dense: 2}, relu]}, add]") == [
        .reshape([1, 2]), .shortcut([.dense(units: 2, bias: true), .activation(.relu)]), .add,
      ])
  }

  @Test func repeatedLayersAreThoseWrittenOutAndRepeatsMayHoldRepeats() throws {
    let block = "skip, {dense: 2}, relu, add"
    #expect(
      try Self.layers("[{repeat: {times: 3, layers: [\(block)]}}, {dense: 1}]")
        == Self.layers("[\(block), \(block), \(block), {dense: 1}]"))
    #expect(
      try Self.layers(
        "[{repeat: {times: 2, layers: [tanh, {repeat: {times: 2, layers: [relu]}}]}}]")
        == Self.layers("[tanh, relu, relu, tanh, relu, relu]"))
    #expect(
      try Self.layers("[{skip: [{repeat: {times: 2, layers: [{dense: 2}]}}]}, add]")
        == Self.layers("[{skip: [{dense: 2}, {dense: 2}]}, add]"))
  }

  @Test(arguments: [
    ("repeat", "needs how often and what"), ("{repeat: 3}", "needs how often and what"),
    ("{repeat: {times: 3}}", "needs how often and what"),
    ("{repeat: {times: 3, layers: []}}", "needs how often and what"),
    ("{repeat: {times: 0, layers: [relu]}}", "it must be from 1 to 10000"),
    ("{repeat: {time: 3, layers: [relu]}}", "did you mean 'times'?"),
    ("{repeat: {times: 3, layers: [rely]}}", "'network[0].repeat[0]' is 'rely'"),
    (
      "{repeat: {times: 200, layers: [{repeat: {times: 100, layers: [relu]}}]}}",
      "repeats 100 layers 200 times; there may be 10000 in all"
    ),
  ])
  func `A repeat that cannot be meant is refused`(layer: String, reason: String) throws {
    let error = #expect(throws: SceneError.self) { try Self.layers("[\(layer)]") }
    #expect("\(try #require(error))".contains(reason))
  }

  @Test func aResidualNetworkOfConvolutionsIsDrawn() throws {
    let folder = try TemporaryFolder()
    let network =
      "[{conv: {channels: 2, kernel: 3, padding: 1}}, relu, "
      + "{skip: [{conv: {channels: 3, kernel: 1, stride: 2, bias: false}}]}, "
      + "{conv: {channels: 3, kernel: 3, stride: 2, padding: 1}}, add, relu, globalavgpool, "
      + "{dense: 10}]"
    try run(
      try tinyScene(["data": "{source: digits, samples: 30}", "network": network]), in: folder
    ) { $0.dataOnly = true }
    let weights = try Safetensors.read(folder.file("weights.safetensors")).tensors
    #expect(
      weights.names == [
        "0.weight", "0.bias", "2.0.weight", "3.weight", "3.bias", "7.weight", "7.bias",
      ])
    #expect(weights["2.0.weight"]?.shape == [3, 2, 1, 1])
    #expect(try array("base", folder).allSatisfy(\.isFinite))
    let record = try #require(try summary(folder)["network"] as? [String: Any])
    #expect(
      record["summary"] as? String == "1×8×8, conv 2-3, globalavgpool, dense 10, ReLU, residual")
    #expect(
      (record["layers"] as? [String])?.prefix(3) == [
        "conv 2 kernel 3 padding 1", "relu", "skip (conv 3 kernel 1 stride 2 without bias)",
      ])
  }

  @Test func aFlatInputIsToldHowToBecomeAPicture() throws {
    let folder = try TemporaryFolder()
    let scene = try tinyScene(["network": "[{conv: {channels: 2, kernel: 3}}, {dense: 3}]"])
    let error = #expect(throws: SceneError.self) {
      try run(scene, in: folder) { $0.dataOnly = true }
    }
    #expect("\(try #require(error))".contains("layer 0 (conv) needs [channels, length]"))
  }
}
