import Foundation
import Testing

@testable import TensorFiles

/// What programs leave that are ended in the middle of a file.
@Suite struct FileOwnerTests {
  private func endedProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "exit 0"]
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test func `A name tells its owner`() {
    let owner = FileOwner.current
    #expect(FileOwner(temporaryName: owner.temporaryName) == owner)
    #expect(owner.process == getpid() && owner.temporaryName != owner.temporaryName)
    for name in ["a.png", ".landscape-x.tmp", ".landscape-a-0-1-b.tmp", ".landscape-a-5-b-c.tmp"] {
      #expect(FileOwner(temporaryName: name) == nil)
    }
  }

  @Test func `Owners that run are told from those that have ended`() throws {
    let (here, now) = (FileOwner.current.place, Int(Date().timeIntervalSince1970))
    #expect(!FileOwner.current.isGone(lastWritten: 0))
    #expect(!FileOwner(place: here, process: getppid(), start: 0).isGone(lastWritten: 0))
    let ended = FileOwner(place: here, process: try endedProcess(), start: 1)
    #expect(ended.isGone(lastWritten: now))
    #if os(Linux)
      // The number is another process's by now.
      #expect(FileOwner(place: here, process: getppid(), start: 1).isGone(lastWritten: now))
    #endif
    let elsewhere = FileOwner(place: "elsewhere", process: ended.process, start: 1)
    #expect(!elsewhere.isGone(lastWritten: now - 3600))
    #expect(elsewhere.isGone(lastWritten: now - 100_000))
  }

  @Test func `The next that writes to a folder removes what an ended program has left`() throws {
    let folder = try TemporaryFolder()
    let here = FileOwner.current.place
    let left = FileOwner(place: here, process: try endedProcess(), start: 1).temporaryName
    let kept = [
      FileOwner.current.temporaryName,
      FileOwner(place: "elsewhere", process: 1, start: 1).temporaryName, ".x.tmp", "note.tmp",
    ]
    for name in kept + [left] { try Data("part".utf8).write(to: URL(filePath: folder.file(name))) }
    try AtomicFile.write([1], to: folder.file("a"))
    #expect(Set(folder.names) == Set(kept + ["a"]))
  }
}
