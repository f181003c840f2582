/// The values and gradients of a block of samples on its way through a network.
///
/// Gradients that nothing later reads make room for others, unless they are kept for products.
///
/// All tiles but the input, which is the block's own, stand in one allocation that lives as long as
/// the pass. A pass can be used for one block after another.
final class Pass<Element: KernelScalar> {
  let network: Network
  /// The most samples that a block may have, filled up to whole lanes.
  let lanes: Int
  /// By value index; the first is the input.
  private(set) var values: [Tile<Element>] = []
  /// ∂L/∂value, by value index; nil for the input and for what the outputs do not depend on.
  private(set) var gradients: [Tile<Element>?] = []
  /// What the loss keeps for its second derivative.
  private(set) var savedLoss: Tile<Element>
  /// What each node keeps for its tangents.
  private(set) var saved: [[Tile<Element>]] = []
  /// The values and gradients that each node reads.
  private(set) var inputs: [[Tile<Element>]] = []
  private(set) var inputGradients: [[GradientSum<Element>?]] = []
  /// Where the values are tangents: those that each node reads; the input has none.
  private(set) var inputTangents: [[Tile<Element>?]] = []
  private let memory: AlignedMemory<Element>
  private let saves: [Int]
  /// Where each gradient stands, in rows, and the rows of them all.
  private let gradientPlaces: [Int?]
  private let gradientRows: Int

  /// Makes room for blocks.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - lanes: The length of the longest block's rows.
  ///   - linearised: Whether the nodes keep what their tangents need.
  init(_ network: Network, lanes: Int, linearised: Bool = false) {
    self.network = network
    self.lanes = lanes
    let saves = network.nodes.map { linearised ? $0.operation.savedTiles : 0 }
    (gradientPlaces, gradientRows) = network.gradientPlaces(keepingAll: linearised)
    var rows = network.features.dropFirst().reduce(0, +) + gradientRows + network.outputs
    for (node, count) in zip(network.nodes, saves) { rows += count * node.operation.outputFeatures }
    self.saves = saves
    memory = AlignedMemory(count: rows * lanes)
    savedLoss = Tile(base: memory.base, rows: 0, lanes: 0)
  }

  /// Lays the tiles out for a block, and makes its samples the input.
  func begin(_ block: SampleTiles<Element>.Block) {
    layOut(lanes: block.lanes)
    let input = block.inputs.tile
    guard values[0].base != input.base || values[0].rows != input.rows else { return }
    values[0] = input
    inputs = network.nodes.map { node in node.inputs.map { values[$0] } }
  }

  /// Lays the tiles out for some samples; the input has no numbers yet.
  func layOut(lanes: Int) {
    if let last = values.last, last.lanes == lanes { return }
    precondition(lanes <= self.lanes, "a block has room in its pass")
    var next = memory.base
    func tile(_ rows: Int) -> Tile<Element> {
      defer { next += rows * lanes }
      return Tile(base: next, rows: rows, lanes: lanes)
    }
    values =
      [Tile(base: memory.base, rows: 0, lanes: lanes)] + network.features.dropFirst().map(tile)
    let gradientTiles = tile(gradientRows)
    gradients = zip(gradientPlaces, network.features).map { place, rows in
      place.map { gradientTiles.rows($0, count: rows) }
    }
    savedLoss = tile(network.outputs)
    saved = zip(network.nodes, saves).map { node, count in
      (0..<count).map { _ in tile(node.operation.outputFeatures) }
    }
    inputs = network.nodes.map { node in node.inputs.map { values[$0] } }
    inputTangents = network.nodes.map { node in node.inputs.map { $0 == 0 ? nil : values[$0] } }
    var begun = Set<Int>()
    inputGradients = network.nodes.reversed().map { node in
      let isRead = gradients[node.output] != nil
      return node.inputs.map { value in
        (isRead ? gradients[value] : nil).map {
          GradientSum(tile: $0, isBegun: !begun.insert(value).inserted)
        }
      }
    }.reversed()
  }

  /// Fills `values`.
  ///
  /// - Parameters:
  ///   - block: The samples.
  ///   - w: By node, where its parameters begin.
  func forward(_ block: SampleTiles<Element>.Block, _ w: [[UnsafePointer<Element>]]) {
    begin(block)
    for (index, node) in network.nodes.enumerated() {
      node.operation.value(of: inputs[index], parameters: w[index], into: values[node.output])
    }
  }

  /// Fills `gradients` from the outputs back, and adds to the gradient of the weights.
  ///
  /// - Parameters:
  ///   - block: The samples that ``forward(_:_:)`` had.
  ///   - loss: What their outputs cost.
  ///   - scale: What the sum of their losses is multiplied by.
  ///   - w: By node, where its parameters begin.
  ///   - gradient: By node, where their gradients begin.
  func backward(
    _ block: SampleTiles<Element>.Block, _ loss: Loss, scale: Element,
    _ w: [[UnsafePointer<Element>]], into gradient: [[UnsafeMutablePointer<Element>]]
  ) {
    guard let outputGradient = gradients[network.outputValue] else { return }
    loss.gradient(
      of: values[network.outputValue], block, scale: scale, saved: savedLoss, into: outputGradient)
    for (index, node) in network.nodes.enumerated().reversed() {
      guard let outputGradient = gradients[node.output] else { continue }
      node.operation.gradient(
        of: inputs[index], parameters: w[index], outputGradient: outputGradient,
        into: inputGradients[index], gradient[index])
    }
  }

  /// Lets every node keep what its tangents need, after ``backward(_:_:scale:_:into:)``.
  ///
  /// - Parameter kept: Whether what the gradients take part in is kept, too.
  func linearise(gradients kept: Bool) {
    for (index, node) in network.nodes.enumerated() {
      node.operation.linearise(
        of: inputs[index], outputGradient: kept ? gradients[node.output] : nil, into: saved[index])
    }
  }
}

extension Network {
  /// Where the gradient of each value stands on the way back, in rows, and the rows of them all; each
  /// has room of its own where all are kept.
  fileprivate func gradientPlaces(keepingAll all: Bool) -> (places: [Int?], rows: Int) {
    var room = TileRoom()
    var slots: [Int?] = features.map { _ in nil }
    slots[outputValue] = room.take(features[outputValue])
    for node in nodes.reversed() {
      guard let output = slots[node.output] else { continue }
      for input in node.inputs where input != 0 && slots[input] == nil {
        slots[input] = room.take(features[input])
      }
      if !all { room.giveBack(output) }
    }
    return (slots.map { $0.map { room.starts[$0] } }, room.rows)
  }

  /// Where the parameters of each node begin in a flat vector.
  func pointers<E>(_ w: UnsafePointer<E>) -> [[UnsafePointer<E>]] {
    nodes.map { node in node.parameters.map { w + layout.entries[$0].range.lowerBound } }
  }

  /// Where the parameters of each node begin in a flat vector that is written.
  func pointers<E>(_ w: UnsafeMutablePointer<E>) -> [[UnsafeMutablePointer<E>]] {
    nodes.map { node in node.parameters.map { w + layout.entries[$0].range.lowerBound } }
  }
}
