/// What a network is asked to answer for each sample.
public enum SampleTargets: Sendable, Equatable {
  /// The index of the right class of each sample, below `count`.
  case classes([Int], count: Int)
  /// Numbers, sample-major, `outputs` for each sample.
  case values([Double], outputs: Int)
}

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
  ///   - inputs: Sample-major, `features` numbers for each.
  ///   - features: The numbers in a sample.
  ///   - targets: What is asked of all samples.
  ///   - order: The samples to take, by index; nil for all of them in order.
  init(inputs: [Double], features: Int, targets: SampleTargets, order: ArraySlice<Int>? = nil) {
    let total = order?.count ?? inputs.count / features
    let first = order?.startIndex ?? 0
    count = total
    blocks = stride(from: 0, to: total, by: Self.blockSize).map { start in
      let valid = min(Self.blockSize, total - start)
      let lanes = TileLayout.padded(valid)
      var block = Block(
        valid: valid, lanes: lanes, inputs: Array(repeating: 0, count: features * lanes),
        labels: [], values: [])
      switch targets {
      case .classes: block.labels = Array(repeating: 0, count: lanes)
      case .values(_, let outputs): block.values = Array(repeating: 0, count: outputs * lanes)
      }
      for lane in 0..<valid {
        let sample = order.map { $0[first + start + lane] } ?? start + lane
        inputs.withUnsafeBufferPointer { inputs in
          block.inputs.withUnsafeMutableBufferPointer { tile in
            for feature in 0..<features {
              tile[feature * lanes + lane] = Element(inputs[sample * features + feature])
            }
          }
        }
        switch targets {
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
