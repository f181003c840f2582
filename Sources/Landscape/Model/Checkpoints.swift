import FoundationEssentials
import Networks
import TensorFiles

/// Weights that were saved along a training, here or elsewhere, in their order.
struct Checkpoints: Sendable {
  /// The files' names, without their folders.
  var names: [String]
  /// The weights of each.
  var points: [[Double]]
  /// The number of each: the last one in its name where these ascend, as epochs or steps do, else
  /// its place, from 1.
  var numbers: [Int]

  /// Reads checkpoints.
  ///
  /// - Parameters:
  ///   - given: Files, in their order; or one folder, whose `.safetensors` and `.npz` files are taken
  ///     in the order of their names, as people count.
  ///   - dimension: How many parameters each has.
  ///   - read: Reads a file of weights.
  /// - Throws: ``UsageError`` where there are fewer than two, `FileError` where one cannot be read or
  ///   does not fit.
  init(
    _ given: [String], dimension: Int, read: (String) throws -> [Double]
  ) throws {
    let files = try Self.files(given)
    guard files.count >= 2 else {
      throw UsageError(
        reason: "'checkpoints' needs two files at least, and \(list(given)) is \(files.count)")
    }
    // Two gigabytes of numbers; the plane of a path takes as much again.
    guard files.count <= (1 << 28) / max(dimension, 1) else {
      throw UsageError(
        reason: "'checkpoints' has \(files.count) files of \(dimension) numbers, too many to hold; "
          + "take every tenth")
    }
    points = try files.map(read)
    names = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let found = names.map(Self.number)
    let ascending = found.compactMap(\.self)
    let isNumbered =
      ascending.count == found.count && zip(ascending, ascending.dropFirst()).allSatisfy(<)
    numbers = isNumbered ? ascending : Array(1...files.count)
  }

  /// The files that were meant.
  static func files(_ given: [String]) throws -> [String] {
    var isFolder = false
    guard given.count == 1,
      FileManager.default.fileExists(atPath: given[0], isDirectory: &isFolder), isFolder
    else { return given }
    let folder = given[0].hasSuffix("/") ? String(given[0].dropLast()) : given[0]
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw FileError.unreadable(path: folder, reason: "the folder cannot be listed")
    }
    let files = names.filter { name in
      !name.hasPrefix(".") && [".safetensors", ".npz"].contains { name.hasSuffix($0) }
    }
    guard !files.isEmpty else {
      throw FileError.unreadable(
        path: folder, reason: "the folder holds no .safetensors or .npz file")
    }
    return files.sorted(by: naturallyPrecedes).map { "\(folder)/\($0)" }
  }

  /// The last number in a name, less its extension.
  private static func number(_ name: String) -> Int? {
    let stem = name[..<(name.lastIndex(of: ".") ?? name.endIndex)]
    let runs = stem.split { !("0"..."9").contains($0) }
    return runs.last.flatMap { Int($0) }
  }
}
