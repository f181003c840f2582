import Algebra
import FoundationEssentials
import Geometry
import TensorFiles

/// What a file of this program holds: a figure, numbers of a run, or a surface.
public struct FileInfo: Sendable {
  /// For a person, line by line.
  public let lines: [String]
  private let content: Content

  private enum Content {
    case texts([String: String])
    case json(String)
  }

  /// Looks at a file.
  ///
  /// - Parameter path: A figure, `summary.json`, `sweep.json`, `curvature.json`, or a surface.
  /// - Throws: `FileError`: unreadable, broken, or not of this program.
  public init(_ path: String) throws {
    if path.hasSuffix(".json") {
      let text = String(decoding: try readFile(path, limit: 1 << 28), as: UTF8.self)
      lines = try Self.numbers(text, path)
      content = .json(text)
    } else if path.hasSuffix(".npz") {
      let (surface, hasPenalty) = try SurfaceFile.read(path)
      let texts = Self.texts(surface, hasPenalty: hasPenalty)
      lines = texts.map { "\($0): \($1)" }
      content = .texts(Dictionary(uniqueKeysWithValues: texts))
    } else {
      let record = try FigureRecord(path)
      lines = record.lines
      content = .texts(record.values)
    }
  }

  /// The same as JSON: a figure's and a surface's texts by their names, a file of numbers as it is.
  ///
  /// - Returns: JSON without a line end.
  /// - Throws: What encoding throws.
  public func json() throws -> String {
    switch content {
    case .texts(let texts): String(decoding: try JSONEncoder.sorted.encode(texts), as: UTF8.self)
    case .json(let text): text.trimmed
    }
  }

  /// What every file of numbers says of itself, and its own lines.
  private static func numbers(_ text: String, _ path: String) throws(FileError) -> [String] {
    struct Head: Decodable {
      var program: String
      var command: String
      var scene: String
    }
    let (data, decoder) = (Data(text.utf8), JSONDecoder.sorted)
    if path.split(separator: "/").last == RunList.name[...],
      let found = try? decoder.decode(RunList.self, from: data)
    {
      return ["program: \(oneLine(found.program))"] + found.lines
    }
    guard let head = try? decoder.decode(Head.self, from: data) else {
      throw .malformed(path: path, reason: "is no file of numbers of landscape")
    }
    var lines = [("program", head.program), ("command", head.command), ("scene", head.scene)]
      .map { "\($0): \(oneLine($1))" }
    if let found = try? decoder.decode(Summary.self, from: data) {
      lines += [("title", found.title), ("protocol", found.protocolName)].map {
        "\($0): \(oneLine($1))"
      }
      if let data = found.data {
        lines.append("data: \(oneLine(data.name)), hash \(data.fingerprint)")
      }
      if let network = found.network {
        lines.append(
          "network: \(oneLine(network.summary)), \(grouped(network.parameters)) parameters")
      }
      lines += found.headlines.map(oneLine)
    } else if let found = try? decoder.decode(SweepReport.self, from: data) {
      lines += found.lines.map(oneLine)
    } else if let found = try? decoder.decode(CurvatureReport.self, from: data) {
      lines += found.lines.map(oneLine)
    }
    return lines
  }

  private static func texts(_ surface: Surface, hasPenalty: Bool) -> [(String, String)] {
    func range(_ values: [Double]) -> String {
      "\(values.count) from \(values.first ?? .nan) to \(values.last ?? .nan)"
    }
    var texts = [("alphas", range(surface.grid.alphas)), ("betas", range(surface.grid.betas))]
    texts.append(
      ("base", Relief(surface.base, on: surface.grid)?.sentences ?? "No point has a finite loss."))
    if !surface.scores.isEmpty {
      let known = surface.scores.filter { !$0.isNaN }
      texts.append(("accuracy", "\(known.min() ?? .nan) to \(known.max() ?? .nan)"))
    }
    texts.append(
      ("penalty", hasPenalty ? list(surface.penalty.coefficients.map { "\($0)" }) : "none"))
    return texts
  }
}
