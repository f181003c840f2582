import Reports
import TensorFiles

/// How the jobs of a batch ended: a table for the terminal, `batch.csv` and `batch.md`.
public struct BatchReport: Sendable {
  /// In the order of the jobs.
  public let outcomes: [BatchOutcome]
  /// How long all took together.
  public let seconds: Double

  /// The first failure in the order of the jobs; nil where all succeeded.
  public var failure: (any Error)? { outcomes.lazy.compactMap(\.failure).first }

  /// The table as text, with a line for each finding and one for the whole.
  public var text: String {
    let rows = [Self.columns] + rows
    let widths = Self.columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      let cells = zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return Self.isNumber[column] ? padding + cell.0 : cell.0 + padding
      }
      return cells.joined(separator: "  ").trimmedAtEnd
    }
    return (lines + [sentence]).joined(separator: "\n") + "\n"
  }

  /// The table as CSV: a row for each finding, all cells filled; λ and numbers in full.
  public var csv: String {
    var rows = [
      ["job", "command", "status", "seconds", "files", "folder", "lambda", "quantity", "value"]
    ]
    for outcome in outcomes {
      let job = outcome.job
      let head = [
        outcome.name, job.command.rawValue, outcome.status, twoDecimals(outcome.seconds),
        String(outcome.files.count), oneLine(outcome.folder),
      ]
      for finding in outcome.findingsOrFault {
        rows.append(
          head + [
            finding.lambda.map(lambdaName) ?? "", finding.quantity,
            finding.number.map(lambdaName) ?? finding.text,
          ])
      }
    }
    return rows.map { $0.map(csvField).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// The table as Markdown.
  ///
  /// - Returns: A page.
  /// - Throws: `ReportError`.
  public func markdown() throws -> String {
    var page = Report(title: "Batch")
    page.subtitle = sentence
    page.tables = [ReportTable(title: "Runs", columns: Self.columns, rows: rows)]
    page.notes = notes
    return try page.markdown()
  }

  /// Writes `batch.csv` and `batch.md`, or `batch-2` and so on beside the table of other jobs.
  ///
  /// - Parameters:
  ///   - folder: Where to.
  ///   - replaces: Whether to take the place of the table of other jobs.
  /// - Returns: The files.
  /// - Throws: `FileError`.
  public func write(to folder: String, replacing replaces: Bool = false) throws -> [String] {
    let page = try markdown()
    var (name, number) = ("batch", 1)
    while !replaces, let other = try? readText("\(folder)/\(name).md"),
      Self.jobs(on: other) != Self.jobs(on: page)
    {
      number += 1
      name = "batch-\(number)"
    }
    let files = ["csv", "md"].map { "\(folder)/\(name).\($0)" }
    try AtomicFile.write(csv, to: files[0], createFolders: true)
    try AtomicFile.write(page, to: files[1], createFolders: true)
    return files
  }

  /// What a page says but for how the runs ended: the jobs, which tell it from the table of others.
  private static func jobs(on page: String) -> [Substring] {
    page.split(separator: "\n").filter { !$0.hasPrefix("|") && !$0.contains(Self.ended) }
  }

  /// Each job's command.
  private var notes: [String] {
    outcomes.map { "\($0.name): \($0.job.commandLine)" }.map(oneLine)
  }

  private static let columns = [
    "job", "command", "status", "seconds", "files", "λ", "result",
  ]
  private static let isNumber = [false, false, false, true, true, true, false]

  /// A row for each finding; what belongs to the whole run stands in its first.
  private var rows: [[String]] {
    outcomes.flatMap { outcome in
      outcome.findingsOrFault.enumerated().map { index, finding in
        let head = [
          outcome.name, outcome.job.command.rawValue, outcome.status,
          twoDecimals(outcome.seconds), String(outcome.files.count),
        ]
        return (index == 0 ? head : head.map { _ in "" }) + [
          finding.lambda.map(lambdaName) ?? "",
          outcome.failure == nil ? "\(finding.quantity): \(finding.text)" : finding.text,
        ]
      }
    }
  }

  private static let ended = " runs done in "

  private var sentence: String {
    let done = outcomes.count { $0.failure == nil }
    return "\(done) of \(outcomes.count)\(Self.ended)\(twoDecimals(seconds)) s"
      + (done < outcomes.count ? ", \(outcomes.count - done) failed" : "")
  }
}

extension BatchOutcome {
  fileprivate var status: String { failure == nil ? "done" : "failed" }

  /// What was found, or why nothing was.
  fileprivate var findingsOrFault: [BatchFinding] {
    if let failure { return [BatchFinding("error", oneLine("\(failure)"))] }
    return findings.isEmpty ? [BatchFinding("files", Double(files.count))] : findings
  }
}

/// Seconds, to a hundredth.
private func twoDecimals(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
}

/// A field that may hold anything (RFC 4180).
private func csvField(_ text: String) -> String {
  guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
  return
    "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
