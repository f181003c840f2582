import FoundationEssentials
import TensorFiles

/// A kind of file that grids are written as for other programs.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// A row for each point.
  case csv
  /// Every field as an array [betas, alphas].
  case npz
  /// A structured grid of VTK's, which ParaView opens.
  case vts
}

/// Writes a surface or a map of curvature for other programs.
///
/// Every array [betas, alphas] of the file becomes a field; a surface's penalty and total loss at each
/// λ are added to them. NaN and infinities stay what they are.
///
/// - Parameters:
///   - path: `surface.npz`, `curvature-map.npz`, or a file of the same form from elsewhere.
///   - formats: What to write.
///   - lambdas: λ of the penalties and total losses that are added; the file must have `base` and
///     `penalty` if there are any.
///   - height: The field that lifts the points of a `.vts`, where it should not be flat.
///   - folder: Where to; the file's own folder if nil.
/// - Returns: The files: `surface.csv`, `surface-fields.npz`, `surface.vts`.
/// - Throws: `FileError` where the file is not of that form, ``UsageError`` where there is no field of
///   that name.
public func export(
  _ path: String, as formats: [ExportFormat], lambdas: [Double] = [], height: String? = nil,
  folder: String? = nil
) throws -> [String] {
  let grid = try GridFields(path, lambdas: lambdas)
  let slash = path.lastIndex(of: "/")
  let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
  let stem = name.hasSuffix(".npz") ? String(name.dropLast(4)) : name
  let parent = folder.map { "\($0)/" } ?? slash.map { String(path[...$0]) } ?? ""
  if let height, grid[height] == nil {
    let names = grid.fields.map(\.name)
    let guess = nearest(height, in: names).map { "; did you mean '\($0)'?" } ?? ""
    throw UsageError(reason: "'--height' is '\(height)'\(guess) (there are \(list(names)))")
  }
  let files = try formats.map { format in
    switch format {
    case .csv:
      let file = "\(parent)\(stem).csv"
      try AtomicFile.write(grid.csv, to: file, createFolders: true)
      return file
    case .npz:
      let file = "\(parent)\(stem)-fields.npz"
      if let folder { try AtomicFile.prepareFolder(folder) }
      try NPZ.write(grid.arrays, to: file)
      return file
    case .vts:
      let file = "\(parent)\(stem).vts"
      try AtomicFile.write(grid.vts(height: height), to: file, createFolders: true)
      return file
    }
  }
  RunList.add(files, madeOf: path)
  return files
}

/// Reads kinds of files: names with commas.
func parseExports(_ text: String) throws(ParsingError) -> [ExportFormat] {
  var formats: [ExportFormat] = []
  for name in text.split(separator: ",").map(\.trimmed) {
    guard let format = ExportFormat(rawValue: name) else {
      throw ParsingError(
        reason: "has '\(name)' (there are \(list(ExportFormat.allCases.map(\.rawValue))))")
    }
    if !formats.contains(format) { formats.append(format) }
  }
  guard !formats.isEmpty else {
    throw ParsingError(
      reason: "is empty; write \(list(ExportFormat.allCases.map(\.rawValue))), or several")
  }
  return formats
}

extension ExportFormat {
  /// Reads kinds of files from a flag.
  ///
  /// - Parameters:
  ///   - text: Names with commas.
  ///   - flag: The flag, for the message.
  /// - Returns: The kinds, each once.
  /// - Throws: ``UsageError``.
  public static func list(_ text: String, flag: String) throws(UsageError) -> [ExportFormat] {
    do throws(ParsingError) {
      return try parseExports(text)
    } catch {
      throw UsageError(reason: "'--\(flag)' \(error.reason)")
    }
  }
}
