import Algebra
import Networks

extension Scene {
  /// A part of a scene that a flag of the command line can replace.
  public enum Override: String, CaseIterable, Sendable {
    case lambda
    case directions
    case normalise
    case grid
    case span
    case precision
    case size
    case font
    case dpi
    case colormap
    case scale
    case levels
    case format
    case theme
    case figure
    case azimuth
    case elevation

    /// What commands that are written into files say of it: files without their folders.
    package func word(_ text: String) -> String {
      guard self == .directions, !text.hasPrefix("eigen") else { return text }
      let names = text.split(separator: ",").map { path in
        path.split(separator: "/").last.map { $0.trimmed } ?? String(path)
      }
      return names.joined(separator: ",")
    }
  }

  /// Replaces a part of the scene.
  ///
  /// - Parameters:
  ///   - part: Which.
  ///   - text: What a scene would say.
  /// - Throws: ``UsageError`` that names the flag.
  public mutating func set(_ part: Override, _ text: String) throws(UsageError) {
    do throws(ParsingError) {
      try replace(part, text)
    } catch {
      throw UsageError(reason: "'--\(part.rawValue)' \(error.reason)")
    }
  }

  /// Replaces a part of the scene, for whoever names it otherwise than by its flag; files are looked
  /// for beside the one at `path`.
  mutating func replace(
    _ part: Override, _ text: String, beside path: String = ""
  ) throws(ParsingError) {
    switch part {
    case .lambda: penalty.values = try parseLambdas(text)
    case .directions: slice.replaceDirections(try SlicePlan.Directions(text, beside: path))
    case .normalise: slice.normalisation = try choice(text)
    case .grid: (slice.columns, slice.rows) = try parseGrid(text)
    case .span:
      (slice.alpha, slice.beta) = try parseSpan(text)
      slice.hasSpan = true
    case .precision: slice.precision = try choice(text)
    case .size: figure.page = try FigurePlan.parseSize(text)
    case .font: figure.font = try FigurePlan.parseFont(text, beside: path)
    case .dpi:
      guard let dpi = Double(text), FigurePlan.dpiRange.contains(dpi) else {
        throw ParsingError(reason: "is '\(text)'; it must be a number from 10 to 2400")
      }
      figure.dpi = dpi
    case .colormap: figure.colorMap = try FigurePlan.parseColorMap(text)
    case .scale: (figure.scale, figure.sharing) = try FigurePlan.parseScale(text)
    case .levels: figure.levels = try FigurePlan.parseLevels(text)
    case .format: figure.formats = try FigurePlan.parseFormats(text)
    case .figure: figure.kinds = try FigurePlan.parseKinds(text)
    case .azimuth:
      figure.azimuth = try FigurePlan.parseDegrees(text, FigurePlan.azimuthRange)
    case .elevation:
      figure.elevation = try FigurePlan.parseDegrees(text, FigurePlan.elevationRange)
    case .theme: figure.dark = try choice(text, FigurePlan.Theme.self) == .dark
    }
  }

  /// λ as a flag gives them: a value, a list or a range.
  ///
  /// - Parameters:
  ///   - text: What was written.
  ///   - flag: The flag, for the message.
  /// - Returns: The values.
  /// - Throws: ``UsageError``.
  public static func lambdas(_ text: String, flag: String) throws(UsageError) -> [Double] {
    do throws(ParsingError) {
      return try parseLambdas(text)
    } catch {
      throw UsageError(reason: "'--\(flag)' \(error.reason)")
    }
  }

  /// λ as a flag gives it: one value.
  ///
  /// - Parameters:
  ///   - text: What was written.
  ///   - flag: The flag, for the message.
  /// - Returns: The value.
  /// - Throws: ``UsageError``.
  public static func oneLambda(_ text: String, flag: String) throws(UsageError) -> Double {
    do throws(ParsingError) {
      let values = try parseLambdas(text)
      guard values.count == 1 else { throw ParsingError(reason: "takes one value") }
      return values[0]
    } catch {
      throw UsageError(reason: "'--\(flag)' \(error.reason)")
    }
  }
}

/// A command line that makes no sense.
public struct UsageError: Error, Equatable, CustomStringConvertible {
  /// The flag, what it is, and what it should be.
  public var reason: String

  /// Makes an error.
  public init(reason: String) { self.reason = reason }

  /// One line.
  public var description: String { reason }
}

/// One of the named cases of a type.
private func choice<Choice: RawRepresentable & CaseIterable>(
  _ text: String, _ type: Choice.Type = Choice.self
) throws(ParsingError) -> Choice where Choice.RawValue == String {
  guard let choice = Choice(rawValue: text) else {
    throw ParsingError(
      reason: "is '\(text)' (there are \(list(Choice.allCases.map(\.rawValue))))")
  }
  return choice
}
