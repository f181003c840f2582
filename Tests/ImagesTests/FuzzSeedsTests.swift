import Figures
import Foundation
import Testing

@testable import Images

/// The pictures and typefaces that fuzzing begins with, and those that made a reader fail once.
@Suite struct FuzzSeedsTests {
  static let readers: [(name: String, read: @Sendable ([UInt8]) throws -> Void)] = [
    ("png", { _ = try Metadata(png: $0) }), ("pixels", { _ = try Raster(png: $0) }),
    (
      "font",
      {
        let font = try FontFile($0)
        for letter in "H x0λ".unicodeScalars { _ = font.glyph(letter) }
      }
    ),
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
        #expect(error is ImageError && !"\(error)".contains("\n"), "\(name)/\(file): \(error)")
      }
    }
    #expect(readable > 0)
  }
}
