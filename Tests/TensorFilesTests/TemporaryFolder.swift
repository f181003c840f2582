import Foundation
import Testing

/// A folder that goes when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "landscape-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Everything in the folder, hidden files too.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes bytes and returns their path.
  func holding(_ bytes: [UInt8], as name: String = "file") throws -> String {
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }
}

/// The path of a file that another program made.
func fixture(_ name: String) throws -> String {
  try #require(
    Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil),
    "the fixture \(name) is missing"
  ).path
}
