import Foundation
import Testing

@testable import TensorFiles

@Suite struct NPZTests {
  private let everyKind: NamedTensors = [
    "x": Tensor(
      shape: [2, 3], [0, -1.5, .infinity, .pi, .leastNonzeroMagnitude, -.greatestFiniteMagnitude]),
    "y": Tensor(shape: [2], elements: .int64([.min, .max])),
    "layer/0.weight": Tensor(shape: [1, 1, 2], elements: .float32([1.25, -.infinity])),
    "pixels": Tensor(shape: [3], elements: .uint8([0, 128, 255])),
    "scalar": Tensor(shape: [], [2.5]),
    "empty": Tensor(shape: [0, 4], []),
  ]

  @Test(arguments: [false, true])
  func arraysUnderPlainNamesAreReadAsNumPyReadsThem(deflated: Bool) throws {
    let array = NPY.encode(Tensor(shape: [2], [1, 2]))
    let bytes = try ZipArchive.encode(
      [
        ("0.weight", array), ("readme", Array("text".utf8)), ("folder/", []),
        ("b", NPY.encode(Tensor(shape: [1], [3]))), ("b.npy", array),
      ], deflated: deflated, path: "p")
    let tensors = try NPZ.decode(bytes, path: "p", limit: 1 << 20)
    #expect(tensors.names == ["0.weight", "b"])
    #expect(tensors["b"]?.doubles == [1, 2])
    #expect(try NPZ.decode(bytes, only: ["0.weight"], path: "p", limit: 1 << 20).names.count == 1)
  }

  @Test func everyElementTypeOfNumPyIsRead() throws {
    let tensors = try NPZ.read(fixture("types.npz"))
    let expected: NamedTensors = [
      "f2": Tensor(
        shape: [5], elements: .float32([1.5, -2, 0x1p-24, 65504, .infinity])),
      "f4": Tensor(
        shape: [1, 2], elements: .float32([1.25, -.leastNonzeroMagnitude * 2_140_872])),
      "f8": Tensor(shape: [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25]),
      "i1": Tensor(shape: [2], elements: .int64([-128, 127])),
      "i2": Tensor(shape: [1], elements: .int64([-300])),
      "i4": Tensor(shape: [1], elements: .int64([-70000])),
      "i8": Tensor(shape: [1], elements: .int64([1 << 62])),
      "u1": Tensor(shape: [1, 2], elements: .uint8([0, 255])),
      "u2": Tensor(shape: [1], elements: .int64([65535])),
      "u4": Tensor(shape: [1], elements: .int64([4_294_967_295])),
      "u8": Tensor(shape: [1], elements: .int64([1 << 62])),
      "b1": Tensor(shape: [2], elements: .uint8([1, 0])),
      "big4": Tensor(shape: [2], elements: .float32([1.25, -2])),
      "bigi": Tensor(shape: [3], elements: .int64([1, -2, 258])),
      "fortran": Tensor(shape: [2, 3, 4], (0..<24).map(Double.init)),
      "scalar": Tensor(shape: [], [3.5]),
      "empty": Tensor(shape: [0, 3], []),
    ]
    #expect(tensors.names == expected.names)
    for (tensor, expected) in zip(tensors, expected) { #expect(tensor == expected) }
  }

  @Test func compressedArchivesAreRead() throws {
    let tensors = try NPZ.read(fixture("compressed.npz"))
    #expect(tensors["x"]?.shape == [10, 100])
    #expect(tensors["x"]?.doubles == (0..<1000).map { Double($0 % 100) })
    #expect(tensors["y"]?.elements == .int64([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]))
  }

  @Test func streamedArchivesAreReadThoughSizesFollowTheData() throws {
    let tensors = try NPZ.read(fixture("streamed.npz"))
    #expect(tensors["x"] == Tensor(shape: [4, 3], (0..<12).map(Double.init)))
    #expect(tensors["y"]?.elements == .int64([0, 1, 1, 0]))
  }

  @Test func archivesWithSixtyFourBitSizesAreRead() throws {
    let tensors = try NPZ.read(fixture("zip64.npz"))
    #expect(tensors["x"] == Tensor(shape: [4], [0, 1, 2, 3]))
    #expect(tensors["y"]?.elements == .int64([0, 1]))
  }

  @Test(arguments: [false, true]) func whatIsWrittenIsRead(compressed: Bool) throws {
    let folder = try TemporaryFolder()
    try NPZ.write(everyKind, to: folder.file("a.npz"), compressed: compressed)
    #expect(try NPZ.read(folder.file("a.npz")) == everyKind)
    #expect(folder.names == ["a.npz"])
  }

  @Test(arguments: [false, true]) func equalTensorsGiveEqualBytes(compressed: Bool) throws {
    let first = try NPZ.encode(everyKind, path: "a", compressed: compressed)
    #expect(try NPZ.encode(everyKind, path: "b", compressed: compressed) == first)
  }

  @Test func onlyWantedArraysAreRead() throws {
    let path = try fixture("objects.npz")
    #expect(try NPZ.read(path, only: ["x"])["x"] == Tensor(shape: [3], [0, 1, 2]))
    #expect(
      throws: FileError.malformed(
        path: path, reason: "no array is named 'weights'; it holds 'x', 'y'")
    ) { try NPZ.read(path, only: ["weights"]) }
  }

  @Test func pythonObjectsAreRefused() throws {
    let path = try fixture("objects.npz")
    let error = #expect(throws: FileError.self) { try NPZ.read(path) }
    #expect(error?.description.contains("array 'y'") == true)
    #expect(error?.description.contains("they can run code") == true)
  }

  @Test func damagedNumbersAreNoticed() throws {
    var bytes = try NPZ.encode(
      ["x": Tensor(shape: [2], [1, 2])], path: "x.npz", compressed: false)
    let position = try #require(bytes.firstRange(of: [0xF0, 0x3F])).lowerBound
    bytes[position] ^= 1
    #expect(
      throws: FileError.malformed(
        path: "x.npz", reason: "'x.npy' is damaged: its checksum is wrong")
    ) { try NPZ.decode(bytes, path: "x.npz", limit: defaultFileLimit) }
  }

  @Test func anArchiveBeyondZipsLimitIsRefusedNotTruncated() {
    #expect(throws: FileError.unwritable(path: "p", reason: "a zip archive cannot pass 4 GiB")) {
      try ZipArchive.encode([("a", [1, 2, 3])], deflated: false, path: "p", limit: 2)
    }
  }
}
