import ArgumentParser
import Landscape
import TensorFiles

/// `landscape rerun`.
struct Rerun: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a figure again, from what its file says, and compare.",
    discussion: """
      Runs the command that the figure carries, on the scene that it carries, and sees whether the \
      figure comes out the same, byte for byte. Data and weights from files must be those that it was \
      made of: they are looked for in the folder of '--files', and compared by their hashes.
      """)

  @Argument(
    help: "A figure: PNG, PDF or SVG.", completion: .file(extensions: ["png", "pdf", "svg"]))
  var figure: String

  @Option(
    help: ArgumentHelp("The folder that files are written to.", valueName: "folder"),
    completion: .directory)
  var out = "output/rerun"

  @Option(
    help: ArgumentHelp(
      "Where the files are that the scene and the command name.", valueName: "folder"),
    completion: .directory)
  var files = "."

  @Option(help: ArgumentHelp("The most threads (default: all cores).", valueName: "count"))
  var threads: Int?

  func run() throws {
    let record = try FigureRecord(figure)
    guard let name = record.figure, isBelow(name) else {
      throw FileError.malformed(path: figure, reason: "does not say which figure of its run it is")
    }
    let command = try command(of: record)
    if record.program != "landscape \(Version.current)" {
      Terminal.error(
        "landscape: \(figure) was made by \(record.program), this is landscape \(Version.current): "
          + "numbers and bytes may differ")
    }
    try SceneOptions.$recorded.withValue(.init(figure: record, folder: files)) {
      var command = command
      try command.run()
    }
    let again = "\(out)/\(name).\(figure.split(separator: ".").last ?? "")"
    guard fileExists(again) else {
      throw FileError.malformed(
        path: figure,
        reason: "its command made no \(again): the file's name may have another ending")
    }
    print("\(again): \(try record.comparison(with: again))")
  }

  /// The recorded command, its files taken from `files` and its output put into `out`.
  ///
  /// It is read as arguments of this program, never by a shell, and only the commands that draw are run.
  private func command(of record: FigureRecord) throws -> any ParsableCommand {
    var words = try record.words()
    let drawing = ["render", "compare", "curvature", "sweep", "animate"]
    guard words.count >= 2, words[0] == "landscape", drawing.contains(words[1]),
      !words.contains(where: { word in
        ["--out", "--threads", "--help"].contains { word == $0 || word.hasPrefix($0 + "=") }
      })
    else {
      throw FileError.malformed(
        path: figure,
        reason: "its command is none that draws a figure: \(record.command.prefix(200))")
    }
    for (index, word) in words.enumerated().dropLast() where files != "." {
      let next = words[index + 1]
      switch word {
      case "--weights", "--from", "--to": words[index + 1] = "\(files)/\(next)"
      case "--directions" where next.contains(",") && !next.hasPrefix("eigen"):
        words[index + 1] = next.split(separator: ",").map { "\(files)/\($0)" }.joined(
          separator: ",")
      default: break
      }
    }
    // Made again, not found again.
    if !words.contains("--from") && !words.contains("--fresh") { words.append("--fresh") }
    words += ["--out", out] + (threads.map { ["--threads", String($0)] } ?? [])
    do {
      return try LandscapeCommand.parseAsRoot(Array(words.dropFirst()))
    } catch {
      throw FileError.malformed(
        path: figure,
        reason: "this version cannot run its command '\(record.command.prefix(200))': "
          + LandscapeCommand.message(for: error))
    }
  }

  /// Whether a name stays below the folder that it is put after.
  private func isBelow(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }
}
