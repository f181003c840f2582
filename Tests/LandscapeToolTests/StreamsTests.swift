import Foundation
import Testing

/// Streams that are closed, full or left by their reader, and signals that the caller has had ignored.
@Suite struct StreamsTests {
  /// Runs a line of shell in which `$L` is the program.
  private func shell(_ line: String, in folder: Tool.Folder) throws -> Tool.Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", line]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["L": try #require(Tool.path)]
    ) { $1 }
    process.currentDirectoryURL = URL(filePath: folder.path)
    for name in ["stdout", "stderr"] { try folder.write("", name) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder.path + "/stdout"))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path + "/stderr"))
    try process.run()
    return try Tool.finish(process, in: folder)
  }

  private func folder() throws -> Tool.Folder {
    let folder = try Tool.Folder()
    try folder.write(Tool.scene, "tiny.yaml")
    return folder
  }

  @Test(arguments: [
    ("$L check nope.yaml 2>&-", 66), ("$L check nope.yaml 2>/dev/full", 66),
    ("$L check --nonsense 2>&-", 64), ("$L check --nonsense 2>/dev/full", 64),
    ("$L check tiny.yaml 0<&- 2>&-", 0), ("$L check tiny.yaml >&-", 73),
    ("$L check tiny.yaml >&- 2>&-", 73), ("$L check tiny.yaml >/dev/full", 73),
    ("$L --help >/dev/full", 73), ("$L --version >&-", 73), ("$L scenes >&- 0<&- 2>&-", 73),
    ("$L check tiny.yaml > >(exec 0<&-); exit 0", 0),
    ("{ sleep 0.3; $L scenes; echo $? >code; } | true; exit $(cat code)", 73),
  ]) func `The exit code holds, whatever can be printed`(line: String, code: Int32) throws {
    let outcome = try shell(line, in: folder())
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(!outcome.errors.contains("Fatal") && !outcome.errors.contains("stack"))
  }

  @Test(arguments: ["2>&-", "2>/dev/full", "0<&- 2>&-", "0<&- >/dev/null 2>&-"])
  func `A file never takes the place of a closed stream`(streams: String) throws {
    let folder = try folder()
    let outcome = try shell("$L render tiny.yaml --data-only --out o \(streams)", in: folder)
    #expect(outcome.code == 0)
    let outcome2 = try shell("$L render tiny.yaml --data-only --out p", in: folder)
    #expect(outcome2.code == 0)
    for name in folder.names where name.hasPrefix("o/") && !name.hasSuffix(".json") {
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(folder.path)/\(name)", andPath: "\(folder.path)/p/\(name.dropFirst(2))"))
    }
  }

  @Test(arguments: ["HUP", "INT", "TERM", "QUIT"])
  func `A signal that is ignored stays ignored, and another ends the program`(name: String) throws {
    let run = "$L sweep sine --lambda 1e-4...1e-1x5 --out o >/dev/null 2>err & p=$!; sleep 0.5; "
    let codes = ["HUP": Int32(129), "INT": 130, "TERM": 143, "QUIT": 131]
    // A shell without job control starts what runs in the background with INT and QUIT ignored.
    let ended = try shell("set -m; \(run) kill -\(name) $p; wait $p; exit $?", in: folder())
    #expect(ended.code == codes[name])
    let kept = try shell(
      "trap '' \(name); \(run) kill -\(name) $p; sleep 0.3; kill -0 $p || exit 1; kill -KILL $p; exit 0",
      in: folder())
    #expect(kept.code == 0, "\(kept.errors)")
  }

  @Test func `Quitting leaves no temporary file and prints no backtrace`() throws {
    let folder = try folder()
    let outcome = try shell(
      "set -m; $L render digits --grid 401 --out o >/dev/null 2>err & p=$!; sleep 0.7; kill -QUIT $p; "
        + "wait $p; cat err >&2; exit $?", in: folder)
    #expect(!outcome.errors.contains("Thread") && !outcome.errors.contains("Backtrace"))
    #expect(!folder.names.contains { $0.hasSuffix(".tmp") })
  }

  @Test(arguments: ["\\e]0;PWNED\\a\\e[2J", "\\u202Etxt.exe", "\\u009B2J", "a\\u2066b", "\\u200F"])
  func `No control of a scene reaches the terminal`(title: String) throws {
    let folder = try folder()
    try folder.write(
      Tool.scene.replacing("title: Tiny", with: "title: \"\(title)\""), "odd.yaml")
    for arguments in [["check", "odd.yaml"], ["check", "odd.yaml\u{1B}[2J"], ["--\u{1B}[2J"]] {
      let outcome = try Tool.run(arguments, in: folder)
      for scalar in (outcome.output + outcome.errors).unicodeScalars where scalar != "\n" {
        #expect(scalar.properties.generalCategory != .control)
        #expect(!scalar.properties.isBidiControl)
      }
    }
  }

  @Test func `However long a message would be, it is one of three short lines`() throws {
    let folder = try folder()
    let long = String(repeating: "(", count: 20_000)
    try folder.write("title: T\ndata: spirals\nnetwork: [{dense: \(long)]\n", "long.yaml")
    try folder.write("title: T\ndata: spirals\n\(long.replacing("(", with: "k")): 1\n", "key.yaml")
    for arguments in [["check", "long.yaml"], ["check", "key.yaml"], ["render", "--grid", long]] {
      let outcome = try Tool.run(arguments, in: folder)
      let lines = outcome.errors.split(separator: "\n")
      #expect(outcome.code == 65 || outcome.code == 64)
      #expect((1...3).contains(lines.count) && lines.allSatisfy { $0.count <= 300 })
    }
  }

  /// Whether ffmpeg is there, without which no video is written.
  private static let hasFFmpeg = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/ffmpeg") }

  @Test(
    .enabled(if: hasFFmpeg, "ffmpeg is not installed"),
    arguments: ["mp4", "webm", "gif", "apng", "frames"])
  func `A film that has no room is 73, and the one before it stays`(format: String) throws {
    let folder = try folder()
    let film =
      "$L animate tiny.yaml --lambda 1e-4,1e-1 --frames 12 --format \(format) --out o"
    let whole = try shell(film, in: folder)
    #expect(whole.code == 0, "\(whole.errors)")
    let before = folder.names
    let name = format == "apng" ? "png" : format
    let bytes = FileManager.default.contents(atPath: "\(folder.path)/o/animation.\(name)")
    let cut = try shell("ulimit -f 6; \(film)", in: folder)
    #expect(cut.code == 73, "\(cut.errors)")
    #expect(folder.names == before)
    #expect(FileManager.default.contents(atPath: "\(folder.path)/o/animation.\(name)") == bytes)
  }
}
