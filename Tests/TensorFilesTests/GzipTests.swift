import Testing

@testable import TensorFiles

@Suite struct GzipTests {
  private let text = Array("weight decay ".utf8) + Array(repeating: 7, count: 1000)

  @Test func whatIsPackedUnpacks() throws {
    for bytes in [[], [1], text] {
      let packed = try Gzip.compress(bytes, path: "p")
      #expect(Gzip.isGzip(packed))
      #expect(try Gzip.decompress(packed, path: "p") == bytes)
      #expect(try Gzip.compress(bytes, path: "p") == packed)
    }
  }

  @Test func membersFollowEachOther() throws {
    let packed = try Gzip.compress(text, path: "p") + Gzip.compress([1, 2], path: "p")
    #expect(try Gzip.decompress(packed, path: "p") == text + [1, 2])
    #expect(try Gzip.decompress(packed + [0, 0, 0], path: "p") == text + [1, 2])
    #expect(throws: FileError.self) { try Gzip.decompress(packed + [0, 0, 1], path: "p") }
    #expect(throws: FileError.self) { try Gzip.decompress(packed + [0x1F, 0x8B], path: "p") }
  }

  @Test func aBombStopsAtTheLimit() throws {
    // 20 kB that unpack to 20 MB, and 1 MB of them is too much.
    let packed = try Gzip.compress([UInt8](repeating: 0, count: 20_000_000), path: "p")
    #expect(packed.count < 25_000)
    #expect(
      throws: FileError.malformed(
        path: "p", reason: "it unpacks to more than the limit of 1000000 bytes")
    ) { try Gzip.decompress(packed, path: "p", limit: 1_000_000) }
    // Many members, each below the limit, do not get around it.
    let small = try Gzip.compress([UInt8](repeating: 0, count: 400_000), path: "p")
    #expect(throws: FileError.self) {
      try Gzip.decompress(small + small + small, path: "p", limit: 1_000_000)
    }
  }

  @Test func aBeginningCanBeReadAlone() throws {
    let packed = try Gzip.compress([UInt8](repeating: 3, count: 10_000_000), path: "p")
    let start = try Gzip.decompress(packed, path: "p", limit: 1_000_000, enough: 10)
    #expect(start.count >= 10 && start.count <= 1_000_000)
  }

  @Test func aWrongChecksumIsNoticed() throws {
    var packed = try Gzip.compress(text, path: "p")
    packed[packed.count - 6] ^= 1
    let error = #expect(throws: FileError.self) { try Gzip.decompress(packed, path: "p") }
    #expect(error?.description.contains("damaged") == true)
  }
}
