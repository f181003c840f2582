import Testing

@testable import TensorFiles

@Suite struct TensorFileTests {
  private let tensors: NamedTensors = [
    "b": Tensor(shape: [2], [1, 2]), "a": Tensor(shape: [1], elements: .float32([3])),
  ]

  @Test(arguments: ["w.npz", "w.safetensors"]) func theEndingChoosesTheFormat(name: String) throws {
    let folder = try TemporaryFolder()
    try TensorFile.write(tensors, to: folder.file(name))
    #expect(try TensorFile.read(folder.file(name)) == tensors)
    let isArchive = try readFile(folder.file(name)).starts(with: "PK".utf8)
    #expect(isArchive == name.hasSuffix(".npz"))
    #expect(throws: FileError.self) { try TensorFile.write(tensors, to: folder.file("w.txt")) }
    #expect(folder.names == [name])
  }

  @Test func contentsTellTheFormatWhateverTheName() throws {
    let folder = try TemporaryFolder()
    let array = Tensor(shape: [3], [1, 2, 3])
    for bytes in [NPY.encode(array), try Gzip.compress(NPY.encode(array), path: "p")] {
      #expect(try TensorFile.read(folder.holding(bytes, as: "w.npz")) == ["array": array])
    }
    let safetensors = try Safetensors.encode(.init(tensors: tensors), path: "p")
    #expect(try TensorFile.read(folder.holding(safetensors, as: "w")) == tensors)
  }

  @Test func formatsThatAreNotReadAreNamed() throws {
    let folder = try TemporaryFolder()
    let pytorch = try ZipArchive.encode(
      [("model/data.pkl", [0x80, 2]), ("model/data/0", [1])], deflated: false, path: "p")
    for (bytes, word) in [
      (pytorch, "PyTorch"), ([0x89] + Array("HDF\r\n".utf8), "HDF5"), ([0x80, 2], "pickle"),
      (Array("hello world".utf8), "no .npz"), ([], "no .npz"),
    ] {
      let error = #expect(throws: FileError.self) { try TensorFile.read(folder.holding(bytes)) }
      #expect(error?.description.contains(word) == true)
    }
  }
}
