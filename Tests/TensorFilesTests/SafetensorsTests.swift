import Testing

@testable import TensorFiles

@Suite struct SafetensorsTests {
  @Test func filesOfTheReferenceWriterAreRead() throws {
    let contents = try Safetensors.read(fixture("numpy.safetensors"))
    let tensors = contents.tensors
    #expect(contents.metadata == ["format": "np", "note": "line\n\"two\""])
    #expect(
      Set(tensors.names) == [
        "layer.weight", "layer.bias", "half", "ids", "pixels", "flag", "scalar",
      ])
    #expect(tensors["layer.weight"] == Tensor(shape: [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25]))
    #expect(tensors["layer.bias"] == Tensor(shape: [2], elements: .float32([1.5, -2])))
    #expect(tensors["ids"] == Tensor(shape: [3], elements: .int64([1, 2, 3])))
    #expect(tensors["pixels"] == Tensor(shape: [1, 2], elements: .uint8([0, 255])))
    #expect(tensors["flag"] == Tensor(shape: [1], elements: .uint8([1])))
    #expect(tensors["scalar"] == Tensor(shape: [], [2.5]))
    let half = try #require(tensors["half"]?.doubles)
    #expect(half[0] == 1.5 && half[1] == -2 && half[2].isNaN)
  }

  private let contents = Safetensors.Contents(
    tensors: [
      "z \"quoted\" \\ \u{1} é/../x": Tensor(shape: [3], elements: .float32([1, -0.5, .infinity])),
      "a": Tensor(shape: [2, 2], [1, 2, 3, 4]),
      "n": Tensor(shape: [1], elements: .int64([-5])),
      "b": Tensor(shape: [2], elements: .uint8([1, 255])),
      "none": Tensor(shape: [0, 7], []),
      "scalar": Tensor(shape: [], [9]),
    ],
    metadata: ["format": "landscape", "a": "1"])

  @Test func whatIsWrittenIsReadInTheSameOrder() throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(contents, to: folder.file("w.safetensors"))
    let read = try Safetensors.read(folder.file("w.safetensors"))
    #expect(read == contents)
    #expect(read.tensors.names == contents.tensors.names)
  }

  @Test func writingIsDeterministicAndAligned() throws {
    let bytes = try Safetensors.encode(contents, path: "p")
    #expect(try Safetensors.encode(contents, path: "q") == bytes)
    #expect(bytes[0].isMultiple(of: 8))
    #expect(bytes[8] == UInt8(ascii: "{"))
  }

  private func file(_ header: String, dataCount: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(header.utf8.count))
    return bytes + header.utf8 + [UInt8](repeating: 0, count: dataCount)
  }

  private static func entry(_ name: String, _ shape: String, _ offsets: String) -> String {
    #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  @Test(arguments: [
    ("", "the header at byte 8: it ends early"),
    ("[]", "the header is not a JSON object"),
    ("{\(entry("a", "[1]", "[0,4]"))}x", "the header at byte"),
    ("{\(entry("a", "[1]", "[0,4]")),\(entry("a", "[1]", "[4,8]"))}", "the name 'a' comes twice"),
    ("{\(entry("a", "[1]", "[0,4]")),\(entry("b", "[1]", "[0,4]"))}", "overlaps the tensor"),
    ("{\(entry("a", "[2]", "[0,8]")),\(entry("b", "[1]", "[4,8]"))}", "overlaps the tensor"),
    ("{\(entry("a", "[1]", "[4,8]"))}", "leaves a gap"),
    ("{\(entry("a", "[1]", "[0,4]"))}", "the tensors need 4 bytes, and the file holds 8"),
    ("{\(entry("a", "[3]", "[0,12]"))}", "the tensors need 12 bytes, and the file holds 8"),
    ("{\(entry("a", "[1]", "[0,8]"))}", "shape [1] of F32 needs 4 bytes, and it has 8"),
    ("{\(entry("a", "[2]", "[8,0]"))}", "not two ascending whole numbers"),
    ("{\(entry("a", "[2]", "[0]"))}", "not two ascending whole numbers"),
    ("{\(entry("a", "[-2]", "[0,8]"))}", "no list of whole numbers"),
    ("{\(entry("a", "[2.0]", "[0,8]"))}", "no list of whole numbers"),
    ("{\(entry("a", "[4294967296,4294967296]", "[0,8]"))}", "impossibly large"),
    ("{\(entry("a", "[0,9223372036854775807]", "[0,0]"))}", "impossibly large"),
    ("{\(entry("a", "[2]", "[9223372036854775800,9223372036854775807]"))}", "needs 8 bytes"),
    (#"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, "its type F8_E4M3"),
    (#"{"a":{"dtype":"F64","data_offsets":[0,8]}}"#, "its 'shape' is missing"),
    (#"{"__metadata__":{"a":1}}"#, "__metadata__ 'a' is not text"),
    (#"{"__metadata__":"a"}"#, "__metadata__ is not an object"),
    (String(repeating: "{\"a\":", count: 100_000), "nested too deeply"),
    (#"{"\ud800":1}"#, "half a character is escaped"),
    ("{\"a\nb\":1}", "a control character is inside a name"),
  ])
  func brokenHeadersAreMalformed(header: String, complaint: String) {
    let bytes = file(header, dataCount: 8)
    let error = #expect(throws: FileError.self) { try Safetensors.decode(bytes, path: "p") }
    #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
  }

  @Test func aLyingHeaderLengthIsMalformed() {
    for length in [UInt64.max, 1 << 63, 100_000_001, 100_000_000, 9] {
      var bytes: [UInt8] = []
      bytes.append(littleEndian: length)
      bytes += "{}      ".utf8
      #expect(throws: FileError.self) { try Safetensors.decode(bytes, path: "p") }
    }
  }

  @Test func bfloat16IsWidened() throws {
    let header = #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#
    let bytes = Array(file(header, dataCount: 0) + [0x80, 0x3F, 0x20, 0xC1])
    #expect(
      try Safetensors.decode(bytes, path: "p").tensors["a"]
        == Tensor(shape: [2], elements: .float32([1, -10])))
  }

  @Test func escapesAreDecoded() throws {
    let bytes = file(#"{"__metadata__":{"a":"\u00e9\ud83d\ude00\n\/"}}"#, dataCount: 0)
    #expect(try Safetensors.decode(bytes, path: "p").metadata == ["a": "é😀\n/"])
  }
}
