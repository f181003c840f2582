import Foundation
import Testing

@testable import TensorFiles

@Suite struct AtomicFileTests {
  @Test func writingMakesAndReplacesAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    try AtomicFile.write([1, 2, 3], to: path)
    try AtomicFile.write("text", to: path)
    #expect(try readFile(path) == Array("text".utf8))
    #expect(folder.names == ["a"])
  }

  @Test func anEmptyFileIsAFile() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write([], to: folder.file("a"))
    #expect(try readFile(folder.file("a")) == [])
  }

  @Test func foldersAreMadeOnlyOnRequest() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("b/c/d")
    #expect(throws: FileError.unwritable(path: path, reason: "its folder does not exist")) {
      try AtomicFile.write([1], to: path)
    }
    #expect(folder.names == [])
    try AtomicFile.write([1], to: path, createFolders: true)
    #expect(try readFile(path) == [1])
  }

  @Test func failureLeavesNothingBehindAndTheOldFileAsItWas() throws {
    let folder = try TemporaryFolder()
    _ = try folder.holding([7], as: "file")
    try FileManager.default.createDirectory(
      atPath: folder.file("folder"), withIntermediateDirectories: false)
    let long = folder.file(String(repeating: "n", count: 300))
    let wrong: [(String, String)] = [
      (folder.file("folder"), "it is a folder, not a file"),
      (folder.file("new/"), "it is a folder, not a file"),
      (folder.file("file/inside"), "a part of the path is not a folder"),
      (long, "the name is too long"), ("", "this is not a path"),
    ]
    for (path, reason) in wrong {
      #expect(throws: FileError.unwritable(path: path, reason: reason)) {
        try AtomicFile.write([1], to: path)
      }
    }
    #expect(folder.names == ["file", "folder"])
    #expect(try readFile(folder.file("file")) == [7])
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write([1], to: folder.file("file/inside/x"), createFolders: true)
    }
    #expect(error?.description.contains("file: ") == true)
  }

  @Test func aLinkStaysALink() throws {
    let folder = try TemporaryFolder()
    let target = try folder.holding([1], as: "target")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: "target")
    try AtomicFile.write([2], to: folder.file("link"))
    #expect(try readFile(target) == [2])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "target")
  }

  @Test func aReplacedFileKeepsItsPermissions() throws {
    let folder = try TemporaryFolder()
    let path = try folder.holding([1])
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try AtomicFile.write([2], to: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test func devicesAreWrittenDirectly() throws {
    try AtomicFile.write([1, 2, 3], to: "/dev/null")
    #if os(Linux)
      #expect(
        throws: FileError.unwritable(
          path: "/dev/full", reason: "no space is left on the device")
      ) { try AtomicFile.write([1, 2, 3], to: "/dev/full") }
      #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    #endif
  }

  @Test func unfinishedFilesAreRemovedAndFinishedOnesAreNot() throws {
    let folder = try TemporaryFolder()
    let files = UnfinishedFiles()
    for name in ["kept", "removed"] {
      let descriptor = try files.create(folder.file(name)).get()
      #expect(close(descriptor) == 0)
    }
    #expect(throws: UnfinishedFiles.Failure.self) { try files.create(folder.file("kept")).get() }
    files.forget(folder.file("kept"))
    files.removeAll()
    #expect(folder.names == ["kept"])
    files.removeAll()
    #expect(folder.names == ["kept"])
  }
}
