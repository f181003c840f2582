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
      made of: they are looked for in the folder of '--files' and nowhere else, and compared by their \
      hashes.
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

  @Flag(
    name: .customLong("any-size"),
    help: "However long it takes; else what would take hours is refused.")
  var anySize = false

  // The digits' figures take 10¹¹ multiplications, about a second: a thousand times that.
  private static let workLimit = 1e14

  @Option(help: ArgumentHelp("The most threads (default: all cores).", valueName: "count"))
  var threads: Int?

  @OptionGroup var replacement: ReplaceOption

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
    let recorded = RecordedFigure(
      figure: record, folder: files, workLimit: anySize ? nil : Self.workLimit)
    do {
      try SceneOptions.$recorded.withValue(recorded) {
        var command = command
        try command.run()
      }
    } catch FileError.unreadable(let path, let reason) where path != figure {
      throw FileError.unreadable(
        path: path, reason: "\(reason) (give the folder of the figure's files with '--files')")
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
        ["--out", "--replace", "--threads", "--help"].contains {
          word == $0 || word.hasPrefix($0 + "=")
        }
      })
    else {
      throw FileError.malformed(
        path: figure,
        reason: "its command is none that draws a figure: \(record.command.prefix(200))")
    }
    words = Self.placed(words, in: files)
    // Made again, not found again.
    if !words.contains("--from") && !words.contains("--fresh") { words.append("--fresh") }
    words += ["--out", out] + (threads.map { ["--threads", String($0)] } ?? [])
    if replacement.replace { words.append("--replace") }
    do {
      return try LandscapeCommand.parseAsRoot(Array(words.dropFirst()))
    } catch {
      throw FileError.malformed(
        path: figure,
        reason: "this version cannot run its command '\(record.command.prefix(200))': "
          + LandscapeCommand.message(for: error))
    }
  }

  /// The words with all files that flags name taken from a folder, by their names alone: as commands in
  /// figures have them, and so that a figure from anybody reads nothing elsewhere.
  static func placed(_ words: [String], in folder: String) -> [String] {
    func name(_ path: Substring) -> String { SceneOptions.fileName(String(path)) }
    func placed(_ paths: Substring) -> String {
      paths.split(separator: ",").map { folder == "." ? name($0) : "\(folder)/\(name($0))" }
        .joined(separator: ",")
    }
    func value(_ text: Substring, of flag: String) -> String {
      switch flag {
      // A scene's own model and data are placed where they are read.
      case "--model", "--data": return name(text)
      case "--directions":
        let parts = text.split(separator: ":", maxSplits: 1)
        if parts.count == 2, ["plane", "line"].contains(parts[0]) {
          return "\(parts[0]):\(placed(parts[1]))"
        }
        return text.contains(",") && parts[0] != "eigen" ? placed(text) : String(text)
      default: return placed(text)
      }
    }
    let flags = [
      "--weights", "--weights-map", "--checkpoints", "--from", "--to", "--font", "--model",
      "--data",
      "--directions",
    ]
    var result: [String] = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if let flag = result.last, flags.contains(flag) {
        result.append(value(Substring(word), of: flag))
      } else if parts.count == 2, flags.contains(String(parts[0])) {
        result.append("\(parts[0])=\(value(parts[1], of: String(parts[0])))")
      } else {
        result.append(word)
      }
    }
    return result
  }

  /// Whether a name stays below the folder that it is put after.
  private func isBelow(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }
}
