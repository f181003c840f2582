import Datasets

/// Samples in tiles, ready for the kernels: feature-major, filled up with zeros to whole lanes.
struct SampleTiles<Element: KernelScalar>: Sendable {
  /// Some samples side by side.
  struct Block: Sendable {
    /// How many are real; the lanes after them are filling.
    var valid: Int
    /// `valid`, rounded up to whole lanes.
    var lanes: Int
    /// [features, lanes].
    var inputs: [Element]
    /// [lanes], for classes.
    var labels: [Int32]
    /// [outputs, lanes], for values.
    var values: [Element]
  }

  var blocks: [Block]
  var count: Int

  /// Samples in one block: 192 are whole vectors in threes for every instruction set, and a block's
  /// activations stay in the second-level cache for layers up to some 300 wide.
  static var blockSize: Int { 192 }

  /// Puts samples into blocks.
  ///
  /// - Parameters:
  ///   - data: The samples.
  ///   - order: The samples to take, by index; nil for all of them in order.
  init(_ data: Dataset, order: ArraySlice<Int>? = nil) {
    let features = data.inputSize
    let total = order?.count ?? data.count
    let first = order?.startIndex ?? 0
    count = total
    blocks = stride(from: 0, to: total, by: Self.blockSize).map { start in
      let valid = min(Self.blockSize, total - start)
      let lanes = TileLayout.padded(valid)
      var block = Block(
        valid: valid, lanes: lanes, inputs: Array(repeating: 0, count: features * lanes),
        labels: [], values: [])
      switch data.targets {
      case .classes: block.labels = Array(repeating: 0, count: lanes)
      case .values(_, let outputs): block.values = Array(repeating: 0, count: outputs * lanes)
      }
      for lane in 0..<valid {
        let sample = order.map { $0[first + start + lane] } ?? start + lane
        data.inputs.withUnsafeBufferPointer { inputs in
          block.inputs.withUnsafeMutableBufferPointer { tile in
            for feature in 0..<features {
              tile[feature * lanes + lane] = Element(inputs[sample * features + feature])
            }
          }
        }
        switch data.targets {
        case .classes(let labels, _): block.labels[lane] = Int32(labels[sample])
        case .values(let values, let outputs):
          for output in 0..<outputs {
            block.values[output * lanes + lane] = Element(values[sample * outputs + output])
          }
        }
      }
      return block
    }
  }
}
