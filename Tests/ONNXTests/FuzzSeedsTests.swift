import Foundation
import ONNX
import TensorFiles
import Testing

/// The networks that fuzzing begins with, and the files that made the reader fail once.
@Suite struct FuzzSeedsTests {
  @Test func `Every seed is read or refused in one line, and some are read`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz/Seeds/onnx")
    var readable = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let bytes = try Array(Data(contentsOf: folder.appending(path: file)))
      for shape in [[4], [3], [6], [1, 8, 8], [8, 8, 1], [2, 8]] {
        do throws(FileError) {
          let model = try ONNXModel(bytes: bytes, path: file)
          _ = try model.network(inputShape: shape)
          readable += 1
        } catch {
          #expect(!"\(error)".contains("\n"), "\(file): \(error)")
        }
      }
    }
    #expect(readable >= 14)
  }
}
