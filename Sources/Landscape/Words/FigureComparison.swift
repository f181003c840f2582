import Figures
import Images
import TensorFiles

extension FigureRecord {
  /// Whether a figure that was made again is the same.
  ///
  /// - Parameter path: The new file.
  /// - Returns: `the same, byte for byte`, or `the same picture` where a PNG's pixels are equal and its
  ///   bytes are not, as after another program has compressed it anew.
  /// - Throws: `FileError.malformed` where it shows something else, saying how much.
  public func comparison(with path: String) throws -> String {
    let other = try readFile(path, limit: 1 << 28)
    if other == bytes { return "the same, byte for byte" }
    if let old = try? Raster(png: bytes), let new = try? Raster(png: other),
      (old.width, old.height) == (new.width, new.height)
    {
      let count = zip(old.pixels, new.pixels).count { $0 != $1 }
      if count == 0 { return "the same picture; other bytes around it" }
      throw FileError.malformed(
        path: path,
        reason: "is not the same as \(self.path): \(count) of \(old.pixels.count) pixels "
          + "differ (another version, typeface or machine?)")
    }
    throw FileError.malformed(
      path: path,
      reason: "is not the same as \(self.path) (another version, typeface or machine?)")
  }
}
