import FoundationEssentials
import TensorFiles

/// A number or a word that a reader wants first of a run.
public struct BatchFinding: Sendable, Equatable {
  /// λ of (λ/2)‖w‖² that it belongs to, where it belongs to one.
  public var lambda: Double?
  /// What it is.
  public var quantity: String
  /// How much, where it is a number.
  public var number: Double?
  /// How it reads: the number to four digits, or a word.
  public var text: String

  init(_ quantity: String, _ number: Double?, lambda: Double? = nil) {
    (self.quantity, self.number, self.lambda) = (quantity, number, lambda)
    text = number.map(short) ?? "none"
  }

  init(_ quantity: String, _ text: String) { (self.quantity, self.text) = (quantity, text) }
}

extension BatchJob {
  /// What a reader wants first, from the files of a run.
  ///
  /// - Parameter files: What the run has written.
  /// - Returns: The slice's minimum at each λ, the verdicts, the largest eigenvalues, or how much
  ///   there is to play.
  /// - Throws: Where a file that was just written is not as it was written.
  func findings(_ files: [String]) throws -> [BatchFinding] {
    func record<Record: Decodable>(_ name: String, _: Record.Type) throws -> Record {
      let path = files.first { $0.hasSuffix("/\(name)") } ?? "\(folder)/\(name)"
      let bytes = try readFile(path)
      return try JSONDecoder.sorted.decode(Record.self, from: Data(bytes))
    }
    switch command {
    case .render:
      return try record("summary.json", Summary.self).lambdas.map {
        BatchFinding("minimum in the slice", $0.minimum?.refinedTotal, lambda: $0.lambda)
      }
    case .sweep:
      return try record("sweep.json", SweepReport.self).claims.map {
        BatchFinding($0.statement, $0.verdict.rawValue)
      }
    case .curvature:
      return try record("curvature.json", CurvatureReport.self).spectra.map {
        BatchFinding("largest eigenvalue, \($0.objective)", $0.top.first?.value, lambda: $0.lambda)
      }
    case .animate:
      return [BatchFinding("frames", Double(animation.frames ?? AnimationPlan.usualFrames))]
    }
  }
}
