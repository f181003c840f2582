import Testing

@testable import TensorFiles

@Suite struct NPYTests {
  @Test(arguments: ["v1.npy", "v2.npy", "v3.npy"]) func everyVersionIsRead(name: String) throws {
    let expected = Tensor(shape: [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25])
    #expect(try NPY.read(fixture(name)) == expected)
  }

  @Test func writingGivesTheBytesThatNumPyWrites() throws {
    let path = try fixture("v1.npy")
    #expect(try NPY.encode(NPY.read(path)) == readFile(path))
  }

  @Test(arguments: [
    ("complex.npy", "the element type '<c16'"), ("record.npy", "records (structured arrays)"),
  ])
  func otherElementsAreRefused(name: String, complaint: String) throws {
    let error = #expect(throws: FileError.self) { try NPY.read(fixture(name)) }
    #expect(error?.description.contains(complaint) == true)
  }

  private func file(header: String, data: [UInt8] = []) -> [UInt8] {
    var bytes = NPY.magic + [2, 0]
    bytes.append(littleEndian: UInt32(header.utf8.count))
    return bytes + header.utf8 + data
  }

  @Test func headersOfOtherWritersAreUnderstood() throws {
    let bytes = file(
      header: #"{"shape":(2L,),"fortran_order":False,"descr":"=u1"}"#, data: [7, 9])
    let tensor = try NPY.decode(bytes, in: bytes.indices, path: "p")
    #expect(tensor == Tensor(shape: [2], elements: .uint8([7, 9])))
  }

  @Test(arguments: [
    "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (268435456,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (\(String(repeating: "1,", count: 65)))}",
    "{'descr': '<f8', 'fortran_order': False}",
    "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': ()}",
    "{'descr': '<f8', 'fortran_order': maybe, 'shape': ()}",
    "{'descr': '|f8', 'fortran_order': False, 'shape': ()}",
    "{'descr': 'f8', 'fortran_order': False, 'shape': ()}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': ()} import os",
    "{'descr", "{", "",
  ])
  func lyingHeadersAreMalformed(header: String) {
    let bytes = file(header: header, data: [0, 0, 0, 0, 0, 0, 0, 0])
    #expect(throws: FileError.self) { try NPY.decode(bytes, in: bytes.indices, path: "p") }
  }

  @Test func anUnsignedIntegerThatDoesNotFitIsRefused() {
    let bytes = file(
      header: "{'descr': '<u8', 'fortran_order': False, 'shape': ()}",
      data: [UInt8](repeating: 255, count: 8))
    #expect(throws: FileError.malformed(path: "p", reason: "an unsigned integer is 2^63 or more")) {
      try NPY.decode(bytes, in: bytes.indices, path: "p")
    }
  }
}
