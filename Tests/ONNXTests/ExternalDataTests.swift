import Foundation
import Networks
import ONNX
import TensorFiles
import Testing

@Suite struct ExternalDataTests {
  /// A folder of its own, gone with the test.
  private final class Folder {
    let path: String
    init() throws {
      path = NSTemporaryDirectory() + "/onnx-\(UUID().uuidString)"
      try FileManager.default.createDirectory(
        atPath: path + "/inner", withIntermediateDirectories: true)
      var bytes: [UInt8] = []
      for number in 0..<8 { withUnsafeBytes(of: Float(number)) { bytes += $0 } }
      try Data(bytes).write(to: URL(filePath: path + "/inner/w.bin"))
      try Data(bytes).write(to: URL(filePath: path + "/outside.bin"))
      try FileManager.default.createSymbolicLink(
        atPath: path + "/inner/link.bin", withDestinationPath: path + "/outside.bin")
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func network(
    _ folder: Folder, _ change: (inout TestModel) -> Void
  ) throws(FileError) -> ONNXModel.Imported {
    var test = TestModel()
    change(&test)
    test.node("Gemm", ["x", "w", "b"], ["y"], integers: ["transB": 1])
    return try ONNXModel(bytes: test.bytes, path: folder.path + "/inner/m.onnx")
      .network(inputShape: [3], outputs: .withoutEnding)
  }

  @Test
  func `Weights are read from a file beside the model`() throws {
    let folder = try Folder()
    let imported = try network(folder) {
      $0.external("w", [2, 3], in: "w.bin", offset: "8", length: "24")
      $0.external("b", [2], in: "w.bin")
    }
    #expect(imported.weights == [2, 3, 4, 5, 6, 7, 0, 1])
  }

  @Test(arguments: [
    "../outside.bin", "/etc/hostname", "a/../../outside.bin", "./w.bin", "..\\outside.bin", "",
    "inner//w.bin", "..", "link.bin", "w.bin\u{0}",
  ])
  func `A name that leads out of the folder is refused`(_ name: String) throws {
    let folder = try Folder()
    let error = try #require(throws: FileError.self) {
      try network(folder) {
        $0.external("w", [2, 3], in: name)
        $0.initialiser("b", [2], [0, 0])
      }
    }
    guard case .malformed = error else {
      Issue.record("\(error)")
      return
    }
    #expect("\(error)".contains("folder"))
  }

  @Test(arguments: [
    ("24", "24", "claims bytes 24 to 48"), ("-8", "24", "whole number from 0"),
    ("8", "23", "needs 24 bytes, and claims 23"),
    ("9223372036854775807", "24", "claims bytes 9223372036854775807"),
    ("x", "24", "whole number from 0"), ("4", "24", "overlaps tensor 'b'"),
  ])
  func `Places that are not there, or overlap, are refused`(
    _ offset: String, _ length: String, _ says: String
  ) throws {
    let folder = try Folder()
    let error = try #require(throws: FileError.self) {
      try network(folder) {
        $0.external("b", [2], in: "w.bin")
        $0.external("w", [2, 3], in: "w.bin", offset: offset, length: length)
      }
    }
    #expect("\(error)".contains(says), "\(error)")
  }

  @Test
  func `A file that is not there is named`() throws {
    let folder = try Folder()
    let error = try #require(throws: FileError.self) {
      try network(folder) { $0.external("w", [2, 3], in: "none.bin") }
    }
    #expect("\(error)".contains("none.bin"))
  }
}
