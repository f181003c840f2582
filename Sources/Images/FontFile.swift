public import Figures
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A typeface read from a TrueType or OpenType file.
///
/// Outlines are those of the file, without hinting, so letters have the same shape at every size.
/// A glyph is read when first asked for, and kept; any number of threads may ask at once.
public final class FontFile: Typeface {
  /// The family's name, such as `DejaVu Sans`.
  public let name: String
  /// Height of a flat capital (H), in ems.
  public let capHeight: Double
  /// Height of a lower-case x, in ems.
  public let xHeight: Double

  /// The whole file.
  let bytes: FontBytes

  private struct State {
    let face: FontFace
    var glyphs: [Unicode.Scalar: Glyph?] = [:]
  }

  private let state: Mutex<State>

  /// Reads a typeface from a font file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: A TrueType or OpenType file.
  ///   - file: What to call it in an error.
  /// - Throws: ``ImageError/brokenTypeface(file:reason:)``, also where the letters H and x are
  ///   missing, whose heights a layout needs.
  public init(_ bytes: [UInt8], file: String = "memory") throws {
    self.bytes = FontBytes(bytes)
    let face = try FontFace(self.bytes, file: file)
    guard let capital = face.glyph("H"), let small = face.glyph("x"),
      capital.bounds.height > 0, small.bounds.height > 0
    else {
      throw ImageError.brokenTypeface(file: file, reason: "the letters H and x cannot be read")
    }
    name = face.familyName
    capHeight = capital.bounds.y + capital.bounds.height
    xHeight = small.bounds.y + small.bounds.height
    state = Mutex(State(face: face))
  }

  /// Reads a typeface from a file.
  ///
  /// - Parameter path: A TrueType or OpenType file.
  /// - Throws: ``ImageError/brokenTypeface(file:reason:)``.
  public convenience init(path: String) throws {
    // Text fonts are below 1 MB, the largest with Chinese letters below 40 MB.
    let largest = 1 << 26
    let size: Int?
    do {
      size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    } catch {
      throw ImageError.brokenTypeface(file: path, reason: "there is no such file")
    }
    guard let size, size <= largest else {
      throw ImageError.brokenTypeface(file: path, reason: "it is larger than 64 MiB")
    }
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw ImageError.brokenTypeface(file: path, reason: "the file cannot be opened")
    }
    try self.init(bytes, file: path)
  }

  /// Finds DejaVu Sans on this computer.
  ///
  /// The places are fixed, so that the same installation gives the same picture whatever else is
  /// installed. The environment variable `LANDSCAPE_FONT`, where set, names another file.
  ///
  /// - Returns: The first typeface found.
  /// - Throws: ``ImageError/noTypeface(lookedAt:)`` or
  ///   ``ImageError/brokenTypeface(file:reason:)``.
  public static func standard() throws -> FontFile {
    try standard(environment: ProcessInfo.processInfo.environment)
  }

  static func standard(environment: [String: String]) throws -> FontFile {
    if let path = environment["LANDSCAPE_FONT"], !path.isEmpty { return try FontFile(path: path) }
    let places = standardPlaces(home: environment["HOME"])
    guard let path = places.first(where: FileManager.default.fileExists(atPath:)) else {
      throw ImageError.noTypeface(lookedAt: places)
    }
    return try FontFile(path: path)
  }

  /// The glyph of a character, or nil where the typeface lacks it.
  public func glyph(_ character: Unicode.Scalar) -> Glyph? {
    state.withLock { state in
      if let known = state.glyphs[character] { return known }
      let glyph = state.face.glyph(character)
      state.glyphs[character] = .some(glyph)
      return glyph
    }
  }

  /// The characters of a text that the typeface has no glyph for, each once.
  ///
  /// - Parameter text: Any text.
  /// - Returns: Nothing where all can be drawn.
  public func lacking(_ text: String) -> String {
    var lacking = ""
    for character in text.unicodeScalars
    where glyph(character) == nil && !lacking.unicodeScalars.contains(character) {
      lacking.unicodeScalars.append(character)
    }
    return lacking
  }

  /// Where distributions put DejaVu Sans.
  static func standardPlaces(home: String?) -> [String] {
    let folders =
      [
        "/usr/share/fonts/truetype/dejavu",  // Debian, Ubuntu
        "/usr/share/fonts/dejavu-sans-fonts",  // Fedora
        "/usr/share/fonts/TTF",  // Arch
        "/usr/share/fonts/dejavu",  // Alpine, older Fedora
        "/usr/local/share/fonts",
        "/opt/homebrew/share/fonts",
        "/Library/Fonts",  // macOS
      ] + (home.map { ["\($0)/Library/Fonts", "\($0)/.local/share/fonts"] } ?? [])
    return folders.map { "\($0)/DejaVuSans.ttf" }
  }
}
