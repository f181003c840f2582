import FoundationEssentials
import TensorFiles

/// What has been run in a folder, and the files that belong to it: `runs.json`.
struct RunList: Codable, Sendable, Equatable {
  static let name = "runs.json"

  var program = "landscape \(Version.current)"
  var runs: [RunRecord] = []

  /// Reads a folder's list; an empty one where there is none.
  ///
  /// - Throws: `FileError` where it is broken.
  init(of folder: String) throws(FileError) {
    let path = "\(folder)/\(Self.name)"
    guard fileExists(path) else { return }
    let bytes = try readFile(path, limit: 1 << 28)
    guard let found = try? JSONDecoder().decode(RunList.self, from: Data(bytes)) else {
      throw .malformed(path: path, reason: "is not the list of a folder's runs")
    }
    self = found
  }

  /// Writes the list; equal lists give equal bytes.
  func write(to folder: String) throws {
    var sorted = self
    sorted.program = "landscape \(Version.current)"
    sorted.runs.sort { $0.part < $1.part }
    let path = "\(folder)/\(Self.name)"
    guard !runs.isEmpty else { return AtomicFile.remove(path) }
    let text = String(decoding: try JSONEncoder.sorted.encode(sorted), as: UTF8.self)
    try AtomicFile.write(text + "\n", to: path)
  }

  /// Lists files beside a file of a run as that run's own, so that they go when it goes.
  ///
  /// Nothing is done where the file belongs to no run, or while a run goes on in its folder, which lists
  /// its files itself.
  ///
  /// - Parameters:
  ///   - files: What was made.
  ///   - source: What it was made of.
  static func add(_ files: [String], madeOf source: String) {
    let slash = source.lastIndex(of: "/")
    let folder = slash.map { String(source[..<$0]) } ?? "."
    let name = slash.map { String(source[source.index(after: $0)...]) } ?? source
    guard let lock = FolderLock(folder) else { return }
    defer { lock.release() }
    guard var list = try? RunList(of: folder),
      let index = list.runs.firstIndex(where: { $0.files[name] != nil })
    else { return }
    let prefix = slash == nil ? "" : folder + "/"
    for file in files where file.hasPrefix(prefix) {
      let own = String(file.dropFirst(prefix.count))
      if !own.contains("/") { list.runs[index].files[own] = fileHash(file) }
    }
    try? list.write(to: folder)
  }

  /// For a person, line by line.
  var lines: [String] {
    runs.map { run in
      "\(oneLine(run.part)): \(oneLine(run.command))\(run.isFinished ? "" : " (interrupted)"), "
        + "\(run.files.count) files"
    }
  }
}

/// A run of a folder.
struct RunRecord: Codable, Sendable, Equatable {
  var part: String
  /// The study's key.
  var study: String
  var weights: String
  var surface: String?
  var command: String
  /// False while it goes on, and for ever where it was interrupted.
  var isFinished: Bool
  /// Whether it was made to be compared, and gives way to the next one that is.
  var isScratch: Bool
  /// Each file's name from the folder, and a hash of its bytes.
  var files: [String: String]
  /// Files of runs that this one replaces, kept until it ends as it may use them again.
  var leftovers: [String: String]?
}

/// A hash of a file's bytes; nil where it cannot be read.
func fileHash(_ path: String) -> String? {
  guard let bytes = try? readFile(path, limit: 1 << 33) else { return nil }
  var hash = Fingerprint()
  hash.add(bytes: bytes)
  return hash.text
}
