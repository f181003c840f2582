import Foundation
import Testing

@testable import TensorFiles

@Suite struct SafetensorsIndexTests {
  @Test func `PyTorch's shards are read as one file, half precision and bfloat16 without loss`()
    throws
  {
    let tensors = try TensorFile.read(fixture("sharded/model.safetensors.index.json"))
    #expect(
      tensors.names == [
        "0.bias", "0.weight", "1.bias", "1.num_batches_tracked", "1.running_mean", "1.running_var",
        "1.weight", "2.weight",
      ])
    #expect(tensors["0.weight"]?.shape == [4, 3])
    #expect(tensors["0.weight"]?.doubles == (0..<12).map { Double($0) / 8 - 0.5 })
    #expect(tensors["0.bias"]?.doubles == [1, -2, 0.5, 65504])
    // The largest number of bfloat16, (2 − 2⁻⁷)·2¹²⁷, and a zero with its sign.
    #expect(tensors["2.weight"]?.doubles == [0x1.fep127, 2, 3, 4, 5, 6, 7, 0])
    #expect(tensors["2.weight"]?.doubles[7].sign == .minus)
    #expect(tensors["1.num_batches_tracked"] == Tensor(shape: [], elements: .int64([0])))
  }

  /// A folder with the index and two files of a tensor each.
  private func folder(_ index: String) throws -> (TemporaryFolder, path: String) {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      try Safetensors.write(
        .init(tensors: [name: Tensor(shape: [1], [1])]), to: folder.file(name + ".safetensors"))
    }
    return (folder, try folder.holding(Array(index.utf8), as: "m.safetensors.index.json"))
  }

  @Test func `The order is the index's, and white space may stand before it`() throws {
    let (folder, path) = try folder(
      "\n {\"weight_map\": {\"b\": \"b.safetensors\", \"a\": \"a.safetensors\"}, \"x\": [1.5e3]}")
    #expect(try TensorFile.read(path).names == ["b", "a"])
    _ = folder
  }

  @Test(arguments: [
    ("{}", "no object 'weight_map'"), ("{\"weight_map\": []}", "no object 'weight_map'"),
    ("{\"weight_map\": {}}", "is empty"), ("{\"weight_map\": {\"a\": 1}}", "is no text"),
    ("{\"weight_map\": {\"a\": \"../a.safetensors\"}}", "must lie beside the index"),
    ("{\"weight_map\": {\"a\": \"/etc/passwd\"}}", "must lie beside the index"),
    ("{\"weight_map\": {\"a\": \"..\"}}", "must lie beside the index"),
    ("{\"weight_map\": {\"a\": \"b\\\\a\"}}", "must lie beside the index"),
    ("{\"weight_map\": {\"a\": \"a\\u0000\"}}", "must lie beside the index"),
    ("{\"weight_map\": {\"a\": \"\"}}", "must lie beside the index"),
    ("{\"weight_map\": {\"a\": \"c.safetensors\"}}", "'c.safetensors', and there is no such file"),
    ("{\"weight_map\": {\"a\": \"m.safetensors.index.json\"}}", "which is an index again"),
    ("{\"weight_map\": {\"a\": \"b.safetensors\"}}", "holds 'b', which the index does not name"),
    (
      "{\"weight_map\": {\"a\": \"a.safetensors\", \"c\": \"a.safetensors\"}}",
      "'c' is said to be in 'a.safetensors', and is not"
    ),
    (
      "{\"weight_map\": {\"a\": \"a.safetensors\", \"b\": \"a.safetensors\"}}",
      "'b' is said to be in 'a.safetensors', and is not"
    ),
    (
      "{\"weight_map\": {\"a\": \"b.safetensors\", \"b\": \"a.safetensors\"}}",
      "'b' is said to be in 'a.safetensors', and is in 'b.safetensors'"
    ),
    ("{\"weight_map\": {\"a\": \"a.safetensors\", \"a\": \"b\"}}", "comes twice"),
    ("{\"weight_map\": ", "ends early"),
  ])
  func `An index that is wrong is refused in one line that names it`(
    index: String, complaint: String
  ) throws {
    let (folder, path) = try folder(index)
    let error = try #require(throws: FileError.self) { try TensorFile.read(path) }
    #expect(error.path == path)
    #expect(
      error.description.contains(complaint) && !error.description.contains("\n"), "\(error)")
    _ = folder
  }

  @Test func `A tensor that stands in two files is refused`() throws {
    let (folder, path) = try folder(
      "{\"weight_map\": {\"a\": \"a.safetensors\", \"b\": \"b.safetensors\"}}")
    try Safetensors.write(
      .init(tensors: ["b": Tensor(shape: [1], [1]), "a": Tensor(shape: [1], [2])]),
      to: folder.file("b.safetensors"))
    let error = try #require(throws: FileError.self) { try TensorFile.read(path) }
    #expect(
      error.description.contains("'a' is said to be in 'a.safetensors', and is in 'b.safetensors'"))
  }

  @Test func `The limit is for all files together`() throws {
    let (folder, path) = try folder(
      "{\"weight_map\": {\"a\": \"a.safetensors\", \"b\": \"b.safetensors\"}}")
    let size = try readFile(folder.file("a.safetensors")).count
    #expect(try TensorFile.read(path, limit: 2 * size).count == 2)
    #expect(throws: FileError.self) { try TensorFile.read(path, limit: 2 * size - 1) }
  }
}
