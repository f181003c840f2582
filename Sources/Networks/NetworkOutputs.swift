public import Datasets

extension Network {
  /// What the network gives out for each sample.
  ///
  /// - Parameters:
  ///   - data: The samples, of the network's input shape.
  ///   - weights: A number for each parameter.
  /// - Returns: ``outputs`` numbers a sample, sample after sample.
  /// - Throws: ``NetworkError`` where the samples have another size, or indices that no table has.
  public func outputs(of data: Dataset, at weights: [Double]) throws(NetworkError) -> [Double] {
    precondition(weights.count == layout.count, "a network needs a number for each parameter")
    guard inputShape.reduce(1, *) == data.inputSize else {
      throw NetworkError(
        layer: nil, kind: "network",
        reason: "takes samples of shape \(inputShape); the data has \(data.inputShape)")
    }
    try checkIndices(of: data)
    let tiles = SampleTiles<Double>(data, blockSize: blockSize)
    var result: [Double] = []
    result.reserveCapacity(data.count * outputs)
    func take(_ z: Tile<Double>, _ block: SampleTiles<Double>.Block) {
      for lane in 0..<block.valid {
        for row in 0..<z.rows { result.append(z.row(row)[lane]) }
      }
    }
    weights.withUnsafePointers(self) { w in
      let pass = Pass<Double>(self, lanes: tiles.blockSize)
      for block in tiles.blocks {
        pass.forward(block, w)
        take(pass.values[outputValue], block)
      }
    }
    return result
  }
}
