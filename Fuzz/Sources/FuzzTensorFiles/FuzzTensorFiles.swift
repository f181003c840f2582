import FuzzLoop

@testable import TensorFiles

/// Small, so that memory that a file claims shows.
private let limit = 1 << 20

/// The readers of arrays, tables and weights.
@main enum FuzzTensorFiles {
  static func main() {
    fuzz([
      file("npy") { bytes in
        let tensor = try NPY.decode(bytes, in: bytes.indices, path: "p")
        let again = NPY.encode(tensor)
        let copy = try NPY.decode(again, in: again.indices, path: "p")
        precondition(same(copy, tensor))
      },
      file("npz") { bytes in
        let tensors = try NPZ.decode(bytes, path: "p", limit: limit)
        let again = try NPZ.encode(tensors, path: "p", compressed: false)
        let copy = try NPZ.decode(again, path: "p", limit: .max)
        precondition(copy.names == tensors.names)
        for (a, b) in zip(copy, tensors) { precondition(same(a.tensor, b.tensor)) }
      },
      file("csv") { bytes in
        let table = try CSV.decode(bytes, path: "p")
        precondition(table.rowCount * table.columnCount == table.values.count)
      },
      file("idx") { bytes in
        let first = try? IDX.decode(bytes, first: 1, path: "p")
        let tensor = try IDX.decode(bytes, first: nil, path: "p")
        // Who has the whole has the beginning, unless there is none.
        precondition(first != nil || tensor.shape.first == 0 || tensor.shape.isEmpty)
      },
      file("gzip") { bytes in
        let plain = try Gzip.decompress(bytes, path: "p", limit: limit)
        precondition(plain.count <= limit)
        let again = try Gzip.compress(plain, path: "p")
        let copy = try Gzip.decompress(again, path: "p", limit: limit)
        precondition(copy == plain)
      },
      file("safetensors") { bytes in
        let contents = try Safetensors.decode(bytes, path: "p")
        let again = try Safetensors.decode(try Safetensors.encode(contents, path: "p"), path: "p")
        precondition(again.metadata == contents.metadata)
        precondition(again.tensors.names == contents.tensors.names)
        for (a, b) in zip(again.tensors, contents.tensors) {
          precondition(same(a.tensor, b.tensor))
        }
      },
      file("index") { bytes in
        for place in try SafetensorsIndex.decode(bytes, path: "p") {
          precondition(!place.file.contains("/") && place.file != ".." && !place.file.isEmpty)
        }
      },
    ])
  }
}

private func file(
  _ name: String, _ read: @escaping @Sendable ([UInt8]) throws -> Void
) -> Reader { Reader(name, throwing: FileError.self, read: read) }

/// Whether two tensors are the same to the bit, NaN included.
private func same(_ a: Tensor, _ b: Tensor) -> Bool {
  guard a.shape == b.shape else { return false }
  return switch (a.elements, b.elements) {
  case (.uint8(let a), .uint8(let b)): a == b
  case (.int64(let a), .int64(let b)): a == b
  case (.float32(let a), .float32(let b)): a.map(\.bitPattern) == b.map(\.bitPattern)
  case (.float64(let a), .float64(let b)): a.map(\.bitPattern) == b.map(\.bitPattern)
  default: false
  }
}
