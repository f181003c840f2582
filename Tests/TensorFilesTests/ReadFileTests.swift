import Foundation
import Testing

@testable import TensorFiles

@Suite struct ReadFileTests {
  @Test func aMissingFileAFolderAndADeviceAreToldApart() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("missing")
    #expect(throws: FileError.unreadable(path: missing, reason: "there is no such file")) {
      try readFile(missing)
    }
    #expect(throws: FileError.unreadable(path: folder.path, reason: "it is a folder, not a file")) {
      try readFile(folder.path)
    }
    #expect(
      throws: FileError.unreadable(
        path: "/dev/zero", reason: "it is a pipe or a device, not a file")
    ) { try readFile("/dev/zero") }
    #expect(throws: FileError.self) { try readFile("a\0b") }
    #expect(throws: FileError.self) { try readFile("") }
  }

  @Test func aPipeWithoutAWriterDoesNotBlock() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(throws: FileError.self) { try readFile(folder.file("pipe")) }
  }

  @Test func theLimitIsCheckedBeforeReading() throws {
    let folder = try TemporaryFolder()
    let path = try folder.holding([])
    // A file of a terabyte that takes no space.
    #expect(truncate(path, 1 << 40) == 0)
    #expect(
      throws: FileError.unreadable(
        path: path, reason: "it has 1099511627776 bytes, more than the limit of 1073741824")
    ) { try readFile(path) }
    let small = try folder.holding([1, 2, 3], as: "small")
    #expect(try readFile(small, limit: 3) == [1, 2, 3])
    #expect(throws: FileError.self) { try readFile(small, limit: 2) }
  }

  @Test func messagesAreOneLineOfBoundedLength() {
    let name = "a\nb\u{1B}[31m" + String(repeating: "x", count: 5000)
    let text = FileError.malformed(path: "p", reason: "array '\(name)' is damaged").description
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 })
    #expect(text.count < 700)
    #expect(text.hasPrefix("p: array 'a"))
  }
}
