import Foundation
import Testing

@testable import TensorFiles

/// The inputs that fuzzing begins with, and those that made a reader fail once: each is read, or
/// refused in one line.
@Suite struct FuzzSeedsTests {
  static let readers: [(name: String, read: @Sendable ([UInt8]) throws -> Void)] = [
    ("npy", { _ = try NPY.decode($0, in: $0.indices, path: "p") }),
    ("npz", { _ = try NPZ.decode($0, path: "p", limit: 1 << 20) }),
    ("csv", { _ = try CSV.decode($0, path: "p") }),
    ("idx", { _ = try IDX.decode($0, first: nil, path: "p") }),
    ("gzip", { _ = try Gzip.decompress($0, path: "p", limit: 1 << 20) }),
    ("safetensors", { _ = try Safetensors.decode($0, path: "p") }),
    ("index", { _ = try SafetensorsIndex.decode($0, path: "p") }),
  ]

  @Test(arguments: readers.indices)
  func `Every seed is read or refused in one line, and some are read`(index: Int) throws {
    let (name, read) = Self.readers[index]
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz/Seeds/\(name)")
    var readable = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let bytes = try Array(Data(contentsOf: folder.appending(path: file)))
      do {
        try read(bytes)
        readable += 1
      } catch {
        #expect(error is FileError && !"\(error)".contains("\n"), "\(name)/\(file): \(error)")
      }
    }
    #expect(readable > 0)
  }
}
