/// Reads a grid's size: `101` for both axes, or `101x81` (columns along α, rows along β).
///
/// - Parameter text: What was written.
/// - Returns: Columns and rows, each from 2 to 10,001: more than a page has pixels.
/// - Throws: ``ParsingError``.
func parseGrid(_ text: String) throws(ParsingError) -> (columns: Int, rows: Int) {
  let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0.trimmed) }
  let range = 2...10_001
  switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
  case (1...2, let columns?, let rows?) where range.contains(columns) && range.contains(rows):
    return (columns, rows)
  default:
    throw ParsingError(
      reason: "is '\(text)'; write 101, or 101x81 for columns and rows, each from 2 to 10001")
  }
}

/// Reads the ranges of a slice: `1` for −1…1 on both axes, `-1:2` for both, `-1:1,-0.5:0.5` for α
/// and β.
///
/// - Parameter text: What was written.
/// - Returns: Both ranges.
/// - Throws: ``ParsingError``.
func parseSpan(
  _ text: String
) throws(ParsingError) -> (alpha: ClosedRange<Double>, beta: ClosedRange<Double>) {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  guard let first = parts.first, let last = parts.last, parts.count <= 2 else {
    throw ParsingError(reason: "is '\(text)'; write 1, -1:1, or -1:1,-0.5:0.5")
  }
  return (try parseRange(first.trimmed), try parseRange(last.trimmed))
}

private func parseRange(_ text: String) throws(ParsingError) -> ClosedRange<Double> {
  let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0.trimmed) }
  let limit = 1e6
  switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
  case (1, let half?, _) where half > 0 && half <= limit: return -half...half
  case (2, let from?, let to?) where from < to && from >= -limit && to <= limit: return from...to
  default:
    throw ParsingError(
      reason: "has the range '\(text)'; write 1 for -1:1, or -1:2, the lower end first, within "
        + "±\(Int(limit))")
  }
}
