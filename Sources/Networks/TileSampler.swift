public import Algebra

/// Samples a plane tile by tile.
///
/// Priorities: 1. right to the last bit that the type promises, and the same for any number of
/// threads; 2. as many points a second as the processor's multiply-adds allow; 3. memory that does
/// not grow with the grid.
///
/// Loop order: rows of the grid are shared among the threads; within a row a tile of samples is
/// outermost and the points of the row inside, all layers of one point in a go, so that activations
/// never leave the second-level cache. A tile's sums are added in the order of the tiles.
struct TileSampler<Element: KernelScalar>: Sendable {
  private typealias Loops = Element.Loops
  private let objective: NetworkObjective
  private let plan: SamplingPlan
  private let tiles: SampleTiles<Element>
  private let grid: PlaneGrid
  private let centre: [Element]
  private let u: [Element]
  private let v: [Element]

  /// Images of one pass over the tiles may take this many bytes; more samples take more passes.
  private let imageBudget: Int

  init(
    _ objective: NetworkObjective, _ tiles: SampleTiles<Element>, _ grid: PlaneGrid,
    imageBudget: Int = 256 << 20
  ) {
    precondition(
      grid.centre.count == objective.dimension, "a plane is one of the parameters' space")
    self.imageBudget = imageBudget
    self.objective = objective
    self.tiles = tiles
    self.grid = grid
    plan = SamplingPlan(objective.network)
    centre = plan.arrange(grid.centre)
    u = plan.arrange(grid.u)
    v = plan.arrange(grid.v)
  }

  /// The samples of some rows of the grid.
  func sample(
    rows: Range<Int>, threads: Int, progress: @escaping @Sendable (_ points: Int) -> Void
  ) -> PlaneSamples {
    let columns = grid.alphas.count
    var sums = [LossSum](repeating: LossSum(), count: rows.count * columns)
    let perTile = 3 * plan.imageRows * SampleTiles<Element>.blockSize * MemoryLayout<Element>.size
    let step = max(1, imageBudget / max(perTile, 1))
    let blocks = tiles.blocks.count
    for start in stride(from: 0, to: blocks, by: step) {
      let pass = start..<min(start + step, blocks)
      let made = concurrentMap(pass.count, threads: threads) { images(of: pass.lowerBound + $0) }
      let parts = concurrentMap(rows.count, threads: threads) { [sums] row in
        let before = sums[row * columns..<(row + 1) * columns]
        let after = rowSums(rows.lowerBound + row, tiles: pass, made, after: before)
        if pass.upperBound == blocks { progress(columns) }
        return after
      }
      sums = parts.flatMap(\.self)
    }
    let results = sums.map(objective.finish)
    return PlaneSamples(losses: results.map(\.loss), scores: results.map(\.score))
  }

  /// X·c, X·u and X·v of a tile for all image layers, one after the other, biases included.
  private func images(of index: Int) -> [Element] {
    let block = tiles.blocks[index]
    let size = plan.imageRows * block.lanes
    var images = [Element](repeating: 0, count: 3 * size)
    images.withUnsafeMutableBufferPointer { images in
      guard let base = images.baseAddress else { return }
      for (part, w) in [grid.centre, grid.u, grid.v].enumerated() {
        for step in plan.steps {
          guard case .image(let row, _) = step.form else { continue }
          let parameters = step.node.parameters.map { entry in
            w[objective.network.layout.entries[entry].range].map { Element($0) }
          }
          let rows = step.node.operation.outputFeatures
          var packed = [Element](repeating: 0, count: parameters[0].count)
          let columns = parameters[0].count / rows
          Loops.pack(parameters[0], columns: columns, rows: rows, into: &packed)
          Loops.dense(
            packed, bias: parameters.count > 1 ? parameters[1] : nil, columns: columns, rows: rows,
            block.inputs, into: base + part * size + row * block.lanes, lanes: block.lanes, nil)
        }
      }
    }
    return images
  }

  /// The sums at each point of a row once some more tiles are added, tile by tile: how the tiles are
  /// cut into passes does not change them.
  private func rowSums(
    _ row: Int, tiles pass: Range<Int>, _ images: [[Element]], after before: ArraySlice<LossSum>
  ) -> [LossSum] {
    let network = objective.network
    let beta = Element(grid.betas[row])
    var sums = Array(before)
    var point = [Element](repeating: 0, count: plan.pointCount)
    let size = network.features.reduce(0, +) * SampleTiles<Element>.blockSize
    withUnsafeTemporaryAllocation(of: Element.self, capacity: size) { memory in
      guard let memory = memory.baseAddress else { return }
      for index in pass {
        let block = tiles.blocks[index]
        var next = memory
        let values = network.features.map { rows in
          defer { next += rows * block.lanes }
          return Tile(base: next, rows: rows, lanes: block.lanes)
        }
        values[0].base.update(from: block.inputs, count: block.inputs.count)
        for (column, alpha) in grid.alphas.enumerated() {
          let alpha = Element(alpha)
          Loops.combine(centre, u, v, alpha, beta, count: plan.pointCount, into: &point, nil)
          evaluate(
            values, images[index - pass.lowerBound], block.lanes, alpha, beta, point)
          sums[column] += objective.loss.sum(of: values[network.outputValue], block)
        }
      }
    }
    return sums
  }

  /// The values of a tile at one point.
  private func evaluate(
    _ values: [Tile<Element>], _ images: [Element], _ lanes: Int, _ alpha: Element,
    _ beta: Element, _ point: [Element]
  ) {
    point.withUnsafeBufferPointer { point in
      images.withUnsafeBufferPointer { images in
        for step in plan.steps {
          let output = values[step.output]
          switch step.form {
          case .image(let row, let activation):
            guard let c = images.baseAddress else { continue }
            let offset = row * lanes
            let size = plan.imageRows * lanes
            Loops.combine(
              c + offset, c + size + offset, c + 2 * size + offset, alpha, beta,
              count: output.count, into: output.base, activation)
          case .product(let weights, let bias, let activation):
            guard let base = point.baseAddress else { continue }
            let input = values[step.node.inputs[0]]
            Loops.dense(
              base + weights, bias: bias.map { base + $0 }, columns: input.rows, rows: output.rows,
              input.base, into: output.base, lanes: lanes, activation)
          case .general(let offsets):
            step.node.operation.value(
              of: step.node.inputs.map { values[$0] },
              parameters: point.baseAddress.map { base in offsets.map { base + $0 } } ?? [],
              into: output)
          }
        }
      }
    }
  }
}

extension NetworkObjective {
  /// L over a grid of points, and the accuracy or R² there, by the tile sampler.
  public func sample(
    _ plane: PlaneGrid, rows: Range<Int>, options: SamplingOptions,
    progress: @escaping @Sendable (_ points: Int) -> Void
  ) -> PlaneSamples {
    switch options.precision {
    case .float64:
      TileSampler(self, tiles, plane)
        .sample(rows: rows, threads: options.threads, progress: progress)
    case .float32:
      TileSampler(self, SampleTiles<Float>(data), plane)
        .sample(rows: rows, threads: options.threads, progress: progress)
    }
  }
}
