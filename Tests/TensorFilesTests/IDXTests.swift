import Testing

@testable import TensorFiles

@Suite struct IDXTests {
  private func file(_ type: UInt8, _ shape: [UInt32], _ data: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, type, UInt8(shape.count)]
    for size in shape { withUnsafeBytes(of: size.bigEndian) { bytes.append(contentsOf: $0) } }
    return bytes + data
  }

  @Test func everyTypeIsReadMostSignificantByteFirst() throws {
    let cases: [(UInt8, [UInt8], Tensor.Elements)] = [
      (0x08, [0, 255], .uint8([0, 255])),
      (0x09, [0x80, 127], .int64([-128, 127])),
      (0x0B, [0xFF, 0xFE, 1, 2], .int64([-2, 258])),
      (0x0C, [0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 1, 2], .int64([-2, 258])),
      (0x0D, [0x3F, 0x80, 0, 0, 0xC1, 0x20, 0, 0], .float32([1, -10])),
      (
        0x0E, [0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 0x24, 0, 0, 0, 0, 0, 0], .float64([1, -10])
      ),
    ]
    for (type, data, elements) in cases {
      let tensor = try IDX.decode(file(type, [2, 1], data), first: nil, path: "p")
      #expect(tensor == Tensor(shape: [2, 1], elements: elements))
    }
  }

  @Test(arguments: [false, true]) func theFirstItemsCanBeReadAlone(isPacked: Bool) throws {
    let folder = try TemporaryFolder()
    let plain = file(8, [1000, 2, 3], (0..<6000).map { UInt8($0 % 251) })
    let path = try folder.holding(isPacked ? Gzip.compress(plain, path: "p") : plain)
    let all = try IDX.read(path)
    #expect(all.shape == [1000, 2, 3])
    #expect(try IDX.shape(path) == [1000, 2, 3])
    for first in [0, 1, 999, 1000] {
      let some = try IDX.read(path, first: first)
      #expect(some.shape == [first, 2, 3])
      #expect(some.doubles == Array(all.doubles.prefix(first * 6)))
    }
    #expect(throws: FileError.malformed(path: path, reason: "it holds 1000 items, not 1001")) {
      try IDX.read(path, first: 1001)
    }
  }

  @Test func sizesMustMatch() throws {
    for data in [5, 7] {
      #expect(
        throws: FileError.malformed(
          path: "p",
          reason: "shape [2, 3] needs 18 bytes with the header, and the file holds "
            + "\(12 + data)")
      ) {
        try IDX.decode(file(8, [2, 3], [UInt8](repeating: 0, count: data)), first: nil, path: "p")
      }
    }
  }

  @Test func aClaimThatCannotBeTrueIsRefusedBeforeUnpacking() throws {
    let folder = try TemporaryFolder()
    for shape in [[2_000_000_000], [60_000, 28, 28], [.max, .max], [.max, .max, .max]] as [[UInt32]]
    {
      let plain = file(8, shape, [1, 2, 3])
      #expect(throws: FileError.self) { try IDX.read(folder.holding(plain)) }
      let packed = try Gzip.compress(plain, path: "p")
      #expect(throws: FileError.self) { try IDX.read(folder.holding(packed)) }
      #expect(throws: FileError.self) { try IDX.read(folder.holding(packed), first: 1000) }
    }
  }

  @Test func aBombBehindAnHonestHeaderIsNotUnpacked() throws {
    let folder = try TemporaryFolder()
    let bomb = file(8, [3], .init(repeating: 0, count: 20_000_000))
    let path = try folder.holding(Gzip.compress(bomb, path: "p"))
    let error = #expect(throws: FileError.self) { try IDX.read(path, limit: 5_000_000) }
    #expect(error?.description.contains("shape [3] needs 11 bytes") == true)
    #expect(try IDX.read(path, first: 2, limit: 5_000_000).shape == [2])
  }
}
