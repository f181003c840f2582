import Algebra

/// The passes of all blocks through a network whose samples are coupled by statistics of them all.
///
/// The network is cut into stages at its batch normalisations. All blocks go through a stage, then the
/// next node's sums are taken over them, block by block in a fixed order, and only then do they go
/// on; on the way back likewise. So every number is the same to the bit for any number of threads.
final class StagedPasses<Element: KernelScalar>: @unchecked Sendable {
  private typealias Moments = NormaliseOverBatch.Moments

  private let network: Network
  private let tiles: SampleTiles<Element>
  private let threads: Int
  private let groups: BlockGroups
  /// One for each block.
  private let passes: [Pass<Element>]
  /// By node; of no use but for batch normalisations.
  private var moments: [Moments]

  /// Makes room for all blocks.
  init(_ network: Network, _ tiles: SampleTiles<Element>, threads: Int, linearised: Bool = false) {
    self.network = network
    self.tiles = tiles
    self.threads = threads
    groups = BlockGroups(count: tiles.blocks.count)
    passes = tiles.blocks.map { block in
      let pass = Pass<Element>(network, lanes: block.lanes, linearised: linearised)
      pass.begin(block)
      return pass
    }
    moments = Array(repeating: Moments(), count: network.nodes.count)
  }

  // MARK: - Values and gradients

  /// Fills the values of all passes.
  func forward(_ w: [[UnsafePointer<Element>]]) {
    let w = Unchecked(w)
    for (first, last) in network.stages {
      if let coupled = network.coupled(first) {
        let mean = means(coupled) { [self] block in
          coupled.sums(of: passes[block].inputs[first][0], valid: tiles.blocks[block].valid)
        }
        let variance = means(coupled) { [self] block in
          coupled.squares(
            of: passes[block].inputs[first][0], mean: mean, valid: tiles.blocks[block].valid)
        }
        moments[first] = Moments(mean: mean, variance: variance, epsilon: coupled.epsilon)
      }
      eachBlock { [self] _, block in
        let pass = passes[block]
        for index in first..<last {
          operation(index, moments, block).value(
            of: pass.inputs[index], parameters: w.value[index],
            into: pass.values[network.nodes[index].output])
        }
      }
    }
  }

  /// The losses of each block's outputs, in order.
  func losses(_ loss: Loss) -> [LossSum] {
    zip(passes, tiles.blocks).map { pass, block in
      loss.sum(of: pass.values[network.outputValue], block)
    }
  }

  /// Mean and variance of the channels that each batch normalisation reads, over all samples.
  func statistics() -> [BatchStatistics] {
    network.nodes.indices.compactMap { index in
      network.coupled(index).map {
        BatchStatistics(
          name: $0.name, mean: moments[index].mean, variance: moments[index].variance)
      }
    }
  }

  /// Fills the gradients of all passes from the outputs back, after ``forward(_:)``.
  ///
  /// - Parameters:
  ///   - loss: What the outputs cost.
  ///   - scale: What the sum of the losses is multiplied by.
  ///   - w: By node, where its parameters begin.
  /// - Returns: The weights' gradients, one for each group of blocks.
  func backward(_ loss: Loss, scale: Element, _ w: [[UnsafePointer<Element>]]) -> [[Element]] {
    let sums = GroupSums<Element>(groups.count, length: network.layout.count)
    let w = Unchecked(w)
    eachBlock { [self] _, block in
      let pass = passes[block]
      guard let gradient = pass.gradients[network.outputValue] else { return }
      loss.gradient(
        of: pass.values[network.outputValue], tiles.blocks[block], scale: scale,
        saved: pass.savedLoss, into: gradient)
    }
    for (first, last) in network.stages.reversed() {
      let coupled = network.coupled(first)
      eachBlock { [self] group, block in
        let nodes = (coupled == nil ? first : first + 1)..<last
        backward(nodes, block, w.value, network.pointers(sums[group]))
      }
      guard let coupled else { continue }
      moments[first].gradient = halves(
        means(coupled) { [self] block in
          guard let gradient = passes[block].gradients[network.nodes[first].output] else {
            return []
          }
          return coupled.with(moments[first], valid: tiles.blocks[block].valid).gradientSums(
            of: passes[block].inputs[first][0], parameters: w.value[first],
            outputGradient: gradient)
        })
      eachBlock { [self] group, block in
        backward(first..<first + 1, block, w.value, network.pointers(sums[group]))
      }
    }
    return sums.arrays
  }

  private func backward(
    _ nodes: Range<Int>, _ block: Int, _ w: [[UnsafePointer<Element>]],
    _ sums: [[UnsafeMutablePointer<Element>]]
  ) {
    let pass = passes[block]
    for index in nodes.reversed() {
      guard let gradient = pass.gradients[network.nodes[index].output] else { continue }
      operation(index, moments, block).gradient(
        of: pass.inputs[index], parameters: w[index], outputGradient: gradient,
        into: pass.inputGradients[index], sums[index])
    }
  }

  /// Lets every node keep what its tangents need, after ``backward(_:scale:_:)``.
  ///
  /// - Parameter kept: Whether what the gradients take part in is kept, too.
  func linearise(gradients kept: Bool) {
    eachBlock { [self] _, block in passes[block].linearise(gradients: kept) }
  }

  // MARK: - Products

  /// Room for the tangents of all blocks.
  func tangentPasses() -> [Pass<Element>] {
    tiles.blocks.map { block in
      let pass = Pass<Element>(network, lanes: block.lanes)
      pass.layOut(lanes: block.lanes)
      return pass
    }
  }

  /// A curvature matrix times a vector, after ``linearise(gradients:)``.
  ///
  /// - Parameters:
  ///   - kind: Which matrix.
  ///   - loss: What the outputs cost.
  ///   - scale: What the sum of the losses is multiplied by.
  ///   - w: By node, where its parameters begin.
  ///   - v: By node, where those of the vector begin.
  ///   - tangents: Room.
  /// - Returns: The parts of the product, one for each group of blocks.
  func product(
    _ kind: CurvatureKind, _ loss: Loss, scale: Element, _ w: [[UnsafePointer<Element>]],
    along v: [[UnsafePointer<Element>]], _ tangents: [Pass<Element>]
  ) -> [[Element]] {
    let sums = GroupSums<Element>(groups.count, length: network.layout.count)
    let room = Unchecked((w: w, v: v, tangents: tangents))
    var moments = moments
    for (first, last) in network.stages {
      if let coupled = network.coupled(first), network.nodes[first].inputs != [0] {
        moments[first].tangent = halves(
          means(coupled) { [self, moments] block in
            guard let along = room.value.tangents[block].inputTangents[first][0] else { return [] }
            return coupled.with(moments[first], valid: tiles.blocks[block].valid)
              .tangentSums(of: passes[block].inputs[first][0], along: along)
          })
      }
      eachBlock { [self, moments] _, block in
        let (pass, tangent) = (passes[block], room.value.tangents[block])
        for index in first..<last {
          operation(index, moments, block).tangent(
            of: pass.inputs[index], along: tangent.inputTangents[index],
            parameters: room.value.w[index], parameterTangents: room.value.v[index],
            saved: pass.saved[index], into: tangent.values[network.nodes[index].output])
        }
      }
    }
    eachBlock { [self] _, block in
      passes[block].lossTangent(
        kind, loss, scale: scale, samples: tiles.count, valid: tiles.blocks[block].valid,
        tangents: room.value.tangents[block])
    }
    func back(_ nodes: Range<Int>) {
      eachBlock { [self, moments] group, block in
        let (pass, tangent) = (passes[block], room.value.tangents[block])
        let sums = network.pointers(sums[group])
        for index in nodes.reversed() {
          let output = network.nodes[index].output
          guard let change = tangent.gradients[output] else { continue }
          operation(index, moments, block).gradientTangent(
            of: pass.inputs[index], along: tangent.inputTangents[index],
            parameters: room.value.w[index], parameterTangents: room.value.v[index],
            saved: pass.saved[index],
            outputGradient: kind == .hessian ? pass.gradients[output] : nil,
            outputGradientTangent: change, into: tangent.inputGradients[index], sums[index])
        }
      }
    }
    for (first, last) in network.stages.reversed() {
      guard let coupled = network.coupled(first) else {
        back(first..<last)
        continue
      }
      back(first + 1..<last)
      let output = network.nodes[first].output
      moments[first].change = halves(
        means(coupled) { [self, moments] block in
          let (pass, tangent) = (passes[block], room.value.tangents[block])
          guard let change = tangent.gradients[output] else { return [] }
          return coupled.with(moments[first], valid: tiles.blocks[block].valid).changeSums(
            of: pass.inputs[first][0], along: tangent.inputTangents[first][0],
            parameters: room.value.w[first], parameterTangents: room.value.v[first],
            outputGradient: kind == .hessian ? pass.gradients[output] : nil,
            outputGradientTangent: change)
        })
      back(first..<first + 1)
    }
    return sums.arrays
  }

  // MARK: - Blocks

  /// A node's operation on a block.
  private func operation(_ index: Int, _ moments: [Moments], _ block: Int) -> any Operation {
    network.coupled(index)?.with(moments[index], valid: tiles.blocks[block].valid)
      ?? network.nodes[index].operation
  }

  /// Runs a body for all blocks: groups side by side, the blocks of a group one after the other.
  private func eachBlock(_ body: @Sendable (_ group: Int, _ block: Int) -> Void) {
    concurrently(groups.count, threads: threads) { [groups] group in
      for block in groups[group] { body(group, block) }
    }
  }

  /// The sums of all blocks over how many numbers each channel has.
  private func means(
    _ operation: NormaliseOverBatch, _ sums: @Sendable (_ block: Int) -> [Double]
  ) -> [Double] {
    let parts = concurrentMap(tiles.blocks.count, threads: threads, sums)
    var total = parts.first ?? []
    for part in parts.dropFirst() {
      for (channel, sum) in part.enumerated() { total[channel] += sum }
    }
    let count = Double(tiles.count * operation.rows)
    return total.map { $0 / count }
  }

  /// Two means for each channel, one kind after the other.
  private func halves(_ means: [Double]) -> (plain: [Double], normal: [Double]) {
    (Array(means[..<(means.count / 2)]), Array(means[(means.count / 2)...]))
  }
}

/// What a batch normalisation had of all samples, as a weight file keeps it.
public struct BatchStatistics: Sendable, Equatable {
  /// What the tensors' names begin with, such as `1.` of `1.running_mean`.
  public var name: String
  /// A number for each channel.
  public var mean: [Double]
  /// A number for each channel, divided by the count, not by one less.
  public var variance: [Double]
}

/// A sum for each group of blocks.
private final class GroupSums<Element: KernelScalar>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Element>
  private let count: Int
  private let length: Int

  init(_ count: Int, length: Int) {
    (self.count, self.length) = (count, length)
    base = .allocate(capacity: count * length)
    base.initialize(repeating: 0, count: count * length)
  }

  deinit { base.deallocate() }

  subscript(group: Int) -> UnsafeMutablePointer<Element> { base + group * length }

  var arrays: [[Element]] {
    (0..<count).map { Array(UnsafeBufferPointer(start: base + $0 * length, count: length)) }
  }
}

extension Network {
  /// Runs of nodes, each but perhaps the first beginning with one that couples the samples.
  var stages: [(first: Int, last: Int)] {
    let starts = [0] + nodes.indices.dropFirst().filter { coupled($0) != nil }
    return zip(starts, starts.dropFirst() + [nodes.count]).map { ($0, $1) }
  }

  /// The statistics on which batch normalisations run that do not take those of the samples.
  public var fixedStatistics: [BatchStatistics] {
    nodes.compactMap { ($0.operation as? Standardise)?.statistics }
  }

  /// A node's operation where it couples the samples.
  func coupled(_ node: Int) -> NormaliseOverBatch? {
    nodes[node].operation as? NormaliseOverBatch
  }
}

extension NetworkObjective {
  /// The statistics of each batch normalisation over all samples.
  ///
  /// - Parameter w: `dimension` numbers.
  /// - Returns: Mean and variance for each channel, in the network's order; none where there is no
  ///   batch normalisation with the statistics of the batch.
  public func batchStatistics(at w: [Double]) -> [BatchStatistics] {
    precondition(w.count == dimension, "a network needs a number for each parameter")
    guard network.couplesSamples else { return [] }
    let passes = StagedPasses(network, tiles, threads: threads)
    w.withUnsafePointers(network) { passes.forward($0) }
    return passes.statistics()
  }
}
