/// What a study found, as plain data: written as one page (`html()`) and as Markdown
/// (`markdown()`).
///
/// Texts are plain: every character stands for itself in both forms. A section without content is
/// left out.
public struct Report: Sendable {
  /// The first line, such as `Weight decay on the digits network`.
  public var title: String
  /// Network, data and protocol in a sentence.
  public var subtitle = ""
  /// What was asked, with the answers; these come first.
  public var claims: [Claim] = []
  /// The slice that follows λ.
  public var slice: LiveSlice?
  /// Figures in the order of their numbers.
  public var figures: [ReportFigure] = []
  /// Tables in the order of their numbers.
  public var tables: [ReportTable] = []
  /// The command that makes this report again.
  public var command = ""
  /// What it was made from: seed, samples, parameters, the range of λ.
  public var facts: [Fact] = []
  /// What a reader must know to judge the numbers: protocol, tolerances, limits.
  public var notes: [String] = []

  /// Makes a report with nothing in it yet.
  public init(title: String) { self.title = title }

  /// A name and its value.
  public struct Fact: Hashable, Sendable {
    /// Such as `seed`.
    public var label: String
    /// Such as `1`.
    public var value: String

    /// Makes a fact.
    public init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }
}

/// A sentence that the study confirms or refutes.
public struct Claim: Hashable, Sendable {
  /// What the study says of a claim.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// It is so wherever it was measured.
    case holds
    /// It is not so.
    case fails
    /// It is so in some places and not in others.
    case mixed
    /// The numbers do not tell.
    case undecided

    /// The verdict in words.
    var words: String {
      switch self {
      case .holds: "Holds"
      case .fails: "Does not hold"
      case .mixed: "Holds in part"
      case .undecided: "Undecided"
      }
    }

    /// The verdict at a glance, beside the words.
    var symbol: String {
      switch self {
      case .holds: "✓"
      case .fails: "✗"
      case .mixed: "±"
      case .undecided: "?"
      }
    }
  }

  /// The claim, such as `Curvature increases`.
  public var statement: String
  /// What was found of it.
  public var verdict: Verdict
  /// The finding in one line.
  public var sentence: String
  /// Lines with the numbers.
  public var evidence: [String]
  /// The `id` of each figure that shows it.
  public var figures: [String]

  /// Makes a claim.
  public init(
    _ statement: String, verdict: Verdict, sentence: String, evidence: [String] = [],
    figures: [String] = []
  ) {
    self.statement = statement
    self.verdict = verdict
    self.sentence = sentence
    self.evidence = evidence
    self.figures = figures
  }
}

/// A picture with its caption.
public struct ReportFigure: Hashable, Sendable {
  /// Its name inside the report: letters, digits, `-`, `_` and `.`.
  public var id: String
  /// The caption's first words.
  public var title: String
  /// The rest of the caption.
  public var caption: String
  /// What it shows, for readers who cannot see it.
  public var alt: String
  /// Where the file lies, relative to `report.md`, with `/` between folders.
  public var path: String
  /// The file: PNG or SVG.
  public var bytes: [UInt8]

  /// Makes a figure.
  public init(
    id: String, title: String, caption: String = "", alt: String, path: String, bytes: [UInt8]
  ) {
    self.id = id
    self.title = title
    self.caption = caption
    self.alt = alt
    self.path = path
    self.bytes = bytes
  }
}

/// Rows of text under a head.
public struct ReportTable: Hashable, Sendable {
  /// What it holds.
  public var title: String
  /// The head of each column.
  public var columns: [String]
  /// The cells, as many in each row as there are columns; the first names its row.
  public var rows: [[String]]

  /// Makes a table.
  public init(title: String, columns: [String], rows: [[String]]) {
    self.title = title
    self.columns = columns
    self.rows = rows
  }
}

/// Why a report could not be written: what was found, where, and what to do.
public struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The whole message, ready for a terminal.
  public let description: String

  init(_ description: String) { self.description = description }
}
