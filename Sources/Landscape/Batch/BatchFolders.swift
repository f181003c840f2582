import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension BatchJob {
  /// Refuses jobs that would write over each other's files.
  static func refuseSharedFolders(_ jobs: [BatchJob]) throws {
    var owners: [String: BatchJob] = [:]
    for job in jobs {
      let folder = realFolder(job.folder)
      guard let other = owners.updateValue(job, forKey: folder) else { continue }
      func said(_ job: BatchJob) -> String {
        "'\(job.command.rawValue) \(job.scene.name)'"
          + (job.place?.line.map { " (line \($0))" } ?? "")
      }
      let reason = "\(said(other)) and \(said(job)) have the same output folder, \(job.folder)"
      guard let place = job.place else {
        throw UsageError(
          reason: "\(reason); name a scene once, or give each its 'out' in a file of --jobs")
      }
      throw SceneError(
        path: place.path, line: place.line, reason: "\(reason); give each its own 'out'")
    }
  }

  /// A folder's one name: absolute, links resolved as far as it exists.
  private static func realFolder(_ path: String) -> String {
    let absolute =
      path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    var found = ""
    for part in absolute.split(separator: "/") where part != "." {
      if part == ".." {
        found = found.lastIndex(of: "/").map { String(found[..<$0]) } ?? ""
      } else {
        found += "/\(part)"
        if let resolved = realpath(found, nil) {
          defer { free(resolved) }
          found = String(cString: resolved)
        }
      }
    }
    return found
  }
}
