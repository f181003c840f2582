/// The values and gradients of one block of samples on its way through a network.
///
/// All tiles stand in one allocation that lives as long as the pass.
final class Pass<Element: KernelScalar> {
  let network: Network
  let lanes: Int
  /// By value index; the first is the input.
  let values: [Tile<Element>]
  /// ∂L/∂value, by value index; nil for the input.
  let gradients: [Tile<Element>?]
  /// What the loss keeps for its second derivative.
  let savedLoss: Tile<Element>
  /// What each node keeps for its tangents.
  let saved: [[Tile<Element>]]
  private let memory: UnsafeMutablePointer<Element>

  /// Makes room for a block.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - lanes: The length of the block's rows.
  ///   - linearised: Whether the nodes keep what their tangents need.
  init(_ network: Network, lanes: Int, linearised: Bool = false) {
    self.network = network
    self.lanes = lanes
    let saves = network.nodes.map { linearised ? $0.operation.savedTiles : 0 }
    var rows = network.features.reduce(0, +) * 2 - network.features[0] + network.outputs
    for (node, count) in zip(network.nodes, saves) { rows += count * node.operation.outputFeatures }
    memory = .allocate(capacity: rows * lanes)
    var next = memory
    func tile(_ rows: Int) -> Tile<Element> {
      defer { next += rows * lanes }
      return Tile(base: next, rows: rows, lanes: lanes)
    }
    values = network.features.map(tile)
    gradients = [nil] + network.features.dropFirst().map(tile)
    savedLoss = tile(network.outputs)
    saved = zip(network.nodes, saves).map { node, count in
      (0..<count).map { _ in tile(node.operation.outputFeatures) }
    }
  }

  deinit { memory.deallocate() }

  /// Fills `values`.
  func forward(_ block: SampleTiles<Element>.Block, _ w: [Element]) {
    values[0].base.update(from: block.inputs, count: block.inputs.count)
    w.withUnsafeBufferPointer { w in
      for node in network.nodes {
        node.operation.value(
          of: node.inputs.map { values[$0] }, parameters: pointers(node, w),
          into: values[node.output])
      }
    }
  }

  /// Fills `gradients` from the outputs back, and adds to the gradient of the weights.
  func backward(
    _ block: SampleTiles<Element>.Block, _ loss: Loss, scale: Element, _ w: [Element],
    into gradient: inout [Element]
  ) {
    for tile in gradients { tile?.zero() }
    guard let outputGradient = gradients[network.outputValue] else { return }
    loss.gradient(
      of: values[network.outputValue], block, scale: scale, saved: savedLoss, into: outputGradient)
    w.withUnsafeBufferPointer { w in
      gradient.withUnsafeMutableBufferPointer { gradient in
        for node in network.nodes.reversed() {
          guard let outputGradient = gradients[node.output] else { continue }
          node.operation.gradient(
            of: node.inputs.map { values[$0] }, parameters: pointers(node, w),
            outputGradient: outputGradient, into: node.inputs.map { gradients[$0] },
            pointers(node, gradient))
        }
      }
    }
  }

  /// Lets every node keep what its tangents need, after ``backward``.
  func linearise() {
    for (node, saved) in zip(network.nodes, saved) {
      guard let outputGradient = gradients[node.output] else { continue }
      node.operation.linearise(
        of: node.inputs.map { values[$0] }, outputGradient: outputGradient, into: saved)
    }
  }

  func pointers(_ node: Network.Node, _ w: UnsafeBufferPointer<Element>)
    -> [UnsafePointer<Element>]
  {
    guard let base = w.baseAddress else { return [] }
    return node.parameters.map { base + network.layout.entries[$0].range.lowerBound }
  }

  func pointers(_ node: Network.Node, _ w: UnsafeMutableBufferPointer<Element>)
    -> [UnsafeMutablePointer<Element>]
  {
    guard let base = w.baseAddress else { return [] }
    return node.parameters.map { base + network.layout.entries[$0].range.lowerBound }
  }
}
