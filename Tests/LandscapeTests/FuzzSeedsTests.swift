import Foundation
import Testing

@testable import Landscape

/// The scenes that fuzzing begins with, and those that made the reader fail once.
@Suite struct FuzzSeedsTests {
  @Test func `Every seed is a scene or refused as none, and some are scenes`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz/Seeds/scene")
    var readable = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      guard let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8) else {
        continue
      }
      do throws(SceneError) {
        _ = try Scene(yaml: text, path: file)
        readable += 1
      } catch {
        #expect(!"\(error)".contains("\n"), "\(file): \(error)")
      }
    }
    #expect(readable > 0)
  }
}
