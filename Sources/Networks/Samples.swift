import Datasets

/// Samples in tiles, ready for the kernels: feature-major, filled up to whole lanes with the block's
/// last sample: whatever a network computes of it is as finite there as in its own lane.
struct SampleTiles<Element: KernelScalar>: Sendable {
  /// Some samples side by side.
  struct Block: Sendable {
    /// How many are real; the lanes after them are filling.
    var valid: Int
    /// `valid`, rounded up to whole lanes.
    var lanes: Int
    /// [features, lanes]; read in place, never copied.
    var inputs: OwnedTile<Element>
    /// [lanes], for classes.
    var labels: [Int32]
    /// [outputs, lanes], for values.
    var values: [Element]
  }

  var blocks: [Block]
  var count: Int
  /// The most samples in one block.
  let blockSize: Int

  /// Puts samples into blocks.
  ///
  /// - Parameters:
  ///   - data: The samples.
  ///   - blockSize: The most samples in one block: the network's own number.
  ///   - order: The samples to take, by index; nil for all of them in order.
  init(_ data: Dataset, blockSize: Int, order: ArraySlice<Int>? = nil) {
    let features = data.inputSize
    let total = order?.count ?? data.count
    let first = order?.startIndex ?? 0
    count = total
    self.blockSize = blockSize
    blocks = stride(from: 0, to: total, by: blockSize).map { start in
      let valid = min(blockSize, total - start)
      let lanes = TileLayout.padded(valid)
      let inputs = OwnedTile<Element>(rows: features, lanes: lanes)
      var block = Block(valid: valid, lanes: lanes, inputs: inputs, labels: [], values: [])
      switch data.targets {
      case .classes: block.labels = Array(repeating: 0, count: lanes)
      case .values(_, let outputs): block.values = Array(repeating: 0, count: outputs * lanes)
      }
      let samples = (0..<valid).map { lane in
        order.map { $0[first + start + lane] } ?? start + lane
      }
      data.inputs.withUnsafeBufferPointer { numbers in
        // A few features of every sample at a time: each of their rows is written from end to end.
        for feature in stride(from: 0, to: features, by: 8) {
          let some = feature..<min(feature + 8, features)
          for (lane, sample) in samples.enumerated() {
            for feature in some {
              inputs.tile.base[feature * lanes + lane] =
                Element(numbers[sample * features + feature])
            }
          }
          for feature in some {
            let row = inputs.tile.base + feature * lanes
            for lane in valid..<lanes { row[lane] = row[valid - 1] }
          }
        }
      }
      for (lane, sample) in samples.enumerated() {
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

/// A tile with memory of its own: written while it is made, then only read.
final class OwnedTile<Element: KernelScalar>: @unchecked Sendable {
  let tile: Tile<Element>
  private let memory: AlignedMemory<Element>

  /// A tile of zeros.
  init(rows: Int, lanes: Int) {
    memory = AlignedMemory(count: rows * lanes)
    tile = Tile(base: memory.base, rows: rows, lanes: lanes)
    tile.zero()
  }
}

/// Room for numbers that begins on a cache line, so that no vector of a tile lies across two.
final class AlignedMemory<Element: KernelScalar> {
  let base: UnsafeMutablePointer<Element>

  init(count: Int) {
    base = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Element>.stride, alignment: 64
    ).bindMemory(to: Element.self, capacity: count)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}

extension Network {
  /// How many samples go through the network side by side.
  ///
  /// 192 are whole vectors in threes for every instruction set, and a dense layer's weights are read
  /// once for so many. A convolution has few weights and many values: with fewer samples what a step
  /// reads and makes stays in the second-level cache. What counts is how many numbers go past that
  /// cache for each sample; of equals the most samples.
  var blockSize: Int {
    // A megabyte of Float32.
    let cache = 1 << 18
    let steps = nodes.map { node in
      (node.inputs + [node.output]).reduce(0) { $0 + features[$1] }
    }
    func traffic(_ lanes: Int) -> Int {
      let spilt = steps.reduce(0) { $0 + ($1 > cache / lanes ? $1 : 0) }
      return spilt + (layout.count > cache ? layout.count / lanes : 0)
    }
    return [192, 96, 48, 32, 16].min { traffic($0) < traffic($1) } ?? 192
  }
}
