import Algebra

extension NetworkObjective {
  /// The samples of some rows of a plane where the samples are coupled: point by point, all blocks
  /// through one stage after the other.
  ///
  /// Many blocks are shared among the threads; with few, each thread has points of its own.
  func sampleInStages(
    _ plane: PlaneGrid, rows: Range<Int>, options: SamplingOptions,
    progress: @escaping @Sendable (_ points: Int) -> Void
  ) -> PlaneSamples {
    switch options.precision {
    case .float64: sampleInStages(plane, tiles, rows, options.threads, progress)
    case .float32:
      sampleInStages(
        plane, SampleTiles<Float>(data, blockSize: network.blockSize), rows, options.threads,
        progress)
    }
  }

  private func sampleInStages<E: KernelScalar>(
    _ plane: PlaneGrid, _ tiles: SampleTiles<E>, _ rows: Range<Int>, _ threads: Int,
    _ progress: @escaping @Sendable (_ points: Int) -> Void
  ) -> PlaneSamples {
    let hasManyBlocks = tiles.blocks.count >= 4 * threads
    let parts = GridPart.parts(
      of: rows, columns: plane.alphas.count, threads: hasManyBlocks ? 1 : threads)
    let sums = concurrentMap(parts.count, threads: hasManyBlocks ? 1 : threads) { index in
      let part = parts[index]
      let passes = StagedPasses(network, tiles, threads: hasManyBlocks ? threads : 1)
      let beta = plane.betas[part.row]
      let sums = plane.alphas[part.columns].map { alpha in
        let point = plane.centre.indices.map { i in
          E(plane.centre[i] + (alpha * plane.u[i] + beta * plane.v[i]))
        }
        point.withUnsafePointers(network) { passes.forward($0) }
        return passes.losses(loss).reduce(into: LossSum(), +=)
      }
      progress(part.columns.count)
      return sums
    }
    let results = sums.joined().map(finish)
    return PlaneSamples(losses: results.map(\.loss), scores: results.map(\.score))
  }
}
