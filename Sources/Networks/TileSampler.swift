public import Algebra

/// Samples a plane tile by tile.
///
/// Priorities: 1. right to the last bit that the type promises, and the same for any number of
/// threads; 2. as many points a second as the processor's multiply-adds allow; 3. memory that does
/// not grow with the grid.
///
/// Loop order: rows of the grid, or parts of them where there are few, are shared among the threads;
/// within a part a tile of samples is outermost and the points inside, all layers of one point in a
/// go, so that activations never leave the second-level cache. The first layer's c + β·v is formed
/// once for a row, so that a point adds α·u alone. A tile's sums are added in the order of the tiles.
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
    let parts = GridPart.parts(of: rows, columns: grid.alphas.count, threads: threads)
    var sums = parts.map { [LossSum](repeating: LossSum(), count: $0.columns.count) }
    let perTile = 3 * plan.imageRows * SampleTiles<Element>.blockSize * MemoryLayout<Element>.size
    let step = max(1, imageBudget / max(perTile, 1))
    let blocks = tiles.blocks.count
    for start in stride(from: 0, to: blocks, by: step) {
      let pass = start..<min(start + step, blocks)
      let made = concurrentMap(pass.count, threads: threads) { images(of: pass.lowerBound + $0) }
      sums = concurrentMap(parts.count, threads: threads) { [sums] index in
        let after = add(tiles: pass, made, to: sums[index], of: parts[index])
        if pass.upperBound == blocks { progress(parts[index].columns.count) }
        return after
      }
    }
    let results = sums.joined().map(objective.finish)
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
          guard case .image(let row, _, _) = step.form else { continue }
          let parameters = step.node.parameters.map { entry in
            w[objective.network.layout.entries[entry].range].map { Element($0) }
          }
          let rows = step.node.operation.outputFeatures
          let image = Tile(
            base: base + part * size + row * block.lanes, rows: rows, lanes: block.lanes)
          parameters[0].withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            Loops.product(
              Matrix(weights, rows: rows, columns: block.inputs.tile.rows),
              bias: parameters.count > 1 ? parameters[1] : nil, Matrix(block.inputs.tile),
              into: image, adding: false, nil)
          }
        }
      }
    }
    return images
  }

  /// The sums at the points of a part once some more tiles are added, tile by tile: how the tiles
  /// are cut into passes does not change them.
  private func add(
    tiles pass: Range<Int>, _ images: [[Element]], to before: [LossSum], of part: GridPart
  ) -> [LossSum] {
    let beta = Element(grid.betas[part.row])
    let alphas = grid.alphas[part.columns].map { Element($0) }
    var sums = before
    let rows = objective.network.features.dropFirst().reduce(0, +) + plan.imageRows
    let size = rows * SampleTiles<Element>.blockSize + plan.pointCount
    withUnsafeTemporaryAllocation(of: Element.self, capacity: size) { memory in
      guard let point = memory.baseAddress else { return }
      for index in pass {
        let block = tiles.blocks[index]
        images[index - pass.lowerBound].withUnsafeBufferPointer { images in
          guard let images = images.baseAddress else { return }
          // c + β·v of the image layers stands behind the point, the tile's values behind that.
          let size = plan.imageRows * block.lanes
          let base = point + plan.pointCount
          Loops.combine(images, images + 2 * size, nil, beta, 0, count: size, into: base, nil)
          let (steps, output) = steps(
            block, point: point, images: (UnsafePointer(base), images + size), values: base + size)
          for (column, alpha) in alphas.enumerated() {
            Loops.combine(centre, u, v, alpha, beta, count: plan.pointCount, into: point, nil)
            for step in steps { step.run(alpha) }
            sums[column] += objective.loss.sum(of: output, block)
          }
        }
      }
    }
    return sums
  }

  /// The plan's steps with the addresses of a tile, and the tile of the outputs.
  private func steps(
    _ block: SampleTiles<Element>.Block, point: UnsafeMutablePointer<Element>,
    images: (base: UnsafePointer<Element>, u: UnsafePointer<Element>),
    values: UnsafeMutablePointer<Element>
  ) -> ([TileStep<Element>], Tile<Element>) {
    var next = values
    let values =
      [block.inputs.tile]
      + objective.network.features.dropFirst().map { rows in
        defer { next += rows * block.lanes }
        return Tile(base: next, rows: rows, lanes: block.lanes)
      }
    let steps = plan.steps.compactMap { step -> TileStep<Element>? in
      let output = values[step.output]
      switch step.form {
      case .image(let row, let activation, let isStored):
        let offset = row * block.lanes
        guard isStored else { return nil }
        return .image(images.base + offset, images.u + offset, activation, output)
      case .product(let weights, let bias, let activation):
        return .product(
          point + weights, bias.map { UnsafePointer(point + $0) }, values[step.node.inputs[0]],
          activation, output)
      case .lineProduct(let row, let relu, let weights, let bias, let activation):
        let offset = row * block.lanes
        let input = values[step.node.inputs[0]]
        return .lineProduct(
          Matrix(point + weights, rows: output.rows, columns: input.rows),
          bias.map { UnsafePointer(point + $0) }, images.base + offset, images.u + offset,
          relu: relu, activation, output)
      case .general(let offsets):
        return .general(
          step.node.operation, step.node.inputs.map { values[$0] },
          offsets.map { UnsafePointer(point + $0) }, output)
      }
    }
    return (steps, values[objective.network.outputValue])
  }
}

/// One step of a plan on one tile: what to read, and where to write.
private enum TileStep<Element: KernelScalar> {
  /// f(c + β·v + α·u), from c + β·v and u.
  case image(UnsafePointer<Element>, UnsafePointer<Element>, Activation?, Tile<Element>)
  /// f(W·x + b), from W, b and x.
  case product(
    UnsafePointer<Element>, UnsafePointer<Element>?, Tile<Element>, Activation?, Tile<Element>)
  /// f(W·x + b), from W, b, and x by c + β·v and u.
  case lineProduct(
    Matrix<Element>, UnsafePointer<Element>?, UnsafePointer<Element>, UnsafePointer<Element>,
    relu: Bool, Activation?, Tile<Element>)
  /// The operation on its inputs and parameters.
  case general(any Operation, [Tile<Element>], [UnsafePointer<Element>], Tile<Element>)

  func run(_ alpha: Element) {
    switch self {
    case .image(let base, let u, let activation, let y):
      Element.Loops.combine(base, u, nil, alpha, 0, count: y.count, into: y.base, activation)
    case .product(let weights, let bias, let x, let activation, let y):
      Element.Loops.product(
        Matrix(weights, rows: y.rows, columns: x.rows), bias: bias, Matrix(x), into: y,
        adding: false, activation)
    case .lineProduct(let weights, let bias, let base, let u, let relu, let activation, let y):
      Element.Loops.lineProduct(weights, bias: bias, base, u, alpha, relu: relu, into: y)
      if let activation {
        Element.Loops.activate(y.base, count: y.count, into: y.base, activation)
      }
    case .general(let operation, let x, let parameters, let y):
      operation.value(of: x, parameters: parameters, into: y)
    }
  }
}

/// Points of one row of a grid, side by side: what one thread does in a go.
struct GridPart: Sendable, Equatable {
  var row: Int
  var columns: Range<Int>

  /// Rows as they are, or cut until there are four parts for each thread: enough that the last ones
  /// keep all threads busy.
  static func parts(of rows: Range<Int>, columns: Int, threads: Int) -> [GridPart] {
    let wanted = (4 * max(threads, 1) + rows.count - 1) / max(rows.count, 1)
    let pieces = rows.count < 4 * threads && threads > 1 ? min(wanted, max(columns, 1)) : 1
    return rows.flatMap { row in
      (0..<pieces).map { piece in
        GridPart(
          row: row, columns: columns * piece / pieces..<columns * (piece + 1) / pieces)
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
    if network.couplesSamples {
      return sampleInStages(plane, rows: rows, options: options, progress: progress)
    }
    return switch options.precision {
    case .float64:
      TileSampler(self, tiles, plane)
        .sample(rows: rows, threads: options.threads, progress: progress)
    case .float32:
      TileSampler(self, SampleTiles<Float>(data), plane)
        .sample(rows: rows, threads: options.threads, progress: progress)
    }
  }
}
