import FoundationEssentials
import TensorFiles

/// What a run does where its folder holds the results of another study.
public enum OtherResults: Sendable {
  /// It ends with an error that names them: the folder was named, and nothing else will do.
  case refuse
  /// It takes a folder beside: `digits-2`, `digits-3` …
  case beside
  /// It removes their files, as far as they are unchanged and none of its own.
  case replace
}

/// A folder that cannot be written to now.
public struct RunFolderError: Error, CustomStringConvertible {
  /// Whether another run is writing to it at this moment, so that it may be free later.
  public let isBusy: Bool
  /// One line: what is there, and the ways out.
  public let description: String
}

/// Does a run in a folder that is its own as long as it lasts, and lists what belongs to it.
///
/// Runs of one folder agree: on the weights, on what `surface.npz` is sampled of, and for each part on
/// the whole study. ``OtherResults`` says what happens to a run that does not. Trained weights and
/// surfaces of folders beside are used again.
///
/// - Parameters:
///   - options: Where to.
///   - study: What the run is about.
///   - reporter: Who is told where it goes, and what is removed.
///   - body: The run, with the folder that it goes to; gives back the files that it has written.
/// - Returns: What `body` returns.
/// - Throws: ``RunFolderError``, `FileError`, and what `body` throws.
func inRunFolder<Result>(
  _ options: RenderOptions, _ study: Study, reporter: Reporter,
  _ body: (RenderOptions) throws -> (result: Result, files: [String])
) throws -> Result {
  var options = options
  while options.folder.count > 1, options.folder.hasSuffix("/") { options.folder.removeLast() }
  let wanted = options.folder
  let place = try RunPlace.take(options, study)
  defer { place.lock.release() }
  options.folder = place.folder
  if place.folder != wanted {
    reporter.note("\(wanted) holds other results; this run is written to \(place.folder)")
  }
  try place.begin(options, study, reporter: reporter)
  let done: (result: Result, files: [String])
  do {
    done = try body(options)
  } catch {
    place.abandon(study)
    throw error
  }
  try place.finish(study, done.files, reporter: reporter)
  return done.result
}

/// A folder that a run has taken.
private struct RunPlace {
  let folder: String
  let lock: FolderLock
  /// Runs whose files give way.
  private let replaced: [RunRecord]
  /// Folders of the same name with other numbers.
  private let siblings: [String]

  // MARK: - Which folder

  /// Finds the run's folder and locks it.
  static func take(_ options: RenderOptions, _ study: Study) throws -> RunPlace {
    let family = options.others == .beside ? family(of: options.folder) : [options.folder]
    func isOwn(_ folder: String) -> Bool {
      let runs = (try? RunList(of: folder))?.runs ?? []
      return runs.contains { $0.part == study.part && $0.study == study.key }
        && (try? obstacles(to: study, in: folder).isEmpty) == true
    }
    let own = options.others == .beside ? family.first(where: isOwn) : nil
    var number = 1
    for folder in own.map({ [$0] }) ?? family {
      if let place = try take(folder, options, study, siblings: family) { return place }
    }
    while true {
      number += 1
      let folder = "\(options.folder)-\(number)"
      if family.contains(folder) { continue }
      if let place = try take(folder, options, study, siblings: family) { return place }
    }
  }

  /// Takes a folder; nil where others' results stand in it and the run may go beside.
  private static func take(
    _ folder: String, _ options: RenderOptions, _ study: Study, siblings: [String]
  ) throws -> RunPlace? {
    func found(isLocked: Bool = false) throws -> [Obstacle]? {
      let found: [Obstacle]
      do {
        found = try obstacles(to: study, in: folder, isLocked: isLocked)
      } catch  where options.others == .beside {
        return nil
      }
      let isInTheWay =
        options.others != .replace && !found.allSatisfy { options.isScratch && $0.isScratch }
      guard isInTheWay, let first = found.first else { return found }
      if options.others == .beside { return nil }
      throw RunFolderError(
        isBusy: false,
        description: oneLine("\(folder) holds \(first.words)")
          + ": give another folder with --out, or replace what is there with --replace")
    }
    guard try found() != nil else { return nil }
    try AtomicFile.prepareFolder(folder)
    guard let lock = FolderLock(folder) else {
      // What is going on there may turn out to be another study.
      guard try found() != nil else { return nil }
      let running = (try? RunList(of: folder))?.runs.first { !$0.isFinished }
      throw RunFolderError(
        isBusy: true,
        description: "\(folder): another run is writing there"
          + (running.map { " ('\(oneLine($0.command))')" } ?? "")
          + "; wait for it, or give another folder with --out")
    }
    do {
      guard let found = try found(isLocked: true) else {
        lock.release()
        return nil
      }
      return RunPlace(
        folder: folder, lock: lock, replaced: found.compactMap(\.run),
        siblings: siblings.filter { $0 != folder })
    } catch {
      lock.release()
      throw error
    }
  }

  /// A folder and those beside it with its name and a number, by number; the folder itself first.
  private static func family(of folder: String) -> [String] {
    let slash = folder.lastIndex(of: "/")
    let parent = slash.map { String(folder[...$0]) } ?? ""
    let name = slash.map { String(folder[folder.index(after: $0)...]) } ?? folder
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: parent.isEmpty ? "." : parent)) ?? []
    let numbers = names.compactMap { other -> Int? in
      guard other.hasPrefix(name + "-") else { return nil }
      let number = Int(other.dropFirst(name.count + 1))
      return number.flatMap { $0 > 1 && other == "\(name)-\($0)" ? $0 : nil }
    }
    return [folder] + numbers.sorted().map { "\(folder)-\($0)" }
  }

  /// What keeps a run out of a folder.
  private struct Obstacle {
    var run: RunRecord?
    var file: String?

    var isScratch: Bool { run?.isScratch == true }

    var words: String {
      if let run {
        return (run.isFinished ? "the results of" : "what was begun by") + " '\(run.command)'"
      }
      return "a \(file ?? "file") that no run there has listed"
    }
  }

  /// What a folder holds that does not go with a study; a run that was begun there counts as long as
  /// it goes on, which it does not where the folder is locked by this one, or has left something.
  private static func obstacles(
    to study: Study, in folder: String, isLocked: Bool = false
  ) throws -> [Obstacle] {
    let list = try RunList(of: folder)
    let isBusy = !isLocked && FolderLock.isHeld(folder)
    var found = list.runs.filter { run in
      guard run.isFinished || isBusy || run.hasFiles(in: folder) else { return false }
      if run.part == study.part { return run.study != study.key }
      if let one = run.surface, let other = study.surface, one != other { return true }
      return run.weights != study.weights
    }.map { Obstacle(run: $0) }
    let listed = Set(list.runs.flatMap { run in run.files.keys + (run.isFinished ? [] : caches) })
    for name in [study.mainFile] + (study.surface == nil ? [] : ["surface.npz"])
    where !listed.contains(name) && fileExists("\(folder)/\(name)") && !list.isUnfinished(study) {
      found.append(Obstacle(file: name))
    }
    for (name, fingerprint) in study.trained where !listed.contains(name) && name != study.mainFile
    {
      let path = "\(folder)/\(name)"
      if fileExists(path), !holds(path, fingerprint), !list.isUnfinished(study) {
        found.append(Obstacle(file: name))
      }
    }
    return found
  }

  // MARK: - What belongs to whom

  /// Files that a later run may use again, if they are just what it needs.
  fileprivate static let caches = [
    "weights.safetensors", "surface.npz", "path.safetensors", "training-path.safetensors",
    "training-surface.npz", "curvature-map.npz",
  ]

  private static func isCache(_ name: String) -> Bool {
    caches.contains { name == $0 || name.hasSuffix("/" + $0) } || name.hasPrefix("slices/")
  }

  /// Removes what gives way, fetches what is known already, and lists the run as begun.
  func begin(_ options: RenderOptions, _ study: Study, reporter: Reporter) throws {
    var list = (try? RunList(of: folder)) ?? RunList()
    let former = list.runs.first { $0.part == study.part && $0.study == study.key }
    var leftovers = former?.leftovers ?? [:]
    list.runs.removeAll { run in run.part == study.part || replaced.contains(run) }
    let kept = Set(list.runs.flatMap(\.files.keys))
    for run in replaced {
      var removed = 0
      for (name, hash) in run.files.sorted(by: { $0.key < $1.key }) where !kept.contains(name) {
        if Self.isCache(name) {
          leftovers[name] = hash
        } else if remove(name, hash, reporter) {
          removed += 1
        }
      }
      reporter.note("\(folder): '\(oneLine(run.command))' is replaced, \(removed) files removed")
    }
    list.runs.append(
      RunRecord(
        part: study.part, study: study.key, weights: study.weights, surface: study.surface,
        command: options.command, isFinished: false, isScratch: options.isScratch,
        files: former?.files.filter { fileExists("\(folder)/\($0.key)") } ?? [:],
        leftovers: leftovers.isEmpty ? nil : leftovers))
    try list.write(to: folder)
    if !options.fresh { try fetch(study, besides: options.siblings) }
  }

  /// Takes the run from the list again if it has left nothing.
  func abandon(_ study: Study) {
    guard var list = try? RunList(of: folder) else { return }
    list.runs.removeAll {
      $0.part == study.part && $0.files.isEmpty && $0.leftovers == nil && !$0.hasFiles(in: folder)
    }
    try? list.write(to: folder)
  }

  /// Lists the files, and removes what is left of replaced runs.
  func finish(_ study: Study, _ files: [String], reporter: Reporter) throws {
    var list = try RunList(of: folder)
    guard let index = list.runs.firstIndex(where: { $0.part == study.part }) else { return }
    var run = list.runs[index]
    let prefix = folder + "/"
    var names = files.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    let slices = (try? FileManager.default.contentsOfDirectory(atPath: prefix + "slices")) ?? []
    let own = study.trained.map(\.name) + (study.surface == nil ? [] : ["surface.npz"])
    let others = Self.caches.filter { !["weights.safetensors", "surface.npz"].contains($0) }
    let elsewhere = Set(list.runs.filter { $0.part != study.part }.flatMap(\.files.keys))
    let former = run.leftovers ?? [:]
    func isNew(_ name: String) -> Bool {
      guard !elsewhere.contains(name), fileExists(prefix + name) else { return false }
      return former[name].map { $0 != fileHash(prefix + name) } ?? true
    }
    names += own.filter { fileExists(prefix + $0) }
    names += (others + slices.filter { $0.hasSuffix(".npz") }.map { "slices/\($0)" }).filter(isNew)
    for name in names { run.files[name] = fileHash(prefix + name) }
    for (name, hash) in former.sorted(by: { $0.key < $1.key })
    where run.files[name] == nil && !elsewhere.contains(name) {
      _ = remove(name, hash, reporter)
    }
    (run.isFinished, run.leftovers) = (true, nil)
    list.runs[index] = run
    try list.write(to: folder)
  }

  /// Removes a file of the folder if it is as it was written; says so if it is not.
  private func remove(_ name: String, _ hash: String, _ reporter: Reporter) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { ["", ".", ".."].contains($0) }), !name.utf8.contains(0) else {
      return false
    }
    let path = "\(folder)/\(name)"
    guard fileExists(path) else { return false }
    // A link may lead out of the folder.
    let parent = (["", folder] + parts.dropLast().map(String.init)).dropFirst().joined(
      separator: "/")
    guard let real = realPath(parent), let root = realPath(folder),
      real == root || real.hasPrefix(root + "/"), fileHash(path) == hash
    else {
      reporter.note("\(oneLine(path)) has changed since it was written, and is left as it is")
      return false
    }
    AtomicFile.remove(path)
    if parent != folder { removeIfEmpty(parent) }
    return true
  }

  // MARK: - What is known already

  /// Copies trained weights and the surface from folders beside, where they are just what is needed.
  private func fetch(_ study: Study, besides more: [String]) throws {
    let places = [folder] + siblings + more
    let lists = places.map { ($0, (try? RunList(of: $0))?.runs ?? []) }
    for (name, fingerprint) in study.trained {
      let own = "\(folder)/\(name)"
      if Self.holds(own, fingerprint) { continue }
      // An interrupted run has listed none, and may have left them.
      let known = lists.flatMap { place, runs in
        ["\(place)/weights.safetensors"]
          + runs.flatMap { run in
            (run.files.keys + (run.leftovers?.keys.map(\.self) ?? [])).sorted().filter {
              $0.hasSuffix("/weights.safetensors")
            }.map { "\(place)/\($0)" }
          }
      }
      guard let other = known.first(where: { Self.holds($0, fingerprint) }) else { continue }
      try AtomicFile.write(try readFile(other), to: own, createFolders: true)
    }
    guard let surface = study.surface, !fileExists("\(folder)/surface.npz") else { return }
    let holder = lists.first { place, runs in
      runs.contains { $0.surface == surface && $0.files["surface.npz"] != nil }
        && fileExists("\(place)/surface.npz")
    }
    guard let holder else { return }
    try AtomicFile.write(try readFile("\(holder.0)/surface.npz"), to: "\(folder)/surface.npz")
  }

  /// Whether a file has weights with a fingerprint.
  private static func holds(_ path: String, _ fingerprint: String) -> Bool {
    guard fileExists(path), let kept = try? Safetensors.read(path) else { return false }
    return kept.metadata["fingerprint"] == fingerprint
  }
}

extension RunRecord {
  /// Whether anything of it is there.
  fileprivate func hasFiles(in folder: String) -> Bool {
    (files.keys + RunPlace.caches + RunPlace.caches.map { $0 + ".partial" }).contains {
      fileExists("\(folder)/\($0)")
    }
  }
}

extension RunList {
  init() {}

  /// Whether a study was begun here and not ended: what it has left is its own.
  fileprivate func isUnfinished(_ study: Study) -> Bool {
    runs.contains { !$0.isFinished && $0.part == study.part && $0.study == study.key }
  }
}
