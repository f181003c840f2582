import Testing

@testable import Networks

@Suite struct NetworkTests {
  static func error(_ inputShape: [Int], _ layers: [Layer]) -> NetworkError? {
    do throws(NetworkError) {
      _ = try Network(inputShape: inputShape, layers: layers)
      return nil
    } catch {
      return error
    }
  }

  struct Fault: Sendable {
    var inputShape = [4]
    var layers: [Layer]
    var layer: Int?
    /// What the message says.
    var says: [String]
  }

  static let faults: [Fault] = [
    Fault(layers: [], layer: nil, says: ["network", "no parameters"]),
    Fault(layers: [.flatten, .activation(.relu)], layer: nil, says: ["no parameters"]),
    Fault(
      layers: [.dense(units: 0, bias: true)], layer: 0, says: ["layer 0", "dense", "at least 1"]),
    Fault(
      layers: [.activation(.tanh), .dense(units: -3, bias: true)], layer: 1,
      says: ["layer 1", "dense"]),
    Fault(
      layers: [.dense(units: 1 << 30, bias: true)], layer: 0,
      says: ["layer 0", "dense", "too large"]),
    Fault(
      layers: [.dense(units: .max, bias: true)], layer: 0, says: ["layer 0", "dense", "too large"]),
    Fault(
      layers: [.dense(units: 4, bias: true), .add], layer: 1,
      says: ["layer 1", "add", "no 'skip'"]),
    Fault(
      layers: [.skip, .dense(units: 4, bias: true)], layer: 0,
      says: ["layer 0", "skip", "no 'add'"]),
    Fault(
      layers: [.skip, .dense(units: 3, bias: true), .add], layer: 2,
      says: ["layer 2", "add", "[4]", "layer 0", "[3]"]),
    Fault(
      inputShape: [2, 2], layers: [.skip, .dense(units: 4, bias: true), .add], layer: 2,
      says: ["layer 2", "[2, 2]", "[4]"]),
    Fault(
      layers: [.skip, .skip, .dense(units: 4, bias: true), .add], layer: 0, says: ["layer 0"]),
    Fault(
      inputShape: [0], layers: [.dense(units: 1, bias: true)], layer: nil, says: ["[0]", "empty"]),
    Fault(
      inputShape: [3, -1], layers: [.dense(units: 1, bias: true)], layer: nil, says: ["[3, -1]"]),
    Fault(
      inputShape: [1 << 40, 1 << 40], layers: [.dense(units: 1, bias: true)], layer: nil,
      says: ["too large"]),
  ]

  static let windowFaults: [Fault] = [
    Fault(
      layers: [WindowedNetwork.conv(2, [3])], layer: 0,
      says: ["layer 0 (conv)", "not [4]", "reshape: [1, 8, 8]"]),
    Fault(
      inputShape: [1, 8, 8], layers: [WindowedNetwork.conv(2, [9])], layer: 0,
      says: ["9 wide", "8 positions"]),
    Fault(
      inputShape: [3, 8, 8], layers: [WindowedNetwork.conv(4, [3], groups: 2)], layer: 0,
      says: ["3 channels and 4 outputs into 2 groups"]),
    Fault(
      inputShape: [1, 8, 8], layers: [WindowedNetwork.conv(2, [3, 3, 3])], layer: 0,
      says: ["one kernel or 2, not 3"]),
    Fault(
      inputShape: [1, 8, 8], layers: [WindowedNetwork.conv(2, [3], stride: [0])], layer: 0,
      says: ["stride", "from 1"]),
    Fault(
      inputShape: [1, 8, 8], layers: [WindowedNetwork.conv(2, [3], padding: .zeros([-1]))],
      layer: 0, says: ["padding from 0"]),
    Fault(
      inputShape: [1, 8, 8],
      layers: [WindowedNetwork.conv(.max, [1]), .dense(units: 1, bias: true)], layer: 0,
      says: ["too large"]),
    Fault(
      inputShape: [1, 8, 8], layers: [WindowedNetwork.pool(.maximum, [2], padding: [2])],
      layer: 0, says: ["layer 0 (maxpool)", "nothing but padding"]),
    Fault(
      inputShape: [1, 8, 8], layers: [.reshape([8, 9])], layer: 0,
      says: ["layer 0 (reshape)", "64 numbers"]),
    Fault(
      layers: [.shortcut([.skip]), .add], layer: 0, says: ["cannot stand within a shortcut"]),
    Fault(layers: [.globalPool(.maximum)], layer: 0, says: ["globalmaxpool", "not [4]"]),
  ]

  @Test(arguments: faults + windowFaults) func aFaultIsNamedWithItsLayer(_ fault: Fault) throws {
    let error = try #require(Self.error(fault.inputShape, fault.layers))
    #expect(error.layer == fault.layer)
    for part in fault.says { #expect("\(error)".contains(part), "\(error)") }
  }

  @Test func tensorsAreNamedAndShapedAsInASequential() throws {
    let network = try Network(
      inputShape: [1, 8, 8],
      layers: [
        .flatten, .dense(units: 5, bias: true), .activation(.relu), .skip,
        .dense(units: 5, bias: false), .add, .dense(units: 3, bias: true),
      ])
    let entries = network.layout.entries
    #expect(entries.map(\.name) == ["1.weight", "1.bias", "4.weight", "6.weight", "6.bias"])
    #expect(entries.map(\.shape) == [[5, 64], [5], [5, 5], [3, 5], [3]])
    #expect(entries.map(\.range) == [0..<320, 320..<325, 325..<350, 350..<365, 365..<368])
    #expect(entries.map(\.role) == [.kernel, .bias, .kernel, .kernel, .bias])
    #expect(entries.map(\.fanIn) == [64, 64, 5, 5, 5])
    #expect(entries.map(\.fanOut) == [5, 5, 5, 3, 3])
    #expect(entries.map(\.layer) == [1, 1, 4, 6, 6])
    #expect(entries.map(\.rows) == [5, 5, 5, 3, 3])
    #expect(network.layout.count == 368)
    #expect(network.outputs == 3)
    #expect(network.layout.entry(named: "4.weight") == entries[2])
    #expect(network.layout.entry(named: "4.bias") == nil)
  }

  @Test func aFlatteningIsImpliedBeforeADenseLayer() throws {
    let layers: [Layer] = [.dense(units: 2, bias: true)]
    let implied = try Network(inputShape: [1, 8, 8], layers: layers)
    let stated = try Network(inputShape: [1, 8, 8], layers: [.flatten] + layers)
    #expect(implied.layout.entries[0].shape == stated.layout.entries[0].shape)
  }

  @Test func anAdditionPairsWithTheLatestOpenSkip() throws {
    // Outer skip: 4 wide; inner skip: 2 wide.
    let network = try Network(
      inputShape: [4],
      layers: [
        .skip, .dense(units: 2, bias: false), .skip, .dense(units: 2, bias: false), .add,
        .dense(units: 4, bias: false), .add,
      ])
    // x → a = W₁x, b = a + W₃a, y = x + W₅b.
    let pass = Pass<Double>(network, lanes: 16)
    let inputs = OwnedTile<Double>(rows: 4, lanes: 16)
    for feature in 0..<4 { inputs.tile.base[16 * feature] = Double(feature + 1) }
    let block = SampleTiles<Double>.Block(
      valid: 1, lanes: 16, inputs: inputs, labels: [], values: [])
    let first: [Double] = [1, 0, 0, 0, 0, 1, 0, 0]
    let inner: [Double] = [0, 10, 100, 0]
    let last: [Double] = [1, 0, 0, 1, 1, 1, 2, 0]
    let w = first + inner + last
    w.withUnsafePointers(network) { pass.forward(block, $0) }
    // a = (1, 2), W₃a = (20, 100), b = (21, 102), W₅b = (21, 102, 123, 42).
    let y = (0..<4).map { pass.values[network.outputValue].base[16 * $0] }
    #expect(y == [22, 104, 126, 46])
  }

  @Test func convolutionsHaveTheFansOfPyTorch() throws {
    let entries = try Network(
      inputShape: [4, 8, 8],
      layers: [
        WindowedNetwork.conv(6, [3, 5], groups: 2),
        .shortcut([.activation(.relu), WindowedNetwork.conv(6, [1], bias: false)]), .add,
        .dense(units: 2, bias: true),
      ]
    ).layout.entries
    #expect(entries.map(\.name) == ["0.weight", "0.bias", "1.1.weight", "3.weight", "3.bias"])
    #expect(entries[0].shape == [6, 2, 3, 5] && entries[0].rows == 6)
    // torch.nn.init._calculate_fan_in_and_fan_out: 2 · 15 and 6 · 15.
    #expect(entries[0].fanIn == 30 && entries[0].fanOut == 90 && entries[1].fanIn == 30)
    #expect(entries[2].fanIn == 6 && entries[2].fanOut == 6)
    #expect(entries.map(\.layer) == [0, 0, 1, 3, 3])
  }

  @Test func summariesSayWhatMatters() throws {
    let picture = try Network(
      inputShape: [1, 8, 8],
      layers: [
        WindowedNetwork.conv(6, [3]), .activation(.relu), .skip,
        WindowedNetwork.conv(6, [3], padding: .same), .add,
        WindowedNetwork.pool(.maximum, [2]), .flatten, .dense(units: 10, bias: true),
      ])
    #expect(picture.summary == "1×8×8, conv 6-6, maxpool, dense 10, ReLU, residual")
    let network = try Network(
      inputShape: [1, 8, 8],
      layers: [
        .dense(units: 32, bias: true), .activation(.gelu), .skip, .dense(units: 32, bias: true),
        .add, .activation(.gelu), .dense(units: 10, bias: true),
      ])
    #expect(network.summary == "64-32-32-10, GELU, residual")
    let deep = try Network(
      inputShape: [2],
      layers: [4, 4, 4].map { Layer.dense(units: $0, bias: true) }
        + Array(repeating: Layer.dense(units: 8, bias: true), count: 11))
    #expect(deep.summary == "2-4-4-4-8 (11 times)")
  }

  @Test func onlyReluAndItsLeakyFormArePiecewiseLinear() throws {
    for (name, activation) in Activation.named {
      let network = try Network(
        inputShape: [2], layers: [.dense(units: 2, bias: true), .activation(activation)])
      #expect(network.isPiecewiseLinear == ["relu", "leaky-relu"].contains(name))
      #expect(activation.name == name)
    }
  }
}
