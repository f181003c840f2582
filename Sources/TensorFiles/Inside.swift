#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether a file is in a folder or below it once all links are followed.
///
/// - Parameters:
///   - path: The file; one that is not there counts as inside, since there is nothing to read.
///   - folder: The folder.
/// - Returns: False for a file elsewhere, whether by its path, by `..` or by a link.
package func isInside(_ path: String, folder: String) -> Bool {
  func resolved(_ path: String) -> String? {
    guard !path.utf8.contains(0), let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
  guard let root = resolved(folder), let file = resolved(path) else { return true }
  return file.hasPrefix(root == "/" ? root : root + "/")
}
