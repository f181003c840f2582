import Foundation
import Testing

@testable import TensorFiles

/// Every reader, fed with damaged files: each must read them or throw a `FileError`.
@Suite struct BrokenFilesTests {
  /// A reader and a small file that it reads.
  struct Sample: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var read: @Sendable ([UInt8]) throws -> Void
  }

  static let samples: [Sample] = {
    let tensors: NamedTensors = [
      "x": Tensor(shape: [2, 2], [1, 2, 3, 4]),
      "y": Tensor(shape: [2], elements: .int64([0, 1])),
    ]
    @Sendable func npz(_ bytes: [UInt8]) throws {
      _ = try NPZ.decode(bytes, path: "p", limit: 1 << 20)
    }
    func sample(
      _ name: String, _ bytes: [UInt8], _ read: @escaping @Sendable ([UInt8]) throws -> Void
    ) -> Sample { Sample(testDescription: name, bytes: bytes, read: read) }
    do {
      let csv = Array("a,\"b\"\r\n1,2.5\n-3e5,\"4\"\n".utf8)
      let idx: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]
      return [
        sample("npz", try NPZ.encode(tensors, path: "p", compressed: false), npz),
        sample("deflated npz", try NPZ.encode(tensors, path: "p", compressed: true), npz),
        sample("streamed npz", try readFile(fixture("streamed.npz")), npz),
        sample("zip64 npz", try readFile(fixture("zip64.npz")), npz),
        sample("npy", NPY.encode(Tensor(shape: [2, 2], [1, 2, 3, 4]))) {
          _ = try NPY.decode($0, in: $0.indices, path: "p")
        },
        sample(
          "safetensors",
          try Safetensors.encode(.init(tensors: tensors, metadata: ["a": "b"]), path: "p")
        ) { _ = try Safetensors.decode($0, path: "p") },
        sample("csv", csv) { _ = try CSV.decode($0, path: "p") },
        sample("idx", idx) { _ = try IDX.decode($0, first: nil, path: "p") },
        sample("start of idx", idx) { _ = try IDX.decode($0, first: 1, path: "p") },
        sample("gzip", try Gzip.compress(csv, path: "p") + Gzip.compress(idx, path: "p")) {
          _ = try Gzip.decompress($0, path: "p", limit: 1 << 20)
        },
      ]
    } catch {
      Issue.record(error)
      return []
    }
  }()

  /// Reads; an error must be a `FileError` of one line.
  private func tryReading(_ sample: Sample, _ bytes: [UInt8]) -> Bool {
    do {
      try sample.read(bytes)
      return true
    } catch {
      #expect(error is FileError)
      #expect(!"\(error)".contains("\n"))
      return false
    }
  }

  @Test(arguments: samples) func theWholeFileIsRead(sample: Sample) {
    #expect(tryReading(sample, sample.bytes))
  }

  @Test(arguments: samples) func noBeginningOfAFileIsTakenForTheWhole(sample: Sample) {
    // Text has no end mark, and of a file's start more need not be there.
    let isOpen = ["csv", "start of idx"].contains(sample.testDescription)
    var read = 0
    for count in sample.bytes.indices where tryReading(sample, Array(sample.bytes.prefix(count))) {
      read += 1
    }
    // Of two gzip members the first alone is a whole file.
    if !isOpen { #expect(read == (sample.testDescription == "gzip" ? 1 : 0)) }
  }

  @Test(arguments: samples) func flippedBitsDoNoHarm(sample: Sample) {
    var random = SplitMix(state: 1)
    for _ in 0..<1500 {
      var bytes = sample.bytes
      for _ in 0...random.next() % 3 {
        bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
      }
      _ = tryReading(sample, bytes)
    }
  }

  @Test(arguments: samples) func extremeNumbersAnywhereDoNoHarm(sample: Sample) {
    for position in sample.bytes.indices {
      for pattern in [[0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80], [0x7F]] as [[UInt8]]
      {
        var bytes = sample.bytes
        for (offset, byte) in pattern.enumerated() where position + offset < bytes.count {
          bytes[position + offset] = byte
        }
        _ = tryReading(sample, bytes)
      }
      var longer = sample.bytes
      longer.insert(UInt8(ascii: "9"), at: position)
      _ = tryReading(sample, longer)
    }
  }

  @Test(arguments: samples) func otherFilesAreRefused(sample: Sample) {
    for other in Self.samples where other.bytes != sample.bytes {
      let isZip = sample.testDescription.hasSuffix("npz") && other.testDescription.hasSuffix("npz")
      if !isZip { #expect(!tryReading(sample, other.bytes), "\(other.testDescription)") }
    }
    #expect(!tryReading(sample, []))
    var random = SplitMix(state: 2)
    for count in 1..<200 {
      let noise = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if sample.testDescription != "csv" { #expect(!tryReading(sample, noise)) }
    }
  }

  @Test func claimsOfGigabytesAllocateNothing() throws {
    let before = try peakOfAddressSpace()
    for sample in Self.samples where sample.testDescription.hasSuffix("npz") {
      // The directory's sizes, at 20 and 24 bytes after its signature, claim 2 GB.
      var bytes = sample.bytes
      let entry = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2])).lowerBound
      for offset in [24, 20] {
        bytes.replaceSubrange(entry + offset..<entry + offset + 4, with: [0, 0, 0, 0x7F])
        #expect(throws: FileError.self) { try NPZ.decode(bytes, path: "p", limit: .max) }
      }
    }
    var npy = NPY.magic + [1, 0]
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2147483648,)}"
    npy.append(littleEndian: UInt16(header.utf8.count))
    npy += header.utf8 + [UInt8](repeating: 0, count: 1000)
    #expect(throws: FileError.self) { try NPY.decode(npy, in: npy.indices, path: "p") }
    let archive = try ZipArchive.encode([("x.npy", npy)], deflated: true, path: "p")
    #expect(throws: FileError.self) { try NPZ.decode(archive, path: "p", limit: .max) }
    let json = #"{"a":{"dtype":"U8","shape":[2147483648],"data_offsets":[0,2147483648]}}"#
    var safetensors: [UInt8] = []
    safetensors.append(littleEndian: UInt64(json.utf8.count))
    safetensors += json.utf8 + [UInt8](repeating: 0, count: 1000)
    #expect(throws: FileError.self) { try Safetensors.decode(safetensors, path: "p") }
    #expect(try peakOfAddressSpace() - before < 1 << 30)
  }

  @Test func aBombInAnArchiveStopsAtTheLimit() throws {
    let zeros = Tensor(
      shape: [10_000_000], elements: .uint8(.init(repeating: 0, count: 10_000_000)))
    let bytes = try NPZ.encode(["x": zeros, "y": zeros], path: "p", compressed: true)
    #expect(bytes.count < 25_000)
    #expect(
      throws: FileError.malformed(
        path: "p", reason: "'x.npy' claims 10000128 bytes, more than the limit of 1000000")
    ) { try NPZ.decode(bytes, path: "p", limit: 1_000_000) }
    // The limit is for all arrays together.
    #expect(
      throws: FileError.malformed(
        path: "p", reason: "'y.npy' claims 10000128 bytes, more than the limit of 4999872")
    ) { try NPZ.decode(bytes, path: "p", limit: 15_000_000) }
  }

  @Test func entriesThatShareBytesAreRefused() throws {
    // Both directory entries point at the first file: the way zip bombs multiply.
    var bytes = try ZipArchive.encode(
      [("x.npy", [1]), ("x.npz", [1])], deflated: false, path: "p")
    let name = Array("x.npz".utf8)
    while let range = bytes.firstRange(of: name) {
      bytes.replaceSubrange(range, with: "y.npy".utf8)
    }
    let first = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2])).lowerBound
    var shared = bytes
    shared.replaceSubrange(first + 51 + 42..<first + 51 + 46, with: [0, 0, 0, 0])
    #expect(
      throws: FileError.malformed(
        path: "p", reason: "'y.npy' has another name in the zip directory")
    ) { try ZipArchive(shared, path: "p") }
    // The first file is said to be so long that it holds the second.
    var nested = bytes
    nested[first + 20] = 20
    nested[first + 24] = 20
    #expect(
      throws: FileError.malformed(
        path: "p", reason: "'y.npy' overlaps another entry of the zip archive")
    ) { try ZipArchive(nested, path: "p") }
    // One name twice.
    var twins = bytes
    while let range = twins.firstRange(of: "y.npy".utf8) {
      twins.replaceSubrange(range, with: "x.npy".utf8)
    }
    #expect(
      throws: FileError.malformed(path: "p", reason: "the zip archive holds 'x.npy' twice")
    ) { try ZipArchive(twins, path: "p") }
  }

  /// The most address space that the program has had, where the system tells.
  private func peakOfAddressSpace() throws -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmPeak:") }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({
        Int($0)
      })
    else { return 0 }
    return kilobytes * 1024
  }
}

/// A seeded source of random bits (SplitMix64).
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
