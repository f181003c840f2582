import Algebra
import Datasets

@testable import Networks

/// A small network with convolutions or poolings, each with a name.
struct WindowedNetwork: Sendable, CustomStringConvertible {
  var name: String
  var inputShape: [Int]
  var layers: [Layer]

  var description: String { name }

  static func conv(
    _ channels: Int, _ kernel: [Int], stride: [Int] = [1],
    padding: LayerWindow.Padding = .zeros([0]), dilation: [Int] = [1], groups: Int = 1,
    bias: Bool = true
  ) -> Layer {
    .conv(
      channels: channels,
      LayerWindow(kernel: kernel, stride: stride, padding: padding, dilation: dilation),
      groups: groups, bias: bias)
  }

  static func pool(
    _ kind: Pooling, _ kernel: [Int], stride: [Int]? = nil, padding: [Int] = [0],
    dilation: [Int] = [1], ceiling: Bool = false
  ) -> Layer {
    .pool(
      kind,
      LayerWindow(
        kernel: kernel, stride: stride ?? kernel, padding: .zeros(padding), dilation: dilation,
        ceiling: ceiling))
  }

  private static let tanh = Layer.activation(.tanh)
  private static let silu = Layer.activation(.silu)
  private static let mean = Pooling.average(countsPadding: true)

  /// As `Cases/torch-windows/make.py` has them.
  static let all = [
    WindowedNetwork(
      name: "stride and padding", inputShape: [2, 7, 9],
      layers: [conv(3, [3], stride: [2], padding: .zeros([1])), tanh]),
    WindowedNetwork(
      name: "unequal", inputShape: [2, 8, 7],
      layers: [
        conv(4, [3, 2], stride: [1, 3], padding: .zeros([2, 1]), dilation: [2, 1]), silu,
      ]),
    WindowedNetwork(
      name: "dilation past stride", inputShape: [1, 11, 12],
      layers: [
        conv(3, [3], stride: [2], padding: .zeros([3]), dilation: [3]), tanh, conv(2, [2]),
      ]),
    WindowedNetwork(
      name: "groups", inputShape: [4, 5, 6],
      layers: [
        conv(6, [3], padding: .zeros([1]), groups: 2, bias: false), .activation(.gelu),
        conv(3, [2]),
      ]),
    WindowedNetwork(
      name: "depthwise", inputShape: [3, 6, 5],
      layers: [
        conv(6, [3], stride: [2], padding: .zeros([1]), groups: 3), tanh, conv(2, [1]),
      ]),
    WindowedNetwork(
      name: "same", inputShape: [2, 5, 6],
      layers: [conv(3, [2, 4], padding: .same, dilation: [1, 2]), tanh, conv(1, [3])]),
    WindowedNetwork(
      name: "asymmetric", inputShape: [2, 5, 6],
      layers: [conv(3, [3], stride: [2], padding: .zeros([1, 0, 3, 2])), tanh, conv(2, [2])]),
    WindowedNetwork(
      name: "wide", inputShape: [9, 4, 4],
      layers: [conv(19, [3], padding: .zeros([1])), tanh, conv(11, [2])]),
    WindowedNetwork(
      name: "one dimension", inputShape: [3, 13],
      layers: [
        conv(4, [4], stride: [3], padding: .zeros([2]), dilation: [2]), tanh, pool(mean, [2]),
      ]),
    WindowedNetwork(
      name: "maximum", inputShape: [2, 7, 8],
      layers: [
        conv(3, [2]), tanh, pool(.maximum, [3], stride: [2], padding: [1]), conv(2, [2]),
      ]),
    WindowedNetwork(
      name: "dilated maximum", inputShape: [1, 9, 9],
      layers: [
        conv(2, [2]), tanh,
        pool(.maximum, [2], stride: [3], padding: [1], dilation: [2], ceiling: true),
      ]),
    WindowedNetwork(
      name: "ceiling maximum", inputShape: [2, 6, 7],
      layers: [conv(3, [1]), tanh, pool(.maximum, [3, 2], stride: [2], ceiling: true)]),
    WindowedNetwork(
      name: "average", inputShape: [2, 6, 7],
      layers: [conv(3, [2]), silu, pool(mean, [2, 3], stride: [1, 2], padding: [1])]),
    WindowedNetwork(
      name: "average without padding", inputShape: [2, 6, 7],
      layers: [
        conv(3, [2]), silu,
        pool(.average(countsPadding: false), [3], stride: [2], padding: [1]),
      ]),
    WindowedNetwork(
      name: "ceiling average", inputShape: [2, 8, 7],
      layers: [
        conv(3, [2]), silu, pool(mean, [3], stride: [2], padding: [1], ceiling: true),
        conv(2, [2]),
      ]),
    WindowedNetwork(
      name: "global", inputShape: [2, 5, 6],
      layers: [conv(4, [3]), silu, .globalPool(mean), .dense(units: 3, bias: true)]),
    WindowedNetwork(
      name: "global maximum", inputShape: [2, 5, 6],
      layers: [conv(4, [3]), silu, .globalPool(.maximum), .dense(units: 3, bias: true)]),
    WindowedNetwork(
      name: "downsampling", inputShape: [2, 6, 6],
      layers: [
        conv(3, [3], padding: .zeros([1])), silu,
        .shortcut([conv(4, [1], stride: [2], bias: false)]),
        conv(4, [3], stride: [2], padding: .zeros([1])), silu, conv(4, [3], padding: .zeros([1])),
        .add, silu, pool(mean, [3]), .dense(units: 3, bias: true),
      ]),
  ]

  func network() throws -> Network { try Network(inputShape: inputShape, layers: layers) }

  func objective(samples: Int, threads: Int = 1) throws -> NetworkObjective {
    let network = try network()
    let random = try Example.data(
      samples: samples, inputs: inputShape.reduce(1, *), outputs: network.outputs,
      loss: .squaredError)
    return try NetworkObjective(
      network: network, loss: .squaredError, data: random, threads: threads)
  }
}
