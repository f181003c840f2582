/// Why a picture or a typeface could not be made or read.
public enum ImageError: Error, Hashable, CustomStringConvertible {
  /// No typeface at any of these places.
  case noTypeface(lookedAt: [String])
  /// A font file that cannot be read, and why.
  case brokenTypeface(file: String, reason: String)
  /// Letters that a typeface does not have, and where they stand.
  case missingLetters(String, typeface: String, of: String)
  /// A picture larger than the program draws, or without any area.
  case size(String)
  /// A drawing, picture or metadata that holds something that cannot be drawn or written.
  case unusable(String)
  /// Bytes that are not a sound PNG file.
  case brokenPNG(String)
  /// A library gave up.
  case library(String)
  /// A program that is needed is not installed.
  case noProgram(String)
  /// Another program failed; with its last words.
  case program(String)
  /// A file could not be written whole.
  case unwritable(String)

  /// What was found, and what to do.
  public var description: String {
    switch self {
    case .noTypeface(let places):
      """
      no DejaVu Sans typeface found; looked at \(places.joined(separator: ", ")). \
      Install it (Debian, Ubuntu: apt-get install fonts-dejavu-core; macOS: brew install --cask \
      font-dejavu), or name a TrueType or OpenType file in the environment variable LANDSCAPE_FONT.
      """
    case .brokenTypeface(let file, let reason): "cannot read the typeface in \(file): \(reason)"
    case .missingLetters(let letters, let typeface, let place):
      "\(typeface) has no '\(letters)', which \(place) holds; name a font file that has, by '--font' "
        + "or the scene's 'figure.font'"
    case .size(let reason): reason
    case .unusable(let reason): reason
    case .brokenPNG(let reason): "not a sound PNG file: \(reason)"
    case .library(let reason): reason
    case .noProgram(let name):
      "the program \(name) is needed for this format and is not installed: no folder of PATH holds "
        + "it. Install it (Debian, Ubuntu: apt-get install \(name); macOS: brew install \(name)), or "
        + "choose png, which needs no other program"
    case .program(let reason): reason
    case .unwritable(let reason): reason
    }
  }
}
